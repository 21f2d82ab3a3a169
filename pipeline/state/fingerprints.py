"""Hash files by name, and read an unchanged file only once.

The hash of each file is kept with its size, times and inode; while these are equal, the
file is taken for unchanged. A file that changed within one tick of its disk's clock may
change again unnoticed, so it is hashed the next time too. Devices and pipes are not read,
nor is content that was replaced by a link to a file outside the project.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import Any

# Disks count time in ticks of up to two seconds (FAT); ours of some milliseconds.
_YOUNG_NS = 2_000_000_000
_FORMAT = 2
# Nothing so large is ever used: it has been refused, or will be.
_LARGEST = 256 << 20
# So deep lies what is beside a text: content/<slug>/<information-date>/<file>.
_BESIDE = 3
# In place of a hash: it stands for nothing that a file may hold.
UNSURE = "it changed while it was used"

# Size, time of change, time of change of what the system says of it, number.
Stat = tuple[int, int, int, int]
Known = tuple[Stat, str]
# What the system says of a file where it was found, or of a folder in all its places.
State = Stat | None | tuple[Stat | None, ...]
PathsOf = Callable[[str], Iterator[str]]


# What reading a record raises when the file is missing, damaged or of another format.
DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
# A record begins with its own digest, so that a damaged one counts as missing.
_HEAD = re.compile(rb'{\n "digest": "([0-9a-f]{64})",')


def record_bytes(format: int, parts: Mapping[str, Any], indent: int | None = 1) -> bytes:
    """Write a record of a build as JSON, sorted, with a digest of the rest at its head.

    Dataclasses become mappings. Equal records give equal bytes.
    """
    shape = {"format": format, **parts}
    body = json.dumps(shape, indent=indent, sort_keys=True, default=asdict).encode()
    return b'{\n "digest": "' + digest(body).encode() + b'",' + body[1:] + b"\n"


def read_record(path: Path, format: int) -> Any:
    """Read a record of a build. Raises one of DAMAGED for anything but a whole record."""
    data = read_file(path)
    head = _HEAD.match(data)
    body = b"{" + data[head.end() : -1] if head else b""
    if not head or digest(body) != head[1].decode():
        raise ValueError("the record is damaged")
    record = json.loads(body)
    if record["format"] != format:
        raise ValueError("the record has another format")
    return record


def read_file(path: Path) -> bytes:
    """Read a file. Raises OSError or ValueError for a pipe or device: it has no end."""
    _stat(str(path))
    return path.read_bytes()


def digest(data: bytes) -> str:
    """Hash bytes: SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class Fingerprints:
    """The files of one run by name; `digest` gives the same answer all through it.

    `paths_of` says where a name may be found, the best place first. A name with a slash at
    its end is a folder; its digest is that of the names in it, in all its places.

    A digest may be kept only of a file that did not change while it was used: `record`
    takes the hash of what was read, `stable_digest` gives the hash to keep.
    """

    def __init__(self, paths_of: PathsOf, memory: Path) -> None:
        self._paths_of = paths_of
        self._memory = memory
        self._known = _read(memory)
        self._digests: dict[str, str] = {}
        self._states: dict[str, State] = {}
        self._seen: dict[str, Known] = {}

    def digest(self, name: str) -> str:
        """Give the hash of a file, "" when there is none."""
        known = self._digests.get(name)
        if known is None:
            known = self._names(name) if name.endswith("/") else self._look(name)
            self._digests[name] = known
        return known

    def record(self, name: str, read: str = "") -> None:
        """Hash a file before it is read; then take the hash of what was `read`."""
        if self.digest(name) != (read or self.digest(name)):
            self._digests[name] = UNSURE

    def stable_digest(self, name: str) -> str:
        """Give the hash of a file that was used; UNSURE if it changed in the meantime."""
        if self.digest(name) != UNSURE and self._states.get(name) != self._state(name):
            self._digests[name] = UNSURE
        return self._digests[name]

    def record_output(self, name: str, hashed: str) -> None:
        """Record a file that this build has just written."""
        self._digests[name] = hashed

    def to_bytes(self) -> bytes | None:
        """Give the record to be written; None when the file holds it already.

        Files that this run did not ask for are kept: other options may ask for them.
        """
        new = {f: known for f, known in self._seen.items() if self._known.get(f) != known}
        old = _clock_of(self._memory.parent) - _YOUNG_NS if new else 0
        trusted = {f: known for f, known in new.items() if max(known[0][1:3]) < old}
        if not trusted:
            return None
        kept = (f for f in self._known if f not in new and Path(f).exists())
        self._known = {f: self._known[f] for f in kept} | trusted
        files = {file: [*stat, hashed] for file, (stat, hashed) in self._known.items()}
        return record_bytes(_FORMAT, {"files": files}, indent=None)

    def _look(self, name: str) -> str:
        for file in self._paths_of(name):
            try:
                stat = _content_stat(name, file) if _is_content(name) else _stat(file)
                known = self._known.get(file)
                if known and known[0] == stat:
                    hashed = known[1]
                else:
                    is_large = stat[0] > _LARGEST
                    data = repr(stat).encode() if is_large else Path(file).read_bytes()
                    hashed = digest(data)
                    if _stat(file) != stat:
                        return hashed  # it changes while it is read: not to be trusted
            except (OSError, ValueError):
                continue
            self._seen[file] = stat, hashed
            self._states[name] = stat
            return hashed
        self._states[name] = None
        return ""

    def _names(self, name: str) -> str:
        names: set[str] = set()
        self._states[name] = self._state(name)
        for folder in self._paths_of(name):
            try:
                names.update(os.listdir(folder))  # noqa: PTH208 – half as slow
            except OSError:
                continue
        return digest("\0".join(sorted(names)).encode("utf-8", "surrogateescape"))

    def _state(self, name: str) -> State:
        if name.endswith("/"):
            return tuple(map(_folder_stat, self._paths_of(name)))
        return next(
            filter(None, (stat_signature(Path(f)) for f in self._paths_of(name))), None
        )


