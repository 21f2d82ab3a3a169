"""Find the content of a brief that does not fit on its pages, and unwanted page breaks.

WeasyPrint applies a style sheet (a width, `break-inside: avoid`) as far as possible, and
does not report where that is impossible. Input: its pages, measured by layout_boxes.py. An
issue that another one causes is left out: the overlap of a word that is too wide, or the
number of pages if a part is truncated.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.model.profiles import Profile, profile_of
from pipeline.pdf.box_tree import excerpt
from pipeline.pdf.checks.layout_boxes import (
    ABOVE_FOOT,
    SIDE_COLUMN,
    Area,
    Footnote,
    Page,
    PageMetrics,
    TextItem,
    UnbreakableBlock,
)
from pipeline.problems import Rule

# A title and a standfirst take at most three lines; a last page is at least 40 % full.
MAX_LINES = 3
MIN_FILLED = 0.4
# In CSS pixels: rounding moves text by less than is visible.
_TOLERANCE = 1.0
# Parts that can be too wide as a whole, and the hint for each.
_TOO_WIDE_HINTS = {
    **dict.fromkeys(("table", "compare"), "use fewer columns, or shorter words"),
    "figure": "use shorter words",
    "picture": "use a narrower picture",
}
# The name of an item of a list, by the key of the list.
_ITEM_NAMES = {
    "key_messages": "key message",
    **{"nodes": "node", "options": "option", "points": "point"},
    "points_for_decision": "point for decision",
    "pull_figures": "pull figure",
    "references": "reference",
}


@dataclass(frozen=True)
class LayoutIssue:
    """Content that does not fit. `path` is that of its part; `word` is a word in it."""

    rule: Rule
    path: str
    word: str
    message: str
    hint: str


def find_layout_issues(metrics: PageMetrics) -> list[LayoutIssue]:
    """Find the issues of laid-out pages, each once, without those that another causes."""
    is_redline = "redline" in metrics.classes
    issues = _without_consequences(
        issue
        for issue in (
            *_displaced_footnotes(metrics.footnotes.values()),
            *_page_1_overflows(metrics),
            *_truncated_parts(metrics.truncated),
            *_split_blocks(metrics.unbreakable),
            *_split_cells(metrics.unbreakable),
            *(issue for page in metrics.pages for issue in _overflow_issues(page)),
            *_long_titles(metrics),
        )
        if not is_redline or issue.rule is Rule.OVERFLOW
    )
    paths = {issue.path for issue in issues}
    issues += [issue for page in metrics.pages for issue in _overlap_issues(page, paths)]
    if is_redline:  # the length of two merged texts is not the author's error
        return issues
    issues = issues or list(_stranded_headings(metrics.pages))
    # The number of pages of a draft or of front matter is not checked.
    if issues or not metrics.classes or {"draft", "front"} & set(metrics.classes):
        return issues
    # In a pack the next brief continues on the same sheets.
    blank = () if "in-pack" in metrics.classes else _blank_pages(metrics)
    return [*_short_last_page(metrics), *blank]


def _without_consequences(issues: Iterable[LayoutIssue]) -> list[LayoutIssue]:
    """Drop an issue if an earlier one of another rule is in its part or one around it."""
    first_issues: dict[tuple[str, str], LayoutIssue] = {}
    rules: dict[str, Rule] = {}
    for issue in issues:
        parts = list(_part_and_ancestors(issue.path))
        if all(rules.get(part, issue.rule) is issue.rule for part in parts):
            first_issues.setdefault((issue.path, issue.message), issue)
            rules.setdefault(issue.path, issue.rule)
    return list(first_issues.values())


def _part_and_ancestors(path: str) -> Iterator[str]:
    """Yield "a.b.c", "a.b" and "a" of "a.b.c"; nothing of ""."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def _displaced_footnotes(footnotes: Iterable[Footnote]) -> Iterator[LayoutIssue]:
    for note in footnotes:
        if note.call and note.call != note.body:
            position = f"is on page {note.body}" if note.body else "is on no page"
            position += f", its number in the text is on page {note.call}"
            message = f"footnote {note.number} {position}"
            word, hint = _longest_word(note.words), "shorten it, or move it into the text"
            yield LayoutIssue(Rule.DISPLACED_FOOTNOTE, note.path, word, message, hint)


def _page_1_overflows(metrics: PageMetrics) -> Iterator[LayoutIssue]:
    """Find key messages, and parts of the side column, after page 1.

    A profile with one column has no side column, and its parts may break.
    """
    later = (item for page in metrics.pages[1:] for item in page.items)
    parts = ((item.path.split(".")[0], item.context.region) for item in later)
    for path, region in dict.fromkeys(parts):
        if path == "key_messages":
            message = "the key messages do not fit on page 1"
            hint = "shorten them, the title or the standfirst"
            yield LayoutIssue(Rule.KEY_MESSAGES_OVERFLOW, path, "", message, hint)
        elif path in SIDE_COLUMN and region == "float":
            yield _side_column_overflow(path)


