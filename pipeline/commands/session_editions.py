"""Read a session, and find what it hands out, for several commands."""

from datetime import date

from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, is_blocking
from pipeline.project import Project
from pipeline.tasks.reading import read_session


def session_editions(
    project: Project, slug: str, today: date, *, embargoed: bool = False
) -> dict[tuple[str, InformationDate], tuple[str, ...]]:
    """List the editions that a session hands out, with the languages they are printed in.

    Raises PipelineError if the session or the series has an error, or if an edition may not
    be printed `today`.
    """
    _, resolved, problems = read_session(project, slug, today, embargoed=embargoed)
    if errors := [problem for problem in problems if is_blocking(problem)]:
        raise PipelineError(*errors)
    return {
        (handout.folder.slug, handout.folder.information_date): handout.languages
        for handout in (resolved.handouts if resolved else ())
    }


def session_languages(project: Project, slug: str, today: date) -> frozenset[str]:
    """List the languages in which a session hands anything out; none if it has an error."""
    _, resolved, _ = read_session(project, slug, today, embargoed=True)
    return resolved.session.facts.languages if resolved else frozenset()
