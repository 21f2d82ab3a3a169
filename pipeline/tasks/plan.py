"""Decide which targets must be built, from file names and hashes alone.

For documents none of whose files changed, nothing is opened and no slow module imported.
"""

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.problems import JobFailed, PipelineError, Place, Problem, Rule
from pipeline.project import Project
from pipeline.state.build_state import BuildState
from pipeline.state.manifest import OutputEntry, load_warning
from pipeline.targets import (
    BuildOptions,
    Document,
    State,
    Target,
    languages_of,
    select_documents,
    select_editions,
    session_numbers,
)
from pipeline.toolchain import Toolchain, toolchains_by_profile
from pipeline.workers.scheduler import Task, finished_task

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pipeline.workers.executor import Executor

SERIES = "content/series.yaml"
T = TypeVar("T")
_LIMIT_HINT = (
    "look for very long text, very many rows, a very large or intricate picture, or a "
    "template that repeats without end"
)


class TaskResult(NamedTuple):
    """What became of a target, and the problems found in it."""

    target: Target
    problems: Sequence[Problem] = ()


TargetTask = tuple[Target, Task[TaskResult]]


@dataclass(frozen=True)
class Workspace:
    """What one build works in.

    `project` records every file that it reads in `state`. `folders` are all editions on
    disk. `problems` grows while content is read.
    """

    project: Project
    options: BuildOptions
    state: BuildState
    folders: tuple[EditionFolder, ...]
    toolchains: Mapping[str, Toolchain]
    problems: list[Problem] = field(default_factory=list)

    def save_records(self, *, is_locked: bool) -> list[Problem]:
        """Save the records, without targets and sources whose content is gone."""
        sessions = session_numbers(self.project)
        documents = {
            (folder.slug, str(folder.information_date), language)
            for folder in self.folders
            for language in folder.languages
        }
        kept = [
            name
            for name in self.state.manifest.documents
            if tuple(Path(name).stem.split("_")[:3]) in documents
            or (name.startswith("sessions/") and name.split("/")[1] in sessions)
        ]
        sources = [SERIES, *(folder.name for folder in self.folders)]
        return self.state.save(kept, sources, is_locked=is_locked)


class Plan(Protocol):
    """The targets of a build, and how many of them may have to be built."""

    @property
    def workspace(self) -> Workspace:
        """What the build works in."""
        ...

    @property
    def stale(self) -> int:
        """How many targets may have to be built."""
        ...

    @property
    def total(self) -> int:
        """How many targets there are; exact as soon as the first task was taken."""
        ...

    def tasks(self, executor: "Executor") -> Iterator[TargetTask]:
        """Give a task for each target, in order; each is made when it is taken."""
        ...


def attempt(
    task: Task[T], source: str
) -> Generator["Future[Any]", Any, tuple[T | None, Sequence[Problem]]]:
    """Run a task; turn what it raises into problems, those of a limit at `source`."""
    try:
        return (yield from task), ()
    except JobFailed as error:
        return None, [limit_problem(source, str(error))]
    except PipelineError as error:
        return None, error.problems


def guarded(target: Target, task: Task[TaskResult]) -> Task[TaskResult]:
    """Block a target whose task raises an exception; the others go on."""
    result, problems = yield from attempt(task, target.source)
    return result or TaskResult(replace(target, state=State.BLOCKED), problems)


def limit_problem(source: str, message: str) -> Problem:
    """Report that a document exceeded a limit."""
    message = f"the document could not be built: {message}"
    return Problem(Rule.RESOURCE_LIMIT, Place(source), message, _LIMIT_HINT)


def up_to_date(workspace: Workspace, target: Target, entry: OutputEntry) -> TargetTask:
    """Leave a target as it is, and report its warnings again."""
    if not workspace.options.dry_run and target.rejected in workspace.state.rejected:
        (workspace.project.build / target.rejected).unlink(missing_ok=True)
    done = replace(target, state=State.UP_TO_DATE, pages=entry.pages, bytes=entry.bytes)
    return target, finished_task(TaskResult(done, [*map(load_warning, entry.warnings)]))


def blocked(target: Target, problems: Sequence[Problem] = ()) -> TargetTask:
    """Leave a target out, because its content has an error."""
    done = replace(target, state=State.BLOCKED)
    return target, finished_task(TaskResult(done, problems))


