"""Check a press file for what the PDF/X-4 conversion can get wrong, and measure its ink.

No free program validates PDF/X-4 (ISO 15930-7), so each requirement is asserted here.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

from pipeline.prepress.ghostscript import run_ghostscript
from pipeline.prepress.inks import find_ink_faults
from pipeline.prepress.pdfx import BLEED_MM, MARGIN_MM, MM, STANDARD, XMP_KEY, drawn_streams
from pipeline.problems import PipelineError, Place, Problem, Rule

# Boxes are rounded; a print shop cuts less exactly than a tenth of a millimetre.
_TOLERANCE_MM = 0.1
# The exceptions of pikepdf for a damaged file, and of Python for values of a wrong type.
_PDF_ERRORS = (
    *(pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, RuntimeError),
)
# More pages than a document of this program may have (docs/security.md).
MAX_PAGES = 1_000
# The limit for measuring the ink of a file: a page takes about a tenth of a second.
_MAX_INK_SECONDS = 20
_INK_HINT = "divide a long file, and check each part; build a short one again"
_MAX_NAME_LENGTH = 127  # of a name in a PDF (ISO 32000-1, annex C)
_REFUSED_SPACES = ("/DeviceRGB", "/CalRGB", "/CalGray", "/Lab")


@dataclass(frozen=True)
class Preflight:
    """The properties of a press file, and its faults. Sizes are in mm, of the first page.

    `bleed` is None without a TrimBox. `ink` holds the coverage of each page with cyan,
    magenta, yellow and black, in per cent of the trimmed page; when it is empty,
    `ink_error` gives the reason. `fonts` are the names of the embedded fonts.
    """

    condition: str
    sheet: tuple[float, float]
    trim: tuple[float, float]
    bleed: float | None
    fonts: tuple[str, ...]
    faults: tuple[str, ...]
    ink: tuple[tuple[float, ...], ...] = ()
    ink_error: str = ""


def find_faults(pdf: bytes) -> tuple[str, ...]:
    """Return the reasons why a print shop would reject a press file."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return tuple(dict.fromkeys(_find_faults(opened)))


