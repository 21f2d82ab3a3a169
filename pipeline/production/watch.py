"""Tell when files change, while an author works."""

from collections.abc import Iterator, Sequence
from pathlib import Path

# Milliseconds: what an editor writes when it saves comes within a few of them.
_STEP_MS, _LONGEST_MS = 20, 200
# How long the first look takes, after which nothing is missed.
_FIRST_LOOK_MS = 50


def changes_in(folders: Sequence[Path]) -> Iterator[set[str]]:
    """Give the files that changed below the folders, and wait for the next burst.

    The first are none: it watches from then on, also while its caller is busy. Folders that
    are not there are left out. Ctrl-C ends it with KeyboardInterrupt.
    """
    from watchfiles import watch

    there = list(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))
    bursts = watch(
        *there,
        debounce=_LONGEST_MS,
        step=_STEP_MS,
        rust_timeout=_FIRST_LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    yield {path for _, path in next(bursts)}
    yield from ({path for _, path in changes} for changes in bursts if changes)
