"""Look a press file over before it is sent: is it PDF/X-4, and how will it print?

Shape in: a PDF. Shape out: a `Preflight`: its boxes, inks, pictures and fonts, and what is
wrong with it. What is wrong is what a print shop would send it back for (ISO 15930-7, and
3 mm of bleed); what is merely to be known, such as a coarse picture, stands in the report.
No free program judges PDF/X; so each point is asserted here.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from pipeline.prepress.content_stream import OPERATORS, DrawnImage, Inks, TextRun, walk_page
from pipeline.prepress.crop_marks import BLEED_MM, MARGIN_MM, MM
from pipeline.prepress.ghostscript import run_ghostscript
from pipeline.prepress.pdfx import streams_drawn
from pipeline.prepress.pdfx_metadata import CLAIM, STANDARD
from pipeline.problems import PipelineError, Place, Problem, Rule

# Rounding of boxes: a tenth of a millimetre is what a guillotine misses.
_SLACK_MM = 0.1
# Dots per inch of the pages on which ink is measured.
_INK_DPI = 100
# In millimetres: a page has 3 to 14,400 points (ISO 32000-1, Annex C.2).
_LEAST_MM, _MOST_MM = 3 / MM, 14_400 / MM
# What a file that is no press file of ours may lead to.
_DAMAGED = (
    *(pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, RuntimeError, SyntaxError),
)
_NOT_INKS = ("/DeviceRGB", "/CalRGB", "/CalGray", "/Lab")
_BOXES = {"mediabox": "its sheet", "bleedbox": "its bleed", "trimbox": "its cut"}
# What is drawn with by its name, and where resources have it (ISO 32000-1, 7.8.3).
_NAMED = {
    "Do": ("/XObject", "pictures"),
    "Tf": ("/Font", "fonts"),
    "gs": ("/ExtGState", "settings"),
    "sh": ("/Shading", "gradients"),
    **dict.fromkeys(("scn", "SCN"), ("/Pattern", "patterns")),
    **dict.fromkeys(("cs", "CS"), ("/ColorSpace", "colours")),
}
_Found = TypeVar("_Found")
_SPACES_OF_PDF = ("/DeviceGray", "/DeviceCMYK", "/DeviceRGB", "/Pattern")


@dataclass(frozen=True)
class PageInk:
    """The ink of one page, in per cent: the most on one spot, and the share of each ink.

    `shares` are those of cyan, magenta, yellow and black, of the whole trimmed page.
    """

    most: int
    shares: tuple[float, float, float, float]


@dataclass(frozen=True)
class PlacedImage:
    """A picture on a page: its size in millimetres, its resolution in pixels per inch."""

    page: int
    width: float
    height: float
    pixels: tuple[int, int]
    resolution: int
    is_grey: bool


@dataclass(frozen=True)
class Preflight:
    """What a press file is. Sizes are in millimetres, those of the first page.

    A size is None when the file does not say it, or says what cannot be. `ink` is empty
    when it was not measured: `not_measured` says why. `text_inks` are the inks of text, the
    most frequent first; `fonts` are names, and whether they are embedded.
    """

    condition: str
    sheet: tuple[float, float] | None
    trim: tuple[float, float] | None
    bleed: float | None
    ink: tuple[PageInk, ...]
    not_measured: str
    text_inks: tuple[Inks, ...]
    pictures: tuple[PlacedImage, ...]
    fonts: tuple[tuple[str, bool], ...]
    faults: tuple[str, ...]


def find_faults(pdf: bytes) -> tuple[str, ...]:
    """Say for what a print shop would send a file back."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return tuple(dict.fromkeys(_faults(opened)))


