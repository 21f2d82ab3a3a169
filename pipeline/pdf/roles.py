"""Map elements of HTML to roles of PDF, by their tags and ARIA roles.

Roles are those of ISO 32000-1, 14.8.4. An ARIA role counts as the HTML element with this
implicit role (ARIA in HTML, W3C), so `<p role="heading" aria-level="2">` is an `<h2>`.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.pdf.box_tree import is_presentational

# The role of each HTML element. The content of elements that only group for layout (div,
# main, a span without a language) belongs to the element around them.
ROLES = {
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    **dict.fromkeys(("footer", "header", "nav", "section"), "Sect"),
    **dict.fromkeys(("caption", "figcaption"), "Caption"),
    **dict.fromkeys(("ul", "ol", "dl"), "L"),
    **{tag: tag.upper() for tag in ("p", "td", "th", "tr")},
    **{"table": "Table", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot"},
    **{"article": "Art", "aside": "Aside", "blockquote": "BlockQuote", "figure": "Div"},
    **{"em": "Em", "strong": "Strong", "q": "Quote", "ins": "Ins"},
    **dict.fromkeys(("del", "s"), "Del"),
    **dict.fromkeys(("code", "kbd", "samp"), "Code"),
    **{"ruby": "Ruby", "rb": "RB", "rt": "RT", "rp": "RP"},
}
# Roles that ISO 32000-1 does not have, each with its standard role.
ROLE_MAP = {"Aside": "Sect", **dict.fromkeys(("Em", "Strong", "Ins", "Del"), "Span")}
# Inline roles: those of elements within a line of text.
PHRASES = {
    *("Span", "Em", "Strong", "Ins", "Del", "Code", "Quote", "Ruby", "RB", "RT", "RP"),
    *("Link", "Reference"),
}
# Roles that may not hold text directly; their text gets an implied paragraph.
GROUPS = {
    *("Document", "Art", "Aside", "BlockQuote", "Div", "Sect", "Ruby"),
    *("L", "LI", "Table", "TR", "THead", "TBody", "TFoot", "TOC", "TOCI"),
}
# Roles that may hold both text and paragraphs.
MIXED = {"Caption", "LBody", "Note", "TD", "TH"}
# Roles whose alternative text is read in place of their content.
ALTERNATIVES = {"Figure", "Formula"}

_ARIA = {
    **{"list": "ul", "listitem": "li", "paragraph": "p", "article": "article"},
    **{"blockquote": "blockquote", "caption": "caption", "figure": "figure"},
    **{"code": "code", "deletion": "del", "insertion": "ins", "emphasis": "em"},
    **{"strong": "strong", "navigation": "nav", "complementary": "aside"},
    **{"region": "section", "banner": "header", "contentinfo": "footer"},
    **{"table": "table", "rowgroup": "tbody", "row": "tr", "cell": "td"},
    **{"columnheader": "th", "rowheader": "th", "term": "dt", "definition": "dd"},
    # They only group, so their content belongs to the element around them.
    **dict.fromkeys(("main", "group", "generic", "none", "presentation"), "div"),
}
# The tags with this implicit ARIA role; each keeps its own role in the PDF.
_NATIVE = {
    "list": ("ul", "ol"),
    "rowgroup": ("thead", "tbody", "tfoot"),
    "region": ("section",),
    "caption": ("caption", "figcaption"),
}
# Roles without an effect on the structure, or handled by other functions.
_NEUTRAL = {
    *("", "img", "math", "link", "doc-toc", "separator", "note", "time", "document")
}
_NUMBERING_BY_STYLE = {"alpha": "Alpha", "latin": "Alpha", "roman": "Roman"}
_BLOCK_TAGS = {"p", "div", "ul", "ol", "dl", "table", "blockquote", "figure", "section"}


def aria_role(html: Any) -> str:
    """The first ARIA role of an HTML element, or ""."""
    return next(iter(str(html.get("role") or "").lower().split()), "")


def is_supported(html: Any) -> bool:
    """Whether a PDF can express the ARIA role of an HTML element."""
    role = aria_role(html)
    return role in _ARIA or role in _NEUTRAL or role.startswith("doc-") or role == "heading"


def semantic_tag(html: Any) -> str:
    """The tag that an HTML element counts as, by its ARIA role."""
    role, tag = aria_role(html), str(html.tag)
    if role == "heading":
        level = str(html.get("aria-level") or "2")
        return f"h{level}" if level in "123456" and len(level) == 1 else "h6"
    if tag in _NATIVE.get(role, ()):
        return tag
    return _ARIA.get(role, tag)


def role_of(html: Any, tag: str, *, is_block: bool) -> str:
    """The role of an HTML element that counts as `tag`; "" without one."""
    if tag == "a" and html.get("href"):
        return "Link"
    role = ROLES.get(tag, "")
    # The two are mapped to Span, an inline role.
    if role in ("Ins", "Del") and any(e.tag in _BLOCK_TAGS for e in html.iter()):
        return "Div"
    if role or tag in ("html", "body"):
        return role
    if html.tag == "span" and aria_label(html):
        return "Span"  # also one that is positioned, and so a block
    is_marked = (
        html.get("lang") or expansion_of(html) or (not is_block and aria_label(html))
    )
    if is_marked:
        return "Div" if is_block else "Span"
    return ""


def expansion_of(html: Any) -> str:
    """The expansion of an abbreviation, from its title."""
    return str(html.get("title") or "") if html.tag == "abbr" else ""


def aria_label(html: Any) -> str:
    """The ARIA label of an element: what is read in place of it, or its title."""
    return " ".join(str(html.get("aria-label") or "").split())


def presentational_parts(html: Any) -> Iterator[Any]:
    """Yield the row groups, rows, cells and items of a presentational table or list."""
    if not is_presentational(html) or html.tag not in ("table", "ul", "ol", "dl"):
        return
    for part in html:
        yield part
        rows = (
            [part] if part.tag == "tr" else part if part.tag in _NATIVE["rowgroup"] else ()
        )
        for row in rows:
            yield row
            yield from row


def list_numbering(tag: str, style: Any) -> str:
    """The numbering of a list (14.8.5.5), from its element and its markers."""
    if tag not in ("ul", "ol") or style == "none":
        return "None"
    name = str(style)
    if name in ("disc", "circle", "square"):
        return name.capitalize()
    case, _, kind = name.partition("-")
    if case in ("lower", "upper") and kind in _NUMBERING_BY_STYLE:
        return case.capitalize() + _NUMBERING_BY_STYLE[kind]
    return "Decimal" if tag == "ol" else "Disc"
