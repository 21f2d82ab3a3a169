"""Run jobs on other machines: an `Executor` that sends them to a Dask cluster.

Dask schedules the jobs and runs those of a lost worker again. Added here is what Dask does
not check: every worker has the toolchain of the build, and a scheduler that is frozen or
has no workers ends the build (docs/decisions/0022-a-cluster-by-dask.md).
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import ExitStack, contextmanager, suppress
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from pipeline.problems import (
    JobFailed,
    PipelineError,
    Place,
    Problem,
    Rule,
    WorkersUnavailable,
)
from pipeline.workers.executor import Executor
from pipeline.workers.pool import Limits, WorkerSetup, isolated_child_env, open_executor

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

_LOCAL = "local:"
_SETTINGS = {
    # A job has the pictures of its document; Dask would warn.
    "distributed.admin.large-graph-warning-threshold": "1GB",
    # Of a local cluster:
    "distributed.scheduler.worker-ttl": "30s",
    "distributed.worker.daemon": False,  # a daemon must not have processes
}
_CERTIFICATES = "docs/scaling-up.md explains how to make and configure them"
_RESTART = "start the scheduler and workers (briefs worker ADDRESS), and try again"
# Jobs that wait for each process of a worker, so that it is never idle.
_QUEUED = 2
# Seconds to connect.
_ANSWER = 10
# Seconds without a scheduler, or without a worker, until the command ends.
_PATIENCE = 60
_INTERVAL = 5


class DaskExecutor:
    """Runs jobs on the workers of a cluster, and near jobs in the processes of `local`.

    The first argument of a job is where its files come from: `names()` returns the names
    that all jobs share, `names_in(argument)` those in the second argument of a job, and
    `serve(name)` the content of a file, None if there is no such file.
    """

    def __init__(
        self, client: "Client", address: str, setup: WorkerSetup, local: Executor
    ) -> None:
        self.ahead = local.ahead
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._address = address
        self._toolchain = setup.toolchain()
        self._local = local
        self._shared: frozenset[str] = frozenset()
        self._plugin = f"briefs-{uuid.uuid4().hex}"
        self._jobs: dict[Future[Any], tuple[Any, ...]] = {}
        self._stopped = Event()
        Thread(target=self._watch, daemon=True).start()

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Send the shared files to all workers, once, and compare their toolchains.

        Raises WorkersUnavailable if a worker has another one.
        """
        from pipeline.workers.dask_worker import SharedFiles

        if self._shared:
            return
        source = arguments[0]
        files = {name: source.serve(name) for name in source.names()}
        self._shared = frozenset(files)
        shared = SharedFiles(files, self._toolchain)
        try:
            self._client.register_plugin(shared, name=self._plugin)
        except ImportError as error:
            raise self._unavailable(f"a worker lacks this program: {error}") from error
        except OSError:  # a worker was lost
            return

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function of a module on a worker."""
        self.prepare(function, *arguments)
        source, *rest = arguments
        names = set(source.names_in(rest[0])) - self._shared
        files = {name: source.serve(name) for name in names}
        return self._submit(source, function, files, rest)

    def submit_near(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function on this machine."""
        return self._local.submit_near(function, *arguments)

    def result(self, future: "Future[Any]") -> Any:
        """Wait for a job. Raises JobFailed or WorkersUnavailable."""
        from distributed.scheduler import KilledWorker

        if future not in self._jobs:
            return self._local.result(future)
        source, function, files, arguments = self._jobs[future]
        try:
            result, missing = future.result()
        except KilledWorker as error:
            last = error.last_worker.address
            raise JobFailed(f"every worker that ran it was lost, at last {last}") from error
        except CancelledError as error:
            raise self._unavailable("the scheduler was lost") from error
        finally:
            del self._jobs[future]
        if not missing:
            return result
        files = {**files, **{name: source.serve(name) for name in missing}}
        return self.result(self._submit(source, function, files, arguments))

    def stop(self) -> None:
        """Remove the shared files from the cluster."""
        self._stopped.set()
        remove = self._client.scheduler.unregister_worker_plugin
        with suppress(Exception):  # the cluster may be lost
            self._client.sync(remove, name=self._plugin, callback_timeout=_INTERVAL)

    def _submit(self, source: Any, *job: Any) -> "Future[Any]":
        from pipeline.workers.dask_worker import run_job

        try:
            future: Future[Any] = self._executor.submit(run_job, self._plugin, *job)
        except Exception as error:  # Dask raises many types when the client is closed
            raise self._unavailable("the scheduler was lost") from error
        self._jobs[future] = (source, *job)
        return future

    def _watch(self) -> None:
        """End all jobs when the scheduler does not answer, or when there is no worker."""
        answered = had_workers = time.monotonic()
        while True:
            with suppress(Exception):  # no answer
                ask = self._client.scheduler.ncores
                threads = self._client.sync(ask, callback_timeout=_INTERVAL)
                answered = time.monotonic()
                had_workers = answered if threads else had_workers
                self.ahead = max(self._local.ahead, _QUEUED * sum(threads.values()))
            now, message = time.monotonic(), ""
            if self._client.status == "closed":
                message = "the scheduler was lost"
            elif now - answered > _PATIENCE:
                message = f"the scheduler has not answered for {_PATIENCE} seconds"
            elif now - had_workers > _PATIENCE:
                message = f"the cluster has had no worker for {_PATIENCE} seconds"
            for future in list(self._jobs) if message else ():
                with suppress(InvalidStateError):  # it has ended
                    future.set_exception(self._unavailable(message))
            if self._stopped.wait(_INTERVAL):
                return

    def _unavailable(self, message: str) -> WorkersUnavailable:
        return WorkersUnavailable(_problem(self._address, message, _RESTART))


