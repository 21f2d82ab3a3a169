"""Keep footnotes on the page of their calls where WeasyPrint 70 miscounts.

After laying out a note it compares where the note ends with where the area of notes ends.
Without a `max-height` on `@footnote` both are the same place, summed up in two ways; when
the sums differ in the last digit the note is sent to the next page, with empty space below
its call. `footnotes_stay` lets the answer be "it does not overflow the area". Whether the
page is full is asked elsewhere, and still is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.layout import LayoutContext


@contextmanager
def footnotes_stay() -> Iterator[None]:
    """Correct the comparison while the context lasts; tags.py asserts the version."""
    original = LayoutContext.layout_footnote

    def layout_footnote(context: Any, footnote: Any) -> bool:
        original(context, footnote)
        return False

    LayoutContext.layout_footnote = layout_footnote
    try:
        yield
    finally:
        LayoutContext.layout_footnote = original
