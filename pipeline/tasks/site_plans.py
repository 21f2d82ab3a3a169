"""Plan the site: first the pages of editions, then the catalogue that lists them.

The catalogue reads what it needs of each page from a file beside that page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

from pipeline.content.discovery import languages_of
from pipeline.editions.web import WebBrief, WebEdition
from pipeline.model.edition_state import STAMPS_WITH_SUCCESSOR
from pipeline.model.profiles import PACK_PROFILE
from pipeline.problems import PipelineError, is_blocking
from pipeline.project import Project
from pipeline.targets import (
    BuildOptions,
    EditionFile,
    EditionList,
    EditionPage,
    Pack,
    SingleFile,
    SitePage,
    SiteStyles,
)
from pipeline.tasks.site import (
    FONTS,
    SiteWorkspace,
    catalogue_targets,
    open_site,
    pages_of,
    require_series,
)
from pipeline.tasks.task import (
    Plan,
    PlanItem,
    TargetPlan,
    TaskResult,
    keep_task,
)
from pipeline.toolchain import Toolchain
from pipeline.workers.scheduler import Task

if TYPE_CHECKING:
    from pipeline.editions.sessions import ResolvedSession
    from pipeline.model.schema import Edition
    from pipeline.tasks.catalogue_jobs import WebSession
    from pipeline.tasks.context import BuildContext
    from pipeline.tasks.documents import EditionTasks
    from pipeline.tasks.edition_page_jobs import EditionOnWeb
    from pipeline.workers.executor import Executor


@dataclass
class PagesPlan(Plan):
    """The pages of all editions on the web; `kind` is that of the site, or single files."""

    workspace: SiteWorkspace
    kind: type[EditionFile] = EditionPage
    is_local: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        pages = [
            (page, self._toolchain(page, brief, edition))
            for brief, edition in self.workspace.site_editions
            for page in pages_of(edition, self.kind)
        ]
        self.up_to_date = self.workspace.up_to_date(pages)
        self.total, self.stale_count = len(pages), len(pages) - len(self.up_to_date)

    def tasks(self, executor: "Executor") -> Iterator[PlanItem]:
        """Yield a task for each page, in order; editions are read one by one."""
        tasks = None
        for brief, edition in self.workspace.site_editions:
            pages = pages_of(edition, self.kind)
            if all(page.name in self.up_to_date for page in pages):
                for page in pages:
                    entry = self.up_to_date[page.name]
                    yield page, keep_task(self.workspace, page, entry)
                continue
            if tasks is None:
                from pipeline.tasks.documents import EditionTasks

                used = languages_of(e.folder for _, e in self.workspace.site_editions)
                tasks = EditionTasks(self.workspace, used, executor)
            make = partial(self._make, *self._related_editions(tasks, brief, edition))
            yield from tasks.tasks_of(edition.folder, pages, make)

    def _related_editions(
        self, tasks: "EditionTasks", brief: WebBrief, edition: WebEdition
    ) -> tuple["EditionOnWeb", tuple[str, ...]]:
        """Read the previous edition and the successor, and name the sets of their files."""
        from pipeline.tasks.edition_page_jobs import EditionOnWeb

        successor, files = None, tuple[str, ...]()
        if edition.stamp in STAMPS_WITH_SUCCESSOR:
            successor, files = tasks.successor(edition.folder)
        previous = None
        if (previous_edition := brief.previous(edition)) and self.kind is EditionPage:
            read, previous_files = tasks.other_edition(previous_edition.folder)
            files += previous_files
            # The text of an edition with an error may differ from the published text.
            is_good = read and not any(map(is_blocking, read.part.problems))
            if read and is_good and not self._is_pending(previous_edition):
                previous = read.edition
        url = self.workspace.url
        return EditionOnWeb(brief, edition, url, successor, previous), files

    def _is_pending(self, edition: WebEdition) -> bool:
        """Whether the text of an edition is that of the next correction."""
        return self.workspace.editions[edition.folder].has_unpublished_correction

    def _toolchain(
        self, page: EditionFile, brief: WebBrief, edition: WebEdition
    ) -> Toolchain:
        addresses = brief.addresses(edition, page.language)
        instead = brief.path_of_current(edition, page.language)
        older = brief.previous(edition)
        compared = older.path if older and page.language in older.languages else ""
        facts = (*addresses, *edition.languages, edition.stamp, instead, compared)
        return self.workspace.toolchain(page, *facts)

    def _make(
        self,
        on_web: "EditionOnWeb",
        used: Sequence[str],
        context: "BuildContext",
        page: EditionFile,
        edition: "Edition",
        inputs: Sequence[str],
    ) -> Task[TaskResult]:
        from pipeline.tasks.documents import correction_problem
        from pipeline.tasks.edition_page_jobs import (
            document_of,
            render_edition,
            render_single_file,
        )
        from pipeline.tasks.finish import finish_files

        site, brief, web_edition = self.workspace, on_web.brief, on_web.web_edition
        if self._is_pending(web_edition):
            raise PipelineError(correction_problem(web_edition.folder))
        on_web = replace(on_web, url=site.address(context.series))
        previous = brief.previous(web_edition)
        if previous and page.language not in previous.languages:
            on_web = replace(on_web, previous=None)
        arguments = context.design, edition, page.language, on_web
        job: tuple[Any, ...]
        if isinstance(page, SingleFile):
            job = (render_single_file, *arguments)
        elif isinstance(page, EditionPage):
            pdf = document_of(edition, page.language).name
            has_pdf = not web_edition.is_withdrawn and site.is_current(pdf)
            job = (render_edition, *arguments, has_pdf)
        else:  # a new kind needs its job here
            assert_never(page)
        target_files = yield context.executor.submit_local(*job)
        toolchain = self._toolchain(page, brief, web_edition)
        return finish_files(context, page, target_files, (*inputs, *used), toolchain)


def plan_catalogue(
    project: Project, options: BuildOptions, today: date, url: str
) -> TargetPlan[SitePage]:
    """Plan the catalogue; the pages that it lists must have been built."""
    site = open_site(project, options, today, url, is_last=True)
    targets = catalogue_targets(site)
    up_to_date = site.up_to_date((t, _catalogue_toolchain(site, t)) for t in targets)

    def prepare(executor: "Executor") -> Callable[[SitePage], Task[TaskResult]] | None:
        from pipeline.content.loader import load_brand
        from pipeline.editions.sessions import read_sessions
        from pipeline.tasks.context import BuildContext

        tracked, reads = site.project.tracking_reads()
        series = require_series(tracked)
        brand, problems = load_brand(tracked)
        read = read_sessions(tracked, site.existing, series)
        problems += read.problems
        site.problems.extend(problems)
        if brand is None or any(map(is_blocking, problems)):
            return None
        context = BuildContext(site, executor, series, brand)
        past = (s for s in read.sessions if s.session.facts.dates.start <= today)
        sessions = [_web_session(site, session) for session in past]
        return partial(
            _make_catalogue, context, site, sessions, site.state.record_read(reads)
        )

    return TargetPlan(site, targets, prepare, up_to_date, is_local=True)


def _catalogue_toolchain(site: SiteWorkspace, target: SitePage) -> Toolchain:
    """Lists and fonts depend on pages, the index also on day, sessions and packs."""
    pages = _listed_pages(site, target)
    if type(target) is not SitePage:
        return site.toolchain(target, *pages, "")
    return site.toolchain(
        target, *pages, site.today, *site.session_files, *site.current_packs
    )


def _listed_pages(site: SiteWorkspace, target: SitePage) -> tuple[str, ...]:
    if isinstance(target, EditionList):
        return tuple(page for page in site.pages if page.startswith(f"{target.slug}/"))
    is_style = isinstance(target, SiteStyles) and target.part != FONTS
    return () if is_style else site.pages


def _web_session(site: SiteWorkspace, session: "ResolvedSession") -> "WebSession":
    from pipeline.tasks.catalogue_jobs import WebSession

    all_pages = set(site.pages)
    withdrawn = {e.folder for _, e in site.site_editions if e.is_withdrawn}
    folders, packs = {}, {}
    for code in site.languages:
        handouts = session.in_language(code)
        names = [
            f"{h.folder.slug}/{h.folder.information_date}/{h.printed_in.get(code)}"
            for h in handouts
        ]
        folders[code] = tuple(name for name in names if name in all_pages)
        is_whole = len(folders[code]) == len(names)
        if is_whole and names and withdrawn.isdisjoint(h.folder for h in handouts):
            pack = Pack(session.session.slug, code, PACK_PROFILE).name
            packs[code] = pack if site.is_current(pack) else ""
    return WebSession(session.session, folders, packs)


def _make_catalogue(
    context: "BuildContext",
    site: SiteWorkspace,
    sessions: Sequence["WebSession"],
    inputs: str,
    target: SitePage,
) -> Task[TaskResult]:
    from pipeline.tasks import catalogue_jobs
    from pipeline.tasks.finish import finish_files

    design, pages = context.design, _listed_pages(site, target)
    job: tuple[Any, ...]
    if isinstance(target, EditionList):
        job = (catalogue_jobs.render_editions, design, target.slug, pages)
    elif isinstance(target, SiteStyles) and target.part == FONTS:
        job = (catalogue_jobs.render_fonts, design, pages)
    elif isinstance(target, SiteStyles):
        job = (catalogue_jobs.render_styles, design, target.part)
    elif type(target) is SitePage:
        url = site.address(context.series)
        job = (catalogue_jobs.render_catalogue, design, pages, sessions, url)
    else:
        raise TypeError(f"no job makes a {type(target).__name__}")
    target_files = yield context.executor.submit_local(*job)
    toolchain = _catalogue_toolchain(site, target)
    return finish_files(context, target, target_files, [inputs], toolchain)


def plan_pages(project: Project, options: BuildOptions, today: date, url: str) -> PagesPlan:
    """Plan the pages of the editions on the web."""
    return PagesPlan(open_site(project, options, today, url))


def plan_single_files(
    project: Project, options: BuildOptions, today: date, url: str
) -> PagesPlan:
    """Plan the editions on the web as single files, beside their PDFs."""
    return PagesPlan(open_site(project, options, today, url), SingleFile)
