"""Write the files of a site for programs: Atom feeds (RFC 4287), sitemap, robots.txt."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from pipeline.html.catalogue_entry import CatalogueEntry
from pipeline.html.site_view import SiteView

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
# The newest editions of a feed; all are in the index.
_ENTRIES_OF_FEED = 100


def feed_name(language: str) -> str:
    """Give the file name of the feed of a language."""
    return f"feed.{language}.xml"


def atom_feed(site: SiteView, url: str, entries: Iterable[CatalogueEntry]) -> bytes:
    """Write the feed of a language: one entry for each edition, the newest first."""
    listed = sorted(entries, key=lambda e: (e.day, e.folder), reverse=True)
    listed = listed[:_ENTRIES_OF_FEED]
    own = f"{url}/{feed_name(site.language)}"
    lines = [
        f'<feed xmlns="{_ATOM}" xml:lang={quoteattr(site.language)}>',
        f"<id>{escape(own)}</id>",
        f"<title>{escape(site.title)}</title>",
        f"<updated>{_time(max((e.day for e in listed), default='1970-01-01'))}</updated>",
        f"<author><name>{escape(_publisher(site))}</name></author>",
        f'<link rel="self" href={quoteattr(own)}/>',
        f"<link href={quoteattr(f'{url}/index.{site.language}.html')}/>",
        *(line for entry in listed for line in _atom_entry(entry, url)),
        "</feed>",
    ]
    return _file(lines)


def _publisher(site: SiteView) -> str:
    return site.plain_text(site.series.publisher.name)


def _atom_entry(entry: CatalogueEntry, url: str) -> Iterable[str]:
    """One edition. Its id names the work and its date, and outlives the address."""
    address = f"{url}/{entry.folder}/"
    year = entry.information_date[:4]
    tag = f"tag:{urlsplit(url).hostname},{year}:{entry.folder}"
    yield f"<entry><id>{escape(tag)}</id>"
    yield f"<title>{escape(entry.title)}</title>"
    yield f"<updated>{_time(entry.day)}</updated>"
    yield f"<link href={quoteattr(address)}/>"
    if entry.pdf:
        file = quoteattr(f"{address}{entry.pdf}")
        yield f'<link rel="enclosure" type="application/pdf" href={file}/>'
    yield f"<summary>{escape(entry.change_note or entry.standfirst)}</summary></entry>"


def _time(day: str) -> str:
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
            f"<url><loc>{address}</loc><lastmod>{entry.day}</lastmod>{links}</url>"
        )
    return _file([*lines, "</urlset>"])


def robots(url: str) -> bytes:
    """Allow all pages to be read, and name the sitemap."""
    return f"User-agent: *\nAllow: /\nSitemap: {url}/sitemap.xml\n".encode()


def _file(lines: Sequence[str]) -> bytes:
    return (_HEAD + "\n".join(lines) + "\n").encode()
