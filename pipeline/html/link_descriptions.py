"""Describe in words where a link leads, in the language of the page.

The words become the `aria-label` of the link, and the description of its annotation in the
PDF: a screen reader lists links without the text around them, where "3" says nothing.
"""

from urllib.parse import unquote, urlsplit

from pipeline.html.page_view import PageView
from pipeline.html.text.markdown import REFERENCE_ANCHOR
from pipeline.html.text.typography import typesetter
from pipeline.html.text.urls import short_address
from pipeline.html.view_model import BriefView
from pipeline.model.diagrams import BigFigure
from pipeline.model.markdown import plain_text
from pipeline.model.normalization import shorten
from pipeline.model.profiles import WEB_PROFILE
from pipeline.model.schema import Picture

# The maximum length of a quoted title, reference or text of a link.
_MAX_LENGTH = 120
_KIND_BY_SCHEME = {"tel": "phone", "mailto": "email", "https": "web"}


def describe_link(page: PageView, href: str, text: str) -> str:
    """Describe a link by its address and its plain text; "" if its text suffices.

    On a web page the description must contain the visible text, because users of speech
    input say that text (WCAG 2.2, 2.5.3); otherwise the link gets no description.
    """
    words = _link_description(page, href, text)
    if page.profile == WEB_PROFILE and _fold_text(text) not in _fold_text(words):
        return ""
    return words


def _fold_text(text: str) -> str:
    return " ".join(text.split()).casefold()


def _link_description(page: PageView, href: str, text: str) -> str:
    strings, text = page.strings, " ".join(text.split())
    if href.startswith("#"):
        return _target_title(page, href[1:]) if isinstance(page, BriefView) else ""
    parts = urlsplit(href)
    kind = strings[_KIND_BY_SCHEME.get(parts.scheme, "web")]
    address = short_address(href) if parts.scheme == "https" else _decode_path(parts.path)
    # The text is the telephone number in readable form.
    is_number = parts.scheme == "tel" and any(letter.isdigit() for letter in text)
    if not text or is_number or short_address(text) == address:
        return strings["word_space"].join((kind, text or address))
    is_web = page.profile == WEB_PROFILE
    host = address if is_web else (parts.hostname or address).removeprefix("www.")
    description = strings["link"].replace("{kind}", kind).replace("{address}", host)
    return description.replace("{text}", shorten(text, _MAX_LENGTH))


def _decode_path(path: str) -> str:
    """Decode the escapes (%20) of an address, unless a character would be invisible."""
    decoded = unquote(path)
    return decoded if decoded.isprintable() else path


def _target_title(brief: BriefView, id: str) -> str:
    """The title of the part of a brief that has an id, with its label if it has one."""
    for number, reference in enumerate(brief.references, 1):
        if REFERENCE_ANCHOR + reference.id == id:
            return _labelled_title(brief, "reference", number, reference.text)
    for section in brief.sections:
        if section.id == id:
            return _typeset_title(brief, section.heading)
        blocks = (part for block in section.blocks for part in (*block.beside, block))
        for block in blocks:
            content = block.content
            if getattr(content, "id", None) == id:
                if isinstance(content, Picture):
                    return _typeset_title(brief, content.caption or content.alt)
                if isinstance(content, BigFigure):
                    words = content.figure, content.text
                    return _typeset_title(brief, brief.strings["word_space"].join(words))
                return _labelled_title(brief, block.name, block.number, content.title)
    return ""


def _labelled_title(page: PageView, kind: str, number: int, title: str) -> str:
    """A label and a title: "Figure 1: Jobs"."""
    label = page.numbered(kind, number).removesuffix(page.strings["full_stop"])
    named = page.strings["titled"].replace("{label}", label)
    return named.replace("{title}", _typeset_title(page, title))


def _typeset_title(page: PageView, markdown: str) -> str:
    return typesetter(page.locale)(shorten(plain_text(markdown), _MAX_LENGTH))
