"""Repeat the work of a command after each change: `build --watch`, `preview`."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.project import FileSignatures, Project, file_signatures
from pipeline.state.build_state import FILES
from pipeline.state.file_hashes import FileHashes
from pipeline.state.watch import watch_changes
from pipeline.targets import BuildOptions
from pipeline.tasks.open_executor import open_executor
from pipeline.toolchain import Toolchain, toolchains_by_profile
from pipeline.workers.executor import Executor

# The work of a command. It gets the open workers, and their toolchain for each profile.
Work = Callable[[Executor, Mapping[str, Toolchain]], None]


def work_after_each_change(
    project: Project,
    options: BuildOptions,
    work: Work,
    is_requested: Callable[[], bool] = lambda: False,
) -> None:
    """Do the work once, then after each change of a file or request, until interrupted.

    The worker processes are replaced when a font or printing condition changes, because
    they load these once.
    """
    folders = (project.content, *project.template_folders, *project.style_folders)
    changes = watch_changes(folders, is_requested)
    next(changes)  # so that a file saved during the first build is noticed
    while True:
        signatures = _tool_signatures(project)
        files = FileHashes(project.paths_of, project.build / FILES)
        toolchains = toolchains_by_profile(project, options, files)
        with open_executor(project, options, options.jobs) as executor:
            while _tool_signatures(project) == signatures:
                work(executor, toolchains)
                next(changes)


def _tool_signatures(project: Project) -> FileSignatures:
    """Return the signatures of the files that worker processes load once."""
    names = (*project.font_names(), *project.icc_profile_names())
    paths = (path for name in names for path in project.paths_of(name))
    return file_signatures(map(Path, paths))
