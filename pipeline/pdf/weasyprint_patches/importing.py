"""Import WeasyPrint without its messages on stdout, and faster.

Nothing here imports WeasyPrint before `import_weasyprint` has prepared its import. The
measurements are in docs/decisions/0017-what-makes-it-fast.md.
"""

import ctypes.util
import io
import re
import sys
import warnings
from contextlib import redirect_stdout
from typing import Any

from pipeline.lazy_import import lazy_import
from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.problems import PipelineError
from pipeline.shared_library import load_library, missing_library_problem

# Pango's thread runs in these until the process ends, so they must not be unloaded.
_THREADED_LIBRARIES = (("libpango-1.0", 0), ("libpangoft2-1.0", 0), ("libfontconfig", 1))
# For variable fonts, and for machines without HarfBuzz's subsetter.
_RARELY_USED = ("fontTools.subset", "fontTools.varLib.instancer")
_SIZED_ARRAY = re.compile(r"(\w+)\[\d+\]")


def import_weasyprint() -> None:
    """Import WeasyPrint without its messages on stdout, and faster.

    Raises PipelineError when a system library is missing.
    """
    from pipeline.pdf.compiled_cffi import compiled_cffi

    # For a library that the loader of Linux does not know by its name, Python asks
    # ldconfig, gcc and ld. That takes 250 ms and finds nothing more.
    find = {"find_library": lambda name: None} if sys.platform == "linux" else {}
    try:
        with (
            patched(ctypes.util, **find),
            compiled_cffi(),
            lazy_import(*_RARELY_USED),
            redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", DeprecationWarning)
            from weasyprint.pdf import fonts
            from weasyprint.text.ffi import harfbuzz_subset

            from pipeline.pdf.hyphenation import read_patterns_faster
    except OSError as error:
        raise PipelineError(missing_library_problem(str(error).splitlines()[0])) from error
    for stem, number in _THREADED_LIBRARIES:
        load_library(stem, number)
    if harfbuzz_subset is None:
        # WeasyPrint would use a slower subsetter, which writes other bytes.
        raise PipelineError(missing_library_problem("libharfbuzz-subset"))
    read_patterns_faster()
    if not isinstance(fonts.ffi, OpenArrays):
        fonts.ffi = OpenArrays(fonts.ffi)


class OpenArrays:
    """An `ffi` object that allocates arrays with initial values as open arrays.

    For arrays such as `hb_codepoint_t[980]` cffi parses a new type for each font, in 2 ms.
    All other attributes are those of the original `ffi` object.
    """

    def __init__(self, original: Any) -> None:
        self._original = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def new(self, kind: Any, values: Any = None) -> Any:
        """Allocate a C value of the type that `kind` names."""
        sized = _SIZED_ARRAY.fullmatch(kind) if values is not None else None
        return self._original.new(f"{sized[1]}[]" if sized else kind, values)