@contextmanager
def open_cluster(
    address: str, setup: WorkerSetup, jobs: int, preload: Sequence[str]
) -> Iterator[Executor]:
    """Open the cluster at `address`, or one of N workers on this machine: "local:N".

    Near jobs run in `jobs` processes that import the modules `preload`. Raises
    PipelineError if there is no scheduler or worker, or a worker has another toolchain.
    """
    _require_dask()
    import dask
    from distributed import Client

    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_SETTINGS))
        # What matters of Dask's log becomes a problem.
        stack.callback(logging.disable, logging.root.manager.disable)
        logging.disable(logging.CRITICAL)
        security, scheduler = None, address
        if address.startswith(_LOCAL):
            scheduler = _start_local_cluster(stack, address, setup)
        else:
            security = require_scheduler(address, "client", _ANSWER)
        try:
            client = Client(
                scheduler, security=security, timeout=_ANSWER, set_as_default=False
            )
            stack.callback(client.close, timeout=2)
            client.wait_for_workers(1, timeout=_PATIENCE)
        except OSError as error:
            message = f"the cluster has no scheduler or no worker: {error}"
            raise PipelineError(_problem(address, message, _RESTART)) from error
        # This process has threads now, so it must not be forked.
        processes = open_executor(max(jobs, 1), Limits(), preload, near=False)
        local = stack.enter_context(processes)
        executor = DaskExecutor(client, address, setup, local)
        stack.callback(executor.stop)
        yield executor


def run_worker(
    address: str, setup: WorkerSetup, jobs: int, started: Callable[[str], None]
) -> None:
    """Run `jobs` jobs at a time for the scheduler at `address`, until it ends.

    `started` gets the address of the worker. Raises PipelineError if no scheduler answers.
    """
    _require_dask()
    from pipeline.workers.dask_worker import serve

    security = require_scheduler(address, "worker", _PATIENCE)
    try:
        asyncio.run(serve(address, setup, jobs, security, started))
    except OSError as error:
        message = f"the scheduler does not accept the worker: {error}"
        raise PipelineError(_problem(address, message, _RESTART)) from error


def require_scheduler(address: str, role: str, seconds: float) -> "Security":
    """Wait until a scheduler accepts a role, "client" or "worker"; return its certificates.

    Raises PipelineError after so many seconds, or at once if waiting cannot help.
    """
    from distributed.security import Security

    security = Security()
    try:
        asyncio.run(_connect(address, security, role, seconds))
    except Exception as error:  # Dask raises many types
        cause: BaseException = error
        while cause.__cause__:
            cause = cause.__cause__
        message = f"no connection to a scheduler: {str(cause) or 'it does not answer'}"
        files = filter(None, security.get_tls_config_for_role(role).values())
        used = ", ".join(map(str, files)) or "none"
        hint = f"check the scheduler, and the certificates ({used}): {_CERTIFICATES}"
        raise PipelineError(_problem(address, message, hint)) from error
    return security


async def _connect(address: str, security: "Security", role: str, seconds: float) -> None:
    """Connect as Dask does, which by itself would wait for ever for a silent server."""
    from distributed.comm import connect

    connection = connect(address, seconds, **security.get_connection_args(role))
    comm = await asyncio.wait_for(connection, seconds + _ANSWER)
    await comm.close()


def _start_local_cluster(stack: ExitStack, address: str, setup: WorkerSetup) -> Any:
    """Start a scheduler and workers, with certificates that exist in memory only."""
    import dask
    from distributed import LocalCluster

    from pipeline.workers.dask_worker import BriefsWorker

    folder = stack.enter_context(TemporaryDirectory(prefix="briefs-"))
    stack.enter_context(dask.config.set({"temporary-directory": folder}))
    with isolated_child_env():
        cluster = LocalCluster(
            n_workers=int(address.removeprefix(_LOCAL)),
            threads_per_worker=1,
            security=True,
            dashboard_address=None,
            memory_limit=0,  # each job has a limit of its own
            plugins=(BriefsWorker(setup, 1),),
        )
    stack.callback(cluster.close)
    return cluster


def _require_dask() -> None:
    """Import Dask, which reads its configuration. Raises PipelineError."""
    try:
        import distributed  # noqa: F401 – only to see whether it is installed
    except (ImportError, ValueError) as error:
        message = f"Dask cannot be imported: {' '.join(str(error).split())}"
        hint = 'install it in your clone: pip install ".[cluster]"'
        hint = hint if isinstance(error, ImportError) else "correct the configuration file"
        raise PipelineError(_problem("distributed", message, hint)) from error


def _problem(place: str, message: str, hint: str) -> Problem:
    return Problem(Rule.CLUSTER, Place(place), message, hint)
