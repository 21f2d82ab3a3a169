"""Replace files atomically: a reader sees the old file or the new one."""

import os
from contextlib import suppress
from pathlib import Path

from pipeline.problems import PipelineError, Place, Problem, Rule


def atomic_write(path: Path, data: bytes, name: str, *, sync: bool = True) -> None:
    """Replace `path` by `data`; messages call it `name`.

    The data is written to a temporary file in the same folder, synced to the disk, and
    renamed. Without `sync` it may be lost in a crash: for files that are checked when read
    and can be built again. Raises PipelineError if the file cannot be written.
    """
    # Named before it exists, so that it is removed after an interrupt at any point.
    temporary = path.parent / f".{os.urandom(8).hex()}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        problem = write_problem(name, "the file cannot be written", error)
        raise PipelineError(problem) from error
    finally:
        with suppress(OSError):  # it was renamed
            temporary.unlink()


def write_problem(name: str, message: str, error: OSError) -> Problem:
    """Report that a file or folder cannot be changed, with the reason of the system."""
    reason = (error.strerror or str(error)).lower()
    hint = "check the folder's permissions and the space on the disk"
    return Problem(Rule.WRITE_FAILED, Place(name), f"{message}: {reason}", hint)
