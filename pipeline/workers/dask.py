"""Run jobs on other machines: an `Executor` for a cluster of Dask, and its workers.

Dask schedules jobs and runs those of a lost worker again. This module adds (decision 0022):
every worker has the toolchain of the build, each job has limits, and a scheduler that does
not answer or has no workers ends the build. A job gets only the files that it was sent, and
the fonts, a part of the toolchain. Importing this raises PipelineError without Dask.
"""

import asyncio
import logging
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread, Timer
from typing import Any

from pipeline import problems
from pipeline.problems import PipelineError, Place, Problem, Rule, WorkersUnavailable
from pipeline.workers.executor import Executor
from pipeline.workers.forking import silent_children
from pipeline.workers.pool import Limits, WorkerSetup, open_processes
from pipeline.workers.received_files import Files, ReceivedFiles

try:
    import dask
    import distributed
    from distributed import Client, Security, Worker, WorkerPlugin, comm
    from distributed.utils import get_ip
except (ImportError, ValueError) as error:
    message = f"Dask cannot be imported: {' '.join(str(error).split())}"
    hint = f"install it: {problems.install_command('cluster')}"
    hint = hint if isinstance(error, ImportError) else "correct the configuration file"
    problem = Problem(Rule.CLUSTER, Place("distributed"), message, hint)
    raise PipelineError(problem) from error

_LOCAL_PREFIX = "local:"
_DASK_SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1GB",  # jobs have pictures
    # Of a local cluster:
    "distributed.scheduler.worker-ttl": "15s",
    "logging.distributed": "critical",  # also of workers that are started again
    "distributed.worker.daemon": False,  # a daemon must not have processes
}
_RESTART_HINT = "start the scheduler and workers (briefs worker ADDRESS), and try again"
_TOOLS_HINT = "start `briefs worker` with the program, versions and fonts of this build"
_CONNECT_TIMEOUT = 10  # seconds until a connection must be made
# Seconds without a scheduler, or without a worker, until the command ends.
_LOST_TIMEOUT = 60
_WATCH_INTERVAL = 5
# Seconds beyond the time limit of a job after which its process must have ended.
_KILL_DELAY = 30


@dataclass(eq=False)
class ProcessPlugin(WorkerPlugin):  # type: ignore[misc]  # Dask has no types
    """The processes of a worker, which run `jobs` jobs at a time."""

    worker_setup: WorkerSetup
    jobs: int
    name = "briefs"

    def setup(self, worker: Worker) -> None:
        """Start the fork server, which imports modules while the worker registers."""
        worker.http_server.stop()  # it has no authentication
        if worker.nanny:
            # Ctrl-C reaches all processes of a terminal; the build stops its local workers.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            # The files of a killed worker are removed with the folder of the cluster.
            tempfile.tempdir = dask.config.get("temporary-directory")
        setup, self._stack = self.worker_setup, ExitStack()
        executor = open_processes(self.jobs, setup.limits, setup.preload, can_fork=False)
        self.executor = self._stack.enter_context(executor)

    def teardown(self, worker: Worker) -> None:
        """End all jobs and processes; Dask runs the jobs on other workers."""
        self._stack.close()


@dataclass(eq=False)
class SharedFilesPlugin(WorkerPlugin):  # type: ignore[misc]
    """The data that each worker gets once: shared files, and the toolchain to compare."""

    files: Files
    toolchain: Mapping[str, str]
    problems: list[Problem] | None = None

    def setup(self, worker: Worker) -> None:
        """Compare the toolchain. Raises WorkersUnavailable if it differs."""
        plugin = worker.plugins.get(ProcessPlugin.name)
        actual = plugin.worker_setup.toolchain() if plugin else {}
        differences = [
            f"{name} {actual.get(name, 'none')} on the worker, {version} in this build"
            for name, version in sorted(self.toolchain.items())
            if actual.get(name) != version
        ]
        message = f"the worker has another toolchain: {'; '.join(differences)}"
        self.problems = []
        if differences:
            self.problems = [_problem(worker.address, message, _TOOLS_HINT)]
            raise WorkersUnavailable(*self.problems)


def run_job(
    plugin_name: str, function: Callable[..., Any], files: Files, arguments: Sequence[Any]
) -> Any:
    """Run `function(ReceivedFiles, *arguments)` in a process of the worker.

    The job gets `files` and those of the plug-in `plugin_name`. Returns the result, and the
    names of missing files; the result is wrong if there are any. Raises what the job
    raises, JobFailed, and WorkersUnavailable if this worker has another toolchain.
    """
    plugins = distributed.get_worker().plugins
    plugin, shared_files = plugins.get(ProcessPlugin.name), plugins.get(plugin_name)
    if shared_files is None or shared_files.problems is None:  # not received yet
        time.sleep(1)
        raise distributed.Reschedule
    if shared_files.problems:  # this worker joined after the build had begun
        raise WorkersUnavailable(*shared_files.problems)
    setup = plugin.worker_setup
    received = ReceivedFiles({**shared_files.files, **files}, setup.font_folders)
    # If the time limit does not work, the fork server hangs; other workers run its jobs.
    watchdog = Timer(setup.limits.wall_seconds + _KILL_DELAY, os._exit, [1])
    watchdog.start()
    try:
        future = plugin.executor.submit(received.run, function, arguments)
        return plugin.executor.result(future)
    except CancelledError:  # the worker stops
        raise distributed.Reschedule from None
    finally:
        watchdog.cancel()


