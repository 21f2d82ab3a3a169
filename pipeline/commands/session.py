"""Answer what a session hands out, for the commands that need to know."""

from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_series
from pipeline.editions.sessions import ResolvedSession, read_sessions
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, is_blocking
from pipeline.project import Project
from pipeline.targets import BuildOptions, Pack
from pipeline.tasks.packs import plan_packs


def session_editions(
    project: Project, number: int
) -> dict[tuple[str, InformationDate], tuple[str, ...]]:
    """List the editions that a session hands out, and the languages they are printed in.

    Raises PipelineError if the session is wrong.
    """
    series, problems = load_series(project, ())
    if series:
        folders, _ = find_editions(project)
        sessions = read_sessions(project, folders, series, (number,))
        problems = [*problems, *sessions.problems]
    if errors := [problem for problem in problems if is_blocking(problem)]:
        raise PipelineError(*errors)
    return {
        (handout.folder.slug, handout.folder.information_date): tuple(
            dict.fromkeys(handout.printed_in.values())
        )
        for session in sessions.planned
        for handout in session.handed_out
    }


def find_session(project: Project, number: int) -> ResolvedSession | None:
    """Read one session; None if it is missing or wrong."""
    series, _ = load_series(project, ())
    if series is None:
        return None
    folders, _ = find_editions(project)
    sessions = read_sessions(project, folders, series, (number,))
    return next(iter(sessions.planned), None)


def session_languages(project: Project, number: int) -> frozenset[str]:
    """List the languages in which a session hands anything out; none if it is wrong."""
    session = find_session(project, number)
    return frozenset(session.session.languages) if session else frozenset()


def stale_packs(project: Project, profile: str, number: int) -> tuple[Pack, ...]:
    """List the packs of a session that are missing or stale."""
    options = BuildOptions(profiles=(profile,), dry_run=True)
    return plan_packs(project, options, number).stale_packs
