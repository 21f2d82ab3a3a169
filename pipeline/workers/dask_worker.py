"""Run jobs that other machines send: what is at work inside a worker of a cluster.

A station is a plug-in of a Dask worker, and its jobs run in processes of its own, within
limits: what breaks a limit or crashes ends its process, never the worker. A job names its
files by their hashes; bytes that the station does not have it asks for, so each file comes
to each worker once. Files of this machine are never served.
"""

import asyncio
import pickle
import signal
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker
from distributed.security import Security

from pipeline.problems import JobFailed, PipelineError
from pipeline.state.fingerprints import digest
from pipeline.workers.dask_connect import NO_PAGES, loopback_of
from pipeline.workers.executor import Executor
from pipeline.workers.pool import Limits, open_executor

NAME = "briefs"
# Bytes that a station keeps for jobs to come: some hundred briefs with their pictures.
_STORE = 512 << 20
# Seconds: a scheduler that was there, and does not answer by then, is gone.
_PATIENCE = 20

# What a machine makes documents with: names and versions.
Tools = Mapping[str, str]


@dataclass(frozen=True)
class Job:
    """A function with its arguments, the hashes of its files, and the tools it wants.

    The function gets its files as its first argument, as `Received`. A file that is known
    not to be there has the hash "".
    """

    function: Callable[..., Any]
    arguments: Sequence[Any]
    files: Mapping[str, str]
    tools: Tools


@dataclass(frozen=True)
class Done:
    """The result of a job, pickled in the process that made it, and the hash of that."""

    pickled: bytes
    hashed: str


@dataclass(frozen=True)
class Failed:
    """A job that did not end well: Lost or a PipelineError, which are nobody's bug."""

    error: Exception


@dataclass(frozen=True)
class Wanting:
    """A job asked for files that it was not told of, or that the station does not have."""

    worker: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Unlike:
    """A worker has other tools than the job wants; without any it is no station."""

    worker: str
    tools: Tools


@dataclass(frozen=True)
class Leaving:
    """A worker was told to stop while the job ran: another one is to run it."""


Reply = Done | Failed | Wanting | Unlike | Leaving


class Received:
    """The files of a job as they were sent, and the fonts of this machine.

    `unknown` collects the names of which nothing was said.
    """

    def __init__(
        self, files: Mapping[str, bytes | None], font_folders: tuple[Path, ...]
    ) -> None:
        self._files = files
        self.font_folders = font_folders
        self.unknown: dict[str, None] = {}

    def serve(self, name: str) -> bytes | None:
        """Give a file that was sent."""
        if name not in self._files:
            self.unknown[name] = None
        return self._files.get(name)


class Station(WorkerPlugin):  # type: ignore[misc]  # Dask has no types
    """What a worker of a cluster has: processes, files that were sent, tools.

    `tools` says what this machine has, whenever it is asked; `number` jobs run at a time.
    """

    name = NAME

    def __init__(
        self,
        tools: Callable[[], Tools],
        font_folders: tuple[Path, ...],
        number: int,
        preload: Sequence[str],
        limits: Limits,
    ) -> None:
        self.number = number
        self._ask_tools = tools
        self._font_folders = font_folders
        self._preload = preload
        self._limits = limits
        self._lock = Lock()
        self._store: OrderedDict[str, bytes] = OrderedDict()
        self._running: set[Future[Any]] = set()
        self._open = ExitStack()

    def setup(self, worker: Worker) -> None:
        """Start the server of processes; it imports while the worker makes contact."""
        self.address: str = worker.address
        self.tools = self._ask_tools()
        opened = open_executor(self.number, self._limits, self._preload, near=False)
        self._workers: Executor = self._open.enter_context(opened)

    def teardown(self, worker: Worker) -> None:
        """End all jobs, whose threads would wait for them, and all processes."""
        for future in list(self._running):
            future.cancel()
        self._open.close()

    def tell(self) -> Tools:
        """Say what this machine makes documents with, as it is now."""
        self.tools = self._ask_tools()
        return self.tools

    def receive(self, files: Mapping[str, bytes]) -> None:
        """Keep files, by their hash; the ones not used for longest make room."""
        with self._lock:
            for hashed, data in files.items():
                self._store[hashed] = data
                self._store.move_to_end(hashed)
            held = sum(map(len, self._store.values()))
            while held > _STORE and len(self._store) > len(files):
                held -= len(self._store.popitem(last=False)[1])

    def prepare(self, job: Job) -> None:
        """Start the processes, and let them run a function before jobs."""
        files, _ = self._take(job.files)
        first = (job.function, files, self._font_folders, job.arguments)
        self._workers.prepare(_serve, *first)

    def run(self, job: Job) -> Reply:
        """Run a job to its end."""
        if any(names_of_tools(job.tools, self.tools)):
            return Unlike(self.address, self.tools)
        files, missing = self._take(job.files)
        if missing:
            return Wanting(self.address, missing)
        of = (job.function, files, self._font_folders, job.arguments)
        future = self._workers.submit(_serve, *of)
        self._running.add(future)
        try:
            reply = self._workers.result(future)
        except (JobFailed, PipelineError) as error:
            return Failed(error)
        except CancelledError:
            return Leaving()
        finally:
            self._running.discard(future)
        return Wanting(self.address, reply) if isinstance(reply, tuple) else reply

    def _take(
        self, wanted: Mapping[str, str]
    ) -> tuple[dict[str, bytes | None], tuple[str, ...]]:
        """Take files from the store by their hashes, and name those that are not there."""
        files: dict[str, bytes | None] = {}
        missing: list[str] = []
        with self._lock:
            for name, hashed in wanted.items():
                files[name] = self._store.get(hashed)
                if hashed in self._store:
                    self._store.move_to_end(hashed)
                elif hashed:
                    missing.append(name)
        return files, tuple(missing)


