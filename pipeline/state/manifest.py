"""Read and write the manifest (`build/manifest.json`), and find why targets are stale.

The entry of a target has the hashes of its HTML, of every file used for it, and of the file
itself. Files of many targets are stored once, as a set that entries name. Changes are
detected by hash, not by time.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.problems import Place, Problem, Rule
from pipeline.state.file_hashes import (
    RECORD_ERRORS,
    UNSTABLE,
    hash_bytes,
    read_record,
    record_bytes,
)

FORMAT = 8

# Gives the hash of a file by its name; "" if it does not exist.
CurrentHash = Callable[[str], str]
StoredWarning = list[str | int]
StoredLifecycle = list[str | int | None]
_RULES = {rule.id: rule for rule in Rule}
_HASH_PATTERN = re.compile("[0-9a-f]{64}")
# A path of plain names. Any extension is allowed, so a new kind of target needs no change.
_TARGET_NAME = re.compile(r"([\w-][\w.-]*/){0,4}[\w-][\w .-]*\.[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class OutputEntry:
    """A target as it was built. Hashes are SHA-256, in hexadecimal.

    `html_hash` is the hash of its HTML and attachments. For a frozen file it is the hash
    of the PDF. `inputs`, `program` and `assets` name sets of files: the sources of the
    HTML, the program, and the files that the renderer used. `warnings` are reported again
    while the target is up to date. `values_hash` is the hash of the values that the HTML
    was made from. If it is set, the last set in `inputs` holds the sources that these
    values do not contain, such as strings and templates. `fill` tells how well the pages of
    a document are filled.
    """

    html_hash: str
    inputs: list[str]
    program: str
    assets: str
    file_hash: str
    pages: int
    bytes: int
    toolchain: str
    warnings: list[StoredWarning] = field(default_factory=list)
    values_hash: str = ""
    fill: dict[str, int] = field(default_factory=dict)

    @property
    def html_inputs(self) -> str:
        """The set of strings and templates of an HTML that has a `values_hash`."""
        return self.inputs[-1]


@dataclass(frozen=True, slots=True)
class PartEntry:
    """A part of the content that was read without an error.

    Only the entry of the series has `languages`, those of `series.yaml`, and
    `used_languages`, those of the editions.
    """

    inputs: str
    warnings: list[StoredWarning]
    languages: list[str] = field(default_factory=list)
    used_languages: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """The targets of a build folder by path, the parts of the content, and the toolchains.

    Each target names its toolchain by a short hash. The entry "fonts" of a toolchain is the
    name of the set of font files. `lifecycles` has, for each edition, the hashes of the
    files that its state depends on, and what was read from them.
    """

    toolchains: dict[str, dict[str, str]] = field(default_factory=dict)
    sets: dict[str, dict[str, str]] = field(default_factory=dict)
    parts: dict[str, PartEntry] = field(default_factory=dict)
    targets: dict[str, OutputEntry] = field(default_factory=dict)
    lifecycles: dict[str, StoredLifecycle] = field(default_factory=dict)

    def add_toolchain(self, toolchain: Mapping[str, str]) -> str:
        """Store a toolchain; give the name by which entries refer to it."""
        name = _name_by_hash(toolchain)
        self.toolchains[name] = dict(toolchain)
        return name

    def add_set(self, files: Mapping[str, str]) -> str:
        """Store files with their hashes as a set; give its name."""
        name = _name_by_hash(files)
        self.sets[name] = dict(files)
        return name

    def subset(self, targets: Iterable[str], parts: Collection[str]) -> "Manifest":
        """Return the manifest of some targets and parts, with the sets these name."""
        target_entries = {name: self.targets[name] for name in targets}
        part_entries = {name: self.parts[name] for name in parts if name in self.parts}
        tools = {entry.toolchain for entry in target_entries.values()}
        sets = {entry.inputs for entry in part_entries.values()}
        sets.update(self.toolchains.get(name, {}).get("fonts", "") for name in tools)
        for entry in target_entries.values():
            sets.update((*entry.inputs, entry.program, entry.assets))
        return Manifest(
            {name: tool for name, tool in self.toolchains.items() if name in tools},
            {name: files for name, files in self.sets.items() if name in sets},
            part_entries,
            target_entries,
            {n: self.lifecycles[n] for n in parts if n in self.lifecycles},
        )


def _name_by_hash(content: Mapping[str, str]) -> str:
    return hash_bytes(json.dumps(content, sort_keys=True).encode())[:12]


def read_manifest(path: Path) -> Manifest:
    """Read the manifest; empty if missing, damaged or of another format."""
    try:
        record = read_record(path, FORMAT)
        return Manifest(
            {name: read_hashes(tools) for name, tools in record["toolchains"].items()},
            {name: dict(files) for name, files in record["sets"].items()},
            {name: _read_part_entry(entry) for name, entry in record["parts"].items()},
            {_check_name(n): read_output(entry) for n, entry in record["targets"].items()},
            {name: list(stored) for name, stored in record["lifecycles"].items()},
        )
    except RECORD_ERRORS:
        return Manifest()


# Records may be copied from another machine, with a valid digest. Their values are printed,
# written to SHA256SUMS and used as file names. These functions check them, and raise one of
# RECORD_ERRORS.


def read_output(values: Any) -> OutputEntry:
    """Check and read the entry of a target."""
    entry = OutputEntry(**values)
    names = (entry.html_hash, *entry.inputs, entry.program, entry.assets, entry.toolchain)
    if not (_HASH_PATTERN.fullmatch(entry.file_hash) and _are_printable(names)):
        raise ValueError("an entry has no hash, or names that cannot be printed")
    if min(entry.pages, entry.bytes) < 0:
        raise ValueError("an entry has a number below zero")
    are_numbers = all(isinstance(number, int) for number in entry.fill.values())
    if not (are_numbers and all(map(str.isidentifier, entry.fill))):
        raise ValueError("the fill of an entry has a wrong name or number")
    for warning in entry.warnings:
        load_warning(warning)
    return entry


def read_hashes(values: Any) -> dict[str, str]:
    """Check and read a mapping from names to hashes or versions."""
    if not _are_printable(values.values()):
        raise ValueError("a hash or version cannot be printed")
    return dict(values)


def _read_part_entry(values: Any) -> PartEntry:
    entry = PartEntry(**values)
    if not _are_printable((entry.inputs, *entry.languages, *entry.used_languages)):
        raise ValueError("an entry has names that cannot be printed")
    for warning in entry.warnings:
        load_warning(warning)
    return entry


def _are_printable(texts: Iterable[str]) -> bool:
    return all(map(str.isprintable, texts))


def _check_name(name: str) -> str:
    if not _TARGET_NAME.fullmatch(name):
        raise ValueError("this is not the name of a target")
    return name


# Tools that are left out of SHA256SUMS: see `checksum_bytes`.
_UNLISTED_TOOLS = ("python", "citeproc-py")


def manifest_bytes(manifest: Manifest) -> bytes:
    """Write the manifest as JSON; equal builds give equal bytes."""
    return record_bytes(FORMAT, vars(manifest))


def checksum_bytes(manifest: Manifest) -> bytes:
    """List the hashes for `sha256sum --check`, after a comment with the toolchains.

    Python and the packages of extras are not named: the record is compared under each
    supported version, with and without the extras.
    """
    header = set()
    for tools in manifest.toolchains.values():
        listed = (f"{n} {v}" for n, v in sorted(tools.items()) if n not in _UNLISTED_TOOLS)
        header.add(f"# toolchain: {', '.join(listed)}")
    lines = (f"{entry.file_hash}  {n}" for n, entry in sorted(manifest.targets.items()))
    return "\n".join([*sorted(header), *lines, ""]).encode()


def changed_files(
    manifest: Manifest, sets: Iterable[str], current_hash: CurrentHash
) -> list[str]:
    """List the files of some sets whose hash changed; a missing set is a change."""
    files = [manifest.sets.get(name) for name in sets]
    if None in files:
        return ["the manifest"]
    pairs = (pair for hashes in files if hashes for pair in hashes.items())
    return list(dict.fromkeys(f for f, old in pairs if is_changed(f, old, current_hash)))


def is_changed(file: str, old_hash: str, current_hash: CurrentHash) -> bool:
    """Whether a file changed since it was hashed, or while it was used."""
    return old_hash == UNSTABLE or current_hash(file) != old_hash


def why_stale(
    entry: OutputEntry | None,
    manifest: Manifest,
    toolchain: Mapping[str, str],
    html_hash: str,
    current_hash: CurrentHash,
    file: str,
) -> str:
    """Return the reason why a target is stale; "" if it is up to date.

    `html_hash` is the present hash of the HTML; `file` is the name of the target's file.
    """
    if entry is None:
        return "it was never built"
    if not (file_hash := current_hash(file)):
        return "the file is missing"
    if file_hash != entry.file_hash:
        return "the file was changed after it was built"
    if changed_files(manifest, (entry.program,), current_hash):
        return "the program changed"
    if html_hash != entry.html_hash:
        changed = changed_files(manifest, entry.inputs, current_hash)
        return f"{_list_names(changed) or 'its content or a template'} changed"
    if changed := changed_files(manifest, (entry.assets,), current_hash):
        return f"{_list_names(changed)} changed"
    return _changed_tool(manifest, manifest.toolchains.get(entry.toolchain, {}), toolchain)


def _changed_tool(
    manifest: Manifest, old: Mapping[str, str], new: Mapping[str, str]
) -> str:
    for name in sorted({*old, *new}):
        before, after = old.get(name, "none"), new.get(name, "none")
        if before == after:
            continue
        if name == "fonts" and {before, after} <= manifest.sets.keys():
            was, now = manifest.sets[before], manifest.sets[after]
            fonts = [font for font in {*was, *now} if was.get(font) != now.get(font)]
            return f"{_list_names(fonts)} changed"
        return f"{name} {before} became {after}"
    return ""


def _list_names(names: list[str]) -> str:
    """Name up to two changed files, those of content first."""
    first = sorted(names, key=lambda name: (not name.startswith("content/"), name))
    first = [f"the files in {name}" if name.endswith("/") else name for name in first]
    others = f" and {len(first) - 2} more" if len(first) > 2 else ""
    return (", " if others else " and ").join(first[:2]) + others


def store_warning(problem: Problem, path: str = "", word: str = "") -> StoredWarning:
    """Turn a warning into its stored form.

    A layout warning also has the path of the part of the content it is about, and a word.
    """
    place = astuple(problem.place)
    return [problem.rule.id, *place, problem.message, problem.hint, path, word]


def load_warning(stored: StoredWarning) -> Problem:
    """Turn a stored warning into a problem."""
    rule, file, line, column, cell, message, hint, _, _ = stored
    place = Place(str(file), int(line), int(column), str(cell))
    return Problem(_RULES[str(rule)], place, str(message), str(hint))
