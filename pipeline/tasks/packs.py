"""Build packs: everything that a session hands out in one language, in one PDF.

Page numbers run through the whole pack, so a brief is rendered when the number of pages
before it is known. The front matter, whose contents have the page of each brief, is
rendered last. A booklet also has back matter: pages for notes that fill its sheets, and its
back cover. Packs of several languages are built concurrently.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from pipeline.content.discovery import SERIES, first_editions, languages_of
from pipeline.content.loader import LoadedContent
from pipeline.editions.sessions import ResolvedHandout, ResolvedSession
from pipeline.html.pack_view import ContentsEntry, ContentsHeading
from pipeline.html.view_model import PackPosition
from pipeline.model.paper import Size, size_of
from pipeline.model.profiles import profile_of
from pipeline.model.schema import Edition, Series
from pipeline.model.scripts import direction
from pipeline.model.session import Session
from pipeline.pdf.render import RenderedPdf
from pipeline.prepress.imposition import arrange_sides, impose
from pipeline.prepress.merge import merge_pdfs, read_bookmarks
from pipeline.problems import Problem
from pipeline.project import Project
from pipeline.targets import BuildOptions, Document, Pack, State, stamps_of
from pipeline.tasks.context import BuildContext, RenderedPage
from pipeline.tasks.documents import correction_problem, is_blocked, render_document
from pipeline.tasks.finish import finish
from pipeline.tasks.jobs import Folding
from pipeline.tasks.pack_pages import render_back_matter, render_front_matter
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
        return partial(_make_pack, context, content, session, inputs)

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
    """A rendered brief, the job that gives its HTML, and the pages before it.

    `number` is its position among the briefs of the pack, from 1.
    """

    edition: Edition
    language: str
    job: Job
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


def _make_pack(
    context: BuildContext,
    content: LoadedContent,
    resolved: ResolvedSession,
    inputs: str,
    pack: Pack,
) -> Task[TaskResult]:
    """Build one pack. Every brief is rendered, so that all problems are found at once.

    `inputs` names the set of files that the session was read from.
    """
    session, handouts = resolved.session, resolved.in_language(pack.language)
    context.warm_up(pack.language, pack.layout)
    briefs, problems = yield from _render_briefs(context, pack, handouts, content)
    if len(briefs) < len(handouts) or context.has_blocking(problems):
        return TaskResult(replace(pack, state=State.BLOCKED), problems)
    front_matter, new_problems = yield from _render_front_matter(
        context, pack, session, briefs
    )
    problems += new_problems
    back_matter = None
    if front_matter and profile_of(pack.profile).is_imposed:
        front_matter, back_matter, new_problems = yield from _render_back_matter(
            context, pack, session, briefs, front_matter
        )
        problems += [p for p in new_problems if p not in problems]
    if not front_matter or not front_matter.rendered.pdf or context.has_blocking(problems):
        return TaskResult(replace(pack, state=State.BLOCKED), problems)

    def merge() -> Task[tuple[RenderedPdf, list[Problem]]]:
        yield from ()
        paper = size_of(context.series.paper.name)
        return _merge_parts(pack, paper, front_matter, briefs, back_matter), []

    part_names = {SERIES, *(handout.folder.name for handout in handouts)}
    sources = [part for name, part in content.parts.items() if name in part_names]
    sets = [inputs, *(context.workspace.state.record_set(part.files) for part in sources)]
    warnings = [*(p for part in sources for p in part.problems), *problems]
    pages = [front_matter.page, *(brief.part.page for brief in briefs)]
    pages += [back_matter.page] if back_matter else []
    return (yield from finish(context, pack, pages, sets, merge, warnings))


def _render_briefs(
    context: BuildContext,
    pack: Pack,
    handouts: Sequence[ResolvedHandout],
    content: LoadedContent,
) -> Task[tuple[list[_PackBrief], list[Problem]]]:
    """Render the handouts one after the other; those with an error are left out."""
    workspace = context.workspace
    editions = {f"content/{edition.folder}": edition for edition in content.editions}
    faulty_files = workspace.files_with_errors(content.problems)
    briefs: list[_PackBrief] = []
    problems: list[Problem] = []
    pages_before = 0
    for handout in handouts:
        folder, language = handout.folder, handout.printed_in[pack.language]
        if workspace.editions[folder].has_unpublished_correction:
            problems.append(correction_problem(folder))
            continue
        stamps = stamps_of(workspace.editions[folder], workspace.options, workspace.today)
        document = Document(
            *(folder.slug, folder.information_date, language, pack.profile), stamp=stamps[0]
        )
        edition = editions.get(folder.name)
        if edition is None or is_blocked(document, edition, faulty_files):
            continue  # its problems were reported when it was read
        opposite_binding = direction(language) != direction(pack.language)
        position = PackPosition(pages_before, opposite_binding)
        job: Job = (render_document, context.design, edition, document, position)
        # The back matter of a booklet follows its last brief, on a recto or a verso.
        folding = _ANY_PAGES if handout == handouts[-1] else None
        rendering = _render_part(context, pack, job, document.source, folding)
        part, part_problems = yield from rendering
        problems += part_problems
        if part and part.rendered.pdf:
            number = len(briefs) + 1
            briefs.append(_PackBrief(edition, language, job, number, pages_before, part))
            pages_before += part.pages
    return briefs, problems


def _render_front_matter(
    context: BuildContext,
    pack: Pack,
    session: Session,
    briefs: Sequence[_PackBrief],
    *,
    has_back: bool = False,
) -> Task[tuple[_PackPart | None, Sequence[Problem]]]:
    entries = tuple(brief.entry for brief in briefs)
    job = (render_front_matter, context.design, pack, session, entries, has_back)
    return (yield from _render_part(context, pack, job, pack.source))


def _render_back_matter(
    context: BuildContext,
    pack: Pack,
    session: Session,
    briefs: Sequence[_PackBrief],
    front_matter: _PackPart,
) -> Task[tuple[_PackPart | None, _PackPart | None, Sequence[Problem]]]:
    """Render the pages that fill the last sheet, and the front matter without its imprint.

    The imprint moves to the back cover. If the sheets are full, there is no back matter:
    the last page of the last brief is the back cover.
    """
    last = briefs[-1]
    before = last.pages_before + last.part.rendered.pages
    missing = Folding(front_matter.pages).blank_pages_after(before)
    if not missing:
        return front_matter, None, ()
    new_front_matter, new_problems = yield from _render_front_matter(
        context, pack, session, briefs, has_back=True
    )
    entries = tuple(brief.entry for brief in briefs)
    job = (render_back_matter, context.design, pack, session, entries, before, missing)
    back_matter, problems = yield from _render_part(
        context, pack, job, pack.source, _ANY_PAGES
    )
    return new_front_matter, back_matter, [*new_problems, *problems]


def _render_part(
    context: BuildContext, pack: Pack, job: Job, source: str, folding: Folding | None = None
) -> Task[tuple[_PackPart | None, Sequence[Problem]]]:
    """Render one part to HTML and PDF; an error is a problem of `source`.

    The parts of a booklet fill whole leaves, if no other `folding` is given.
    """
    if folding is None and profile_of(pack.profile).is_imposed:
        folding = Folding(multiple=_PAGES_PER_LEAF)

    def render() -> Task[tuple[_PackPart, list[Problem]]]:
        page = yield context.executor.submit_local(*job)
        rendering = context.render_pdf(page, source, pack.profile, folding=folding)
        rendered, problems = yield from rendering
        return _PackPart(page, rendered), problems

    result, problems = yield from attempt(render(), source)
    return result or (None, problems)


def _merge_parts(
    pack: Pack,
    sheet: Size,
    front_matter: _PackPart,
    briefs: Sequence[_PackBrief],
    back_matter: _PackPart | None,
) -> RenderedPdf:
    """Merge front matter, briefs and back matter, and impose a booklet."""
    parts = [front_matter, *(brief.part for brief in briefs)]
    parts += [back_matter] if back_matter else []
    is_booklet = profile_of(pack.profile).is_imposed
    # The file is right-to-left only if all parts are: PDFium (Chrome, Edge) applies this to
    # the whole file, and would copy the words of an English brief in reverse order.
    languages = {pack.language, *(brief.language for brief in briefs)}
    right_to_left = all(direction(code) == "rtl" for code in languages)
    # For each link in the contents: a brief, and a bookmark in it.
    contents_links = {
        anchor: (number, int(anchor.partition(".")[2] or 0))
        for number, entry in enumerate(brief.entry for brief in briefs)
        for anchor in (entry.anchor, *(heading.anchor for heading in entry.headings))
    }
    pdf = merge_pdfs(
        front_matter.rendered.pdf,
        [brief.part.rendered.pdf for brief in briefs],
        contents_links,
        right_to_left=right_to_left,
        document=pack.stem,
        back_matter=back_matter.rendered.pdf if back_matter else b"",
    )
    pages = front_matter.pages + sum(brief.part.pages for brief in briefs)
    if is_booklet:
        right_to_left = direction(pack.language) == "rtl"
        pdf = impose(pdf, sheet, right_to_left=right_to_left)
        pages = len(arrange_sides(pages, right_to_left=right_to_left))
    assets = {k: v for part in parts for k, v in part.rendered.assets.items()}
    return RenderedPdf(pdf, pages, assets)
