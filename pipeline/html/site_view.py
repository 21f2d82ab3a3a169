"""Turn the entries of a catalogue into the values of its web pages.

Their templates in `templates/web/` get one variable, `site`. Links inside the site are
written as addresses below `SITE_URL`.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from pipeline.html.catalogue_entry import CatalogueEntry, CatalogueEvent
from pipeline.html.page_view import Design, PageView, session_title, view_page
from pipeline.html.site_links import SITE_URL
from pipeline.html.text.cldr import format_date, format_days, language_name
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
    is_current: bool
    editions: str
    languages: tuple[LinkView, ...]


@dataclass(frozen=True)
class GroupView:
    """A heading, and the editions or links below it."""

    heading: str
    entries: tuple[EntryView, ...] = ()
    links: tuple[LinkView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SiteView(PageView):
    """The values that all pages of a catalogue have."""

    site: str
    title: str
    canonical: str
    translations: tuple[LinkView, ...]
    policy: str
    preload: tuple[str, ...]


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
    values = {**vars(page), "profile": WEB_PROFILE, "stylesheets": ()}
    return SiteView(
        **values,
        site=SITE_URL,
        title=page.plain_text(page.series.name),
        canonical="",
        translations=(),
        policy=content_policy(),
        preload=preloaded_fonts(page),
    )


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


def preloaded_fonts(page: PageView) -> tuple[str, ...]:
    """Return the addresses of the fonts of running text and of headings."""
    from pipeline.design.web_fonts import web_font_name

    families = page._measurer.tokens.families
    faces = ((families("text")[0], 400), (families("display")[0], 700))
    return tuple(f"{SITE_URL}{ASSETS_FOLDER}/{web_font_name(*face)}" for face in faces)


def native_name(code: str) -> str:
    """Return the name of a language in that language."""
    name = language_name(code, code)
    return name[:1].upper() + name[1:]


def view_entry(
    entry: CatalogueEntry,
    site: SiteView,
    languages: Iterable[str] = (),
    *,
    newest: bool = False,
    address: str = "",
    editions: str = "",
) -> EntryView:
    """Prepare an edition in a list; `languages` are those in which it exists."""
    entry_address = f"{SITE_URL}{entry.folder}/"
    edition_address = f"{SITE_URL}{entry.brief}/{entry.information_date}"
    is_foreign = entry.language != site.language
    locale = entry.language if is_foreign else site.locale
    typeset = typesetter(locale)
    return EntryView(
        language=entry.language,
        title=typeset(entry.title),
        address=address or entry_address,
        date=format_date(InformationDate.parse(entry.information_date), locale),
        standfirst=typeset(entry.standfirst),
        note=typeset(entry.change_note),
        events=tuple(replace(e, note=typeset(e.note)) for e in entry.events),
        search=" ".join((entry.words, *entry.subjects, entry.symbol, entry.code)),
        pdf=f"{entry_address}{entry.pdf}" if entry.pdf else "",
        pdf_size=entry.pdf_size,
        is_current=newest,
        editions=editions,
        languages=tuple(
            LinkView(f"{edition_address}/{code}/", native_name(code), code)
            for code in languages
            if code != site.language
        ),
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
    views = (
        view_entry(e, site, codes[e.information_date], newest=e.information_date == newest)
        for e in own_entries
    )
    folder = f"{SITE_URL}{slug}/editions"
    title = typesetter(site.locale)(own_entries[0].title)
    values = vars(site) | {"title": title, "canonical": f"{folder}/{site.language}/"}
    values["translations"] = _links(f"{folder}/{{}}/", languages, site.language)
    return BriefEditionsView(**values, editions=tuple(views))


def _links(
    address: str, languages: Iterable[str], own_language: str
) -> tuple[LinkView, ...]:
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
    listed = [_index_entry(entry, site, len(by_brief[entry.brief])) for entry in newest]
    pairs = [*zip(newest, listed, strict=True)]
    count = max(-(-len(pairs) // BRIEFS_PER_PAGE), 1)
    names = [index_name(site.language, number) for number in range(1, count + 1)]
    complete = f"all.{site.language}.html" if count > 1 else names[0]
    common = vars(site) | {
        "translations": _links(f"{SITE_URL}index.{{}}.html", languages, site.language),
        "policy": content_policy(script),
    }

    def view(
        name: str, number: int, shown: Sequence[tuple[CatalogueEntry, EntryView]]
    ) -> IndexView:
        is_first = number < 2
        values = common | {"canonical": f"{SITE_URL}{name}"}
        return IndexView(
            **values,
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
    return view_entry(entry, site, address=f"{brief}/{entry.language}/", editions=editions)


def _by_year(pairs: Iterable[tuple[CatalogueEntry, EntryView]]) -> Iterable[GroupView]:
    years: dict[str, list[EntryView]] = {}
    for entry, view in pairs:
        years.setdefault(entry.day[:4], []).append(view)
    return (GroupView(year, tuple(entries)) for year, entries in years.items())


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
    name = session_title(session, site)
    facts, folder = session.facts, f"{SITE_URL}sessions/{session.slug}"
    values = vars(site) | {
        "title": name,
        "canonical": f"{folder}/{site.language}/",
        "translations": _links(f"{folder}/{{}}/", languages, site.language),
    }
    return SessionView(
        **values,
        session=facts,
        session_name=name,
        dates=format_days(facts.dates.start, facts.dates.end, site.locale),
        entries=tuple(view_entry(entry, site) for entry in entries),
        pack=pack,
    )


def view_not_found(site: SiteView, indexes: Sequence[LinkView]) -> NotFoundView:
    """Prepare the page for addresses that do not exist, in the default language."""
    values = vars(replace(site, title=site.strings["not_found"], preload=()))
    return NotFoundView(**values, indexes=tuple(indexes))
