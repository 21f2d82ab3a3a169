"""Parse style sheets once for the documents that link the same ones.

WeasyPrint accepts parsed style sheets beside the HTML, as user style sheets, which come
before those of the page. If all style sheets of a page are passed so, the result is the
same; a page with another kind of style sheet is left unchanged
(docs/decisions/0017-what-makes-it-fast.md).
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pipeline.design.stylesheets import Serve

# A series in six languages and four profiles has 24 lists of style sheets.
_LIMIT = 24

Links = tuple[str, ...]
# Parsed style sheets, as arguments of `render`, and the hashes of their files.
Parsed = tuple[Mapping[str, Any], Mapping[str, str]]


@dataclass(frozen=True)
class StylesheetCache:
    """The style sheets that a process has parsed, by the addresses that a page links."""

    parsed: dict[Links, Parsed] = field(default_factory=dict)

    @contextmanager
    def take(
        self, html: Any, serve: Serve, fonts: Any, log: list[Any]
    ) -> Iterator[Mapping[str, Any]]:
        """Yield arguments for rendering a page; remove the links that they replace.

        WeasyPrint logs an error of a style sheet once, when it is parsed. So nothing is
        cached when `log` has lines: each document must report the error.
        """
        links = _links(html)
        key = tuple(link.get("href") for link in links)
        parsed = self.parsed.pop(key, None)
        if key and (parsed is None or not _is_current(parsed[1], serve)):
            parsed = _parse(key, html, fonts)
        if parsed is None:
            yield {"font_config": fonts}
            return
        options, assets = parsed
        html.url_fetcher.assets.update(assets)
        for link in links:
            html.etree_element.find("head").remove(link)
        yield options
        if not log:
            self.parsed[key] = parsed
            while len(self.parsed) > _LIMIT:
                del self.parsed[next(iter(self.parsed))]


def _links(html: Any) -> list[Any]:
    """List the links to style sheets; none when other styles might take precedence."""
    root = html.etree_element
    links = [link for link in root.iter("link") if "stylesheet" in link.get("rel", "")]
    in_head = list(root.find("head"))
    are_plain = all(link in in_head and _is_plain(link.attrib) for link in links)
    has_important = any("!" in element.get("style", "") for element in root.iter())
    if not are_plain or has_important or root.find(".//style") is not None:
        return []
    return links


def _is_plain(link: Mapping[str, str]) -> bool:
    if link.keys() != {"rel", "href"} or link["rel"] != "stylesheet":
        return False
    return link["href"].endswith((".css", ".yml"))  # what is served as a style sheet


def _is_current(assets: Mapping[str, str], serve: Serve) -> bool:
    return all(
        hashlib.sha256(serve(name) or b"").hexdigest() == digest
        for name, digest in assets.items()
    )


def _parse(links: Links, html: Any, fonts: Any) -> Parsed | None:
    """Parse style sheets; None when one is missing, which WeasyPrint logs at its link.

    All style sheets are parsed into one set of rules, which the last one holds: WeasyPrint
    then looks up the rules of an element once.
    """
    from weasyprint import CSS
    from weasyprint.css.counters import CounterStyle
    from weasyprint.urls import URLFetchingError

    shared = {"counter_style": CounterStyle(), "color_profiles": {}, "font_config": fonts}
    rules: dict[str, Any] = {"page_rules": [], "layers": [], **shared}
    fetcher = html.url_fetcher
    try:
        for link in links:
            sheet = CSS(url=link, url_fetcher=fetcher, **rules)
            rules["matcher"] = sheet.matcher
    except URLFetchingError:
        return None
    return {"stylesheets": [sheet], **shared}, dict(fetcher.assets)
