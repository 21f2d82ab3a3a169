"""Style sheets, parsed once for the many documents that link the same ones.

A seventh of the time of a document would go into parsing them. WeasyPrint takes parsed
sheets beside the HTML; then they count as the reader's, below those of the page, which is
the same as long as all of them do. So a page with a sheet of another kind is left as it is.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.design.stylesheets import Serve

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

# A series in six languages and four profiles has as many lists of sheets.
_MOST = 24

Links = tuple[str, ...]


@dataclass(frozen=True)
class ParsedStylesheet:
    """Parsed sheets, as `render` takes them, and the hash of each file that they are."""

    options: Mapping[str, Any]
    assets: Mapping[str, str]


@dataclass(frozen=True)
class StylesheetCache:
    """The sheets that a process has parsed, by the addresses that a page links."""

    parsed: dict[Links, ParsedStylesheet] = field(default_factory=dict)

    @contextmanager
    def take(
        self, html: Any, serve: Serve, fonts: "FontConfiguration", lines: list[Any]
    ) -> Iterator[Mapping[str, Any]]:
        """Give options for rendering a page, without its links when they have the sheets.

        `lines` is the log. WeasyPrint complains of a sheet once, so sheets with a
        complaint are not kept: each document is to hear of it.
        """
        links = _links(html)
        key = tuple(link.get("href") for link in links)
        found = self.parsed.pop(key, None)
        if found is None or not _is_current(found, serve):
            found = _parse(key, html, fonts)
        if found is None:
            yield {"font_config": fonts}
            return
        html.url_fetcher.assets.update(found.assets)
        for link in links:
            html.etree_element.find("head").remove(link)
        yield found.options
        if not lines:
            self.parsed[key] = found
            while len(self.parsed) > _MOST:
                del self.parsed[next(iter(self.parsed))]


def _links(html: Any) -> list[Any]:
    """List the links to sheets; none when something might then outweigh them."""
    root = html.etree_element
    links = [link for link in root.iter("link") if "stylesheet" in link.get("rel", "")]
    in_head = list(root.find("head"))
    plain = all(link in in_head and _is_plain(link.attrib) for link in links)
    urgent = any("!" in element.get("style", "") for element in root.iter())
    return links if plain and not urgent and root.find(".//style") is None else []


def _is_plain(link: Mapping[str, str]) -> bool:
    if link.keys() != {"rel", "href"} or link["rel"] != "stylesheet":
        return False
    return link["href"].endswith((".css", ".yml"))  # what is served as a style sheet


def _is_current(parsed: ParsedStylesheet, serve: Serve) -> bool:
    return all(_digest(serve(name)) == was for name, was in parsed.assets.items())


def _digest(data: bytes | None) -> str:
    return hashlib.sha256(data or b"").hexdigest()


def _parse(links: Links, html: Any, fonts: "FontConfiguration") -> ParsedStylesheet | None:
    """Parse sheets; None when one is missing, which WeasyPrint says where it is linked."""
    from weasyprint import CSS
    from weasyprint.css.counters import CounterStyle
    from weasyprint.urls import URLFetchingError

    shared: dict[str, Any] = {
        "counter_style": CounterStyle(),
        "color_profiles": {},
        "font_config": fonts,
    }
    rules: dict[str, Any] = {"page_rules": [], "layers": [], **shared}
    try:
        sheets = [CSS(url=link, url_fetcher=html.url_fetcher, **rules) for link in links]
    except URLFetchingError:
        return None
    if not sheets:
        return None
    return ParsedStylesheet(
        {"stylesheets": sheets, **shared}, dict(html.url_fetcher.assets)
    )
