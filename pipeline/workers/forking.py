"""Start the fork server as a fork of this process, which has imported some of its modules.

`multiprocessing` starts the server, and its resource tracker, as new programs: each would
start Python and import all modules again.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import forkserver, util
from pathlib import Path
from threading import RLock

# The exit codes of a process that the system killed, and of one whose fork server ended. No
# job and no limit causes them.
KILLED_EXIT_CODES = (-signal.SIGKILL, 255)
# Without it, two threads that change `__main__.__file__` or stderr for a moment could each
# restore the value that the other has set.
_START_LOCK = RLock()


def start_server(*, can_fork: bool) -> None:
    """Start the fork server if it is not running; without `can_fork` as a new program.

    Forking is not safe on macOS, and nowhere in a process with several threads. Without
    `can_fork` stderr is not redirected: other threads may be writing to it.
    """
    if can_fork and sys.platform == "linux" and not _has_threads():
        with silent_children(), _forked_programs():
            _ensure_running()
    else:
        with silent_children() if can_fork else without_script():
            _ensure_running()


def _ensure_running() -> None:
    try:
        forkserver.ensure_running()
    except ChildProcessError:  # it belongs to the process that this one was forked from
        forkserver._forkserver._forkserver_pid = None  # type: ignore[attr-defined]
        forkserver.ensure_running()


@contextmanager
def without_script() -> Iterator[None]:
    """Start processes without the script that this process runs: no job needs it."""
    with _START_LOCK:
        script = sys.modules["__main__"]
        file = script.__dict__.pop("__file__", None)
        try:
            yield
        finally:
            if file is not None:
                script.__file__ = file


@contextmanager
def silent_children() -> Iterator[None]:
    """Start processes without stderr, and without the script that this process runs.

    A process that is stopped while it starts would print a traceback.
    """
    with without_script():
        saved = os.dup(2)
        try:
            with Path(os.devnull).open("wb") as devnull:
                os.dup2(devnull.fileno(), 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def _has_threads() -> bool:
    """Whether this process has a second thread, also one of a library such as Pango."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir()) > 1
    except OSError:  # the system has no /proc
        return True


@contextmanager
def _forked_programs() -> Iterator[None]:
    """Let `multiprocessing` fork where it would start a program."""
    spawn = util.spawnv_passfds
    util.spawnv_passfds = _run_in_fork  # type: ignore[assignment]
    try:
        yield
    finally:
        util.spawnv_passfds = spawn


def _run_in_fork(program: bytes, arguments: Sequence[str], files: Iterable[int]) -> int:
    """Run `python -c CODE` in a fork, as if it were a new program; return its process id.

    Only the file descriptors `files` stay open: if the fork held one end of a pipe, the
    process at the other end would not notice that this process has ended.
    """
    if (pid := os.fork()) != 0:
        return pid
    try:
        gc.freeze()  # collecting the objects of the parent would close files
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        devnull = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(devnull, stream)
        kept_files = sorted({0, 1, 2, *files})
        for low, high in pairwise([*kept_files, os.sysconf("SC_OPEN_MAX")]):
            os.closerange(low + 1, high)
        exec(arguments[-1], {})  # noqa: S102 – the code of `multiprocessing`
    finally:
        os._exit(0)