def run_worker(
    address: str, setup: WorkerSetup, jobs: int, on_start: Callable[[str], None]
) -> None:
    """Run `jobs` jobs at a time for the scheduler at `address`, until it ends.

    SIGINT and SIGTERM also end it. `on_start` gets the address of the worker. Raises
    PipelineError if no scheduler answers.
    """
    security = require_scheduler(address, "worker", _LOST_TIMEOUT)

    async def serve(folder: str) -> None:
        async with Worker(
            address,
            # The interface that reaches the scheduler; Dask would listen to all networks.
            host=comm.unparse_host_port(get_ip(comm.get_address_host(address))),
            nthreads=jobs,
            plugins=(ProcessPlugin(setup, jobs),),
            security=security,
            local_directory=folder,
            memory_limit=0,  # each job has a limit of its own
            death_timeout=2 * _CONNECT_TIMEOUT,
            dashboard=False,
            dashboard_address="127.0.0.1:0",  # until ProcessPlugin stops the server
        ) as worker:
            on_start(worker.address)
            finished = asyncio.ensure_future(worker.finished())
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, finished.cancel)
            with suppress(asyncio.CancelledError):
                await finished

    try:
        with tempfile.TemporaryDirectory(prefix="briefs-") as folder:
            asyncio.run(serve(folder))
    except OSError as error:
        message = f"the scheduler does not accept the worker: {error}"
        raise PipelineError(_problem(address, message)) from error


