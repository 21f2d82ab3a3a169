"""List the blocks of a section that may move, and the positions that they may move to.

A block is a figure, a table, a box, a picture, a big figure, a quote or a side note. A text
is divided into its paragraphs. No function here lays out a page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.formatting_structure import boxes

# The kinds of blocks that move, by class. A timeline is a figure, a comparison a table.
_MOVABLE_CLASSES = (
    *("figure", "table-block", "box", "picture", "big-figure"),
    *("side", "side-note", "pull-quote"),
)
# Blocks that may move into the next section: readers find them by number.
NUMBERED_KINDS = ("figure", "table-block", "box")
HEADINGS = ("h2", "h3")
_LISTS = ("ul", "ol", "dl")

# A group of text can be divided if these properties have their initial values.
_DIVISIBLE = ("break_inside", "anchor", "margin_top", "margin_bottom", "padding_top")

# Where a page ends or begins: the index of a child of each box on the way from the root.
ResumeAt = Mapping[int, Any] | None


@dataclass(frozen=True)
class PageEnd:
    """Where a page ends: before child `index` of a section, or within it."""

    main: Any
    section: Any
    index: int
    is_within: bool


def blocks_to_move(children: Sequence[Any], index: int) -> Iterator[list[Any]]:
    """Yield the block that does not fit; then that block and the blocks directly after."""
    end = index
    while end < len(children) and kind_of(children[end]):
        end += 1
    if end > index:
        yield [children[index]]
    if end > index + 1:
        yield [*children[index:end]]


def with_inserted(children: list[Any], position: int, blocks: list[Any]) -> list[Any]:
    """Return the children with blocks inserted at a position."""
    return [*children[:position], *blocks, *children[position:]]


def last_allowed(children: list[Any], position: int, blocks: list[Any]) -> int:
    """The last allowed position of blocks: before the next block of one of their kinds.

    A block in the side column must be beside text of its own section, not of the next one.
    """
    last, kinds = position, {kind_of(block) for block in blocks}
    for number in range(position, len(children) + ("side" not in kinds)):
        if is_allowed(children, number):
            last = number
        if number < len(children) and kind_of(children[number]) in kinds:
            break
    return last


def first_allowed(root_box: Any, start: ResumeAt, section: Any) -> int:
    """The first position in a section on the page that starts at `start`."""
    page_end = find_page_end(root_box, start) if start else None
    if page_end is None or page_end.section is not section:
        return 0
    return page_end.index + page_end.is_within


def is_allowed(children: list[Any], position: int) -> bool:
    """Whether a block may be inserted before the child of a section at a position.

    It may not be above the first text of the section, between a list and its introduction,
    or between a side note and its text.
    """
    has_text = any(not kind_of(child) for child in children[1:position])
    is_before_list = position < len(children) and _is_list(children[position])
    return has_text and not is_before_list and kind_of(children[position - 1]) != "side"


def find_page_end(root_box: Any, resume_at: ResumeAt) -> PageEnd | None:
    """Find the section in which a page ends; None if it ends elsewhere."""
    box, parent = root_box, None
    while resume_at and isinstance(box, boxes.BlockBox):
        ((index, resume_at),) = resume_at.items()
        if _is_section(box):
            return PageEnd(parent, box, index, resume_at is not None)
        parent, box = box, box.children[index]
    return PageEnd(parent, box, 0, is_within=False) if _is_section(box) else None


def find_start(root_box: Any, resume_at: ResumeAt) -> tuple[Any, int] | None:
    """The start of a page: a box, and the index of its child; None within a text."""
    box, start = root_box, None
    while resume_at and _holds_blocks(box):
        ((index, resume_at),) = resume_at.items()
        box, start = box.children[index], (box, index)
    return None if resume_at else start


def rule_breaking_orders(
    parent: Any, index: int
) -> Iterator[tuple[dict[Any, list[Any]], list[Any]]]:
    """Yield orders of blocks that break one rule to fill a page, and the moved blocks.

    The page begins with the child of a box at `index`. Four rules may be broken: the last
    point for decision is separated from the one before, or the first reference from the
    next; a big figure beside the first text of a section moves below this text; the side
    column of page 1 moves below its lead.
    """
    children = [*parent.children]
    box = children[index]
    classes = classes_of(box)
    following = children[index + 1 : index + 2]
    if "points-for-decision" in classes:
        points = box.children[-1]
        *others, last = points.children
        yield {points: [*others, _allow_break(last, "break_before")]}, []
    elif "references" in classes:
        entries = box.children[-1]
        first, *others = entries.children
        yield {entries: [_allow_break(first, "break_after"), *others]}, []
    elif "side-stack" in classes and following and "lead" in classes_of(following[0]):
        children[index : index + 2] = [*following, box]
        yield {parent: children}, [box]
    elif _is_section(box) and len(box.children) > 2:
        heading, group, second, *rest = box.children
        if "with-text" in classes_of(group) and not kind_of(second):
            side, *text = group.children
            if any("big-figure" in classes_of(part) for part in side.descendants()):
                yield {box: [heading, *text, side, second, *rest]}, [side]


def _allow_break(box: Any, name: str) -> Any:
    """Copy a box, and allow a page break by the property `name`."""
    part = box.copy()
    part.style = box.style.copy()
    part.style[name] = "auto"
    return part


def _holds_blocks(box: Any) -> bool:
    """Whether a page that begins in a box begins with one of its children."""
    if not isinstance(box, boxes.BlockBox) or not box.children:
        return False
    return all(isinstance(child, boxes.BlockLevelBox) for child in box.children)


def next_section(main: Any, section: Any) -> Any:
    """The section that follows another one at once, or None."""
    index = main.children.index(section) + 1
    following = main.children[index : index + 1]
    return following[0] if following and _is_section(following[0]) else None


def classes_of(box: Any) -> list[str]:
    """The classes of the HTML element of a box; none of a pseudo-element."""
    if box.element is None or box.element_tag != box.element.tag:
        return []
    return (box.element.get("class") or "").split()


def _is_section(box: Any) -> bool:
    return "section" in classes_of(box)


def kind_of(box: Any) -> str:
    """The kind of a block that may move; "" of a heading or a text.

    A group of a block and what is beside it has the kind of the block.
    """
    classes = classes_of(box)
    if "with-side" in classes:
        return next((kind for kind in map(kind_of, box.children) if kind != "side"), "")
    return next((name for name in classes if name in _MOVABLE_CLASSES), "")


def _is_list(box: Any) -> bool:
    """Whether a box is a list, or a text that begins with one."""
    while box.element_tag not in _LISTS and "text" in classes_of(box) and box.children:
        box = box.children[0]
    return box.element_tag in _LISTS


def separate_paragraphs(box: Any) -> None:
    """Divide texts into paragraphs, and separate side notes from their texts.

    A block may be inserted between the parts.
    """
    if _is_section(box):
        box.children = [part for child in box.children for part in _divide_text(child)]
        return
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.BlockBox):
            separate_paragraphs(child)


def _divide_text(box: Any) -> list[Any]:
    """The parts of a text, or of a text with a side note, unless its styles forbid it."""
    classes = classes_of(box)
    is_plain = all(box.style[name] == INITIAL_VALUES[name] for name in _DIVISIBLE)
    if is_plain and "with-text" in classes:
        return [part for child in box.children for part in _divide_text(child)]
    if is_plain and "text" in classes:
        return [box.copy_with_children([child]) for child in box.children]
    return [box]
