"""Replace files and create folders atomically: a reader sees the old or the new state."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from pipeline.problems import PipelineError, Place, Problem, Rule

# The name of a temporary folder. Content whose name begins with a dot is ignored.
_TEMPORARY_NAME = ".briefs-{}.new"


def atomic_write(
    path: Path, data: bytes, name: str, *, sync: bool = True, mode: int = 0o644
) -> None:
    """Replace `path` by `data`, with the permissions `mode`; messages call it `name`.

    The data is written to a temporary file in the same folder, synced to the disk, and
    renamed. Without `sync` it may be lost in a crash: for files that are checked when read
    and can be built again. Raises PipelineError if the file cannot be written, or if `path`
    is not a regular file: a link, a pipe, a device, a folder.
    """
    if kind := _special_kind(path, files_only=True):
        raise PipelineError(not_a_file_problem(name, kind))
    # Named before it exists, so that it is removed after an interrupt at any point.
    temporary = path.parent / f".{os.urandom(8).hex()}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(temporary, data, sync=sync)
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        problem = write_problem(name, "the file cannot be written", error)
        raise PipelineError(problem) from error
    finally:
        with suppress(OSError):  # it was renamed
            temporary.unlink()


def atomic_create(folder: Path, files: Mapping[str, bytes], name: str) -> None:
    """Create a folder with all its files, or nothing; messages call it `name`.

    `files` have their paths below the folder, which must not exist or be empty. They are
    written to a temporary folder beside it, which is renamed. A temporary folder that a
    killed command left there is removed. Raises PipelineError if something cannot be
    written.
    """
    from shutil import rmtree  # slow: it imports compression libraries

    temporary = folder.parent / _TEMPORARY_NAME.format(os.urandom(8).hex())
    try:
        for leftover in folder.parent.glob(_TEMPORARY_NAME.format("*")):
            rmtree(leftover)
        for path, data in files.items():
            file = temporary / path
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_new(file, data)
        temporary.replace(folder)
    except OSError as error:
        problem = write_problem(name, "the folder cannot be written", error)
        raise PipelineError(problem) from error
    finally:
        rmtree(temporary, ignore_errors=True)  # it does not exist if it was renamed


def _write_new(path: Path, data: bytes, *, sync: bool = True) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def require_no_special_files(build: Path) -> None:
    """Raise PipelineError for links, pipes or devices in `build`, its sessions or cache.

    A build would write or remove files at the targets of links.
    """
    problems = [
        not_a_file_problem(f"build/{path.relative_to(build).as_posix()}", kind)
        for folder in (build, build / "sessions", build / ".cache")
        for path, kind in _special_files(folder)
    ]
    if problems:
        raise PipelineError(*problems)


def _special_files(folder: Path) -> Iterator[tuple[Path, str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False):
                continue
            if kind := _special_kind(Path(entry.path)):
                yield Path(entry.path), kind


def _special_kind(path: Path, *, files_only: bool = False) -> str:
    """Name the kind of a link, pipe or device, with `files_only` of a folder; else ""."""
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return ""  # nothing is there, or writing it reports the error
    if stat.S_ISREG(mode) or (stat.S_ISDIR(mode) and not files_only):
        return ""
    kinds = {stat.S_IFLNK: "link", stat.S_IFIFO: "pipe", stat.S_IFDIR: "folder"}
    return kinds.get(stat.S_IFMT(mode), "device or socket")


def not_a_file_problem(name: str, kind: str) -> Problem:
    """Report a link, a pipe or a device in the place of a file or folder."""
    message = f"this is a {kind}, which is never replaced or followed"
    hint = f"remove the {kind}, or write to another place"
    return Problem(Rule.WRITE_FAILED, Place(name), message, hint)


def write_problem(name: str, message: str, error: OSError) -> Problem:
    """Report that a file or folder cannot be changed, with the reason of the system."""
    reason = (error.strerror or str(error)).lower()
    hint = "check the folder's permissions and the space on the disk"
    return Problem(Rule.WRITE_FAILED, Place(name), f"{message}: {reason}", hint)
