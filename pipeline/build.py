"""The whole pipeline as a few functions. Checked this first.

A brief goes through once, from left to right,

    folders -> chosen edition -> checked content -> HTML -> PDF -> build/

and only as far as something changed since the last time. The stages do not know each
other; only this file knows their order. Every function takes values and gives values;
nothing here prints, reads the clock or the environment. What is slow to import is imported
where it is used: a build with nothing to do needs none of it.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.design.overrides import override_problems, require_usable_overrides
from pipeline.model.dates import InformationDate
from pipeline.pdf.toolchain import toolchain
from pipeline.problems import (
    OF_A_LAYOUT,
    PipelineError,
    Place,
    Problem,
    Rule,
    WorkersUnavailable,
    sort_and_dedupe,
)
from pipeline.project import Project, open_project
from pipeline.state.build_state import FILES, BuildState
from pipeline.state.fingerprints import Fingerprints, stat_signature
from pipeline.state.manifest import OutputEntry, load_warning
from pipeline.targets import (
    FOR_PRINTING,
    BuildOptions,
    Document,
    existing_packs,
    select_documents,
    select_editions,
    session_numbers,
)

if TYPE_CHECKING:
    from pipeline.content.reader import LoadedContent
    from pipeline.model.brand import Brand
    from pipeline.model.schema import Edition, Series
    from pipeline.plan import Planner
    from pipeline.workers.pool import Executor

_SERIES = "content/series.yaml"

Progress = Callable[[Document, int], None]
# Toolchains by profile: what documents are made with.
Tools = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Outcome:
    """What a build did, and everything wrong that it met."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def build(
    project: Project,
    order: BuildOptions,
    on: date,
    progress: Progress = lambda *_: None,
    workers: "Executor | None" = None,
    tools: Tools | None = None,
) -> Outcome:
    """Make every document that is stale; finish the good ones when some are wrong.

    Without `workers` processes are opened as `order.jobs` says. Those that are open
    come with the `tools` that they have.
    """
    require_usable_overrides(project)
    folders, misnamed = _find(project, order.slugs)
    everywhere = tuple(select_editions(folders, order, on))
    used, chosen = languages_of(everywhere), _of_shard(everywhere, order)
    past = _recall(_begin(project, order, used, tools), chosen)
    with ExitStack() as stack:
        if past.to_read:
            most = _count(past.to_read, (), order)
            workers = workers or stack.enter_context(
                _open(project, order, min(order.jobs, most))
            )
            if not order.dry_run:
                from pipeline.state.lock import build_lock

                stack.enter_context(build_lock(project.build))
                # Another build may have finished while the folder was not ours yet.
                if not past.run.memory.is_current():
                    run = _begin(project, order, used, past.run.tools)
                    past = _recall(run, chosen)
        made = _make_all(past, chosen, folders, workers, progress)
    problems = (*misnamed, *past.problems, *made.problems)
    return Outcome(made.documents, sort_and_dedupe(problems))


@dataclass(frozen=True)
class Run:
    """One run over a project: what was asked, and what there is to do it with.

    `used` are the languages of all editions that count, whichever part of them is made.
    """

    project: Project
    order: BuildOptions
    memory: BuildState
    used: Sequence[str]
    tools: Tools


def _begin(
    project: Project, order: BuildOptions, used: Sequence[str], tools: Tools | None
) -> Run:
    """Look at the files of a project as they are now.

    Fonts are hashed before a process reads them: what changes in between is told apart.
    """
    memory = BuildState(project.build, project.paths_of)
    project = replace(project, note=memory.files.note)
    tools = tools or _tools_by_profile(project, order, memory.files)
    return Run(project, order, memory, used, tools)


def toolchain_of(project: Project, files: Fingerprints) -> dict[str, str]:
    """Say what the documents of a project are made with."""
    return toolchain({name: files.digest(name) for name in project.font_names()})


def _tools_by_profile(project: Project, order: BuildOptions, files: Fingerprints) -> Tools:
    """What documents for printing are made with besides is asked only if there are some."""
    tools = toolchain_of(project, files)
    by_profile = dict.fromkeys(order.profiles, tools)
    for profile in set(order.profiles) & set(FOR_PRINTING):
        from pipeline.prepress.toolchain import booklet_tools, press_tools

        conditions = {name: files.digest(name) for name in project.condition_names()}
        more = press_tools(order.ghostscript, conditions) if profile == "press" else {}
        by_profile[profile] = tools | booklet_tools() | more
    return by_profile


@dataclass(frozen=True)
class Past:
    """What of a run need not be done: documents that are as they were, their warnings.

    `to_read` are the editions that must be read, because something about them changed.
    """

    run: Run
    languages: tuple[str, ...]
    untouched: dict[str, OutputEntry]
    to_read: tuple[EditionFolder, ...]
    problems: tuple[Problem, ...]


