"""Build the packs of a session, for several commands."""

from datetime import date
from functools import partial

from pipeline.build import BuildResult, Progress, build_targets
from pipeline.project import Project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import Executor


def build_packs(
    project: Project,
    options: BuildOptions,
    slug: str,
    today: date,
    progress: Progress = lambda *_: None,
    executor: Executor | None = None,
) -> BuildResult:
    """Build every stale pack of a session, as `build_documents` does documents."""
    from pipeline.tasks.packs import plan_packs

    make_plan = partial(plan_packs, slug=slug, today=today)
    return build_targets(project, options, make_plan, progress, executor)
