"""Let one build at a time work in a build folder."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.state.fingerprints import DAMAGED, read_file

_LOCK, _HOLDER = ".lock", ".holder.json"
# What builds that were killed left half-written (write.py).
_PARTS = (".*.part", "*/.*.part", ".cache/*/.*.part", "sessions/*/.*.part")


@contextmanager
def build_lock(folder: Path, *, traceless: bool = False) -> Iterator[None]:
    """Hold the folder. The system lets it go when the process ends, however it ends.

    What was left half-written is removed, and when it is `traceless` also the file of the
    lock in the end. Raises PipelineError, naming the other, when another build holds the
    folder already, and when it cannot be written.
    """
    lock = FileLock(folder / _LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
        (folder / _HOLDER).write_text(json.dumps([os.getpid(), socket.gethostname()]))
        for part in (part for pattern in _PARTS for part in folder.glob(pattern)):
            part.unlink(missing_ok=True)
    except Timeout as error:
        raise PipelineError(_held(folder)) from error
    except OSError as error:
        raise PipelineError(_closed(error)) from error
    try:
        yield
    finally:
        (folder / _HOLDER).unlink(missing_ok=True)
        if traceless:  # who opened it already notices that it is gone
            (folder / _LOCK).unlink(missing_ok=True)
        lock.release()


def _closed(error: OSError) -> Problem:
    return Problem(
        Rule.WRITE_FAILED,
        Place("build"),
        f"the folder cannot be written: {(error.strerror or str(error)).lower()}",
        "check the folder's permissions and the space on the disk",
    )


def _held(folder: Path) -> Problem:
    try:
        number, host = json.loads(read_file(folder / _HOLDER))
        other = f" (process {number} on {host})"
    except DAMAGED:
        other = ""
    return Problem(
        Rule.BUILD_LOCKED,
        Place("build"),
        f"another build is at work in this folder{other}",
        "wait until it has finished, or end it",
    )
