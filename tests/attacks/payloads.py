"""Malicious pictures: too large, damaged, or larger in memory than in the file."""

import struct
import zlib
from io import BytesIO

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(width: int, height: int, *, kind: int = 0, more: bytes = b"") -> bytes:
    """Make a PNG of zeros, row by row: its size in memory is never needed here.

    `kind` is the colour type of PNG, `more` are chunks before the pixels.
    """
    channels = {0: 1, 2: 3, 6: 4}[kind]
    packer = zlib.compressobj(9)
    row = bytes(1 + width * channels)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return (
        _SIGNATURE + chunk(b"IHDR", header) + more + chunk(b"IDAT", pixels) + chunk(b"IEND")
    )


def chunk(name: bytes, data: bytes = b"") -> bytes:
    """Make one chunk of a PNG."""
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


def png_of_one_claimed(width: int, height: int) -> bytes:
    """Make a PNG that says it is large and has the pixels of a small one."""
    small = png(1, 1)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return _SIGNATURE + chunk(b"IHDR", header) + small[small.index(b"IDAT") - 4 :]


def inflating(name: bytes, size: int) -> bytes:
    """Make a chunk that holds `size` zeros, compressed: iCCP or zTXt."""
    return chunk(name, b"a\0\0" + zlib.compress(bytes(size), 9))


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (800, 600)) -> bytes:
    """Make a valid picture."""
    file = BytesIO()
    Image.new(mode, size).save(file, kind)
    return file.getvalue()


def progressive(scans: int) -> bytes:
    """Make a progressive JPEG of nearly 25 million pixels; add so many empty scans."""
    file = BytesIO()
    Image.new("L", (4_990, 4_990)).save(file, "JPEG", progressive=True)
    start = b"\xff\xda\0\x08\x01\x01\0"
    empty = (start + bytes([n % 63 + 1, n % 63 + 1, 0]) for n in range(scans))
    return file.getvalue().removesuffix(b"\xff\xd9") + b"".join(empty) + b"\xff\xd9"


def animated_png() -> bytes:
    """Make a PNG of three frames."""
    file = BytesIO()
    frames = [Image.new("RGB", (800, 600), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


def with_exif(exif: bytes) -> bytes:
    """Make a JPEG with this in its EXIF segment."""
    jpeg = picture("JPEG")
    body = b"Exif\0\0" + exif
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def svg(inner: str, more: str = "", root: str = 'viewBox="0 0 300 200"') -> str:
    """Write a drawing, with `more` before it."""
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'{more}<svg {names} {root}>{inner}<rect width="9" height="9"/></svg>'
