"""Give the summary of a build with nothing to do, before slow modules are imported.

A build that finds every target up to date, and no problem, writes its summary with the
size, times and inode of every file and folder that decides this. When the same command
finds all of them equal, it prints that summary; at any difference the normal build runs,
which never reads the snapshot.

`build/` may be a copy, so the first file listed is the manifest: a copy of it has another
inode and time.

This module imports only what Python itself has imported when it starts.
"""

import os
import sys
from stat import S_ISREG

TYPE_CHECKING = False  # importing `typing` takes half as long as a start of Python
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.project import Project

SNAPSHOT = ".cache/snapshot"
_FILE, _MANIFEST = f"build/{SNAPSHOT}", "build/manifest.json"
# This file exists while another build runs (lock.py); its records are not written yet.
_HOLDER = "build/.holder.json"
_FORMAT = "briefs snapshot 1"
_MAX_BYTES = 64 << 20
# The shared libraries that Linux has loaded, and where it finds those of the next process.
_MAPS, _LINKER_CACHE = "/proc/self/maps", "/etc/ld.so.cache"


class Snapshot:
    """The snapshot of one command; `started` is the time of `time.monotonic` at its start.

    `command` is one line with all that decides what is built, except files; "" for a
    command that has no snapshot. The current folder is that of the project.
    """

    def __init__(self, command: str, started: float) -> None:
        self._command = command
        self._started = started

    def read(self) -> str | None:
        """Return the summary of the build; None if the normal build must run."""
        try:
            return self._read() if self._command else None
        except (OSError, ValueError, MemoryError):  # it is missing or damaged
            return None

    def _read(self) -> str | None:
        head, command, summary, numbers_text, names = _read_file().split("\n", 4)
        paths = names.split("\0")
        if (head, command, paths[0]) != (_FORMAT, self._command, _MANIFEST):
            return None
        numbers = map(int, numbers_text.split())
        for path, size, modified, changed, inode in zip(
            paths, numbers, numbers, numbers, numbers, strict=True
        ):
            stat = os.stat(path)
            if (
                stat.st_size != size
                or stat.st_mtime_ns != modified
                or stat.st_ctime_ns != changed
                or stat.st_ino != inode
            ):
                return None
        is_text = summary.isascii() and (summary.isprintable() or not summary)
        return summary if is_text and _cache_has_no_links() else None

    def write(self, project: "Project", summary: str, now: float) -> None:
        """Write the snapshot of a build that had nothing to do.

        It is not written if a file changed since the command started, or shortly before:
        the build may have seen an earlier state, or the file may change again within one
        tick of the clock. If the disk cannot be written, the old snapshot stays.
        """
        from contextlib import suppress

        from pipeline.problems import PipelineError
        from pipeline.state.atomic_write import atomic_write
        from pipeline.state.file_hashes import settled_before

        if not self._command or os.path.exists(_HOLDER):
            return
        with suppress(OSError, PipelineError):
            settled = settled_before(project.build / ".cache")
            settled -= int((now - self._started) * 1e9)
            paths = list(dict.fromkeys(_decisive_paths(project)))
            stats = [os.stat(path) for path in paths]
            if all(max(stat.st_mtime_ns, stat.st_ctime_ns) < settled for stat in stats):
                numbers = " ".join(
                    f"{s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino}" for s in stats
                )
                lines = _FORMAT, self._command, summary, numbers, "\0".join(paths)
                data = os.fsencode("\n".join(lines))
                atomic_write(project.build / SNAPSHOT, data, _FILE, sync=False)


def _read_file() -> str:
    """Read the snapshot. Raises OSError or ValueError if it is not a file of this user."""
    number = os.open(_FILE, os.O_RDONLY | os.O_NONBLOCK)
    with open(number, "rb") as file:
        stat = os.fstat(number)
        if not S_ISREG(stat.st_mode) or stat.st_uid != os.geteuid():
            raise ValueError(_FILE)
        return os.fsdecode(file.read(_MAX_BYTES))


def _cache_has_no_links() -> bool:
    """Whether `build/.cache` holds no links, pipes or devices, as each build requires.

    Its time does not show it, because builds write files into it.
    """
    with os.scandir("build/.cache") as entries:
        return all(
            entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
            for entry in entries
        )


def _decisive_paths(project: "Project") -> "Iterator[str]":
    """Yield every file and folder that decides whether a build has nothing to do."""
    from pathlib import Path

    from pipeline.state.manifest import read_manifest

    yield from (_MANIFEST, "build/SHA256SUMS", ".", "build")
    yield from filter(os.path.isdir, ("build/sessions", "build/rejected"))
    yield from (f"build/{name}" for name in read_manifest(Path(_MANIFEST)).targets)
    for base in project.source_folders:
        yield from (path.removeprefix(f"{project.root}/") for path in _walk(str(base)))
    yield from filter(os.path.exists, (*sys.path, sys.executable, _LINKER_CACHE))
    with open(_MAPS, encoding="utf-8", errors="surrogateescape") as maps:
        mapped = {line.rstrip("\n").split(maxsplit=5)[-1] for line in maps}
    # A link in the folder of a library may be exchanged.
    for path in sorted(path for path in mapped if ".so" in path):
        yield from (path, os.path.dirname(path))


def _walk(base: str) -> "Iterator[str]":
    """Yield a folder and everything in it, without caches and the targets of links."""
    for folder, folders, files in os.walk(base):
        yield folder
        folders[:] = (name for name in folders if name not in (".cache", "__pycache__"))
        yield from (f"{folder}/{name}" for name in (*folders, *files))
