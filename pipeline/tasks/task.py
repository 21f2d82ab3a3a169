"""The parts that all plans and tasks share: workspace, result, and the simplest tasks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, Union

from pipeline.content.discovery import SERIES, EditionFolder, find_editions
from pipeline.editions.lifecycle import Editions
from pipeline.model.profiles import DOCUMENT_PROFILE, PACK_PROFILE
from pipeline.problems import (
    JobFailed,
    Place,
    Problem,
    Rule,
    WorkersUnavailable,
    is_blocking,
)
from pipeline.project import Project
from pipeline.state.build_state import BuildState
from pipeline.state.manifest import OutputEntry, load_warning
from pipeline.system_errors import problems_of
from pipeline.targets import BuildOptions, State, Target, source_of, sources_in
from pipeline.toolchain import Toolchain, archival_toolchain
from pipeline.workers.scheduler import Task, finished_task

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pipeline.workers.executor import Executor

T = TypeVar("T")
AnyTarget = TypeVar("AnyTarget", bound=Target)
_LIMIT_HINT = (
    "look for very long text, very many rows, a very large or intricate picture, or a "
    "template that repeats without end"
)


class TaskResult(NamedTuple):
    """The state of a target, and its problems."""

    target: Target
    problems: Sequence[Problem] = ()

    @classmethod
    def of(cls, target: Target, state: State, entry: OutputEntry) -> "TaskResult":
        """Return the result of a target with a file, and the warnings of its entry."""
        done = replace(
            target, state=state, pages=entry.pages, bytes=entry.bytes, fill=entry.fill
        )
        return cls(done, [*map(load_warning, entry.warnings)])


TargetTask = tuple[Target, Task[TaskResult]]
# A target with its task, or a job that must end before the next item is taken.
PlanItem = Union[TargetTask, "Future[Any]"]


@dataclass(frozen=True)
class Workspace:
    """The project, options and records of one build.

    `project` records every file that it reads in `state`. `folders` are all editions on
    disk, `editions` the lifecycles of the selected ones, `today` is the day of the build.
    `problems` grows while content is read.
    """

    project: Project
    options: BuildOptions
    state: BuildState
    folders: tuple[EditionFolder, ...]
    toolchains: Mapping[str, Toolchain]
    problems: list[Problem] = field(default_factory=list)
    editions: Editions = field(default_factory=dict)
    today: date = date.min

    def up_to_date(
        self, toolchains: Iterable[tuple[Target, Toolchain]]
    ) -> dict[str, OutputEntry]:
        """Find the records of targets that are up to date, by name."""
        names = ((target.name, toolchain) for target, toolchain in toolchains)
        entries = {name: self.state.up_to_date_output(name, t) for name, t in names}
        return {name: entry for name, entry in entries.items() if entry}

    def files_with_errors(self, problems: Iterable[Problem]) -> frozenset[str]:
        """List the files whose problems keep targets from being built."""
        strict = self.options.strict
        return frozenset(p.place.file for p in problems if is_blocking(p, strict=strict))

    def save_records(self, *, is_locked: bool) -> list[Problem]:
        """Save the records, without targets and parts whose content was deleted."""
        existing = sources_in(self.project, self.folders)
        names = [n for n in self.state.manifest.targets if source_of(n) in existing]
        parts = [SERIES, *(folder.name for folder in self.folders)]
        return self.state.save(names, parts, is_locked=is_locked)


@dataclass
class Plan(ABC):
    """The targets of a build.

    `total` is their number, exact after the first task; `stale_count` is the number of
    those that may have to be built. A plan that `is_local` renders no PDF: all its jobs run
    in processes of this machine.
    """

    workspace: Workspace
    stale_count: int = field(default=0, init=False)
    total: int = field(default=0, init=False)
    is_local: bool = field(default=False, kw_only=True)

    @abstractmethod
    def tasks(self, executor: "Executor") -> Iterator[PlanItem]:
        """Yield a task for each target, in order; each is made when it is needed."""


@dataclass
class TargetPlan(Plan, Generic[AnyTarget]):
    """A plan whose targets are known before content is read.

    `prepare` reads what all stale targets need, and returns the function that makes the
    task of one; None if all are blocked. `up_to_date` has the records of the targets that
    are not stale, by name.
    """

    targets: Sequence[AnyTarget]
    prepare: Callable[["Executor"], Callable[[AnyTarget], Task[TaskResult]] | None]
    up_to_date: Mapping[str, OutputEntry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stale = [t for t in self.targets if t.name not in self.up_to_date]
        self.stale_count, self.total = len(self.stale), len(self.targets)

    def tasks(self, executor: "Executor") -> Iterator[PlanItem]:
        """Yield a task for each target, in order."""
        make = self.prepare(executor) if self.stale else None
        for target in self.targets:
            if entry := self.up_to_date.get(target.name):
                yield target, keep_task(self.workspace, target, entry)
            else:
                yield target, make(target) if make else block_task(target)


def open_records(project: Project, records: str = "") -> tuple[Project, BuildState]:
    """Read the records of a build folder, or those in the folder `records` below it.

    Gives the project with its reads recorded, and the records.
    """
    state = BuildState(project.build, project.paths_of, records)
    return replace(project, on_read=state.files.record), state


def open_workspace(project: Project, options: BuildOptions) -> Workspace:
    """Open the workspace of targets that are no print files and no pages of the site."""
    project, state = open_records(project)
    tools = archival_toolchain(project, state.files)
    toolchains = dict.fromkeys((*options.profiles, PACK_PROFILE), tools)
    return Workspace(project, options, state, find_editions(project)[0], toolchains)


def attempt(
    task: Task[T], source: str
) -> Generator["Future[Any]", Any, tuple[T | None, Sequence[Problem]]]:
    """Run a task; turn what it raises into problems.

    An exceeded limit is reported at `source`. A bug of the program is raised, and
    WorkersUnavailable, which ends the build.
    """
    try:
        return (yield from task), ()
    except WorkersUnavailable:
        raise
    except JobFailed as error:
        return None, [limit_problem(source, str(error))]
    except RecursionError:
        return None, [limit_problem(source, "it is nested too deeply")]
    except Exception as error:
        if not (problems := problems_of(error)):
            raise
        return None, problems


def block_on_error(items: Iterator[PlanItem]) -> "Iterator[Task[TaskResult] | Future[Any]]":
    """Yield the tasks of a plan so that an error blocks its target only; pass on jobs."""
    for item in items:
        if isinstance(item, tuple):
            yield _run_or_block(*item)
        else:
            yield item


def _run_or_block(target: Target, task: Task[TaskResult]) -> Task[TaskResult]:
    result, problems = yield from attempt(task, target.source)
    return result or TaskResult(replace(target, state=State.BLOCKED), problems)


def limit_problem(source: str, message: str) -> Problem:
    """Report that a target exceeded a limit."""
    message = f"this could not be built: {message}"
    return Problem(Rule.RESOURCE_LIMIT, Place(source), message, _LIMIT_HINT)


def keep_file(workspace: Workspace, target: Target, entry: OutputEntry) -> TaskResult:
    """Keep the file of a target that is up to date, and report its warnings again.

    Deletes the rejected PDF of an earlier build.
    """
    if not workspace.options.dry_run and target.rejected in workspace.state.rejected_files:
        (workspace.project.build / target.rejected).unlink(missing_ok=True)
    return TaskResult.of(target, State.UP_TO_DATE, entry)


def keep_task(workspace: Workspace, target: Target, entry: OutputEntry) -> Task[TaskResult]:
    """Return a task that keeps the file of a target that is up to date; it has no job."""
    return finished_task(keep_file(workspace, target, entry))


def block_task(target: Target, problems: Sequence[Problem] = ()) -> Task[TaskResult]:
    """Return a task that blocks a target for `problems`, or for those of its content."""
    return finished_task(TaskResult(replace(target, state=State.BLOCKED), problems))


def problems_with_profiles(
    results: Iterable[TaskResult], options: BuildOptions
) -> Iterator[Problem]:
    """Yield each problem once; a layout problem names its profiles.

    If only the default profile is built, it is not named.
    """
    is_default = options.profiles == (DOCUMENT_PROFILE,)
    profiles: dict[Problem, dict[str, None]] = {}
    for result in results:
        for problem in result.problems:
            profiles.setdefault(problem, {})[result.target.profile] = None
    for problem, names in profiles.items():
        if problem.rule.depends_on_profile and not is_default:
            *first, last = names
            listed = f"{', '.join(first)} and {last}" if first else last
            problem = replace(problem, message=f"profile {listed}: {problem.message}")
        yield problem
