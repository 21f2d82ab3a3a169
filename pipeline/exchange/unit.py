"""The units that are exchanged with a translator, in a file of any format.

A unit that is written has the pieces of its original and of its translation. A unit that is
read has words and tags. A tag has the number of a code of the original, or the kind of a
code that a translation may add. So the markup in a translator's file is never copied.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from pipeline.content.inline_codes import (
    CodeEnd,
    InlineCode,
    Piece,
    Pieces,
    codes_in,
    digest_of,
)
from pipeline.content.segments import Segment
from pipeline.model.fields import FieldPath
from pipeline.problems import PipelineError, Place, Problem, Rule

# The translators' files of the samples have 45 kB.
MAX_BYTES = 8 << 20
_ID = re.compile(r"(.+?)(?:\.([0-9a-f]{8}))?")


class UnitState(StrEnum):
    """The work for a translator: translate, review a change, or none."""

    NEW = "new"
    OUTDATED = "outdated"
    TRANSLATED = "translated"


@dataclass(frozen=True)
class Unit:
    """One segment for a translator. A `limit` counts characters; 0 is none."""

    id: str
    original: Pieces
    translation: Pieces
    state: UnitState
    place: Place
    notes: tuple[str, ...] = ()
    limit: int = 0


@dataclass(frozen=True)
class Tag:
    """A code in a file: its name, and its kind if the original does not have it."""

    name: str
    kind: str = ""
    is_pair: bool = False


RawPiece = str | Tag | CodeEnd
RawPieces = tuple[RawPiece, ...]


@dataclass(frozen=True)
class ReturnedUnit:
    """One unit of a translator's file.

    `is_done` is True if the tool marks it as translated, False if the tool marks it as
    unfinished, and None if the tool marks nothing.
    """

    id: str
    original: RawPieces
    translation: RawPieces
    is_done: bool | None
    line: int


@dataclass(frozen=True)
class TranslationSubject:
    """The file to translate, its `name` as fair-wages/2017/en.yaml, and two languages."""

    name: str
    original_language: str
    language: str


@dataclass(frozen=True)
class ReturnedFile:
    """A translator's file, as it was read; `problems` are warnings."""

    subject: TranslationSubject
    units: tuple[ReturnedUnit, ...]
    problems: tuple[Problem, ...] = ()


def unit_id(segment: Segment, translation: Pieces | None) -> str:
    """Name a unit by its path and the digest of the translation that is sent.

    The name has only characters that an XML name token allows.
    """
    digest = f".{digest_of(translation)[:8]}" if translation is not None else ""
    return segment_id(segment.path, segment.number) + digest


def segment_id(path: FieldPath, number: int) -> str:
    """Name a segment: "sections.1.blocks.0.text.p2"."""
    steps = (quote(str(step), safe="").replace(".", "%2E") for step in path)
    name = ".".join(step.replace("~", "%7E").replace("%", ":") for step in steps)
    return f"{name}.p{number + 1}"


def parse_id(id: str) -> tuple[str, str]:
    """Divide the id of a unit into that of its segment and the digest, or ""."""
    match = _ID.fullmatch(id)
    return (match[1], match[2] or "") if match else (id, "")


def number_codes(original: Pieces, pieces: Pieces) -> Iterator[tuple[str, Piece]]:
    """Yield each piece of a text with its name.

    The name of a code is the number of the same code in the original, or "t1", "t2" … if
    the original does not have it. Words and ends of codes have the name "".
    """
    unused: dict[InlineCode, list[str]] = {}
    for number, code in enumerate(codes_in(original), 1):
        unused.setdefault(code, []).append(str(number))
    added = 0
    for piece in pieces:
        if not isinstance(piece, InlineCode):
            yield "", piece
        elif unused.get(piece):
            yield unused[piece].pop(0), piece
        else:
            added += 1
            yield f"t{added}", piece


def write_texts(
    unit: Unit,
    escape: Callable[[str], str],
    tags_of: Callable[[str, InlineCode], tuple[str, str]],
) -> tuple[str, str]:
    """Write original and translation of a unit, with tags for their codes.

    `tags_of` gives two tags for a name and its code: before the words, and after them.
    """

    def write(pieces: Pieces) -> Iterator[str]:
        ends: list[str] = []
        for name, piece in number_codes(unit.original, pieces):
            if isinstance(piece, str):
                yield escape(piece)
            elif isinstance(piece, CodeEnd):
                yield ends.pop()
            else:
                start, end = tags_of(name, piece)
                yield start
                ends += [end] if piece.end else []

    return "".join(write(unit.original)), "".join(write(unit.translation))


def file_error(file: str, line: int, message: str, hint: str) -> PipelineError:
    """The error of a file that cannot be read."""
    return PipelineError(
        Problem(Rule.RETURNED_FILE, Place(file, line, 1 if line else 0), message, hint)
    )
