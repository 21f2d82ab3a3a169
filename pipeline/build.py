"""Build documents, packs, job sheets, redlines and the site. READ THIS FIRST.

Reads `content/` (YAML, data files, pictures), writes `build/`.

    select -> plan -> per stale target: load, HTML,
    decide (up to date, cached, or to be rendered), PDF, store or reject

A target is one file below `build/`. Each kind of target has its plan in a module of
`tasks/`, and a function here. The plan keeps every target that is up to date by its files,
and makes a task of each other one. A task is a generator: it yields the jobs it waits for,
and ends with `finish` (a PDF) or `finish_files` (other files) of `tasks/finish.py`. Tasks
run side by side, their jobs in worker processes (`workers/`).
Read next: `make_document` in `tasks/documents.py`, the task of a document.

Where the next things go (all files: ARCHITECTURE.md, under this heading):

- a chart type: `model/chart_types.py`, and the module of its name in `html/charts/`
- a rule: `Rule` in `problems.py`; its check in `content/validate/`, called by
  `content/loader.py`
- a language: `templates/strings/<code>.yaml`, of a project (`project.py`) or of the program
- a kind of target, also one that is no PDF: a subclass of `Target` in `targets.py`, a plan
  in `tasks/`, a function here
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from pipeline.design.overrides import require_usable_overrides
from pipeline.problems import Problem, WorkersUnavailable, sort_and_dedupe
from pipeline.project import Project
from pipeline.state.atomic_write import require_plain_build
from pipeline.targets import BuildOptions, Target
from pipeline.tasks.open_executor import open_executor
from pipeline.tasks.plan_documents import plan_documents
from pipeline.tasks.task import Plan, TaskResult, block_on_error, problems_with_profiles
from pipeline.toolchain import Toolchain
from pipeline.workers.executor import Executor, InlineExecutor
from pipeline.workers.scheduler import run_tasks

if TYPE_CHECKING:
    from pipeline.content.loader import LoadedContent
    from pipeline.model.print_order import PrintOrder
    from pipeline.model.schema import Series
    from pipeline.model.session import Session
    from pipeline.redline.changes import Redline

Progress = Callable[[Target, int], None]


@dataclass(frozen=True)
class BuildResult:
    """The state of each target, in order, and all problems."""

    targets: tuple[Target, ...]
    problems: tuple[Problem, ...]


def build(
    project: Project,
    options: BuildOptions,
    today: date,
    progress: Progress = lambda *_: None,
    executor: Executor | None = None,
    toolchains: Mapping[str, Toolchain] | None = None,
) -> BuildResult:
    """Build every stale document that `options` select; `today` decides what is current.

    A document with an error keeps its last good file; the others are finished. `executor`
    is one that is already open, with the `toolchains` of its workers by profile; otherwise
    the build opens its own. Raises PipelineError if none can be built, as when `build/`
    holds a link.
    """
    make_plan = partial(plan_documents, project, options, today, toolchains)
    return _run_plan(project, options, make_plan, progress, executor)


def build_packs(
    project: Project,
    options: BuildOptions,
    slug: str,
    today: date,
    progress: Progress = lambda *_: None,
    executor: Executor | None = None,
) -> BuildResult:
    """Build every stale pack of a session, as `build` does documents."""
    from pipeline.tasks.packs import plan_packs

    make_plan = partial(plan_packs, project, options, slug, today)
    return _run_plan(project, options, make_plan, progress, executor)


def build_job_sheet(
    project: Project, series: "Series", session: "Session", order: "PrintOrder", jobs: int
) -> BuildResult:
    """Build the job sheet of a session if it is stale, with `jobs` worker processes."""
    from pipeline.tasks.job_sheet import plan_job_sheet

    options = BuildOptions(jobs=jobs)
    make_plan = partial(plan_job_sheet, project, options, series, session, order)
    return _run_plan(project, options, make_plan)


def build_redlines(
    project: Project,
    options: BuildOptions,
    content: "LoadedContent",
    redlines: "Sequence[Redline]",
    formats: Sequence[str],
    full: bool,
    progress: Progress = lambda *_: None,
) -> BuildResult:
    """Build the files of redlines in each of the `formats`. `content` was read before.

    With `full` the file shows all changed words, even if the edition was written anew.
    """
    from pipeline.tasks.redlines import plan_redlines

    make_plan = partial(plan_redlines, project, options, content, redlines, formats, full)
    return _run_plan(project, options, make_plan, progress)


def build_web(
    project: Project,
    options: BuildOptions,
    today: date,
    url: str = "",
    *,
    single_files: bool = False,
) -> BuildResult:
    """Build the stale files of the site at `url`; the default is the address in the series.

    The order is: the PDFs of the editions, the pages that link to them, the catalogue that
    lists the pages. With `single_files` each edition is one HTML file, without PDFs and
    without a catalogue.
    """
    from pipeline.tasks.site import open_site
    from pipeline.tasks.site_plans import plan_catalogue, plan_pages, plan_single_files

    editions = open_site(project, options, today, url).editions_with_pdf
    results = []
    if editions and not single_files:
        results.append(build(project, replace(options, editions=editions), today))
    plans = [plan_single_files] if single_files else [plan_pages, plan_catalogue]
    for plan in plans:
        make_plan = partial(plan, project, options, today, url)
        results.append(_run_plan(project, options, make_plan))
    return BuildResult(
        tuple(target for result in results for target in result.targets),
        sort_and_dedupe(problem for result in results for problem in result.problems),
    )


def _run_plan(
    project: Project,
    options: BuildOptions,
    make_plan: Callable[[], Plan],
    progress: Progress = lambda *_: None,
    executor: Executor | None = None,
) -> BuildResult:
    """Make a plan and run it. All functions above call this one.

    The order is: check the folders, plan, open the workers, lock the build folder, plan
    again if another build wrote records in the meantime, run the tasks. A dry run, too,
    runs the tasks as far as the HTML, which decides whether a target is stale.
    """
    require_usable_overrides(project)
    if not options.dry_run:
        require_plain_build(project.build)
    plan = make_plan()
    with ExitStack() as stack:
        if plan.stale_count and executor is None:
            opened = open_executor(project, options, plan.stale_count, plan.is_local)
            executor = stack.enter_context(opened)
        if must_write := plan.stale_count > 0 and not options.dry_run:
            from pipeline.state.lock import build_lock

            stack.enter_context(build_lock(project.build))
            if not plan.workspace.state.has_latest_records():
                plan = make_plan()  # another build has finished since
        executor = executor or InlineExecutor()
        return _run_tasks(plan, progress, executor, is_locked=must_write)


def _run_tasks(
    plan: Plan, progress: Progress, executor: Executor, *, is_locked: bool
) -> BuildResult:
    """Run the tasks of a plan; save the records also after an error."""
    workspace = plan.workspace
    results: list[TaskResult] = []
    problems: list[Problem] = []
    try:
        tasks = (block_on_error(target, task) for target, task in plan.tasks(executor))
        with closing(run_tasks(tasks, executor)) as finished:
            for result in finished:
                results.append(result)
                progress(result.target, plan.total)
    except WorkersUnavailable as error:
        problems += error.problems
    finally:
        if not workspace.options.dry_run:
            problems += workspace.save_records(is_locked=is_locked)
    problems += (*workspace.problems, *problems_with_profiles(results, workspace.options))
    return BuildResult(tuple(r.target for r in results), sort_and_dedupe(problems))