def _recall(run: Run, chosen: Sequence[EditionFolder]) -> Past:
    """Find the editions none of whose files changed. Nothing is opened for it."""
    series = run.memory.reading(_SERIES)
    strict = run.order.strict
    if series is None or series.used != run.used or (strict and series.warnings):
        return Past(run, (), {}, tuple(chosen), ())
    untouched: dict[str, OutputEntry] = {}
    to_read: list[EditionFolder] = []
    warnings = list(series.warnings)
    for folder in chosen:
        reading = run.memory.reading(folder.name)
        documents = list(select_documents(folder, series.languages, run.order))
        entries = {
            d.name: run.memory.untouched(d.name, run.tools[d.profile]) for d in documents
        }
        found = {name: entry for name, entry in entries.items() if entry}
        if reading and len(found) == len(documents) and not (strict and reading.warnings):
            untouched |= found
            warnings += reading.warnings
        else:
            to_read.append(folder)
    # The series is read again with them, and says its warnings itself.
    said = warnings[len(series.warnings) :] if to_read else warnings
    problems = tuple(load_warning(w) for w in said)
    return Past(run, tuple(series.languages), untouched, tuple(to_read), problems)


def read_content(
    project: Project, order: BuildOptions, on: date | None, *, every_file: bool = False
) -> "Checked":
    """Find the briefs, choose the editions current `on` a day, and read them.

    `on=None` chooses all editions. With `every_file` the names of all folders are checked,
    else only those of the briefs asked for.
    """
    from pipeline.content.reader import read_parts

    folders, misnamed = _find(project, () if every_file else order.slugs)
    chosen = tuple(select_editions(folders, order, on))
    first, families = first_editions(folders), partial(families_of, project)
    content = read_parts(project, chosen, first, languages_of(chosen), families)
    problems = sort_and_dedupe((*misnamed, *content.problems))
    return Checked(folders, chosen, content, problems)


def check(project: Project, order: BuildOptions) -> "Checked":
    """Read all editions and sessions, and look at templates, strings and sheets too.

    Sessions hand out any brief: they are checked when all briefs are.

    What only a layout shows is left to `build`: neither WeasyPrint nor a page is needed.
    """
    from pipeline.design.strings import check_strings
    from pipeline.design.stylesheets import check_stylesheets
    from pipeline.editions.sessions import read_sessions

    found = read_content(project, order, None, every_file=not order.slugs)
    used = languages_of(found.chosen)
    known = [c for c in used if found.series is None or c in found.series.languages]
    unusable = override_problems(project)
    problems = [*found.problems, *unusable]
    if not unusable:  # else it would be read
        problems += _check_templates(project)
        problems += check_strings(project.template_folders, known)
        problems += check_stylesheets(project)
    if order.slugs or found.series is None:
        return replace(found, problems=sort_and_dedupe(problems))
    sessions = read_sessions(project, found.folders, found.series)
    said = sort_and_dedupe((*problems, *sessions.problems))
    return replace(found, sessions=sessions.numbers, problems=said)


def _check_templates(project: Project) -> list[Problem]:
    """Look at a project's own templates; Jinja2 is slow to import for the bundled ones."""
    if not any((project.root / "templates").rglob("*.html")):
        return []
    from pipeline.html.templates import check_templates

    return check_templates(project)


@dataclass(frozen=True)
class Checked:
    """What was read, from which folders, and everything wrong with it."""

    folders: tuple[EditionFolder, ...]
    chosen: tuple[EditionFolder, ...]
    content: "LoadedContent"
    problems: tuple[Problem, ...]
    sessions: tuple[int, ...] = ()

    @property
    def series(self) -> "Series | None":
        """The series, if it could be read."""
        return self.content.series

    @property
    def brand(self) -> "Brand | None":
        """The brand, if it could be read."""
        return self.content.brand

    @property
    def editions(self) -> "tuple[Edition, ...]":
        """The editions that could be read."""
        return self.content.editions


def _find(
    project: Project, slugs: Sequence[str]
) -> tuple[tuple[EditionFolder, ...], list[Problem]]:
    """List all editions, and what is misnamed: everywhere, or in the briefs asked for."""
    folders, problems = find_editions(project)
    asked = tuple(f"content/{slug}/" for slug in slugs)
    wrong = [p for p in problems if not slugs or f"{p.place.file}/".startswith(asked)]
    return folders, wrong


def _of_shard(
    chosen: Sequence[EditionFolder], order: BuildOptions
) -> tuple[EditionFolder, ...]:
    """Leave out the editions of which this part of the work has no document."""
    if order.shard == (1, 1):
        return tuple(chosen)
    return tuple(f for f in chosen if any(select_documents(f, f.languages, order)))


