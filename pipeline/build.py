"""Build documents and all other targets. READ THIS FIRST.

Reads `content/`, `templates/` and `styles/`, writes `build/`. A target is one output below
`build/`: a document (an edition in one language and one profile, such as `screen`), a pack,
a job sheet, a redline, a page of the site with its files, or a single HTML file. A plan,
made in `tasks/`, gives a task for each of its targets: a generator that yields the jobs
that it waits for. Tasks run concurrently, their jobs in worker processes, if there are any
(`workers/`). The way of a document, and the `State` (`targets.py`) in which it can end:

    build_documents, build_targets  plan, open workers, lock build/, run the tasks
      plan_documents                if no file of its edition changed (1) UP_TO_DATE
      EditionTasks.tasks_of         if its files have an error            BLOCKED
        take_frozen_file            if published: copies its frozen file  PUBLISHED
        make_document               if no value changed (2); else: HTML   UP_TO_DATE
          finish                    if HTML unchanged (3); if cached (4)  UP_TO_DATE, CACHED
            _render_and_store       makes the PDF; keeps a correct one    BUILT, REJECTED

In a dry run a stale document ends as STALE. Read next: `tasks/documents.py`,
`tasks/finish.py`, and `attempt` in `tasks/task.py`. Four questions save work; 1 to 3 also
compare the program, its tools and the built file:

1. Did a file change? `_split_stale` in `tasks/plan_documents.py`; if not, no YAML is read,
   except where the day or an option also decides.
2. Did a value change, or a picture or a file of the design? `keep_up_to_date` in
   `tasks/finish.py`; if not, no HTML is made.
3. Did the HTML change, or a file that the renderer used? `finish` calls `why_stale`; if
   not, no PDF is made.
4. Is the PDF in the cache? `finish` copies it from there.

An error in a file of content blocks the documents made from it, an error in a task its
target (`block_on_error` in `tasks/task.py`). A bug or the loss of the workers ends the
build; finished targets stay, and are recorded.

Where to add (samples, tests and pages: ARCHITECTURE.md, "Where the next things go"):

- a chart type: `model/chart_types.py`, and the module of its name in `html/charts/`; in
  Word it is a bar chart, unless `word/write_chart.py` lists it
- a rule: a member of `Rule` in `problems.py`; the docstring of `Rule` says what calls which
  check. For the text of a brief: a function in `content/validate/`, called by
  `load_language_file` in `content/language_file.py`. Its meaning: `docs/make_reference.py`
- a language: `templates/strings/<code>.yaml`, `templates/new/brief.<code>.yaml`; its script
  in `model/scripts.py`, typography in `html/text/`. Dates and numbers come from CLDR
- a command: `cli/<name>.py`, its line in `cli/__init__.py`, `commands/<name>.py`, `report/`
- a kind of target: a subclass of `Target` in `targets.py`, a plan in `tasks/`, a command.
  Its task ends with `finish` if it makes a PDF, else, as for EPUB, with `finish_files`
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from functools import partial

from pipeline.design.overrides import require_usable_overrides
from pipeline.problems import Problem, WorkersUnavailable, sort_and_dedupe
from pipeline.project import Project
from pipeline.state.atomic_write import require_no_special_files
from pipeline.targets import BuildOptions, Target
from pipeline.tasks.open_executor import open_executor
from pipeline.tasks.plan_documents import plan_documents
from pipeline.tasks.task import Plan, TaskResult, block_on_error, problems_with_profiles
from pipeline.toolchain import Toolchain
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import run_tasks

Progress = Callable[[Target, int], None]


@dataclass(frozen=True)
class BuildResult:
    """The finished targets with their states, in order, and all problems."""

    targets: tuple[Target, ...]
    problems: tuple[Problem, ...]


def build_documents(
    project: Project,
    options: BuildOptions,
    today: date,
    progress: Progress = lambda *_: None,
    executor: Executor | None = None,
    toolchains: Mapping[str, Toolchain] | None = None,
) -> BuildResult:
    """Build every stale document that `options` select; `today` decides what is current.

    A document with an error keeps its last good file; the others are finished. Without an
    `executor`, the build opens one and closes it; with one, `toolchains` are those of its
    workers, by profile. Raises PipelineError if the build cannot begin, for example because
    `build/` contains a symbolic link.
    """
    make_plan = partial(plan_documents, today=today, toolchains=toolchains)
    return build_targets(project, options, make_plan, progress, executor)


def build_targets(
    project: Project,
    options: BuildOptions,
    make_plan: Callable[[Project, BuildOptions], Plan],
    progress: Progress = lambda *_: None,
    executor: Executor | None = None,
) -> BuildResult:
    """Build every stale target of the plan that `make_plan` makes.

    The order is: check the folders, plan, open the workers, lock the build folder, plan
    again if another build wrote records in the meantime, run the tasks. A dry run writes
    nothing. It makes the HTML of documents, because only that shows whether they are stale;
    a pack is stale as soon as a file changed.
    """
    require_usable_overrides(project)
    if not options.dry_run:
        require_no_special_files(project.build)
    plan = make_plan(project, options)
    writes = plan.stale_count > 0 and not options.dry_run
    with ExitStack() as stack:
        if executor is None:
            opened = open_executor(project, options, plan.stale_count, plan.is_local)
            executor = stack.enter_context(opened)
        if writes:
            from pipeline.state.lock import build_lock

            stack.enter_context(build_lock(project.build))
            if not plan.workspace.state.has_latest_records():
                plan = make_plan(project, options)  # another build has finished since
        return _run_tasks(plan, progress, executor, is_locked=writes)


def _run_tasks(
    plan: Plan, progress: Progress, executor: Executor, *, is_locked: bool
) -> BuildResult:
    """Run the tasks of a plan. Save the records even if one of them raises."""
    workspace = plan.workspace
    results: list[TaskResult] = []
    problems: list[Problem] = []
    try:
        tasks = block_on_error(plan.tasks(executor))
        with closing(run_tasks(tasks, executor)) as results_in_order:
            for result in results_in_order:
                results.append(result)
                progress(result.target, plan.total)
    except WorkersUnavailable as error:
        problems += error.problems
    finally:
        if not workspace.options.dry_run:
            problems += workspace.save_records(is_locked=is_locked)
    problems += (*workspace.problems, *problems_with_profiles(results, workspace.options))
    return BuildResult(tuple(r.target for r in results), sort_and_dedupe(problems))
