"""Remove built files, which are recognized by folder and name: `briefs clean`."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path, PurePath
from types import MappingProxyType

from pipeline.content.discovery import find_editions
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.model.edition_state import Stamp
from pipeline.problems import Problem
from pipeline.project import Project
from pipeline.state.atomic_write import write_problem
from pipeline.state.build_state import FILES, MANIFEST, SUMS
from pipeline.state.cache import FORMAT
from pipeline.state.file_hashes import RECORD_ERRORS, read_record
from pipeline.state.lock import build_lock
from pipeline.state.manifest import read_manifest
from pipeline.state.snapshot import SNAPSHOT
from pipeline.targets import (
    BuildOptions,
    Document,
    parse_file_name,
    source_of,
    sources_in,
    stamps_of,
)

_CACHE_FILE = re.compile(r"\.cache/[0-9a-f]{2}/[0-9a-f]{64}\.(pdf|json)")
# An unfinished file of a build that was killed.
_PART_FILE = re.compile(r"(.*/)?\.[^/]*\.part")
_RECORDS = (MANIFEST, SUMS, FILES, SNAPSHOT)
# The site and its records. They are never orphaned: a build of the site removes its old
# files.
_SITE_FILE = re.compile(r"(site|\.web)/.+", re.DOTALL)


def clean(
    project: Project, today: date, *, orphaned: bool, dry_run: bool
) -> tuple[list[str], list[Problem]]:
    """Remove all built files, or with `orphaned` those whose content was deleted.

    A document is also orphaned if the state of its edition changed, as from draft.

    Gives the names of the removed files (in a dry run, of those that would be removed), and
    problems for those that cannot be removed. Raises PipelineError during a build.
    """

    def list_files() -> list[str]:
        if not orphaned:
            return built_files(project.build)
        folders, _ = find_editions(project)
        lifecycles = read_lifecycles(project, folders).items()
        stamps = {f.name: stamps_of(life, BuildOptions(), today) for f, life in lifecycles}
        return orphaned_files(project.build, sources_in(project, folders), stamps)

    if dry_run or not project.build.is_dir():
        return [f"build/{name}" for name in list_files()], []
    with build_lock(project.build, remove_lock=not orphaned):
        return remove_files(project.build, list_files())


def built_files(build: Path) -> list[str]:
    """List all built files by name below the build folder."""
    files = sorted(p.relative_to(build).as_posix() for p in build.rglob("*") if p.is_file())
    kinds = (
        *(_RECORDS.__contains__, _CACHE_FILE.fullmatch, _PART_FILE.fullmatch, source_of),
        _SITE_FILE.fullmatch,
    )
    return [name for name in files if any(is_built(name) for is_built in kinds)]


def orphaned_files(
    build: Path,
    existing: Collection[str],
    stamps: Mapping[str, Sequence[Stamp]] = MappingProxyType({}),
) -> list[str]:
    """List what `briefs clean --orphaned` removes; `existing` are the files of content.

    `stamps` has for the folder of each edition the stamps that its documents have now.
    """

    def is_orphaned(name: str) -> bool:
        if _SITE_FILE.fullmatch(name) or not (source := source_of(name)):
            return False
        folder, _, file = name.rpartition("/")
        stamp = Stamp(folder) if folder in [*Stamp] else Stamp.NONE
        if stamp is Stamp.SUPERSEDED:  # a copy of a document without a stamp
            stamp = Stamp.NONE
        is_document = parse_file_name(file)[0] is Document and folder != "rejected"
        current_stamps = (
            stamps.get(source.rpartition("/")[0], (stamp,)) if is_document else (stamp,)
        )
        return source not in existing or stamp not in current_stamps

    built = built_files(build)
    cached = {name for name in built if _CACHE_FILE.fullmatch(name)}
    unneeded = cached - _needed_in_cache(build, cached, is_orphaned)
    return [n for n in built if _PART_FILE.fullmatch(n) or n in unneeded or is_orphaned(n)]


def _needed_in_cache(
    build: Path, cached: Collection[str], is_orphaned: Callable[[str], bool]
) -> set[str]:
    """Find the cached PDFs of existing documents, and the entries that list them.

    Without a manifest all cached files count as needed.
    """
    if not (targets := read_manifest(build / MANIFEST).targets):
        return set(cached)
    hashes = {entry.file_hash for name, entry in targets.items() if not is_orphaned(name)}
    needed = {f".cache/{file_hash[:2]}/{file_hash}.pdf" for file_hash in hashes}
    for record in (build / ".cache").glob("??/*.json"):
        try:
            versions = read_record(record, FORMAT)["versions"]
            if any(v["entry"]["file_hash"] in hashes for v in versions):
                needed.add(record.relative_to(build).as_posix())
        except RECORD_ERRORS:
            continue
    return needed


def remove_files(build: Path, names: Iterable[str]) -> tuple[list[str], list[Problem]]:
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
