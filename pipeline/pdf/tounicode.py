"""The composite fonts of a PDF: map their glyphs to texts, and add glyphs."""

import io
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

# The ligatures of lam and alef, and their characters in Arabic Presentation Forms-B.
_LAM_ALEF = {
    "\u0644\u0622": "\ufef5",
    "\u0644\u0623": "\ufef7",
    "\u0644\u0625": "\ufef9",
    "\u0644\u0627": "\ufefb",
}
_LETTER_WITH_MARKS = re.compile("[\u0620-\u064a\u066e-\u06d3]([\u064b-\u065f\u0670]+)")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_MAPPING = re.compile(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>")
# The flag of a TrueType component whose arguments are an offset.
_ARGS_ARE_XY_VALUES = 0x0002


class TrueTypeFile:
    """A TrueType font embedded in a PDF. Glyphs can be added to it."""

    def __init__(self, stream: Any) -> None:
        from fontTools.ttLib import TTFont

        self.stream = stream
        data = io.BytesIO(b"".join(stream.stream))
        self.font = TTFont(data, recalcTimestamp=False)
        self.units_per_em: int = self.font["head"].unitsPerEm
        self.names: list[str] = self.font.getGlyphOrder()
        self.added: dict[tuple[int | None, int, int, int, str], int] = {}

    def add(self, text: str, width: float, outline: int | None, x: float, y: float) -> int:
        """Add an empty glyph, or a copy of an `outline` moved by x and y, in 1/1000 em."""
        from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

        advance, x, y = (round(v * self.units_per_em / 1000) for v in (width, x, y))
        key = (outline, advance, x, y, text)
        if key not in self.added:
            self.added[key] = len(self.names)
            glyph = Glyph()
            if outline is not None:
                part = GlyphComponent()
                part.glyphName, part.flags = self.names[outline], _ARGS_ARE_XY_VALUES
                part.x, part.y = x, y
                glyph.numberOfContours, glyph.components = -1, [part]
                glyph.recalcBounds(self.font["glyf"])
            name = f"added{len(self.names)}"
            self.font["glyf"][name] = glyph  # which appends to the glyph order, `names`
            self.font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))
        return self.added[key]

    def write(self) -> None:
        """Write the font into its stream."""
        data = io.BytesIO()
        self.font.save(data)
        self.stream.stream[:] = [data.getvalue()]
        self.stream.extra["Length1"] = len(data.getvalue())


class CompositeFont:
    """A font of a PDF with its ToUnicode map.

    WeasyPrint 70 maps the glyph of a mark to the letter and the mark; here it is mapped to
    the mark alone, because the letter has a glyph of its own.
    """

    def __init__(self, pdf: Any, dictionary: Any, files: dict[str, TrueTypeFile]) -> None:
        self.pdf, self.files = pdf, files
        self.map_lines: list[Any] = resolve_reference(pdf, dictionary["ToUnicode"]).stream
        self.descendant = resolve_reference(pdf, dictionary["DescendantFonts"][0])
        self.widths = dict(_read_widths(self.descendant["W"]))
        self.texts: dict[int, str] = {}
        for line in self.map_lines:
            if mapping := isinstance(line, bytes) and _MAPPING.fullmatch(line):
                text = bytes.fromhex(mapping[2].decode()).decode("utf-16-be")
                marked = _LETTER_WITH_MARKS.fullmatch(text)
                self.texts[int(mapping[1], 16)] = marked[1] if marked else text
        self.runs_right_to_left = any(map(_RIGHT_TO_LEFT.search, self.texts.values()))
        if self.runs_right_to_left:
            # A no-break space has the bidirectional class CS: PDFium would join it to the
            # number beside it.
            self.texts = {g: t.replace("\u00a0", " ") for g, t in self.texts.items()}
        self.added: dict[int, str] = {}

    @cached_property
    def file(self) -> TrueTypeFile | None:
        """The embedded font, unless it is of another kind than TrueType."""
        descriptor = resolve_reference(self.pdf, self.descendant["FontDescriptor"])
        reference = descriptor.get("FontFile2")
        if reference and reference not in self.files:
            self.files[reference] = TrueTypeFile(resolve_reference(self.pdf, reference))
        return self.files.get(reference)

    def add(
        self,
        text: str,
        width: float = 0,
        outline: int | None = None,
        x: float = 0,
        y: float = 0,
    ) -> int:
        """Add a glyph for a text to the font; see `TrueTypeFile.add`."""
        if not self.file:
            raise ValueError("glyphs can be added to TrueType fonts only")
        glyph = self.file.add(text, width, outline, x, y)
        if glyph not in self.added:
            self.added[glyph] = self.texts[glyph] = text
            self.widths[glyph] = width
            self.descendant["W"].extend([glyph, f"[{width:f}]"])
        return glyph

    def write(self) -> None:
        """Write the ToUnicode map, with the glyphs that were added."""
        for index, line in enumerate(self.map_lines):
            if mapping := isinstance(line, bytes) and _MAPPING.fullmatch(line):
                glyph = int(mapping[1], 16)
                text = self.texts[glyph]
                self.map_lines[index] = _mapping_line(glyph, _LAM_ALEF.get(text, text))
        end = self.map_lines.index(b"endcmap")
        self.map_lines[end:end] = _mapping_lines(self.added)


def find_fonts(pdf: Any) -> dict[bytes, CompositeFont]:
    """Find the fonts of a PDF by the names that content streams use."""
    files: dict[str, TrueTypeFile] = {}
    return {
        entry["BaseFont"].split(b"+")[0]: CompositeFont(pdf, entry, files)
        for entry in pdf.objects
        if isinstance(entry, dict) and entry.get("Subtype") == "/Type0"
    }


def resolve_reference(pdf: Any, reference: Any) -> Any:
    """Find an object of a PDF by a reference such as b"12 0 R"."""
    return pdf.objects[int(reference.split()[0])]


def _read_widths(array: list[Any]) -> Iterator[tuple[int, float]]:
    """Read the widths of a font: "3 [500 600]" is that of glyphs 3 and 4."""
    for first, widths in zip(array[::2], array[1::2], strict=True):
        yield from enumerate(widths, first)


def _mapping_lines(texts: dict[int, str]) -> Iterator[bytes]:
    lines = [_mapping_line(glyph, text) for glyph, text in texts.items()]
    for start in range(0, len(lines), 100):
        batch = lines[start : start + 100]
        yield from (b"%d beginbfchar" % len(batch), *batch, b"endbfchar")


def _mapping_line(glyph: int, text: str) -> bytes:
    return b"<%04x> <%s>" % (glyph, text.encode("utf-16-be").hex().encode())
