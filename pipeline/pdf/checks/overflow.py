"""Say what of a brief does not fit on its pages.

Shape in: WeasyPrint's pages, as `survey.py` measures them. Shape out: `LayoutIssue`s,
each with
its part of the content and a word that stands there. A style sheet asks (a column's
width, `break-inside: avoid`); WeasyPrint follows as far as it can, and says nothing where
it cannot. What is not worth saying beside something worse is left out: words that lie over
others because they are too wide, or the number of pages while a part is cut.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.pdf.checks.layout_boxes import (
    SIDE_COLUMN,
    Note,
    Page,
    PageMetrics,
    TextItem,
    UnbreakableBlock,
    measure_pages,
)
from pipeline.problems import Rule

# Design: a title, a standfirst and a heading take at most three lines, a heading in a
# profile of one zone four; a last page is 40 % full.
MOST_LINES = 3
MOST_LINES_OF_A_HEADING = {"a5": 4, "large": 4}
LEAST_FILLED = 0.4
# How many pages a sheet takes, by profile: both sides of a leaf, or of a folded one.
PAGES_OF_A_SHEET = {"office": 2, "press": 2, "large": 2, "a5": 4}
# In CSS pixels: rounding in a layout moves text by less than the eye sees.
_SLACK = 1.0
# What stands above the foot of a page.
_TEXT = ("page", "float")
# What may be too wide as a whole, and what makes it narrower.
_NARROW = {
    "table": "take fewer columns, or shorter words",
    "figure": "take shorter words",
    "picture": "take a narrower one",
}
# What the key of a list calls its items.
_ITEMS = {
    "key_messages": "key message",
    "points_for_decision": "point for decision",
    "pull_figures": "pull figure",
    "references": "reference",
}


@dataclass(frozen=True)
class LayoutIssue:
    """One thing that does not fit. `path` is that of its part; `word` stands in it."""

    rule: Rule
    path: str
    word: str
    message: str
    hint: str


def find_layout_issues(pages: list[Any]) -> list[LayoutIssue]:
    """Find what does not fit, the worst of each part, each once."""
    survey = measure_pages(pages)
    found = _worst_of_each_part(
        [
            *_displaced_footnotes(survey.notes.values()),
            *_not_on_page_1(survey),
            *_lost(survey.lost),
            *_split_blocks(survey.wholes),
            *_split_cells(survey.wholes),
            *(m for page in survey.pages for m in _outside(page)),
            *_long_titles(survey),
        ]
    )
    faulty = {misfit.path for misfit in found}
    found += [m for page in survey.pages for m in _overlaps(page, faulty)]
    found = found or list(_stranded_headings(survey.pages))
    # What is still being written has no last page yet; the front of a pack needs none.
    if found or not survey.profile or {"draft", "front"} & set(survey.profile.split()):
        return found
    # In a pack the sheets go on.
    blank = () if "in-pack" in survey.profile.split() else _blank_pages(survey)
    return [*_short_last_page(survey), *blank]


def _worst_of_each_part(found: Iterable[LayoutIssue]) -> list[LayoutIssue]:
    """Drop what follows from something said before of the same part or one around it."""
    kept: dict[tuple[str, str], LayoutIssue] = {}
    rules: dict[str, Rule] = {}
    for misfit in found:
        same_rule = (rules.get(p, misfit.rule) is misfit.rule for p in _around(misfit.path))
        if all(same_rule):
            kept.setdefault((misfit.path, misfit.message), misfit)
            rules.setdefault(misfit.path, misfit.rule)
    return list(kept.values())


def _around(path: str) -> Iterator[str]:
    """A part and those around it: "a.b.c", "a.b", "a"; none for a part unknown."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def _displaced_footnotes(notes: Iterable[Note]) -> Iterator[LayoutIssue]:
    for note in notes:
        if not note.call or note.call == note.body:
            continue
        where = f"stands on page {note.body}" if note.body else "finds no place"
        yield LayoutIssue(
            Rule.DISPLACED_FOOTNOTE,
            note.path,
            _longest_word(note.words),
            f"footnote {note.number} is called on page {note.call} and {where}",
            "make it shorter, or say it in the text",
        )


