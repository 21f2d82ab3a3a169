"""Look at a JPEG or PNG before it is set: whole, of a size and with colours that print.

Bytes in, width and height as they will stand out, or what is wrong. The size is read from
the header first: a picture that is too large is never decoded. Refused is also what
WeasyPrint 70 sets wrongly and what PDF/A forbids; each was tried. Photographs that a camera
marked as turned are set upright by WeasyPrint.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.content.validate.files import FileIssue
from pipeline.problems import Rule

if TYPE_CHECKING:
    from PIL.Image import Image as Decoded

# WeasyPrint keeps each pixel several times: 169 million of them took 383 MB. A whole page
# at 300 dpi has 8.7 million, and few cameras exceed 24.
MAX_PIXELS = 25_000_000
SMALLER = "make it smaller: 1,370 pixels across are enough (300 dpi at 116 mm)"

_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
# Colours away from the edge, where those of a larger space still differ from sRGB.
_PATCHES = ((192, 64, 64), (64, 192, 64), (64, 64, 192), (128, 128, 128))
# Profiles that call themselves sRGB differ by up to 2 of 255, Display P3 by 15 and more.
_VISIBLE = 8


def check_bitmap(
    name: str, data: bytes
) -> tuple[tuple[int, int] | None, tuple[FileIssue, ...]]:
    """Give the size in pixels, upright, of a picture that can be set; and its faults."""
    from PIL import Image

    with _strict_pillow():
        try:
            picture = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
            width, height = picture.size
            if width * height > MAX_PIXELS:
                return None, (_too_large(name, width, height),)
            faults = tuple(_mode_faults(name, picture))
            size = _decode(data)
            return size, (*faults, *_colour_faults(name, picture))
        except Exception:  # on damaged files Pillow raises whatever its parsers meet
            return None, (_damaged(name),)


@contextmanager
def _strict_pillow() -> Iterator[None]:
    """Have Pillow refuse what is truncated; WeasyPrint tells it for all to make it up.

    Its own limit of pixels gives way to ours, which comes before it decodes anything.
    """
    from PIL import Image, ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = False, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = before


def _decode(data: bytes) -> tuple[int, int]:
    """Decode every pixel; give the size of the picture upright."""
    from PIL import Image, ImageOps

    Image.open(BytesIO(data)).verify()  # the checksums of PNG, which decoding skips
    picture = Image.open(BytesIO(data))
    picture.load()
    # What WeasyPrint will do, so that what fails there fails here.
    return (ImageOps.exif_transpose(picture) if "exif" in picture.info else picture).size


def _mode_faults(name: str, picture: "Decoded") -> Iterator[FileIssue]:
    if picture.mode == "CMYK":
        yield FileIssue(
            Rule.PICTURE_TYPE,
            f'"{name}" has colours for a printing press (CMYK)',
            "save it as RGB; the printer's program turns RGB into inks",
        )
    elif picture.mode not in _MODES:
        yield FileIssue(
            Rule.PICTURE_TYPE,
            f'"{name}" has more shades of grey than can be set (16 bits)',
            "save it with 8 bits per channel",
        )
    if picture.format == "PNG" and getattr(picture, "is_animated", False):
        yield FileIssue(
            Rule.PICTURE_TYPE,
            f'"{name}" moves, and only its first picture would be printed',
            "save the picture that is meant as a PNG of its own",
        )


def _colour_faults(name: str, picture: "Decoded") -> Iterator[FileIssue]:
    """A profile does not reach the PDF, where every picture is taken for sRGB."""
    from PIL import Image, ImageCms

    data = picture.info.get("icc_profile")
    if not data or picture.mode not in ("RGB", "RGBA"):
        return
    patches = Image.new("RGB", (len(_PATCHES), 1))
    patches.putdata(_PATCHES)
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        meant = ImageCms.profileToProfile(patches, profile, ImageCms.createProfile("sRGB"))
        space = ImageCms.getProfileDescription(profile).strip()
    except (ImageCms.PyCMSError, OSError):
        return  # no profile for RGB: nothing that a screen would have used
    if meant is not None and _difference(patches.tobytes(), meant.tobytes()) > _VISIBLE:
        message = f'"{name}" has its colours in {_printable(space)}, and prints paler'
        yield FileIssue(Rule.PICTURE_COLOUR, message, "save it in the colour space sRGB")


def _difference(one: bytes, other: bytes) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:40] or "a colour space of its own"


def _damaged(name: str) -> FileIssue:
    return FileIssue(
        Rule.PICTURE_DAMAGED,
        f'"{name}" is damaged or not complete',
        "open it and save it again, or copy it again from where it came",
    )


def _too_large(name: str, width: int, height: int) -> FileIssue:
    return FileIssue(
        Rule.PICTURE_SIZE,
        f'"{name}" has {width:,} × {height:,} pixels; '
        f"the limit is {MAX_PIXELS // 1_000_000} million",
        SMALLER,
    )
