"""Fit the pages of a document: reorder the blocks of each page, change the spaces of all.

A context replaces the functions of WeasyPrint 70 that make pages. Only boxes are moved, not
the HTML. The context yields the elements of moved blocks, and tag_writer.py restores their
place in the reading order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from functools import partial
from typing import Any

import weasyprint.layout
from weasyprint import document
from weasyprint.layout import absolute, page

from pipeline.pdf.block_positions import ResumeAt, separate_paragraphs
from pipeline.pdf.copyfitting import (
    LAST_RESORT_FACTORS,
    MAX_BAND,
    TextSpaces,
    has_faults,
    is_well_filled,
    layout_penalty,
    stretch_spaces,
)
from pipeline.pdf.page_fitter import ContextState, PageFitter, PageLayout, reorder
from pipeline.pdf.weasyprint_patches.attributes import patched


@contextmanager
def fit_pages() -> Iterator[Set[Any]]:
    """Fit the pages of a document within the context; yield the elements that are moved."""
    fitter = _DocumentFitter()
    lay_out, place_replaced = document.layout_document, absolute.absolute_replaced

    def layout_document(html: Any, root_box: Any, context: Any) -> Iterator[Any]:
        separate_paragraphs(root_box)
        return lay_out(html, root_box, context)  # type: ignore[no-any-return]

    def absolute_replaced(context: Any, box: Any, *block: float) -> Any:
        # A copy: WeasyPrint would change the box itself, which earlier layouts also have.
        return place_replaced(context, box.copy(), *block)

    with (
        patched(document, layout_document=layout_document),
        patched(weasyprint.layout, make_all_pages=fitter.make_all_pages),
        patched(absolute, absolute_replaced=absolute_replaced),
        patched(page, remake_page=fitter.remake_page),
    ):
        yield fitter.moved.keys()


class _DocumentFitter:
    """Makes the pages of a document in place of WeasyPrint's functions of these names.

    `moved` has the elements of the blocks that are not at their place in the HTML,
    `original_children` the children of boxes before a move, `following` the next page, by
    its index, if it was laid out together with the page before it.
    """

    def __init__(self) -> None:
        self.remake, self.make_all = (page.remake_page, weasyprint.layout.make_all_pages)
        self.moved: dict[Any, None] = {}
        self.original_children: dict[Any, Sequence[Any]] = {}
        self.following: dict[int, PageLayout] = {}

    def remake_page(
        self, index: int, context: Any, root_box: Any, html: Any
    ) -> tuple[Any, ResumeAt]:
        make = partial(self.remake, context=context, root_box=root_box, html=html)
        first = self.following.pop(index, None)
        best = PageFitter(make, index, context, root_box, first).fit()
        self.following.clear()
        if best.following and not _depends_on_pages(context):
            self.following[index + 1] = best.following
        for parent in best.order:
            self.original_children.setdefault(parent, parent.children)
        reorder(best.order)
        self.moved.update(dict.fromkeys(best.moved))
        if best.band > MAX_BAND:
            stretch_spaces(best.page, best.band * best.page.margin_height())
        return best.page, best.resume_at

    def make_all_pages(
        self, context: Any, root_box: Any, html: Any, pages: Sequence[Any]
    ) -> Sequence[Any]:
        """Make all pages, and again with other spaces if they are not filled well."""
        start = ContextState(context)
        make = partial(self.make_all, context, root_box, html, pages)
        laid_out = [*make()]
        # The page numbers in cross-references are those of the first layout.
        has_page_references = context.target_collector.counter_lookup_items
        if pages or has_page_references or is_well_filled(laid_out):
            return laid_out
        return self.copyfit(laid_out, make, context, start, TextSpaces(root_box))

    def copyfit(
        self,
        best: Sequence[Any],
        make: Callable[[], Iterable[Any]],
        context: Any,
        start: ContextState,
        spaces: TextSpaces,
    ) -> Sequence[Any]:
        """Make all pages with other spaces; return the best, and restore its state."""
        factor = 1.0
        for other_factor in spaces.factors(best):
            is_last_resort = other_factor in LAST_RESORT_FACTORS
            if not (has_faults(best) if is_last_resort else layout_penalty(best)[1]):
                break
            best_state, best_moved = ContextState(context), dict(self.moved)
            best_order = {parent: parent.children for parent in self.original_children}
            start.restore(context)
            self.moved.clear()
            reorder(self.original_children)
            spaces.multiply(other_factor)
            other = [*make()]
            if layout_penalty(other) < layout_penalty(best):
                best, factor = other, other_factor
            else:
                best_state.restore(context)
                self.moved.clear()
                self.moved.update(best_moved)
                reorder({**self.original_children, **best_order})
                spaces.multiply(factor)
        return best


def _depends_on_pages(context: Any) -> bool:
    """Whether WeasyPrint records data of a page during each layout of it."""
    has_running_elements = any(context.running_elements.values())
    return has_running_elements or bool(context.target_collector.counter_lookup_items)
