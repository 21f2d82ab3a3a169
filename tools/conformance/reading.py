"""Read a PDF as a screen reader does: its structure tree, and the text that hangs in it.

Input: an opened PDF. Output: a `Reading`, where each piece of marked content has its
text and each element its kids. Knows nothing of the pipeline; it sees the finished file, so
that a fault of any writer shows. Section numbers are those of ISO 32000-1.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeGuard

import pikepdf
from pikepdf import Array, Dictionary, Name

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
UNKNOWN = "\ufffd"
# Written for readers of glyphs (pipeline/pdf/right_to_left.py); they are not said.
DIRECTION_MARKS = ("\u200e", "\u200f")


@dataclass
class Piece:
    """One sequence of marked content: its glyphs' texts in the order of the page.

    `actual` is its replacement text (14.9.4), if any. `baseline` is the height of its first
    glyph on the page.
    """

    glyphs: list[str] = field(default_factory=list)
    actual: str | None = None
    baseline: float | None = None


@dataclass
class Page:
    """One page: its marked content by number, and the numbers that are not usable.

    `twice` are those of a second content, `in_forms` those in forms, outside the tree.
    """

    content: dict[int, Piece] = field(default_factory=dict)
    twice: list[int] = field(default_factory=list)
    in_forms: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Marked:
    """A leaf of the tree: marked content number `mcid` of a page (-1: no page of ours)."""

    page: int
    mcid: int


@dataclass(frozen=True)
class Linked:
    """A leaf of the tree: an annotation, by its object number."""

    number: tuple[int, int]


@dataclass
class Element:
    """One structure element with what it says of itself."""

    role: str
    number: tuple[int, int]
    language: str
    alt: str | None
    actual: str | None
    kids: list["Element | Marked | Linked"]

    def leaves(self) -> Iterator[tuple["Element", Marked | Linked]]:
        """Every leaf below with the element that it hangs in, in reading order."""
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.leaves()
            else:
                yield self, kid


@dataclass(frozen=True)
class Utterance:
    """Words said in one go, and what they are: roles, outermost first."""

    text: str
    roles: tuple[str, ...]


@dataclass
class Reading:
    """A whole file. `root` is None when the file has no structure tree.

    In PDF 2.0 the caption in a figure is read beside its alternative text; in PDF 1.7 that
    stands for all that is in the figure.
    """

    pages: list[Page]
    root: Element | None
    is_pdf2: bool = False

    def aloud(self) -> list[Utterance]:
        """Read the tree in its order, as a screen reader does."""
        return list(self._said(self.root, ())) if self.root else []

    def _said(self, element: Element, above: tuple[str, ...]) -> Iterator[Utterance]:
        roles = (*above, element.role)
        words = element.alt if element.role == "Figure" else element.actual
        if words is not None:
            captions = [k for k in element.kids if self.is_pdf2 and _is_caption(k)]
            is_first = captions and captions[0] is element.kids[0]
            said = [u for caption in captions for u in self._said(caption, roles)]
            yield from said if is_first else ()
            yield Utterance(words, roles)
            yield from () if is_first else said
            return
        for kid in element.kids:
            if isinstance(kid, Element):
                yield from self._said(kid, roles)
            elif isinstance(kid, Marked) and kid.page >= 0:
                piece = self.pages[kid.page].content.get(kid.mcid, Piece())
                text = in_logical_order(piece.glyphs, element.language)
                yield Utterance(text if piece.actual is None else piece.actual, roles)


def read(pdf: pikepdf.Pdf) -> Reading:
    """Read a file."""
    numbers = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
    tree = pdf.Root.get("/StructTreeRoot")
    language = str(pdf.Root.get("/Lang", ""))
    root = None
    if tree is not None:
        root = Element("StructTreeRoot", tree.objgen, language, None, None, [])
        root.kids = list(_kids(tree, root, -1, numbers))
    return Reading([_read_page(page) for page in pdf.pages], root, pdf.pdf_version == "2.0")


def in_logical_order(glyphs: list[str], language: str) -> str:
    """Turn glyphs as they stand on a line, from left to right, into text as it is read.

    What every reader does for Arabic: runs of right-to-left letters are turned round, and
    in a right-to-left language so is the order of the runs. The text of one glyph (a
    ligature stands for several letters) is never turned.
    """
    base = "R" if language.split("-")[0] in RIGHT_TO_LEFT else "L"
    glyphs = [glyph for glyph in glyphs if glyph not in DIRECTION_MARKS]
    kinds = {_strong(glyph) for glyph in glyphs}
    # A telephone number stands in a span of its own, from left to right.
    if "R" not in kinds and (base == "L" or "L" in kinds or glyphs[:1] == ["+"]):
        return "".join(glyphs)
    runs: list[tuple[str, list[str]]] = []
    for glyph, side in zip(glyphs, _sides(glyphs, base), strict=True):
        if not runs or runs[-1][0] != side:
            runs.append((side, []))
        runs[-1][1].append(glyph)
    if base == "R":
        runs.reverse()
    return "".join("".join(r[::-1] if side == "R" else r) for side, r in runs)


def _sides(glyphs: list[str], base: str) -> list[str]:
    """Return each glyph its direction: a sign between two letters of one kind has theirs.

    Figures run to the right, and are neighbours like letters of the line's own language
    (Unicode annex 9, N1); a separator between two of them is part of a number (W4), a dash
    is not. The sign at the right of a number, as in 28%, is part of it (W5).
    """
    kinds = [_strong(glyph) for glyph in glyphs]
    neighbours = ["", *kinds, ""]
    for i, glyph in enumerate(glyphs):
        start = i - 1 if glyphs[i - 1 : i] == ["\u00a0"] else i
        if _is_sign(glyph) and neighbours[start] == "N" and not neighbours[i + 2]:
            kinds[start : i + 1] = ["N"] * (i + 1 - start)
    signs = [
        "L"
        if kind == "N" or (_joins(glyph) and neighbours[i] == neighbours[i + 2] == "N")
        else kind
        for i, (glyph, kind) in enumerate(zip(glyphs, kinds, strict=True))
    ]
    letters = [base if kind == "N" else kind for kind in kinds]
    before = list(_carried(letters, base))
    after = list(_carried(letters[::-1], base))[::-1]
    return [
        own or (left if left == right else base)
        for own, left, right in zip(signs, before, after, strict=True)
    ]


def _is_sign(glyph: str) -> bool:
    return bool(glyph) and unicodedata.bidirectional(glyph[0]) == "ET"


def _joins(glyph: str) -> bool:
    return bool(glyph) and unicodedata.bidirectional(glyph[0]) in ("ES", "CS")


def _carried(strong: list[str], base: str) -> Iterator[str]:
    last = base
    for side in strong:
        last = side or last
        yield last


def _strong(glyph: str) -> str:
    """Say whether a glyph runs to the right ("L") or left ("R"), or is a figure ("N")."""
    kind = unicodedata.bidirectional(glyph[0]) if glyph else ""
    return {"L": "L", "EN": "N", "AN": "N", "R": "R", "AL": "R"}.get(kind, "")


# --- The structure tree (14.7) ---


def _is_caption(kid: Element | Marked | Linked) -> TypeGuard[Element]:
    return isinstance(kid, Element) and kid.role == "Caption"


def _kids(
    parent: Any, element: Element, page: int, numbers: dict[tuple[int, int], int]
) -> Iterator[Element | Marked | Linked]:
    kids = parent.get("/K")
    for kid in kids if isinstance(kids, Array) else [kids]:
        if kid is None:
            continue
        if not isinstance(kid, Dictionary):
            yield Marked(page, int(kid))
            continue
        own = numbers.get(kid.Pg.objgen, -1) if "/Pg" in kid else page
        if kid.get("/Type") == Name.MCR:
            yield Marked(own, int(kid.MCID))
        elif kid.get("/Type") == Name.OBJR:
            yield Linked(kid.Obj.objgen)
        else:
            yield _element(kid, element, own, numbers)


def _element(
    source: Any, parent: Element, page: int, numbers: dict[tuple[int, int], int]
) -> Element:
    def text(key: str) -> str | None:
        return str(source[key]) if key in source else None

    language = text("/Lang") or parent.language
    role = str(source.S).lstrip("/")
    role = "Note" if role == "FENote" else role  # its name in PDF 2.0
    element = Element(role, source.objgen, language, text("/Alt"), text("/ActualText"), [])
    element.kids = list(_kids(source, element, page, numbers))
    return element


# --- The content of pages (14.6, 9.10) ---


def _read_page(page: pikepdf.Page) -> Page:
    reader = _PageReader()
    reader.read(page, page.obj.get("/Resources", Dictionary()))
    return reader.page


class _PageReader:
    """One walk over the operators of a page and of the forms that it draws."""

    def __init__(self) -> None:
        self.page = Page()
        # What is open: the number of each sequence, and whether its text is replaced.
        self.open: list[tuple[int | None, bool]] = []
        self.texts: Mapping[int, str] | None = None
        self.width = 2
        self.form = False
        self.baseline = 0.0

    def read(self, stream: Any, resources: Any) -> None:
        for instruction in pikepdf.parse_content_stream(stream):
            operands, operator = instruction.operands, str(instruction.operator)
            if operator in ("BMC", "BDC"):
                self.begin(operands, resources)
            elif operator == "EMC":
                self.open.pop()
            elif operator == "Tf":
                self.take_font(resources.Font[str(operands[0])])
            elif operator == "Tm":
                self.baseline = float(operands[5])
            elif operator in ("Tj", "'", '"'):
                self.show([operands[-1]])
            elif operator == "TJ":
                self.show(operands[0])
            elif operator == "Do":
                self.draw(resources.XObject[str(operands[0])], resources)

    def begin(self, operands: Any, resources: Any) -> None:
        properties = operands[1] if len(operands) > 1 else Dictionary()
        if isinstance(properties, Name):
            properties = resources.Properties[str(properties)]
        replaced = any(hidden for _, hidden in self.open)
        if "/MCID" not in properties:
            self.open.append((None, replaced))
            return
        mcid = int(properties.MCID)
        if self.form:
            self.page.in_forms.append(mcid)
        elif mcid in self.page.content:
            self.page.twice.append(mcid)
        else:
            self.page.content[mcid] = Piece()
            if "/ActualText" in properties:
                self.page.content[mcid].actual = str(properties.ActualText)
        self.open.append((mcid, replaced))

    def take_font(self, font: Any) -> None:
        self.width = 2 if font.Subtype == Name.Type0 else 1
        unicode = font.get("/ToUnicode")
        self.texts = None if unicode is None else _unicode_map(unicode.read_bytes())

    def show(self, parts: Any) -> None:
        mcid = next((m for m, _ in reversed(self.open) if m is not None), None)
        if mcid is None or self.form:
            return
        if self.page.content[mcid].baseline is None:
            self.page.content[mcid].baseline = self.baseline
        for part in parts:
            if isinstance(part, pikepdf.String):
                self.page.content[mcid].glyphs += self.glyphs(bytes(part))

    def glyphs(self, codes: bytes) -> Iterator[str]:
        for start in range(0, len(codes), self.width):
            code = int.from_bytes(codes[start : start + self.width], "big")
            yield UNKNOWN if self.texts is None else self.texts.get(code, UNKNOWN)

    def draw(self, form: Any, resources: Any) -> None:
        """Look for marked content in a form: its numbers are not those of the page."""
        if form.get("/Subtype") != Name.Form:
            return
        outer, self.form = self.form, True
        self.read(form, form.get("/Resources", resources))
        self.form = outer


# A page changes its font at nearly every piece of text.
@lru_cache(maxsize=256)
def _unicode_map(cmap: bytes) -> Mapping[int, str]:
    """Read a ToUnicode CMap (9.10.3). WeasyPrint writes single characters, no ranges."""
    if b"beginbfrange" in cmap:
        raise ValueError("a ToUnicode CMap with ranges: teach it to reading.py")
    texts = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", part):
            texts[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return texts
