"""Hash files by name, and read unchanged files only once.

The hash of a file is recorded with its size, times and inode. While these are equal the
file counts as unchanged. A file that changed within the resolution of file times may change
again with equal times, so its hash is not recorded. Devices, pipes, and links from
`content/` to a file outside it are not read.
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

from pipeline.system_errors import is_shortage

# The coarsest resolution of file times (FAT: two seconds).
_TIME_RESOLUTION_NS = 2_000_000_000
_FORMAT = 2
# The status of a larger file is hashed, not its bytes: the program never reads such a file.
_MAX_BYTES = 256 << 20
# The depth of files of an edition: content/<slug>/<information-date>/<file>.
_EDITION_DEPTH = 3
# Stored instead of the hash of a file that changed while it was used; it equals no hash.
UNSTABLE = "it changed while it was used"

# Size, modification time, time of the inode's last change, inode.
Stat = tuple[int, int, int, int]
StatAndHash = tuple[Stat, str]
# A file has the status of the first of its paths that exists, a folder that of all paths.
FileState = Stat | None | tuple[Stat | None, ...]
PathsOf = Callable[[str], Iterator[str]]

# Exceptions of reading a record that is missing, damaged or of another format.
RECORD_ERRORS = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
# A record begins with the digest of its body; a damaged record counts as missing.
_DIGEST_LINE = re.compile(rb'{\n "digest": "([0-9a-f]{64})",')


def record_bytes(format: int, parts: Mapping[str, Any], indent: int | None = 1) -> bytes:
    """Write a record as sorted JSON that begins with the digest of its body.

    Dataclasses become mappings. Equal records give equal bytes.
    """
    record = {"format": format, **parts}
    body = json.dumps(record, indent=indent, sort_keys=True, default=asdict).encode()
    return b'{\n "digest": "' + hash_bytes(body).encode() + b'",' + body[1:] + b"\n"


def read_record(path: Path, format: int) -> Any:
    """Read a record; raises RECORD_ERRORS if missing, damaged or in another format."""
    data = read_file(path)
    head = _DIGEST_LINE.match(data)
    body = b"{" + data[head.end() : -1] if head else b""
    if not head or hash_bytes(body) != head[1].decode():
        raise ValueError("the record is damaged")
    record = json.loads(body)
    if record["format"] != format:
        raise ValueError("the record has another format")
    return record


def read_file(path: Path) -> bytes:
    """Read a file. Raises ValueError for a pipe or device, which may have no end."""
    _stat(str(path))
    return path.read_bytes()


def hash_bytes(data: bytes) -> str:
    """Hash bytes: SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class FileHashes:
    """Hashes of files by name; during one build each file is hashed once.

    `paths_of` gives the possible paths of a name, in order of preference. A name with a
    slash at its end is a folder; its hash is that of the names in it, in all its paths.
    `record_file` keeps the hashes for the next build.

    A hash may be stored only if the file did not change while it was used: `record` takes
    the hash of what was read, `stable_hash` gives the hash to store.
    """

    def __init__(self, paths_of: PathsOf, record_file: Path) -> None:
        self._paths_of = paths_of
        self._record_file = record_file
        self._recorded = _read_recorded(record_file)
        self._by_name: dict[str, str] = {}
        self._states: dict[str, FileState] = {}
        self._hashed: dict[str, StatAndHash] = {}

    def hash_of(self, name: str) -> str:
        """Return the hash of a file; "" if it does not exist."""
        file_hash = self._by_name.get(name)
        if file_hash is None:
            is_folder = name.endswith("/")
            file_hash = self._hash_folder(name) if is_folder else self._hash_file(name)
            self._by_name[name] = file_hash
        return file_hash

    def record(self, name: str, hash_of_read: str = "") -> None:
        """Hash a file before it is read; after that, compare with the hash of its bytes."""
        if self.hash_of(name) != (hash_of_read or self.hash_of(name)):
            self._by_name[name] = UNSTABLE

    def stable_hash(self, name: str) -> str:
        """Return the hash of a used file; UNSTABLE if it changed since it was hashed."""
        if self.hash_of(name) != UNSTABLE and self._states.get(name) != self._state(name):
            self._by_name[name] = UNSTABLE
        return self._by_name[name]

    def set_hash(self, name: str, file_hash: str) -> None:
        """Record the hash of a file that this build wrote."""
        self._by_name[name] = file_hash

    def to_bytes(self) -> bytes | None:
        """Return the new record; None if there is nothing new to record.

        A file that changed within the resolution of file times is not recorded. Entries of
        files that this build did not use stay, for builds with other options.
        """
        new = {f: pair for f, pair in self._hashed.items() if self._recorded.get(f) != pair}
        settled = settled_before(self._record_file.parent) if new else 0
        trusted = {f: pair for f, pair in new.items() if max(pair[0][1:3]) < settled}
        if not trusted:
            return None
        others = (f for f in self._recorded if f not in new and Path(f).exists())
        self._recorded = {f: self._recorded[f] for f in others} | trusted
        files = {f: [*stat, hash_] for f, (stat, hash_) in self._recorded.items()}
        return record_bytes(_FORMAT, {"files": files}, indent=None)

    def _hash_file(self, name: str) -> str:
        for file in self._paths_of(name):
            try:
                is_content = name.startswith("content/")
                stat = _content_stat(name, file) if is_content else _stat(file)
                recorded = self._recorded.get(file)
                if recorded and recorded[0] == stat:
                    file_hash = recorded[1]
                else:
                    is_large = stat[0] > _MAX_BYTES
                    data = repr(stat).encode() if is_large else Path(file).read_bytes()
                    file_hash = hash_bytes(data)
                    if _stat(file) != stat:
                        return file_hash  # it changed while it was read: not recorded
            except (OSError, ValueError) as error:
                if isinstance(error, OSError) and is_shortage(error):
                    raise  # the file may be there
                continue
            self._hashed[file] = stat, file_hash
            self._states[name] = stat
            return file_hash
        self._states[name] = None
        return ""

    def _hash_folder(self, name: str) -> str:
        names: set[str] = set()
        self._states[name] = self._state(name)
        for folder in self._paths_of(name):
            try:
                names.update(os.listdir(folder))  # noqa: PTH208 – twice as fast
            except OSError as error:
                if is_shortage(error):
                    raise
                continue
        return hash_bytes("\0".join(sorted(names)).encode("utf-8", "surrogateescape"))

    def _state(self, name: str) -> FileState:
        if name.endswith("/"):
            return tuple(map(_folder_stat, self._paths_of(name)))
        return next(filter(None, map(stat_signature, self._paths_of(name))), None)


