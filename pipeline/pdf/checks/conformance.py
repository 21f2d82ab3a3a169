"""Find what PDF/UA-1 (ISO 14289-1) forbids in the structure of a document.

Input: the finished structure tree and the HTML. The rules are those of ISO 32000-1, 14.8.4,
for the roles that `roles.py` gives: the nesting of roles, the grid of a table, the levels
of headings, the text of links, languages. A template can break each of them; so the place
of an issue is the line of a template.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any

from pipeline.model.normalization import has_visible_text
from pipeline.pdf.box_tree import excerpt
from pipeline.pdf.structure_elements import (
    Annotation,
    Element,
    MarkedContent,
    StructureTree,
)
from pipeline.pdf.table_headers import place_cells, table_rows

# RFC 3066: parts of one to eight letters, after the first part also digits.
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
# A date of XMP, as a template writes it.
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_HEADING = re.compile(r"H[1-6]")
_HEADING_TAGS = {f"h{level}" for level in range(1, 7)}
_ROW_GROUPS = ("THead", "TBody", "TFoot")
# The roles of the children of a role, and of its parent.
_CHILDREN = {
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOC", "TOCI", "Caption"},
    "Table": {*_ROW_GROUPS, "TR", "Caption"},
    **{key: {"TR"} for key in _ROW_GROUPS},
    "TR": {"TH", "TD"},
}
_PARENTS = {
    "LI": {"L"},
    "LBody": {"LI"},
    "TOCI": {"TOC"},
    **{key: {"Table"} for key in _ROW_GROUPS},
    "TR": {*_ROW_GROUPS, "Table"},
    **{key: {"TR"} for key in ("TH", "TD")},
}
# Roles in messages.
_ROLE_NAMES = {
    **{"L": "a list", "LI": "an item of a list", "Lbl": "a label", "LBody": "an item"},
    **{"TOC": "a table of contents", "TOCI": "an entry of a table of contents"},
    **{"Table": "a table", "THead": "the head of a table", "TBody": "the body of a table"},
    **{"TFoot": "the foot of a table", "TR": "a row of a table", "TH": "a header cell"},
    **{"TD": "a cell", "Caption": "a caption", "P": "text", "Link": "a link"},
    **{"Figure": "a picture", "Document": "the page", "Div": "a division"},
    **{"Sect": "a section", "Span": "a phrase", "Note": "a footnote"},
}


# A violation of the standard: a message, and the HTML element that causes it.
StructureIssue = tuple[str, Any]


def find_structure_issues(document: Any, tree: StructureTree) -> list[StructureIssue]:
    """Find the violations in the structure of a document, each kind in reading order."""
    elements = list(tree.root.elements())
    return [
        *_document_issues(document),
        *(issue for element in elements for issue in _element_issues(element)),
        *_level_issues([e for e in elements if _HEADING.fullmatch(e.role)]),
        *_unread_headings(document._html.etree_element, elements),
    ]


def _document_issues(document: Any) -> Iterator[StructureIssue]:
    root = document._html.etree_element
    if not has_visible_text(document.metadata.title or ""):
        title = root.find("head/title")
        yield "the document has no title: <title> has no text", title
    date = document.metadata.custom.get("dcterms.date", "2000")
    if not _DATE.fullmatch(date):
        message = f'dcterms.date: "{excerpt(date)}" is not a date'
        yield message, root.find("head/meta[@name='dcterms.date']")
    language = document.metadata.lang or ""
    if not language:
        yield "the document has no language", root
    elif not _LANGUAGE.fullmatch(language):
        message = f'the language of the document, "{excerpt(language)}", is not a code'
        yield message, root


def _element_issues(element: Element) -> Iterator[StructureIssue]:
    role = element.role
    children = element.child_elements
    allowed = _CHILDREN.get(role)
    if allowed is not None:
        for child in children:
            if child.role not in allowed:
                yield _misplaced_issue(child, element)
    parent = element.parent
    allowed = _PARENTS.get(role)
    # If the parent allows only some roles, the check of the parent reports this.
    if parent and allowed and parent.role not in {*allowed, *_CHILDREN}:
        yield _misplaced_issue(element, parent)
    if element.language and not _LANGUAGE.fullmatch(element.language):
        message = f'"{excerpt(element.language)}" is not a language code'
        yield message, _html_of(element)
    if role == "Table":
        yield from _table_issues(element, [child.role for child in children])
    elif role in ("L", "TOC") and "Caption" in [child.role for child in children[1:]]:
        yield "the caption of a list does not come first", _html_of(element)
    elif role == "Link":
        yield from _link_issues(element)
    elif role == "Figure" and element.alt and not has_visible_text(element.alt):
        yield "a picture has no alternative text", _html_of(element)
    if role != "Link" and any(isinstance(child, Annotation) for child in element.children):
        yield "a link is not in the structure", _html_of(element)


def _misplaced_issue(child: Element, parent: Element) -> StructureIssue:
    message = f"{_describe_element(child)} is directly in {_describe_element(parent)}"
    return message, _html_of(child)


def _describe_element(element: Element) -> str:
    tag = "" if element.html is None else f"<{element.html.tag}>"
    return _ROLE_NAMES.get(element.role, tag or element.role)


def _link_issues(link: Element) -> Iterator[StructureIssue]:
    if not has_visible_text("".join(_element_texts(link))):
        yield "a link has no text", _html_of(link)
    parent = link.parent.closest("Link") if link.parent else None
    if parent:
        yield "a link inside a link", _html_of(link)


def _element_texts(element: Element) -> Iterator[str]:
    for part in element.elements():
        yield part.alt
        yield from (c.actual_text for c in part.children if isinstance(c, MarkedContent))


def _table_issues(table: Element, roles: Sequence[str]) -> Iterator[StructureIssue]:
    html = _html_of(table)
    for role in ("THead", "TFoot", "Caption"):
        if roles.count(role) > 1:
            name = _ROLE_NAMES[role].split()[1]
            yield f"a table has more than one {name}", html
    if "TBody" not in roles and {"THead", "TFoot"} & set(roles):
        yield "a table has a head or a foot, and no rows between", html
    if "Caption" in roles[1:-1]:
        yield "the caption of a table is between its rows", html
    yield from _grid_issues(table)


def _grid_issues(table: Element) -> Iterator[StructureIssue]:
    """Find cells that overlap or extend below, and the first row of another width."""
    rows = table_rows(table)
    cells = {cell.element: cell for cell in place_cells(table)}
    occupied: set[tuple[int, int]] = set()
    widths: Counter[int] = Counter()
    for number, row in enumerate(rows):
        for element in row.child_elements:
            cell = cells[element]
            covered = set(product(cell.rows, cell.columns))
            if covered & occupied:
                yield "cells of a table overlap", _html_of(element)
            if cell.rows.stop > len(rows):
                message = f"a cell spans {element.rowspan} rows, more than are left"
                yield message, _html_of(element)
            widths.update(row_number for row_number, _ in covered - occupied)
            occupied |= covered
        if widths[number] != widths[0]:
            message = f"row {number + 1} of a table has {widths[number]} columns, "
            yield f"{message}the first {widths[0]}", _html_of(row)
            return


def _level_issues(headings: Sequence[Element]) -> Iterator[StructureIssue]:
    """Find headings more than one level below the one before; the first has level 1."""
    levels = [0, *(int(heading.role[1]) for heading in headings)]
    for heading, (before, level) in zip(headings, pairwise(levels), strict=True):
        if level > before + 1:
            follows = f"follows one of level {before}" if before else "is the first"
            message = f"a heading of level {level} {follows}: a level is skipped"
            yield message, _html_of(heading)


def _unread_headings(root: Any, elements: Sequence[Element]) -> Iterator[StructureIssue]:
    """Find headings of the HTML that have no text in the structure: empty or hidden ones.

    They are hidden by `visibility: hidden`, `display: none`, `hidden` or `aria-hidden`.
    """
    read = {e.html: e for e in elements if e.html is not None}
    for html in root.iter():
        if html.tag in _HEADING_TAGS:
            element = read.get(html)
            if element is None or not has_visible_text("".join(_element_texts(element))):
                message = f"the heading <{html.tag}> has no text that is read aloud"
                yield message, html


def _html_of(element: Element) -> Any:
    """The HTML of an element, or of its nearest ancestor that has one."""
    return next((e.html for e in element.ancestors() if e.html is not None), None)
