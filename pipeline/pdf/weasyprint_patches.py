"""Change the private behaviour of WeasyPrint 70, each change with its reason.

Two more are beside the code that they serve: `tag_writer.patch_add_tags` replaces the
tags, and `metadata.prepare` the metadata. `require_known_version` guards them all.
Nothing here imports WeasyPrint before `import_weasyprint` has prepared its import.
"""

import ctypes.util
import io
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from pipeline.pdf.ffi_arrays import open_arrays
from pipeline.pdf.lazy_import import lazy_import
from pipeline.problems import PipelineError
from pipeline.shared_library import load_library, missing_library_problem

VERSION = "70.0"
# Pango's thread runs in these until the process ends, so they must not be unloaded.
_THREADED = (("libpango-1.0", 0), ("libpangoft2-1.0", 0), ("libfontconfig", 1))


def require_known_version() -> None:
    """Raise RuntimeError when WeasyPrint is not the version that is patched."""
    import weasyprint

    if weasyprint.__version__ != VERSION:
        raise RuntimeError(
            f"the patches know WeasyPrint {VERSION}, not {weasyprint.__version__}"
        )


def import_weasyprint() -> None:
    """Import WeasyPrint without its advice on stdout, and faster.

    Raises PipelineError when a system library is missing.
    """
    try:
        with (
            _find_libraries_by_name(),
            lazy_import("fontTools.subset", "fontTools.varLib.instancer"),
            redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", DeprecationWarning)
            from weasyprint.text.ffi import harfbuzz_subset
    except OSError as error:
        raise PipelineError(missing_library_problem(str(error).splitlines()[0])) from error
    for stem, number in _THREADED:
        load_library(stem, number)
    if harfbuzz_subset is None:
        # WeasyPrint would use a slower subsetter, which writes other bytes.
        raise PipelineError(missing_library_problem("libharfbuzz-subset"))
    open_arrays()


@contextmanager
def _find_libraries_by_name() -> Iterator[None]:
    """Load libraries by their names alone while WeasyPrint tries several.

    For a name that the loader of Linux does not know, Python asks ldconfig, gcc and ld.
    That takes 250 ms and finds nothing more (docs/decisions/0017-what-makes-it-fast.md).
    """
    find_library = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = find_library


class _FootnoteContext:
    """A layout context for the lines of a block, which pretends to be in columns.

    There WeasyPrint moves no note to make room for a line.
    """

    in_column = True

    def __init__(self, context: Any) -> None:
        self.__dict__["_context"] = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._context, name, value)


@contextmanager
def patch_footnotes() -> Iterator[None]:
    """Keep footnotes on the page of their calls, where WeasyPrint moves them.

    It does so in two places. After the layout of a note it compares the end of the note
    with the end of the note area: without a `max-height` on `@footnote` both are the same
    position, computed in two ways, and a difference in the last digit moves the note to the
    next page. The patch answers that the area does not overflow; whether the page is full
    is computed elsewhere. And to get the second line of a paragraph onto a page, WeasyPrint
    moves the notes of the text before to the next page, whose own paragraphs may move them
    on. With the patch the paragraph moves instead.
    """
    require_known_version()
    from weasyprint.layout import LayoutContext, block

    lay_out_note, lay_out_lines = LayoutContext.layout_footnote, block._linebox_layout

    def layout_footnote(context: Any, footnote: Any) -> bool:
        lay_out_note(context, footnote)
        return False

    def linebox_layout(context: Any, *arguments: Any) -> Any:
        return lay_out_lines(_FootnoteContext(context), *arguments)

    LayoutContext.layout_footnote = layout_footnote
    block._linebox_layout = linebox_layout
    try:
        yield
    finally:
        LayoutContext.layout_footnote = lay_out_note
        block._linebox_layout = lay_out_lines
