"""Remove what was made, and nothing else: files are known by their places and names."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePath

from pipeline.problems import Place, Problem, Rule
from pipeline.state.build_state import FILES, MANIFEST, SUMS
from pipeline.state.cache import FORMAT
from pipeline.state.fingerprints import DAMAGED, read_record
from pipeline.state.manifest import find_manifest

_PDF = re.compile(r"([a-z0-9-]+)_([0-9-]+)_([A-Za-z-]+?)(_[a-z0-9-]+)?\.pdf")
_PACK = re.compile(r"sessions/([0-9]+)/\1_[A-Za-z-]+?(_[a-z0-9-]+)?\.pdf")
_CACHED = re.compile(r"\.cache/[0-9a-f]{2}/[0-9a-f]{64}\.(pdf|json)")
# What a build that was killed left behind.
_PART = re.compile(r"(.*/)?\.[^/]*\.part")
_OTHERS = (MANIFEST, SUMS, FILES)


def built_files(build: Path) -> list[str]:
    """List all that builds made in a build folder, by name below it."""
    return [name for name in _files(build) if _is_ours(name)]


def stale_files(
    build: Path, there: Collection[tuple[str, str, str]], sessions: Collection[str] = ()
) -> list[str]:
    """List what has no content any more.

    `there` are the documents that have: slug, information date, language; `sessions` the
    numbers of those that have a file.
    """

    def is_gone(name: str) -> bool:
        if pack := _PACK.fullmatch(name):
            return pack[1] not in sessions
        parts = _parts(name)
        return parts is not None and parts not in there

    made = built_files(build)
    cached = {name for name in made if _CACHED.fullmatch(name)}
    unneeded = cached - _needed_in_cache(build, cached, is_gone)
    return [n for n in made if _PART.fullmatch(n) or n in unneeded or is_gone(n)]


def remove(build: Path, names: Iterable[str]) -> tuple[list[str], list[Problem]]:
    """Remove files, and folders that are empty then.

    Gives the names of what is gone as messages do, and what could not be removed.
    """
    removed: list[str] = []
    problems: list[Problem] = []
    for name in names:
        try:
            (build / name).unlink(missing_ok=True)
        except OSError as error:
            problems.append(_say_left(f"build/{name}", error))
            continue
        removed.append(f"build/{name}")
        with suppress(OSError):  # it holds something else, or must stay itself
            for folder in PurePath(name).parents[:-1]:
                (build / folder).rmdir()
    return removed, problems


def _say_left(name: str, error: OSError) -> Problem:
    message = f"the file cannot be removed: {(error.strerror or str(error)).lower()}"
    return Problem(
        Rule.WRITE_FAILED, Place(name), message, "check the folder's permissions"
    )


def _files(build: Path) -> Iterator[str]:
    yield from sorted(
        p.relative_to(build).as_posix() for p in build.rglob("*") if p.is_file()
    )


def _is_ours(name: str) -> bool:
    known = name in _OTHERS or _CACHED.fullmatch(name) or _PART.fullmatch(name)
    return bool(known or _PACK.fullmatch(name) or _parts(name))


def _parts(name: str) -> tuple[str, str, str] | None:
    """Slug, information date and language of a PDF in its own folder, or rejected."""
    folder, _, file = name.rpartition("/")
    match = _PDF.fullmatch(file)
    if not match or folder not in (match[1], "rejected"):
        return None
    return match[1], match[2], match[3]


def _needed_in_cache(
    build: Path, cached: Collection[str], is_gone: Callable[[str], bool]
) -> set[str]:
    """The cached PDFs of the documents that have content, and the lists that name them.

    What is needed only the manifest tells; without one all that is cached may be.
    """
    if (manifest := find_manifest(build / MANIFEST)) is None:
        return set(cached)
    hashes = {e.pdf for name, e in manifest.documents.items() if not is_gone(name)}
    needed = {f".cache/{hashed[:2]}/{hashed}.pdf" for hashed in hashes}
    for listed in (build / ".cache").glob("??/*.json"):
        try:
            versions = read_record(listed, FORMAT)["versions"]
            if any(v["entry"]["pdf"] in hashes for v in versions):
                needed.add(listed.relative_to(build).as_posix())
        except DAMAGED:
            continue
    return needed
