"""Check that pictures of texts, covers and brands exist and can be printed.

The type of a file follows from its first bytes. A picture without issues can be rendered.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import PurePosixPath

from pipeline.content.validate.files import (
    SMALLER_HINT,
    Issue,
    file_size_issue,
    named_file_issue,
)
from pipeline.content.validate.svg import SvgSize, check_svg
from pipeline.content.yaml_source import Source
from pipeline.model.paper import A4, SheetSize
from pipeline.model.schema import Cover
from pipeline.problems import Problem, Rule
from pipeline.project import Project

# The largest photograph of MAX_PIXELS, as JPEG at the best quality, has about 20 MB.
MAX_BYTES = 20_000_000

# The rules of styles/components/picture.css: one pixel is a CSS pixel, unless the picture
# would then be larger than this. The width is that of a line on A4.
CSS_DPI = 96
MAX_WIDTH_MM = 116
MAX_HEIGHT_MM = 90
MM_PER_INCH = 25.4
# Half the resolution for offset printing; below it, prints of an office printer are coarse.
MIN_DPI = 150
# The photograph of a cover: the bleed at both sides of the sheet, and the token
# --cover-height. An offset screen of 150 lines per inch needs one and a half times as many
# pixels.
BLEED_MM, COVER_HEIGHT_MM, MIN_COVER_DPI = 3, 62, 225
# A smaller picture is a mistake: it prints as a dot or a line.
MIN_PRINTED_MM = 1

_EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "SVG": (".svg",),
}
# The first bytes of a file of each type. HEIC and AVIF are brands of ISO base media files
# (ISO/IEC 23008-12, and the AVIF specification).
_SIGNATURES: Mapping[str, bytes] = {
    "JPEG": rb"\xff\xd8\xff",
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "GIF": rb"GIF8",
    "TIFF": rb"II\*\0|MM\0\*",
    "BMP": rb"BM",
    "PDF": rb"%PDF-",
    "PostScript": rb"%!PS",
    "Photoshop": rb"8BPS",
    "compressed SVG": rb"\x1f\x8b",
    "HEIC": rb".{4}ftyp(hei[cxm]|hevc|mif1|msf1)",
    "AVIF": rb".{4}ftypavi[fs]",
    "WebP": rb"RIFF.{4}WEBP",
    # With a byte order mark or without, in UTF-8 or UTF-16.
    "SVG": rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<",
}
# The keys of a cover with a photograph, with examples.
_PHOTO_KEYS = {
    "file": "hall.jpg",
    "alt": "{en: Delegates in the hall}",
    "credit": "{en: Photograph by A. Name}",
}
_VECTOR_TYPES = ("PDF", "PostScript", "compressed SVG")


@dataclass(frozen=True)
class PictureFile:
    """A picture that can be rendered.

    `kind` is JPEG, PNG or SVG. The size is that after the rotation by EXIF, in pixels, or
    CSS pixels for SVG. If `is_enlarged`, an SVG states no length, and fills the line.
    """

    kind: str
    width: float
    height: float
    is_enlarged: bool = False


CheckedPictures = dict[str, tuple[PictureFile | None, tuple[Issue, ...]]]


def check_pictures(
    source: Source,
    project: Project,
    folder: str,
    checked: CheckedPictures,
    paper: SheetSize,
) -> Iterator[Problem]:
    """Check the pictures of a file on a paper; `checked` serves the other languages too."""
    max_width = MAX_WIDTH_MM + float(paper.width - A4.width)
    for path, name in source.walk():
        if path[-2:] != ("picture", "file") or not isinstance(name, str):
            continue
        key = str(PurePosixPath(name))  # "./a.png" is "a.png"
        if key not in checked:
            checked[key] = _check_picture(project, folder, name)
        picture, issues = checked[key]
        size_issues = tuple(_size_issues(name, picture, max_width)) if picture else ()
        yield from (issue.problem(source.place(path)) for issue in (*issues, *size_issues))


def check_cover(
    cover: Cover, source: Source, project: Project, folder: str, paper: SheetSize
) -> Iterator[Problem]:
    """Check the cover in `edition.yaml`: its keys, and its photograph at a paper size."""
    is_photo = cover.kind == "photo"
    for key, example in _PHOTO_KEYS.items():
        value = getattr(cover, key)
        if is_photo and value is None:
            message = f'"{key}" is missing; a cover with a photograph needs it'
            place, hint = source.place(("cover",)), f"add a line: {key}: {example}"
            yield Problem(Rule.MISSING_KEY, place, message, hint)
        elif value is not None and not is_photo:
            message = f'"{key}" belongs to a cover with a photograph'
            hint = f"write kind: photo, or delete {key}"
            place = source.key_place(("cover", key))
            yield Problem(Rule.INVALID_VALUE, place, message, hint)
    if is_photo and cover.file:
        for issue in _check_photograph(project, folder, cover.file, paper):
            yield issue.problem(source.place(("cover", "file")))


def _check_photograph(
    project: Project, folder: str, name: str, paper: SheetSize
) -> Iterator[Issue]:
    """Check the photograph of a cover; it fills the width of a sheet and its bleed."""
    picture, issues = _check_picture(project, folder, name)
    yield from issues
    if picture is None:
        return
    if picture.kind == "SVG":
        yield Issue(Rule.PICTURE_TYPE, f'"{name}" is not a photograph', "use a JPEG file")
        return
    lengths = (float(paper.width) + 2 * BLEED_MM, COVER_HEIGHT_MM)
    sides = (picture.width / lengths[0], picture.height / lengths[1])
    dpi = min(sides) * MM_PER_INCH
    if dpi < MIN_COVER_DPI:
        pixels = f"{picture.width:,.0f} × {picture.height:,.0f} pixels"
        sizes = (ceil(length * MIN_COVER_DPI / MM_PER_INCH) for length in lengths)
        needed = " × ".join(f"{size:,}" for size in sizes)
        message = f'"{name}" has too low a resolution: {pixels} give {dpi:.0f} dpi'
        hint = f"use one of at least {needed} pixels ({MIN_COVER_DPI} dpi)"
        yield Issue(Rule.PICTURE_RESOLUTION, message, hint)


def read_picture(name: str, data: bytes) -> tuple[PictureFile | None, tuple[Issue, ...]]:
    """Return type and size of a picture, if it can be decoded, and its issues."""
    matches = (k for k, p in _SIGNATURES.items() if re.match(p, data[:1000], re.DOTALL))
    kind = next(matches, "")
    if kind not in _EXTENSIONS:
        if not data:
            message = f'the file "{name}" is empty'
            return None, (Issue(Rule.PICTURE_DAMAGED, message, "get a new copy of it"),)
        better = "SVG or PNG" if kind in _VECTOR_TYPES else "JPEG or PNG"
        message = _type_message(name, kind) if kind else f'"{name}" is not a picture'
        hint = f"open it and save it as {better}" if kind else "use a JPEG, PNG or SVG file"
        return None, (Issue(Rule.PICTURE_TYPE, message, hint),)
    size: SvgSize | tuple[int, int] | None
    if kind == "SVG":
        size, issues = check_svg(name, data)
    else:
        from pipeline.content.validate.bitmap import check_bitmap  # with Pillow

        size, issues = check_bitmap(name, data)
    pure = PurePosixPath(name)
    if pure.suffix.lower() not in _EXTENSIONS[kind]:
        is_known = pure.suffix.lower() in sum(_EXTENSIONS.values(), ())
        new_name = (pure.stem if is_known else pure.name) + _EXTENSIONS[kind][0]
        hint = f"rename the file to {new_name}, and change the name here"
        issues = (Issue(Rule.PICTURE_TYPE, _type_message(name, kind), hint), *issues)
    return PictureFile(kind, *size) if size else None, issues


def _check_picture(
    project: Project, folder: str, name: str
) -> tuple[PictureFile | None, tuple[Issue, ...]]:
    if issue := named_file_issue(project, folder, name):
        return None, (issue,)
    path = project.content_path(f"{folder}/{name}")
    try:
        if issue := file_size_issue(name, path.stat().st_size, MAX_BYTES, SMALLER_HINT):
            return None, (issue,)
        return read_picture(name, project.read(f"content/{folder}/{name}", path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f'the file "{name}" cannot be read: {reason}'
        return None, (Issue(Rule.FILE_UNREADABLE, message, "check its permissions"),)


def _type_message(name: str, kind: str) -> str:
    article = "an" if kind in ("SVG", "AVIF") else "a"
    return f'"{name}" is {article} {kind} file'


def _size_issues(name: str, picture: PictureFile, max_width: float) -> Iterator[Issue]:
    """Report a picture of less than a millimetre on paper, or with too few pixels."""
    is_bitmap = picture.kind != "SVG"
    width, height = (s / CSS_DPI * MM_PER_INCH for s in (picture.width, picture.height))
    scale = min(max_width / width, MAX_HEIGHT_MM / height)
    if not picture.is_enlarged:
        scale = min(1, scale)
    if min(width, height) * scale < MIN_PRINTED_MM:
        message = f'"{name}" would print at {width * scale:.3g} × {height * scale:.3g} mm'
        sides = "pixels" if is_bitmap else "viewBox, width and height"
        hint = f"correct its {sides}, or name another file"
        yield Issue(Rule.PICTURE_SIZE, message, hint)
        return
    # Pixels per millimetre, if the picture were as large as possible.
    density = max(picture.width / max_width, picture.height / MAX_HEIGHT_MM)
    dpi = max(CSS_DPI, density * MM_PER_INCH)
    if is_bitmap and dpi < MIN_DPI:
        # A larger picture prints larger, until it is as large as possible.
        factor = MIN_DPI / (density * MM_PER_INCH)
        pixels = f"{picture.width:,.0f} × {picture.height:,.0f} pixels"
        needed = f"{ceil(picture.width * factor):,} × {ceil(picture.height * factor):,}"
        message = f'"{name}" has too low a resolution: {pixels} give {dpi:.0f} dpi'
        hint = f"use one of at least {needed} pixels ({MIN_DPI} dpi)"
        yield Issue(Rule.PICTURE_RESOLUTION, message, hint)
