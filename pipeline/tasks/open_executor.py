"""Open the executor of a build: processes on this machine, or a Dask cluster."""

from contextlib import AbstractContextManager, nullcontext

from pipeline.project import Project
from pipeline.targets import BuildOptions
from pipeline.toolchain import PRELOAD, worker_setup
from pipeline.workers.executor import Executor, InlineExecutor


def open_executor(
    project: Project, options: BuildOptions, stale_count: int, is_local: bool = False
) -> AbstractContextManager[Executor]:
    """Open an executor with a process for each stale target, at most `options.jobs`.

    Without a stale target, jobs run in this process.
    A cluster renders PDFs only; this machine reads the content and renders the HTML. A plan
    that `is_local` (`Plan` in `tasks/task.py`) renders no PDF, so it needs no cluster.
    """
    if not stale_count:
        return nullcontext(InlineExecutor())
    processes = min(options.jobs, stale_count)
    if options.cluster and not (options.dry_run or is_local):
        from pipeline.workers.dask import open_cluster

        ghostscript = options.ghostscript if "press" in options.profiles else None
        setup = worker_setup(project, ghostscript)
        local_modules = ("pipeline.tasks.documents", "pipeline.html.templates")
        return open_cluster(options.cluster, setup, processes, local_modules)
    from pipeline.workers.pool import Limits, open_processes

    if is_local:
        return open_processes(processes, Limits(), (), local=processes)
    from pipeline.tasks import jobs  # noqa: F401 – before the fork, so that workers inherit it

    return open_processes(processes, Limits(), () if options.dry_run else PRELOAD)
