"""Write the files of a site for programs: Atom feeds (RFC 4287), sitemap, robots.txt."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from pipeline.html.catalogue_entry import CatalogueEntry
from pipeline.html.site_view import SiteView

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
# The maximum number of entries of a feed, the newest; the index has all editions.
_MAX_FEED_ENTRIES = 100


def feed_name(language: str) -> str:
    """Return the file name of the feed of a language."""
    return f"feed.{language}.xml"


def atom_feed(site: SiteView, url: str, entries: Iterable[CatalogueEntry]) -> bytes:
    """Write the feed of a language, the newest first.

    It has an entry for each edition, each correction and each withdrawal.
    """
    items = [item for entry in entries for item in _feed_items(entry, url)]
    items.sort(key=lambda item: (item.day, item.id), reverse=True)
    items = items[:_MAX_FEED_ENTRIES]
    publisher = site.plain_text(site.series.publisher.name)
    feed_address = f"{url}/{feed_name(site.language)}"
    lines = [
        f'<feed xmlns="{_ATOM}" xml:lang={quoteattr(site.language)}>',
        f"<id>{escape(feed_address)}</id>",
        f"<title>{escape(site.title)}</title>",
        f"<updated>{_timestamp(items[0].day if items else '1970-01-01')}</updated>",
        f"<author><name>{escape(publisher)}</name></author>",
        f'<link rel="self" href={quoteattr(feed_address)}/>',
        f"<link href={quoteattr(f'{url}/index.{site.language}.html')}/>",
        *(line for item in items for line in _atom_entry(item)),
        "</feed>",
    ]
    return _encode_lines(lines)


@dataclass(frozen=True)
class _FeedItem:
    """An entry of a feed; its `id` is a tag URI (RFC 4151) with the host of the site."""

    id: str
    title: str
    day: str
    address: str
    summary: str
    pdf: str = ""


def _feed_items(entry: CatalogueEntry, url: str) -> Iterator[_FeedItem]:
    """Yield an item for an edition, and one for each event after its publication."""
    address = f"{url}/{entry.folder}/"
    year = entry.information_date[:4]
    tag = f"tag:{urlsplit(url).hostname},{year}:{entry.folder}"
    summary = entry.change_note or entry.standfirst
    yield _FeedItem(tag, entry.title, entry.day, address, summary, entry.pdf)
    for event in entry.events:
        title = f"{entry.title} ({event.label})"
        yield _FeedItem(f"{tag}/{event.name}", title, event.day, address, event.note)


def _atom_entry(item: _FeedItem) -> Iterator[str]:
    yield f"<entry><id>{escape(item.id)}</id>"
    yield f"<title>{escape(item.title)}</title>"
    yield f"<updated>{_timestamp(item.day)}</updated>"
    yield f"<link href={quoteattr(item.address)}/>"
    if item.pdf:
        file = quoteattr(f"{item.address}{item.pdf}")
        yield f'<link rel="enclosure" type="application/pdf" href={file}/>'
    yield f"<summary>{escape(item.summary)}</summary></entry>"


def _timestamp(day: str) -> str:
    return f"{day}T00:00:00Z"


def sitemap(url: str, entries: Sequence[CatalogueEntry]) -> bytes:
    """List the pages of all editions, each with its translations."""
    translations: dict[tuple[str, str], list[CatalogueEntry]] = {}
    for entry in entries:
        translations.setdefault((entry.brief, entry.information_date), []).append(entry)
    lines = [f'<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}">']
    for entry in sorted(entries, key=lambda e: e.folder):
        others = translations[entry.brief, entry.information_date]
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{other.language}" '
            f"href={quoteattr(f'{url}/{other.folder}/')}/>"
            for other in others
        )
        address = escape(f"{url}/{entry.folder}/")
        lines.append(
            f"<url><loc>{address}</loc><lastmod>{entry.modified}</lastmod>{links}</url>"
        )
    return _encode_lines([*lines, "</urlset>"])


def robots_txt(url: str) -> bytes:
    """Write robots.txt: all pages may be crawled; the sitemap is named."""
    return f"User-agent: *\nAllow: /\nSitemap: {url}/sitemap.xml\n".encode()


def _encode_lines(lines: Sequence[str]) -> bytes:
    return (_XML_DECLARATION + "\n".join(lines) + "\n").encode()
