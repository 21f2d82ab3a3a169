"""Name the tools that documents are rendered with, on this machine and on a worker."""

import os
from functools import partial
from pathlib import Path

from pipeline.pdf.toolchain import toolchain
from pipeline.prepress.ghostscript import ghostscript_version
from pipeline.prepress.toolchain import booklet_tools
from pipeline.project import Project
from pipeline.state.fingerprints import Fingerprints, digest
from pipeline.workers.pool import WorkerSetup

# Modules that a process imports before it renders.
RENDERING = ("pipeline.pdf.preload", "pipeline.painting")


def worker_setup(project: Project, ghostscript: str | None) -> WorkerSetup:
    """Return what a worker needs: the fonts of a project, and its toolchain."""
    tools = partial(worker_toolchain, project, ghostscript)
    return WorkerSetup(tools, project.font_folders, RENDERING)


def worker_toolchain(project: Project, ghostscript: str | None) -> dict[str, str]:
    """Return the versions that decide the bytes of a document: tools, fonts, this program.

    `ghostscript` is the path of that program, which jobs for press files call.
    """
    files = Fingerprints(project.paths_of, Path(os.devnull))
    fonts = {name: files.digest(name) for name in project.font_names()}
    program = "".join(f"{name} {files.digest(name)}\n" for name in project.program_names())
    tools = toolchain(fonts) | booklet_tools()
    if ghostscript:
        tools["ghostscript"] = f"{ghostscript_version(ghostscript)} ({ghostscript})"
    return tools | {"program": digest(program.encode())[:12]}
