"""Render the files of a site: jobs of worker processes, each with the files of one target.

Names are paths below `build/`; the first file is that of the target itself.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.design.font_metrics import read_font_faces
from pipeline.design.web_fonts import web_fonts
from pipeline.html.catalogue_entry import CatalogueEntry, read_entry
from pipeline.html.feeds import atom_feed, feed_name, robots_txt, sitemap
from pipeline.html.page_view import Design, PageView, session_title
from pipeline.html.site_links import SITE_URL, absolute_links, relative_links
from pipeline.html.site_view import (
    ASSETS_FOLDER,
    LinkView,
    SiteView,
    index_name,
    view_editions,
    view_indexes,
    view_not_found,
    view_session,
    view_site,
)
from pipeline.model.session import Session
from pipeline.project import Project
from pipeline.state.file_hashes import RECORD_ERRORS
from pipeline.tasks.context import TargetFiles
from pipeline.tasks.page_parts import (
    read_built_pdf,
    render_page,
    site_files,
    stylesheet_of,
    with_pictures,
)

_SEARCH_SCRIPT = "web/search.js"


@dataclass(frozen=True)
class WebSession:
    """A session on the web: the folders of its editions, and its pack, by language."""

    session: Session
    folders: Mapping[str, tuple[str, ...]]
    packs: Mapping[str, str]


def render_editions(design: Design, slug: str, folders: Sequence[str]) -> TargetFiles:
    """Render the list of the editions of a brief, in each of its languages."""
    design, reads = design.tracking_reads()
    entries = read_entries(design.project, folders)
    codes = _languages_of(entries, design)
    files: dict[str, bytes] = {}
    for language in codes:
        site = view_site(design, language)
        html = _render(design, view_editions(site, slug, entries, codes))
        for folder in (f"{slug}/editions", f"{slug}/editions/{language}"):
            if folder.endswith(f"/{language}") or not files:
                files[f"{folder}/index.html"] = relative_links(html, folder).encode()
    return site_files(files, reads)


def render_catalogue(
    design: Design, folders: Sequence[str], sessions: Sequence[WebSession], url: str
) -> TargetFiles:
    """Render the index, the feed and the sessions in each language, and the sitemap."""
    design, reads = design.tracking_reads()
    entries = read_entries(design.project, folders)
    languages = _languages_of(entries, design)
    files: dict[str, bytes] = {"index.html": b""}
    for language in languages:
        site = view_site(design, language)
        own_entries = [entry for entry in entries if entry.language == language]
        files |= _render_indexes(design, site, own_entries, languages, sessions)
        files |= _render_sessions(design, site, entries, sessions)
        files[feed_name(language)] = atom_feed(site, url, own_entries)
    default = view_site(design, languages[0] if languages else design.series.languages[0])
    files["index.html"] = files.get(index_name(default.language), b"")
    files["404.html"] = _not_found(design, default, languages, url)
    files["sitemap.xml"] = sitemap(url, entries)
    files["robots.txt"] = robots_txt(url)
    return site_files(files, reads)


def render_styles(design: Design, language: str) -> TargetFiles:
    """Write the style sheet of all pages in one language."""
    design, reads = design.tracking_reads()
    css = stylesheet_of(design, view_site(design, language))
    return site_files({f"{ASSETS_FOLDER}/{language}.css": css.encode()}, reads)


def render_fonts(design: Design, folders: Sequence[str]) -> TargetFiles:
    """Write the fonts of a site, with the characters of its pages."""
    design, reads = design.tracking_reads()
    entries = read_entries(design.project, folders)
    characters = "".join(sorted({c for entry in entries for c in entry.characters}))
    design.project.font_names()
    fonts = [*web_fonts(read_font_faces(design.project.font_folders).faces, characters)]
    css = "".join(font.css for font in fonts)
    files = {f"{ASSETS_FOLDER}/fonts.css": css.encode()}
    files |= {f"{ASSETS_FOLDER}/{font.name}": font.data for font in fonts}
    return site_files(files, reads)


def read_entries(project: Project, folders: Sequence[str]) -> list[CatalogueEntry]:
    """Read the catalogue entries of pages; a page that was not built has none.

    Files that this program did not write are ignored: `build/` may be a copy.
    """
    entries = []
    for folder in folders:
        name = f"build/site/{folder}/data.json"
        project.on_read(name)
        if (path := project.root / name).is_file():
            with suppress(*RECORD_ERRORS):
                entries.append(read_entry(project.read(name, path)))
    return entries


def _languages_of(entries: Sequence[CatalogueEntry], design: Design) -> list[str]:
    used_languages = {entry.language for entry in entries}
    return [code for code in design.series.languages if code in used_languages]


def _render(design: Design, view: PageView) -> str:
    """Render a page of the catalogue, with its only picture, the logo."""
    return with_pictures(design.project, render_page(design.project, view))


def _render_indexes(
    design: Design,
    site: SiteView,
    entries: Sequence[CatalogueEntry],
    languages: Sequence[str],
    sessions: Sequence[WebSession],
) -> dict[str, bytes]:
    links = [
        LinkView(
            f"{SITE_URL}sessions/{s.session.slug}/{site.language}/",
            session_title(s.session, site),
        )
        for s in sessions
        if s.folders.get(site.language)
    ]
    script = _read_script(design.project)
    views = view_indexes(site, entries, languages, links[::-1], script)
    return {
        name: relative_links(_render(design, view), "").encode()
        for name, view in views.items()
    }


def _read_script(project: Project) -> str:
    name = f"templates/{_SEARCH_SCRIPT}"
    paths = (folder / _SEARCH_SCRIPT for folder in project.template_folders)
    return project.read(name, next(p for p in paths if p.is_file())).decode()


def _render_sessions(
    design: Design,
    site: SiteView,
    entries: Sequence[CatalogueEntry],
    sessions: Sequence[WebSession],
) -> dict[str, bytes]:
    by_folder = {entry.folder: entry for entry in entries}
    files: dict[str, bytes] = {}
    for web_session in sessions:
        session = web_session.session
        folders = web_session.folders.get(site.language, ())
        own_entries = [by_folder[folder] for folder in folders if folder in by_folder]
        if not own_entries:
            continue
        folder = f"sessions/{session.slug}/{site.language}"
        pack = web_session.packs.get(site.language, "")
        if pack and (data := read_built_pdf(design.project, pack)):
            files[f"{folder}/{PurePosixPath(pack).name}"] = data
            pack = f"{SITE_URL}{folder}/{PurePosixPath(pack).name}"
        else:
            pack = ""
        languages = [c for c in design.series.languages if web_session.folders.get(c)]
        view = view_session(site, session, own_entries, languages, pack)
        html = relative_links(_render(design, view), folder)
        files[f"{folder}/index.html"] = html.encode()
    return files


def _not_found(design: Design, site: SiteView, languages: Sequence[str], url: str) -> bytes:
    """Render the page for unknown addresses; its links are absolute."""
    html = _render(design, view_not_found(site, languages))
    return absolute_links(html, f"{urlsplit(url).path}/").encode()
