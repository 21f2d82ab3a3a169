"""What goes to a translator comes back as it was, in each format, for all samples."""

from dataclasses import replace

import pytest

from pipeline.commands.translate import FORMATS, parse_returned
from pipeline.content.segments import segments_of, with_labels
from pipeline.content.translation_record import Pairing, pair_segments
from pipeline.content.yaml_source import read_yaml
from pipeline.exchange.merge import MergedTexts, merge_units
from pipeline.exchange.returned import find_issues
from pipeline.exchange.unit import UnitState, segment_id
from pipeline.exchange.units import labels_of
from pipeline.exchange.write_back import write_back
from pipeline.model.schema import LanguageVersion
from pipeline.model.terms import Terms
from pipeline.problems import Rule
from tests.exchange.samples import SAMPLES, Sample, pieces_by_key, terms

EVERY = pytest.mark.parametrize("sample", SAMPLES, ids=str)
EACH_FORMAT = pytest.mark.parametrize("format", FORMATS)


def merged(text: str, pairing: Pairing, terms: Terms | None) -> MergedTexts:
    return merge_units("back", parse_returned("back", text.encode()), pairing, terms)


@EVERY
@EACH_FORMAT
def test_a_file_that_comes_back_as_it_went_changes_no_byte(
    sample: Sample, format: str
) -> None:
    pairing = sample.pairing()
    result = merged(sample.text(format, sample.units(pairing)), pairing, terms())
    # The samples were translated before names of columns were sent.
    known = {one.original.key for one in pairing.translations if one.translation}
    new = [one.original for one in pairing.translations if not one.translation]
    assert all(segment.is_label for segment in new)
    assert (result.problems, result.texts) == ([], {})
    assert (result.confirmed, result.untranslated) == (known, len(new))
    source = sample.source(sample.language)
    parts = sample.data(sample.language), sample.source("en"), source, pairing
    written = write_back(source.file, *parts, result.texts)
    assert (written.data, written.refused) == (sample.data(sample.language), ())


@EVERY
def test_a_new_translation_has_the_texts_of_the_samples(sample: Sample) -> None:
    """The file of a language is lost, and written again from a translated file."""
    new = sample.pairing(is_new=True)
    known = {segment_id(*one.original.key): one for one in sample.pairing().translations}
    units = [
        replace(unit, translation=translation.pieces, state=UnitState.TRANSLATED)
        for unit in sample.units(new)
        if (translation := known[unit.id].translation)
    ]
    result, *others = (merged(sample.text(f, units), new, terms=None) for f in FORMATS)
    assert (result.problems, len(result.texts)) == ([], len(units))
    assert [(other.problems, other.texts) for other in others] == [([], result.texts)] * 2
    parts = sample.data("en"), sample.source("en"), None, new
    name = sample.source(sample.language).file
    written = write_back(name, *parts, result.texts)
    assert written.refused == ()
    source, problems = read_yaml(name, written.data)
    assert source
    assert problems == []
    assert pieces_by_key(source) == pieces_by_key(sample.source(sample.language))
    comments = [x for x in sample.data("en").split(b"\n") if x.lstrip().startswith(b"# ")]
    assert [
        x for x in written.data.split(b"\n") if x.lstrip().startswith(b"# ")
    ] == comments


def test_the_samples_use_the_terms_but_where_a_sentence_does_without() -> None:
    """One in a hundred texts does: a rule that more of them break would be ignored."""
    faults = []
    for sample in SAMPLES:
        for one in sample.pairing().translations:
            original, languages = one.original.pieces, ("en", sample.language)
            if one.translation is None:
                assert one.original.is_label
                continue
            pieces = one.translation.pieces
            issues = find_issues(original, pieces, languages, 0, terms())
            faults += [(fault.rule, one.translation.place) for fault in issues]
    assert {rule for rule, _ in faults} == {Rule.TERM}
    assert len(faults) <= 24


CHART = """\
title: {title}
sections:
  - heading: A
    blocks:
      - figure:
          title: T
          subtitle: S
          chart: bar
          data: [{{where: Chad, n: 90}}, {{where: Peru, n: 120}}]
          label: where
          value: n
          {more}alt: Bars.
          source: S
"""


def test_words_for_a_number_are_written_into_a_translation_that_has_none() -> None:
    english = CHART.format(title="T", more="approximate: {Peru: over 100}\n          ")
    french = CHART.format(title="U", more="")
    sources = [
        read_yaml(name, text.encode())[0]
        for name, text in (("en.yaml", english), ("fr.yaml", french))
    ]
    original, translation = sources
    assert original
    assert translation
    version = LanguageVersion.model_validate(original.value)
    labels = labels_of(version, {})
    figure = ("sections", 0, "blocks", 0, "figure")
    # The label is a key here, so that its translation is a name.
    assert {path[-2:] for path in labels} == {("names", x) for x in ("Peru", "n", "where")}
    pairing = pair_segments(with_labels(segments_of(original), labels, original), (), ())
    new = {
        ((*figure, "approximate", "Peru"), 0): ("plus de 100",),
        ((*figure, "names", "Peru"), 0): ("Le Pérou",),
    }
    written = write_back("fr.yaml", french.encode(), original, translation, pairing, new)
    assert written.refused == ()
    source, _ = read_yaml("fr.yaml", written.data)
    assert source
    values = dict(source.walk())
    assert values[*figure, "approximate"] == {"Peru": "plus de 100"}
    assert values[*figure, "names"] == {"Peru": "Le Pérou"}
