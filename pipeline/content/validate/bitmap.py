"""Check a JPEG or PNG: complete, not too large, with colours that print correctly.

The size is read from the header first, so that a picture that is too large is never
decoded. Pictures that WeasyPrint 70 renders wrongly, or that PDF/A forbids, are rejected;
each case was tried. Sizes are upright: WeasyPrint applies the EXIF orientation.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageCms, ImageFile, ImageOps
from PIL.Image import Image as Picture

from pipeline.content.validate.files import SMALLER_HINT, Issue
from pipeline.problems import Rule

# WeasyPrint keeps each pixel several times: 169 million of them took 383 MB. A whole page
# at 300 dpi has 8.7 million, and few cameras exceed 24.
MAX_PIXELS = 25_000_000
# A progressive JPEG becomes sharper with each scan; programs write about ten. Even an empty
# one is decoded for the whole picture: 24,000 in 1 MB took 88 s.
MAX_SCANS = 100
# A marker of JPEG that ends a scan; inside one, FF is followed by 00 or by D0 to D7.
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_START_OF_SCAN, _END_OF_IMAGE = b"\xda", b"\xd9"

_SUPPORTED_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
# Colours of medium saturation, which differ visibly between colour spaces.
_TEST_COLOURS = ((192, 64, 64), (64, 192, 64), (64, 64, 192), (128, 128, 128))
# Variants of sRGB profiles differ by up to 2 of 255, Display P3 by 15 and more.
_MAX_COLOUR_DIFFERENCE = 8


def check_bitmap(
    name: str, data: bytes
) -> tuple[tuple[int, int] | None, tuple[Issue, ...]]:
    """Return the upright size in pixels, if the picture can be decoded, and its issues."""
    with _strict_pillow():
        try:
            picture = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
            width, height = picture.size
            if width * height > MAX_PIXELS:
                message = f'"{name}" has {width:,} × {height:,} pixels; '
                message += f"the limit is {MAX_PIXELS // 1_000_000} million"
                return None, (Issue(Rule.PICTURE_SIZE, message, SMALLER_HINT),)
            if picture.format == "JPEG" and _has_too_many_scans(data):
                message = f'"{name}" has more than {MAX_SCANS} progressive scans'
                hint = "open it and save it again, as a JPEG that is not progressive"
                return None, (Issue(Rule.PICTURE_SIZE, message, hint),)
            mode_issues = tuple(_mode_issues(name, picture))
            return _decode_pixels(data), (*mode_issues, *_colour_issues(name, picture))
        except Exception:  # Pillow's parsers raise many types for damaged files
            hint = "open it and save it again, or get a new copy"
            message = f'"{name}" is damaged or not complete'
            return None, (Issue(Rule.PICTURE_DAMAGED, message, hint),)


@contextmanager
def _strict_pillow() -> Iterator[None]:
    """Make Pillow reject truncated files, which WeasyPrint allows for the whole process.

    Pillow's limit of pixels is off; `MAX_PIXELS` is checked before decoding.
    """
    before = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = False, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = before


def _has_too_many_scans(data: bytes) -> bool:
    scans = position = 0
    while scans <= MAX_SCANS and (marker := _MARKER.search(data, position)):
        if marker[1] == _END_OF_IMAGE:
            return False
        scans += marker[1] == _START_OF_SCAN
        # A segment begins with its length; the start of the image has none.
        length = data[marker.end() : marker.end() + 2] if position else b""
        position = marker.end() + int.from_bytes(length)
    return scans > MAX_SCANS


def _decode_pixels(data: bytes) -> tuple[int, int]:
    Image.open(BytesIO(data)).verify()  # the checksums of PNG, which decoding skips
    picture = Image.open(BytesIO(data))
    picture.load()
    # As WeasyPrint does, so that a failure there is found here.
    return (ImageOps.exif_transpose(picture) if "exif" in picture.info else picture).size


def _mode_issues(name: str, picture: Picture) -> Iterator[Issue]:
    if picture.mode == "CMYK":
        hint = "save it as RGB; the print shop converts RGB to CMYK"
        yield Issue(Rule.PICTURE_TYPE, f'"{name}" has CMYK colours', hint)
    elif picture.mode not in _SUPPORTED_MODES:
        message = f'"{name}" has 16 bits per channel'
        yield Issue(Rule.PICTURE_TYPE, message, "save it with 8 bits per channel")
    if picture.format == "PNG" and getattr(picture, "is_animated", False):
        message = f'"{name}" is animated; only its first frame would be printed'
        hint = "save the frame that you need as a PNG without animation"
        yield Issue(Rule.PICTURE_TYPE, message, hint)


def _colour_issues(name: str, picture: Picture) -> Iterator[Issue]:
    """Report colours that change: the PDF treats every picture as sRGB."""
    data = picture.info.get("icc_profile")
    if not data or picture.mode not in ("RGB", "RGBA"):
        return
    patches = Image.new("RGB", (len(_TEST_COLOURS), 1))
    patches.putdata(_TEST_COLOURS)
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        srgb = ImageCms.createProfile("sRGB")
        correct = ImageCms.profileToProfile(patches, profile, srgb)
        space = ImageCms.getProfileDescription(profile).strip()
    except (ImageCms.PyCMSError, OSError):
        return  # not an RGB profile: screens ignore it too
    pairs = zip(patches.tobytes(), correct.tobytes() if correct else b"", strict=False)
    if any(abs(before - after) > _MAX_COLOUR_DIFFERENCE for before, after in pairs):
        shown = "".join(filter(str.isprintable, space))[:40] or "without a name"
        message = f'"{name}" has the colour space {shown}; its colours would change'
        yield Issue(Rule.PICTURE_COLOUR, message, "save it in the colour space sRGB")
