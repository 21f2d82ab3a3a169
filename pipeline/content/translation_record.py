"""The record of a translation: the text of the original that each of its texts translates.

    content/<slug>/<date>/fr.translated.txt     beside fr.yaml; one line for each text of it

A line is the digest of a paragraph of the original, or "-" if that is not known. So
outdated texts are found when the original changes, even if paragraphs were moved. Without a
record no text is reported as outdated. `briefs translate` writes it.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.content.inline_codes import digest_of
from pipeline.content.segments import Segment, SegmentKey
from pipeline.problems import PipelineError, Place, Problem, Rule

UNKNOWN = "-"
_HEADER = "# What each text of {language}.yaml translates. Written by: briefs translate\n"
_LINE = re.compile("[0-9a-f]{16}|-")

Digests = tuple[str, ...]


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
    """The translations of all segments; `orphans` translate segments that were deleted."""

    translations: tuple[Translation, ...]
    orphans: tuple[Segment, ...] = ()


def record_name(language: str) -> str:
    """Name the file of a record, beside that of the language."""
    return f"{language}.translated.txt"


def read_record(file: str, data: bytes) -> Digests:
    """Read a record. Raises PipelineError for an invalid line."""
    lines = data.decode("utf-8", "replace").splitlines()
    numbered = [(n, x) for n, x in enumerate(lines, 1) if x and not x.startswith("# ")]
    if invalid_line := next((n for n, line in numbered if not _LINE.fullmatch(line)), 0):
        message = "this line is no part of the record of a translation"
        hint = "restore the file from version control, or delete it: outdated texts are "
        hint += "then not reported"
        raise PipelineError(
            Problem(Rule.INVALID_VALUE, Place(file, invalid_line, 1), message, hint)
        )
    return tuple(line for _, line in numbered)


def write_record(language: str, record: Iterable[str]) -> bytes:
    """Write a record."""
    return (_HEADER.format(language=language) + "".join(f"{x}\n" for x in record)).encode()


def make_record(
    translated: Sequence[Segment], current: Iterable[tuple[Segment, Segment]]
) -> Digests:
    """Return the record of a file. In each pair the second segment translates the first.

    The label of a chart is found by its path.
    """
    digests = {t.key: digest_of(o.pieces) for o, t in current if not o.is_label}
    return tuple(digests.get(segment.key, UNKNOWN) for segment in translated)


def pair_segments(
    original: Sequence[Segment], translated: Sequence[Segment], record: Digests | None
) -> Pairing:
    """Find the translation of each segment.

    With a record that has a line for each translated segment, a segment is paired wherever
    it is in the file. Otherwise, and for labels of charts, it is paired by its position.
    """
    by_key = {segment.key: segment for segment in translated}
    if record is None or len(record) != len(translated):
        unpaired_digests = None if record is None else Counter(record)
        return Pairing(tuple(_pair_by_place(original, by_key, unpaired_digests)))
    digests = {segment.key: digest_of(segment.pieces) for segment in original}
    recorded = dict(zip(by_key, record, strict=True))
    texts = [segment for segment in original if not segment.is_label]
    pairs = {
        segment.key: by_key[segment.key]
        for segment in texts
        if recorded.get(segment.key) == digests[segment.key]
    }
    by_digest: dict[str, deque[Segment]] = defaultdict(deque)
    for segment in (s for s in translated if s.key not in pairs):
        by_digest[recorded[segment.key]].append(segment)
    for segment in (s for s in texts if s.key not in pairs):
        if moved := by_digest.get(digests[segment.key]):
            pairs[segment.key] = moved.popleft()
    unpaired = {s.key: s for segments in by_digest.values() for s in segments}
    current = set(pairs)
    for segment in original:
        if segment.key not in pairs and segment.key in unpaired:
            pairs[segment.key] = unpaired.pop(segment.key)
    orphans = (s for s in unpaired.values() if recorded[s.key] != UNKNOWN)
    current |= {s.key for s in original if s.is_label and s.key in pairs}
    return Pairing(
        tuple(Translation(s, pairs.get(s.key), s.key in current) for s in original),
        tuple(orphans),
    )


def _pair_by_place(
    original: Sequence[Segment],
    by_key: dict[SegmentKey, Segment],
    unpaired_digests: Counter[str] | None,
) -> Iterator[Translation]:
    for segment in original:
        is_current = unpaired_digests is None or segment.is_label
        if unpaired_digests and unpaired_digests[digest := digest_of(segment.pieces)]:
            unpaired_digests[digest] -= 1
            is_current = True
        translated = by_key.get(segment.key)
        yield Translation(segment, translated, is_current and translated is not None)


def is_untranslated(pair: Translation) -> bool:
    """Whether the translation is missing, or still has the words of the original."""
    translation, original = pair.translation, pair.original
    return translation is None or (
        not pair.is_current and original.has_words and translation.pieces == original.pieces
    )
