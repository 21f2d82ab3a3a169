"""Build documents and all other targets. READ THIS FIRST.

Reads `content/`, `templates/` and `styles/`; writes `build/` and the cache. A target is an
output in `build/`: a document (an edition in one language and one profile, such as
`screen`), a pack of a session or its job sheet, a redline, a page or style sheet of the
site, or an edition as one HTML file. A plan (`tasks/`) gives each target a task, which is a
generator: it yields the jobs whose results it needs. Tasks run concurrently, jobs in worker
processes (`workers/`). What is done with a document, and the `State` in which it then ends:

    build_documents, build_targets  plan, open workers, lock build/, run the tasks
      plan_documents                keep its file if no input file changed (1)  UP_TO_DATE
      EditionTasks.tasks_of         block it if it has an error                 BLOCKED
        take_frozen_file            copy its frozen file, if it has one         PUBLISHED
        make_document               keep its file if no value changed (2)       UP_TO_DATE
          finish                    keep its file if its HTML is the same (3)   UP_TO_DATE
                                    copy its file from the cache (4)            CACHED
            _render_and_store       make the PDF, and store it                  BUILT
                                    set it aside if it has an error             REJECTED

If its frozen file is in `build/`, it is UP_TO_DATE; what a dry run would make is STALE.
Read next: `tasks/documents.py`, `tasks/finish.py`, `attempt` in `tasks/task.py`.
`__main__.py` answers a build with nothing to do. In all others four questions save work; 1
to 3 also compare program, tools and built file with the record:

1. Did a file change that the edition or its design is read from? `_split_stale` in
   `tasks/plan_documents.py`. If not, no YAML is read, unless to publish or to supersede.
2. Did a value of the document change, or a picture, template or style? `keep_up_to_date` in
   `tasks/finish.py`. If not, no HTML is made.
3. Did its HTML change, or a file that the renderer used? `why_stale` in
   `state/manifest.py`, called by `finish`. If not, no PDF is made.
4. Is the PDF in the cache? `finish` copies it from there.

An error in a file of content blocks its documents; an error that a task raises blocks its
target (`block_on_error`). A bug or the loss of the workers ends the build; finished targets
stay, and are recorded.

Where to add (all steps are in ARCHITECTURE.md, "Where the next things go"):

- a chart type: `model/chart_types.py`, and `html/charts/<type>.py` with a function `draw`;
  in Word it is drawn as bars, or as lines if `word/write_chart.py` lists it
- a rule: a member of `Rule` in `problems.py`, which says where its check goes, for a text a
  function in `content/validate/` and a line in `load_language_file` of
  `content/language_file.py`; its meaning in `docs/make_reference.py`
- a language: `templates/strings/<code>.yaml`, `templates/new/brief.<code>.yaml`; if needed,
  letters in `model/scripts.py`, typography in `html/text/`, `styles/languages/<code>.css`,
  and `content/validate/number_words.py`. The rest is from CLDR
- a command: `cli/<name>.py`, its line in `cli/__init__.py`, `commands/`; output: `report/`
- a kind of target: a subclass of `Target` in `targets.py`, a plan in `tasks/`, a command.
  Its task ends with `finish` if it makes a PDF, else (say, an EPUB) with `finish_files`
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

    The order is: check the folders, plan, open the workers; if something will be written,
    lock the build folder, and plan again if another build has written records; run tasks.
    A dry run makes the HTML of documents that may be stale; packs are, if a file changed.
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
