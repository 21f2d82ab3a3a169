"""Collect the issues that veraPDF would report in a PDF, each with the part that has it."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from pipeline.model.scripts import missing_glyph_hint
from pipeline.pdf.checks.conformance import find_structure_issues
from pipeline.pdf.checks.pdf_limits import LimitIssue, find_limit_issues, missing_characters
from pipeline.pdf.structure_elements import StructureTree
from pipeline.problems import Place, Problem, Rule

# The prefix of a `path` in a template; the tag of the element follows.
TEMPLATES_PREFIX = "templates:"
_HINT = "check templates/ and styles/, and see docs/accessibility.md"
_PICTURE_HINT = "simplify it in a drawing program, or save it as PNG"

# As `FindPlace` of render.py: from a text and the path of a part to the place.
_FindPlace = Callable[[str, str], Place]


def find_conformance_issues(
    document: Any, pdf: Any, tree: StructureTree, find: _FindPlace
) -> list[Problem]:
    """Check a PDF that is about to be written."""
    root = document._html.etree_element
    problems = [*_attachment_problems(document, find)]
    for message, html in find_structure_issues(document, tree):
        place = find(_searchable_word(html), f"{TEMPLATES_PREFIX}{_tag_name(html)}")
        problems.append(Problem(Rule.PDF_STRUCTURE, place, message, _HINT))
    limits = find_limit_issues(pdf)
    if limits:
        # The HTML elements of marked content by its page and number.
        owners = {(c.page, c.mcid): element.html for element, c in tree.root.contents()}
        parents = {child: parent for parent in root.iter() for child in parent}
        problems += (_limit_problem(limit, owners, parents, find) for limit in limits)
    for character in missing_characters(document):
        message = f"no font of the brief has the character U+{ord(character):04X}"
        hint = missing_glyph_hint(character, "")
        problems.append(Problem(Rule.MISSING_GLYPH, find(character, ""), message, hint))
    return problems


def _attachment_problems(document: Any, find: _FindPlace) -> Iterator[Problem]:
    """Report files that a template attaches: their dates and types would be unknown."""
    links = (link for page in document.pages for link in page.links)
    if document.metadata.attachments or any(link[0] == "attachment" for link in links):
        message = "a template attaches a file; the program attaches content and data itself"
        hint = 'remove rel="attachment"'
        place = find("attachment", f"{TEMPLATES_PREFIX}link")
        yield Problem(Rule.TEMPLATE, place, message, hint)


def _limit_problem(
    limit: LimitIssue,
    owners: dict[tuple[int, int], Any],
    parents: dict[Any, Any],
    find: _FindPlace,
) -> Problem:
    if limit.path:
        place = find("", limit.path)
        return Problem(Rule.TEXT_LENGTH, place, limit.message, "shorten it")
    html = owners.get(limit.content) if limit.content else None
    picture = ""
    if html is not None and html.tag == "img":
        picture = PurePosixPath(html.get("src") or "").name
    while html is not None and not html.get("data-path"):
        html = parents.get(html)
    path = "" if html is None else html.get("data-path")
    if path and picture:
        message = f"{picture}: {limit.message}"
        return Problem(Rule.PICTURE_SVG, find("", path), message, _PICTURE_HINT)
    return Problem(Rule.PDF_STRUCTURE, find("", path), limit.message, _HINT)


def _tag_name(html: Any) -> str:
    return "" if html is None else str(html.tag).rpartition("}")[2]


def _searchable_word(html: Any) -> str:
    """A word of an element to search for in a template."""
    if html is None:
        return ""
    words = "".join(html.itertext()).split()
    attributes = (html.get(key) for key in ("href", "src", "lang", "class", "id"))
    return max(words, key=len, default=next(filter(None, attributes), ""))
