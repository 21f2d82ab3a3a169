"""Render the files of a site: jobs of worker processes, each with the files of one target.

Names are paths below `build/`; the first file is that of the target itself.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.content.export import export_charts, export_csv, export_words
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.web_css import web_css
from pipeline.design.web_fonts import web_fonts
from pipeline.editions.code import make_code
from pipeline.editions.web import WebBrief, WebEdition
from pipeline.html.catalogue_entry import CatalogueEntry, read_entry
from pipeline.html.charts.theme import read_chart_theme
from pipeline.html.charts.web_chart import CHART_TOKENS
from pipeline.html.feeds import atom_feed, feed_name, robots, sitemap
from pipeline.html.page_view import Design, PageView, read_stylesheet
from pipeline.html.site_links import (
    SITE_URL,
    absolute_links,
    inline_style,
    place_pictures,
    project_files,
    relative_links,
    text_characters,
)
from pipeline.html.site_view import (
    ASSETS,
    LinkView,
    SiteView,
    index_name,
    own_name,
    session_title,
    view_editions,
    view_indexes,
    view_not_found,
    view_session,
    view_site,
)
from pipeline.html.view_model import Successor
from pipeline.html.web_view import WebPlace, catalogue_entry, view_web_brief
from pipeline.model.profiles import DOCUMENT_PROFILE
from pipeline.model.schema import Edition, LanguageVersion
from pipeline.model.session import Session
from pipeline.project import Project, ReadLog
from pipeline.state.fingerprints import DAMAGED
from pipeline.targets import Document
from pipeline.tasks.assets import ProjectAssets
from pipeline.tasks.context import RenderedFiles

# The width of the picture of the first page that other sites show beside a link.
_PICTURE_WIDTH = 800
_SEARCH_SCRIPT = "web/search.js"


@dataclass(frozen=True)
class WebSession:
    """A session on the web: its editions in each language (folders), and its packs."""

    session: Session
    folders: Mapping[str, tuple[str, ...]]
    packs: Mapping[str, str]


def render_edition(
    design: Design,
    edition: Edition,
    language: str,
    brief: WebBrief,
    place: WebEdition,
    successor: Successor | None,
    url: str,
    has_pdf: bool,
) -> RenderedFiles:
    """Render the page of an edition in one language, and the files that belong to it."""
    design, reads = design.tracking_reads()
    document = document_of(edition, language)
    code = _code(edition, language)
    pdf = _read_built(design.project, document.name) if has_pdf else b""
    design.project.on_read(f"build/{document.name}")
    if place.is_withdrawn:
        edition = without_text(edition)
    where = _place(document, brief, place, successor, url, pdf)
    view = view_web_brief(design, edition, language, code, where)
    html = _render(design.project, view)
    folder = f"{edition.folder}/{language}"
    pictures = _pictures(design.project, html)
    stored = {name: f"{SITE_URL}{folder}/{_stored(name)}" for name in pictures}
    html = place_pictures(html, stored)
    files = {
        f"{address}/index.html": relative_links(html, address).encode()
        for address in brief.addresses(place, language)
    }
    files[f"{folder}/data.json"] = catalogue_entry(view, text_characters(html)).to_json()
    files |= {f"{folder}/{_stored(name)}": data for name, data in pictures.items()}
    charts = export_charts(edition.versions[language], edition.data)
    for number, (_, rows) in enumerate(charts, 1):
        files[f"{folder}/figure-{number}.csv"] = export_csv(rows)
    if pdf:
        files[f"{folder}/{view.pdf}"] = pdf
        files[f"{folder}/first-page.jpg"] = draw_first_page(pdf)
    return _in_site(files, reads)


def render_single_file(
    design: Design,
    edition: Edition,
    language: str,
    brief: WebBrief,
    place: WebEdition,
    successor: Successor | None,
    url: str,
) -> RenderedFiles:
    """Render an edition in one language as one file, with its pictures and fonts."""
    design, reads = design.tracking_reads()
    document = document_of(edition, language)
    where = _place(document, brief, place, successor, url, b"")
    shown = without_text(edition) if place.is_withdrawn else edition
    code = _code(edition, language)
    view = view_web_brief(design, shown, language, code, replace(where, is_single=True))
    html = _render(design.project, view)
    pictures = _pictures(design.project, html)
    html = place_pictures(html, {n: _data_url(n, d) for n, d in pictures.items()})
    faces = read_font_faces(design.project.font_folders).faces
    fonts = "".join(font.inline_css for font in web_fonts(faces, text_characters(html)))
    html = inline_style(html, fonts + _stylesheet(design, view))
    html = absolute_links(html, f"{url}/")
    name = document.name.removesuffix(".pdf") + ".html"
    return RenderedFiles({name: html.encode()}, reads)


def render_editions(
    design: Design, slug: str, folders: Sequence[str], languages: Sequence[str]
) -> RenderedFiles:
    """Render the list of the editions of a brief, in each of its languages."""
    design, reads = design.tracking_reads()
    entries = read_entries(design.project, folders)
    known = {entry.language for entry in entries}
    ordered = [language for language in languages if language in known]
    files: dict[str, bytes] = {}
    for language in ordered:
        site = view_site(design, language)
        html = _render(design.project, view_editions(site, slug, entries, ordered))
        for folder in (f"{slug}/editions", f"{slug}/editions/{language}"):
            if folder.endswith(f"/{language}") or not files:
                files[f"{folder}/index.html"] = _page(design, html, folder)
    return _in_site(files, reads)


def render_catalogue(
    design: Design, folders: Sequence[str], sessions: Sequence[WebSession], url: str
) -> RenderedFiles:
    """Render the index, the feed and the sessions in each language, and the sitemap."""
    design, reads = design.tracking_reads()
    entries = read_entries(design.project, folders)
    known = {entry.language for entry in entries}
    languages = [code for code in design.series.languages if code in known]
    files: dict[str, bytes] = {"index.html": b""}
    for language in languages:
        site = view_site(design, language)
        own = [entry for entry in entries if entry.language == language]
        files |= _index(design, site, own, languages, sessions)
        files |= _sessions(design, site, entries, sessions)
        files[feed_name(language)] = atom_feed(site, url, own)
    default = view_site(design, languages[0] if languages else design.series.languages[0])
    files["index.html"] = files.get(index_name(default.language), b"")
    files["404.html"] = _not_found(design, default, languages, url)
    files["sitemap.xml"] = sitemap(url, entries)
    files["robots.txt"] = robots(url)
    return _in_site(files, reads)


def render_styles(design: Design, language: str) -> RenderedFiles:
    """Write the style sheet of all pages in one language."""
    design, reads = design.tracking_reads()
    css = _stylesheet(design, view_site(design, language))
    return _in_site({f"{ASSETS}/{language}.css": css.encode()}, reads)


def render_fonts(design: Design, folders: Sequence[str]) -> RenderedFiles:
    """Write the fonts of a site, with the characters of its pages."""
    design, reads = design.tracking_reads()
    entries = read_entries(design.project, folders)
    characters = "".join(sorted({c for entry in entries for c in entry.characters}))
    design.project.font_names()
    fonts = [*web_fonts(read_font_faces(design.project.font_folders).faces, characters)]
    css = "".join(font.css for font in fonts)
    files = {f"{ASSETS}/fonts.css": css.encode()}
    files |= {f"{ASSETS}/{font.name}": font.data for font in fonts}
    return _in_site(files, reads)


def _in_site(files: Mapping[str, bytes], reads: ReadLog) -> RenderedFiles:
    return RenderedFiles({f"site/{name}": data for name, data in files.items()}, reads)


def read_entries(project: Project, folders: Sequence[str]) -> list[CatalogueEntry]:
    """Read what the catalogue knows of pages; one that could not be made has nothing.

    Nor has a file that this program did not write: `build/` may come from elsewhere.
    """
    entries = []
    for folder in folders:
        name = f"build/site/{folder}/data.json"
        project.on_read(name)
        if (path := project.root / name).is_file():
            with suppress(*DAMAGED):
                entries.append(read_entry(project.read(name, path)))
    return entries


def document_of(edition: Edition, language: str) -> Document:
    """The PDF of an edition in one language, for the screen."""
    return Document(edition.slug, edition.information_date, language, DOCUMENT_PROFILE)


def _code(edition: Edition, language: str) -> str:
    words = export_words(edition, language)
    return str(make_code(edition.slug, edition.information_date, language, words))


def _place(
    document: Document,
    brief: WebBrief,
    place: WebEdition,
    successor: Successor | None,
    url: str,
    pdf: bytes,
) -> WebPlace:
    return WebPlace(
        url,
        place.languages,
        place.stamp,
        successor,
        brief.instead(place, document.language),
        pdf=f"{document.stem}.pdf" if pdf else "",
        pdf_bytes=len(pdf),
    )


def without_text(edition: Edition) -> Edition:
    """Give an edition with nothing but its titles: the page of one that was withdrawn."""
    titles = {
        language: LanguageVersion.model_construct(title=version.title, sections=())
        for language, version in edition.versions.items()
    }
    return replace(edition, versions=titles)


def _render(project: Project, view: PageView) -> str:
    from pipeline.html.templates import render_html

    return render_html(project, view)


def _page(design: Design, html: str, folder: str) -> bytes:
    """Store a page of the catalogue: its only picture is the logo, which is put into it."""
    pictures = _pictures(design.project, html)
    html = place_pictures(html, {n: _data_url(n, d) for n, d in pictures.items()})
    return relative_links(html, folder).encode()


def _read_built(project: Project, name: str) -> bytes:
    """Read a built PDF; b"" if there is none, which the build of PDFs has reported."""
    path = project.build / name
    project.on_read(f"build/{name}")
    return project.read(f"build/{name}", path) if path.is_file() else b""


def _pictures(project: Project, html: str) -> dict[str, bytes]:
    """Read the pictures and logos that a page shows."""
    assets = ProjectAssets(project, b"")
    found = {name: assets.serve(name) for name in project_files(html)}
    return {name: data for name, data in found.items() if data is not None}


def _stored(name: str) -> str:
    """The name of a picture beside its page."""
    return f"pictures/{'-'.join(PurePosixPath(name).parts[1:])}"


_TYPES = {".svg": "svg+xml", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}


def _data_url(name: str, data: bytes) -> str:
    from base64 import b64encode

    kind = _TYPES.get(PurePosixPath(name).suffix.lower(), "png")
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def draw_first_page(pdf: bytes) -> bytes:
    """Draw the first page of a PDF as a JPEG."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    picture = page.render(scale=_PICTURE_WIDTH / page.get_width()).to_pil()
    out = BytesIO()
    picture.save(out, "JPEG", quality=80)
    page.close()
    document.close()
    return out.getvalue()