def _not_on_page_1(survey: PageMetrics) -> Iterator[LayoutIssue]:
    """In a profile of one zone there is no side column: what stood in it may go over."""
    later = (item for page in survey.pages[1:] for item in page.items)
    found = ((item.path.split(".")[0], item.region) for item in later)
    for path, region in dict.fromkeys(found):
        if path == "key_messages":
            yield LayoutIssue(
                Rule.KEY_MESSAGES_OVERFLOW,
                path,
                "",
                "the key messages do not fit on page 1",
                "make them, the title or the standfirst shorter",
            )
        elif path in SIDE_COLUMN and region == "float":
            yield _full_side_column(path)


def _lost(paths: Iterable[str]) -> Iterator[LayoutIssue]:
    for path in paths:
        if path.startswith(SIDE_COLUMN):
            yield _full_side_column(path.split(".")[0])
            continue
        yield LayoutIssue(
            Rule.OVERFLOW,
            path,
            "",
            f"the end of the {_name(path)} finds no place on the page",
            "make it shorter",
        )


def _full_side_column(path: str) -> LayoutIssue:
    return LayoutIssue(
        Rule.SIDE_COLUMN_OVERFLOW,
        path,
        "",
        "pull figures and contact are too long for the side column of page 1",
        "make their texts shorter, or leave one out",
    )


def _split_blocks(wholes: dict[Any, UnbreakableBlock]) -> Iterator[LayoutIssue]:
    for html, whole in wholes.items():
        if whole.first != whole.last:
            is_row = html.tag == "tr"
            name = "row of a table" if is_row else _name(whole.path)
            yield LayoutIssue(
                Rule.UNWANTED_BREAK,
                whole.path,
                _longest_word("".join(html.itertext())) if is_row else "",
                f"the end of page {whole.first} cuts the {name}",
                "make it shorter, or divide it into several that fit on a page",
            )


def _split_cells(wholes: dict[Any, UnbreakableBlock]) -> Iterator[LayoutIssue]:
    """Find cells that reach over the end of a page: their words are missed on the next."""
    rows = [html for html in wholes if html.tag == "tr"]
    for index, row in enumerate(rows):
        for cell in row:
            down = int(cell.get("rowspan") or 1)
            first, last = wholes[row].last, wholes[rows[index + down - 1]].first
            if first < last:
                yield LayoutIssue(
                    Rule.UNWANTED_BREAK,
                    wholes[row].path,
                    _longest_word("".join(cell.itertext())),
                    f"the end of page {first} cuts a cell that reaches down {down} rows",
                    "let it reach down fewer rows, and say its words again below",
                )


def _outside(page: Page) -> Iterator[LayoutIssue]:
    """Find what leaves its block, or with its block the room that it has."""
    for item in page.items:
        ink, block, room = item.ink, item.block, item.room
        path, word = item.path, _longest_word(item.words)
        # A float does not heed what rises from the foot; text in the flow does.
        lowest = page.foot if item.region in _TEXT else room.bottom
        leaves_block = ink.left < block.left - _SLACK or ink.right > block.right + _SLACK
        leaves_room = ink.left < room.left - _SLACK or ink.right > room.right + _SLACK
        around = path.partition(".rows.")[0]
        hint = _NARROW.get(around.rpartition(".")[2], "")
        if leaves_room and hint and not leaves_block:
            path, word = around, ""
            message = f"the page is too narrow for the {_name(path)}"
        elif leaves_block or leaves_room:
            message = f'"{_shown(item.words)}" is too wide for its place'
            hint = "write it shorter, or as several words that can stand on several lines"
        elif path.startswith(SIDE_COLUMN) and ink.bottom > lowest + _SLACK:
            yield _full_side_column(path.split(".")[0])
            continue
        elif ink.bottom > min(room.bottom, lowest) + _SLACK or ink.top < room.top - _SLACK:
            message = f"the page has no room for all of the {_name(path)}"
            hint = "make it shorter, or divide it into several"
            word = "" if path else word
        else:
            continue
        yield LayoutIssue(Rule.OVERFLOW, path, word, message, hint)


def _long_titles(survey: PageMetrics) -> Iterator[LayoutIssue]:
    for path, count in survey.lines.items():
        name, most = _name(path), MOST_LINES
        if name == "heading":
            most = MOST_LINES_OF_A_HEADING.get(_profile(survey), MOST_LINES)
        if count > most:
            yield LayoutIssue(
                Rule.TITLE_LINES,
                path,
                "",
                f"the {name} takes {count} lines",
                f"{most} lines can be read at a glance; make it shorter",
            )


