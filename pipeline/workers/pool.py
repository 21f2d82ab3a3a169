"""Run jobs in processes of their own, within limits, so that none can harm another.

Processes are forked from a small server that has imported what is slow to import and has
done nothing else: a process forked after Pango has begun its thread would hang for ever.
One more is forked from this process, for jobs that need what was imported here; it works
while the server still imports (docs/decisions/0018-two-kinds-of-process.md).
Each job may use so much memory, processor time and time; over a limit its process ends, the
job fails with a `JobFailed` that says which limit it was, and a new process takes the
next job.
"""

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any, Protocol

_MEGABYTE = 1 << 20
# How a process comes from this one: on macOS forking is not safe.
_NEAR = "fork" if sys.platform == "linux" else "forkserver"
# Documents that wait for a process or for their turn: more would only fill memory.
_AHEAD = 16
# How many pools in a row may break before a job is given up.
_TRIES = 5
# A process lives for so many jobs: WeasyPrint's caches grow by 1 MiB in 100 documents.
_JOBS_OF_A_PROCESS = 250


@dataclass(frozen=True)
class Limits:
    """What one job may use. A brief of four pages takes 0.5 s and 120 MiB.

    `memory` is the address space of the process in MiB: importing WeasyPrint and the
    fonts takes 200 of them. Both times are in seconds.
    """

    memory: int = 1536
    processor: int = 60
    clock: int = 120


@dataclass(frozen=True)
class WorkerSetup:
    """What a worker of a cluster needs before it can run jobs.

    `toolchain` returns the versions that it renders with; `preload` names the modules that
    its processes import.
    """

    toolchain: Callable[[], Mapping[str, str]]
    font_folders: tuple[Path, ...]
    preload: Sequence[str]
    limits: Limits = Limits()


class JobFailed(Exception):
    """A job ended with its process; the text says why, in words for its author."""


class Executor(Protocol):
    """Whoever runs jobs."""

    @property
    def ahead(self) -> int:
        """How many jobs may wait, so that nobody is ever idle."""
        ...

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Start the processes if they are not, and let them run a function before jobs."""
        ...

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function, now or soon; its result or exception is in the future."""
        ...

    def submit_near(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function in a process that has imported what this one has."""
        ...

    def result(self, future: "Future[Any]") -> Any:
        """Wait for a job.

        Raises Lost when it went over a limit or lost its process, Gone when there is
        nobody any more.
        """
        ...


class InlineExecutor:
    """Runs each job at once in this process, without limits."""

    ahead = _AHEAD

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Do nothing: the first job comes at once."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function now."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:  # whoever asks for the result gets it
            future.set_exception(error)
        return future

    def submit_near(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function now: nothing is nearer."""
        return self.submit(function, *arguments)

    def result(self, future: "Future[Any]") -> Any:
        """Give what the job gave."""
        return future.result()


@dataclass(frozen=True)
class _Job:
    """What was submitted, pickled, and how the processes begin that may do it.

    Pickled where it is submitted: a thread of Pebble would do it while the arguments may
    change, and an exception there ends the thread, so that its jobs wait for ever.
    """

    method: str
    pickled: bytes


def _job(method: str, function: Callable[..., Any], arguments: Sequence[Any]) -> _Job:
    return _Job(method, pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL))