def _stylesheet(design: Design, page: PageView) -> str:
    """The style sheet of a language, with the tones that its charts compute."""
    measurer = page._measurer
    colours = read_chart_theme(measurer.tokens, measurer.faces, page.locale).colours
    values = {CHART_TOKENS[name]: getattr(colours, name) for name in ("third", "fourth")}
    read = partial(read_stylesheet, design.project, design.brand)
    return web_css(design.project, design.brand, page.language, read, values)


def _index(
    design: Design,
    site: SiteView,
    entries: Sequence[CatalogueEntry],
    languages: Sequence[str],
    sessions: Sequence[WebSession],
) -> dict[str, bytes]:
    links = [
        LinkView(
            f"{SITE_URL}sessions/{s.session.number}/{site.language}/",
            session_title(site, s.session.number, s.session.facts),
        )
        for s in sessions
        if s.folders.get(site.language)
    ]
    script = _read_script(design.project)
    views = view_indexes(site, entries, languages, links[::-1], script)
    return {
        name: _page(design, _render(design.project, view), "")
        for name, view in views.items()
    }


def _read_script(project: Project) -> str:
    name = f"templates/{_SEARCH_SCRIPT}"
    paths = (folder / _SEARCH_SCRIPT for folder in project.template_folders)
    return project.read(name, next(p for p in paths if p.is_file())).decode()


