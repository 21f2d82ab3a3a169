"""Add up what several builds made, each a part, into one build folder.

Everything is looked at before anything is written: that every PDF is the one which its
manifest tells of, and that no two parts contradict each other. Records are written last.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError, Place, Problem, Rule
from pipeline.production.files import digest
from pipeline.production.manifest import (
    Entry,
    Manifest,
    Reading,
    manifest_bytes,
    read_manifest,
)
from pipeline.production.memory import MANIFEST, Memory
from pipeline.production.write import write_whole

# Folders and a PDF below a build folder: nothing hidden, nothing above it.
_NAME = re.compile(r"(?!rejected/)[A-Za-z0-9][\w-]*(/[\w-][\w.-]*)*\.pdf", re.ASCII)
_REBUILD = "build it again with the same content, program and fonts as the others"


@dataclass(frozen=True)
class Part:
    """A build folder to be collected, as the command named it."""

    folder: Path
    manifest: Manifest


def collect(
    folders: Sequence[Path], build: Path, memory: Memory
) -> tuple[dict[str, Entry], list[Problem]]:
    """Put the documents of build folders into `build`, of which `memory` is the memory.

    Gives the entries of what was collected, by name, and everything wrong; then nothing
    was written. Raises PipelineError when the folder cannot be written.
    """
    parts, problems = _read(folders)
    problems += [p for part in parts for p in _damaged(part)]
    problems += _contradictions(parts)
    if problems:
        return {}, problems
    entries: dict[str, Entry] = {}
    for part in parts:
        for name, entry in sorted(part.manifest.documents.items()):
            _copy(part, name, entry, build)
            memory.note_document(name, entry)
            entries[name] = entry
        memory.manifest.toolchains.update(part.manifest.toolchains)
        memory.manifest.sets.update(part.manifest.sets)
        memory.manifest.readings.update(part.manifest.readings)
    return dict(sorted(entries.items())), []


def _read(folders: Iterable[Path]) -> tuple[list[Part], list[Problem]]:
    parts: list[Part] = []
    problems: list[Problem] = []
    for folder in folders:
        path = folder / MANIFEST
        manifest = read_manifest(path)
        if not path.is_file():
            said = "there is no manifest: no build ended in this folder"
            problems.append(_problem(folder, said, "name the folders build/ of the parts"))
        elif path.read_bytes() != manifest_bytes(manifest):
            said = "the manifest is damaged, or of another version of the program"
            problems.append(_problem(path, said, _REBUILD))
        else:
            parts.append(Part(folder, manifest))
    return parts, problems


def _damaged(part: Part) -> Iterator[Problem]:
    """Say which PDFs are not there as the manifest says."""
    for name, entry in sorted(part.manifest.documents.items()):
        if not _NAME.fullmatch(name):
            said = f'the manifest names what is no document: "{name}"'
            yield _problem(part.folder / MANIFEST, said, _REBUILD)
        elif (pdf := _pdf(part, name)) is None:
            said = "the manifest tells of this document, and it is not there"
            yield _problem(part.folder / name, said, "copy the whole folder build/")
        elif digest(pdf) != entry.pdf:
            said = "the document is not the one that the manifest tells of"
            yield _problem(part.folder / name, said, "copy the whole folder build/")


def _pdf(part: Part, name: str) -> bytes | None:
    """Read a PDF of a part; one that a link leads out of it for is not there."""
    path = (part.folder / name).resolve()
    inside = path.is_relative_to(part.folder.resolve())
    return path.read_bytes() if inside and path.is_file() else None


def _contradictions(parts: Sequence[Part]) -> Iterator[Problem]:
    """Say where parts that should have been built alike were not."""
    documents: dict[str, tuple[Part, Entry]] = {}
    readings: dict[str, tuple[Part, Reading]] = {}
    tools: dict[str, tuple[Part, str]] = {}
    for part in parts:
        for name, made_with in _tools(part):
            first, known = tools.setdefault(name, (part, made_with))
            if known != made_with:
                said = f"made with {name} {made_with}, and {first.folder} with {known}"
                yield _problem(part.folder, said, _REBUILD)
        for name, entry in sorted(part.manifest.documents.items()):
            other, theirs = documents.setdefault(name, (part, entry))
            if theirs.pdf != entry.pdf:
                said = f"the document has other bytes in {other.folder}"
                yield _problem(part.folder / name, said, _REBUILD)
        for name, reading in sorted(part.manifest.readings.items()):
            other, read = readings.setdefault(name, (part, reading))
            if read != reading:
                said = f"{name} was built from other content than in {other.folder}"
                yield _problem(part.folder, said, "build all parts from one commit")


def _tools(part: Part) -> Iterator[tuple[str, str]]:
    """List the tools of a part; what is printed needs some that the others do not."""
    for toolchain in part.manifest.toolchains.values():
        yield from sorted(toolchain.items())


def _copy(part: Part, name: str, entry: Entry, build: Path) -> None:
    """Copy a PDF, unless it is there already."""
    target = build / name
    if target.is_file() and digest(target.read_bytes()) == entry.pdf:
        return
    pdf = _pdf(part, name)
    if pdf is None or digest(pdf) != entry.pdf:
        said = "the document changed while it was collected"
        raise PipelineError(_problem(part.folder / name, said, "collect again"))
    write_whole(target, pdf, f"build/{name}")


def _problem(path: Path, said: str, hint: str) -> Problem:
    return Problem(Rule.SHARD, Place(path.as_posix()), said, hint)
