"""Compare the records of earlier builds with the files, and write new records.

There is a record of each part (the series, or an edition), and of each target. Parts whose
files are unchanged are not read, and nothing is imported for them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

from pipeline.problems import PipelineError, Problem, Rule
from pipeline.state.atomic_write import atomic_write
from pipeline.state.file_hashes import FileHashes, PathsOf, stat_signature
from pipeline.state.manifest import (
    OutputEntry,
    PartEntry,
    StoredLifecycle,
    changed_files,
    checksum_bytes,
    manifest_bytes,
    read_manifest,
    store_warning,
)

MANIFEST, SUMS, FILES = "manifest.json", "SHA256SUMS", ".cache/files.json"
# Pairs of a file and the hash of what was read ("" before it is read).
Reads = Collection[tuple[str, str]]


class BuildState:
    """The records of a build folder, which one build reads, changes and saves.

    They are in the folder itself. Those of the site are in `records` below it, so that a
    build of PDFs does not read them.
    """

    def __init__(self, build: Path, paths_of: PathsOf, records: str = "") -> None:
        self._build, self._records = build, build / records
        self._place = f"build/{records}/" if records else "build/"
        self._signature = stat_signature(self._records / MANIFEST)
        self.manifest = read_manifest(self._records / MANIFEST)
        self.files = FileHashes(paths_of, self._records / FILES)
        self.rejected_files = _list_files(build / "rejected")
        self._unchanged_sets: dict[str, bool] = {}
        self._is_changed = False

    def has_latest_records(self) -> bool:
        """Whether no other build has written records since these were read."""
        return stat_signature(self._records / MANIFEST) == self._signature

    def unchanged_part(self, name: str) -> PartEntry | None:
        """Return the entry of a part of the content if none of its files changed."""
        entry = self.manifest.parts.get(name)
        return entry if entry and self._is_set_unchanged(entry.inputs) else None

    def recorded_lifecycle(self, name: str, files: Sequence[str]) -> StoredLifecycle | None:
        """Return the recorded lifecycle of an edition; None if one of `files` changed.

        It is empty if none of the files exists.
        """
        hashes = [self.files.hash_of(file) for file in files]
        if not any(hashes):
            return []
        stored = self.manifest.lifecycles.get(name, [])
        return stored[len(hashes) :] if stored[: len(hashes)] == hashes else None

    def record_lifecycle(
        self, name: str, files: Sequence[str], values: StoredLifecycle
    ) -> None:
        """Record the lifecycle of an edition, with the hashes of its files."""
        hashes = [self.files.stable_hash(file) for file in files]
        self.manifest.lifecycles[name] = [*hashes, *values]
        self._is_changed = True

    def up_to_date_output(
        self, name: str, toolchain: Mapping[str, str], values_hash: str = ""
    ) -> OutputEntry | None:
        """Return the entry of a target if it, its tools and all files used are unchanged.

        With a `values_hash`, these values must be unchanged, not the files they come from.
        """
        entry = self.manifest.targets.get(name)
        if entry is None or self.files.hash_of(f"build/{name}") != entry.file_hash:
            return None
        if self.manifest.toolchains.get(entry.toolchain) != toolchain:
            return None
        if values_hash and values_hash != entry.values_hash:
            return None
        inputs = [entry.html_inputs] if values_hash else entry.inputs
        sets = (*inputs, entry.program, entry.assets)
        return entry if all(self._is_set_unchanged(name) for name in sets) else None

    def _is_set_unchanged(self, files: str) -> bool:
        if files not in self._unchanged_sets:
            changed = changed_files(self.manifest, (files,), self.files.hash_of)
            self._unchanged_sets[files] = not changed
        return self._unchanged_sets[files]

    def track(self, names: Iterable[str]) -> None:
        """Hash files and their folders before another function reads them."""
        for name in names:
            self.files.record(name)
            self.files.record(f"{name.rpartition('/')[0]}/")

    def record_set(self, names: Iterable[str]) -> str:
        """Record files that were used, with their hashes; give the name of the set."""
        files = {name: self.files.stable_hash(name) for name in names}
        return self.manifest.add_set(files)

    def record_read(self, reads: Reads) -> str:
        """Record files that a worker process read; give the name of the set."""
        for name, file_hash in reads:
            self.files.record(name, file_hash)
        return self.record_set(name for name, _ in reads)

    def record_part(
        self,
        name: str,
        files: Iterable[str],
        warnings: Iterable[Problem],
        languages: Iterable[str] = (),
        used_languages: Iterable[str] = (),
    ) -> None:
        """Record a part of the content that was read without an error."""
        stored = [store_warning(problem) for problem in warnings]
        inputs, used = self.record_set(files), list(used_languages)
        entry = PartEntry(inputs, stored, list(languages), used)
        self.manifest.parts[name] = entry
        self._is_changed = True

    def forget_part(self, name: str) -> None:
        """Remove the record of a part with an error, so that the next build reads it."""
        if self.manifest.parts.pop(name, None):
            self._is_changed = True

    def record_output(self, name: str, entry: OutputEntry) -> None:
        """Record a target that was built, or is up to date."""
        self.manifest.targets[name] = entry
        self.files.set_hash(f"build/{name}", entry.file_hash)
        self._is_changed = True

    def save(
        self, targets: Iterable[str], parts: Iterable[str], *, is_locked: bool
    ) -> list[Problem]:
        """Write the records of the named targets and parts.

        `is_locked` means that this build holds the lock of the folder. Without it, changed,
        missing or damaged records are written unless another build is running, which writes
        its own.
        """
        existing = [name for name in targets if self.files.hash_of(f"build/{name}")]
        has_missing = len(existing) < len(self.manifest.targets)
        try:
            if self._is_changed or has_missing or not self._has_records():
                from pipeline.state.lock import build_lock  # slow, and seldom needed

                with nullcontext() if is_locked else build_lock(self._build):
                    if is_locked or self.has_latest_records():
                        manifest = self.manifest.subset(existing, [*parts])
                        # The manifest is last, so that every file in it is complete.
                        self._write(SUMS, checksum_bytes(manifest))
                        self._write(MANIFEST, manifest_bytes(manifest))
            if (hashes := self.files.to_bytes()) is not None:
                path = self._records / FILES
                atomic_write(path, hashes, f"{self._place}{FILES}", sync=False)
        except PipelineError as error:
            return [p for p in error.problems if is_locked or p.rule != Rule.BUILD_LOCKED]
        return []

    def _has_records(self) -> bool:
        has_manifest = (self._records / MANIFEST).is_file()
        return has_manifest and self._read(SUMS) == checksum_bytes(self.manifest)

    def _write(self, name: str, data: bytes) -> None:
        if self._read(name) != data:
            atomic_write(self._records / name, data, f"{self._place}{name}")

    def _read(self, name: str) -> bytes | None:
        path = self._records / name
        with suppress(OSError):
            return path.read_bytes() if path.is_file() else None
        return None


def _list_files(folder: Path) -> frozenset[str]:
    with suppress(OSError):
        return frozenset(f"{folder.name}/{path.name}" for path in folder.iterdir())
    return frozenset()
