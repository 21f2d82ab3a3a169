"""Say what a PDF was made with: whatever else than its content can change its bytes.

The same input gives the same bytes for the same toolchain; the manifest records it, so that
a difference can be explained.
"""

import ctypes
import hashlib
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from zlib import ZLIB_RUNTIME_VERSION

from pipeline.problems import PipelineError
from pipeline.shared_library import load_library

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
# They can change the bytes as well, and make a document stale. A PDF does not name them:
# to say more in it would change every PDF that there is.
_UNSAID = (
    "cssselect2",
    "markupsafe",
    "mdurl",
    "pydantic",
    "pydantic-core",
    "pyyaml",
    "uharfbuzz",
    "webencodings",
)
# The function that tells the version, and the name of its library.
_LIBRARIES = {
    "pango": ("pango_version_string", "libpango-1.0"),
    "harfbuzz": ("hb_version_string", "libharfbuzz"),
}


def toolchain(fonts: Mapping[str, str]) -> dict[str, str]:
    """Versions of everything that can change the bytes; `fonts` are files and their hashes.

    Quick, for each build asks: it imports none of the packages.
    """
    libraries = {name: _text_version(*where) for name, where in _LIBRARIES.items()}
    libraries |= {"fontconfig": _fontconfig_version(), "zlib": ZLIB_RUNTIME_VERSION}
    # Twelve digits tell two sets of fonts apart.
    listed = "".join(f"{name} {hashed}\n" for name, hashed in sorted(fonts.items()))
    hashed = hashlib.sha256(listed.encode()).hexdigest()[:12]
    return _versions() | libraries | {"fonts": hashed}


def format_toolchain(tools: Mapping[str, str]) -> str:
    """Name the tools as a PDF does."""
    said = (name for name in sorted(tools) if name not in _UNSAID)
    return ", ".join(f"{name} {tools[name]}" for name in said)


@cache
def _versions() -> dict[str, str]:
    """Versions of the packages, by the names of their folders.

    Wheels are installed beside a folder NAME-VERSION.dist-info (PEP 427). Importing
    importlib.metadata takes half as long as a whole build with nothing to do.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):  # noqa: PTH208 – twice as fast
                if name.endswith(".dist-info"):
                    package, _, version = name.removesuffix(".dist-info").partition("-")
                    found.setdefault(package.lower().replace("_", "-"), version)
    packages = (*_PACKAGES, *_UNSAID)
    return {name: found.get(name) or _slow_version(name) for name in packages}


def _slow_version(name: str) -> str:
    """The version of a package that was installed otherwise."""
    from importlib.metadata import version

    return version(name)


def _text_version(function: str, stem: str) -> str:
    with suppress(PipelineError):
        tell = getattr(load_library(stem, 0), function)
        tell.restype = ctypes.c_char_p
        return str(tell().decode())
    return "missing"  # the painter says what to do


def _fontconfig_version() -> str:
    with suppress(PipelineError):
        number = int(load_library("libfontconfig", 1).FcGetVersion())
        return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    return "missing"
