"""Find and remove built files, which are recognized by folder and name."""

import re
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path, PurePath

from pipeline.problems import Problem
from pipeline.state.atomic_write import write_problem
from pipeline.state.build_state import FILES, MANIFEST, SUMS
from pipeline.state.cache import FORMAT
from pipeline.state.fingerprints import DAMAGED, read_record
from pipeline.state.manifest import read_manifest

_PDF = re.compile(r"([a-z0-9-]+)_([0-9-]+)_([A-Za-z-]+?)(_[a-z0-9-]+)?\.pdf")
_PACK = re.compile(r"sessions/([0-9]+)/\1_[A-Za-z-]+?(_[a-z0-9-]+)?\.pdf")
_CACHED = re.compile(r"\.cache/[0-9a-f]{2}/[0-9a-f]{64}\.(pdf|json)")
# An unfinished file of a build that was killed.
_PART = re.compile(r"(.*/)?\.[^/]*\.part")
_RECORDS = (MANIFEST, SUMS, FILES)


def built_files(build: Path) -> list[str]:
    """List all built files by name below the build folder."""
    files = sorted(p.relative_to(build).as_posix() for p in build.rglob("*") if p.is_file())
    return [name for name in files if _is_built(name)]


def stale_files(
    build: Path, documents: Collection[tuple[str, str, str]], sessions: Collection[str] = ()
) -> list[str]:
    """List built files whose content is gone.

    `documents` are slug, information date and language of existing content; `sessions` the
    numbers of existing sessions.
    """

    def is_gone(name: str) -> bool:
        if pack := _PACK.fullmatch(name):
            return pack[1] not in sessions
        document = _document(name)
        return document is not None and document not in documents

    built = built_files(build)
    cached = {name for name in built if _CACHED.fullmatch(name)}
    unneeded = cached - _needed_in_cache(build, cached, is_gone)
    return [n for n in built if _PART.fullmatch(n) or n in unneeded or is_gone(n)]


def remove(build: Path, names: Iterable[str]) -> tuple[list[str], list[Problem]]:
    """Remove files, and folders that become empty.

    Gives the names of removed files, and problems for those that cannot be removed.
    """
    removed: list[str] = []
    problems: list[Problem] = []
    for name in names:
        try:
            (build / name).unlink(missing_ok=True)
        except OSError as error:
            message = "the file cannot be removed"
            problems.append(write_problem(f"build/{name}", message, error))
            continue
        removed.append(f"build/{name}")
        with suppress(OSError):  # the folder is not empty, or cannot be removed
            for folder in PurePath(name).parents[:-1]:
                (build / folder).rmdir()
    return removed, problems


def _is_built(name: str) -> bool:
    patterns = (_CACHED, _PART, _PACK)
    is_other = name in _RECORDS or any(pattern.fullmatch(name) for pattern in patterns)
    return is_other or _document(name) is not None


def _document(name: str) -> tuple[str, str, str] | None:
    """Give slug, information date and language of a PDF of a brief, also a rejected one."""
    folder, _, file = name.rpartition("/")
    match = _PDF.fullmatch(file)
    if not match or folder not in (match[1], "rejected"):
        return None
    return match[1], match[2], match[3]


def _needed_in_cache(
    build: Path, cached: Collection[str], is_gone: Callable[[str], bool]
) -> set[str]:
    """Find the cached PDFs of existing documents, and the entries that list them.

    Without a manifest all cached files count as needed.
    """
    if not (targets := read_manifest(build / MANIFEST).targets):
        return set(cached)
    hashes = {entry.pdf for name, entry in targets.items() if not is_gone(name)}
    needed = {f".cache/{hashed[:2]}/{hashed}.pdf" for hashed in hashes}
    for record in (build / ".cache").glob("??/*.json"):
        try:
            versions = read_record(record, FORMAT)["versions"]
            if any(v["entry"]["pdf"] in hashes for v in versions):
                needed.add(record.relative_to(build).as_posix())
        except DAMAGED:
            continue
    return needed
