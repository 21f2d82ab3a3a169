"""Read fonts with HarfBuzz: which characters they cover, and how wide and high a text is.

Pango lays out the page with the same shaping engine and the same files, so a width measured
here is that on the page. Reading the bundled fonts takes 4 ms and needs no WeasyPrint.

HarfBuzz and Pango do not read WOFF2, which is compressed: each process unpacks such files
once, into a folder of its own.
"""

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import uharfbuzz

from pipeline.project import FONT_SUFFIXES, FileSignatures, file_signatures

# Name IDs of OpenType: the typographic family, else the family of at most four styles.
_FAMILY_NAME_IDS = (16, 1)
REGULAR, BOLD = 400, 700
_TABULAR_FEATURES = {"tnum": True, "kern": False}


@dataclass(frozen=True, eq=False)
class FontFace:
    """One font file: a family in one weight, upright or italic."""

    family: str
    weight: int
    italic: bool
    codepoints: frozenset[int]
    font: uharfbuzz.Font
    units_per_em: int


@dataclass(frozen=True, eq=False)
class FontFaces:
    """All fonts available to a brief, and the `damaged` files, from which none was read."""

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
        """The width of a text in em; each character is set in the first family that has it.

        `tabular_digits` measures tabular digits without kerning, as charts use them.
        """
        runs = self._runs(text, families, weight)
        return sum(_run_width(run, face, tabular_digits) for run, face in runs)

    def vertical_extents(
        self, text: str, families: Sequence[str], weight: int = REGULAR
    ) -> tuple[float, float]:
        """The extents of the glyphs of a text below and above their baseline, in em."""
        extents = [
            extent / face.units_per_em
            for run, face in self._runs(text, families, weight)
            for glyph in _shape_text(run, face).glyph_infos
            if (box := face.font.get_glyph_extents(glyph.codepoint))
            for extent in (box.y_bearing, box.y_bearing + box.height)
        ]
        return -min(extents, default=0.0), max(extents, default=0.0)

    def bearing(self, text: str, families: Sequence[str], weight: int = REGULAR) -> float:
        """The left side bearing of the first glyph, in em."""
        for run, face in self._runs(text, families, weight):
            first = _shape_text(run, face).glyph_infos[0].codepoint
            box = face.font.get_glyph_extents(first)
            return box.x_bearing / face.units_per_em if box else 0.0
        return 0.0

    def _runs(
        self, text: str, families: Sequence[str], weight: int
    ) -> Iterator[tuple[str, FontFace]]:
        """Divide a text into runs of one face; leave out characters that no family has."""
        stack = [face for family in families if (face := self._nearest(family, weight))]
        letters = zip(text, _choose_faces(text, stack), strict=True)
        for index, run in groupby(letters, lambda letter_and_face: letter_and_face[1]):
            if index < len(stack):
                yield "".join(character for character, _ in run), stack[index]

    def _nearest(self, family: str, weight: int) -> FontFace | None:
        upright = (f for f in self.faces if f.family == family and not f.italic)
        return min(upright, key=lambda face: abs(face.weight - weight), default=None)


def _choose_faces(text: str, stack: Sequence[FontFace]) -> Iterator[int]:
    """The index of each character's face; as in Pango, a space has the face before it."""
    index = next((_find_face(c, stack) for c in text if c != " "), 0)
    for character in text:
        if character != " ":
            index = _find_face(character, stack)
        yield index


def _find_face(character: str, stack: Sequence[FontFace]) -> int:
    indexes = (i for i, face in enumerate(stack) if ord(character) in face.codepoints)
    return next(indexes, len(stack))


def _run_width(text: str, face: FontFace, tabular_digits: bool) -> float:
    buffer = _shape_text(text, face, _TABULAR_FEATURES if tabular_digits else None)
    advance: int = sum(position.x_advance for position in buffer.glyph_positions)
    return advance / face.units_per_em


def _shape_text(
    text: str, face: FontFace, features: dict[str, bool] | None = None
) -> uharfbuzz.Buffer:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(face.font, buffer, features or {})
    return buffer


def read_font_faces(folders: Sequence[Path]) -> FontFaces:
    """Read every font file in folders; the result is cached until a file changes."""
    return _read_cached(file_signatures(font_files(folders)))


@lru_cache(maxsize=4)
def _read_cached(signatures: FileSignatures) -> FontFaces:
    results = [*_read_fonts(file for file, *_ in signatures)]
    faces = tuple(face for face in results if isinstance(face, FontFace))
    return FontFaces(faces, tuple(file for file in results if isinstance(file, Path)))


def _read_fonts(files: Iterable[Path]) -> Iterator[FontFace | Path]:
    """Yield the font of each file, or the path of a file without a font or glyphs."""
    for file in files:
        try:
            face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file)))
        except uharfbuzz.HarfBuzzError as error:  # no memory, or too many open files
            raise OSError(f"the font cannot be opened: {file}") from error
        if not face.unicodes:
            yield file
            continue
        font = uharfbuzz.Font(face)
        name = next(filter(None, map(face.get_name, _FAMILY_NAME_IDS)), file.stem)
        yield FontFace(
            family=name,
            weight=round(font.get_style_value(uharfbuzz.StyleTag.WEIGHT)),
            italic=font.get_style_value(uharfbuzz.StyleTag.ITALIC) > 0,
            codepoints=frozenset(face.unicodes),
            font=font,
            units_per_em=face.upem,
        )


def font_files(folders: Sequence[Path]) -> Iterator[Path]:
    """List the font files; WOFF2 files are replaced by their unpacked copies.

    A damaged WOFF2 file is listed as it is, like a damaged TrueType file.
    """
    for folder in folders:
        for file in sorted(folder.glob("*")):  # gives nothing if the folder is missing
            if file.suffix not in FONT_SUFFIXES or not file.is_file():
                continue
            is_packed = file.suffix == ".woff2"
            yield (is_packed and _unpack(*file_signatures([file]))) or file


@cache
def _unpacked_fonts() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="briefs-fonts-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@lru_cache(maxsize=64)
def _unpack(signature: tuple[Path, int, int, int, int]) -> Path | None:
    """Unpack a file once for each version of it; None if it is not a font.

    Two projects may have files of the same name; each source folder has its own copies.
    """
    from fontTools.ttLib import TTFont, TTLibError
    from fontTools.ttLib.woff2 import decompress

    packed = signature[0]
    folder = _unpacked_fonts() / sha256(bytes(packed.parent)).hexdigest()
    folder.mkdir(exist_ok=True)
    unpacked = folder / f"{packed.stem}.ttf"
    try:
        decompress(packed, unpacked)
        TTFont(unpacked, lazy=True).close()
    except TTLibError:
        unpacked.unlink(missing_ok=True)
        return None
    return unpacked
