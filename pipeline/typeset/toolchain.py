"""Say what a PDF was made with: whatever else than its content can change its bytes.

The same input gives the same bytes for the same toolchain; the manifest records it, so that
a difference can be explained.
"""

import hashlib
from collections.abc import Sequence
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
# The function that tells the version, and the library's name on Linux, macOS and Windows.
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
    libraries = {name: _library_version(*where) for name, where in _LIBRARIES.items()}
    libraries |= {"fontconfig": _fontconfig_version(), "zlib": ZLIB_RUNTIME_VERSION}
    return packages(font_folders) | libraries


def _fonts_digest(folders: Sequence[Path]) -> str:
    """Hash the fonts by name and content; twelve digits tell two sets apart."""
    digest = hashlib.sha256()
    for folder in folders:
        for font in sorted(folder.glob("*.ttf")):
            digest.update(font.name.encode() + b"\0" + font.read_bytes())
    return digest.hexdigest()[:12]


def _open(ffi: object, stem: str, number: str) -> object:
    """Open a library by the names that WeasyPrint 70 tries; it is loaded already."""
    from weasyprint.text.ffi import _dlopen

    return _dlopen(
        ffi, f"{stem}.so.{number}", f"{stem}.{number}.dylib", f"{stem}-{number}.dll"
    )


def _library_version(function: str, stem: str) -> str:
    from cffi import FFI

    ffi = FFI()
    ffi.cdef(f"const char *{function} (void);")
    library = _open(ffi, stem, "0")
    return str(ffi.string(getattr(library, function)()).decode())


def _fontconfig_version() -> str:
    from cffi import FFI

    ffi = FFI()
    ffi.cdef("int FcGetVersion (void);")
    number = int(_open(ffi, "libfontconfig", "1").FcGetVersion())  # type: ignore[attr-defined]
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
