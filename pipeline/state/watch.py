"""Watch folders for changed files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import sleep

from pipeline.problems import PipelineError, Place, Problem, Rule

# An editor that saves writes several files within one or two milliseconds.
_STEP_MS, _DEBOUNCE_MS = 4, 200
# Longest wait for a change before the folders themselves are compared.
_POLL_MS = 50

# Device and inode of a folder by its path.
Folders = dict[Path, tuple[int, int]]


def watch_changes(
    folders: Sequence[Path], is_requested: Callable[[], bool] = lambda: False
) -> Iterator[set[str]]:
    """Yield the files that changed below the folders, after each change.

    The first set is empty: watching begins with it, and continues while the caller works.
    An empty set also ends the wait when `is_requested` gives True.
    A folder may appear, disappear or be replaced, as when a branch is checked out; it is
    then among the changes. Ctrl-C raises KeyboardInterrupt. Raises PipelineError if the
    system cannot watch more folders.
    """
    watched = _existing_folders(folders)
    polls = _poll_changes(watched)
    yield next(polls)
    while True:
        changes = next(polls)
        if (current := _existing_folders(folders)) != watched:
            changes |= {str(path) for path, _ in current.items() ^ watched.items()}
            watched, polls = current, _poll_changes(current)
            next(polls)  # watch the new folders before the changes are reported
        if is_requested() or changes:
            yield changes


def _existing_folders(folders: Iterable[Path]) -> Folders:
    existing: Folders = {}
    for folder in folders:
        if folder.is_dir():
            stat = folder.stat()
            existing[folder.resolve()] = stat.st_dev, stat.st_ino
    return existing


def _poll_changes(folders: Iterable[Path]) -> Iterator[set[str]]:
    """Yield the files that changed since the last poll, usually none."""
    from watchfiles import watch

    while True:
        try:
            for changes in watch(
                *folders,
                debounce=_DEBOUNCE_MS,
                step=_STEP_MS,
                rust_timeout=_POLL_MS,
                yield_on_timeout=True,
                raise_interrupt=True,
                ignore_permission_denied=True,  # the build reports unreadable files
            ):
                yield {path for _, path in changes}
        except FileNotFoundError:
            yield set()  # a folder was removed since it was listed
            sleep(_POLL_MS / 1000)
        except (OSError, RuntimeError) as error:  # watchfiles raises RuntimeError
            raise PipelineError(_watch_problem(error)) from error


def _watch_problem(error: Exception) -> Problem:
    message = f"the system cannot watch another folder: {error}"
    hint = "close other programs that watch files, or raise the limits (Linux: sysctl "
    hint += "fs.inotify.max_user_watches and max_user_instances); or build without --watch"
    return Problem(Rule.WATCH_FAILED, Place("content"), message, hint)
