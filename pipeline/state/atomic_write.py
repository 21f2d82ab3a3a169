"""Write a file so that a reader sees the old one or the new one, never half of it."""

import os
from contextlib import suppress
from pathlib import Path

from pipeline.problems import PipelineError, Place, Problem, Rule


def atomic_write(path: Path, data: bytes, name: str, *, sync: bool = True) -> None:
    """Replace `path` by `data` in one step; `name` is what a message calls it.

    The data goes to a temporary file in the same folder and to the disk before the rename
    (rename is atomic only within a file system, and only what was synced survives a crash);
    without `sync` not to the disk, for what can be made again and is checked when read.
    Raises PipelineError when the folder cannot be written or the disk is full.
    """
    # Named before it is there: also when somebody stops it in between, it is removed.
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
        raise PipelineError(
            Problem(
                Rule.WRITE_FAILED,
                Place(name),
                f"the file cannot be written: {(error.strerror or str(error)).lower()}",
                "check the folder's permissions and the space on the disk",
            )
        ) from error
    finally:
        with suppress(OSError):  # usually it is not there any more
            temporary.unlink()