@dataclass
class DocumentPlan:
    """The documents of a build.

    `changed` are the editions that must be read. `fresh` holds the entries of the documents
    of all others, whose languages are those of the unchanged series, `languages`. `used`
    are the languages of all editions that count, in whichever shard they are.
    """

    workspace: Workspace
    selected: tuple[EditionFolder, ...]
    changed: frozenset[EditionFolder]
    fresh: Mapping[str, OutputEntry]
    used: Sequence[str]
    languages: Sequence[str]

    @property
    def stale(self) -> int:
        """How many documents may have to be built."""
        return sum(1 for folder in self.changed for _ in self._documents(folder))

    @property
    def total(self) -> int:
        """How many documents there are."""
        return sum(1 for folder in self.selected for _ in self._documents(folder))

    def tasks(self, executor: "Executor") -> Iterator[TargetTask]:
        """Give a task for each document, in order; editions are read one by one."""
        make = None
        if self.changed:
            from pipeline.tasks.documents import DocumentTasks

            make = DocumentTasks(self.workspace, self.used, executor)
            self.languages = make.languages
        for folder in self.selected:
            documents = self._documents(folder)
            if make and folder in self.changed:
                yield from make.tasks_of(folder, documents)
            else:
                for document in documents:
                    yield up_to_date(self.workspace, document, self.fresh[document.name])

    def _documents(self, folder: EditionFolder) -> Iterator[Document]:
        languages = self.languages or folder.languages
        return select_documents(folder, languages, self.workspace.options)


def plan_documents(
    project: Project,
    options: BuildOptions,
    today: date,
    toolchains: Mapping[str, Toolchain] | None = None,
) -> DocumentPlan:
    """Find the documents that `options` select, and the editions whose files changed.

    `toolchains` are those of an executor that is already open.
    """
    folders, problems = discover(project, options.slugs)
    editions = tuple(select_editions(folders, options, today))
    selected = editions
    if options.shard != (1, 1):  # editions without a document in this shard are not read
        selected = tuple(
            e for e in editions if any(select_documents(e, e.languages, options))
        )
    state = BuildState(project.build, project.paths_of)
    project = replace(project, on_read=state.files.record)
    toolchains = toolchains or toolchains_by_profile(project, options, state.files)
    workspace = Workspace(project, options, state, folders, toolchains, problems)
    return _split(workspace, selected, languages_of(editions))


def discover(
    project: Project, slugs: Collection[str]
) -> tuple[tuple[EditionFolder, ...], list[Problem]]:
    """List all editions, and the misnamed folders: of the briefs asked for, or of all."""
    folders, problems = find_editions(project)
    asked = tuple(f"content/{slug}/" for slug in slugs)
    named = [p for p in problems if not slugs or f"{p.place.file}/".startswith(asked)]
    return folders, named


def _split(
    workspace: Workspace, selected: tuple[EditionFolder, ...], used: Sequence[str]
) -> DocumentPlan:
    """Separate the editions whose files changed from those that need not be read."""
    state, options = workspace.state, workspace.options
    series = state.unchanged_source(SERIES)
    if series is None or series.used != used or (options.strict and series.warnings):
        return DocumentPlan(workspace, selected, frozenset(selected), {}, used, ())
    fresh: dict[str, OutputEntry] = {}
    changed: set[EditionFolder] = set()
    warnings = []
    for folder in selected:
        source = state.unchanged_source(folder.name)
        documents = list(select_documents(folder, series.languages, options))
        entries = {
            d.name: state.unchanged_output(d.name, workspace.toolchains[d.profile])
            for d in documents
        }
        found = {name: entry for name, entry in entries.items() if entry}
        if (
            source
            and len(found) == len(documents)
            and not (options.strict and source.warnings)
        ):
            fresh |= found
            warnings += source.warnings
        else:
            changed.add(folder)
    # A series that is read again reports its warnings itself.
    workspace.problems.extend(
        load_warning(w) for w in (warnings if changed else [*series.warnings, *warnings])
    )
    return DocumentPlan(
        workspace, selected, frozenset(changed), fresh, used, series.languages
    )