def stat_signature(file: Path) -> Stat | None:
    """Tell one state of a file from another without reading it; None: it is not there."""
    try:
        return _stat(str(file))
    except (OSError, ValueError):
        return None


def _is_content(name: str) -> bool:
    return name.startswith("content/")


def _content_stat(name: str, file: str) -> Stat:
    """Ask the system. Raises ValueError for what is no file in `content/`.

    A file may be moved away and a link take its place: all that is told of it is the same.
    The folders of briefs and editions are known to lie there, since they were listed.
    """
    stat = os.lstat(file)
    if S_ISLNK(stat.st_mode) or name.count("/") > _BESIDE:
        content = os.path.realpath(file.removesuffix(name) + "content")
        if not os.path.realpath(file).startswith(f"{content}/"):
            raise ValueError(file)
        return _stat(file)
    return _checked(file, stat)


def _stat(file: str) -> Stat:
    """Ask the system. Raises ValueError for what is no file."""
    return _checked(file, os.stat(file))  # noqa: PTH116 – asked thousands of times


def _checked(file: str, stat: os.stat_result) -> Stat:
    if not S_ISREG(stat.st_mode):
        raise ValueError(file)
    return _numbers(stat)


def _folder_stat(folder: str) -> Stat | None:
    try:
        return _numbers(os.stat(folder))  # noqa: PTH116 – asked thousands of times
    except OSError:
        return None


def _numbers(stat: os.stat_result) -> Stat:
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


def _clock_of(folder: Path) -> int:
    """What the clock of the disk says: the time of a file that is made for this."""
    from tempfile import TemporaryFile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            return os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return 0


def _read(memory: Path) -> dict[str, Known]:
    """Read the known files; a record that is missing or damaged knows none."""
    try:
        files = read_record(memory, _FORMAT)["files"]
    except DAMAGED:
        return {}
    return {
        file: ((size, changed, touched, number), hashed)
        for file, (size, changed, touched, number, hashed) in files.items()
    }
