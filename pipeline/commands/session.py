"""Read a session and build its packs, for several commands."""

from datetime import date
from functools import partial

from pipeline.build import BuildResult, Progress, build_targets
from pipeline.commands.selection import require_known
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, is_blocking
from pipeline.project import Project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import Executor


def require_session(project: Project, slug: str) -> None:
    """Refuse a session without a file."""
    from pipeline.content.session_loader import find_sessions

    require_known("session", (slug,), set(find_sessions(project)[0]))


def session_editions(
    project: Project, slug: str, today: date, *, embargoed: bool = False
) -> dict[tuple[str, InformationDate], tuple[str, ...]]:
    """List the editions that a session hands out, with the languages they are printed in.

    Raises PipelineError if the session or the series has an error, or if an edition may not
    be printed `today`.
    """
    from pipeline.tasks.reading import read_session  # slow: it imports pydantic

    require_session(project, slug)
    _, resolved, problems = read_session(project, slug, today, embargoed=embargoed)
    if errors := [problem for problem in problems if is_blocking(problem)]:
        raise PipelineError(*errors)
    return {
        (handout.folder.slug, handout.folder.information_date): handout.languages
        for handout in (resolved.handouts if resolved else ())
    }


def session_languages(project: Project, slug: str, today: date) -> frozenset[str]:
    """List the languages in which a session hands anything out; none if it has an error."""
    from pipeline.tasks.reading import read_session

    _, resolved, _ = read_session(project, slug, today, embargoed=True)
    return resolved.session.facts.languages if resolved else frozenset()


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
