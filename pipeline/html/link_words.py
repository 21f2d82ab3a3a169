"""Describe in words where a link leads, in the language of the page.

The words become the `aria-label` of the link, and the description of its annotation in the
PDF: a screen reader lists links without the text around them, where "3" says nothing.
"""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from pipeline.html.page_view import PageView
from pipeline.html.text.markdown import REFERENCE_ANCHOR
from pipeline.html.text.typography import typesetter
from pipeline.html.view_model import BlockView, BriefView
from pipeline.model.diagrams import BigFigure
from pipeline.model.markdown import plain_text
from pipeline.model.profiles import WEB_PROFILE
from pipeline.model.schema import Picture
from pipeline.model.shorten import shorten

# The most characters of a title or reference that are quoted.
_LONGEST = 120
_KINDS = {"tel": "phone", "mailto": "email", "https": "web"}


def describe_link(page: PageView, href: str, text: str) -> str:
    """Describe a link by its address and its plain text; "" for its text alone.

    In a web page the description must contain the visible text, because users of speech
    input say that text (WCAG 2.2, 2.5.3); without it the link has no description.
    """
    words = _describe(page, href, text)
    if page.profile == WEB_PROFILE and _folded(text) not in _folded(words):
        return ""
    return words


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _describe(page: PageView, href: str, text: str) -> str:
    strings, text = page.strings, " ".join(text.split())
    if href.startswith("#"):
        return _titled(page, href[1:]) if isinstance(page, BriefView) else ""
    parts = urlsplit(href)
    kind = strings[_KINDS.get(parts.scheme, "web")]
    address = short_address(href) if parts.scheme == "https" else _decoded(parts.path)
    # The text has the telephone number in readable form.
    is_number = parts.scheme == "tel" and any(letter.isdigit() for letter in text)
    if not text or is_number or short_address(text) == address:
        return strings["word_space"].join((kind, text or address))
    is_whole = page.profile == WEB_PROFILE
    host = address if is_whole else (parts.hostname or address).removeprefix("www.")
    named = strings["link"].replace("{kind}", kind).replace("{address}", host)
    return named.replace("{text}", shorten(text, _LONGEST))


def _decoded(path: str) -> str:
    """An address without escapes (%20), unless this shows an invisible character."""
    decoded = unquote(path)
    return decoded if decoded.isprintable() else path


def short_address(address: str) -> str:
    """A web address as it is printed."""
    return address.removeprefix("https://").removeprefix("www.").rstrip("/")


def _titled(brief: BriefView, id: str) -> str:
    """The label and the title of what has an id in a brief."""
    for number, reference in enumerate(brief.references, 1):
        if REFERENCE_ANCHOR + reference.id == id:
            return _with_label(brief, "reference", number, reference.text)
    for section in brief.sections:
        if section.id == id:
            return _printed(brief, section.heading)
        for block in _blocks(section.blocks):
            content = block.content
            if getattr(content, "id", None) == id:
                if isinstance(content, Picture):
                    return _printed(brief, content.caption or content.alt)
                if isinstance(content, BigFigure):
                    words = content.figure, content.text
                    return _printed(brief, brief.strings["word_space"].join(words))
                return _with_label(brief, block.name, block.number, content.title)
    return ""


def _blocks(blocks: tuple[BlockView, ...]) -> Iterator[BlockView]:
    for block in blocks:
        yield from (*block.beside, block)


def _with_label(page: PageView, kind: str, number: int, title: str) -> str:
    """A label and a title: "Figure 1: Jobs"."""
    label = page.numbered(kind, number).removesuffix(page.strings["full_stop"])
    named = page.strings["titled"].replace("{label}", label)
    return named.replace("{title}", _printed(page, title))


def _printed(page: PageView, markdown: str) -> str:
    return typesetter(page.locale)(shorten(plain_text(markdown), _LONGEST))
