"""Turn the entries of a catalogue into the values of its web pages.

Their templates in `templates/web/` get one variable, `site`. Links inside the site are
written as addresses below `SITE_URL`.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby
from typing import Any

from pipeline.html.catalogue_entry import CatalogueEntry, CatalogueEvent
from pipeline.html.page_view import Design, PageView, session_title, view_page
from pipeline.html.site_links import SITE_URL
from pipeline.html.text.cldr import format_date, format_days, native_name
from pipeline.html.text.collation import CollationKey, collation_key
from pipeline.html.text.typography import typesetter
from pipeline.model.dates import InformationDate
from pipeline.model.profiles import DOCUMENT_PROFILE, WEB_PROFILE
from pipeline.model.session import Session, SessionFacts

# The maximum number of briefs on a page of the index. If there are more, an additional page
# lists all of them for the search.
BRIEFS_PER_PAGE = 250
ASSETS_FOLDER = "site.assets"


@dataclass(frozen=True)
class LinkView:
    """A link of the site: its address and text, and the language of what it leads to."""

    address: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class EntryView:
    """An edition in a list: its links and its change note.

    `search` are additional words for the search; `languages` are its translations.
    """

    language: str
    title: str
    address: str
    date: str
    standfirst: str
    note: str
    events: tuple[CatalogueEvent, ...]
    search: str
    pdf: str
    pdf_size: str
    is_current: bool = False
    editions: str = ""
    languages: tuple[LinkView, ...] = ()


@dataclass(frozen=True)
class GroupView:
    """A heading, and the editions or links below it."""

    heading: str
    entries: tuple[EntryView, ...] = ()
    links: tuple[LinkView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WebPage:
    """The values that all pages for browsers have; links to pages begin with `site`."""

    policy: str
    preload: tuple[str, ...]
    site: str = SITE_URL
    translations: tuple[LinkView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SiteView(PageView, WebPage):
    """The values that all pages of a catalogue have."""

    title: str
    canonical: str = ""


@dataclass(frozen=True, kw_only=True)
class IndexView(SiteView):
    """A page of the index in one language: briefs by year, on the first also by subject."""

    years: tuple[GroupView, ...]
    subjects: tuple[GroupView, ...]
    sessions: tuple[LinkView, ...]
    script: str
    search_page: str
    number: int
    previous_page: str
    next_page: str


@dataclass(frozen=True, kw_only=True)
class BriefEditionsView(SiteView):
    """All editions of a brief in one language, the newest first."""

    editions: tuple[EntryView, ...]


@dataclass(frozen=True, kw_only=True)
class SessionView(SiteView):
    """The briefs of a session in one language, and its pack."""

    session: SessionFacts
    session_name: str
    dates: str
    entries: tuple[EntryView, ...]
    pack: str


@dataclass(frozen=True, kw_only=True)
class NotFoundView(SiteView):
    """The page that a web server sends for an address that does not exist."""

    indexes: tuple[LinkView, ...]


def view_site(design: Design, language: str) -> SiteView:
    """Prepare the values that all pages of a catalogue in one language have in common."""
    page = view_page(design, language, DOCUMENT_PROFILE)
    return SiteView(**web_values(page), title=page.plain_text(page.series.name))


def web_values(page: PageView, *, inline: bool = False) -> dict[str, Any]:
    """Return the values of a page for browsers; `inline`, its style is in the page."""
    from pipeline.design.web_fonts import web_font_name

    families = page._measurer.tokens.families
    # The fonts of running text and of headings.
    fonts = ((families("text")[0], 400), (families("display")[0], 700))
    return vars(page) | {
        "profile": WEB_PROFILE,
        "stylesheets": (),
        "policy": content_policy(inline=inline),
        "preload": tuple(f"{SITE_URL}{ASSETS_FOLDER}/{web_font_name(*f)}" for f in fonts),
    }


def content_policy(script: str = "", *, inline: bool = False) -> str:
    """Write the Content-Security-Policy of a page.

    The page may load files of the site, and run the one script whose hash is in the policy.
    It may run no script in its content, and load no file of another site.
    """
    hashed = b64encode(sha256(script.encode()).digest()).decode()
    allowed = {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'" if inline else "'self'",
        "font-src": "data:" if inline else "'self'",
        "img-src": "data:" if inline else "'self' data:",
        "script-src": f"'sha256-{hashed}'" if script else "'none'",
        "base-uri": "'none'",
        "form-action": "'self'" if script else "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def view_entry(entry: CatalogueEntry, site: SiteView) -> EntryView:
    """Prepare an edition in a list."""
    address = f"{SITE_URL}{entry.folder}/"
    locale = site.locale if entry.language == site.language else entry.language
    typeset = typesetter(locale)
    return EntryView(
        language=entry.language,
        title=typeset(entry.title),
        address=address,
        date=format_date(InformationDate.parse(entry.information_date), locale),
        standfirst=typeset(entry.standfirst),
        note=typeset(entry.change_note),
        events=tuple(replace(e, note=typeset(e.note)) for e in entry.events),
        search=" ".join((entry.words, *entry.subjects, entry.symbol, entry.code)),
        pdf=f"{address}{entry.pdf}" if entry.pdf else "",
        pdf_size=entry.pdf_size,
    )


def view_editions(
    site: SiteView, slug: str, entries: Sequence[CatalogueEntry], languages: Sequence[str]
) -> BriefEditionsView:
    """Prepare the list of the editions of a brief, in the language of the site.

    `entries` are in all `languages`, the newest edition first.
    """
    codes: dict[str, list[str]] = {}
    for entry in entries:
        codes.setdefault(entry.information_date, []).append(entry.language)
    own_entries = [entry for entry in entries if entry.language == site.language]
    newest = next((e.information_date for e in entries if not e.is_withdrawn), "")
    brief = f"{SITE_URL}{slug}"
    views = []
    for entry in own_entries:
        dated = entry.information_date
        links = language_links(f"{brief}/{dated}/{{}}/", codes[dated], site.language)
        view = view_entry(entry, site)
        views.append(replace(view, is_current=dated == newest, languages=links))
    title = typesetter(site.locale)(own_entries[0].title)
    values = _page_values(site, title, f"{brief}/editions", languages)
    return BriefEditionsView(**values, editions=tuple(views))


def _page_values(
    site: SiteView, title: str, folder: str, languages: Sequence[str]
) -> dict[str, Any]:
    """Return the values of a page that is in a folder of its own in each language."""
    return vars(site) | {
        "title": title,
        "canonical": f"{folder}/{site.language}/",
        "translations": language_links(f"{folder}/{{}}/", languages, site.language),
    }


def language_links(
    address: str, languages: Iterable[str], own_language: str = ""
) -> tuple[LinkView, ...]:
    """Link a page in other languages; the `address` has {} in place of the language."""
    others = (code for code in languages if code != own_language)
    return tuple(LinkView(address.format(c), native_name(c), c) for c in others)


def view_indexes(
    site: SiteView,
    entries: Sequence[CatalogueEntry],
    languages: Sequence[str],
    sessions: Sequence[LinkView],
    script: str,
) -> Mapping[str, IndexView]:
    """Prepare the pages of an index by file name; the last may have all briefs.

    `entries` are all editions in the language of the site, by brief, the newest first.
    """
    by_brief: dict[str, list[CatalogueEntry]] = {}
    for entry in entries:
        by_brief.setdefault(entry.brief, []).append(entry)
    newest = [
        next((e for e in editions if not e.is_withdrawn), editions[0])
        for editions in by_brief.values()
    ]
    by_alphabet = collation_key(site.language)
    newest.sort(key=lambda e: by_alphabet(e.title))
    newest.sort(key=lambda e: e.day, reverse=True)
    pairs = [(e, _index_entry(e, site, len(by_brief[e.brief]))) for e in newest]
    count = max(-(-len(pairs) // BRIEFS_PER_PAGE), 1)
    names = [index_name(site.language, number) for number in range(1, count + 1)]
    complete = f"all.{site.language}.html" if count > 1 else names[0]
    address = f"{SITE_URL}index.{{}}.html"
    common = vars(site) | {
        "translations": language_links(address, languages, site.language),
        "policy": content_policy(script),
    }

    def view(
        name: str, number: int, shown: Sequence[tuple[CatalogueEntry, EntryView]]
    ) -> IndexView:
        is_first = number < 2
        return IndexView(
            **(common | {"canonical": f"{SITE_URL}{name}"}),
            years=tuple(_by_year(shown)),
            subjects=tuple(_group_by_subject(pairs, by_alphabet)) if is_first else (),
            sessions=tuple(sessions) if is_first else (),
            script=script,
            search_page="" if name == complete else f"{SITE_URL}{complete}",
            number=number,
            previous_page=f"{SITE_URL}{names[number - 2]}" if number > 1 else "",
            next_page=f"{SITE_URL}{names[number]}" if 0 < number < count else "",
        )

    views = {
        name: view(name, number, pairs[(number - 1) * BRIEFS_PER_PAGE :][:BRIEFS_PER_PAGE])
        for number, name in enumerate(names, 1)
    }
    return views if count == 1 else {**views, complete: view(complete, 0, pairs)}


def index_name(language: str, number: int = 1) -> str:
    """Return the file name of a page of the index."""
    return f"index.{language}.html" if number == 1 else f"index.{language}.{number}.html"


def _index_entry(entry: CatalogueEntry, site: SiteView, count: int) -> EntryView:
    brief = f"{SITE_URL}{entry.brief}"
    editions = f"{brief}/editions/{entry.language}/" if count > 1 else ""
    view = view_entry(entry, site)
    return replace(view, address=f"{brief}/{entry.language}/", editions=editions)


def _by_year(pairs: Iterable[tuple[CatalogueEntry, EntryView]]) -> Iterable[GroupView]:
    """Group entries, which are sorted by their days, by year."""
    for year, group in groupby(pairs, lambda pair: pair[0].day[:4]):
        yield GroupView(year, tuple(view for _, view in group))


def _group_by_subject(
    pairs: Iterable[tuple[CatalogueEntry, EntryView]], by_alphabet: CollationKey
) -> Iterable[GroupView]:
    subjects: dict[str, list[LinkView]] = {}
    for entry, view in pairs:
        for subject in entry.subjects:
            subjects.setdefault(subject, []).append(LinkView(view.address, view.title))
    names = sorted(subjects, key=by_alphabet)
    return (GroupView(name, links=tuple(subjects[name])) for name in names)


def view_session(
    site: SiteView,
    session: Session,
    entries: Sequence[CatalogueEntry],
    languages: Sequence[str],
    pack: str,
) -> SessionView:
    """Prepare the page of a session: its handouts, and its pack."""
    name, facts = session_title(session, site), session.facts
    folder = f"{SITE_URL}sessions/{session.slug}"
    return SessionView(
        **_page_values(site, name, folder, languages),
        session=facts,
        session_name=name,
        dates=format_days(facts.dates.start, facts.dates.end, site.locale),
        entries=tuple(view_entry(entry, site) for entry in entries),
        pack=pack,
    )


def view_not_found(site: SiteView, languages: Sequence[str]) -> NotFoundView:
    """Prepare the page for addresses that do not exist, in the default language."""
    values = vars(site) | {"title": site.strings["not_found"], "preload": ()}
    indexes = language_links(f"{SITE_URL}index.{{}}.html", languages)
    return NotFoundView(**values, indexes=indexes)
