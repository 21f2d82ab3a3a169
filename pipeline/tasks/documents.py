"""Build documents: an edition in one language and one profile."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.content.attached_yaml import export_charts, export_csv, export_yaml
from pipeline.content.discovery import PUBLISHED, SERIES, EditionFolder, first_editions
from pipeline.content.loader import LoadedPart
from pipeline.editions.code import code_of
from pipeline.editions.current import current_edition, editions_of
from pipeline.editions.ledger import FrozenFile
from pipeline.editions.publication import frozen_name
from pipeline.html.page_view import Design
from pipeline.html.view_model import PackPosition, Successor, view_brief
from pipeline.model.edition_state import STAMPS_WITH_SUCCESSOR, Stamp
from pipeline.model.markdown import plain_text
from pipeline.model.paper import size_of
from pipeline.model.profiles import PDFX, profile_of
from pipeline.model.schema import Edition, Series
from pipeline.model.scripts import direction
from pipeline.pdf.render import AttachedFile
from pipeline.problems import PipelineError, Place, Problem, Rule, is_blocking
from pipeline.project import BRAND_FILES
from pipeline.state.file_hashes import hash_bytes
from pipeline.targets import Document, EditionTarget
from pipeline.tasks.context import BuildContext, RenderedPage, Rendering
from pipeline.tasks.finish import finish, keep_frozen, keep_up_to_date
from pipeline.tasks.jobs import Folding, PostProcessing, press_proof
from pipeline.tasks.reading import ContentReader, ReadEdition
from pipeline.tasks.task import PlanItem, TaskResult, Workspace, block_task
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task

if TYPE_CHECKING:
    from concurrent.futures import Future

# Editions that are read before their turn, so that no worker waits for the next one.
_READ_AHEAD = 4


def make_document(
    context: BuildContext,
    document: Document,
    edition: Edition,
    inputs: Sequence[str],
    successor: Successor | None = None,
) -> Task[TaskResult]:
    """Build one document; `successor` is the edition that replaces it.

    Its HTML depends on no text in another language.
    """
    version = edition.versions[document.language]
    edition = replace(edition, versions={document.language: version})
    values_hash = hash_bytes(
        repr((context.series, context.brand, edition, document, successor)).encode()
    )
    # Question 2 of build.py: did a value change? `finish` asks questions 3 and 4.
    if up_to_date := keep_up_to_date(context, document, inputs, values_hash):
        return up_to_date
    page = yield context.executor.submit_local(
        render_document, context.design, edition, document, None, successor
    )
    render = partial(render_pdf_of, context, document, page)
    finishing = finish(context, document, [page], inputs, render, values_hash=values_hash)
    return (yield from finishing)


def render_document(
    design: Design,
    edition: Edition,
    document: Document,
    position: PackPosition | None = None,
    successor: Successor | None = None,
) -> RenderedPage:
    """Render a document to HTML, or a brief at its `position` in a pack: a worker's job."""
    from pipeline.html.templates import render_html

    design, reads = design.tracking_reads()
    language, proof = document.language, None
    if profile_of(document.profile).standard == PDFX:
        condition = design.brand.briefs.printing_condition
        proof = press_proof(design.project.read_asset, condition)
    code = str(code_of(edition, language))
    view = view_brief(
        *(design, edition, language, document.profile, code, position),
        stamp=document.stamp,
        successor=successor,
        soft_proof=proof,
    )
    html = render_html(design.project, view)
    return RenderedPage(html, tuple(_attachments(edition, document)), reads)


def _attachments(edition: Edition, document: Document) -> Iterator[AttachedFile]:
    version = edition.versions[document.language]
    stem = document.stem
    # From the content, not from the clock: equal content gives equal bytes.
    dated = datetime.combine(edition.information_date.first_day, time(), UTC)
    for name, value in (("edition", edition.facts), (document.language, version)):
        description = f"The content of {stem}: {name}.yaml"
        data = export_yaml(value)
        yield AttachedFile(f"{stem}_{name}.yaml", data, "Source", description, dated)
    for number, (figure, rows) in enumerate(export_charts(version, edition.data), 1):
        description = f"The data of figure {number}: {plain_text(figure.title)}"
        name = f"{stem}_figure-{number}.csv"
        yield AttachedFile(name, export_csv(rows), "Data", description, dated)


def render_pdf_of(
    context: BuildContext,
    document: Document,
    page: RenderedPage,
    *,
    with_structure: bool = False,
) -> Rendering:
    """Render the HTML of a document to PDF; a booklet gets its pages for notes."""
    post_processing = _post_processing_of(context, document)
    folding = Folding() if profile_of(document.profile).is_imposed else None
    names = document.source, document.profile, document.stem
    return context.render_pdf(page, *names, post_processing, with_structure, folding)


