"""Build documents: an edition in one language and one profile."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from functools import partial

from pipeline.content.discovery import SERIES, EditionFolder
from pipeline.content.export import export_charts, export_csv, export_words, export_yaml
from pipeline.content.loader import LoadedPart
from pipeline.editions.code import make_code
from pipeline.html.page_view import Design
from pipeline.html.view_model import PackPosition, view_brief
from pipeline.model.markdown import plain_text
from pipeline.model.profiles import profile_of
from pipeline.model.schema import Edition
from pipeline.model.scripts import direction
from pipeline.pdf.render import AttachedFile
from pipeline.problems import is_blocking
from pipeline.project import BRAND_FILE
from pipeline.targets import Document, first_editions
from pipeline.tasks.context import BuildContext, RenderedPage
from pipeline.tasks.finish import finish
from pipeline.tasks.jobs import PostProcessing
from pipeline.tasks.reading import ContentReader
from pipeline.tasks.task import TargetTask, TaskResult, Workspace, blocked
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task


class DocumentTasks:
    """Reads series, brand and editions, and gives the tasks of their documents.

    An edition is forgotten when its documents are built: memory does not grow with the
    text of a project.
    """

    def __init__(
        self, workspace: Workspace, used: Sequence[str], executor: Executor
    ) -> None:
        self._workspace = workspace
        self._reader = ContentReader(workspace.project, executor)
        self._first = first_editions(workspace.folders)
        settings = self._reader.settings(used)
        self._series, self._settings = settings.series, settings.parts[SERIES]
        self.languages: Sequence[str] = self._series.languages if self._series else ()
        self._inputs = self._record(SERIES, settings.parts[SERIES], self.languages, used)
        self._context = None
        if settings.series and settings.brand:
            self._context = BuildContext(
                workspace, executor, settings.series, settings.brand
            )

    def tasks_of(
        self, folder: EditionFolder, documents: Iterable[Document]
    ) -> Iterator[TargetTask]:
        """Read an edition, and give a task for each of its documents."""
        if self._series is None:
            yield from map(blocked, documents)
            return
        job = self._reader.start(folder, self._series, is_first=folder in self._first)
        edition, part = self._reader.edition(folder, job)
        inputs = (self._inputs, self._record(folder.name, part))
        problems = (*self._settings.problems, *part.problems)
        wrong = self._workspace.files_with_errors(problems)
        for document in documents:
            if not edition or not self._context or is_blocked(document, edition, wrong):
                yield blocked(document)
            else:
                yield document, make_document(self._context, document, edition, inputs)

    def _record(
        self,
        name: str,
        part: LoadedPart,
        languages: Iterable[str] = (),
        used: Iterable[str] = (),
    ) -> str:
        """Record what a part was read from, and its warnings, unless it has an error."""
        state = self._workspace.state
        self._workspace.problems.extend(part.problems)
        if any(is_blocking(problem) for problem in part.problems):
            state.forget_source(name)
        else:
            state.record_source(name, part.files, part.problems, languages, used)
        return state.record_set(part.files)


def is_blocked(document: Document, edition: Edition, wrong: frozenset[str]) -> bool:
    """Whether a file that a document is made from has an error: it is one of `wrong`."""
    if document.language not in edition.versions:
        return True
    files = (document.source, f"content/{edition.folder}/edition.yaml", SERIES, BRAND_FILE)
    return not wrong.isdisjoint(files)


def make_document(
    context: BuildContext, document: Document, edition: Edition, inputs: Sequence[str]
) -> Task[TaskResult]:
    """Build one document."""
    page_job = context.executor.submit_local(
        render_document, context.design, edition, document
    )
    # After that: it waits until the fork server has imported.
    context.warm_up(document.language, document.layout)
    page = yield page_job
    how = _post_processing(context, document)
    render = partial(
        context.render_pdf, page, document.source, document.profile, document.stem, how
    )
    return (yield from finish(context, document, [page], inputs, render))


def render_document(
    design: Design,
    edition: Edition,
    document: Document,
    position: PackPosition | None = None,
) -> RenderedPage:
    """Render a document to HTML, or a brief at its `position` in a pack: a worker's job."""
    from pipeline.html.templates import render_html

    design, reads = design.tracking_reads()
    language = document.language
    words = export_words(edition, language)
    code = make_code(edition.slug, edition.information_date, language, words)
    view = view_brief(design, edition, language, document.layout, str(code), position)
    html = render_html(design.project, view)
    return RenderedPage(html, tuple(_attachments(edition, document)), reads)


def _attachments(edition: Edition, document: Document) -> Iterator[AttachedFile]:
    """Attach the content of a document, and the data of each chart."""
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


def _post_processing(context: BuildContext, document: Document) -> PostProcessing | None:
    profile = profile_of(document.profile)
    if not profile.is_for_print_only:
        return None
    return PostProcessing(
        is_imposition=profile.is_imposed,
        right_to_left=direction(document.language) == "rtl",
        printing_condition=context.brand.briefs.printing_condition,
        ghostscript=context.workspace.options.ghostscript,
    )
