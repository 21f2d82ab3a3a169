"""Rewrite the links of web pages, which templates write as absolute addresses.

Templates write the pages of the site as addresses below `SITE_URL`, and the project's
pictures as addresses below `BASE_URL`. The stored pages have relative links, so that a site
can be copied anywhere. A page in a file of its own has data URLs of its pictures.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape, unescape
from urllib.parse import unquote

from pipeline.project import BASE_URL

# The top-level domain is reserved (RFC 2606), and no URL is fetched.
SITE_URL = "https://site.invalid/"
# An attribute with an address. All texts of a page are escaped: no tag has < or > in it.
_ADDRESS = re.compile(r'(<(?:a|link|img|source)\b[^<>]*?\s(?:href|src)=")([^"]*)"')
_MARKUP = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)
_STYLE_LINK = re.compile(r' *<link rel="(?:stylesheet|preload)"[^<>]*>\n')
# Characters that CSS generates: numbers and bullets of lists, the marks of a redline.
_GENERATED = "0123456789.•–[]+−"
_SVG_TEXT = re.compile(r"<text\b[^>]*>([^<]*)</text>")


def map_links(html: str, change: Callable[[str], str]) -> str:
    """Change the addresses of all links and pictures."""

    def changed(match: re.Match[str]) -> str:
        return f'{match[1]}{escape(change(unescape(match[2])))}"'

    return _ADDRESS.sub(changed, html)


def relative_links(html: str, folder: str) -> str:
    """Make the links inside the site relative to the folder of a page; "" is its root."""

    def change(address: str) -> str:
        if not address.startswith(SITE_URL):
            return address
        path, hash_sign, anchor = address.removeprefix(SITE_URL).partition("#")
        relative = posixpath.relpath(path or ".", folder or ".")
        is_folder = not path or path.endswith("/")
        return (f"{relative}/" if is_folder else relative) + hash_sign + anchor

    return map_links(html, change)


def absolute_links(html: str, root: str) -> str:
    """Make the links within the site absolute, for a page at any address."""
    return map_links(html, lambda address: address.replace(SITE_URL, root, 1))


def picture_names(html: str) -> Iterator[str]:
    """Yield the names of the project's pictures on a page, each once."""
    addresses = dict.fromkeys(unescape(address) for _, address in _ADDRESS.findall(html))
    names = (a.removeprefix(BASE_URL) for a in addresses if a.startswith(BASE_URL))
    yield from dict.fromkeys(map(unquote, names))


def place_pictures(html: str, addresses: Mapping[str, str]) -> str:
    """Replace the addresses of the project's pictures, which are given by name."""

    def change(address: str) -> str:
        if not address.startswith(BASE_URL):
            return address
        return addresses.get(unquote(address.removeprefix(BASE_URL)), "")

    return map_links(html, change)


def inline_style(html: str, css: str) -> str:
    """Put style sheets into a page, in place of the links to fonts and style sheets."""
    style = "<style>" + css.replace("</", r"<\/") + "</style>"
    html = _STYLE_LINK.sub("", html)
    return html.replace("</head>", f"{style}\n</head>", 1)


def text_characters(html: str) -> str:
    """List the characters of the texts of a page and of its style sheets, sorted."""
    text = unescape(_MARKUP.sub(" ", html) + "".join(_SVG_TEXT.findall(html)))
    characters = {c for c in text if not c.isspace()} | {" ", "\u00a0", *_GENERATED}
    return "".join(sorted(characters))