def stat_signature(file: Path | str) -> Stat | None:
    """Identify the state of a file without reading it; None if it does not exist."""
    try:
        return _stat(str(file))
    except (OSError, ValueError):
        return None


def _content_stat(name: str, file: str) -> Stat:
    """Read the status of a file. Raises ValueError if it is not a file in `content/`.

    If a file is moved out and replaced by a link to it, size, times and inode stay equal.
    The folders of briefs and editions need no check: listing them refuses such links.
    """
    stat = os.lstat(file)
    if S_ISLNK(stat.st_mode) or name.count("/") > _EDITION_DEPTH:
        content = os.path.realpath(file.removesuffix(name) + "content")
        if not os.path.realpath(file).startswith(f"{content}/"):
            raise ValueError(file)
        return _stat(file)
    return _regular_stat(file, stat)


def _stat(file: str) -> Stat:
    """Read the status of a file. Raises ValueError if it is not a regular file."""
    return _regular_stat(file, os.stat(file))  # noqa: PTH116 – called thousands of times


def _regular_stat(file: str, stat: os.stat_result) -> Stat:
    if not S_ISREG(stat.st_mode):
        raise ValueError(file)
    return _stat_numbers(stat)


def _folder_stat(folder: str) -> Stat | None:
    try:
        return _stat_numbers(os.stat(folder))  # noqa: PTH116 – called thousands of times
    except OSError:
        return None


def _stat_numbers(stat: os.stat_result) -> Stat:
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


def settled_before(folder: Path) -> int:
    """Return a time: a file that changed before it cannot change again with equal times."""
    return _disk_time(folder) - _TIME_RESOLUTION_NS


def _disk_time(folder: Path) -> int:
    """Read the clock of the disk from the time of a new file; 0 if that fails."""
    from tempfile import TemporaryFile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            return os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return 0


def _read_recorded(path: Path) -> dict[str, StatAndHash]:
    """Read the record of an earlier build; empty if missing or damaged."""
    try:
        files = read_record(path, _FORMAT)["files"]
        return {file: ((*stat,), file_hash) for file, (*stat, file_hash) in files.items()}
    except RECORD_ERRORS:
        return {}
