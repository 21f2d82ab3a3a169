"""Add up what several builds made, each a part, into one build folder.

Everything is looked at before anything is written: that every PDF is the one which its
manifest tells of, made by this version of the program, and that no two parts contradict
each other. What a part has takes the place of what is there. Records are written last.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.state.atomic_write import atomic_write
from pipeline.state.build_state import MANIFEST, BuildState
from pipeline.state.fingerprints import digest
from pipeline.state.manifest import (
    FORMAT,
    Manifest,
    OutputEntry,
    SourceEntry,
    manifest_bytes,
    read_manifest,
)

# Folders and a PDF below a build folder: nothing hidden, nothing above it.
_NAME = re.compile(r"(?!rejected/)[A-Za-z0-9][\w-]*(/[\w-][\w.-]*)*\.pdf", re.ASCII)
_REBUILD = "build it again with the same content, program and fonts as the others"
_COPY = "copy the whole folder build/"
_AGAIN = "copy it again, or build that part again"
_ITSELF = "copy the files themselves into the part, not links to them"
_READ = "copy the part again, and see that you may read it"


@dataclass(frozen=True)
class Part:
    """A build folder to be collected, as the command named it."""

    folder: Path
    manifest: Manifest


@dataclass(frozen=True)
class Collected:
    """What was collected, by name, and which of it took the place of another PDF."""

    entries: dict[str, OutputEntry] = field(default_factory=dict)
    replaced: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_parts(
    folders: Sequence[Path], program: str
) -> tuple[list[Part], tuple[Problem, ...]]:
    """Read the manifests of build folders, and say all that keeps them from being added up.

    `program` is the set of files that this program is, by its name.
    """
    parts, problems = _read(folders)
    problems += [p for part in parts for p in _damaged(part)]
    problems += [p for part in parts for p in _other_program(part, program)]
    problems += _contradictions(parts)
    return parts, tuple(problems)


def collect(parts: Sequence[Part], build: Path) -> Collected:
    """Put the documents of parts into the folder `build`.

    Raises PipelineError when it cannot be written.
    """
    entries: dict[str, OutputEntry] = {}
    replaced: dict[str, None] = {}
    for part in parts:
        for name, entry in sorted(part.manifest.documents.items()):
            if _copy(part, name, entry, build):
                replaced[name] = None
            entries[name] = entry
    return Collected(dict(sorted(entries.items())), tuple(replaced))


def remember(parts: Iterable[Part], build: Path, memory: BuildState) -> None:
    """Remember the documents of parts that are in the folder `build`.

    They are looked for: who was stopped while copying does not know what was copied.
    """
    for part in parts:
        memory.manifest.toolchains.update(part.manifest.toolchains)
        memory.manifest.sets.update(part.manifest.sets)
        memory.manifest.readings.update(part.manifest.readings)
        for name, entry in part.manifest.documents.items():
            if _is_there(build / name, entry):
                memory.record_output_entry(name, entry)


def _read(folders: Iterable[Path]) -> tuple[list[Part], list[Problem]]:
    parts: list[Part] = []
    problems: list[Problem] = []
    for folder in folders:
        path = folder / MANIFEST
        try:
            # What is no file is not opened: a pipe would keep us waiting.
            data = path.read_bytes() if path.is_file() else None
        except OSError as error:
            problems.append(_unreadable(path, error))
            continue
        if data is None:
            said = "there is no manifest: no build ended in this folder"
            problems.append(_problem(folder, said, "name the folders build/ of the parts"))
        elif data != manifest_bytes(manifest := read_manifest(path)):
            problems.append(_problem(path, *_why_not_read(data)))
        else:
            parts.append(Part(folder, manifest))
    return parts, problems


def _why_not_read(data: bytes) -> tuple[str, str]:
    """Say what is wrong with a manifest, and what to do."""
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        if (made := json.loads(data)["format"]) != FORMAT:
            said = f"the manifest has format {made}, and this program reads {FORMAT}"
            return f"{said}: another version made it", _REBUILD
    return "the manifest is damaged", _AGAIN


def _damaged(part: Part) -> Iterator[Problem]:
    """Say which PDFs are not there as the manifest says."""
    for name, entry in sorted(part.manifest.documents.items()):
        if not _NAME.fullmatch(name):
            said = f'the manifest names what is no document: "{name}"'
            yield _problem(part.folder / MANIFEST, said, _AGAIN)
            continue
        try:
            pdf = _pdf(part, name)
        except (OSError, RuntimeError) as error:  # links in a circle are the second
            yield _unreadable(part.folder / name, error)
            continue
        if pdf is None:
            yield _problem(part.folder / name, *_why_none(part.folder, name))
        elif digest(pdf) != entry.pdf:
            said = "the document is not the one that the manifest tells of"
            yield _problem(part.folder / name, said, _COPY)


def _pdf(part: Part, name: str) -> bytes | None:
    """Read a PDF of a part; none is what is no file, or lies where a link leads out."""
    path = (part.folder / name).resolve()
    inside = path.is_relative_to(part.folder.resolve())
    return path.read_bytes() if inside and path.is_file() else None


def _why_none(folder: Path, name: str) -> tuple[str, str]:
    """Say why a part has no PDF of a name, and what to do."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return "a link leads from this document out of the part", _ITSELF
    if path.is_symlink() and not path.exists():
        return "the document is a link that leads nowhere", _ITSELF
    if path.exists():
        kind = "a folder" if path.is_dir() else "a pipe or a device"
        return f"the document is no file but {kind}", _COPY
    return "the manifest tells of this document, and it is not there", _COPY


def _other_program(part: Part, program: str) -> Iterator[Problem]:
    """Say that another version made the documents of a part: here all would be stale."""
    for made_by in sorted({e.program for e in part.manifest.documents.values()}):
        if made_by != program:
            said = f"made by version {made_by} of the program, and this is {program}"
            hint = "install one version everywhere, and build the part again"
            yield _problem(part.folder, said, hint)


def _contradictions(parts: Sequence[Part]) -> Iterator[Problem]:
    """Say where parts that should have been built alike were not."""
    documents: dict[str, tuple[Part, OutputEntry]] = {}
    readings: dict[str, tuple[Part, SourceEntry]] = {}
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


def _copy(part: Part, name: str, entry: OutputEntry, build: Path) -> bool:
    """Copy a PDF, unless it is there already; say whether another one was there."""
    target = build / name
    if _is_there(target, entry):
        return False
    pdf = None
    with suppress(OSError, RuntimeError):
        pdf = _pdf(part, name)
    if pdf is None or digest(pdf) != entry.pdf:
        said = "the document changed while it was collected"
        raise PipelineError(_problem(part.folder / name, said, "collect again"))
    is_other = os.path.lexists(target)
    atomic_write(target, pdf, f"build/{name}")
    return is_other


def _is_there(target: Path, entry: OutputEntry) -> bool:
    with suppress(OSError):  # what cannot be read is replaced
        return target.is_file() and digest(target.read_bytes()) == entry.pdf
    return False


def _unreadable(path: Path, error: OSError | RuntimeError) -> Problem:
    why = getattr(error, "strerror", None) or "links lead in a circle"
    return _problem(path, f"the file cannot be read: {why.lower()}", _READ)


def _problem(path: Path, said: str, hint: str) -> Problem:
    return Problem(Rule.SHARD_MERGE, Place(path.as_posix()), said, hint)