def _overlaps(page: Page, faulty: set[str]) -> Iterator[LayoutIssue]:
    """Sweep down a page, and compare each text only with those at the same height."""
    beside: list[TextItem] = []
    pairs: set[tuple[str, str]] = set()
    texts = (i for i in page.items if i.line and faulty.isdisjoint(_around(i.path)))
    for item in sorted(texts, key=lambda i: i.ink.top):
        beside = [other for other in beside if other.ink.bottom > item.ink.top]
        for other in beside:
            pair = (other.path, item.path)
            if pair not in pairs and _share_room(other, item):
                pairs.add(pair)
                yield _overlap(other, item)
        beside.append(item)


def _share_room(one: TextItem, other: TextItem) -> bool:
    left = max(one.ink.left, other.ink.left)
    right = min(one.ink.right, other.ink.right)
    return one.line is not other.line and right - left > _SLACK


def _overlap(upper: TextItem, lower: TextItem) -> LayoutIssue:
    # A brief's author can mend what its language file says, not the imprint of the series.
    at = next((i for i in (lower, upper) if i.path and ":" not in i.path), lower)
    return LayoutIssue(
        Rule.OVERLAP,
        at.path,
        _longest_word(at.words),
        f'"{_shown(upper.words)}" and "{_shown(lower.words)}" lie over each other',
        "make one of them shorter",
    )


def _stranded_headings(pages: list[Page]) -> Iterator[LayoutIssue]:
    for page, _ in pairwise(pages):
        last = next((i for i in reversed(page.items) if i.region == "page"), None)
        if last and last.is_head:
            yield LayoutIssue(
                Rule.STRANDED_HEADING,
                last.path,
                _longest_word(last.words),
                f'"{_shown(last.words)}" is the last line of page {page.number}',
                "what comes below it does not fit on that page; make it shorter",
            )


def _short_last_page(survey: PageMetrics) -> Iterator[LayoutIssue]:
    """Judge how full the last page looks: down to its last line, above what is at its foot.

    The imprint stands at the foot whatever the text does, as notes do; the white between
    is what an editor sees. In a booklet it may have the back to itself.
    """
    pages, page = survey.pages, survey.pages[-1]
    if _profile(survey) == "a5" and len(pages) % PAGES_OF_A_SHEET["a5"] == 0:
        return
    text = [item for item in page.items if item.region in _TEXT]
    lowest = max((item.ink.bottom for item in text), default=page.top)
    filled = (lowest - page.top) / max(1.0, page.foot - page.top)
    if len(pages) > 1 and filled < LEAST_FILLED:
        first = next((item for item in text if item.region == "page"), None)
        yield LayoutIssue(
            Rule.SHORT_LAST_PAGE,
            first.path if first else "",
            _longest_word(first.words) if first else "",
            f"the last page, page {page.number}, is {filled * 100:.0f} per cent full",
            f"say less, so that page {page.number - 1} is the last, or say more",
        )


def _blank_pages(survey: PageMetrics) -> Iterator[LayoutIssue]:
    """A sheet has a fixed number of pages; a leaf printed on one side is no fault."""
    sheet = PAGES_OF_A_SHEET.get(_profile(survey), 1)
    count = len(survey.pages)
    blank = -count % sheet
    if blank and (count > 1 or sheet > 2):
        less = f"{count - count % sheet} or " if count > sheet else ""
        said = f"there are {count} pages on sheets of {sheet}, so {blank} will be blank"
        yield LayoutIssue(
            Rule.BLANK_PAGES,
            "",
            "",
            said.replace("are 1 pages", "is 1 page"),
            f"say less or more, to make it {less}{count + blank} pages",
        )


def _profile(survey: PageMetrics) -> str:
    """The first class of the root element names the profile (see docs/designers.md)."""
    return next(iter(survey.profile.split()), "")


def _name(path: str) -> str:
    """Name a part as an author does: by its key."""
    *_, around, key = ["", *path.replace(":", ".").split(".")]
    if key.isdigit():
        return _ITEMS.get(around, around)
    return key.replace("_", " ") or "text"


def _longest_word(words: str) -> str:
    """The page has other spaces and hyphens than the file; a long word is the same."""
    return max(words.split(), key=len, default="")


def _shown(words: str) -> str:
    words = " ".join(words.split())  # as they were typed, without thin spaces
    return words if len(words) <= 30 else f"{words[:30]}…"
