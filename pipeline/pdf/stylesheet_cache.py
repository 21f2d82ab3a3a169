"""Cache parsed style sheets for documents that link the same ones.

WeasyPrint accepts parsed style sheets beside the HTML, as user style sheets, which come
before those of the page. If all style sheets of a page are passed in this way, the result
is the same; a page with other styles is left unchanged
(docs/decisions/0017-what-makes-it-fast.md).

The rules of each style sheet are cached as well, by its address and text: pages with other
lists of links share most style sheets, and `preload.py` parses the bundled ones before
processes are forked.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple

from pipeline.design.stylesheets import Serve

# A series in six languages and four profiles has 24 lists of 30 style sheets.
_MAX_LISTS, _MAX_FILES = 24, 100
# Rules that depend on other files, on their order, or on the fonts of a process.
_DEPENDENT_RULES = (
    *(b"@import", b"@layer", b"@font-face", b"@counter-style", b"@color-profile"),
)

StylesheetLinks = tuple[str, ...]
# Parsed style sheets, as arguments of `render`, and the hashes of their files.
ParsedStylesheets = tuple[Mapping[str, Any], Mapping[str, str]]


class _Rules(NamedTuple):
    """The rules that a style sheet adds to a page, in its order."""

    selectors: list[tuple[Any, Any]]
    pages: list[Any]

    def add_selector(self, selector: Any, declarations: Any) -> None:
        """Store a selector: WeasyPrint uses this object as its matcher."""
        self.selectors.append((selector, declarations))


# By address and text. A process starts with those that the fork server has parsed.
_cached_rules: dict[tuple[str, bytes], _Rules] = {}


@dataclass(frozen=True)
class StylesheetCache:
    """The style sheets that a process has parsed, by the addresses that a page links."""

    parsed: dict[StylesheetLinks, ParsedStylesheets] = field(default_factory=dict)

    @contextmanager
    def use(
        self, html: Any, serve: Serve, fonts: Any, log: list[Any]
    ) -> Iterator[Mapping[str, Any]]:
        """Yield arguments for rendering a page; remove the links that they replace.

        WeasyPrint logs an error of a style sheet once, when it is parsed or first used. If
        `log` has lines, nothing is cached, so that each document reports the error.
        """
        links = _stylesheet_links(html)
        key = tuple(link.get("href") for link in links)
        parsed = self.parsed.pop(key, None)
        if key and (parsed is None or not _is_current(parsed[1], serve)):
            parsed = parse_stylesheets(key, html.url_fetcher, fonts, log)
        if parsed is None:
            yield {"font_config": fonts}
            return
        options, assets = parsed
        html.url_fetcher.assets.update(assets)
        for link in links:
            html.etree_element.find("head").remove(link)
        has_log_lines = True
        try:
            yield options
            has_log_lines = bool(log)
        finally:
            if has_log_lines:
                _discard_rules(key)
        if not has_log_lines:
            self.parsed[key] = parsed
            while len(self.parsed) > _MAX_LISTS:
                del self.parsed[next(iter(self.parsed))]


def _stylesheet_links(html: Any) -> list[Any]:
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


def parse_stylesheets(
    links: StylesheetLinks, fetcher: Any, fonts: Any, log: Sequence[Any]
) -> ParsedStylesheets | None:
    """Parse style sheets; None when one is missing, which WeasyPrint logs at its link.

    Their rules become one set, so that WeasyPrint looks up those of an element once.
    """
    from weasyprint import CSS
    from weasyprint.css.counters import CounterStyle
    from weasyprint.urls import URLFetchingError, fetch

    shared = {"counter_style": CounterStyle(), "color_profiles": {}, "font_config": fonts}
    options = {"url_fetcher": fetcher, "layers": [], **shared}
    all_rules = CSS(string="", page_rules=[], **options)
    for link in links:
        try:
            with fetch(fetcher, link) as file:
                text = file.read()
        except URLFetchingError:
            return None
        if (rules := _cached_rules.get((link, text))) is None:
            rules, lines_before = _Rules([], []), len(log)
            arguments = {"matcher": rules, "page_rules": rules.pages, **options}
            CSS(file_obj=BytesIO(text), base_url=link, **arguments)
            is_independent = not any(name in text.lower() for name in _DEPENDENT_RULES)
            if is_independent and len(log) == lines_before:
                _cache_rules(link, text, rules)
        for selector in rules.selectors:
            all_rules.matcher.add_selector(*selector)
        all_rules.page_rules.extend(rules.pages)
    return {"stylesheets": [all_rules], **shared}, dict(fetcher.assets)


def _cache_rules(link: str, text: bytes, rules: _Rules) -> None:
    """Cache the rules of a style sheet, instead of those of its earlier text."""
    _discard_rules([link])
    if len(_cached_rules) < _MAX_FILES:
        _cached_rules[link, text] = rules


def _discard_rules(links: Sequence[str]) -> None:
    for key in [key for key in _cached_rules if key[0] in links]:
        del _cached_rules[key]