def _sessions(
    design: Design,
    site: SiteView,
    entries: Sequence[CatalogueEntry],
    sessions: Sequence[WebSession],
) -> dict[str, bytes]:
    by_folder = {entry.folder: entry for entry in entries}
    files: dict[str, bytes] = {}
    for held in sessions:
        number, facts = held.session.number, held.session.facts
        folders = held.folders.get(site.language, ())
        own = [by_folder[folder] for folder in folders if folder in by_folder]
        if not own:
            continue
        folder = f"sessions/{number}/{site.language}"
        pack = held.packs.get(site.language, "")
        if pack and (data := _read_built(design.project, pack)):
            files[f"{folder}/{PurePosixPath(pack).name}"] = data
            pack = f"{SITE_URL}{folder}/{PurePosixPath(pack).name}"
        else:
            pack = ""
        languages = [code for code in design.series.languages if held.folders.get(code)]
        view = view_session(site, number, facts, own, languages, pack)
        files[f"{folder}/index.html"] = _page(design, _render(design.project, view), folder)
    return files


def _not_found(design: Design, site: SiteView, languages: Sequence[str], url: str) -> bytes:
    """A page for any address: its links are absolute."""
    indexes = [
        LinkView(f"{SITE_URL}{index_name(code)}", own_name(code), code)
        for code in languages
    ]
    html = _render(design.project, view_not_found(site, indexes))
    pictures = _pictures(design.project, html)
    html = place_pictures(html, {n: _data_url(n, d) for n, d in pictures.items()})
    return absolute_links(html, f"{urlsplit(url).path}/").encode()
