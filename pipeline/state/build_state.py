"""What earlier builds made from what, and whether that still stands.

Names what was asked for by files: a part of the content, a document. What none of whose
files changed is not read again, and not imported for either.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

from pipeline.problems import PipelineError, Problem, Rule
from pipeline.state.atomic_write import atomic_write
from pipeline.state.fingerprints import Fingerprints, PathsOf, stat_signature
from pipeline.state.manifest import (
    Manifest,
    OutputEntry,
    SourceEntry,
    changed_files,
    checksum_bytes,
    load_warning,
    manifest_bytes,
    read_manifest,
    store_warning,
)

MANIFEST, SUMS, FILES = "manifest.json", "SHA256SUMS", ".cache/files.json"


class BuildState:
    """The memory of one build folder, during one run."""

    def __init__(self, build: Path, paths_of: PathsOf) -> None:
        self._build = build
        self._stamp = stat_signature(build / MANIFEST)
        self.manifest = read_manifest(build / MANIFEST)
        self.files = Fingerprints(paths_of, build / FILES)
        self._is_same: dict[str, bool] = {}
        self._learnt = False

    def is_current(self) -> bool:
        """Whether no other build wrote its records since these were read."""
        return stat_signature(self._build / MANIFEST) == self._stamp

    def reading(self, part: str) -> SourceEntry | None:
        """Recall a part of the content, if all its files are as they were."""
        reading = self.manifest.readings.get(part)
        return reading if reading and self._same(reading.inputs) else None

    def untouched(self, name: str, toolchain: Mapping[str, str]) -> OutputEntry | None:
        """Recall a document, if its PDF and all that it was made from are as they were."""
        entry = self.manifest.documents.get(name)
        if entry is None or self.files.digest(f"build/{name}") != entry.pdf:
            return None
        if self.manifest.toolchains.get(entry.toolchain) != toolchain:
            return None
        sets = (*entry.inputs, entry.program, entry.assets)
        return entry if all(self._same(name) for name in sets) else None

    def _same(self, files: str) -> bool:
        if files not in self._is_same:
            changed = changed_files(self.manifest, (files,), self.files.digest)
            self._is_same[files] = not changed
        return self._is_same[files]

    def warnings(self, entry: OutputEntry) -> list[Problem]:
        """The warnings of the layout of a document."""
        return [load_warning(said) for said in entry.warnings]

    def record_set(self, names: Iterable[str]) -> str:
        """Note files as they were when they were used; give the name of the set."""
        return self.manifest.remember_set({name: self.files.used(name) for name in names})

    def track(self, names: Iterable[str]) -> None:
        """Look at files, and at their folders, before somebody else reads them."""
        for name in names:
            self.files.note(name)
            self.files.note(f"{name.rpartition('/')[0]}/")

    def record_read(self, notes: Iterable[tuple[str, str]]) -> str:
        """Note files that somebody else read, with the hashes of what that was."""
        names: dict[str, None] = {}
        for name, read in notes:
            self.files.note(name, read)
            names[name] = None
        return self.record_set(names)

    def record_source(
        self,
        part: str,
        files: Iterable[str],
        warnings: Iterable[Problem],
        languages: Iterable[str] = (),
        used: Iterable[str] = (),
    ) -> None:
        """Remember a part that was read without an error."""
        said = [store_warning(problem) for problem in warnings]
        self.manifest.readings[part] = SourceEntry(
            self.record_set(files), said, list(languages), list(used)
        )
        self._learnt = True

    def forget_source(self, part: str) -> None:
        """Forget a part with an error: it is read again the next time."""
        self._learnt = self.manifest.readings.pop(part, None) is not None or self._learnt

    def record_output_entry(self, name: str, entry: OutputEntry) -> None:
        """Remember a document that was made, or found to be as it would be made."""
        self.manifest.documents[name] = entry
        self.files.made(f"build/{name}", entry.pdf)
        self._learnt = True

    def write(
        self, documents: Iterable[str], readings: Iterable[str], *, holds: bool
    ) -> list[Problem]:
        """Write what was learnt; of documents and readings only those that still count.

        `holds` says whether the folder is held already. What is missing or damaged is
        mended, unless another build is at work, which writes its own records.
        """
        kept = [n for n in documents if self.files.digest(f"build/{n}")]
        read = [part for part in readings if part in self.manifest.readings]
        gone = len(kept) < len(self.manifest.documents)
        try:
            if self._learnt or gone or not self._has_records():
                with self._hold(holds):
                    if holds or self.is_current():
                        self._write_records(self.manifest.only(kept, read))
            if (memory := self.files.remember()) is not None:
                atomic_write(self._build / FILES, memory, f"build/{FILES}", sync=False)
        except PipelineError as error:
            return [p for p in error.problems if holds or p.rule is not Rule.BUILD_LOCKED]
        return []

    def _hold(self, holds: bool) -> AbstractContextManager[None]:
        if holds:
            return nullcontext()
        from pipeline.state.lock import build_lock  # most builds need it not

        return build_lock(self._build)

    def _has_records(self) -> bool:
        is_there = (self._build / MANIFEST).is_file()
        return is_there and self._read(SUMS) == checksum_bytes(self.manifest)

    def _write_records(self, manifest: Manifest) -> None:
        # The manifest last: what it knows is known to be complete.
        self._write(SUMS, checksum_bytes(manifest))
        self._write(MANIFEST, manifest_bytes(manifest))

    def _write(self, name: str, data: bytes) -> None:
        if self._read(name) != data:
            atomic_write(self._build / name, data, f"build/{name}")

    def _read(self, name: str) -> bytes | None:
        path = self._build / name
        with suppress(OSError):
            return path.read_bytes() if path.is_file() else None
        return None
