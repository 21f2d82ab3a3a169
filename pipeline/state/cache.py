"""Cache PDFs by the hash of their inputs.

The key of an entry is the hash of HTML and attachments, the program and the toolchain. An
entry lists the resulting PDFs, each with the style sheets and pictures it was rendered
with. A damaged PDF counts as missing. Several projects and machines may share a cache;
caches can be merged by copying their files together.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.state.atomic_write import atomic_write
from pipeline.state.fingerprints import (
    DAMAGED,
    UNSURE,
    digest,
    read_file,
    read_record,
    record_bytes,
)
from pipeline.state.manifest import CurrentHash, OutputEntry

FORMAT = 2
# Most PDFs of one entry; they differ in their style sheets and pictures.
_VERSIONS = 4


def cache_key(source: str, program: str, toolchain: str) -> str:
    """Hash the inputs of a target that are known before it is rendered."""
    return digest(f"{FORMAT} {source} {program} {toolchain}".encode())


class Cache:
    """A folder of cached PDFs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(
        self, key: str, current_hash: CurrentHash
    ) -> tuple[OutputEntry, Mapping[str, str], bytes] | None:
        """Find the PDF whose assets are unchanged: its entry, assets and bytes."""
        for version in self._versions(key):
            try:
                entry, assets = OutputEntry(**version["entry"]), version["assets"]
                if all(
                    current_hash(f) == old_hash != UNSURE for f, old_hash in assets.items()
                ):
                    pdf = read_file(self._path(entry.pdf, "pdf"))
                    if digest(pdf) == entry.pdf:
                        return entry, assets, pdf
            except DAMAGED:
                continue
        return None

    def keep(
        self, key: str, entry: OutputEntry, assets: Mapping[str, str], pdf: bytes
    ) -> None:
        """Store a PDF. Raises PipelineError if the folder cannot be written."""
        new = {"entry": asdict(entry), "assets": dict(assets)}
        others = [v for v in self._versions(key) if v["assets"] != new["assets"]]
        record = record_bytes(FORMAT, {"versions": [new, *others][:_VERSIONS]})
        atomic_write(self._path(entry.pdf, "pdf"), pdf, "the cache", sync=False)
        atomic_write(self._path(key, "json"), record, "the cache", sync=False)

    def _versions(self, key: str) -> list[dict[str, Any]]:
        try:
            return list(read_record(self._path(key, "json"), FORMAT)["versions"])
        except DAMAGED:
            return []

    def _path(self, hashed: str, ending: str) -> Path:
        return self._folder / hashed[:2] / f"{hashed}.{ending}"
