"""Keep footnotes on the page of their calls where WeasyPrint 70 sends them away.

It does so in two places. After laying out a note it compares where the note ends with
where the area of notes ends: without a `max-height` on `@footnote` both are the same place,
summed up in two ways, and when the sums differ in the last digit the note goes to the next
page. And to get the second line of a paragraph onto a page it moves the notes of the text
before to the next one, whose own paragraphs may move them on. `patch_footnotes` answers "it
does not overflow the area" in the first place, and in the second lets the paragraph go
over instead. Whether the page is full is asked elsewhere, and still is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.layout import LayoutContext, block


class _FootnoteContext:
    """A layout context for the lines of a block: in columns no note makes room for them."""

    in_column = True

    def __init__(self, context: Any) -> None:
        self.__dict__["_context"] = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._context, name, value)


@contextmanager
def patch_footnotes() -> Iterator[None]:
    """Correct both while the context lasts; tags.py asserts the version."""
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