def inspect(pdf: bytes, ghostscript: str | None, place: Place) -> Preflight:
    """Look a file over. Its ink is measured by Ghostscript, where that is.

    What cannot be read in it is a fault. Raises PipelineError, about `place`, for a file
    that is no PDF.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            found = _inspect(opened)
    except _DAMAGED as error:
        what, hint = "the file is not a PDF, or it is damaged", "build it again"
        problem = Problem(Rule.PDF_UNREADABLE, place, what, hint)
        raise PipelineError(problem) from error
    if None in (found.trim, found.sheet):
        return replace(found, not_measured="the pages have no size")
    ink, not_measured = _measure(pdf, ghostscript, place)
    return replace(found, ink=ink, not_measured=not_measured)


def _inspect(opened: Pdf) -> Preflight:
    """Say what a file is; its ink is not measured yet."""
    text: Counter[Inks] = Counter()
    pictures: list[PlacedImage] = []
    for number, page in enumerate(opened.pages, 1):
        for drawn in _as_far_as_read(walk_page(page)):
            if isinstance(drawn, TextRun):
                text[drawn.inks] += 1
            else:
                pictures.append(_placed(number, drawn))
    media, bleed, trim = (
        _box(opened.pages[0], name) if opened.pages else None for name in _BOXES
    )
    return Preflight(
        condition=next(_as_far_as_read(_conditions(opened)), ""),
        sheet=_size(media) if media else None,
        trim=_size(trim) if trim else None,
        bleed=round(trim[0] - bleed[0], 1) if trim and bleed else None,
        ink=(),
        not_measured="",
        text_inks=tuple(inks for inks, _ in text.most_common()),
        pictures=tuple(pictures),
        fonts=tuple(_as_far_as_read(iter(sorted(_fonts(opened).items())))),
        faults=tuple(dict.fromkeys(_faults(opened))),
    )


def _as_far_as_read(given: Iterator[_Found]) -> Iterator[_Found]:
    """Give what can be read; that the rest cannot is said among the faults."""
    try:
        yield from given
    except _DAMAGED:
        return


def _placed(page: int, picture: DrawnImage) -> PlacedImage:
    width, height = (round(points / MM, 1) for points in picture.points)
    resolution = picture.resolution
    return PlacedImage(page, width, height, picture.pixels, resolution, picture.is_grey)


# --- What is wrong ---


def _faults(pdf: Pdf) -> Iterator[str]:
    of_file = "what the file says of itself cannot be read"
    yield from _or_say(of_file, lambda: _wrong_claims(pdf))
    yield from _or_say("its output intents cannot be read", lambda: _wrong_intents(pdf))
    if not pdf.pages:
        yield "it has no pages"
    for number, page in enumerate(pdf.pages, 1):
        for fault in _wrong_page(page):
            yield f"page {number}: {fault}"
    yield from _or_say("its drawings cannot be read", lambda: _wrong_drawings(pdf))
    yield from _or_say("its colours cannot be read", lambda: _wrong_colours(pdf))
    yield from (
        f'the font "{name}" is not embedded'
        for name, inside in _fonts(pdf).items()
        if not inside
    )


def _or_say(said: str, find: Callable[[], Iterable[str]]) -> Iterator[str]:
    """Give the faults that are found; that nothing can be read is one, too."""
    try:
        yield from find()
    except _DAMAGED:
        yield said


def _wrong_page(page: Page) -> Iterator[str]:
    yield from _or_say("its boxes cannot be read", lambda: _wrong_boxes(page))
    if page.get("/Annots"):
        yield "it has links or notes, which cannot be printed"
    yield from _or_say("what it draws cannot be read", lambda: _wrong_content(page))


def _wrong_content(page: Page) -> Iterator[str]:
    marks = _marks(page)
    if not isinstance(page.get("/Contents"), Stream | Array):
        yield "it has nothing to print, or what it draws cannot be read"
        return
    if any(name not in OPERATORS for name, _ in marks):
        yield "what it draws cannot be read"
        return
    for _ in walk_page(page):
        pass  # it reads the numbers of each mark
    if lacking := _lacking(marks, page.obj.get("/Resources", Dictionary())):
        yield f"it draws with {_and(lacking)} that the file does not have"
    if _has_rgb(marks):
        yield "colours of a screen (RGB) are left"


def _wrong_drawings(pdf: Pdf) -> Iterator[str]:
    """Groups and tiles draw as pages do, wherever they are."""
    for stream in streams_drawn(pdf):
        marks = _marks(stream)
        if lacking := _lacking(marks, stream.get("/Resources", Dictionary())):
            yield f"a drawing needs {_and(lacking)} that the file does not have"
        if _has_rgb(marks):
            yield "a drawing has colours of a screen (RGB)"


def _marks(drawn: Page | Stream) -> list[tuple[str, list[Any]]]:
    """What is drawn: the name of each operator, and its operands."""
    marks = pikepdf.parse_content_stream(drawn)
    return [(str(mark.operator), list(mark.operands)) for mark in marks]


def _lacking(marks: list[tuple[str, list[Any]]], resources: Any) -> list[str]:
    """Say what is drawn with by a name that nothing has: fonts, pictures, colours."""
    lacking: dict[str, None] = {}
    for operator, operands in marks:
        kind, said = _NAMED.get(operator, ("", ""))
        name = next((word for word in operands if isinstance(word, Name)), None)
        if not kind or name is None or str(name) in _SPACES_OF_PDF:
            continue
        if str(name) not in resources.get(kind, Dictionary()):
            lacking[said] = None
    return list(lacking)


def _and(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _claim(pdf: Pdf) -> str:
    # Not with `with`: that would write the packet again, and mend what is to be judged.
    return str(pdf.open_metadata().get(CLAIM, ""))


def _wrong_claims(pdf: Pdf) -> Iterator[str]:
    if _claim(pdf) != STANDARD:
        yield f"it does not say that it is {STANDARD}"
    if pdf.pdf_version != "1.6":
        yield f"it is PDF {pdf.pdf_version}, where {STANDARD} is PDF 1.6"
    if pdf.docinfo.get("/Trapped") not in (Name("/True"), Name("/False")):
        yield "it does not say whether it is trapped"
    if not str(pdf.docinfo.get("/Title", "")):
        yield "it has no title"
    if "/ID" not in pdf.trailer:
        yield "it has no identifier"
    if pdf.is_encrypted:
        yield "it is encrypted"


def _intents(pdf: Pdf) -> list[Any]:
    intents = pdf.Root.get("/OutputIntents", Array())
    return [intent for intent in intents if intent.get("/S") == Name.GTS_PDFX]


def _conditions(pdf: Pdf) -> Iterator[str]:
    for intent in _intents(pdf):
        yield str(intent.get("/OutputConditionIdentifier", ""))


def _wrong_intents(pdf: Pdf) -> Iterator[str]:
    intents = _intents(pdf)
    if len(intents) != 1:
        yield f"it has {len(intents) or 'no'} output intents, and needs one"
    for intent in intents:
        if not str(intent.get("/OutputConditionIdentifier", "")):
            yield "its output intent does not name a printing condition"
        profile = intent.get("/DestOutputProfile")
        head = profile.read_bytes()[:40] if isinstance(profile, Stream) else b""
        if head[12:20] != b"prtrCMYK":
            yield "its output intent has no profile of a press with four inks"


def _wrong_boxes(page: Page) -> Iterator[str]:
    if "/TrimBox" not in page:
        yield "it does not say where it is cut"
        return
    media, bleed, trim = (_box(page, name) for name in _BOXES)
    for box, said in zip((media, bleed, trim), _BOXES.values(), strict=True):
        if box is None:
            yield f"{said} is none that a page can have"
    if bleed and trim and _differs(_between(bleed, trim), BLEED_MM):
        yield f"its bleed is not {BLEED_MM:.0f} mm on each side"
    if media and trim and min(_between(media, trim)) < MARGIN_MM - _SLACK_MM:
        yield f"crop marks have no room: the sheet needs {MARGIN_MM:.0f} mm on each side"


def _differs(widths: list[float], wanted: float) -> bool:
    return any(abs(width - wanted) > _SLACK_MM for width in widths)


def _box(page: Page, name: str) -> tuple[float, ...] | None:
    """A box of a page, in millimetres: left, bottom, right, top; None when it cannot be.

    Without a TrimBox it is cut nowhere: that the sheet's edge then counts is not meant.
    """
    try:
        edges = tuple(float(edge) / MM for edge in getattr(page, name))
        left, bottom, right, top = edges
    except _DAMAGED:
        return None
    sides = right - left, top - bottom
    is_possible = all(_LEAST_MM <= side <= _MOST_MM for side in sides)
    is_said = name == "mediabox" or "/TrimBox" in page
    return edges if is_possible and is_said else None


def _between(outer: tuple[float, ...], inner: tuple[float, ...]) -> list[float]:
    pairs = list(zip(outer, inner, strict=True))
    return [b - a for a, b in pairs[:2]] + [a - b for a, b in pairs[2:]]


def _size(box: tuple[float, ...]) -> tuple[float, float]:
    left, bottom, right, top = box
    return round(right - left, 1), round(top - bottom, 1)


def _has_rgb(marks: list[tuple[str, list[Any]]]) -> bool:
    return any(operator in ("rg", "RG") for operator, _ in marks)


def _wrong_colours(pdf: Pdf) -> Iterator[str]:
    """Pictures, groups, patterns and gradients name their colours, wherever they are."""
    for found in pdf.objects:
        if isinstance(found, Stream):
            if _names_rgb(found.stream_dict):
                is_picture = found.get("/Subtype") == Name.Image
                what = "a picture" if is_picture else "a drawing"
                yield f"{what} has colours of a screen (RGB)"
        elif _names_rgb(found):
            yield "a gradient or a group has colours of a screen (RGB)"


def _names_rgb(found: Any) -> bool:
    """Whether a value names a colour space that is none of inks; not what it refers to."""
    if isinstance(found, Name):
        return str(found) in _NOT_INKS
    if isinstance(found, Array):
        parts = list(found)
        if parts and parts[0] == Name.ICCBased:
            return int(parts[1].get("/N", 0)) == 3
        return any(_names_rgb(part) for part in parts if not _is_reference(part))
    if isinstance(found, Dictionary):
        values = (value for _, value in found.items())
        return any(_names_rgb(value) for value in values if not _is_reference(value))
    return False


def _is_reference(value: Any) -> bool:
    return isinstance(value, pikepdf.Object) and value.is_indirect


def _fonts(pdf: Pdf) -> dict[str, bool]:
    """Every font by its name, and whether it is embedded."""
    fonts: dict[str, bool] = {}
    for found in pdf.objects:
        if isinstance(found, Dictionary) and found.get("/Type") == Name.Font:
            if found.get("/Subtype") == Name.Type0:
                continue  # its descendant has the descriptor
            name = str(found.get("/BaseFont", "/")).lstrip("/").rpartition("+")[2]
            descriptor = found.get("/FontDescriptor", Dictionary())
            inside = any(key.startswith("/FontFile") for key in dict(descriptor))
            is_drawn = found.get("/Subtype") == Name.Type3
            fonts[name] = fonts.get(name, True) and (inside or is_drawn)
    return fonts


# --- How much ink ---


def _measure(
    pdf: bytes, ghostscript: str | None, place: Place
) -> tuple[tuple[PageInk, ...], str]:
    """Print the pages as inks, without a press, and add the inks of each spot."""
    from PIL.Image import DecompressionBombError

    try:
        with TemporaryDirectory(prefix="briefs-ink-") as name:
            folder = Path(name)
            (folder / "press.pdf").write_bytes(pdf)
            arguments = ("-sDEVICE=tiff32nc", "-dUseTrimBox", f"-r{_INK_DPI}")
            more = ("-o", "page-%04d.tif", "press.pdf")
            task = "measure the ink"
            run_ghostscript(ghostscript, (*arguments, *more), folder, place, task)
            pages = sorted(folder.glob("page-*.tif"))
            return tuple(_ink_of(page) for page in pages), ""
    except PipelineError as error:
        return (), error.problems[0].message
    except (OSError, ValueError, DecompressionBombError):
        return (), "the pages are too large, or there was no room for them as pictures"


def _ink_of(page: Path) -> PageInk:
    from PIL import Image, ImageMath, ImageStat

    with Image.open(page) as picture:
        inks = picture.split()
        cyan, magenta, yellow, black = (
            mean / 2.55 for mean in ImageStat.Stat(picture).mean
        )
        total = ImageMath.lambda_eval(
            lambda of: of["c"] + of["m"] + of["y"] + of["k"],
            **dict(zip("cmyk", inks, strict=True)),
        )
        most = total.getextrema()[1] / 2.55
    shares = (round(cyan, 1), round(magenta, 1), round(yellow, 1), round(black, 1))
    return PageInk(round(most), shares)