def _post_processing_of(context: BuildContext, document: Document) -> PostProcessing | None:
    """Return the post-processing of a print file; None for a file for readers."""
    profile = profile_of(document.profile)
    if not profile.is_for_print_only:
        return None
    return PostProcessing(
        is_imposition=profile.is_imposed,
        sheet=size_of(context.series.paper.name),
        right_to_left=direction(document.language) == "rtl",
        printing_condition=context.brand.briefs.printing_condition,
        ghostscript=context.workspace.options.ghostscript,
    )


# A function that makes the task of a target from an edition.
MakeTask = Callable[[BuildContext, Any, Edition, Sequence[str]], Task[TaskResult]]


class EditionTasks:
    """Reads series, brand and editions, and gives the tasks of their targets.

    An edition is released when its targets are built: memory does not grow with the text of
    a project.
    """

    def __init__(
        self,
        workspace: Workspace,
        used_languages: Sequence[str],
        executor: Executor,
        folders: Iterable[EditionFolder] = (),
    ) -> None:
        """Read series and brand; `folders` are those of `tasks_of`, if they are known."""
        self._workspace, self._executor = workspace, executor
        self._folders_to_read = deque(folders)
        self._jobs: dict[EditionFolder, Future[Any]] = {}
        self._read_ahead = 0  # the first HTML does not wait for the next editions
        self._reader = ContentReader(workspace.project, executor, workspace.today)
        self._first = first_editions(workspace.folders)
        settings = self._reader.settings(used_languages)
        self._series, self._brand = settings.series, settings.brand
        self._settings = settings.parts[SERIES]
        self.languages: Sequence[str] = self._series.languages if self._series else ()
        self._inputs = self._record(SERIES, self._settings, self.languages, used_languages)

    @cached_property
    def _context(self) -> BuildContext | None:
        """The context of all tasks; making it takes 4 ms, while an edition is read."""
        if self._series is None or self._brand is None:
            return None
        return BuildContext(self._workspace, self._executor, self._series, self._brand)

    def tasks_of(
        self,
        folder: EditionFolder,
        targets: Iterable[EditionTarget],
        make_task: MakeTask | None = None,
    ) -> Iterator[PlanItem]:
        """Read an edition, and yield a task for each target, made by `make_task`.

        Without it the targets must be documents.
        """
        if self._series is None:
            yield from ((target, block_task(target)) for target in targets)
            return
        job = self._start_reading(folder, self._series)
        targets = [*targets]
        self._warm_up(folder, targets)  # after the job: it may have to wait
        if not job.done():
            yield job
        read = self._reader.edition(folder, job)
        inputs = (self._inputs, self._record(folder.name, read.part))
        problems = (*self._settings.problems, *read.part.problems)
        if self._workspace.options.for_publishing:
            # An interrupted publication left files, which the next one completes.
            problems = tuple(p for p in problems if p.rule is not Rule.UNRECORDED_FILES)
        faulty_files = self._workspace.files_with_errors(problems)
        edition, context = read.edition, self._context
        make: MakeTask = make_task or partial(self._document_task, read, faulty_files)
        for target in targets:
            if edition and context and not is_blocked(target, edition, faulty_files):
                yield target, make(context, target, edition, inputs)
            else:
                yield target, block_task(target)

    def _start_reading(self, folder: EditionFolder, series: Series) -> "Future[Any]":
        """Start to read an edition and the next ones, unless that has been done.

        Reading must start early, or it would wait for the jobs that render this edition.
        """
        if folder not in self._jobs and folder not in self._folders_to_read:
            self._folders_to_read.appendleft(folder)
        while self._folders_to_read and len(self._jobs) <= self._read_ahead:
            is_first = (read := self._folders_to_read.popleft()) in self._first
            self._jobs[read] = self._reader.start(read, series, is_first=is_first)
        self._read_ahead = _READ_AHEAD
        return self._jobs.pop(folder)

    def _warm_up(self, folder: EditionFolder, documents: Sequence[EditionTarget]) -> None:
        document = next(iter(documents), None)
        is_published = self._workspace.editions[folder].published is not None
        if self._context and isinstance(document, Document) and not is_published:
            self._context.warm_up(document.language, document.layout)

    def _document_task(
        self,
        read: ReadEdition,
        faulty_files: frozenset[str],
        context: BuildContext,
        document: Document,
        edition: Edition,
        inputs: Sequence[str],
    ) -> Task[TaskResult]:
        """Return the task that copies, makes or blocks a document."""
        frozen = self._frozen_file(document, read)
        if frozen and read.publication:
            if frozen_name(document.slug, frozen) in faulty_files:
                return block_task(document)
            code = read.publication.texts[document.language].code
            return take_frozen_file(context, document, frozen, code, inputs)
        if problem := self._state_problem(read.folder, document):
            return block_task(document, [problem])
        files: tuple[str, ...] = ()
        successor = None
        if document.stamp in STAMPS_WITH_SUCCESSOR:
            successor, files = self.successor(read.folder)
        return make_document(context, document, edition, (*inputs, *files), successor)

    def _frozen_file(self, document: Document, read: ReadEdition) -> FrozenFile | None:
        """Return the frozen file of a document; None if it is to be made from content."""
        is_from_content = document.stamp or self._workspace.options.for_publishing
        if is_from_content or read.publication is None:
            return None
        return read.publication.files.get(f"{document.stem}.pdf")

    def _state_problem(self, folder: EditionFolder, document: Document) -> Problem | None:
        lifecycle = self._workspace.editions[folder]
        is_superseded_copy = document.stamp is Stamp.SUPERSEDED
        if is_superseded_copy and self._successor_folder(folder) is None:
            message = "no later edition replaces this one"
            hint = "make a superseded copy of an edition that is no longer current"
            return Problem(Rule.EDITION_STATE, Place(folder.name), message, hint)
        is_draft = document.stamp is Stamp.DRAFT or self._workspace.options.for_publishing
        if is_draft or not lifecycle.has_unpublished_correction:
            return None
        return correction_problem(folder)

    def _successor_folder(self, folder: EditionFolder) -> EditionFolder | None:
        """Return the later edition that is current instead of this one, if there is one."""
        brief_editions = editions_of(self._workspace.editions, folder.slug)
        current = current_edition(brief_editions, self._workspace.today)
        is_later = current and folder.information_date < current.information_date
        return current if is_later else None

    def successor(self, folder: EditionFolder) -> tuple[Successor | None, tuple[str, ...]]:
        """Read the edition that replaces another one, and record its files."""
        current = self._successor_folder(folder)
        if current is None:
            return None, ()
        read, files = self.other_edition(current)
        note = read.edition.facts.change_note if read and read.edition else None
        return Successor(current.information_date, note), files

    def other_edition(
        self, folder: EditionFolder
    ) -> tuple[ReadEdition | None, tuple[str, ...]]:
        """Read an edition that is not built itself, and record its files."""
        if self._series is None:
            return None, ()
        job = self._reader.start(folder, self._series, is_first=folder in self._first)
        read = self._reader.edition(folder, job)
        return read, (self._workspace.state.record_set(read.part.files),)

    def _record(
        self,
        name: str,
        part: LoadedPart,
        languages: Iterable[str] = (),
        used_languages: Iterable[str] = (),
    ) -> str:
        """Record a part, unless it has an error; give the name of the set of its files."""
        state = self._workspace.state
        self._workspace.problems.extend(part.problems)
        if any(is_blocking(problem) for problem in part.problems):
            state.forget_part(name)
        else:
            state.record_part(name, part.files, part.problems, languages, used_languages)
        return state.record_set(part.files)


