"""Remember what was made from what (`build/manifest.json`), and say what is stale.

A document remembers its HTML, every file that was asked for while it was made, and the PDF
itself, each by its hash. Files that went into many documents are written once, as a set
that the documents name. So a change is noticed by content, whatever the clock says.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from pipeline.problems import Place, Problem, Rule
from pipeline.state.fingerprints import (
    DAMAGED,
    UNSURE,
    digest,
    read_record,
    record_bytes,
)

FORMAT = 3

# Gives the hash of a file by its name, "" when it is not there.
Digest = Callable[[str], str]
StoredWarning = list[str | int]
_RULES = {rule.id: rule for rule in Rule}


@dataclass(frozen=True, slots=True)
class OutputEntry:
    """A target as it was built. Hashes are SHA-256, in hexadecimal.

    `source` is the hash of its HTML and attachments. `inputs`, `program` and `assets` name
    sets of files: those that the HTML came from, the program, and those that the renderer
    was given. `warnings` are reported again while the target is up to date.
    """

    source: str
    inputs: list[str]
    program: str
    assets: str
    pdf: str
    pages: int
    bytes: int
    toolchain: str
    warnings: list[StoredWarning] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A part of the content as it was read without an error: its files and warnings.

    Only the entry of the series has `languages` (of the series) and `used` (of the
    editions).
    """

    inputs: str
    warnings: list[StoredWarning]
    languages: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """All documents of a build folder, by their path in it, and what made them.

    Usually one toolchain made them all; each document names its own by a short hash. What a
    toolchain says of fonts is the name of the set of their files.
    """

    toolchains: dict[str, dict[str, str]] = field(default_factory=dict)
    sets: dict[str, dict[str, str]] = field(default_factory=dict)
    readings: dict[str, SourceEntry] = field(default_factory=dict)
    documents: dict[str, OutputEntry] = field(default_factory=dict)

    def remember_toolchain(self, toolchain: Mapping[str, str]) -> str:
        """Note a toolchain; give the name under which documents refer to it."""
        name = _name(toolchain)
        self.toolchains[name] = dict(toolchain)
        return name

    def remember_fonts(
        self, toolchain: Mapping[str, str], fonts: Mapping[str, str]
    ) -> None:
        """Note the font files of a toolchain, to name those that change."""
        self.sets[toolchain["fonts"]] = dict(fonts)

    def remember_set(self, files: Mapping[str, str]) -> str:
        """Note files and their hashes; give the name of the set."""
        name = _name(files)
        self.sets[name] = dict(files)
        return name

    def only(self, documents: Iterable[str], readings: Iterable[str]) -> "Manifest":
        """The manifest of some documents and readings, without what none of them needs."""
        kept = {name: self.documents[name] for name in documents}
        read = {name: self.readings[name] for name in readings}
        tools = {entry.toolchain for entry in kept.values()}
        sets = {reading.inputs for reading in read.values()}
        sets.update(self.toolchains.get(name, {}).get("fonts", "") for name in tools)
        for entry in kept.values():
            sets.update((*entry.inputs, entry.program, entry.assets))
        return Manifest(
            {name: of for name, of in self.toolchains.items() if name in tools},
            {name: of for name, of in self.sets.items() if name in sets},
            read,
            kept,
        )


def _name(content: Mapping[str, str]) -> str:
    return digest(json.dumps(content, sort_keys=True).encode())[:12]


def read_manifest(path: Path) -> Manifest:
    """Read the manifest; a missing, damaged or foreign one is empty."""
    return find_manifest(path) or Manifest()


def find_manifest(path: Path) -> Manifest | None:
    """Read the manifest; None when it is missing, damaged or of another format."""
    try:
        record = read_record(path, FORMAT)
        return Manifest(
            record["toolchains"],
            record["sets"],
            {name: SourceEntry(**entry) for name, entry in record["readings"].items()},
            {name: OutputEntry(**entry) for name, entry in record["documents"].items()},
        )
    except DAMAGED:
        return None


def manifest_bytes(manifest: Manifest) -> bytes:
    """Write the manifest; equal builds give equal bytes."""
    parts = {part.name: getattr(manifest, part.name) for part in fields(manifest)}
    return record_bytes(FORMAT, parts)


def checksum_bytes(manifest: Manifest) -> bytes:
    """List the documents as `sha256sum --check` reads them, under the toolchain."""
    heads = [
        "# toolchain: " + ", ".join(f"{name} {v}" for name, v in sorted(tools.items()))
        for _, tools in sorted(manifest.toolchains.items())
    ]
    lines = [f"{entry.pdf}  {name}" for name, entry in sorted(manifest.documents.items())]
    return "\n".join([*heads, *lines, ""]).encode()


def changed_files(manifest: Manifest, sets: Iterable[str], now: Digest) -> list[str]:
    """Name the files of some sets that are not as they were; a lost set is a change."""
    changed: dict[str, None] = {}
    for name in sets:
        files = manifest.sets.get(name)
        if files is None:
            return ["the manifest"]
        changed |= {f: None for f, was in files.items() if was == UNSURE or now(f) != was}
    return list(changed)


def why_stale(
    entry: OutputEntry | None,
    manifest: Manifest,
    toolchain: Mapping[str, str],
    source: str,
    now: Digest,
    target: str,
) -> str:
    """Say why a document must be painted again; "" when the one that is there will do.

    `source` is the hash of its HTML as it would be now, `target` the name of its PDF.
    """
    if entry is None:
        return "it was never built"
    if found := now(target):
        if found != entry.pdf:
            return "the file was changed after it was built"
    else:
        return "the file is gone"
    if changed_files(manifest, (entry.program,), now):
        return "the program changed"
    if source != entry.source:
        changed = changed_files(manifest, entry.inputs, now)
        return f"{_some(changed) or 'its content or a template'} changed"
    if changed := changed_files(manifest, (entry.assets,), now):
        return f"{_some(changed)} changed"
    return _other_tools(manifest, manifest.toolchains.get(entry.toolchain, {}), toolchain)


def _other_tools(manifest: Manifest, was: Mapping[str, str], now: Mapping[str, str]) -> str:
    for name in sorted({*was, *now}):
        before, after = was.get(name, "none"), now.get(name, "none")
        if before == after:
            continue
        if name == "fonts" and {before, after} <= manifest.sets.keys():
            return (
                f"{_some(_differing(manifest.sets[before], manifest.sets[after]))} changed"
            )
        return f"{name} {before} became {after}"
    return ""


def _differing(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]


def _some(names: list[str]) -> str:
    """Name what changed: the content first, for its author is who asks."""
    first = sorted(names, key=lambda name: (not name.startswith("content/"), name))
    first = [f"the files in {name}" if name.endswith("/") else name for name in first]
    more = f" and {len(first) - 2} more" if len(first) > 2 else ""
    return (", " if more else " and ").join(first[:2]) + more


def store_warning(problem: Problem, path: str = "", word: str = "") -> StoredWarning:
    """Write a warning as the manifest keeps it.

    A warning of the layout has the part of the content that it is about, and the word.
    """
    place = problem.place
    said: StoredWarning = [problem.rule.id, place.file, place.line, place.column]
    return [*said, problem.message, problem.hint, path, word]


def load_warning(said: StoredWarning) -> Problem:
    """Read a warning that the manifest kept."""
    rule, file, line, column, message, hint, _, _ = said
    place = Place(str(file), int(line), int(column))
    return Problem(_RULES[str(rule)], place, str(message), str(hint))
