"""Check every picture that a text names: there, of the kind its name says, whole and safe.

A `Source` in, problems out, each at the place of `file:`. What a file is, its first bytes
say. Afterwards the painter only meets pictures that it can set.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import PurePosixPath

from pipeline.content.validate.bitmap import SMALLER, check_bitmap
from pipeline.content.validate.files import FileIssue, bytes_fault, file_fault
from pipeline.content.validate.svg import check_svg
from pipeline.content.yaml_source import Source
from pipeline.problems import Problem, Rule
from pipeline.project import Project

# The largest photograph of MAX_PIXELS, as JPEG at the best quality, has about 20 MB.
MAX_BYTES = 20_000_000

# How styles/components/picture.css sets a picture: one pixel is a CSS pixel, unless it
# would then be larger than this.
CSS_DPI = 96
MAX_WIDTH_MM = 116
MAX_HEIGHT_MM = 90
_MM_PER_INCH = 25.4
# Half of what a press needs; an office printer shows the difference from here down.
LEAST_DPI = 150
# Less is no picture, but a slip: a dot, or a line that nobody sees.
LEAST_MM = 1

_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "SVG": (".svg",),
}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    (b"%PDF-", "PDF"),
    (b"%!PS", "PostScript"),
    (b"8BPS", "Photoshop"),
    (b"\x1f\x8b", "compressed SVG"),
)
# Brands of ISO base media files (ISO/IEC 23008-12, and the AVIF specification).
_BRANDS: Mapping[bytes, str] = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
}
_DRAWINGS = ("PDF", "PostScript", "compressed SVG")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class PictureFile:
    """What is known of a picture that can be set.

    `kind` is JPEG, PNG or SVG; the size is upright, in pixels or, of an SVG, CSS pixels.
    """

    kind: str
    width: float
    height: float


Looked = dict[str, tuple[PictureFile | None, tuple[FileIssue, ...]]]


def check_pictures(
    source: Source, project: Project, folder: str, looked: Looked
) -> Iterator[Problem]:
    """Check the pictures of a text. `looked` keeps what another language named before."""
    for path, name in source.walk():
        if path[-2:] != ("picture", "file") or not isinstance(name, str):
            continue
        if name not in looked:
            looked[name] = _look(project, folder, name)
        picture, faults = looked[name]
        small = tuple(_too_small(name, picture)) or tuple(_coarse(name, picture))
        for fault in (*faults, *small):
            yield Problem(fault.rule, source.place(path), fault.message, fault.hint)


def read_picture(
    name: str, data: bytes
) -> tuple[PictureFile | None, tuple[FileIssue, ...]]:
    """Say what a picture is, and everything that keeps it from being set.

    Both are there when a fault is a warning. Nothing but `data` is read.
    """
    kind = _kind(data)
    if kind not in _ENDINGS:
        return None, (_unknown(name, data, kind),)
    size, faults = (check_svg if kind == "SVG" else check_bitmap)(name, data)
    return (PictureFile(kind, *size) if size else None), (*_misnamed(name, kind), *faults)


def _look(
    project: Project, folder: str, name: str
) -> tuple[PictureFile | None, tuple[FileIssue, ...]]:
    if fault := file_fault(project, folder, name):
        return None, (fault,)
    path = project.content / folder / name
    try:
        if fault := bytes_fault(name, path.stat().st_size, MAX_BYTES, SMALLER):
            return None, (fault,)
        return read_picture(name, project.read(f"content/{folder}/{name}", path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f'the file "{name}" cannot be read: {reason}'
        return None, (FileIssue(Rule.FILE_UNREADABLE, message, "check its permissions"),)


def _kind(data: bytes) -> str:
    """Name what the first bytes say; "" for what cannot be a picture."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    start = data[:1000]
    for mark in _BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return "SVG" if start.replace(b"\0", b"").lstrip().startswith(b"<") else ""


def _unknown(name: str, data: bytes, kind: str) -> FileIssue:
    if not data:
        message = f'the file "{name}" is empty'
        return FileIssue(Rule.PICTURE_DAMAGED, message, "copy it again from where it came")
    if not kind:
        message = f'"{name}" is no picture'
        return FileIssue(Rule.PICTURE_TYPE, message, "use a JPEG, PNG or SVG file")
    better = "SVG or PNG" if kind in _DRAWINGS else "JPEG or PNG"
    return FileIssue(
        Rule.PICTURE_TYPE, _is_a(name, kind), f"open it and save it as {better}"
    )


def _misnamed(name: str, kind: str) -> Iterator[FileIssue]:
    pure = PurePosixPath(name)
    if pure.suffix.lower() not in _ENDINGS[kind]:
        known = pure.suffix.lower() in sum(_ENDINGS.values(), ())
        right = (pure.stem if known else pure.name) + _ENDINGS[kind][0]
        yield FileIssue(
            Rule.PICTURE_TYPE, _is_a(name, kind), f"rename it to {right}, here too"
        )


def _is_a(name: str, kind: str) -> str:
    article = "an" if kind in ("SVG", "AVIF") else "a"
    return f'"{name}" is {article} {kind} file'


def _too_small(name: str, picture: PictureFile | None) -> Iterator[FileIssue]:
    """Find a picture of which one side would print at less than a millimetre."""
    if picture is None:
        return
    width, height = (s / CSS_DPI * _MM_PER_INCH for s in (picture.width, picture.height))
    scale = min(MAX_WIDTH_MM / width, MAX_HEIGHT_MM / height)
    if picture.kind != "SVG":  # a drawing may fill its place
        scale = min(1, scale)
    if min(width, height) * scale < LEAST_MM:
        message = f'"{name}" would print at {width * scale:.3g} × {height * scale:.3g} mm'
        sides = "viewBox, width and height" if picture.kind == "SVG" else "pixels"
        yield FileIssue(
            Rule.PICTURE_SIZE, message, f"correct its {sides}, or name another file"
        )


def _coarse(name: str, picture: PictureFile | None) -> Iterator[FileIssue]:
    """Find a picture of pixels that will print with too few of them."""
    if picture is None or picture.kind == "SVG":
        return
    dpi = max(
        CSS_DPI,
        picture.width / MAX_WIDTH_MM * _MM_PER_INCH,
        picture.height / MAX_HEIGHT_MM * _MM_PER_INCH,
    )
    if dpi >= LEAST_DPI:
        return
    # Of a small picture the size on paper grows with its pixels, until it is full.
    full = max(picture.width / MAX_WIDTH_MM, picture.height / MAX_HEIGHT_MM)
    scale = LEAST_DPI / (full * _MM_PER_INCH)
    needed = f"{ceil(picture.width * scale):,} × {ceil(picture.height * scale):,}"
    yield FileIssue(
        Rule.PICTURE_RESOLUTION,
        f'"{name}" will print coarsely: {picture.width:,.0f} × {picture.height:,.0f} '
        f"pixels are {dpi:.0f} dpi here",
        f"use one of at least {needed} pixels ({LEAST_DPI} dpi)",
    )
