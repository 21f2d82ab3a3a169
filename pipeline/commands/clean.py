"""Remove built files: `briefs clean`."""

from pipeline.content.discovery import find_editions
from pipeline.problems import Problem
from pipeline.project import Project
from pipeline.state.clean import built_files, remove, stale_files
from pipeline.state.lock import build_lock
from pipeline.targets import session_numbers


def clean(
    project: Project, *, stale: bool, dry_run: bool
) -> tuple[list[str], list[Problem]]:
    """Remove all built files, or with `stale` those whose content is gone.

    Gives the names of the removed files (in a dry run, of those that would be removed), and
    problems for those that cannot be removed. Raises PipelineError during a build.
    """
    if dry_run or not project.build.is_dir():
        return [f"build/{name}" for name in _files(project, stale)], []
    with build_lock(project.build, remove_lock=not stale):
        return remove(project.build, _files(project, stale))


def _files(project: Project, stale: bool) -> list[str]:
    if not stale:
        return built_files(project.build)
    folders, _ = find_editions(project)
    documents = {(f.slug, str(f.information_date), c) for f in folders for c in f.languages}
    return stale_files(project.build, documents, session_numbers(project))
