"""Lock a build folder, so that one build at a time writes to it."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.state.atomic_write import require_no_special_files, write_problem
from pipeline.state.file_hashes import RECORD_ERRORS, read_file

_LOCK, _HOLDER = ".lock", ".holder.json"
# Unfinished files of builds that were killed (atomic_write.py).
_UNFINISHED = (".*.part", "*/.*.part", "*/*/.*.part")


@contextmanager
def build_lock(folder: Path, *, remove_lock: bool = False) -> Iterator[None]:
    """Hold the lock of a build folder; the system releases it if the process is killed.

    Unfinished files are removed first. With `remove_lock` the file of the lock is removed
    at the end. Raises PipelineError if another build holds the lock (the message names it),
    or if the folder cannot be written.
    """
    require_no_special_files(folder)
    lock = FileLock(folder / _LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
        (folder / _HOLDER).write_text(json.dumps([os.getpid(), socket.gethostname()]))
        for file in (f for pattern in _UNFINISHED for f in folder.glob(pattern)):
            file.unlink(missing_ok=True)
    except Timeout as error:
        raise PipelineError(_locked_problem(folder)) from error
    except OSError as error:
        problem = write_problem("build", "the folder cannot be written", error)
        raise PipelineError(problem) from error
    try:
        yield
    finally:
        (folder / _HOLDER).unlink(missing_ok=True)
        if remove_lock:  # FileLock notices that the file was removed
            (folder / _LOCK).unlink(missing_ok=True)
        lock.release()


def _locked_problem(folder: Path) -> Problem:
    try:
        number, host = json.loads(read_file(folder / _HOLDER))
        holder = f" (process {number} on {host})"
    except RECORD_ERRORS:
        holder = ""
    message = f"another build is running in this folder{holder}"
    hint = "wait until it ends, or end it"
    return Problem(Rule.BUILD_LOCKED, Place("build"), message, hint)
