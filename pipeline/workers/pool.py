"""Run jobs in processes of their own, within limits, so that no job can harm another.

Processes are forked from a small server that has only imported the slow modules: a process
that is forked after Pango has started its thread would hang. Jobs of `submit_local`, which
read content and make HTML, do not wait for these imports: on Linux their process is forked
from this one (docs/decisions/0018-two-kinds-of-process.md). A job that exceeds a limit
fails with `JobFailed`, and a new process takes the next job. A job whose process the system
ended, as when memory runs out, is tried once more.
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
from concurrent.futures import Future, InvalidStateError, wait
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

from pipeline.problems import JobFailed, PipelineError, WorkersUnavailable
from pipeline.system_errors import (
    is_shortage,
    low_limit_problem,
    memory_problem,
    require_memory,
    system_problem,
)
from pipeline.workers.executor import Executor, InlineExecutor
from pipeline.workers.forking import (
    KILLED_EXIT_CODES,
    silent_children,
    start_server,
    without_script,
)

_MIB = 1 << 20
_FORK_SERVER_MODULE = "pipeline.workers.fork_server"
_POOL_MODULE = "pipeline.workers.pebble_pool"
# The start method of processes for local jobs: on macOS forking is not safe.
_LOCAL_METHOD = "fork" if sys.platform == "linux" else "forkserver"
# How often a job is tried if its pool breaks, and if its process is killed.
_TRIES, _TRIES_AFTER_KILL = 5, 2
# Seconds after which a pool is checked while a job runs.
_CHECK_INTERVAL = 1
# At least as many threads as Pango starts in a process.
_PANGO_THREADS = 4
# The minimum of a build: open files beside those of each process, and address space.
_OPEN_FILES, _FILES_PER_PROCESS, _ADDRESS_SPACE_MIB = 64, 4, 768
# Jobs per process: WeasyPrint's caches grow by 1 MiB in 100 documents.
_JOBS_PER_PROCESS = 250
_stopping_threads: list[Thread] = []  # each one waits until a pool has stopped


@dataclass(frozen=True)
class Limits:
    """The limits of one job. A brief of four pages takes less than 1 s and 120 MiB.

    The limit of memory is one of address space, beside what the process began with.
    WeasyPrint and the fonts take 200 MiB.
    """

    memory_mib: int = 1536
    cpu_seconds: int = 60
    wall_seconds: int = 120


@dataclass(frozen=True)
class WorkerSetup:
    """The setup of a cluster worker: what reads its toolchain, and its fonts.

    The fork server of its processes imports the modules `preload`.
    """

    toolchain: Callable[[], Mapping[str, str]]
    font_folders: tuple[Path, ...]
    preload: Sequence[str]
    limits: Limits = Limits()


class _Job(NamedTuple):
    """A function and its arguments, pickled, and the start method of its process."""

    method: str
    pickled: bytes
    try_number: int = 1


class ProcessExecutor(Executor):
    """Runs jobs in processes, which start with the first job. Threads may share it."""

    def __init__(
        self,
        process_counts: Mapping[str, int],
        local_method: str,
        limits: Limits,
        temp_folder: str,
    ) -> None:
        self._process_counts = process_counts
        self._local_method = local_method
        self._limits = limits
        self._temp_folder = temp_folder
        self._lock = Lock()
        self._pools: dict[str, Any] = {}
        self._jobs: dict[Future[Any], _Job] = {}

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        if "forkserver" not in self._pools:
            # One process is prepared; to prepare more would delay the first HTML. If this
            # job fails, those that follow fail as well, and report why.
            self._schedule(_Job("forkserver", pickle.dumps((function, arguments))))

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        return self._submit("forkserver", function, arguments)

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        return self._submit(self._local_method, function, arguments)

    def result(self, future: "Future[Any]", *, retry: bool = True) -> Any:
        from concurrent.futures.process import BrokenProcessPool

        limits = self._limits
        try:
            # `wait` does not return for a job that was cancelled when its pool was stopped.
            while not future.done() and not wait([future], _CHECK_INTERVAL).done:
                self.check()
            return future.result()
        except BrokenProcessPool as error:
            # An idle process or a thread of Pebble ended, so all jobs of the pool failed.
            return self._retry(future, _TRIES if retry else 0, error)
        except FutureTimeout as error:
            raise JobFailed(f"it took longer than {limits.wall_seconds} seconds") from error
        except MemoryError as error:
            if _has_less_memory(limits):
                raise
            message = f"it needed more than {limits.memory_mib:,} MiB of memory"
            raise JobFailed(message) from error
        except OSError as error:
            if (code := getattr(error, "exitcode", None)) is None:
                raise
            if code in KILLED_EXIT_CODES:
                return self._retry(future, _TRIES_AFTER_KILL if retry else 0, error)
            raise _exit_error(int(code), limits) from error
        finally:
            self._jobs.pop(future, None)

    def check(self) -> None:
        for method, pool in list(self._pools.items()):
            if not pool.active:  # one of Pebble's threads has ended
                self._fail_jobs(method)

    def stop(self) -> None:
        """End all jobs and processes at once."""
        for future in list(self._jobs):
            future.cancel()
        for pool in self._pools.values():
            _stop_pool(pool)

    def _submit(
        self, method: str, function: Callable[..., Any], arguments: Sequence[Any]
    ) -> "Future[Any]":
        # Pickled here: an exception would end Pebble's thread, and all jobs would hang.
        return self._start(_Job(method, pickle.dumps((function, arguments))))

    def _start(self, job: _Job) -> "Future[Any]":
        future = self._schedule(job)
        self._jobs[future] = job
        return future

    def _retry(self, future: "Future[Any]", tries: int, error: Exception) -> Any:
        """Run a lost job again, and wait for its result, unless its tries are used up."""
        job = self._jobs.pop(future, None)
        if job and job.try_number < tries:
            next_try = job._replace(try_number=job.try_number + 1)
            return self.result(self._start(next_try))
        count = job.try_number if job else 1
        tries_text = f" at each of {count} tries" if count > 1 else ""
        problem = memory_problem(f"the system ended a worker process (SIGKILL){tries_text}")
        raise (PipelineError if tries else WorkersUnavailable)(problem) from error

    def _schedule(self, job: _Job) -> "Future[Any]":
        arguments, timeout = (job.pickled, self._limits), self._limits.wall_seconds
        for _ in range(_TRIES):
            try:
                pool = self._working_pool(job.method)
                future: Future[Any] = pool.schedule(
                    _run_with_limits, arguments, timeout=timeout
                )
            except (OSError, RuntimeError) as error:  # the pool has just broken
                message = "the worker processes end while they start"
                problem = system_problem(error) or memory_problem(message)
            else:
                return future
        failed: Future[Any] = Future()
        failed.set_exception(WorkersUnavailable(problem))
        return failed

    def _fail_jobs(self, method: str) -> None:
        """Fail the jobs of a broken pool: Pebble forgets those that it has not started."""
        from concurrent.futures.process import BrokenProcessPool

        for future, job in list(self._jobs.items()):
            if job.method == method:
                with suppress(InvalidStateError):  # it has ended
                    future.set_exception(BrokenProcessPool("the pool is broken"))

    def _working_pool(self, method: str) -> Any:
        """Return the pool of a start method, a new one if there is none or it is broken."""
        from pipeline.workers.pebble_pool import make_pool

        with self._lock:
            pool = self._pools.get(method)
            if pool and pool.active:
                return pool
            if pool:
                self._fail_jobs(method)
                _stop_pool(pool)
            pool = self._pools[method] = make_pool(
                multiprocessing.get_context(method),
                max_workers=self._process_counts[method],
                max_tasks=_JOBS_PER_PROCESS,
                initializer=_initialize_process,
                initargs=(self._temp_folder,),
            )
            # Processes of the fork server have its stderr, which `start_server` redirects.
            with silent_children() if method == "fork" else without_script():
                pool.active  # noqa: B018 – this starts it
            return pool


def _stop_pool(pool: Any) -> None:
    """Stop a pool without waiting: Pebble needs up to a tenth of a second to stop."""
    pool.stop()
    thread = Thread(target=pool.join, daemon=True)
    try:
        thread.start()
        _stopping_threads.append(thread)
    except RuntimeError:  # no thread can be started
        pool.join()


def _wait_for_stopped_pools() -> None:
    """Wait until earlier pools have closed their pipes: new pipes get the same numbers."""
    for thread in [*_stopping_threads]:
        thread.join()
    _stopping_threads[:] = filter(Thread.is_alive, _stopping_threads)


def _exit_error(code: int, limits: Limits) -> Exception:
    """Return the exception of a job whose process ended with an exit code."""
    if code == -signal.SIGXCPU:
        return JobFailed(
            f"it took more than {limits.cpu_seconds} seconds of processor time"
        )
    if code == -signal.SIGABRT:  # how GLib ends when it gets no memory
        if _has_less_memory(limits):
            return MemoryError()
        return JobFailed(
            f"it needed more than {limits.memory_mib:,} MiB of memory, or crashed"
        )
    if code < 0:
        return JobFailed(f"its process was ended by {signal.Signals(-code).name}")
    # If a process fails with an OSError, Pebble ends it with the errno as exit code.
    shortage = OSError(code, os.strerror(code))
    failed = JobFailed(f"its process exited with code {code}")
    return shortage if is_shortage(shortage) else failed


def _has_less_memory(limits: Limits) -> bool:
    """Whether the system allows less memory than the limit of a job."""
    _, hard_limit = resource.getrlimit(resource.RLIMIT_AS)
    return hard_limit != resource.RLIM_INFINITY and hard_limit < limits.memory_mib * _MIB


def _require_limits(number: int) -> None:
    """Raise PipelineError if `number` processes may not open enough files, or for memory.

    The soft limit of open files is raised, if the hard limit allows it.
    """
    files = _OPEN_FILES + _FILES_PER_PROCESS * number
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _is_below(soft, files) and not _is_below(hard, files):
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    elif _is_below(soft, files):
        raise PipelineError(low_limit_problem("open files", soft, files, "-n"))
    require_memory(_ADDRESS_SPACE_MIB)


def _is_below(limit: int, needed: int) -> bool:
    return limit != resource.RLIM_INFINITY and limit < needed


@contextmanager
def open_processes(
    number: int,
    limits: Limits,
    preload: Sequence[str],
    *,
    can_fork: bool = True,
    local: int = 1,
) -> Iterator[Executor]:
    """Open `number` processes; with 0, run jobs inline.

    Their fork server imports the modules `preload` while this process continues. Local jobs
    have `local` processes, on Linux forked from this one; without `can_fork` it is never
    forked, which would not be safe if it has threads.
    """
    if number == 0:
        yield InlineExecutor()
        return
    _require_limits(number)
    _wait_for_stopped_pools()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_FORK_SERVER_MODULE, *preload, __name__, _POOL_MODULE])
    if preload:
        from pipeline.workers import pebble_pool  # noqa: F401 – both sides of the fork need it

        start_server(can_fork=can_fork)
    with TemporaryDirectory(prefix="briefs-") as temp_folder:
        method = _LOCAL_METHOD if can_fork else "forkserver"
        process_counts = {method: local, "forkserver": number}  # they may be the same
        processes = ProcessExecutor(process_counts, method, limits, temp_folder)
        try:
            yield processes
        finally:
            processes.stop()


def _initialize_process(temp_folder: str) -> None:
    """Prepare a process, whose owner removes its files; on Linux it ends with the owner."""
    with Path(os.devnull).open("wb") as devnull:
        # `silent_children` has no effect on a process that is forked later.
        os.dup2(devnull.fileno(), 2)
    tempfile.tempdir = temp_folder
    # Collecting garbage less often saves time, and memory is limited anyway.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    if sys.platform == "linux":
        PR_SET_PDEATHSIG = 1  # the fork server ends with the owner too
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _run_with_limits(pickled: bytes, limits: Limits) -> Any:
    """Run a job, with limits for the memory of the process and the time of the job."""
    inherited = _inherited_memory()
    _require_threads()
    _set_limit(resource.RLIMIT_AS, inherited + limits.memory_mib * _MIB)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits.cpu_seconds + 1
    _set_limit(resource.RLIMIT_CPU, seconds)
    function, arguments = pickle.loads(pickled)  # noqa: S301 – from our own process
    return function(*arguments)


@cache
def _inherited_memory() -> int:
    """Return the address space, in bytes, that this process had before its first job.

    A fork inherits it from the program that uses this package, such as a server, a notebook
    or a test run. 0 on a system without /proc, such as macOS.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


@cache
def _require_threads() -> None:
    """Raise RuntimeError if the threads of Pango cannot be started, once in a process.

    GLib would end the process by a signal, as if the document were the cause.
    """
    end = Event()
    try:
        for _ in range(_PANGO_THREADS):
            Thread(target=end.wait, daemon=True).start()
    finally:
        end.set()


def _set_limit(kind: int, value: int) -> None:
    """Set a limit of this process, at most to the hard limit."""
    _, hard_limit = resource.getrlimit(kind)
    limit = value if hard_limit == resource.RLIM_INFINITY else min(value, hard_limit)
    resource.setrlimit(kind, (limit, hard_limit))
