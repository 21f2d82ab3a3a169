"""Move figures, tables, boxes and notes if a page would end with a blank band.

A block that does not fit at the foot of a page moves to the next page and leaves a blank
band, which the text around it can fill. WeasyPrint 70 has no such floats. So a page with a
blank band is laid out again in other orders, in consideration of the next page, and the
best order is used:

- the block is moved past the text that follows it in its section;
- or before text of its section on the page, so that this text goes to the next page;
- or, if it ends its section, into the text of the next section on the page.

A block moves to the top of the next page, or of the page after it if another moved block
fills that. Blocks of one kind keep their order, and no block is between a heading and its
text or a list and its introduction. If no order fills the page, one of a few rules is
broken (`block_positions.rule_breaking_orders`). What remains of a blank band is divided
among the spaces between the blocks of the page. A page without a blank band is laid out
once; copyfitting.py changes the spaces of a document in which a blank band remains, or
whose last page is nearly empty, and document_fitter.py applies both.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pipeline.pdf.block_positions import (
    NUMBERED_KINDS,
    PageEnd,
    ResumeAt,
    blocks_to_move,
    find_page_end,
    find_start,
    first_allowed,
    is_allowed,
    kind_of,
    last_allowed,
    next_section,
    rule_breaking_orders,
    with_inserted,
)
from pipeline.pdf.copyfitting import MAX_BAND, blank_band

# Shares of the page height: a smaller blank band is ignored, a smaller gain not worth a
# move.
_MIN_BAND, _MIN_GAIN = 0.09, 0.03
# The maximum number of layouts of one page.
_MAX_LAYOUTS = 8
# The children of boxes, in another order.
Order = Mapping[Any, Sequence[Any]]


@dataclass(frozen=True)
class PageLayout:
    """A page as laid out in an order, the state after it, and its blank band.

    `moved` is the HTML of the blocks that this order moves. `following` is the next page
    without moves of its own, if it was laid out.
    """

    order: Order
    moved: Set[Any]
    page: Any
    resume_at: ResumeAt
    state: "ContextState"
    band: float
    following: "PageLayout | None" = None

    @property
    def is_filled(self) -> bool:
        """Whether neither the page nor the next one has a blank band."""
        next_band = self.following.band if self.following else 0.0
        return max(self.band, next_band) <= _MIN_BAND

    @property
    def penalty(self) -> float:
        """Its band, and a third of that of the next page, which may still be filled."""
        return self.band + (self.following.band / 3 if self.following else 0.0)

    def is_better_than(self, other: "PageLayout") -> bool:
        """Whether its penalty is lower than that of the other by more than `_MIN_GAIN`."""
        return self.penalty < other.penalty - _MIN_GAIN


class ContextState:
    """The values of the layout context that the layout of a page changes."""

    def __init__(self, context: Any) -> None:
        self.footnotes = [*context.footnotes]
        self.reported = [*context.reported_footnotes]
        self.broken = dict(context.broken_out_of_flow)
        self.page_maker = [*context.page_maker]

    def restore(self, context: Any) -> None:
        """Write the state."""
        context.footnotes = [*self.footnotes]
        context.reported_footnotes = [*self.reported]
        context.broken_out_of_flow = dict(self.broken)
        context.page_maker[:] = self.page_maker


def reorder(order: Order) -> None:
    """Put children in an order."""
    for parent, children in order.items():
        parent.children = children


@contextmanager
def _ordered(order: Order) -> Iterator[None]:
    original_order = {parent: parent.children for parent in order}
    try:
        reorder(order)
        yield
    finally:
        reorder(original_order)


class PageFitter:
    """Lays one page out, in several orders if it has a blank band.

    `first` is the page in the original order, if it was laid out with the page before.
    """

    def __init__(
        self, make: Any, index: int, context: Any, root_box: Any, first: PageLayout | None
    ) -> None:
        self.make, self.index, self.context, self.root_box = make, index, context, root_box
        self.first = first
        self.before = ContextState(context)
        self.start = self.before.page_maker[index][0]
        self.base: PageLayout | None = None
        self.improved = False
        self.tried: list[Set[tuple[Any, ...]]] = []

    def fit(self) -> PageLayout:
        """Return the best layout, and restore its state."""
        best = self.first or next(self.lay_out({}))
        self.tried = [set()]
        self.improved = best.band > _MIN_BAND
        while self.improved and not best.is_filled and len(self.tried) < _MAX_LAYOUTS:
            self.base, self.improved = best, False
            with _ordered(best.order):
                for other in self.alternative_layouts(best):
                    if other.resume_at is None or other.band > best.band + _MIN_GAIN:
                        continue
                    # The next page is laid out only if its blank band may decide.
                    if not other.is_better_than(best):
                        best = self.with_next(best)
                    if other.is_better_than(best):
                        other = self.with_next(other)
                    if not other.is_better_than(best):
                        best = self.with_next(best)
                    if other.is_better_than(best):
                        best, self.improved = other, True
                    if best.is_filled or len(self.tried) >= _MAX_LAYOUTS:
                        break
        best.state.restore(self.context)
        return best

    def lay_out(self, order: Order, blocks: Sequence[Any] = ()) -> Iterator[PageLayout]:
        """Lay the page out with blocks moved from the base layout; no order twice."""
        changed, moved = order, frozenset(block.element for block in blocks)
        if self.base:
            changed, moved = ({**self.base.order, **order}, moved | self.base.moved)
        key = {(parent, *children) for parent, children in changed.items()}
        if key in self.tried:
            return
        self.tried.append(key)
        self.before.restore(self.context)
        with _ordered(order):
            layout = self.make_page(self.index, changed, moved)
        yield layout

    def with_next(self, layout: PageLayout) -> PageLayout:
        """Lay out the next page too, whose blank band counts."""
        if layout.following:
            return layout
        layout.state.restore(self.context)
        with _ordered(layout.order):
            following = self.make_page(self.index + 1, {}, frozenset())
        return replace(layout, following=following)

    def make_page(self, index: int, order: Order, moved: Set[Any]) -> PageLayout:
        """Make a page from the boxes in their present order."""
        page, resume_at = self.make(index)
        band = 0.0 if resume_at is None else blank_band(page)
        return PageLayout(order, moved, page, resume_at, ContextState(self.context), band)

    def alternative_layouts(self, base: PageLayout) -> Iterator[PageLayout]:
        """Yield layouts in other orders, and if none is better, in rule-breaking ones."""
        if end := find_page_end(self.root_box, base.resume_at):
            yield from self.regular_layouts(end)
        start = find_start(self.root_box, base.resume_at)
        if start and not self.improved and base.band > MAX_BAND:
            for order, blocks in rule_breaking_orders(*start):
                yield from self.lay_out(order, blocks)

    def regular_layouts(self, end: PageEnd) -> Iterator[PageLayout]:
        """Yield layouts that keep the rules, those nearest to the original order first."""
        section, index = end.section, end.index
        children = [*section.children]
        if end.is_within:
            return
        if index == 0 and len(children) > 1:
            index = 1  # what does not fit below its heading
        for blocks in blocks_to_move(children, index):
            others = children[:index] + children[index + len(blocks) :]
            last = last_allowed(others, index, blocks)
            if last > index:
                yield from self.place_later(section, others, blocks, last, {})
            if len(blocks) == 1:
                yield from self.place_earlier(section, others, blocks, end.index)
            following = next_section(end.main, section)
            is_last = following is not None and last == len(others)
            if is_last and all(kind_of(b) in NUMBERED_KINDS for b in blocks):
                texts = [*following.children]
                if (last := last_allowed(texts, 1, blocks)) > 1:
                    yield from self.place_later(
                        following, texts, blocks, last, {section: others}
                    )

    def place_later(
        self, section: Any, others: list[Any], blocks: list[Any], last: int, order: Order
    ) -> Iterator[PageLayout]:
        """Yield layouts with blocks below the end of the page, then moved up to that end.

        Moving them up does not change the page, which ends before them.
        """

        def order_with(position: int, others_order: Order) -> Order:
            return {**others_order, section: with_inserted(others, position, blocks)}

        for layout in self.lay_out(order_with(last, order), blocks):
            end = find_page_end(self.root_box, layout.resume_at)
            if end is not None and end.section in order:
                return  # the page ends before the section into which the blocks were moved
            if end is None or end.section is not section or end.index >= last:
                yield layout
                return
            index = end.index
            if end.is_within and kind_of(others[index]) and is_allowed(others, index):
                # A table breaks, so the blocks would not be at the top of the next page.
                yield from self.lay_out(order_with(index, order), blocks)
            positions = (*range(index + end.is_within, last), last)
            position = next(p for p in positions if p == last or is_allowed(others, p))
            yield replace(layout, order=order_with(position, layout.order))

    def place_earlier(
        self, section: Any, others: list[Any], blocks: list[Any], index: int
    ) -> Iterator[PageLayout]:
        """Yield layouts with a block before text of the page, as long as the block fits."""
        first = first_allowed(self.root_box, self.start, section)
        for position in range(index - 1, first - 1, -1):
            if kind_of(others[position]) == kind_of(blocks[0]):
                return
            if is_allowed(others, position):
                for layout in self.lay_out(
                    {section: with_inserted(others, position, blocks)}, blocks
                ):
                    yield layout
                    end = find_page_end(self.root_box, layout.resume_at)
                    if end and end.section is section and end.index <= position:
                        return  # it is too high for the page
