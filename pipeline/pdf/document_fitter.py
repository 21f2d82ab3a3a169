"""Fit the pages of a document: each page by the order of its blocks, all by their spaces.

A context replaces the functions of WeasyPrint 70 that make pages. Only boxes are moved, not
the HTML. What stands elsewhere than written is named, and tag_writer.py returns it to its
place in the reading order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from functools import partial
from typing import Any

import weasyprint.layout
from weasyprint import document
from weasyprint.layout import absolute
from weasyprint.layout import page as engine

from pipeline.pdf.block_positions import ResumeAt, separate_paragraphs
from pipeline.pdf.copyfitting import (
    LAST_FACTORS,
    TextSpaces,
    has_faults,
    is_well_filled,
    penalty,
    stretch,
)
from pipeline.pdf.page_fitter import (
    HOLE_LEFT,
    ContextState,
    PageFitter,
    PageLayout,
    reorder,
)
from pipeline.pdf.weasyprint_patches.attributes import patched, require_known_version


@contextmanager
def fit_pages() -> Iterator[Set[Any]]:
    """Fit the pages of a document within the context; yield the HTML that is moved."""
    require_known_version()
    fitter = _DocumentFitter()
    lay_out, place = document.layout_document, absolute.absolute_replaced

    def layout_document(html: Any, root_box: Any, context: Any) -> Iterator[Any]:
        separate_paragraphs(root_box)
        return lay_out(html, root_box, context)  # type: ignore[no-any-return]

    def absolute_replaced(context: Any, box: Any, *block: float) -> Any:
        # Not the box itself, as WeasyPrint does: earlier layouts of the page have it, too.
        return place(context, box.copy(), *block)

    with (
        patched(document, layout_document=layout_document),
        patched(weasyprint.layout, make_all_pages=fitter.make_all_pages),
        patched(absolute, absolute_replaced=absolute_replaced),
        patched(engine, remake_page=fitter.remake_page),
    ):
        yield fitter.moved.keys()


class _DocumentFitter:
    """Makes the pages of a document in place of WeasyPrint's functions of these names.

    `moved` is the HTML of the blocks that are not where they were written, `written` the
    children of boxes as they were before a move, `following` the next page, by its index,
    if it was laid out with the page before.
    """

    def __init__(self) -> None:
        self.remake, self.make_all = engine.remake_page, weasyprint.layout.make_all_pages
        self.moved: dict[Any, None] = {}
        self.written: dict[Any, Sequence[Any]] = {}
        self.following: dict[int, PageLayout] = {}

    def remake_page(
        self, index: int, context: Any, root_box: Any, html: Any
    ) -> tuple[Any, ResumeAt]:
        """Make a page with the best order of its blocks."""
        make = partial(self.remake, context=context, root_box=root_box, html=html)
        first = self.following.pop(index, None)
        best = PageFitter(make, index, context, root_box, first).fit()
        self.following.clear()
        if best.following and not _depends_on_pages(context):
            self.following[index + 1] = best.following
        for parent in best.order:
            self.written.setdefault(parent, parent.children)
        reorder(best.order)
        self.moved.update(dict.fromkeys(best.moved))
        if best.hole > HOLE_LEFT:
            stretch(best.page, best.hole * best.page.margin_height())
        return best.page, best.resume_at

    def make_all_pages(
        self, context: Any, root_box: Any, html: Any, pages: Sequence[Any]
    ) -> Sequence[Any]:
        """Make all pages, and again with other spaces if they are not filled well."""
        start = ContextState.of(context)
        made = [*self.make_all(context, root_box, html, pages)]
        # The numbers of pages that a text names are those of the first layout.
        names_pages = context.target_collector.counter_lookup_items
        if pages or names_pages or is_well_filled(made):
            return made
        make = partial(self.make_all, context, root_box, html, pages)
        return self.copyfit(made, make, context, start, TextSpaces.of(root_box))

    def copyfit(
        self,
        best: Sequence[Any],
        make: Callable[[], Iterable[Any]],
        context: Any,
        start: ContextState,
        spaces: TextSpaces,
    ) -> Sequence[Any]:
        """Make all pages with other spaces; give the best, and leave its state."""
        factor = 1.0
        for other_factor in spaces.factors(best):
            is_last_resort = other_factor in LAST_FACTORS
            if not (has_faults(best) if is_last_resort else penalty(best)[1]):
                break
            end, places = ContextState.of(context), dict(self.moved)
            ordered = {parent: parent.children for parent in self.written}
            start.restore(context)
            self.moved.clear()
            reorder(self.written)
            spaces.multiply(other_factor)
            other = [*make()]
            if penalty(other) < penalty(best):
                best, factor = other, other_factor
            else:
                end.restore(context)
                self.moved.clear()
                self.moved.update(places)
                reorder({**self.written, **ordered})
                spaces.multiply(factor)
        return best


def _depends_on_pages(context: Any) -> bool:
    """Whether WeasyPrint notes what is on a page, each time that it lays it out."""
    notes_elements = any(context.running_elements.values())
    return notes_elements or bool(context.target_collector.counter_lookup_items)