class ProcessExecutor:
    """Runs jobs in processes, as many at a time as there are.

    No process is started before there is something to do for it. Threads may share it.
    """

    ahead = _AHEAD

    def __init__(self, number: int, limits: Limits, work: str, near: str = _NEAR) -> None:
        self._numbers = {"forkserver": number, near: number if near == "forkserver" else 1}
        self._near = near
        self._limits = limits
        self._work = work
        self._lock = Lock()
        self._pools: dict[str, Any] = {}
        self._jobs: dict[Future[Any], _Job] = {}

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Start the processes that come from the server; those that are there need not."""
        if "forkserver" not in self._pools:
            job = _job("forkserver", function, arguments)
            for _ in range(self._numbers["forkserver"]):
                self._schedule(job)  # nobody asks how it went: the jobs will say so

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function of a module, on arguments that can be pickled."""
        return self._remember(_job("forkserver", function, arguments))

    def submit_near(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function of a module, on arguments that can be pickled."""
        return self._remember(_job(self._near, function, arguments))

    def result(self, future: "Future[Any]") -> Any:
        """Wait for a job."""
        from concurrent.futures.process import BrokenProcessPool

        limits = self._limits
        job = self._jobs.pop(future, None)
        try:
            return future.result()
        except BrokenProcessPool:
            # A process ended that had nothing to do; Pebble gives all jobs up for it.
            if job is None:
                raise
            return self.result(self._schedule(job))
        except TookTooLong as error:
            raise JobFailed(f"it took longer than {limits.clock} seconds") from error
        except MemoryError as error:
            raise JobFailed(
                f"it needed more than {limits.memory:,} MiB of memory"
            ) from error
        except OSError as error:
            if (code := getattr(error, "exitcode", None)) is None:
                raise
            raise JobFailed(_how_it_ended(int(code), limits)) from error

    def stop(self) -> None:
        """End all processes at once: whoever wants results has waited for them."""
        for pool in self._pools.values():
            _stop(pool)

    def _remember(self, job: _Job) -> "Future[Any]":
        future = self._schedule(job)
        self._jobs[future] = job
        return future

    def _schedule(self, job: _Job) -> "Future[Any]":
        limits = self._limits
        of = (job.pickled, limits)
        for _ in range(_TRIES):
            pool = self._pool(job.method)
            with suppress(RuntimeError):  # it broke since it was looked at
                scheduled: Future[Any] = pool.schedule(
                    _within, args=of, timeout=limits.clock
                )
                return scheduled
        future: Future[Any] = Future()
        future.set_exception(JobFailed("its processes end before they have begun"))
        return future

    def _pool(self, method: str) -> Any:
        """Give the pool of a kind of process, a new one if it is broken."""
        with self._lock:
            pool = self._pools.get(method)
            if pool is None or not pool.active:
                if pool is not None:
                    _stop(pool)
                pool = self._pools[method] = self._start(method)
            return pool

    def _start(self, method: str) -> Any:
        from pebble import ProcessPool

        pool = ProcessPool(
            max_workers=self._numbers[method],
            max_tasks=_JOBS_OF_A_PROCESS,
            initializer=_begin,
            initargs=(self._work,),
            context=multiprocessing.get_context(method),
        )
        with isolated_child_env():
            pool.active  # noqa: B018 – asking starts it
        return pool


def _stop(pool: Any) -> None:
    """Stop a pool; Pebble looks ten times a second whether it shall end.

    Nobody need wait for that: processes end with this one at the latest.
    """
    pool.stop()
    Thread(target=pool.join, daemon=True).start()


def _how_it_ended(code: int, limits: Limits) -> str:
    if code == -signal.SIGXCPU:
        return f"it took more than {limits.processor} seconds of processor time"
    if code == -signal.SIGABRT:  # how GLib ends when it gets no memory
        return f"it needed more than {limits.memory:,} MiB of memory, or crashed"
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process left with code {code}"


@contextmanager
def open_executor(
    number: int, limits: Limits, preload: Sequence[str], *, near: bool = True
) -> Iterator[Executor]:
    """Open `number` processes that have imported the modules `preload`; 0: work here.

    Their server begins to import at once, while this process goes on; they are stopped
    at once when the work is broken off. Without `near` this process is never forked, which
    would not be safe when it has threads: all come from the server.
    """
    if number == 0:
        yield InlineExecutor()
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*preload, __name__, "pebble"])
    with isolated_child_env():
        forkserver.ensure_running()
    with TemporaryDirectory(prefix="briefs-") as work:
        kind = _NEAR if near else "forkserver"
        processes = ProcessExecutor(number, limits, work, kind)
        try:
            yield processes
        finally:
            processes.stop()


@contextmanager
def isolated_child_env() -> Iterator[None]:
    """Start processes that know nothing of who started them.

    They get no place to write to: what a job has to say is its result, and a process that
    is stopped while it begins would tell people of files of the pool that are gone. Nor
    do they run the script again that this process runs: jobs are functions of modules.
    """
    script = sys.modules["__main__"]
    file = script.__dict__.pop("__file__", None)
    saved = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        if file is not None:
            script.__file__ = file


def _begin(work: str) -> None:
    """Prepare a process: its temporary files are in `work`, and it ends with its owner.

    It leaves without cleaning up, so the owner does; also when the owner is killed.
    """
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 2)  # one that was forked later has its owner's
    tempfile.tempdir = work
    # What is there stays; of what comes little is garbage, and memory is limited anyway.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    if sys.platform == "linux":
        import ctypes

        death = 1  # PR_SET_PDEATHSIG; the fork server, a parent too, ends with the owner
        ctypes.CDLL(None).prctl(death, signal.SIGKILL)


def _within(pickled: bytes, limits: Limits) -> Any:
    """Run a job within its limits: memory of the process, processor time of the job."""
    import resource

    _lower(resource.RLIMIT_AS, limits.memory * _MEGABYTE)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + limits.processor + 1)
    function, arguments = pickle.loads(pickled)  # noqa: S301 – from our own process
    return function(*arguments)


def _lower(kind: int, to: int) -> None:
    """Set a limit of this process, never above the one that the machine sets."""
    import resource

    _, most = resource.getrlimit(kind)
    resource.setrlimit(
        kind, (to if most == resource.RLIM_INFINITY else min(to, most), most)
    )
