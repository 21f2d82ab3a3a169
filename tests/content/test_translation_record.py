"""Which texts of a translation are outdated, by the record of what they translate."""

import pytest

from pipeline.content.segments import segments_of
from pipeline.content.translation_record import (
    UNKNOWN,
    Digests,
    make_record,
    pair_segments,
    read_record,
    write_record,
)
from pipeline.content.validate.parity import check_outdated
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.problems import PipelineError, Rule
from tests.conftest import WriteProject, briefs

EN = """\
title: A title
lead: |
  One.

  Two.

  Three.
"""
FR = """\
title: Un titre
lead: |
  Un.

  Deux.

  Trois.
"""


def source_of(name: str, text: str) -> Source:
    source, _ = read_yaml(f"content/brief/2017/{name}.yaml", text.encode())
    assert source
    return source


def accepted(en: str = EN, fr: str = FR) -> Digests:
    """The record of a translation that is up to date."""
    original, translated = (
        segments_of(source_of("en", en)),
        segments_of(source_of("fr", fr)),
    )
    return make_record(translated, zip(original, translated, strict=True))


def outdated(en: str, record: Digests, fr: str = FR) -> list[tuple[int, str]]:
    problems = check_outdated(source_of("fr", fr), source_of("en", en), record, "brief")
    return [(problem.place.line, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("Two.\n\n  Three.", "Two.\n\n\n  Three.", []),
        ("One.", "*One.*", [(3, "en.yaml:3 changed after this was translated")]),
        ("A title", "Title", [(1, "en.yaml:1 changed after this was translated")]),
        ("Two.", "New.\n\n  Two.", [(2, "en.yaml:5 is not translated yet")]),
        ("  Two.\n\n", "", [(5, "en.yaml no longer has the text that this translates")]),
        (
            "Two.\n\n  Three.",
            "Three.\n\n  Two: too.",
            [
                (2, "en.yaml:7 is not translated yet"),
                (5, "en.yaml no longer has the text that this translates"),
            ],
        ),
    ],
)
def test_a_changed_original_is_found(
    before: str, after: str, expected: list[tuple[int, str]]
) -> None:
    en = EN.replace(before, after) if before else EN
    assert outdated(en, accepted()) == expected


def test_a_text_in_the_words_of_the_original_is_not_translated_yet() -> None:
    fr = FR.replace("Deux", "Two")
    record = (*accepted()[:2], UNKNOWN, accepted()[3])
    assert outdated(EN, record, fr) == [(5, "en.yaml:5 is not translated yet")]
    assert outdated(EN, accepted(), fr) == []


def test_a_translation_with_other_paragraphs_than_recorded_is_found_by_its_place() -> None:
    en, fr = EN.replace("Two", "New.\n\n  Two"), FR.replace("Deux", "Neuf.\n\n  Deux")
    assert outdated(en, accepted(), fr) == [
        (5, "en.yaml:5 changed after this was translated")
    ]


def test_a_moved_text_keeps_its_translation() -> None:
    en = EN.replace("One.\n\n  Two.", "Two.\n\n  One.")
    pairing = pair_segments(
        segments_of(source_of("en", en)), segments_of(source_of("fr", FR)), accepted()
    )
    pieces = [one.translation.pieces for one in pairing.translations if one.translation]
    assert pieces == [("Un titre",), ("Deux.",), ("Un.",), ("Trois.",)]


def test_a_record_is_read_as_it_was_written() -> None:
    record = (*accepted(), UNKNOWN)
    assert read_record("r", write_record("fr", record)) == record


def test_a_line_that_is_no_record_is_named() -> None:
    data = write_record("fr", accepted()).replace(b"\n", b"\n<<<<<<< HEAD\n", 1)
    with pytest.raises(PipelineError) as raised:
        read_record("fr.translated.txt", data)
    (problem,) = raised.value.problems
    assert (problem.rule, str(problem.place)) == (
        Rule.INVALID_VALUE,
        "fr.translated.txt:2:1",
    )


def test_without_a_record_nothing_is_reported_and_with_one_the_build_warns_too(
    write_project: WriteProject,
) -> None:
    fr = "title: Un titre\nsections: [{heading: H, blocks: [{text: Du texte.}]}]\n"
    root = write_project({"content/brief/2017/fr.yaml": fr})
    assert "changed" not in briefs(root, "check").output
    record = "\n".join(["0" * 16, UNKNOWN, UNKNOWN])
    (root / "content/brief/2017/fr.translated.txt").write_text(record)
    for command in ("check", "build"):
        result = briefs(root, command)
        assert "fr.yaml:1:8: warning: en.yaml:1 changed after" in result.output
        assert result.exit_code == 0
