"""Build documents and all other targets. READ THIS FIRST.

Reads `content/` (YAML, data files, pictures), writes `build/`. A target is one output below
`build/`: a document (an edition in one language and profile), a pack, a job sheet, a
redline, or a page of the site with the files beside it. Each kind of target has a plan in a
module of `tasks/`, which gives a task for each target. A task is a generator: it yields the
jobs that it waits for. Tasks run concurrently, their jobs in worker processes (`workers/`).
The way of a document:

    build_documents            plans, opens workers, locks build/, runs the tasks
      plan_documents           selects editions, sets aside what is up to date (1)
      DocumentPlan.tasks       gives a task for each document
        make_document          values (2) -> HTML           tasks/documents.py, read it next
          finish               HTML (3) -> cache (4) -> PDF, stored or rejected

The functions for other kinds are in `commands/`, and call `build_targets` as well. Four
questions, each costlier than the one before, decide whether a document is rendered:

1. Did a file change? `_split_stale` in `tasks/plan_documents.py`; if not, nothing is read.
2. Did a value change? `keep_up_to_date` in `tasks/finish.py`; if not, no HTML is made.
3. Did the HTML change? `finish` asks `why_stale`; if not, no PDF is rendered.
4. Is it in the cache? `finish` copies the PDF from there.

Where to add (all files: ARCHITECTURE.md, "Where the next things go"):

- a chart type: `model/chart_types.py`, and the module of its name in `html/charts/`;
  nothing else in `pipeline/`
- a rule: `Rule` in `problems.py`, which says where its check goes; for the text of a brief
  a function in `content/validate/`, called by `content/language_file.py`; its meaning in
  `docs/make_reference.py`
- a language: `templates/strings/<code>.yaml`, read by `design/strings.py`
- a kind of target, a PDF or another format such as EPUB: a subclass of `Target` in
  `targets.py`, a plan in `tasks/`, a function in `commands/`, a command in `cli/`
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from functools import partial

from pipeline.design.overrides import require_usable_overrides
from pipeline.problems import Problem, WorkersUnavailable, sort_and_dedupe
from pipeline.project import Project
from pipeline.state.atomic_write import require_no_links
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
    """The state of each target, in order, and all problems."""

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

    A document with an error keeps its last good file; the others are finished. `executor`
    is one that is already open, with the `toolchains` of its workers by profile; otherwise
    the build opens its own. Raises PipelineError if no document can be built, for example
    because `build/` contains a symbolic link.
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
    again if another build wrote records in the meantime, run the tasks. A dry run also
    renders the HTML of documents, to decide whether they are stale. A pack whose files
    changed is reported as stale without rendering.
    """
    require_usable_overrides(project)
    if not options.dry_run:
        require_no_links(project.build)
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
    """Run the tasks of a plan; save the records also after an error."""
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
