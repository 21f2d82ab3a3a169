"""Run the jobs of a Dask cluster in processes with limits: the code inside a worker.

A job gets only the files that it was sent. Of the worker's disk it reads the fonts, which
are a part of the toolchain that is compared.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any
from weakref import WeakSet

from distributed import Reschedule, Worker, WorkerPlugin, get_worker
from distributed.comm import get_address_host, unparse_host_port
from distributed.security import Security
from distributed.utils import get_ip

from pipeline.problems import Place, Problem, Rule, WorkersUnavailable
from pipeline.workers.pool import WorkerSetup, open_executor

PLUGIN = "briefs"
# Seconds beyond the time limit of a job after which its process must have ended.
_GRACE = 30
# Seconds in which a scheduler must register the worker.
_REGISTRATION = 20
_HINT = "start it with `briefs worker`, with the program, versions and fonts of the build"

Files = Mapping[str, bytes | None]


class ReceivedFiles:
    """The files that were sent with a job, and the fonts of this machine.

    `missing` collects the names that the job asks for and was not sent.
    """

    def __init__(self, files: Files, font_folders: tuple[Path, ...]) -> None:
        self._files = files
        self.font_folders = font_folders
        self.missing: dict[str, None] = {}

    def serve(self, name: str) -> bytes | None:
        """Return the content of a file, None if there is no such file."""
        if name not in self._files:
            self.missing[name] = None
        return self._files.get(name)


class BriefsWorker(WorkerPlugin):  # type: ignore[misc]  # Dask has no types
    """The processes of a worker."""

    name = PLUGIN

    def __init__(self, worker_setup: WorkerSetup, jobs: int) -> None:
        self.worker_setup = worker_setup
        self.jobs = jobs

    def setup(self, worker: Worker) -> None:
        """Start the fork server; it imports while the worker registers."""
        if worker.nanny:
            # Ctrl-C reaches all processes of a terminal; the build stops its local workers.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.running: WeakSet[Future[Any]] = WeakSet()
        self._stack = ExitStack()
        setup = self.worker_setup
        executor = open_executor(self.jobs, setup.limits, setup.preload, near=False)
        self.executor = self._stack.enter_context(executor)

    def teardown(self, worker: Worker) -> None:
        """End all jobs and processes; Dask runs the jobs on other workers."""
        for future in list(self.running):
            future.cancel()
        self._stack.close()


class SharedFiles(WorkerPlugin):  # type: ignore[misc]
    """The files that all jobs of a build need, and the toolchain that a worker must have.

    Dask sends it to each worker once, also to workers that join later.
    """

    def __init__(self, files: Files, toolchain: Mapping[str, str]) -> None:
        self.files = files
        self.problems: list[Problem] | None = None
        self._toolchain = toolchain

    def setup(self, worker: Worker) -> None:
        """Compare the toolchain. Raises WorkersUnavailable if it differs."""
        plugin = worker.plugins.get(PLUGIN)
        actual = plugin.worker_setup.toolchain() if plugin else {}
        differences = [
            f"{name} {actual.get(name, 'none')} there, {version} here"
            for name, version in sorted(self._toolchain.items())
            if actual.get(name) != version
        ]
        message = f"the worker has another toolchain: {'; '.join(differences)}"
        problem = Problem(Rule.CLUSTER, Place(worker.address), message, _HINT)
        self.problems = [problem] if differences else []
        if differences:
            raise WorkersUnavailable(problem)


def run_job(
    shared: str, function: Callable[..., Any], files: Files, arguments: Sequence[Any]
) -> Any:
    """Run `function(ReceivedFiles, *arguments)` in a process of the worker.

    It gets `files` and those of the plug-in `shared`. Returns the result, and the names of
    files that were missing: with any, the result is wrong. Raises what the job raises,
    JobFailed, and WorkersUnavailable if this worker has another toolchain.
    """
    plugins = get_worker().plugins
    plugin, common = plugins.get(PLUGIN), plugins.get(shared)
    if common is None or common.problems is None:  # it is on its way
        time.sleep(1)
        raise Reschedule
    if common.problems:  # this worker joined after the build had begun
        raise WorkersUnavailable(*common.problems)
    files, setup = {**common.files, **files}, plugin.worker_setup
    # If the time limit does not work, the fork server hangs: the worker ends, and Dask runs
    # its jobs on other workers.
    watchdog = Timer(setup.limits.clock + _GRACE, os._exit, [1])
    watchdog.start()
    fonts = setup.font_folders
    try:
        future = plugin.executor.submit(_call, function, files, fonts, arguments)
        plugin.running.add(future)
        return plugin.executor.result(future)
    except CancelledError:  # the worker stops
        raise Reschedule from None
    finally:
        watchdog.cancel()


def _call(
    function: Callable[..., Any],
    files: Files,
    font_folders: tuple[Path, ...],
    arguments: Sequence[Any],
) -> tuple[Any, tuple[str, ...]]:
    received = ReceivedFiles(files, font_folders)
    try:
        result = function(received, *arguments)
    except Exception:
        if not received.missing:
            raise
        result = None
    return result, tuple(received.missing)


async def serve(
    address: str,
    setup: WorkerSetup,
    jobs: int,
    security: Security,
    started: Callable[[str], None],
) -> None:
    """Be a worker of a scheduler until it ends, or until SIGINT or SIGTERM.

    `started` gets the address of the worker. Raises OSError if it cannot register.
    """
    with TemporaryDirectory(prefix="briefs-") as folder:
        async with Worker(
            address,
            # The interface that reaches the scheduler; Dask would listen to all networks.
            host=unparse_host_port(get_ip(get_address_host(address))),
            nthreads=jobs,
            plugins=(BriefsWorker(setup, jobs),),
            security=security,
            local_directory=folder,
            memory_limit=0,  # each job has a limit of its own
            death_timeout=_REGISTRATION,
            dashboard=False,
            dashboard_address="127.0.0.1:0",  # Dask's HTTP pages have no authentication
        ) as worker:
            started(worker.address)
            end = asyncio.ensure_future(worker.finished())
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, end.cancel)
            with suppress(asyncio.CancelledError):
                await end
