"""Name the tools that a build works with, on this machine and on a worker.

The manifest records them, and a target made by other tools is stale. `pdf/` and `prepress/`
list them; this module combines the lists.
"""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model.profiles import PDFX, profile_of
from pipeline.pdf.tool_versions import toolchain
from pipeline.project import Project
from pipeline.state.file_hashes import FileHashes, hash_bytes
from pipeline.targets import BuildOptions

if TYPE_CHECKING:
    from pipeline.workers.pool import WorkerSetup

# Versions by the name of a tool.
Toolchain = Mapping[str, str]
# Modules that a worker process imports before its first job.
PRELOAD = ("pipeline.pdf.preload", "pipeline.tasks.jobs")


def find_ghostscript(profiles: Sequence[str]) -> str | None:
    """Find the program that press files need; None if it is missing or not needed."""
    if "press" not in profiles:
        return None
    from shutil import which  # slow: it imports compression libraries

    return which("gs")


def archival_toolchain(project: Project, files: FileHashes) -> dict[str, str]:
    """Name what all PDFs and the site are made with: packages, libraries, fonts."""
    return toolchain({name: files.hash_of(name) for name in project.font_names()})


def toolchains_by_profile(
    project: Project, options: BuildOptions, files: FileHashes
) -> dict[str, Toolchain]:
    """Name the tools of each profile of a build.

    Ghostscript is started, for its version, only if a press profile is selected.
    """
    tools = archival_toolchain(project, files)
    toolchains: dict[str, Toolchain] = dict.fromkeys(options.profiles, tools)
    for profile in map(profile_of, options.profiles):
        if profile.standard == PDFX:
            from pipeline.prepress.ghostscript import ghostscript_version

            names = sorted(project.icc_profile_names())
            conditions = "".join(f"{name} {files.hash_of(name)}\n" for name in names)
            toolchains[profile.name] = tools | {
                "ghostscript": ghostscript_version(options.ghostscript),
                "printing-conditions": hash_bytes(conditions.encode())[:12],
            }
    return toolchains


def worker_setup(project: Project, ghostscript: str | None) -> "WorkerSetup":
    """Return what a worker of a cluster needs: its toolchain, fonts and modules."""
    from pipeline.workers.pool import WorkerSetup

    tools = partial(worker_toolchain, project, ghostscript)
    return WorkerSetup(tools, project.font_folders, PRELOAD)


def worker_toolchain(project: Project, ghostscript: str | None) -> dict[str, str]:
    """Name the tools that decide the bytes of a document: also fonts and this program.

    `ghostscript` is the path of that program, which jobs for press files call.
    """
    from pipeline.prepress.ghostscript import ghostscript_version

    files = FileHashes(project.paths_of, Path(os.devnull))
    program = "".join(f"{name} {files.hash_of(name)}\n" for name in project.program_names())
    tools = archival_toolchain(project, files)
    if ghostscript:
        tools["ghostscript"] = f"{ghostscript_version(ghostscript)} ({ghostscript})"
    return tools | {"program": hash_bytes(program.encode())[:12]}
