"""List the targets of the site, and open the workspace of its builds.

`editions/web.py` decides which editions are on the web. All other files in `build/site/`
are removed, so that a page whose edition became a draft does not stay.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from pipeline.content.discovery import SERIES, EditionFolder, entries_of, find_editions
from pipeline.editions.lifecycle import Editions
from pipeline.editions.web import WebBrief, WebEdition, web_briefs, web_editions
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import Project
from pipeline.state.atomic_write import not_a_file_problem
from pipeline.state.build_state import BuildState
from pipeline.targets import (
    BuildOptions,
    EditionFile,
    EditionList,
    SitePage,
    SiteStyles,
    Target,
)
from pipeline.tasks.plan_documents import load_lifecycles
from pipeline.tasks.task import Workspace, open_records
from pipeline.toolchain import Toolchain, archival_toolchain

if TYPE_CHECKING:
    from pipeline.model.schema import Series

# The records of the site are not read by a build of PDFs.
_RECORDS = ".web"
FONTS = "fonts"


@dataclass(frozen=True)
class SiteWorkspace(Workspace):
    """The workspace of the builds of a site; `url` is the address given by the user.

    `editions` are the editions on the web, `existing` are all editions. After the last
    build of a site (`is_last`) all other files are removed.
    """

    url: str = ""
    existing: Editions = field(default_factory=dict)
    briefs: tuple[WebBrief, ...] = ()
    languages: tuple[str, ...] = ()
    is_last: bool = False

    @property
    def site_editions(self) -> Iterator[tuple[WebBrief, WebEdition]]:
        """All editions on the web, each with its brief."""
        return ((brief, edition) for brief in self.briefs for edition in brief.editions)

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """The paths of all pages of editions, by brief, the newest first."""
        return tuple(f"{e.path}/{c}" for _, e in self.site_editions for c in e.languages)

    @cached_property
    def _pdfs(self) -> BuildState:
        return BuildState(self.project.build, self.project.paths_of)

    def is_current(self, pdf: str) -> bool:
        """Whether a PDF is up to date: a stale PDF must not be on the site."""
        tools = self.toolchains[SitePage.PROFILE]
        return self._pdfs.up_to_date_output(pdf, tools) is not None

    @cached_property
    def current_packs(self) -> tuple[str, ...]:
        """The packs and job sheets that are up to date, each with its hash."""
        built = sorted(self._pdfs.manifest.targets.items())
        packs = ((name, entry) for name, entry in built if name.startswith("sessions/"))
        return tuple(f"{n} {entry.file_hash}" for n, entry in packs if self.is_current(n))

    @property
    def session_files(self) -> tuple[str, ...]:
        """The names of the files of sessions, by which a new file makes the site stale."""
        folder = self.project.content / "sessions"
        entries = entries_of(self.project, folder) if folder.is_dir() else ()
        return tuple(entry.name for entry in entries)

    @property
    def editions_with_pdf(self) -> dict[tuple[str, InformationDate], tuple[str, ...]]:
        """The languages of each edition whose PDFs the site needs."""
        return {
            (edition.folder.slug, edition.folder.information_date): edition.languages
            for _, edition in self.site_editions
            if not edition.is_withdrawn
        }

    def address(self, series: "Series") -> str:
        """Return the address of the site. Raises PipelineError if there is none."""
        if not (url := self.url or series.url):
            message = 'a site needs its web address, and there is no "url"'
            hint = "add a line: url: https://briefs.example.org – or use --url"
            raise PipelineError(Problem(Rule.MISSING_KEY, Place(SERIES), message, hint))
        return url.rstrip("/")

    def toolchain(self, target: Target, *facts: object) -> Toolchain:
        """Name the tools, address and facts that a target depends on, besides files."""
        address = self.url or "as in series.yaml"
        named = {"site": address, "pages": " ".join(map(str, facts))}
        return {**self.toolchains[target.profile], **named}

    def save_records(self, *, is_locked: bool) -> list[Problem]:
        """Save the records of targets of the site, and drop all others."""
        kinds = get_args(EditionFile)
        editions = [(e, kind) for _, e in self.site_editions for kind in kinds]
        pages = (page for edition in editions for page in pages_of(*edition))
        planned = {target.name for target in (*pages, *catalogue_targets(self))}
        planned_names = [n for n in self.state.manifest.targets if n in planned]
        if self.is_last and is_locked:
            self._remove_others(planned_names)
        parts = [SERIES, *(folder.name for folder in self.existing)]
        return self.state.save(planned_names, parts, is_locked=is_locked)

    def _remove_others(self, planned_names: Iterable[str]) -> None:
        manifest, build = self.state.manifest, self.project.build
        files = {f"build/{name}" for name in planned_names}
        for name in planned_names:
            files.update(manifest.sets.get(manifest.targets[name].assets, ()))
        for folder, _, names in os.walk(build / "site", topdown=False):
            for path in (Path(folder) / name for name in names):
                if path.relative_to(build.parent).as_posix() not in files:
                    path.unlink()
            with suppress(OSError):  # it is not empty
                Path(folder).rmdir()


def open_site(
    project: Project, options: BuildOptions, today: date, url: str, *, is_last: bool = False
) -> SiteWorkspace:
    """Find the editions on the web; unchanged content is taken from the records."""
    require_no_links_in_site(project)
    folders, problems = find_editions(project)
    project, state = open_records(project, _RECORDS)
    if series_entry := state.unchanged_part(SERIES):
        languages = tuple(series_entry.languages)
    else:
        languages = require_series(project).languages
    existing = load_lifecycles(project, folders, state)
    editions = web_editions(existing, today, unpublished=options.unpublished)
    if not editions:
        problems = [*problems, _nothing_to_show(folders, unpublished=options.unpublished)]
    tools = archival_toolchain(project, state.files)
    return SiteWorkspace(
        *(project, options, state, folders, {SitePage.PROFILE: tools}, problems),
        editions=editions,
        today=today,
        url=url,
        existing=existing,
        briefs=web_briefs(editions, languages, today, unpublished=options.unpublished),
        languages=languages,
        is_last=is_last,
    )


def _nothing_to_show(folders: Sequence[EditionFolder], *, unpublished: bool) -> Problem:
    slug = next((folder.slug for folder in folders), "SLUG")
    message = "nothing is published, so the site has no brief"
    hint = f"publish an edition: briefs publish {slug}; or show final editions, too: "
    hint += "briefs web --unpublished"
    if unpublished:
        message = "no edition is final yet, so the site has no brief"
        hint = (
            "set status: final in edition.yaml; drafts, editions under embargo and those "
        )
        hint += "of a future date are left out"
    return Problem(Rule.NOT_PUBLISHED, Place("content"), message, hint)


def require_no_links_in_site(project: Project) -> None:
    """Raise PipelineError if a folder of the site is a link: files would go elsewhere."""
    problems = [
        not_a_file_problem(path.relative_to(project.root).as_posix(), "link")
        for folder, names, _ in os.walk(project.build / "site")
        for path in (Path(folder) / name for name in sorted(names))
        if path.is_symlink()
    ]
    if problems:
        raise PipelineError(*problems)


def require_series(project: Project) -> "Series":
    """Read the series. Raises PipelineError if it has an error."""
    from pipeline.content.loader import load_series

    series, problems = load_series(project, ())
    if series is None:
        raise PipelineError(*problems)
    return series


def pages_of(edition: WebEdition, kind: type[EditionFile]) -> list[EditionFile]:
    """Return the page of an edition in each of its languages."""
    slug, dated = edition.folder.slug, edition.folder.information_date
    return [kind(slug=slug, information_date=dated, language=c) for c in edition.languages]


def catalogue_targets(site: SiteWorkspace) -> list[SitePage]:
    """Return the targets that list the pages, and the style sheets and fonts of all."""
    used = {code for _, edition in site.site_editions for code in edition.languages}
    # The page for wrong addresses is in the default language.
    codes = [c for c in site.languages if c in used or c == site.languages[0]]
    briefs = [EditionList(slug=brief.slug) for brief in site.briefs]
    return [*briefs, *(SiteStyles(part=c) for c in (*codes, FONTS)), SitePage()]