def is_blocked(
    document: EditionTarget, edition: Edition, faulty_files: frozenset[str]
) -> bool:
    """Whether one of its files is in `faulty_files`, or its language file was left out."""
    if document.language not in edition.versions:
        return True
    facts = f"content/{edition.folder}/edition.yaml"
    # An error in the ledger, or in the whole edition, blocks every language.
    published = f"content/{edition.slug}/{PUBLISHED}/"
    has_ledger_error = any(
        name.startswith(published) and name.count("/") == 3 for name in faulty_files
    )
    return has_ledger_error or not faulty_files.isdisjoint(
        (document.source, facts, SERIES, *BRAND_FILES, f"content/{edition.folder}")
    )


def correction_problem(folder: EditionFolder) -> Problem:
    """Report that an edition has a correction that is not published."""
    message = (
        "a correction is not published yet, so the edition cannot be made as published"
    )
    hint = f"publish the correction: briefs publish {folder.slug} "
    hint += f"--edition {folder.information_date}"
    place = Place(f"{folder.name}/edition.yaml")
    return Problem(Rule.EDITION_STATE, place, message, hint)


def take_frozen_file(
    context: BuildContext,
    document: Document,
    file: FrozenFile,
    code: str,
    inputs: Sequence[str],
) -> Task[TaskResult]:
    """Build a document by copying its frozen file, whatever the toolchain.

    `code` is that of the published text.
    """
    path = context.workspace.project.root / frozen_name(document.slug, file)
    place = Place(frozen_name(document.slug, file))
    identity = (document.stem, code)
    pages = yield context.executor.submit_local(count_pages, path, place, identity)
    return keep_frozen(context, document, path.read_bytes(), pages, inputs)


def count_pages(path: Path, place: Place, identity: tuple[str, str]) -> int:
    """Count the pages of a frozen file: a worker's job.

    Raises PipelineError if it is no PDF, or one of another document or text.
    """
    import pikepdf

    from pipeline.state.alterations import read_identity

    try:
        with pikepdf.open(path) as pdf:
            actual, pages = read_identity(pdf), len(pdf.pages)
    except pikepdf.PdfError:
        actual, pages = None, 0
    if actual is None or (actual.document, actual.codes) != identity:
        message = f"its metadata do not name {identity[0]} with the code {identity[1]}"
        hint = "restore the file and the ledger beside it from version control"
        raise PipelineError(Problem(Rule.FROZEN_FILE, place, message, hint))
    return pages
