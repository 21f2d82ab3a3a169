"""Build packs: everything that a session hands out in one language, in one PDF.

Page numbers run through the whole pack, so a brief is rendered when the number of pages
before it is known. The front matter, whose contents have the page of each brief, is
rendered last. A booklet also has back matter: pages for notes that fill its sheets, and its
back cover. Packs of several languages are built concurrently.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property, partial
from typing import Any

from pipeline.content.attached_yaml import export_yaml
from pipeline.content.discovery import SERIES, first_editions, languages_of
from pipeline.content.loader import LoadedContent
from pipeline.editions.sessions import ResolvedSession
from pipeline.html.pack_view import (
    ContentsEntry,
    ContentsHeading,
    PackView,
    view_back,
    view_pack,
)
from pipeline.html.page_view import Design
from pipeline.html.view_model import PackPosition
from pipeline.model.paper import size_of
from pipeline.model.profiles import profile_of
from pipeline.model.schema import Edition, Series
from pipeline.model.scripts import direction
from pipeline.model.session import Printing, Session
from pipeline.pdf.render import AttachedFile, RenderedPdf
from pipeline.prepress.merge import merge_pdfs, read_bookmarks
from pipeline.problems import Problem
from pipeline.project import Project
from pipeline.targets import BuildOptions, Document, Pack, State, stamps_of
from pipeline.tasks.context import BuildContext, RenderedPage, Rendering
from pipeline.tasks.documents import correction_problem, is_blocked, render_document
from pipeline.tasks.finish import finish
from pipeline.tasks.jobs import Folding, impose_booklet
from pipeline.tasks.plan_documents import load_lifecycles
from pipeline.tasks.reading import ContentReader, read_session
from pipeline.tasks.task import TargetPlan, TaskResult, Workspace, attempt, open_workspace
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task, finished_task

# A function and its arguments.
Job = tuple[Callable[..., Any], *tuple[Any, ...]]
# The front matter and each brief begin on a recto.
_PAGES_PER_LEAF = 2
_ANY_PAGES = Folding(multiple=1)
# The level of the headings of sections; above them is the title of the brief.
_SECTION_LEVEL = 2


def plan_packs(
    project: Project, options: BuildOptions, slug: str, today: date
) -> TargetPlan[Pack]:
    """Read a session, and find its packs whose files are unchanged."""
    workspace = open_workspace(project, options)
    project, state = workspace.project, workspace.state
    tracked, reads = project.tracking_reads()
    series, session, problems = read_session(
        tracked, slug, today, embargoed=options.embargoed
    )
    workspace.problems.extend(problems)
    editions = load_lifecycles(project, workspace.folders, state)
    workspace = replace(workspace, editions=editions, today=today)
    packs = [*_packs_of(session, series, options)] if session and series else []
    up_to_date = workspace.up_to_date(
        (pack, workspace.toolchains[pack.profile]) for pack in packs
    )
    if options.strict:
        faulty = {name for name, entry in up_to_date.items() if entry.warnings or problems}
        up_to_date = {n: entry for n, entry in up_to_date.items() if n not in faulty}
    inputs = state.record_read(reads)

    def prepare(executor: Executor) -> Callable[[Pack], Task[TaskResult]] | None:
        if options.dry_run:
            return _stale_pack
        if session is None:
            return None
        stale = [pack for pack in packs if pack.name not in up_to_date]
        content = _read_editions(workspace, session, stale, executor)
        workspace.problems.extend(content.problems)
        if content.series is None or content.brand is None:
            return None
        context = BuildContext(workspace, executor, content.series, content.brand)
        return lambda pack: _PackBuilder(context, content, session, pack).build(inputs)

    return TargetPlan(workspace, packs, prepare, up_to_date)


def _stale_pack(pack: Pack) -> Task[TaskResult]:
    return finished_task(TaskResult(replace(pack, state=State.STALE)))


def _read_editions(
    workspace: Workspace,
    session: ResolvedSession,
    packs: Sequence[Pack],
    executor: Executor,
) -> LoadedContent:
    handouts = (h for pack in packs for h in session.in_language(pack.language))
    editions = list(dict.fromkeys(handout.folder for handout in handouts))
    return ContentReader(workspace.project, executor, workspace.today).read_parts(
        editions, first_editions(workspace.folders), languages_of(editions)
    )


def _packs_of(
    session: ResolvedSession, series: Series, options: BuildOptions
) -> Iterator[Pack]:
    for language in series.languages:
        is_selected = not options.languages or language in options.languages
        if is_selected and session.in_language(language):
            for profile in options.profiles:
                yield Pack(session.session.slug, language, profile)


@dataclass(frozen=True)
class _PackPart:
    """A brief of a pack, its front or back matter: HTML, and the PDF rendered from it."""

    page: RenderedPage
    rendered: RenderedPdf

    @property
    def pages(self) -> int:
        """Its pages with the blank one that may follow."""
        return self.rendered.pages + -self.rendered.pages % _PAGES_PER_LEAF


@dataclass(frozen=True)
class _PackBrief:
    """A rendered brief, its position in the pack, from 1, and the pages before it."""

    edition: Edition
    language: str
    number: int
    pages_before: int
    part: _PackPart

    @cached_property
    def entry(self) -> ContentsEntry:
        """Describe it in the contents by the bookmarks of its sections.

        Key messages, contact, points and references are left out.
        """
        title, *bookmarks = read_bookmarks(self.part.rendered.pdf)
        version = self.edition.versions[self.language]
        sections = [
            (number, bookmark)
            for number, bookmark in enumerate(bookmarks, 1)
            if bookmark.level == _SECTION_LEVEL
        ]
        first = 1 if version.key_messages else 0
        anchor, before = f"entry{self.number}", self.pages_before
        return ContentsEntry(
            title=version.title,
            standfirst=version.standfirst,
            language=self.language,
            information_date=self.edition.information_date,
            anchor=anchor,
            page=before + title.page + 1,
            headings=tuple(
                ContentsHeading(section.title, f"{anchor}.{n}", before + section.page + 1)
                for n, section in sections[first : first + len(version.sections)]
            ),
        )


# The task of a part, which is None after an error.
_PartTask = Task[_PackPart | None]


class _PackBuilder:
    """Renders the parts of one pack, one after the other, and collects their problems."""

    def __init__(
        self,
        context: BuildContext,
        content: LoadedContent,
        session: ResolvedSession,
        pack: Pack,
    ) -> None:
        self.context, self.content, self.pack = context, content, pack
        self.session, self.handouts = session.session, session.in_language(pack.language)
        self.is_booklet = profile_of(pack.profile).is_imposed
        self.briefs: list[_PackBrief] = []
        self.problems: list[Problem] = []

    def build(self, inputs: str) -> Task[TaskResult]:
        """Build the pack. Every brief is rendered, so that all problems are found at once.

        `inputs` names the set of files that the session was read from.
        """
        context, pack = self.context, self.pack
        context.warm_up(pack.language, pack.layout)
        yield from self._render_briefs()
        blocked = TaskResult(replace(pack, state=State.BLOCKED), self.problems)
        if len(self.briefs) < len(self.handouts) or context.has_blocking(self.problems):
            return blocked
        front_matter = yield from self._render_front_matter()
        back_matter = None
        if front_matter and self.is_booklet:
            rendering = self._render_back_matter(front_matter)
            front_matter, back_matter = yield from rendering
        if not (front_matter and front_matter.rendered.pdf):
            return blocked
        if context.has_blocking(self.problems):
            return blocked
        parts = [front_matter, *(brief.part for brief in self.briefs)]
        parts += [back_matter] if back_matter else []
        part_names = {SERIES, *(handout.folder.name for handout in self.handouts)}
        sources = [p for name, p in self.content.parts.items() if name in part_names]
        record_set = context.workspace.state.record_set
        sets = [inputs, *(record_set(part.files) for part in sources)]
        warnings = [*(p for part in sources for p in part.problems), *self.problems]
        pages = [part.page for part in parts]
        merge = partial(self._merge, front_matter, back_matter)
        return (yield from finish(context, pack, pages, sets, merge, warnings))

    def _render_briefs(self) -> Task[None]:
        """Render the handouts one after the other; those with an error are left out."""
        pack, workspace = self.pack, self.context.workspace
        editions = {
            f"content/{edition.folder}": edition for edition in self.content.editions
        }
        faulty_files = workspace.files_with_errors(self.content.problems)
        pages_before = 0
        for handout in self.handouts:
            folder, language = handout.folder, handout.printed_in[pack.language]
            lifecycle = workspace.editions[folder]
            if lifecycle.has_unpublished_correction:
                self.problems.append(correction_problem(folder))
                continue
            stamp, *_ = stamps_of(lifecycle, workspace.options, workspace.today)
            document = Document(
                *(folder.slug, folder.information_date, language, pack.profile), stamp=stamp
            )
            edition = editions.get(folder.name)
            if edition is None or is_blocked(document, edition, faulty_files):
                continue  # its problems were reported when it was read
            opposite_binding = direction(language) != direction(pack.language)
            position = PackPosition(pages_before, opposite_binding)
            job = (render_document, self.context.design, edition, document, position)
            # The back matter of a booklet follows its last brief, on a recto or a verso.
            folding = _ANY_PAGES if handout == self.handouts[-1] else None
            part = yield from self._render_part(job, document.source, folding)
            if part and part.rendered.pdf:
                number = len(self.briefs) + 1
                brief = _PackBrief(edition, language, number, pages_before, part)
                self.briefs.append(brief)
                pages_before += part.pages

    def _render_front_matter(self, *, has_back: bool = False) -> _PartTask:
        job = (render_front_matter, *self._matter_arguments(), has_back)
        return (yield from self._render_part(job, self.pack.source))

    def _matter_arguments(self) -> tuple[Any, ...]:
        entries = tuple(brief.entry for brief in self.briefs)
        return self.context.design, self.pack, self.session, entries

    def _render_back_matter(
        self, front_matter: _PackPart
    ) -> Task[tuple[_PackPart | None, _PackPart | None]]:
        """Render the pages that fill the last sheet, and the front matter without imprint.

        The imprint moves to the back cover. If the sheets are full, there is no back
        matter: the last page of the last brief is the back cover.
        """
        last = self.briefs[-1]
        before = last.pages_before + last.part.rendered.pages
        missing = Folding(front_matter.pages).blank_pages_after(before)
        if not missing:
            return front_matter, None
        new_front_matter = yield from self._render_front_matter(has_back=True)
        job = (render_back_matter, *self._matter_arguments(), before, missing)
        rendering = self._render_part(job, self.pack.source, _ANY_PAGES)
        return new_front_matter, (yield from rendering)

    def _render_part(
        self, job: Job, source: str, folding: Folding | None = None
    ) -> _PartTask:
        """Render one part to HTML and PDF; an error is a problem of `source`.

        The parts of a booklet fill whole leaves, if no other `folding` is given.
        """
        context, profile = self.context, self.pack.profile
        if folding is None and self.is_booklet:
            folding = Folding(multiple=_PAGES_PER_LEAF)

        def render() -> Task[tuple[_PackPart, list[Problem]]]:
            page = yield context.executor.submit_local(*job)
            rendering = context.render_pdf(page, source, profile, folding=folding)
            rendered, problems = yield from rendering
            return _PackPart(page, rendered), problems

        result, problems = yield from attempt(render(), source)
        part, problems = result or (None, problems)
        self.problems += [p for p in problems if p not in self.problems]
        return part

    def _merge(self, front_matter: _PackPart, back_matter: _PackPart | None) -> Rendering:
        """Merge front matter, briefs and back matter, and impose a booklet."""
        yield from ()
        parts = [brief.part for brief in self.briefs]
        # The file is right-to-left only if all parts are: PDFium (Chrome, Edge) applies
        # this to the whole file, and would copy the words of an English brief in reverse.
        languages = {self.pack.language, *(brief.language for brief in self.briefs)}
        # For each link in the contents: a brief, and a bookmark in it.
        contents_links = {
            anchor: (number, int(anchor.partition(".")[2] or 0))
            for number, entry in enumerate(brief.entry for brief in self.briefs)
            for anchor in (entry.anchor, *(heading.anchor for heading in entry.headings))
        }
        pdf = merge_pdfs(
            front_matter.rendered.pdf,
            [part.rendered.pdf for part in parts],
            contents_links,
            right_to_left=all(direction(code) == "rtl" for code in languages),
            document=self.pack.stem,
            back_matter=back_matter.rendered.pdf if back_matter else b"",
        )
        pages = front_matter.pages + sum(part.pages for part in parts)
        all_parts = [front_matter, *parts, *([back_matter] if back_matter else ())]
        assets = {k: v for part in all_parts for k, v in part.rendered.assets.items()}
        merged = RenderedPdf(pdf, pages, assets)
        if self.is_booklet:
            sheet = size_of(self.context.series.paper.name)
            right_to_left = direction(self.pack.language) == "rtl"
            merged = impose_booklet(merged, sheet, right_to_left=right_to_left)
        return merged, []


def render_front_matter(
    design: Design,
    pack: Pack,
    session: Session,
    entries: Sequence[ContentsEntry],
    has_back: bool = False,
) -> RenderedPage:
    """Render the front matter (cover and contents) of a pack to HTML: a worker's job."""
    from pipeline.html.templates import render_html

    design, reads = design.tracking_reads()
    html = render_html(design.project, _view(design, pack, session, entries, has_back))
    return RenderedPage(html, (_session_file(pack, session),), reads)


def render_back_matter(
    design: Design,
    pack: Pack,
    session: Session,
    entries: Sequence[ContentsEntry],
    pages_before: int,
    pages: int,
) -> RenderedPage:
    """Render the back matter of a booklet to HTML: a worker's job."""
    from pipeline.html.templates import render_html

    design, reads = design.tracking_reads()
    front_matter = _view(design, pack, session, entries, has_back=True)
    html = render_html(design.project, view_back(front_matter, pages_before, pages))
    return RenderedPage(html, (), reads)


def _view(
    design: Design,
    pack: Pack,
    session: Session,
    entries: Sequence[ContentsEntry],
    has_back: bool,
) -> PackView:
    language, profile = pack.language, pack.profile
    return view_pack(design, session, entries, language, profile, has_back=has_back)


def _session_file(pack: Pack, session: Session) -> AttachedFile:
    """Return the session as an attachment, dated by its content, without the printing."""
    stem = pack.stem
    dated = datetime.combine(session.facts.dates.start, time(), UTC)
    description = f"What {stem} was made for: the session"
    data = export_yaml(session.facts.model_copy(update={"printing": Printing()}))
    return AttachedFile(f"{stem}_session.yaml", data, "Source", description, dated)
