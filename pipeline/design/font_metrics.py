"""Read fonts with HarfBuzz: which characters they cover, and how wide and high a text is.

Pango lays out the page with the same shaping engine and the same files, so a width measured
here is that on the page. Reading the bundled fonts takes 4 ms and needs no WeasyPrint.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import uharfbuzz

from pipeline.design.font_files import font_files
from pipeline.project import FileSignatures, file_signatures

# Name IDs of OpenType: the typographic family, else the family of at most four styles.
_FAMILY_NAMES = (16, 1)
REGULAR, BOLD = 400, 700
_FIGURES = {"tnum": True, "kern": False}


@dataclass(frozen=True, eq=False)
class FontFace:
    """One font file: a family in one weight, upright or italic."""

    family: str
    weight: int
    italic: bool
    codepoints: frozenset[int]
    font: uharfbuzz.Font
    units: int


@dataclass(frozen=True, eq=False)
class FontFaces:
    """All fonts available to a brief; the `damaged` files have no letters."""

    faces: tuple[FontFace, ...]
    damaged: tuple[Path, ...] = ()

    @property
    def families(self) -> frozenset[str]:
        """The family names that style sheets may use."""
        return frozenset(face.family for face in self.faces)

    def covers(self, families: Sequence[str], character: str) -> bool:
        """Whether one of the families has a character."""
        faces = (face for face in self.faces if face.family in families)
        return any(ord(character) in face.codepoints for face in faces)

    def width(
        self,
        text: str,
        families: Sequence[str],
        weight: int = REGULAR,
        *,
        tabular_digits: bool = False,
    ) -> float:
        """The width of a text in em; each letter is set in the first family that has it.

        `tabular_digits` measures tabular digits without kerning, as charts use them.
        """
        runs = self._runs(text, families, weight)
        return sum(_run_width(run, face, tabular_digits) for run, face in runs)

    def reach(
        self, text: str, families: Sequence[str], weight: int = REGULAR
    ) -> tuple[float, float]:
        """How far the letters of a text reach below and above their baseline, in em."""
        ends = [
            end / face.units
            for run, face in self._runs(text, families, weight)
            for glyph in _shaped(run, face).glyph_infos
            if (ink := face.font.get_glyph_extents(glyph.codepoint))
            for end in (ink.y_bearing, ink.y_bearing + ink.height)
        ]
        return -min(ends, default=0.0), max(ends, default=0.0)

    def bearing(self, text: str, families: Sequence[str], weight: int = REGULAR) -> float:
        """The space before the ink of the first letter, in em."""
        for run, face in self._runs(text, families, weight):
            first = _shaped(run, face).glyph_infos[0].codepoint
            ink = face.font.get_glyph_extents(first)
            return ink.x_bearing / face.units if ink else 0.0
        return 0.0

    def _runs(
        self, text: str, families: Sequence[str], weight: int
    ) -> Iterator[tuple[str, FontFace]]:
        """Divide a text into parts of one face; letters that no family has are left out."""
        stack = [face for family in families if (face := self._nearest(family, weight))]
        chosen = list(_choose_faces(text, stack))
        for index, run in groupby(zip(text, chosen, strict=True), lambda pair: pair[1]):
            if index < len(stack):
                yield "".join(letter for letter, _ in run), stack[index]

    def _nearest(self, family: str, weight: int) -> FontFace | None:
        upright = (f for f in self.faces if f.family == family and not f.italic)
        return min(upright, key=lambda face: abs(face.weight - weight), default=None)


def _choose_faces(text: str, stack: Sequence[FontFace]) -> Iterator[int]:
    """The index of each letter's face; as in Pango, a space has that of its word."""
    index = next((_first_with(letter, stack) for letter in text if letter != " "), 0)
    for letter in text:
        if letter != " ":
            index = _first_with(letter, stack)
        yield index


def _first_with(letter: str, stack: Sequence[FontFace]) -> int:
    having = (i for i, face in enumerate(stack) if ord(letter) in face.codepoints)
    return next(having, len(stack))


def _run_width(text: str, face: FontFace, tabular_digits: bool) -> float:
    buffer = _shaped(text, face, _FIGURES if tabular_digits else None)
    advance: int = sum(position.x_advance for position in buffer.glyph_positions)
    return advance / face.units


def _shaped(
    text: str, face: FontFace, features: dict[str, bool] | None = None
) -> uharfbuzz.Buffer:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(face.font, buffer, features or {})
    return buffer


def read_font_faces(folders: Sequence[Path]) -> FontFaces:
    """Read every font file in some folders; again only when a file has changed."""
    return _read_once(file_signatures(font_files(folders)))


@lru_cache(maxsize=4)
def _read_once(signatures: FileSignatures) -> FontFaces:
    read = [*_read(file for file, *_ in signatures)]
    faces = tuple(face for face in read if isinstance(face, FontFace))
    return FontFaces(faces, tuple(file for file in read if isinstance(file, Path)))


def _read(files: Iterable[Path]) -> Iterator[FontFace | Path]:
    """Read the font of each file; give the path of one that is no font with letters."""
    for file in files:
        try:
            face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file)))
        except uharfbuzz.HarfBuzzError as error:  # no memory, or too many open files
            raise OSError(f"the font cannot be opened: {file}") from error
        if not face.unicodes:
            yield file
            continue
        font = uharfbuzz.Font(face)
        name = next(filter(None, map(face.get_name, _FAMILY_NAMES)), file.stem)
        yield FontFace(
            family=name,
            weight=round(font.get_style_value(uharfbuzz.StyleTag.WEIGHT)),
            italic=font.get_style_value(uharfbuzz.StyleTag.ITALIC) > 0,
            codepoints=frozenset(face.unicodes),
            font=font,
            units=face.upem,
        )
