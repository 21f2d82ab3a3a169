"""The values and the steps that all tasks of one build share."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, partial

from pipeline.design.brand_css import brand_css
from pipeline.design.stylesheets import stylesheets_for
from pipeline.html.page_view import Design
from pipeline.model.brand import Brand
from pipeline.model.schema import Series
from pipeline.pdf.render import AttachedFile, RenderedPdf
from pipeline.pdf.style_causes import may_be_in_css
from pipeline.problems import JobFailed, Problem, is_blocking
from pipeline.project import Project, ReadLog
from pipeline.state.cache import Cache
from pipeline.tasks.assets import ProjectAssets
from pipeline.tasks.jobs import (
    Folding,
    PostProcessing,
    find_style_causes,
    render_document_pdf,
    resolve_places,
    warm_up,
)
from pipeline.tasks.task import Workspace
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task

# A task that renders a PDF, and finds its problems.
Rendering = Task[tuple[RenderedPdf, list[Problem]]]

# find_style_causes renders up to nine times; of more pages, longer than a job may take.
_MAX_PAGES_RENDERED_AGAIN = 24


@dataclass(frozen=True)
class RenderedPage:
    """The HTML of a document, the attachments of its PDF, and the hashes of its sources."""

    html: str
    attachments: tuple[AttachedFile, ...]
    reads: ReadLog


@dataclass(frozen=True)
class TargetFiles:
    """The files of a target by path below `build/`, its own first, and what it read."""

    files: Mapping[str, bytes]
    reads: ReadLog


@dataclass(frozen=True)
class BuildContext:
    """The values that all tasks of one build share, if series and brand were read."""

    workspace: Workspace
    executor: Executor
    series: Series
    brand: Brand

    def __post_init__(self) -> None:
        # Hashed before templates are read: a change while they are read is noticed later.
        state, project = self.workspace.state, self.workspace.project
        state.track(project.design_names())
        fonts = {name: state.files.hash_of(name) for name in project.font_names()}
        for toolchain in self.workspace.toolchains.values():
            state.manifest.sets[toolchain["fonts"]] = fonts  # to name a font that changed

    @cached_property
    def design(self) -> Design:
        """The input of the HTML; its project records no reads."""
        return Design(Project(self.workspace.project.root), self.series, self.brand)

    @cached_property
    def assets(self) -> ProjectAssets:
        """The files that the renderer may use."""
        return ProjectAssets(self.design.project, brand_css(self.brand))

    @cached_property
    def program(self) -> str:
        """The set of files of the program, which are listed once."""
        return self.workspace.state.record_set(self.workspace.project.program_names())

    @property
    def cache(self) -> Cache | None:
        """The PDF cache, if there is one."""
        return Cache(self.workspace.options.cache) if self.workspace.options.cache else None

    def warm_up(self, language: str, layout: str) -> None:
        """Let a worker process load fonts and style sheets before its first job."""
        if not self.workspace.options.dry_run:
            stylesheets = self._stylesheets(language, layout)
            self.executor.prepare(warm_up, self.assets, language, stylesheets)
            self.program  # noqa: B018 – listed now, while this process has to wait

    @cached_property
    def _stylesheets(self) -> Callable[[str, str], Sequence[str]]:
        return cache(partial(stylesheets_for, self.design.project))

    def render_pdf(
        self,
        page: RenderedPage,
        source: str,
        profile: str,
        document_name: str = "",
        post_processing: PostProcessing | None = None,
        with_structure: bool = False,
        folding: Folding | None = None,
    ) -> Rendering:
        """Render a page to PDF; its problems have their places in the content.

        `source` is the file of content at which problems without a place are reported;
        `document_name` is the name of the target, which a part of a pack does not have.
        `folding` adds pages for notes.
        """
        rendered, problems = yield self.executor.submit(
            render_document_pdf,
            self.assets,
            page.html,
            page.attachments,
            source,
            self.workspace.toolchains[profile],
            document_name,
            post_processing,
            with_structure,
            folding,
        )
        problems = resolve_places(self.workspace.project, problems)
        if any(map(may_be_in_css, problems)):
            problems = yield from self._find_style_causes(page, rendered, problems)
        return rendered, problems

    def _find_style_causes(
        self, page: RenderedPage, rendered: RenderedPdf, problems: list[Problem]
    ) -> Task[list[Problem]]:
        """Locate problems in the project's own style sheets, where these cause them."""
        root = self.workspace.project.root
        css = [n for n in rendered.assets if n.endswith(".css") and (root / n).is_file()]
        if not css or rendered.pages > _MAX_PAGES_RENDERED_AGAIN:
            return problems
        job = find_style_causes, self.assets, page.html, css, problems
        with suppress(JobFailed):  # it took too long; the problems are correct without it
            problems = yield self.executor.submit(*job)
        return problems

    def has_blocking(self, problems: Sequence[Problem]) -> bool:
        """Whether one of these problems keeps a target from being stored."""
        return any(is_blocking(p, strict=self.workspace.options.strict) for p in problems)