def _count(
    chosen: Iterable[EditionFolder], languages: Sequence[str], order: BuildOptions
) -> int:
    """Count the documents of some editions, without languages in all that they have."""
    return sum(
        1 for f in chosen for _ in select_documents(f, languages or f.languages, order)
    )


def languages_of(chosen: Iterable[EditionFolder]) -> list[str]:
    """List the languages that some editions are in."""
    return sorted({language for folder in chosen for language in folder.languages})


def first_editions(folders: Sequence[EditionFolder]) -> frozenset[EditionFolder]:
    """Choose the first edition of each brief."""
    return frozenset({folder.slug: folder for folder in reversed(folders)}.values())


def families_of(project: Project) -> frozenset[str]:
    """List the families of the fonts that a project has."""
    from pipeline.design.font_metrics import read_font_faces

    return read_font_faces(project.font_folders).families


def _open(
    project: Project, order: BuildOptions, number: int
) -> "AbstractContextManager[Executor]":
    """Open who marks up and paints: processes here, or a cluster."""
    if order.cluster is None or order.dry_run:
        return open_painters(number, dry_run=order.dry_run)
    from pipeline.toolchain import worker_setup
    from pipeline.workers.dask import open_cluster

    press = order.ghostscript if "press" in order.profiles else None
    preload = ("pipeline.make", "pipeline.html.templates")
    return open_cluster(order.cluster, worker_setup(project, press), number, preload)


def open_painters(number: int, *, dry_run: bool) -> "AbstractContextManager[Executor]":
    """Open processes that mark up and, but for a dry run, paint."""
    from pipeline.workers.pool import Limits, open_executor

    needed = [] if dry_run else ["pipeline.pdf.preload", "pipeline.painting"]
    return open_executor(number, Limits(), needed)


def _make_all(
    past: Past,
    chosen: Sequence[EditionFolder],
    folders: Sequence[EditionFolder],
    workers: "Executor | None",
    progress: Progress,
) -> Outcome:
    """Make what is stale, report every document in order, and remember what was done."""
    planner = _open_planner(past, folders) if past.to_read else None
    series = planner.setting.series if planner else None
    total = _count(chosen, series.languages if series else past.languages, past.run.order)
    finished: list[Document] = []
    typeset: list[tuple[Problem, str]] = []
    problems: list[Problem] = []
    try:
        with closing(_made(past, planner, chosen, workers)) as made:
            for document, found in made:
                finished.append(document)
                typeset += [(problem, document.profile) for problem in found]
                progress(document, total)
    except WorkersUnavailable as gone:
        problems += gone.problems
    finally:
        # Also when somebody stops it: what is finished need not be made again.
        if not past.run.order.dry_run:
            of = (past.run.project, past.run.memory, folders)
            problems += write_records(*of, holds=bool(past.to_read))
    problems += planner.problems if planner else ()
    problems += _name_profiles(typeset, past.run.order.profiles)
    return Outcome(tuple(finished), tuple(problems))


def _open_planner(past: Past, folders: Sequence[EditionFolder]) -> "Planner":
    from pipeline.plan import Planner

    run = past.run
    of = (run.project, run.order, run.memory, run.used, first_editions(folders))
    return Planner(*of, partial(families_of, run.project))


def _name_profiles(
    found: Iterable[tuple[Problem, str]], asked: tuple[str, ...]
) -> Iterator[Problem]:
    """Say of what a layout shows in which profiles it is so, once for all of them."""
    profiles: dict[Problem, dict[str, None]] = {}
    for problem, profile in found:
        profiles.setdefault(problem, {})[profile] = None
    for problem, names in profiles.items():
        if problem.rule in OF_A_LAYOUT and asked != ("screen",):
            *first, last = names
            named = f"{', '.join(first)} and {last}" if first else last
            problem = replace(problem, message=f"set in {named}, {problem.message}")
        yield problem


def _made(
    past: Past,
    planner: "Planner | None",
    chosen: Sequence[EditionFolder],
    workers: "Executor | None",
) -> Generator[tuple[Document, Sequence[Problem]]]:
    run = past.run
    if planner is None or workers is None:
        rejected = any((run.project.build / "rejected").glob("*.pdf"))
        for folder in chosen:
            for document in select_documents(folder, past.languages, run.order):
                entry = past.untouched[document.name]
                if rejected and not run.order.dry_run:
                    (run.project.build / document.rejected).unlink(missing_ok=True)
                done = document.as_kept(entry.pages, entry.bytes)
                yield done, run.memory.warnings(entry)
        return
    from pipeline.make import Making, make_documents

    making = Making(run.project, run.order, run.memory, run.tools, workers)
    plans = planner.plan(chosen, past.untouched, frozenset(past.to_read))
    yield from make_documents(plans, planner.setting, making)