def _truncated_parts(paths: Iterable[str]) -> Iterator[LayoutIssue]:
    for path in paths:
        if path.startswith(SIDE_COLUMN):
            yield _side_column_overflow(path.split(".")[0])
        else:
            message = f"the end of the {_part_name(path)} is not on the page"
            yield LayoutIssue(Rule.OVERFLOW, path, "", message, "shorten it")


def _side_column_overflow(path: str) -> LayoutIssue:
    message = "pull figures and contact do not fit into the side column of page 1"
    hint = "shorten their texts, or remove a pull figure"
    return LayoutIssue(Rule.SIDE_COLUMN_OVERFLOW, path, "", message, hint)


def _split_blocks(blocks: dict[Any, UnbreakableBlock]) -> Iterator[LayoutIssue]:
    for html, block in blocks.items():
        if block.first != block.last:
            is_row = html.tag == "tr"
            name = "row of a table" if is_row else _part_name(block.path)
            word = _longest_word("".join(html.itertext())) if is_row else ""
            message = f"the {name} breaks at the end of page {block.first}"
            hint = "shorten it, or divide it into several that fit on a page"
            yield LayoutIssue(Rule.UNWANTED_BREAK, block.path, word, message, hint)


def _split_cells(blocks: dict[Any, UnbreakableBlock]) -> Iterator[LayoutIssue]:
    """Find spanning cells across a page break: their words are missing after it."""
    rows = [html for html in blocks if html.tag == "tr"]
    for index, row in enumerate(rows):
        for cell in row:
            attribute = cell.get("rowspan") or ""
            rowspan = min(int(attribute), len(rows) - index) if attribute.isdecimal() else 1
            page = blocks[row].last
            if page < blocks[rows[index + max(rowspan, 1) - 1]].first:
                path, word = blocks[row].path, _longest_word("".join(cell.itertext()))
                message = (
                    f"a cell that spans {rowspan} rows is split at the end of page {page}"
                )
                hint = "let it span fewer rows, and repeat its words below"
                yield LayoutIssue(Rule.UNWANTED_BREAK, path, word, message, hint)


def _overflow_issues(page: Page) -> Iterator[LayoutIssue]:
    """Find items that overflow their block or the available area."""
    for item in page.items:
        path, word = item.path, _longest_word(item.words)
        ink, available = item.ink, item.context.available
        # Text in the flow avoids the notes at the foot of a page; a float does not.
        lowest = page.foot if item.context.region in ABOVE_FOOT else available.bottom
        leaves_block = _is_wider(ink, item.block)
        leaves_available = _is_wider(ink, available)
        container = path.partition(".rows.")[0]
        narrow_hint = _TOO_WIDE_HINTS.get(container.rpartition(".")[2], "")
        if leaves_available and narrow_hint and not leaves_block:
            message = f"the {_part_name(container)} is wider than the page"
            yield LayoutIssue(Rule.OVERFLOW, container, "", message, narrow_hint)
        elif leaves_block or leaves_available:
            message = f'"{excerpt(item.words)}" is wider than its column'
            hint = "shorten it, or write it as several words"
            yield LayoutIssue(Rule.OVERFLOW, path, word, message, hint)
        elif path.startswith(SIDE_COLUMN) and ink.bottom > lowest + _TOLERANCE:
            yield _side_column_overflow(path.split(".")[0])
        elif (
            ink.bottom > min(available.bottom, lowest) + _TOLERANCE
            or ink.top < available.top - _TOLERANCE
        ):
            message = f"the {_part_name(path)} does not fit on the page"
            hint = "shorten it, or divide it into several"
            yield LayoutIssue(Rule.OVERFLOW, path, "" if path else word, message, hint)


def _is_wider(ink: Area, area: Area) -> bool:
    return ink.left < area.left - _TOLERANCE or ink.right > area.right + _TOLERANCE


def _long_titles(metrics: PageMetrics) -> Iterator[LayoutIssue]:
    for path, count in metrics.lines.items():
        name = _part_name(path)
        limit = _profile_of(metrics).heading_lines if name == "heading" else MAX_LINES
        if count > limit:
            message = f"the {name} takes {count} lines; the limit is {limit}"
            yield LayoutIssue(Rule.TITLE_LINES, path, "", message, "shorten it")


