"""Move figures, tables, boxes and notes where a page would end early.

A block that does not fit at the foot of a page goes to the next page and leaves a hole,
which the text around it can fill. WeasyPrint 70 has no such floats. So a page with a hole
is laid out again in other orders, with a look at the page after it, and the best is kept:

- the block is moved past the text that follows it in its section;
- or before text of its section on the page, so that this text goes to the next page;
- or, if it ends its section, into the text of the next section on the page.

A block goes to the top of the next page, or of the page after it if another that was moved
fills that. Blocks of one kind keep their order, and none stands between a heading and its
text or a list and its introduction. If no order fills the page, one of a few rules is
broken (`block_positions.exceptions`). What remains of a hole is divided among the spaces
between the blocks of the page. A page without a hole is laid out once; copyfitting.py
changes the spaces of a document in which a hole remains, or whose last page is nearly
empty, and document_fitter.py applies both.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pipeline.pdf.block_positions import (
    NUMBERED,
    PageEnd,
    ResumeAt,
    exceptions,
    find_page_end,
    find_start,
    first_place,
    inserted,
    is_place,
    kind_of,
    last_place,
    next_section,
    runs,
)
from pipeline.pdf.copyfitting import blank_band

# A hole is this share of the sheet, at least; a smaller gain is not worth a move.
_HOLE, _GAIN = 0.09, 0.03
# A hole that is left is divided among the spaces between the blocks of its page, if it is
# larger than this share of the sheet.
HOLE_LEFT = 0.115
# The layouts of one page, at most.
_TRIES = 8
# The children of boxes, in another order.
Order = Mapping[Any, Sequence[Any]]


@dataclass(frozen=True)
class PageLayout:
    """A page as it was laid out in an order, the state after it, and its hole.

    `moved` is the HTML of the blocks that are not where they were before, `following` the
    next page as it would be without moves of its own, once it was needed.
    """

    order: Order
    moved: Set[Any]
    page: Any
    resume_at: ResumeAt
    state: "ContextState"
    hole: float
    following: "PageLayout | None" = None

    @property
    def is_filled(self) -> bool:
        """Whether neither the page nor the next one has a hole."""
        next_hole = self.following.hole if self.following else 0.0
        return max(self.hole, next_hole) <= _HOLE

    @property
    def penalty(self) -> float:
        """A lower bound of its penalty: the hole on the next page may still be filled."""
        return self.hole + (self.following.hole / 3 if self.following else 0.0)

    def gains_on(self, other: "PageLayout") -> bool:
        """Whether its known penalty is lower than that of the other."""
        return self.penalty < other.penalty - _GAIN


@dataclass(frozen=True)
class ContextState:
    """The values of the layout context that the layout of a page changes."""

    footnotes: tuple[Any, ...]
    reported: tuple[Any, ...]
    broken: Mapping[Any, Any]
    page_maker: tuple[Any, ...]

    @classmethod
    def of(cls, context: Any) -> "ContextState":
        """Read the state."""
        return cls(
            tuple(context.footnotes),
            tuple(context.reported_footnotes),
            dict(context.broken_out_of_flow),
            tuple(context.page_maker),
        )

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
    """Put children in an order within the context."""
    written = {parent: parent.children for parent in order}
    try:
        reorder(order)
        yield
    finally:
        reorder(written)


class PageFitter:
    """Lays one page out, and in other orders if it has a hole.

    `first` is the page in the written order, if it was laid out with the page before.
    """

    def __init__(
        self,
        make: Any,
        index: int,
        context: Any,
        root_box: Any,
        first: PageLayout | None,
    ) -> None:
        self.make, self.index, self.context, self.root_box = make, index, context, root_box
        self.first = first
        self.before = ContextState.of(context)
        self.start = self.before.page_maker[index][0]
        self.base: PageLayout | None = None
        self.improved = False
        self.tried: list[Set[tuple[Any, ...]]] = []

    def fit(self) -> PageLayout:
        """Give the best layout, and leave its state."""
        best = self.first or next(self.lay_out({}))
        self.tried = [set()]
        self.improved = best.hole > _HOLE
        while self.improved and not best.is_filled and len(self.tried) < _TRIES:
            self.base, self.improved = best, False
            with _ordered(best.order):
                for other in self.other_layouts(best):
                    if other.resume_at is None or other.hole > best.hole + _GAIN:
                        continue
                    # A next page is laid out only if its hole may decide.
                    if not other.gains_on(best):
                        best = self.with_next(best)
                    if other.gains_on(best):
                        other = self.with_next(other)
                    if not other.gains_on(best):
                        best = self.with_next(best)
                    if other.gains_on(best):
                        best, self.improved = other, True
                    if best.is_filled or len(self.tried) >= _TRIES:
                        break
        best.state.restore(self.context)
        return best

    def lay_out(self, order: Order, run: Sequence[Any] = ()) -> Iterator[PageLayout]:
        """Lay the page out with blocks moved from their base; no order twice."""
        changed, moved = order, frozenset(block.element for block in run)
        if self.base:
            changed, moved = {**self.base.order, **order}, moved | self.base.moved
        key = {(parent, *children) for parent, children in changed.items()}
        if key in self.tried:
            return
        self.tried.append(key)
        self.before.restore(self.context)
        with _ordered(order):
            layout = self.made(self.index, changed, moved)
        yield layout

    def with_next(self, layout: PageLayout) -> PageLayout:
        """Lay out the next page too, whose hole counts."""
        if layout.following:
            return layout
        layout.state.restore(self.context)
        with _ordered(layout.order):
            following = self.made(self.index + 1, {}, frozenset())
        return replace(layout, following=following)

    def made(self, index: int, order: Order, moved: Set[Any]) -> PageLayout:
        """Make a page of boxes that are in an order."""
        page, resume_at = self.make(index)
        hole = 0.0 if resume_at is None else blank_band(page)
        return PageLayout(
            order, moved, page, resume_at, ContextState.of(self.context), hole
        )

    def other_layouts(self, base: PageLayout) -> Iterator[PageLayout]:
        """Lay the page out in other orders, and if none is better, against a rule."""
        if stop := find_page_end(self.root_box, base.resume_at):
            yield from self.regular_layouts(stop)
        start = find_start(self.root_box, base.resume_at)
        if start and not self.improved and base.hole > HOLE_LEFT:
            for order, run in exceptions(*start):
                yield from self.lay_out(order, run)

    def regular_layouts(self, stop: PageEnd) -> Iterator[PageLayout]:
        """Lay the page out in each order that may fill it, nearest to the written first."""
        section, index = stop.section, stop.index
        children = [*section.children]
        if stop.is_within:
            return
        if index == 0 and len(children) > 1:
            index = 1  # what does not fit below its heading
        for run in runs(children, index):
            others = children[:index] + children[index + len(run) :]
            last = last_place(others, index, run)
            if last > index:
                yield from self.later(section, others, run, last, {})
            if len(run) == 1:
                yield from self.earlier(section, others, run, stop.index)
            following = next_section(stop.main, section)
            is_last = following is not None and last == len(others)
            if is_last and all(kind_of(b) in NUMBERED for b in run):
                texts = [*following.children]
                if (last := last_place(texts, 1, run)) > 1:
                    yield from self.later(following, texts, run, last, {section: others})

    def later(
        self, section: Any, others: list[Any], run: list[Any], last: int, order: Order
    ) -> Iterator[PageLayout]:
        """Lay the page out with blocks below its end, then move them up to that end.

        The page stays as it is: all that is on it is before the blocks.
        """
        for layout in self.lay_out({**order, section: inserted(others, last, run)}, run):
            yield from self.moved_up(layout, section, others, run, last, order)

    def moved_up(
        self,
        layout: PageLayout,
        section: Any,
        others: list[Any],
        run: list[Any],
        last: int,
        order: Order,
    ) -> Iterator[PageLayout]:
        """Move blocks below the end of a page up to that end."""
        stop = find_page_end(self.root_box, layout.resume_at)
        if stop is not None and stop.section in order:
            return  # the page ends before the section into which the blocks were moved
        if stop is None or stop.section is not section or stop.index >= last:
            yield layout
            return
        if stop.is_within and kind_of(others[stop.index]) and is_place(others, stop.index):
            # A table breaks, so the blocks would not be at the top of the next page.
            before = {**order, section: inserted(others, stop.index, run)}
            yield from self.lay_out(before, run)
        places = range(stop.index + stop.is_within, last)
        place = next((place for place in places if is_place(others, place)), last)
        order = {**layout.order, section: inserted(others, place, run)}
        yield replace(layout, order=order)

    def earlier(
        self, section: Any, others: list[Any], run: list[Any], index: int
    ) -> Iterator[PageLayout]:
        """Lay the page out with a block before text that is on it, while the block fits."""
        first = first_place(self.root_box, self.start, section)
        for place in range(index - 1, first - 1, -1):
            if kind_of(others[place]) == kind_of(run[0]):
                return
            if is_place(others, place):
                for layout in self.lay_out({section: inserted(others, place, run)}, run):
                    yield layout
                    stop = find_page_end(self.root_box, layout.resume_at)
                    if stop and stop.section is section and stop.index <= place:
                        return  # it is too high for the page
