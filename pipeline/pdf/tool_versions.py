"""List the versions of the tools that determine the bytes of a PDF.

The same input gives the same bytes for the same toolchain, which the manifest records.
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
    *("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "pyphen", "pillow", "fonttools"),
    *("jinja2", "markdown-it-py", "mdit-py-plugins", "babel", "segno", "pikepdf"),
)
# They can change the bytes, too. The manifest records them, the PDFs do not: adding their
# names now would change the bytes of every PDF.
_UNNAMED_PACKAGES = (
    *("cssselect2", "markupsafe", "mdurl", "pydantic", "pydantic-core", "pyyaml"),
    *("uharfbuzz", "webencodings", "bibtexparser", "pylatexenc"),
)
# The package of an extra; its version is listed if it is installed.
_OPTIONAL_PACKAGES = ("citeproc-py",)
# Python itself: since 3.12 `sum` adds floats more exactly, and each release knows more
# characters. No sample differs (docs/decisions/0032-pythons.md).
_UNNAMED = (*_UNNAMED_PACKAGES, *_OPTIONAL_PACKAGES, "python")


def toolchain(fonts: Mapping[str, str]) -> dict[str, str]:
    """Return the versions by tool; `fonts` maps font files to their hashes.

    Each build calls this, so it imports none of the packages.
    """
    libraries = {
        "pango": _text_version("pango_version_string", "libpango-1.0"),
        "harfbuzz": _text_version("hb_version_string", "libharfbuzz"),
        "fontconfig": _fontconfig_version(),
        "zlib": ZLIB_RUNTIME_VERSION,
        "python": "{}.{}".format(*sys.version_info),
    }
    # Twelve digits distinguish two sets of fonts.
    listed = "".join(f"{name} {digest}\n" for name, digest in sorted(fonts.items()))
    digest = hashlib.sha256(listed.encode()).hexdigest()[:12]
    return _package_versions() | libraries | {"fonts": digest}


def format_toolchain(tools: Mapping[str, str]) -> str:
    """List the tools as a PDF names them."""
    names = (name for name in sorted(tools) if name not in _UNNAMED)
    return ", ".join(f"{name} {tools[name]}" for name in names)


@cache
def _package_versions() -> dict[str, str]:
    """Read the versions of the packages from the names of their folders.

    Wheels are installed with a folder NAME-VERSION.dist-info (PEP 427). Importing
    importlib.metadata takes half as long as a whole build with nothing to do.
    """
    versions: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):  # noqa: PTH208 – twice as fast
                if name.endswith(".dist-info"):
                    package, _, version = name.removesuffix(".dist-info").partition("-")
                    versions.setdefault(package.lower().replace("_", "-"), version)
    missing = [name for name in (*_PACKAGES, *_UNNAMED_PACKAGES) if name not in versions]
    if missing:  # installed in another way
        from importlib import metadata

        versions |= {name: metadata.version(name) for name in missing}
    optional = (name for name in _OPTIONAL_PACKAGES if name in versions)
    return {name: versions[name] for name in (*_PACKAGES, *_UNNAMED_PACKAGES, *optional)}


def _text_version(function: str, stem: str) -> str:
    with suppress(PipelineError):
        read_version = getattr(load_library(stem, 0), function)
        read_version.restype = ctypes.c_char_p
        return str(read_version().decode())
    return "missing"  # rendering reports it, with what to do


def _fontconfig_version() -> str:
    with suppress(PipelineError):
        number = int(load_library("libfontconfig", 1).FcGetVersion())
        return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    return "missing"
