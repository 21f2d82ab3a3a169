"""The record of a translation: for each text of it, the text of the original it translates.

    content/<slug>/<date>/fr.translated.txt     beside fr.yaml; one line for each text of it

A line is the digest of a paragraph of the original, or "-" where that is not known. So what
is outdated is found when the original changes, also where paragraphs were moved. Without a
record nothing is known, and nothing is reported. `briefs translate` writes it.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.content.inline_codes import digest_of
from pipeline.content.segments import Segment, SegmentKey
from pipeline.problems import PipelineError, Place, Problem, Rule

UNKNOWN = "-"
_HEAD = "# What each text of {language}.yaml translates. Written by: briefs translate\n"
_LINE = re.compile("[0-9a-f]{16}|-")

Record = tuple[str, ...]


@dataclass(frozen=True)
class Translation:
    """A segment of the original and its translation, if there is one.

    It is current if the record has the present text of the segment, or if there is no
    record.
    """

    original: Segment
    translation: Segment | None
    is_current: bool


@dataclass(frozen=True)
class Pairing:
    """The translations of all segments; `orphans` translate what is no longer there."""

    translations: tuple[Translation, ...]
    orphans: tuple[Segment, ...] = ()


def record_name(language: str) -> str:
    """Name the file of a record, beside that of the language."""
    return f"{language}.translated.txt"


def read_record(file: str, data: bytes) -> Record:
    """Read a record. Raises PipelineError for a line that is none."""
    lines = data.decode("utf-8", "replace").splitlines()
    numbered = [(n, x) for n, x in enumerate(lines, 1) if x and not x.startswith("# ")]
    if wrong := next((n for n, line in numbered if not _LINE.fullmatch(line)), 0):
        message = "this line is no part of the record of a translation"
        hint = "restore the file from version control, or delete it: outdated texts are "
        hint += "then not reported"
        raise PipelineError(
            Problem(Rule.INVALID_VALUE, Place(file, wrong, 1), message, hint)
        )
    return tuple(line for _, line in numbered)


def write_record(language: str, record: Iterable[str]) -> bytes:
    """Write a record."""
    return (_HEAD.format(language=language) + "".join(f"{x}\n" for x in record)).encode()


def record_of(
    translated: Sequence[Segment], current: Iterable[tuple[Segment, Segment]]
) -> Record:
    """Give the record of a file: of each pair the second translates the first.

    The label of a chart is found by its path.
    """
    digests = {to.key: digest_of(o.pieces) for o, to in current if not o.is_label}
    return tuple(digests.get(segment.key, UNKNOWN) for segment in translated)


def pair(
    original: Sequence[Segment], translated: Sequence[Segment], record: Record | None
) -> Pairing:
    """Find the translation of each segment.

    With a record that has a line for each translated segment, a segment is paired wherever
    it is in the file. Otherwise, and for labels of charts, it is paired by its position.
    """
    by_key = {segment.key: segment for segment in translated}
    if record is None or len(record) != len(translated):
        known = None if record is None else Counter(record)
        return Pairing(tuple(_pair_by_place(original, by_key, known)))
    digests = {segment.key: digest_of(segment.pieces) for segment in original}
    recorded = dict(zip(by_key, record, strict=True))
    texts = [segment for segment in original if not segment.is_label]
    pairs = {
        segment.key: by_key[segment.key]
        for segment in texts
        if recorded.get(segment.key) == digests[segment.key]
    }
    free: dict[str, deque[Segment]] = defaultdict(deque)
    for segment in (one for one in translated if one.key not in pairs):
        free[recorded[segment.key]].append(segment)
    for segment in (one for one in texts if one.key not in pairs):
        if same := free.get(digests[segment.key]):
            pairs[segment.key] = same.popleft()
    left = {one.key: one for segments in free.values() for one in segments}
    current = set(pairs)
    for segment in original:
        if segment.key not in pairs and segment.key in left:
            pairs[segment.key] = left.pop(segment.key)
    orphans = (one for one in left.values() if recorded[one.key] != UNKNOWN)
    current |= {one.key for one in original if one.is_label and one.key in pairs}
    return Pairing(
        tuple(Translation(s, pairs.get(s.key), s.key in current) for s in original),
        tuple(orphans),
    )


def _pair_by_place(
    original: Sequence[Segment],
    by_key: dict[SegmentKey, Segment],
    known: Counter[str] | None,
) -> Iterator[Translation]:
    for segment in original:
        is_current = known is None or segment.is_label
        if known and known[digest := digest_of(segment.pieces)]:
            known[digest] -= 1
            is_current = True
        found = by_key.get(segment.key)
        yield Translation(segment, found, is_current and found is not None)


def is_untranslated(pair: Translation) -> bool:
    """Whether the translation is missing, or still has the words of the original."""
    found, original = pair.translation, pair.original
    return found is None or (
        not pair.is_current and original.has_words and found.pieces == original.pieces
    )