def inspect(pdf: bytes, ghostscript: str | None, place: Place) -> Preflight:
    """Inspect a press file. Ghostscript measures its ink, unless the file has faults.

    Raises PipelineError, about `place`, for a file that is not a PDF, is damaged, or takes
    too long.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            if (pages := len(opened.pages)) > MAX_PAGES:
                message = f"the file has {pages:,} pages; the limit is {MAX_PAGES:,}"
                hint = "divide it, and check each part"
                raise PipelineError(Problem(Rule.RESOURCE_LIMIT, place, message, hint))
            preflight = _read_preflight(opened)
    except _PDF_ERRORS as error:
        message, hint = "the file is not a PDF, or it is damaged", "build it again"
        raise PipelineError(Problem(Rule.PDF_UNREADABLE, place, message, hint)) from error
    if preflight.faults:
        return replace(preflight, ink_error="the file has faults")
    try:
        return replace(preflight, ink=_measure_ink(pdf, ghostscript, place))
    except PipelineError as error:
        problem = error.problems[0]
        if problem.rule is Rule.RESOURCE_LIMIT:
            raise PipelineError(replace(problem, hint=_INK_HINT)) from error
        return replace(preflight, ink_error=problem.message)


def _read_preflight(pdf: Pdf) -> Preflight:
    page = pdf.pages[0]
    media, bleed, trim = _boxes_in_mm(page)
    intents = _output_intents(pdf)
    return Preflight(
        condition=_condition_name(intents[0]) if intents else "",
        sheet=_box_size(media),
        trim=_box_size(trim),
        bleed=round(trim[0] - bleed[0], 1) if "/TrimBox" in page else None,
        fonts=tuple(sorted({name for name, is_embedded in _fonts(pdf) if is_embedded})),
        faults=tuple(dict.fromkeys(_find_faults(pdf))),
    )


def _find_faults(pdf: Pdf) -> Iterator[str]:
    # Not in a `with` statement: that would rewrite the XMP packet.
    if pdf.open_metadata().get(XMP_KEY) != STANDARD or pdf.pdf_version != "1.6":
        yield f"it does not identify itself as {STANDARD} in PDF 1.6"
    yield from _intent_faults(pdf)
    draws_rgb: dict[tuple[int, int], bool] = {}  # pages may share a content stream
    inks: dict[tuple[tuple[int, int], ...], tuple[str, ...]] = {}
    for number, page in enumerate(pdf.pages, 1):
        yield from (f"page {number}: {fault}" for fault in _box_faults(page))
        streams = {stream.objgen: stream for stream in _content_streams(page)}
        for objgen in streams.keys() - draws_rgb.keys():
            draws_rgb[objgen] = _draws_rgb(streams[objgen])
        if any(draws_rgb[objgen] for objgen in streams):
            yield f"page {number}: it draws in RGB"
        if (key := tuple(streams)) not in inks:
            inks[key] = tuple(dict.fromkeys(_ink_faults(page)))
        yield from (f"page {number}: {fault}" for fault in inks[key])
    if any(map(_draws_rgb, drawn_streams(pdf))):
        yield "a group or a pattern draws in RGB"
    for stream in drawn_streams(pdf):
        yield from (f"a group or a pattern: {fault}" for fault in _ink_faults(stream))
    if any(map(_has_refused_space, pdf.objects)):
        yield "a picture, a group or a gradient is in RGB, Lab or calibrated grey"
    for font, is_embedded in _fonts(pdf):
        if not is_embedded:
            yield f'the font "{font}" is not embedded'


def _output_intents(pdf: Pdf) -> list[Object]:
    intents = pdf.Root.get("/OutputIntents", Array())
    return [intent for intent in intents if intent.get("/S") == Name.GTS_PDFX]


def _intent_faults(pdf: Pdf) -> Iterator[str]:
    intents = _output_intents(pdf)
    if len(intents) != 1:
        yield f"it has {len(intents)} output intents and needs exactly one"
    for intent in intents:
        if not _condition_name(intent):
            yield "its output intent does not name a printing condition"
        # An ICC profile names its class and its colour space in bytes 12 to 19.
        if intent.DestOutputProfile.read_bytes()[12:20] != b"prtrCMYK":
            yield "its output intent has no ICC profile of a CMYK press"


def _condition_name(intent: Object) -> str:
    return str(intent.get("/OutputConditionIdentifier", ""))[:_MAX_NAME_LENGTH]


def _boxes_in_mm(page: Page) -> tuple[list[float], ...]:
    """MediaBox, BleedBox and TrimBox of a page in mm: left, bottom, right, top."""
    boxes = (page.mediabox, page.bleedbox, page.trimbox)
    return tuple([float(edge) / MM for edge in box] for box in boxes)


def _box_size(box: list[float]) -> tuple[float, float]:
    left, bottom, right, top = box
    return round(right - left, 1), round(top - bottom, 1)


def _box_faults(page: Page) -> Iterator[str]:
    if "/TrimBox" not in page:
        yield "it has no TrimBox"
        return
    media, bleed, trim = _boxes_in_mm(page)
    if any(abs(edge - BLEED_MM) > _TOLERANCE_MM for edge in _margins(bleed, trim)):
        yield f"its bleed is not {BLEED_MM:.0f} mm on each side"
    if min(_margins(media, trim)) < MARGIN_MM - _TOLERANCE_MM:
        yield f"crop marks have no room: the sheet needs {MARGIN_MM:.0f} mm on each side"


def _margins(outer: list[float], inner: list[float]) -> list[float]:
    pairs = list(zip(outer, inner, strict=True))
    return [b - a for a, b in pairs[:2]] + [a - b for a, b in pairs[2:]]


def _content_streams(page: Page) -> list[Object]:
    contents = page.obj.get("/Contents", Array())
    return list(contents) if isinstance(contents, Array) else [contents]


def _draws_rgb(content: Object) -> bool:
    return bool(pikepdf.parse_content_stream(content, "rg RG"))


def _ink_faults(content: Page | Stream) -> Iterator[str]:
    dictionary = content.obj if isinstance(content, Page) else content
    states = dictionary.get("/Resources", Dictionary()).get("/ExtGState", Dictionary())
    return find_ink_faults(content, dict(states.items()))


def _has_refused_space(value: Any) -> bool:
    """Whether an object has a colour space that a press does not print.

    Objects that it refers to are checked separately.
    """
    if isinstance(value, Name):
        return str(value) in _REFUSED_SPACES
    if isinstance(value, Array):
        items = list(value)
        if items and items[0] == Name.ICCBased:
            return int(items[1].get("/N", 0)) == 3
    elif isinstance(value, Dictionary | Stream):
        dictionary = value.stream_dict if isinstance(value, Stream) else value
        items = [item for _, item in dictionary.items()]
    else:
        return False
    direct = (item for item in items if not getattr(item, "is_indirect", False))
    return any(map(_has_refused_space, direct))


def _fonts(pdf: Pdf) -> Iterator[tuple[str, bool]]:
    """Yield the name of each font without its subset prefix, and whether it is embedded."""
    for font in pdf.objects:
        if not isinstance(font, Dictionary) or font.get("/Type") != Name.Font:
            continue
        if font.get("/Subtype") == Name.Type0:
            continue  # its descendant has the descriptor
        name = str(font.get("/BaseFont", "/")).lstrip("/").rpartition("+")[2]
        descriptor = font.get("/FontDescriptor", Dictionary())
        has_file = any(key.startswith("/FontFile") for key in dict(descriptor))
        yield name[:_MAX_NAME_LENGTH], has_file or font.get("/Subtype") == Name.Type3


def _measure_ink(
    pdf: bytes, ghostscript: str | None, place: Place
) -> tuple[tuple[float, ...], ...]:
    """Measure the coverage of each trimmed page by Ghostscript's device `ink_cov`."""
    with TemporaryDirectory(prefix="briefs-ink-") as name:
        folder = Path(name)
        (folder / "press.pdf").write_bytes(pdf)
        arguments = ("-sDEVICE=ink_cov", "-dUseTrimBox", "-o", "ink.txt", "press.pdf")
        action = "measure the ink"
        run_ghostscript(ghostscript, arguments, folder, place, action, _MAX_INK_SECONDS)
        # One line for each page, such as " 24.33928 25.07810  0.76362 13.36494 CMYK OK".
        lines = (folder / "ink.txt").read_text(encoding="ascii").splitlines()
    return tuple(tuple(round(float(s), 1) for s in line.split()[:4]) for line in lines)
