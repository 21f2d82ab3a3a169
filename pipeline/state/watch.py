"""Tell when files change, while an author works."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import sleep

from pipeline.problems import PipelineError, Place, Problem, Rule

# Milliseconds: what an editor writes when it saves comes within a few of them.
_STEP_MS, _LONGEST_MS = 20, 200
# How long a look takes; after the first nothing is missed.
_LOOK_MS = 50

# A folder by its path, and by the number that its disk knows it by.
Folders = dict[Path, tuple[int, int]]


def watch_changes(folders: Sequence[Path]) -> Iterator[set[str]]:
    """Give the files that changed below the folders, and wait for the next burst.

    The first are none: it watches from then on, also while its caller is busy. A folder
    may come, go, or be replaced by another of its name, as when a branch is checked out:
    then it is itself what changed. Ctrl-C ends it with KeyboardInterrupt. Raises
    PipelineError when the system watches no more.
    """
    there = _there(folders)
    looks = _looks(there)
    yield next(looks)
    while True:
        changes = next(looks)
        if (now := _there(folders)) != there:
            changes |= {str(path) for path, _ in now.items() ^ there.items()}
            there, looks = now, _looks(now)
            next(looks)  # before they are told, so that what follows is seen too
        if changes:
            yield changes


def _there(folders: Iterable[Path]) -> Folders:
    found: Folders = {}
    for folder in folders:
        if folder.is_dir():
            stat = folder.stat()
            found[folder.resolve()] = stat.st_dev, stat.st_ino
    return found


def _looks(folders: Iterable[Path]) -> Iterator[set[str]]:
    """Look again and again; each look gives the files that changed, mostly none."""
    from watchfiles import watch

    while True:
        try:
            for changes in watch(
                *folders,
                debounce=_LONGEST_MS,
                step=_STEP_MS,
                rust_timeout=_LOOK_MS,
                yield_on_timeout=True,
                raise_interrupt=True,
                ignore_permission_denied=True,  # the build says what cannot be read
            ):
                yield {path for _, path in changes}
        except FileNotFoundError:
            yield set()  # gone since it was listed: our caller will see, or it is back
            sleep(_LOOK_MS / 1000)
        except (OSError, RuntimeError) as error:  # its own error is of the second kind
            raise PipelineError(_say_watching(error)) from error


def _say_watching(error: Exception) -> Problem:
    return Problem(
        Rule.WATCH_FAILED,
        Place("content"),
        f"the system does not watch one more folder: {error}",
        "close what watches others, or raise the limits (Linux: sysctl "
        "fs.inotify.max_user_watches and max_user_instances); `briefs build` needs none",
    )
