"""Copy the Pango layout of a style, with its context, font, language and features.

Repeated: WeasyPrint 70.0 makes a context, a font description and a list of features for
each of the 1,000 layouts of a brief, which has about 40 styles of text.

Instead: a layout is made once for each style, and `pango_layout_copy` makes the others.

Same bytes: the key has all properties that `Layout.setup` reads, and nothing changes the
layout that is copied. A context is never changed after it was made.

As a pull request: `Layout.setup` would look in `FontConfiguration` first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_void_p
from operator import itemgetter
from typing import Any

from weasyprint.text.ffi import ffi, gobject
from weasyprint.text.line_break import Layout

from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.pdf.weasyprint_patches.first_lines import FONT_PROPERTIES
from pipeline.pdf.weasyprint_patches.memo import forget_with_new_fonts, is_hashable, memo_of
from pipeline.shared_library import load_library

_LIMIT = 500
_values_of = itemgetter(*FONT_PROPERTIES)
_set_up = Layout.setup

# WeasyPrint does not declare this function.
_copy_pango_layout = load_library("libpango-1.0", 0).pango_layout_copy
_copy_pango_layout.argtypes, _copy_pango_layout.restype = [c_void_p], c_void_p


def _setup(layout: Layout, style: Any) -> None:
    memo, key = memo_of(style.font_config, "layouts", _LIMIT), _values_of(style)
    if not is_hashable(key):  # the style of a text in SVG has a list of fonts
        _set_up(layout, style)
        return
    model = memo.get(key)
    if model is None:
        model = memo[key] = object.__new__(Layout)
        _set_up(model, style)
        del model.style
    vars(layout).update(vars(model))
    layout.style = style
    copied = _copy_pango_layout(int(ffi.cast("uintptr_t", model.layout)))
    layout.layout = ffi.gc(ffi.cast("PangoLayout *", copied), gobject.g_object_unref)


@contextmanager
def copy_layouts() -> Iterator[None]:
    """Let WeasyPrint copy a layout of the same style."""
    with patched(Layout, setup=_setup), forget_with_new_fonts("layouts"):
        yield
