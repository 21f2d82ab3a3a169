"""Run jobs in processes of their own, within limits, so that no job can harm another.

Processes are forked from a small server that has only imported the slow modules: a process
that is forked after Pango has started its thread would hang. One more is forked from this
process, and works while the server imports (docs/decisions/0018-two-kinds-of-process.md). A
job that exceeds a limit fails with `JobFailed`, and a new process takes the next job.
"""

import ctypes
import gc
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any

from pipeline.problems import JobFailed
from pipeline.workers.executor import Executor, InlineExecutor

_MEGABYTE = 1 << 20
# How the process of local jobs starts: on macOS forking is not safe.
_LOCAL_METHOD = "fork" if sys.platform == "linux" else "forkserver"
# How many pools in a row may break before a job is given up.
_TRIES = 5
# Jobs per process: WeasyPrint's caches grow by 1 MiB in 100 documents.
_JOBS_PER_PROCESS = 250


@dataclass(frozen=True)
class Limits:
    """What one job may use. A brief of four pages takes 0.5 s and 120 MiB.

    The limit of memory is one of address space; WeasyPrint and the fonts take 200 MiB.
    """

    memory_mib: int = 1536
    cpu_seconds: int = 60
    wall_seconds: int = 120


@dataclass(frozen=True)
class WorkerSetup:
    """What a worker of a cluster needs: its toolchain (name -> version), and its fonts.

    Its processes import the modules `preload` when they start.
    """

    toolchain: Callable[[], Mapping[str, str]]
    font_folders: tuple[Path, ...]
    preload: Sequence[str]
    limits: Limits = Limits()


class ProcessExecutor(Executor):
    """Runs jobs in processes, which start with the first job. Threads may share it."""

    def __init__(
        self,
        number: int,
        limits: Limits,
        work: str,
        local: str = _LOCAL_METHOD,
        local_number: int = 1,
    ) -> None:
        self._numbers = {
            "forkserver": number,
            local: number if local == "forkserver" else local_number,
        }
        self._local_method = local
        self._limits = limits
        self._work = work
        self._lock = Lock()
        self._pools: dict[str, Any] = {}
        # For each job: the start method of its process, the function and its arguments.
        self._jobs: dict[Future[Any], tuple[str, bytes]] = {}

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        if "forkserver" not in self._pools:
            pickled = pickle.dumps((function, arguments))
            for _ in range(self._numbers["forkserver"]):
                self._schedule("forkserver", pickled)  # a failure shows in the jobs

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        return self._submit("forkserver", function, arguments)

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        return self._submit(self._local_method, function, arguments)

    def result(self, future: "Future[Any]") -> Any:
        from concurrent.futures.process import BrokenProcessPool

        limits = self._limits
        try:
            return future.result()
        except BrokenProcessPool:
            # An idle process ended, so Pebble gave up all jobs.
            if future not in self._jobs:
                raise
            return self.result(self._schedule(*self._jobs[future]))
        except FutureTimeout as error:
            raise JobFailed(f"it took longer than {limits.wall_seconds} seconds") from error
        except MemoryError as error:
            message = f"it needed more than {limits.memory_mib:,} MiB of memory"
            raise JobFailed(message) from error
        except OSError as error:
            if (code := getattr(error, "exitcode", None)) is None:
                raise
            raise JobFailed(_how_it_ended(int(code), limits)) from error
        finally:
            self._jobs.pop(future, None)

    def stop(self) -> None:
        """End all jobs and processes at once."""
        for future in list(self._jobs):
            future.cancel()
        for pool in self._pools.values():
            _stop(pool)

    def _submit(
        self, method: str, function: Callable[..., Any], arguments: Sequence[Any]
    ) -> "Future[Any]":
        # Not by Pebble's thread: an exception would end it, and all jobs would hang.
        pickled = pickle.dumps((function, arguments))
        future = self._schedule(method, pickled)
        self._jobs[future] = (method, pickled)
        return future

    def _schedule(self, method: str, pickled: bytes) -> "Future[Any]":
        future: Future[Any] = Future()
        job, timeout = (pickled, self._limits), self._limits.wall_seconds
        for _ in range(_TRIES):
            with suppress(RuntimeError):  # the pool has just broken
                future = self._pool(method).schedule(_run_with_limits, job, timeout=timeout)
                return future
        future.set_exception(JobFailed("its worker processes ended while starting"))
        return future

    def _pool(self, method: str) -> Any:
        """Return the pool of a start method, a new one if it is broken."""
        from pebble import ProcessPool

        with self._lock:
            pool = self._pools.get(method)
            if pool and pool.active:
                return pool
            if pool:
                _stop(pool)
            pool = self._pools[method] = ProcessPool(
                max_workers=self._numbers[method],
                max_tasks=_JOBS_PER_PROCESS,
                initializer=_initialize_process,
                initargs=(self._work,),
                context=multiprocessing.get_context(method),
            )
            with silent_children():
                pool.active  # noqa: B018 – this starts it
            return pool


def _stop(pool: Any) -> None:
    """Stop a pool without waiting: Pebble checks ten times a second whether to stop."""
    pool.stop()
    Thread(target=pool.join, daemon=True).start()


def _how_it_ended(code: int, limits: Limits) -> str:
    if code == -signal.SIGXCPU:
        return f"it took more than {limits.cpu_seconds} seconds of processor time"
    if code == -signal.SIGABRT:  # how GLib ends when it gets no memory
        return f"it needed more than {limits.memory_mib:,} MiB of memory, or crashed"
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process exited with code {code}"


@contextmanager
def open_processes(
    number: int,
    limits: Limits,
    preload: Sequence[str],
    *,
    can_fork: bool = True,
    local: int = 1,
) -> Iterator[Executor]:
    """Open `number` processes that import the modules `preload`; 0: run jobs inline.

    The fork server imports while this process continues. Local jobs have `local` processes,
    forked from this one; without `can_fork` it is never forked, which would not be safe if
    it has threads.
    """
    if number == 0:
        yield InlineExecutor()
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*preload, __name__, "pebble"])
    if preload:
        with silent_children():
            forkserver.ensure_running()
    with TemporaryDirectory(prefix="briefs-") as work:
        method = _LOCAL_METHOD if can_fork else "forkserver"
        processes = ProcessExecutor(number, limits, work, method, local)
        try:
            yield processes
        finally:
            processes.stop()


@contextmanager
def silent_children() -> Iterator[None]:
    """Start processes without stderr, and without the script that this process runs.

    One that is stopped while it starts would print a traceback; no job needs the script.
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


def _initialize_process(work: str) -> None:
    """Prepare a process: it ends with its owner, which removes its temporary files."""
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 2)  # a process that is forked later has stderr
    tempfile.tempdir = work
    # Collecting garbage less often saves time, and memory is limited anyway.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    if sys.platform == "linux":
        PR_SET_PDEATHSIG = 1  # PR_SET_PDEATHSIG; the fork server ends with the owner too
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _run_with_limits(pickled: bytes, limits: Limits) -> Any:
    """Run a job, with limits for the memory of the process and the time of the job."""
    _set_limit(resource.RLIMIT_AS, limits.memory_mib * _MEGABYTE)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set_limit(
        resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + limits.cpu_seconds + 1
    )
    function, arguments = pickle.loads(pickled)  # noqa: S301 – from our own process
    return function(*arguments)


def _set_limit(kind: int, to: int) -> None:
    """Set a limit of this process, but not above that of the machine."""
    _, most = resource.getrlimit(kind)
    limit = to if most == resource.RLIM_INFINITY else min(to, most)
    resource.setrlimit(kind, (limit, most))
