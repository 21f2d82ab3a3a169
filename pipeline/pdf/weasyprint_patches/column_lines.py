"""Lay out a line once while the heights of columns are balanced.

Repeated: WeasyPrint 70.0 lays out all columns for each height that it tries, and what
follows a column to find the next height: 155 of the 385 lines of a brief whose list of
references has two columns and one entry.

Instead: a line that begins at the same character and place is copied.

Same bytes: the key has all that decides a line of nothing but text, and a copy has its own
boxes. Lines beside floats, with other boxes in them, and those with the style of a first
line or letter are laid out again.

As a pull request: `columns_layout` would pass a dict for the lines that it tries.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
from weasyprint.layout import block, inline
from weasyprint.layout.inline import get_next_linebox

from pipeline.pdf.weasyprint_patches.attributes import patched

_TEXT = (LineBox, InlineBox, TextBox)


def _get_next_linebox(
    context: Any,
    linebox: Any,
    position_y: float,
    bottom_space: float,
    skip_stack: Any,
    container: Any,
    absolute_boxes: Any,
    fixed_boxes: Any,
    first_letter_style: Any,
    first_line_style: Any,
) -> Any:
    place = (linebox, position_y, bottom_space, skip_stack, container)
    rest = (absolute_boxes, fixed_boxes, first_letter_style, first_line_style)
    lines = vars(context).get("column_lines")
    if lines is None or context.excluded_shapes or first_letter_style or first_line_style:
        return get_next_linebox(context, *place, *rest)
    # An entry holds the objects whose identities are in its key.
    position = (position_y, container.content_box_x(), container.width, linebox.text_indent)
    key = (id(linebox), id(container.style), repr(skip_stack), *position)
    if key not in lines:
        line, resume_at = get_next_linebox(context, *place, *rest)
        if line is None or not all(isinstance(box, _TEXT) for box in line.descendants()):
            return line, resume_at
        lines[key] = line.deepcopy(), resume_at, linebox, container.style
        return line, resume_at
    line, resume_at, *_ = lines[key]
    return line.deepcopy(), resume_at


@contextmanager
def keep_column_lines() -> Iterator[None]:
    """Let WeasyPrint copy the lines of columns that it has laid out at the same place."""
    lay_out = block.columns_layout

    def columns_layout(context: Any, *arguments: Any) -> Any:
        attributes = vars(context)
        outer_lines = attributes.get("column_lines")
        attributes["column_lines"] = {}
        try:
            return lay_out(context, *arguments)
        finally:
            attributes["column_lines"] = outer_lines

    with (
        patched(block, columns_layout=columns_layout),
        patched(inline, get_next_linebox=_get_next_linebox),
    ):
        yield
