"""Turn the segments of a brief into units for a translator, with notes and limits."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from pipeline.content.inline_codes import words_of
from pipeline.content.segments import Segment
from pipeline.content.translation_record import Pairing, Translation, is_untranslated
from pipeline.exchange.unit import Unit, UnitState, unit_id
from pipeline.model.fields import FieldPath
from pipeline.model.schema import DataRow, Figure, LanguageVersion
from pipeline.model.terms import Terms
from pipeline.model.walk import parts_in

# Texts of up to so many characters fit on three lines. A test renders texts of this length.
LIMITS = {"title": 72, "standfirst": 140, "heading": 130}
# Names of parts for readers who do not know YAML.
_NAMES = {
    "alt": "alternative text, read by screen readers",
    "approximate": "words in place of a number of the chart",
    "because": "reason",
    "by": "by when",
    "data": "labels of the chart",
    "do": "what to decide",
    "lead": "introduction",
    "names": "labels of the chart",
    "prepared_for": "prepared for",
    "say": "message",
    "standfirst": "summary below the title",
    "who": "who said it, or who acts",
}


def labels_of(
    version: LanguageVersion, data: Mapping[str, tuple[DataRow, ...]]
) -> dict[FieldPath, str]:
    """Return the labels and names of columns that have no entry in `names` yet.

    A translation gives them one in `names`. Labels of rows that are typed in the file are
    translated there, unless they are keys of `approximate`.
    """
    labels: dict[FieldPath, str] = {}
    for path, figure in parts_in(version, Figure):
        is_typed = figure.data.file is None
        rows = figure.data.rows or data.get(str(figure.data.file), ())
        keys = [row.get(figure.label) or "" for row in rows]
        keys = [key for key in keys if not is_typed or key in figure.approximate]
        # A web page has the table of each chart, with the names of the columns.
        keys += [*figure.value, figure.label]
        for key in dict.fromkeys(keys):
            if key not in figure.names and any(map(str.isalpha, key)):
                labels[*path, "names", key] = key
    return labels


def units_of(
    pairing: Pairing, languages: tuple[str, str], terms: Terms | None
) -> Iterator[Unit]:
    """Yield a unit for each segment, in the order of the file."""
    for pair in pairing.translations:
        state, original = state_of(pair), pair.original
        sent = pair.translation if state is not UnitState.NEW else None
        yield Unit(
            id=unit_id(original, sent.pieces if sent else None),
            original=original.pieces,
            translation=(sent or original).pieces,
            state=state,
            place=original.place,
            notes=tuple(_translator_notes(original, state, languages, terms)),
            limit=limit_of(original),
        )


def state_of(pair: Translation) -> UnitState:
    """Return the state of a segment: new, outdated or translated."""
    if is_untranslated(pair):
        return UnitState.NEW
    return UnitState.TRANSLATED if pair.is_current else UnitState.OUTDATED


def limit_of(segment: Segment) -> int:
    """The maximum length, at least that of the original; 0 if there is none."""
    path = segment.path
    is_limited = len(path) == 1 or path[-1] == "heading"
    limit = LIMITS.get(str(path[-1]), 0) if is_limited else 0
    return max(limit, len(words_of(segment.pieces))) if limit else 0


def _translator_notes(
    segment: Segment, state: UnitState, languages: tuple[str, str], terms: Terms | None
) -> Iterator[str]:
    file, line = segment.place.file.rpartition("/")[2], segment.place.line
    yield f"{describe_position(segment)} ({file}:{line})"
    if state is UnitState.OUTDATED:
        yield "The original changed after this was translated."
    if limit := limit_of(segment):
        yield f"At most {limit} characters."
    original, language = languages
    for term in terms.matching(original, words_of(segment.pieces)) if terms else ():
        if forms := term.get(language):
            yield f"Term: {term[original][0]} = {' or '.join(forms)}"


def describe_position(segment: Segment) -> str:
    """Describe the position of a segment: "Section 2, block 3, box, title"."""
    words: list[str] = []
    for before, step in pairwise(("", *segment.path)):
        if isinstance(step, int) and isinstance(before, int):
            words.append(f"cell {step + 1}")
        elif isinstance(step, int):
            words[-1] = f"{words[-1].removesuffix('s')} {step + 1}"
        else:
            words.append(_NAMES.get(step, step.replace("_", " ")))
    if segment.number:
        words.append(f"paragraph {segment.number + 1}")
    text = ", ".join(words)
    return text[:1].upper() + text[1:]
