"""Find the height of balanced columns by binary search, not pixel by pixel.

Repeated: WeasyPrint 70.0 begins with the height of the content divided by the number of
columns. While the first boxes do not fit, it adds one pixel and lays them out again. A
reference with a long address, whose lines have many places to break, took minutes.

Instead: after four failed attempts a binary search finds a height that is a little too low.
For a height below it, the result of an earlier failed attempt is returned.

Same bytes: a box that does not fit does not fit with less height either. Columns with boxes
out of the flow are laid out as before: their attempts add floats and footnotes to the page.

As a pull request: the loop of `columns_layout` would begin with a height that fits.
"""

from contextlib import AbstractContextManager
from math import inf
from typing import Any

from weasyprint.layout import block

from pipeline.pdf.weasyprint_patches.attributes import patched

# So many attempts take no longer than a binary search, which is precise to 4 pixels.
_MAX_ATTEMPTS, _PRECISION_PX = 4, 4


class _Attempts:
    """The attempts to fill columns of one box, in place of `block_box_layout`."""

    def __init__(self) -> None:
        self._lay_out = block.block_box_layout
        # By the identity of a column and its first content: the column, so that Python does
        # not use its identity again; the number of failed attempts; the greatest height
        # that is known to be too low.
        self._failed: dict[tuple[int, str], tuple[Any, int, float]] = {}
        self._failed_result: Any = None

    def block_box_layout(
        self,
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        container: Any,
        page_is_empty: bool,
        *others: Any,
        **named: Any,
    ) -> Any:
        """Lay out a box, unless it is a column that is known to be too low."""

        def lay_out(bottom_space: float) -> Any:
            arguments = (bottom_space, skip_stack, container, page_is_empty, *others)
            return self._lay_out(context, box, *arguments, **named)

        if page_is_empty or not box.is_column:
            return lay_out(bottom_space)
        key = id(box), repr(skip_stack)
        _, number, too_low = self._failed.get(key, (box, 0, -inf))
        full = context.page_bottom - box.position_y
        height = full - bottom_space
        if height < too_low:
            return self._failed_result
        result = lay_out(bottom_space)
        if result[0] is None:
            self._failed_result = result
            if number + 1 == _MAX_ATTEMPTS:
                too_low = _search_height(lambda h: lay_out(full - h)[0], height, full)
            self._failed[key] = (box, number + 1, too_low)
        return result


def _search_height(lay_out: Any, too_low: float, max_height: float) -> float:
    """Find a height that is too low by at most four pixels, up to the height `max_height`.

    `lay_out` gives None for a height that is too low.
    """
    step = 8
    while too_low + step < max_height and lay_out(too_low + step) is None:
        too_low += step
        step *= 2
    fits = min(too_low + step, max_height)
    while fits - too_low > _PRECISION_PX:
        middle = (too_low + fits) / 2
        if lay_out(middle) is None:
            too_low = middle
        else:
            fits = middle
    return too_low


def _are_in_flow(boxes: Any) -> bool:
    return all(
        (box.is_in_normal_flow() or box.element_tag.endswith("::marker"))
        and not (box.footnote or box.note)
        and _are_in_flow(getattr(box, "children", ()))
        for box in boxes
    )


def search_column_height() -> AbstractContextManager[None]:
    """Let WeasyPrint balance columns in few attempts."""
    lay_out = block.columns_layout

    def columns_layout(context: Any, box: Any, *arguments: Any) -> Any:
        if not _are_in_flow(box.children):
            return lay_out(context, box, *arguments)
        with patched(block, block_box_layout=_Attempts().block_box_layout):
            return lay_out(context, box, *arguments)

    return patched(block, columns_layout=columns_layout)