class DaskExecutor(Executor):
    """Runs jobs on the workers of a cluster, and local jobs in the processes of `local`.

    The first argument of a job gives its files, as `ProjectAssets` in `tasks/assets.py`
    does: `names()` returns the names that all jobs share, `names_in(argument)` those in the
    second argument of a job, and `serve(name)` the content of a file, None if there is no
    such file.
    """

    def __init__(
        self, client: Client, address: str, setup: WorkerSetup, local: Executor
    ) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._address = address
        self._toolchain = setup.toolchain()
        self._local = local
        self._shared: frozenset[str] = frozenset()
        self._plugin_name = f"briefs-{client.id}"
        # For each job: the function, its arguments, and the names of its files.
        self._jobs: dict[Future[Any], tuple[Any, ...]] = {}
        self._stopped = Event()
        Thread(target=self._watch_cluster, daemon=True).start()

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Send the shared files to all workers, once; their toolchains must be the same."""
        if self._shared:
            return
        files = {name: arguments[0].serve(name) for name in arguments[0].names()}
        plugin, self._shared = SharedFilesPlugin(files, self._toolchain), frozenset(files)
        try:
            self._client.register_plugin(plugin, name=self._plugin_name)
        except ImportError as error:
            raise self._unavailable(f"a worker lacks this program: {error}") from error
        except OSError:  # a worker was lost
            return

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        self.prepare(function, *arguments)
        assets, text, *_ = arguments
        return self._submit(function, arguments, assets.names_in(text))

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return self._local.submit_local(function, *arguments)

    def result(self, future: Future[Any], *, retry: bool = True) -> Any:
        if future not in self._jobs:
            return self._local.result(future, retry=retry)
        function, arguments, names = self._jobs[future]
        try:
            result, missing = future.result()
        except distributed.scheduler.KilledWorker as error:
            message = "every worker that ran a document was lost; the last one was "
            address = error.last_worker.address
            raise PipelineError(_problem(self._address, message + address)) from error
        except CancelledError as error:
            raise self._unavailable("the scheduler was lost") from error
        finally:
            del self._jobs[future]
        if not missing:
            return result
        if not retry:
            raise self._unavailable("the build ended before the job had its files")
        return self.result(self._submit(function, arguments, {*names, *missing}))

    def check(self) -> None:
        self._local.check()

    def stop(self) -> None:
        """Remove the shared files from the cluster."""
        self._stopped.set()
        client, name = self._client, self._plugin_name
        unregister = client.scheduler.unregister_worker_plugin
        with suppress(Exception):  # the cluster may be lost
            client.sync(unregister, name=name, callback_timeout=_WATCH_INTERVAL)

    def _submit(
        self, function: Callable[..., Any], arguments: Sequence[Any], names: Iterable[str]
    ) -> Future[Any]:
        assets, *rest = arguments
        files = {name: assets.serve(name) for name in {*names} - self._shared}
        job = (self._plugin_name, function, files, rest)
        try:
            future: Future[Any] = self._executor.submit(run_job, *job)
        except Exception as error:  # Dask raises many types when the client is closed
            raise self._unavailable("the scheduler was lost") from error
        self._jobs[future] = (function, arguments, names)
        return future

    def _watch_cluster(self) -> None:
        """End all jobs when the scheduler does not answer, or when there is no worker."""
        last_with_workers = time.monotonic()
        while True:
            message = f"the scheduler has not answered for {_LOST_TIMEOUT} seconds"
            with suppress(Exception):  # no answer
                count_threads = self._client.scheduler.ncores
                threads = self._client.sync(count_threads, callback_timeout=_WATCH_INTERVAL)
                message = f"the cluster has had no worker for {_LOST_TIMEOUT} seconds"
                # Two jobs for each process of a worker, so that it is never idle.
                self.max_queued = max(self._local.max_queued, 2 * sum(threads.values()))
                last_with_workers = time.monotonic() if threads else last_with_workers
            if self._client.status == "closed":
                message = "the scheduler was lost"
            elif time.monotonic() - last_with_workers <= _LOST_TIMEOUT:
                message = ""
            for future in list(self._jobs) if message else ():
                with suppress(InvalidStateError):  # it has ended
                    future.set_exception(self._unavailable(message))
            if self._stopped.wait(_WATCH_INTERVAL):
                return

    def _unavailable(self, message: str) -> WorkersUnavailable:
        return WorkersUnavailable(_problem(self._address, message))


@contextmanager
def open_cluster(
    address: str, setup: WorkerSetup, jobs: int, preload: Sequence[str]
) -> Iterator[Executor]:
    """Open the cluster at `address`, or one of N workers on this machine: "local:N".

    Local jobs run in `jobs` processes that import the modules `preload`. Raises
    PipelineError if there is no scheduler or worker, or a worker has another toolchain.
    """
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_DASK_SETTINGS))
        # This module reports the important events in Dask's log as problems.
        stack.callback(logging.disable, logging.root.manager.disable)
        logging.disable(logging.CRITICAL)
        security, scheduler = None, address
        if address.startswith(_LOCAL_PREFIX):
            scheduler = _start_local_cluster(stack, address, setup)
        else:
            security = require_scheduler(address, "client", _CONNECT_TIMEOUT)
        options = {"timeout": _CONNECT_TIMEOUT, "set_as_default": False}
        try:
            client = Client(scheduler, security=security, **options)
            stack.callback(client.close, timeout=2)
            client.wait_for_workers(1, timeout=_LOST_TIMEOUT)
        except OSError as error:
            message = f"the cluster has no scheduler or no worker: {error}"
            raise PipelineError(_problem(address, message)) from error
        # This process has threads now, so it must not be forked.
        processes = open_processes(max(jobs, 1), Limits(), preload, can_fork=False)
        executor = DaskExecutor(client, address, setup, stack.enter_context(processes))
        stack.callback(executor.stop)
        yield executor


def _start_local_cluster(stack: ExitStack, address: str, setup: WorkerSetup) -> Any:
    """Start a scheduler and workers, with certificates that exist in memory only."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="briefs-"))
    stack.enter_context(dask.config.set({"temporary-directory": folder}))
    with silent_children():
        cluster = distributed.LocalCluster(
            n_workers=int(address.removeprefix(_LOCAL_PREFIX)),
            threads_per_worker=1,
            security=True,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # not 8787
            memory_limit=0,  # each job has a limit of its own
            plugins=(ProcessPlugin(setup, 1),),
        )
    cluster.loop.add_callback(cluster.scheduler.http_server.stop)
    return stack.enter_context(cluster)


def require_scheduler(address: str, role: str, seconds: float) -> Security:
    """Wait until a scheduler accepts a role, "client" or "worker"; return TLS settings.

    Raises PipelineError after `seconds`, or at once if waiting cannot help.
    """
    security = Security()

    async def connect() -> None:
        connection = comm.connect(address, seconds, **security.get_connection_args(role))
        # Dask alone would wait for ever for a server that does not answer.
        await (await asyncio.wait_for(connection, seconds + _CONNECT_TIMEOUT)).close()

    try:
        asyncio.run(connect())
    except Exception as error:  # Dask raises many types
        cause: BaseException = error
        while cause.__cause__:
            cause = cause.__cause__
        message = f"no connection to a scheduler: {str(cause) or 'it does not answer'}"
        files = filter(None, security.get_tls_config_for_role(role).values())
        used = ", ".join(map(str, files)) or "none"
        hint = f"check the scheduler, and the certificates ({used}): see docs/scaling-up.md"
        raise PipelineError(_problem(address, message, hint)) from error
    return security


def _problem(place: str, message: str, hint: str = _RESTART_HINT) -> Problem:
    return Problem(Rule.CLUSTER, Place(place), message, hint)
