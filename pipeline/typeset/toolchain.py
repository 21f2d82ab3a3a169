"""Say what a PDF was made with: whatever else than its content can change its bytes.

The same input gives the same bytes for the same toolchain; the manifest records it, so that
a difference can be explained.
"""

import ctypes
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from zlib import ZLIB_RUNTIME_VERSION

_PACKAGES = (
    "weasyprint",
    "pydyf",
    "tinycss2",
    "tinyhtml5",
    "pyphen",
    "pillow",
    "fonttools",
    "jinja2",
    "markdown-it-py",
    "mdit-py-plugins",
    "babel",
    "segno",
)
# The function that tells the version, and the name of its library.
_LIBRARIES = {
    "pango": ("pango_version_string", "libpango-1.0"),
    "harfbuzz": ("hb_version_string", "libharfbuzz"),
}


@cache
def packages(font_folders: Sequence[Path]) -> dict[str, str]:
    """Versions of the Python packages and of the fonts; nothing is imported."""
    versions = {name: version(name) for name in _PACKAGES}
    return versions | {"fonts": _fonts_digest(font_folders)}


def toolchain(font_folders: Sequence[Path]) -> dict[str, str]:
    """Versions of everything, system libraries too. Imports WeasyPrint."""
    libraries = {name: _text_version(*where) for name, where in _LIBRARIES.items()}
    libraries |= {"fontconfig": _fontconfig_version(), "zlib": ZLIB_RUNTIME_VERSION}
    return packages(font_folders) | libraries


@cache
def program_digest() -> str:
    """Hash the code that typesets: when it changes, everything is made again.

    It is no part of the toolchain, for most changes of the code leave the bytes alone.
    """
    digest = hashlib.sha256()
    for module in sorted(Path(__file__).parent.parent.rglob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:12]


def _fonts_digest(folders: Sequence[Path]) -> str:
    """Hash the fonts by name and content; twelve digits tell two sets apart."""
    digest = hashlib.sha256()
    for folder in folders:
        for font in sorted(folder.glob("*.ttf")):
            digest.update(font.name.encode() + b"\0" + font.read_bytes())
    return digest.hexdigest()[:12]


@cache
def load_library(stem: str, number: int) -> ctypes.CDLL:
    """Load a system library by its name on Linux, macOS or Windows, for good.

    What ctypes has loaded is never unloaded. WeasyPrint's own handles are let go when
    Python ends, and a library that goes while a thread of Pango runs in it means a crash.
    """
    names = (f"{stem}.so.{number}", f"{stem}.{number}.dylib", f"{stem}-{number}.dll")
    for name in names:
        with suppress(OSError):
            return ctypes.CDLL(name)
    raise OSError(f"cannot load {stem}")


def _text_version(function: str, stem: str) -> str:
    tell = getattr(load_library(stem, 0), function)
    tell.restype = ctypes.c_char_p
    return str(tell().decode())


def _fontconfig_version() -> str:
    number = int(load_library("libfontconfig", 1).FcGetVersion())
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
