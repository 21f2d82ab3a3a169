"""Read and write the manifest (`build/manifest.json`), and find why targets are stale.

The entry of a target has the hashes of its HTML, of every file used for it, and of its PDF.
Files of many targets are stored once, as a set that entries name. Changes are detected by
hash, not by time.
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

# Gives the hash of a file by its name; "" if it does not exist.
Digest = Callable[[str], str]
StoredWarning = list[str | int]
_RULES = {rule.id: rule for rule in Rule}


@dataclass(frozen=True, slots=True)
class OutputEntry:
    """A target as it was built. Hashes are SHA-256, in hexadecimal.

    `source` is the hash of its HTML and attachments. `inputs`, `program` and `assets` name
    sets of files: the sources of the HTML, the program, and the files that the renderer
    used. `warnings` are reported again while the target is up to date.
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
    """A part of the content that was read without an error.

    Only the entry of the series has `languages` (of the series) and `used` (of the
    editions).
    """

    inputs: str
    warnings: list[StoredWarning]
    languages: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """The targets of a build folder by path, with their sources and toolchains.

    Each target names its toolchain by a short hash. The entry "fonts" of a toolchain is the
    name of the set of font files.
    """

    toolchains: dict[str, dict[str, str]] = field(default_factory=dict)
    sets: dict[str, dict[str, str]] = field(default_factory=dict)
    readings: dict[str, SourceEntry] = field(default_factory=dict)
    documents: dict[str, OutputEntry] = field(default_factory=dict)

    def add_toolchain(self, toolchain: Mapping[str, str]) -> str:
        """Store a toolchain; give the name by which entries refer to it."""
        name = _name(toolchain)
        self.toolchains[name] = dict(toolchain)
        return name

    def add_fonts(self, toolchain: Mapping[str, str], fonts: Mapping[str, str]) -> None:
        """Store the font files of a toolchain, so that changed fonts can be named."""
        self.sets[toolchain["fonts"]] = dict(fonts)

    def add_set(self, files: Mapping[str, str]) -> str:
        """Store files with their hashes as a set; give its name."""
        name = _name(files)
        self.sets[name] = dict(files)
        return name

    def only(self, documents: Iterable[str], readings: Iterable[str]) -> "Manifest":
        """Give the manifest of some targets and sources, with the sets these name."""
        outputs = {name: self.documents[name] for name in documents}
        sources = {name: self.readings[name] for name in readings}
        tools = {entry.toolchain for entry in outputs.values()}
        sets = {entry.inputs for entry in sources.values()}
        sets.update(self.toolchains.get(name, {}).get("fonts", "") for name in tools)
        for entry in outputs.values():
            sets.update((*entry.inputs, entry.program, entry.assets))
        return Manifest(
            {name: tool for name, tool in self.toolchains.items() if name in tools},
            {name: files for name, files in self.sets.items() if name in sets},
            sources,
            outputs,
        )


def _name(content: Mapping[str, str]) -> str:
    return digest(json.dumps(content, sort_keys=True).encode())[:12]


def read_manifest(path: Path) -> Manifest:
    """Read the manifest; empty if missing, damaged or of another format."""
    return read_manifest_or_none(path) or Manifest()


def read_manifest_or_none(path: Path) -> Manifest | None:
    """Read the manifest; None if missing, damaged or of another format."""
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
    """Write the manifest as JSON; equal builds give equal bytes."""
    parts = {part.name: getattr(manifest, part.name) for part in fields(manifest)}
    return record_bytes(FORMAT, parts)


def checksum_bytes(manifest: Manifest) -> bytes:
    """List the hashes for `sha256sum --check`, after a comment with the toolchains."""
    heads = [
        "# toolchain: " + ", ".join(f"{name} {v}" for name, v in sorted(tools.items()))
        for _, tools in sorted(manifest.toolchains.items())
    ]
    lines = [f"{entry.pdf}  {name}" for name, entry in sorted(manifest.documents.items())]
    return "\n".join([*heads, *lines, ""]).encode()


def changed_files(manifest: Manifest, sets: Iterable[str], now: Digest) -> list[str]:
    """List the files of some sets whose hash changed; a missing set is a change."""
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
    """Give the reason why a target is stale; "" if it is up to date.

    `source` is the hash of its HTML and attachments `now`, `target` the name of its PDF.
    """
    if entry is None:
        return "it was never built"
    if not (pdf := now(target)):
        return "the file is missing"
    if pdf != entry.pdf:
        return "the file was changed after it was built"
    if changed_files(manifest, (entry.program,), now):
        return "the program changed"
    if source != entry.source:
        changed = changed_files(manifest, entry.inputs, now)
        return f"{_list_names(changed) or 'its content or a template'} changed"
    if changed := changed_files(manifest, (entry.assets,), now):
        return f"{_list_names(changed)} changed"
    return _changed_tool(manifest, manifest.toolchains.get(entry.toolchain, {}), toolchain)


def _changed_tool(
    manifest: Manifest, was: Mapping[str, str], now: Mapping[str, str]
) -> str:
    for name in sorted({*was, *now}):
        before, after = was.get(name, "none"), now.get(name, "none")
        if before == after:
            continue
        if name == "fonts" and {before, after} <= manifest.sets.keys():
            old, new = manifest.sets[before], manifest.sets[after]
            fonts = [font for font in {*old, *new} if old.get(font) != new.get(font)]
            return f"{_list_names(fonts)} changed"
        return f"{name} {before} became {after}"
    return ""


def _list_names(names: list[str]) -> str:
    """Name up to two changed files, those of content first."""
    first = sorted(names, key=lambda name: (not name.startswith("content/"), name))
    first = [f"the files in {name}" if name.endswith("/") else name for name in first]
    more = f" and {len(first) - 2} more" if len(first) > 2 else ""
    return (", " if more else " and ").join(first[:2]) + more


def store_warning(problem: Problem, path: str = "", word: str = "") -> StoredWarning:
    """Turn a warning into its stored form.

    A layout warning also has the path of the part of the content it is about, and a word.
    """
    place = problem.place
    location = (place.file, place.line, place.column)
    return [problem.rule.id, *location, problem.message, problem.hint, path, word]


def load_warning(stored: StoredWarning) -> Problem:
    """Turn a stored warning into a problem."""
    rule, file, line, column, message, hint, _, _ = stored
    place = Place(str(file), int(line), int(column))
    return Problem(_RULES[str(rule)], place, str(message), str(hint))
