"""Paint on other machines: what a build asks of them, and how a machine offers itself.

The stages do not know each other; here production's cluster learns what a toolchain is.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.pdf.toolchain import toolchain
from pipeline.prepress.ghostscript import ghostscript_version
from pipeline.prepress.toolchain import booklet_tools
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import Project
from pipeline.state.fingerprints import Fingerprints, digest
from pipeline.workers.dask import open_cluster
from pipeline.workers.dask_connect import find_security, open_here, require_dask
from pipeline.workers.dask_probe import knock
from pipeline.workers.executor import Executor
from pipeline.workers.pool import Limits, open_executor

if TYPE_CHECKING:
    from pipeline.workers.dask_worker import Station

_LOCAL = "local:"
# Seconds that a worker waits for its scheduler: machines that start together take a minute.
_PATIENCE = 60
# What processes import before they paint, and before they mark up.
PAINTING = ("pipeline.pdf.preload", "pipeline.tasks.jobs")
_MARKING = ("pipeline.tasks.documents", "pipeline.html.templates")


def tools_of(project: Project, ghostscript: str | None = None) -> dict[str, str]:
    """Say what this machine makes documents with: the toolchain, fonts, this program.

    `ghostscript` is where that program is, which jobs call by its path.
    """
    files = Fingerprints(project.paths_of, Path(os.devnull))
    fonts = {name: files.digest(name) for name in project.font_names()}
    program = "".join(f"{n} {files.digest(n)}\n" for n in project.program_names())
    tools = toolchain(fonts) | booklet_tools()
    if ghostscript:
        found = f"{ghostscript_version(ghostscript)} ({ghostscript})"
        tools |= {"ghostscript": found}
    return tools | {"program": digest(program.encode())[:12]}


@contextmanager
def open_elsewhere(
    project: Project, cluster: str, jobs: int, ghostscript: str | None = None
) -> Iterator[Executor]:
    """Open the workers of a cluster; `jobs` processes of this machine mark up for them.

    With `ghostscript`, because press files are asked for, workers must have it too.
    """
    require_dask()
    tools = tools_of(project, ghostscript)
    with ExitStack() as stack:
        address, security = cluster, None
        if cluster.startswith(_LOCAL):
            number = int(cluster.removeprefix(_LOCAL))
            station = partial(_station, project.root, 1, Limits(), ghostscript)
            address, security = stack.enter_context(open_here(number, station))
        # Dask has threads, and a process with threads is not forked.
        near = open_executor(max(jobs, 1), Limits(), _MARKING, near=False)
        home = stack.enter_context(near)
        yield stack.enter_context(open_cluster(address, tools, home, security))


def work_elsewhere(
    root: Path,
    address: str,
    jobs: int,
    begun: Callable[[str], None] = lambda address: None,
    waiting: Callable[[], None] = lambda: None,
    limits: Limits | None = None,
    ghostscript: str | None = None,
) -> None:
    """Paint for the cluster at `address`, `jobs` documents at a time, until it ends.

    `root` is a project with fonts of its own, or any folder. `begun` is told the address
    of this worker; `waiting` is called when the scheduler does not answer yet. Raises
    PipelineError when it has not for a minute.
    """
    require_dask()
    from pipeline.workers.dask_worker import run_station

    security = find_security(address)
    knock(address, security, _PATIENCE, waiting)
    station = _station(root, jobs, limits or Limits(), ghostscript)
    try:
        run_station(address, station, security, begun)
    except (OSError, TimeoutError) as error:
        raise PipelineError(
            Problem(
                Rule.CLUSTER,
                Place(address),
                "the scheduler answered, and does not any more",
                "start this worker again",
            )
        ) from error


def _station(root: Path, jobs: int, limits: Limits, ghostscript: str | None) -> "Station":
    from pipeline.workers.dask_worker import Station

    project = Project(root.resolve())
    tools = partial(tools_of, project, ghostscript)
    return Station(tools, project.font_folders, jobs, PAINTING, limits)
