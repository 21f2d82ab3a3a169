"""Resolve the percentages of boxes once for the same values and the same container.

Repeated: WeasyPrint 70.0 sets 18 lengths of a box, most by two calls each, 1,200 times for
a page of a brief; nearly all are `0`, `auto` or `none`.

Instead: `resolve_percentages` keeps the used values that it gives to a box.

Same bytes: the key has all values that the function reads. Not kept are the values of page
boxes and of tables with collapsed borders, which the function treats differently, and
values with functions such as `calc(1em + 5%)`, which depend on more of the style.

As a pull request: `resolve_percentages` would look up the key in its first lines, and store
the values in its last lines.
"""

from contextlib import AbstractContextManager
from operator import itemgetter
from typing import Any

from weasyprint import layout
from weasyprint.formatting_structure.boxes import Box, PageBox
from weasyprint.layout import percent

from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.pdf.weasyprint_patches.memo import is_hashable, memo_of

_LIMIT = 4_000  # boxes, of 1 kB each
_USED_VALUES = (
    *("margin_left", "margin_right", "margin_top", "margin_bottom"),
    *("padding_left", "padding_right", "padding_top", "padding_bottom"),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
    *("border_top_width", "border_right_width", "border_bottom_width", "border_left_width"),
)
_values_of = itemgetter(*_USED_VALUES, "box_sizing")
_resolve = percent.resolve_percentages


def _resolve_once(box: Any, containing_block: Any) -> None:
    style, container = box.style, containing_block
    if isinstance(container, Box):
        container = (container.width, container.height)
    key = (*container, *_values_of(style))
    collapses = style["border_collapse"] == "collapse"
    if collapses or isinstance(box, PageBox) or not is_hashable(key):
        _resolve(box, containing_block)
        return
    memo = memo_of(style.font_config, "percentages", _LIMIT)
    used = memo.get(key)
    if used is not None:
        vars(box).update(used)
        return
    _resolve(box, containing_block)
    if "function" not in {getattr(value, "type", "") for value in key}:
        memo[key] = {name: vars(box)[name] for name in _USED_VALUES}


def keep_percentages() -> AbstractContextManager[None]:
    """Let WeasyPrint resolve the percentages of boxes of the same values once."""
    modules = (percent, *vars(layout).values())
    users = (m for m in modules if getattr(m, "resolve_percentages", None) is _resolve)
    return patched(*users, resolve_percentages=_resolve_once)