def _serve(
    function: Callable[..., Any],
    files: Mapping[str, bytes | None],
    font_folders: tuple[Path, ...],
    arguments: Sequence[Any],
) -> Done | tuple[str, ...]:
    """Run a job in its process; give the names of files instead, if it missed some."""
    received = Received(files, font_folders)
    try:
        result = function(received, *arguments)
    except Exception:
        if received.unknown:
            return tuple(received.unknown)
        raise
    if received.unknown:
        return tuple(received.unknown)
    pickled = pickle.dumps(result)
    return Done(pickled, digest(pickled))


# --- What a cluster is asked to run on its workers ---


def run_job(job: Job) -> Reply:
    """Run a job where Dask put it."""
    worker = get_worker()
    station = worker.plugins.get(NAME)
    return station.run(job) if station else Unlike(worker.address, {})


def tell_tools(dask_worker: Worker) -> Tools:
    """Say what a worker makes documents with; nothing, if it is no station."""
    station = dask_worker.plugins.get(NAME)
    return station.tell() if station else {}


def receive_files(files: Mapping[str, bytes], dask_worker: Worker) -> None:
    """Give files to a worker."""
    if station := dask_worker.plugins.get(NAME):
        station.receive(files)


def prepare_processes(job: Job, dask_worker: Worker) -> None:
    """Have the processes of a worker run a function before jobs."""
    if station := dask_worker.plugins.get(NAME):
        station.prepare(job)


# --- A worker, from its start to its end ---


def run_station(
    address: str,
    station: Station,
    security: Security | None = None,
    begun: Callable[[str], None] = lambda address: None,
) -> None:
    """Work for the scheduler at `address` until it leaves or the system says stop.

    `begun` is told the address of this worker. Raises OSError or TimeoutError when the
    scheduler does not answer.
    """
    with TemporaryDirectory(prefix="briefs-") as work:
        asyncio.run(_work(address, station, security, begun, work))


async def _work(
    address: str,
    station: Station,
    security: Security | None,
    begun: Callable[[str], None],
    folder: str,
) -> None:
    worker = Worker(
        address,
        # Dask would listen to the whole network, also without TLS.
        host=loopback_of(address),
        nthreads=station.number,
        plugins=(station,),
        security=security,
        local_directory=folder,
        memory_limit=0,  # jobs have limits of their own; the worker itself holds little
        death_timeout=_PATIENCE,
        dashboard=False,
        dashboard_address=NO_PAGES,
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await worker
    begun(worker.address)
    ends = [asyncio.ensure_future(end) for end in (stop.wait(), worker.finished())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    # What was begun here is run by others.
    await worker.close(timeout=2, executor_wait=False, reason="stopped")


def names_of_tools(wanted: Tools, has: Tools) -> Iterator[str]:
    """Say in which of the tools that are wanted another machine differs."""
    for name, ours in sorted(wanted.items()):
        if has.get(name) != ours:
            yield f"{name} {has.get(name, 'none')} there, {ours} here"
