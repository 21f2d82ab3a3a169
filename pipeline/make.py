"""Take documents through typesetting, painting and writing, some at a time.

Templates and pages are the work of processes within limits (workers/pool.py). What
would come out as it is already is left alone; what came out of the same before is taken
from the cache; the rest is painted while the next ones are marked up.
"""

from collections import deque
from collections.abc import (
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.content.export import export_charts, export_csv, export_words, export_yaml
from pipeline.content.reader import SeriesSettings
from pipeline.content.source_map import SourceMap
from pipeline.design.brand_css import brand_css
from pipeline.design.stylesheets import stylesheets_for
from pipeline.editions.code import make_code
from pipeline.model.brand import Brand
from pipeline.model.languages import direction
from pipeline.model.markdown import plain_text
from pipeline.model.schema import Edition, Series
from pipeline.painting import (
    Finishing,
    Shelf,
    find_places,
    paint,
    prepare_painting,
    say_limit,
)
from pipeline.plan import Plan
from pipeline.problems import PipelineError, Problem, WorkersUnavailable, is_blocking
from pipeline.project import BRAND_FILE, Notes, Project
from pipeline.state.atomic_write import atomic_write
from pipeline.state.build_state import BuildState
from pipeline.state.cache import Cache, cache_key
from pipeline.state.fingerprints import digest
from pipeline.state.manifest import (
    OutputEntry,
    StoredWarning,
    load_warning,
    store_warning,
    why_stale,
)
from pipeline.targets import FOR_PRINTING, BuildOptions, Document
from pipeline.workers.pool import Executor, JobFailed

if TYPE_CHECKING:
    from pipeline.html.view_model import PackPosition
    from pipeline.pdf.render import Attachment, RenderedPdf

# Documents in memory that wait for one before them; finished ones are small.
_MOST_WAITING = 256
_ENDLESS = "look in templates/ for what is repeated without end, and for very long text"


@dataclass(frozen=True)
class Shared:
    """What all documents of one run are made with."""

    project: Project
    series: Series
    brand: Brand

    @cached_property
    def shelf(self) -> Shelf:
        """What a painter may ask for; it is given to processes, which note nothing."""
        return Shelf(Project(self.project.root), brand_css(self.brand))


@dataclass(frozen=True)
class Step:
    """A document on its way: being marked up, being painted, or finished.

    `source` is the hash of its HTML and attachments, `inputs` the sets of files that they
    came from.
    """

    document: Document
    problems: tuple[Problem, ...] = ()
    marking: "Future[Marked] | None" = None
    painting: "Future[tuple[RenderedPdf, list[Problem]]] | None" = None
    source: str = ""
    inputs: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether to finish it takes no time: it is painted, or need not be."""
        is_painted = self.painting is None or self.painting.done()
        return self.marking is None and is_painted

    @property
    def awaited(self) -> "Future[Any] | None":
        """What must be done before it goes on."""
        return self.marking or self.painting


@dataclass(frozen=True)
class Marked:
    """The HTML of a document, the files inside its PDF, and what it was marked up from.

    `files` come with the hashes of what was read.
    """

    html: str
    attached: "tuple[Attachment, ...]"
    files: Notes


@dataclass(frozen=True)
class Making:
    """What making documents needs beside the content. `tools` are toolchains by profile."""

    project: Project
    order: BuildOptions
    memory: BuildState
    tools: Mapping[str, Mapping[str, str]]
    workers: Executor

    @property
    def cache(self) -> Cache | None:
        """The cache, where there is one."""
        return Cache(self.order.cache) if self.order.cache else None

    @cached_property
    def program(self) -> str:
        """The set of files that the program is; to look for them takes 7 ms."""
        return self.memory.record_set(self.project.program_names())


def make_documents(
    plans: Iterable[Plan], setting: SeriesSettings, run: Making
) -> Generator[tuple[Document, Sequence[Problem]]]:
    """Make what is stale; give each document, in order, with what is wrong with it.

    When it is closed early, because somebody stops the build, what was painted by then is
    kept; when whoever paints is gone, it is given too, before Gone is raised.
    """
    waiting: deque[Step] = deque()
    shared = _shared(setting, run)
    start = _starter(run, shared)
    try:
        for plan in plans:
            waiting.append(start(plan))
            yield from _finished(run, shared, waiting, run.workers.ahead)
        yield from _finished(run, shared, waiting, 0)
    except WorkersUnavailable:
        over = [step for step in waiting if step.is_over]
        waiting.clear()
        for step in over:
            with suppress(WorkersUnavailable):
                yield _finish(run, step)
        raise
    finally:
        for step in waiting:
            if step.is_over:
                with suppress(WorkersUnavailable):
                    _finish(run, step)


def _finished(
    run: Making, shared: Shared | None, waiting: deque[Step], ahead: int
) -> Iterator[tuple[Document, Sequence[Problem]]]:
    """Give the first documents that are finished, until no more than `ahead` are at work.

    Finished ones wait for those before them: a few changed documents among many that did
    not change are made side by side.
    """
    while waiting:
        for index, step in enumerate(waiting):
            if shared and step.marking and step.marking.done():
                waiting[index] = _go_on(run, shared, step)
        jobs = [s.awaited for s in waiting if s.awaited and not s.is_over]
        if waiting[0].is_over:
            yield _finish(run, waiting.popleft())
        elif len(jobs) > ahead or len(waiting) > _MOST_WAITING:
            wait(jobs, return_when=FIRST_COMPLETED)
        else:
            return


def _shared(setting: SeriesSettings, run: Making) -> Shared | None:
    if setting.series is None or setting.brand is None:
        return None
    # Without its note: what processes get must not lead back to the memory of the run.
    return Shared(Project(run.project.root), setting.series, setting.brand)


def _starter(run: Making, shared: Shared | None) -> Callable[[Plan], Step]:
    """Give the function that begins a document, as far as its content allows."""
    # Before templates are read: what changes while they are is made again the next time.
    run.memory.track(run.project.design_names())
    fonts = {name: run.memory.files.digest(name) for name in run.project.font_names()}
    for tools in run.tools.values():
        run.memory.manifest.remember_fonts(tools, fonts)
    sheets = cache(stylesheets_for)

    def start(plan: Plan) -> Step:
        document = plan.document
        if plan.entry:
            return _leave(run, document, plan.entry)
        if shared is None or plan.edition is None:
            return Step(replace(document, state="blocked"))
        marking = run.workers.submit_near(mark_up, shared, plan.edition, document)
        if not run.order.dry_run:
            language, layout = document.language, document.layout
            look = (language, sheets(shared.project, language, layout))
            run.workers.prepare(prepare_painting, shared.shelf, *look)
        return Step(document, marking=marking, inputs=plan.inputs)

    return start


def mark_up(
    shared: Shared, edition: Edition, document: Document, pack: "PackPosition | None" = None
) -> Marked:
    """Set one document as HTML, or a brief in its `pack`: the first job of a process."""
    from pipeline.html.templates import render_html

    project, files = shared.project.noting()
    language, profile = document.language, document.layout
    words = export_words(edition, language)
    code = make_code(edition.slug, edition.information_date, language, words)
    of = (shared.series, shared.brand, edition, language, profile, str(code), pack)
    html = render_html(project, *of)
    return Marked(html, tuple(_attached(edition, document)), files)


def _go_on(run: Making, shared: Shared, step: Step) -> Step:
    """Take a document that was marked up further, or say why it was not."""
    if step.marking is None:
        return step
    document = step.document
    try:
        return _paint_unless(run, shared, step, run.workers.result(step.marking))
    except JobFailed as lost:
        problem = say_limit(document.source, str(lost), _ENDLESS)
        return Step(replace(document, state="blocked"), (problem,))
    except WorkersUnavailable:
        raise
    except PipelineError as error:
        return Step(replace(document, state="blocked"), error.problems)


def _paint_unless(run: Making, shared: Shared, step: Step, marked: Marked) -> Step:
    """Have a document painted unless that would change nothing."""
    memory, manifest, document = run.memory, run.memory.manifest, step.document
    data = [file.data for file in marked.attached]
    finishing = _finishing(run, shared, document)
    source = digest(b"\0".join([marked.html.encode(), *data, *_named(finishing)]))
    inputs = (*step.inputs, memory.record_read(marked.files))
    step = Step(document, source=source, inputs=inputs)
    entry = manifest.documents.get(document.name)
    target = f"build/{document.name}"
    now = memory.files.digest
    tools = run.tools[document.profile]
    reason = why_stale(entry, manifest, tools, source, now, target)
    if entry and not reason:
        return _keep(run, step, entry)
    step = replace(step, document=replace(document, reason=reason))
    if run.order.dry_run:
        return replace(step, document=replace(step.document, state="stale"))
    if restored := _restore(run, step):
        return restored
    of = (marked.html, marked.attached, document.source, tools, finishing)
    painting = run.workers.submit(paint, shared.shelf, *of)
    return replace(step, painting=painting)


def _finishing(run: Making, shared: Shared, document: Document) -> Finishing | None:
    if document.profile not in FOR_PRINTING:
        return None
    return Finishing(
        document.profile,
        Path(document.name).stem,
        direction(document.language) == "rtl",
        shared.brand.briefs.printing_condition,
        run.order.ghostscript,
    )


def _named(finishing: Finishing | None) -> list[bytes]:
    """What of a document for printing does not show in its HTML."""
    return [f"{finishing.profile} {finishing.document}".encode()] if finishing else []


def _leave(run: Making, document: Document, entry: OutputEntry) -> Step:
    done = document.as_kept(entry.pages, entry.bytes)
    return Step(done, tuple(run.memory.warnings(entry)))


def _keep(run: Making, step: Step, entry: OutputEntry) -> Step:
    """Leave a document as it is, and remember that this is how it would come out now."""
    done = step.document.as_kept(entry.pages, entry.bytes)
    said = _say_again(run, step.document, entry.warnings)
    if not run.order.dry_run:
        entry = replace(entry, inputs=list(step.inputs), warnings=said)
        run.memory.record_output_entry(done.name, entry)
        (run.project.build / done.rejected).unlink(missing_ok=True)
    return Step(done, tuple(load_warning(warning) for warning in said))


def _say_again(
    run: Making, document: Document, warnings: Iterable[StoredWarning]
) -> list[StoredWarning]:
    """Say the warnings of the layout where the content has their causes now."""
    places = SourceMap(run.project)
    said = []
    for saying in warnings:
        path, word = str(saying[-2]), str(saying[-1])
        place = places.find(document.source, word, path)
        warning = replace(load_warning(saying), place=place)
        said.append(store_warning(warning, path, word))
    return said


def _restore(run: Making, step: Step) -> Step | None:
    """Take a document from the cache; not with `strict`, if there was a warning."""
    if (cache := run.cache) is None:
        return None
    found = cache.find(_key(run, step), run.memory.files.digest)
    if found is None or (run.order.strict and found[0].warnings):
        return None
    entry, assets, pdf = found
    said = _say_again(run, step.document, entry.warnings)
    entry = replace(
        entry,
        inputs=list(step.inputs),
        program=run.program,
        assets=run.memory.manifest.remember_set(assets),
        toolchain=_remember_tools(run, step.document),
        warnings=said,
    )
    _put(run, step.document, entry, pdf)
    done = replace(step.document, state="restored", pages=entry.pages, bytes=entry.bytes)
    return replace(step, document=done, problems=tuple(map(load_warning, said)))


def _key(run: Making, step: Step) -> str:
    return cache_key(step.source, run.program, _remember_tools(run, step.document))


def _remember_tools(run: Making, document: Document) -> str:
    return run.memory.manifest.remember_toolchain(run.tools[document.profile])


def _attached(edition: Edition, document: Document) -> "Iterator[Attachment]":
    """The files inside a PDF: its content, and the data of each chart."""
    from pipeline.pdf.render import Attachment

    version = edition.versions[document.language]
    stem = Path(document.name).stem
    # A technical date, so that equal content gives equal bytes; nobody reads it.
    dated = datetime.combine(edition.information_date.first_day, time(), UTC)
    for name, value in (("edition", edition.facts), (document.language, version)):
        about = f"The content of {stem}: {name}.yaml"
        yield Attachment(f"{stem}_{name}.yaml", export_yaml(value), "Source", about, dated)
    for number, (figure, rows) in enumerate(export_charts(version, edition.data), 1):
        about = f"The data of figure {number}: {plain_text(figure.title)}"
        name = f"{stem}_figure-{number}.csv"
        yield Attachment(name, export_csv(rows), "Data", about, dated)


def _finish(run: Making, step: Step) -> tuple[Document, Sequence[Problem]]:
    """Let a good PDF take the place of the one before; put a bad one aside."""
    if step.painting is None:
        return step.document, step.problems
    document = step.document
    try:
        painted, found = run.workers.result(step.painting)
        problems = find_places(run.project, found)
        document = replace(document, pages=painted.pages, bytes=len(painted.pdf))
        if any(is_blocking(p, strict=run.order.strict) for p in problems):
            return _reject(run, document, painted), tuple(problems)
        entry = _entry(run, step, painted, problems)
        _put(run, document, entry, painted.pdf)
    except JobFailed as lost:
        problem = say_limit(document.source, str(lost))
        return replace(document, state="blocked"), (problem,)
    except WorkersUnavailable:
        raise
    except PipelineError as error:
        return replace(document, state="blocked"), error.problems
    not_kept = _keep_in_cache(run, step, entry, painted)
    return replace(document, state="made"), (*problems, *not_kept)


def _keep_in_cache(
    run: Making, step: Step, entry: OutputEntry, painted: "RenderedPdf"
) -> tuple[Problem, ...]:
    """Keep a PDF for another time; that it could not be does not unmake it."""
    try:
        if cache := run.cache:
            cache.keep(_key(run, step), entry, _assets(run, painted), painted.pdf)
    except PipelineError as error:
        return error.problems
    return ()


def _entry(
    run: Making, step: Step, painted: "RenderedPdf", problems: Sequence[Problem]
) -> OutputEntry:
    manifest = run.memory.manifest
    places = {(p.rule, p.message): p for p in problems}
    return OutputEntry(
        source=step.source,
        inputs=list(step.inputs),
        program=run.program,
        assets=manifest.remember_set(_assets(run, painted)),
        pdf=digest(painted.pdf),
        pages=painted.pages,
        bytes=len(painted.pdf),
        toolchain=_remember_tools(run, step.document),
        warnings=[
            store_warning(places[m.rule, m.message], m.path, m.word)
            for m in painted.layout_issues
        ],
    )


def _assets(run: Making, painted: "RenderedPdf") -> dict[str, str]:
    """The files that the painter was given; of the brand the file, not what follows."""
    return {
        name: run.memory.files.used(name) if name == BRAND_FILE else hashed
        for name, hashed in painted.assets.items()
    }


def _put(run: Making, document: Document, entry: OutputEntry, pdf: bytes) -> None:
    target = run.project.build / document.name
    atomic_write(target, pdf, f"build/{document.name}")
    run.memory.record_output_entry(document.name, entry)
    (run.project.build / document.rejected).unlink(missing_ok=True)


def _reject(run: Making, document: Document, painted: "RenderedPdf") -> Document:
    """Put a PDF with an error where its author can look at it; the good one stays."""
    if painted.pdf:
        name = document.rejected
        atomic_write(run.project.build / name, painted.pdf, f"build/{name}")
    return replace(document, state="rejected")