def write_records(
    project: Project,
    memory: BuildState,
    folders: Iterable[EditionFolder],
    *,
    holds: bool = True,
) -> list[Problem]:
    """Write the records; documents that lost their content are no longer in them.

    `holds` says whether the build folder is held.
    """
    there = {(f.slug, str(f.information_date), c) for f in folders for c in f.languages}
    documents = [
        name
        for name in memory.manifest.documents
        if tuple(Path(name).stem.split("_")[:3]) in there
    ]
    documents += existing_packs(project, memory.manifest.documents)
    readings = [_SERIES, *(folder.name for folder in folders)]
    return memory.write(documents, readings, holds=holds)


def watch_project(
    project: Project,
    order: BuildOptions,
    on: Callable[[], date],
    clock: Callable[[], float],
    show: Callable[[Outcome, float], None],
) -> None:
    """Build, and again after each change, until somebody stops it.

    The processes stay; only other fonts, or conditions of printing, need new ones. `show`
    is given each outcome and the seconds that it took.
    """
    from pipeline.state.watch import watch_changes

    changes = watch_changes(
        (project.content, *project.template_folders, *project.style_folders)
    )
    next(changes)  # a save during the first build is not missed
    while True:
        loaded = _stamp_tools(project)
        files = Fingerprints(project.paths_of, project.build / FILES)
        tools = _tools_by_profile(project, order, files)
        with _open(project, order, order.jobs) as workers:
            while _stamp_tools(project) == loaded:
                begun = clock()
                try:
                    outcome = build(project, order, on(), workers=workers, tools=tools)
                except PipelineError as error:
                    outcome = Outcome((), error.problems)
                show(outcome, clock() - begun)
                next(changes)


def _stamp_tools(project: Project) -> list[object]:
    """Tell one state of what processes load once from another, without reading it."""
    names = (*project.font_names(), *project.condition_names())
    return [
        (file, stat_signature(Path(file)))
        for name in names
        for file in project.paths_of(name)
    ]


def clean(
    project: Project, *, stale: bool, dry_run: bool
) -> tuple[list[str], list[Problem]]:
    """Remove what was made, or with `stale` what lost its content, while nobody builds.

    Gives the names of what is gone, and what could not be removed.
    """
    from pipeline.state.clean import remove
    from pipeline.state.lock import build_lock

    if dry_run or not project.build.is_dir():
        return [f"build/{name}" for name in _to_clean(project, stale)], []
    with build_lock(project.build, traceless=not stale):
        return remove(project.build, _to_clean(project, stale))


def _to_clean(project: Project, stale: bool) -> list[str]:
    from pipeline.state.clean import built_files, stale_files

    if not stale:
        return built_files(project.build)
    folders, _ = find_editions(project)
    there = {(f.slug, str(f.information_date), c) for f in folders for c in f.languages}
    return stale_files(project.build, there, session_numbers(project))


@dataclass(frozen=True)
class Listed:
    """One edition in a list: whether it is current, and each language's PDF on screen."""

    slug: str
    information_date: InformationDate
    current: bool
    states: dict[str, str]


def list_editions(project: Project, slugs: tuple[str, ...], on: date) -> tuple[Listed, ...]:
    """List the editions of the briefs asked for, and which of their PDFs are up to date."""
    order = BuildOptions(slugs, all_editions=True, dry_run=True, jobs=1)
    current = set(select_editions(find_editions(project)[0], BuildOptions(slugs), on))
    states: dict[tuple[str, InformationDate], dict[str, str]] = {}
    words = {"kept": "up-to-date", "blocked": "error"}
    for document in build(project, order, on).documents:
        edition = states.setdefault((document.slug, document.information_date), {})
        edition[document.language] = words.get(document.state, document.state)
    return tuple(
        Listed(
            folder.slug,
            folder.information_date,
            folder in current,
            states.get((folder.slug, folder.information_date), {}),
        )
        for folder in find_editions(project)[0]
        if not slugs or folder.slug in slugs
    )


def start(
    root: Path, slug: str, information_date: InformationDate, language: str | None
) -> list[Path]:
    """Start a brief, or a new edition of one that is there; give the files written."""
    (root / "content").mkdir(exist_ok=True)
    from pipeline.content.loader import load_series
    from pipeline.content.scaffold import start_brief, start_edition

    project = open_project(root)
    require_usable_overrides(project)
    folders, _ = find_editions(project)
    editions = [f for f in folders if f.slug == slug]
    if editions:
        return start_edition(project, editions, information_date)
    series, _ = load_series(project, ())
    default = series.default_language if series else "en"
    if series and language and language not in series.languages:
        raise PipelineError(
            Problem(
                Rule.UNKNOWN_LANGUAGE,
                Place(_SERIES),
                f'"{language}" is not a language of this series',
                "it has: " + ", ".join(series.languages) + "; add the language there first",
            )
        )
    return start_brief(project, slug, information_date, language or default)
