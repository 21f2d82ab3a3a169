"""The fonts of a brief as HarfBuzz reads them: the letters they have, the width of words.

Pango lays out the page with the same shaping engine and the same files, so a width here is
the width there. Reading the bundled faces takes 4 ms (measured) and needs no WeasyPrint.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import uharfbuzz

# OpenType: the family that a typographer would name, else the one of four styles.
_FAMILY_NAMES = (16, 1)
REGULAR, BOLD = 400, 700
_FIGURES = {"tnum": True, "kern": False}


@dataclass(frozen=True, eq=False)
class FontFace:
    """One file: a family in one weight, upright or slanted."""

    family: str
    weight: int
    italic: bool
    letters: frozenset[int]
    font: uharfbuzz.Font
    units: int


@dataclass(frozen=True, eq=False)
class FontFaces:
    """All fonts that a brief may use."""

    faces: tuple[FontFace, ...]

    @property
    def families(self) -> frozenset[str]:
        """The names that style sheets may use."""
        return frozenset(face.family for face in self.faces)

    def covers(self, families: Sequence[str], character: str) -> bool:
        """Whether one of some families has a character."""
        return any(
            ord(character) in face.letters for face in self.faces if face.family in families
        )

    def width(
        self,
        text: str,
        families: Sequence[str],
        weight: int = REGULAR,
        *,
        figures: bool = False,
    ) -> float:
        """The width of a text in em, each letter by the first family that has it.

        `figures` of one width are set without kerning, as in charts.
        """
        stack = [face for family in families if (face := self._nearest(family, weight))]
        chosen = list(_choose_faces(text, stack))
        return sum(
            _run_width("".join(letter for letter, _ in run), stack[index], figures)
            for index, run in groupby(zip(text, chosen, strict=True), lambda pair: pair[1])
            if index < len(stack)
        )

    def _nearest(self, family: str, weight: int) -> FontFace | None:
        upright = (f for f in self.faces if f.family == family and not f.italic)
        return min(upright, key=lambda face: abs(face.weight - weight), default=None)


def _choose_faces(text: str, stack: Sequence[FontFace]) -> Iterator[int]:
    """The number of each letter's face; as Pango does, a space has that of its word."""
    index = next((_first_with(letter, stack) for letter in text if letter != " "), 0)
    for letter in text:
        if letter != " ":
            index = _first_with(letter, stack)
        yield index


def _first_with(letter: str, stack: Sequence[FontFace]) -> int:
    having = (i for i, face in enumerate(stack) if ord(letter) in face.letters)
    return next(having, len(stack))


def _run_width(text: str, face: FontFace, figures: bool) -> float:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(face.font, buffer, _FIGURES if figures else {})
    advance: int = sum(position.x_advance for position in buffer.glyph_positions)
    return advance / face.units


def read_font_faces(folders: Sequence[Path]) -> FontFaces:
    """Read every font file in some folders, once per process for each state of them."""
    files = [file for folder in folders for file in sorted(folder.glob("*.ttf"))]
    return _read_once(tuple((file, found) for file in files if (found := _stamp(file))))


def _stamp(file: Path) -> tuple[int, int, int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None  # a link to nowhere, or gone since it was listed
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


@lru_cache(maxsize=4)
def _read_once(stamped: tuple[tuple[Path, object], ...]) -> FontFaces:
    return FontFaces(tuple(_read(file for file, _ in stamped)))


def _read(files: Iterable[Path]) -> Iterator[FontFace]:
    for file in files:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file)))
        if not face.unicodes:
            continue  # no font, or one without letters; the painter has none of it
        font = uharfbuzz.Font(face)
        name = next(filter(None, map(face.get_name, _FAMILY_NAMES)), file.stem)
        yield FontFace(
            family=name,
            weight=round(font.get_style_value(uharfbuzz.StyleTag.WEIGHT)),
            italic=font.get_style_value(uharfbuzz.StyleTag.ITALIC) > 0,
            letters=frozenset(face.unicodes),
            font=font,
            units=face.upem,
        )
