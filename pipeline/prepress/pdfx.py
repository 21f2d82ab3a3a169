"""Turn a document as it was painted into what a print shop takes: PDF/X-4 (ISO 15930-7).

Shape in: a PDF in sRGB, whose pages are larger than what is cut out of them (`bleed` in
styles/profiles/press.css). Shape out: the same pages in the four inks of a printing
condition, with 3 mm of bleed and crop marks. Grey and black become black ink alone, or
small text would be printed in four inks that miss each other. Ghostscript turns the other
colours into inks; the same input gives the same bytes, whatever the time.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Operator, Page, Pdf, Stream

from pipeline.prepress.crop_marks import Box, add_marks, bleed_box
from pipeline.prepress.ghostscript import failed, run_ghostscript
from pipeline.prepress.pdfx_metadata import PrintingCondition, read_claims, write_claims
from pipeline.problems import Place

_INK = {"rg": "k", "RG": "K"}
# What tells a screen reader what is what: the sheet of paper has no use for it.
_TAGGING = {"BMC", "BDC", "EMC", "MP", "DP"}
_FOR_SCREENS = ("/Annots", "/StructParents", "/Tabs", "/AF")
_SOFT_MASKS = (Name.Luminosity, Name.Alpha)
# Pictures as good as a press can show: those of more than 600 pixels per inch are reduced
# to 400, twice the 200 lines of a fine screen. Colours into inks by the profile, and
# relative colorimetric (1): paper stays white, and the colours of the brand are met.
_CONVERT = (
    "-sDEVICE=pdfwrite",
    "-dPDFSETTINGS=/prepress",
    "-dCompatibilityLevel=1.6",
    "-dAutoRotatePages=/None",
    *(f"-d{kind}ImageResolution=400" for kind in ("Color", "Gray")),
    "-sColorConversionStrategy=CMYK",
    "-sProcessColorModel=DeviceCMYK",
    "--permit-file-read=condition.icc",
    "-sOutputICCProfile=condition.icc",
    "-dRenderIntent=1",
    *("-o", "inked.pdf", "document.pdf"),
)


def convert_to_pdfx(
    pdf: bytes,
    condition: PrintingCondition,
    ghostscript: str | None,
    place: Place,
    document: str,
) -> bytes:
    """Make the press file of a document; the same input gives the same bytes.

    `document` is its name, written into the file; `place` is what a problem is about.
    Raises PipelineError when Ghostscript is missing or does not succeed.
    """
    with pikepdf.open(io.BytesIO(pdf)) as painted:
        claims = read_claims(painted, pdf + condition.profile, document)
        _prepare(painted)
        ready = _saved(painted)
    inked = _convert(ready, condition, ghostscript, place)
    with _open(inked, place) as press:
        _mend_groups(press)
        _drop_unused_colours(press)
        for page in press.pages:
            page.obj.Group = Dictionary(
                Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True
            )
            add_marks(press, page)
        write_claims(press, claims, condition)
        return _saved(press, force_version="1.6")


def _saved(pdf: Pdf, **how: Any) -> bytes:
    written = io.BytesIO()
    # The metadata is written here, as it is meant.
    pdf.save(written, deterministic_id=True, fix_metadata_version=False, **how)
    return written.getvalue()


def streams_drawn(pdf: Pdf) -> Iterator[Stream]:
    """What pages draw by name: groups, and the tiles of patterns."""
    for found in pdf.objects:
        if isinstance(found, Stream) and (
            found.get("/Subtype") == Name.Form or found.get("/PatternType") == 1
        ):
            yield found


def _prepare(pdf: Pdf) -> None:
    """Leave what is printed: the marks on the pages, black in black ink."""
    for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
        del pdf.Root[key]
    for page in pdf.pages:
        for key in _FOR_SCREENS:
            if key in page:
                del page[key]
        content = _in_black_ink(page)
        page.obj.Contents = pdf.make_stream(_clip(bleed_box(page)) + content + b"\nQ")
    for stream in streams_drawn(pdf):
        stream.write(_in_black_ink(stream))


def _in_black_ink(drawn: Page | Stream) -> bytes:
    """The same marks, without tags; red, green and blue alike become black ink."""
    kept: list[tuple[Sequence[Any], Operator]] = []
    for mark in pikepdf.parse_content_stream(drawn):
        name, operands = str(mark.operator), list(mark.operands)
        if name in _TAGGING:
            continue
        if name in _INK and len({float(part) for part in operands}) == 1:
            ink = round(1 - float(operands[0]), 6)
            kept.append(([0, 0, 0, ink], Operator(_INK[name])))
        else:
            kept.append((operands, mark.operator))
    return pikepdf.unparse_content_stream(kept)


def _clip(box: Box) -> bytes:
    """Cut off what lies beyond the bleed: crop marks stand there, and nothing else."""
    left, bottom, right, top = box
    size = f"{right - left:.4f} {top - bottom:.4f}"
    return f"q {left:.4f} {bottom:.4f} {size} re W n\n".encode()


def _convert(
    pdf: bytes, condition: PrintingCondition, ghostscript: str | None, place: Place
) -> bytes:
    with TemporaryDirectory(prefix="briefs-press-") as name:
        folder = Path(name)
        (folder / "document.pdf").write_bytes(pdf)
        (folder / "condition.icc").write_bytes(condition.profile)
        run_ghostscript(ghostscript, _CONVERT, folder, place)
        inked = folder / "inked.pdf"
        return inked.read_bytes() if inked.is_file() else b""


def _open(inked: bytes, place: Place) -> Pdf:
    try:
        return pikepdf.open(io.BytesIO(inked))
    except pikepdf.PdfError as error:
        raise failed(place, "what it wrote is no whole PDF") from error


def _mend_groups(pdf: Pdf) -> None:
    """Let what is mixed be mixed as inks, and masks be grey.

    Ghostscript 10.05 makes inks of the colours in a group, and leaves the group itself in
    the colours of a screen.
    """
    masks = {mask.G.objgen for mask in _soft_masks(pdf)}
    for stream in streams_drawn(pdf):
        if "/Group" in stream:
            is_mask = stream.objgen in masks
            stream.Group.CS = Name.DeviceGray if is_mask else Name.DeviceCMYK


def _soft_masks(pdf: Pdf) -> Iterator[Any]:
    for found in pdf.objects:
        if isinstance(found, Dictionary):
            for mask in (found, found.get("/SMask")):
                if isinstance(mask, Dictionary) and mask.get("/S") in _SOFT_MASKS:
                    yield mask


def _drop_unused_colours(pdf: Pdf) -> None:
    """Take away colour spaces that nothing is drawn in: Ghostscript lists them still."""
    drawn = [*pdf.pages, *streams_drawn(pdf)]
    used = {name for part in drawn for name in _spaces_used(part)}
    for part in drawn:
        of = part.obj if isinstance(part, Page) else part
        spaces = of.get("/Resources", Dictionary()).get("/ColorSpace", Dictionary())
        for name in set(spaces.keys()) - used:
            del spaces[name]


def _spaces_used(drawn: Page | Stream) -> Iterator[str]:
    for mark in pikepdf.parse_content_stream(drawn):
        if str(mark.operator) in ("cs", "CS"):
            yield str(mark.operands[0])