def _overlap_issues(page: Page, paths: set[str]) -> Iterator[LayoutIssue]:
    """Find texts that overlap, outside the `paths` that have another issue.

    Sweeps down the page and compares each text only with those at the same height.
    """
    active: list[TextItem] = []
    pairs: set[tuple[str, str]] = set()
    for item in sorted(page.items, key=lambda item: item.ink.top):
        if not (item.context.line and paths.isdisjoint(_part_and_ancestors(item.path))):
            continue
        active = [other for other in active if other.ink.bottom > item.ink.top]
        for other in active:
            pair = (other.path, item.path)
            if pair not in pairs and _overlap_horizontally(other, item):
                pairs.add(pair)
                yield _overlap_issue(other, item)
        active.append(item)


def _overlap_horizontally(first: TextItem, second: TextItem) -> bool:
    left = max(first.ink.left, second.ink.left)
    right = min(first.ink.right, second.ink.right)
    return first.context.line is not second.context.line and right - left > _TOLERANCE


def _overlap_issue(upper: TextItem, lower: TextItem) -> LayoutIssue:
    # The author of a brief can change its language file, not the imprint of the series.
    pair = (lower, upper)
    item = next((i for i in pair if i.path and ":" not in i.path), lower)
    word, hint = _longest_word(item.words), "shorten one of them"
    message = f'"{excerpt(upper.words)}" and "{excerpt(lower.words)}" overlap'
    return LayoutIssue(Rule.OVERLAP, item.path, word, message, hint)


def _stranded_headings(pages: list[Page]) -> Iterator[LayoutIssue]:
    for page, _ in pairwise(pages):
        if page.ends_with_heading:
            last = page.flow[-1]
            word = _longest_word(last.words)
            message = f'"{excerpt(last.words)}" is the last line of page {page.number}'
            hint = "shorten the block below it, so that it fits on that page"
            yield LayoutIssue(Rule.STRANDED_HEADING, last.path, word, message, hint)


def _short_last_page(metrics: PageMetrics) -> Iterator[LayoutIssue]:
    """Measure how full the last page is: down to its last line, without its foot.

    The last page of a booklet, its back, may hold the imprint alone.
    """
    pages, page, profile = metrics.pages, metrics.pages[-1], _profile_of(metrics)
    if profile.name == "a5" and len(pages) % profile.pages_per_sheet == 0:
        return
    if len(pages) > 1 and page.filled < MIN_FILLED:
        path, word = "", ""
        if page.flow:
            path, word = page.flow[0].path, _longest_word(page.flow[0].words)
        share = f"{page.filled * 100:.0f} per cent"
        message = f"the last page, page {page.number}, is {share} full"
        hint = _shorten_or_extend(len(pages), profile.pages_per_sheet)
        yield LayoutIssue(Rule.SHORT_LAST_PAGE, path, word, message, hint)


def _shorten_or_extend(count: int, pages_per_sheet: int) -> str:
    """Suggest numbers of pages that fill the sheets.

    A sheet that is not folded may be printed on one side only.
    """
    blank, fewer = -count % pages_per_sheet, count - 1
    if fewer > 1 or pages_per_sheet > 2:
        fewer -= fewer % pages_per_sheet
    to_pages = f" to {count + blank} pages" if blank else ""
    if not fewer:
        return f"extend the text{to_pages}"
    return f"shorten the text until it ends on page {fewer}, or extend it{to_pages}"


def _blank_pages(metrics: PageMetrics) -> Iterator[LayoutIssue]:
    """Find blank pages on the last sheet.

    A sheet that is not folded may be printed on one side only.
    """
    pages_per_sheet = _profile_of(metrics).pages_per_sheet
    count = len(metrics.pages)
    blank = -count % pages_per_sheet
    if blank and (count > 1 or pages_per_sheet > 2):
        fewer = count - count % pages_per_sheet
        pages = f"{fewer} or {count + blank}" if fewer else f"{count + blank}"
        message = f"blank pages on the last sheet: {blank} of {pages_per_sheet}"
        hint = f"shorten or extend the text to {pages} pages"
        yield LayoutIssue(Rule.BLANK_PAGES, "", "", message, hint)


def _profile_of(metrics: PageMetrics) -> Profile:
    """Find a profile of the layout that the first class of the root element names."""
    return profile_of(metrics.classes[0] if metrics.classes else "")


def _part_name(path: str) -> str:
    """The name of a part: its key in the YAML file."""
    *_, container, key = ["", *path.replace(":", ".").split(".")]
    if key.isdigit():
        return _ITEM_NAMES.get(container, container)
    return key.replace("_", " ") or "text"


def _longest_word(words: str) -> str:
    """The word to search for in the file, whose spaces and hyphens may be different."""
    return max(words.split(), key=len, default="")
