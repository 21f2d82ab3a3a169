"""Keep footnotes on the page of their calls, where WeasyPrint moves them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.pdf.weasyprint_patches.attributes import patched


class _LineContext:
    """A proxy of the layout context for the lines of a block: `in_column` is always true.

    In columns WeasyPrint moves no note to make room for a line. The proxy shares the
    attributes of the context, and forwards its properties and methods.
    """

    __slots__ = ("__dict__", "context")

    def __init__(self, context: Any) -> None:
        self.__dict__ = vars(context)
        self.context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)

    @property
    def in_column(self) -> bool:
        """Whether it is in columns."""
        return True

    @in_column.setter
    def in_column(self, value: bool) -> None:
        self.context.in_column = value

    @property
    def excluded_shapes(self) -> Any:
        """The floats of the block formatting context, a property of the context too."""
        return self.context.excluded_shapes

    @excluded_shapes.setter
    def excluded_shapes(self, value: Any) -> None:
        self.context.excluded_shapes = value


@contextmanager
def patch_footnotes() -> Iterator[None]:
    """Keep footnotes on the page of their calls, where WeasyPrint moves them.

    After the layout of a note it compares the ends of note and note area: without a
    `max-height` on `@footnote` both are one position, computed in two ways, and a
    difference in the last digit moves the note. The patch answers that the area does not
    overflow; whether the page is full is computed elsewhere. And to get the second line of
    a paragraph onto a page, WeasyPrint moves the notes of the text before. With the patch
    the paragraph moves instead.
    """
    from weasyprint.layout import LayoutContext, block

    lay_out_note, lay_out_lines = LayoutContext.layout_footnote, block._linebox_layout

    def layout_footnote(context: Any, footnote: Any) -> bool:
        lay_out_note(context, footnote)
        return False

    def linebox_layout(context: Any, *arguments: Any) -> Any:
        return lay_out_lines(_LineContext(context), *arguments)

    with (
        patched(LayoutContext, layout_footnote=layout_footnote),
        patched(block, _linebox_layout=linebox_layout),
    ):
        yield
