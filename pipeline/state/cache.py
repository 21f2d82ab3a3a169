"""Cache PDFs by the hash of their inputs.

A key is the hash of HTML and attachments, the program and the toolchain. The record of a
key lists the resulting PDFs, each with the style sheets and pictures it was rendered with.
A file that is damaged, or is not a PDF, counts as missing. Several projects and
machines may share a cache; caches can be merged by copying their files into one folder.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from pipeline.problems import PipelineError
from pipeline.state.atomic_write import atomic_write, not_a_file_problem
from pipeline.state.file_hashes import (
    RECORD_ERRORS,
    hash_bytes,
    read_file,
    read_record,
    record_bytes,
)
from pipeline.state.manifest import (
    CurrentHash,
    OutputEntry,
    is_changed,
    read_hashes,
    read_output,
)

FORMAT = 4
# At most this many PDFs with one key; they differ in their style sheets and pictures.
_MAX_VERSIONS = 4


def cache_key(html_hash: str, program: str, toolchain: str) -> str:
    """Hash the inputs of a target that are known before it is rendered."""
    return hash_bytes(f"{FORMAT} {html_hash} {program} {toolchain}".encode())


class Cache:
    """A folder of cached PDFs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(
        self, key: str, current_hash: CurrentHash
    ) -> tuple[OutputEntry, Mapping[str, str], bytes] | None:
        """Find the PDF whose assets are unchanged: its entry, assets and bytes."""
        for entry, assets in self._read_versions(key):
            if any(is_changed(*asset, current_hash) for asset in assets.items()):
                continue
            with suppress(*RECORD_ERRORS):
                pdf = read_file(self._path(entry.file_hash, "pdf"))
                if hash_bytes(pdf) == entry.file_hash and pdf.startswith(b"%PDF-"):
                    return replace(entry, bytes=len(pdf)), assets, pdf
        return None

    def store(
        self, key: str, entry: OutputEntry, assets: Mapping[str, str], pdf: bytes
    ) -> None:
        """Store a PDF. Raises PipelineError if the folder cannot be written."""
        new = {"entry": asdict(entry), "assets": dict(assets)}
        others = [
            {"entry": asdict(entry), "assets": assets}
            for entry, assets in self._read_versions(key)
            if assets != new["assets"]
        ]
        record = record_bytes(FORMAT, {"versions": [new, *others][:_MAX_VERSIONS]})
        self._write(self._path(entry.file_hash, "pdf"), pdf)
        self._write(self._path(key, "json"), record)

    def _write(self, path: Path, data: bytes) -> None:
        if path.parent.is_symlink():  # a cache may be a copy
            raise PipelineError(
                not_a_file_problem(f"the cache, {path.parent.name}", "link")
            )
        atomic_write(path, data, "the cache", sync=False)

    def _read_versions(self, key: str) -> Iterator[tuple[OutputEntry, dict[str, str]]]:
        """Yield the entries of a key with their assets; a damaged one counts as missing."""
        try:
            versions = read_record(self._path(key, "json"), FORMAT)["versions"]
        except RECORD_ERRORS:
            return
        for version in versions if isinstance(versions, list) else ():
            with suppress(*RECORD_ERRORS):
                yield read_output(version["entry"]), read_hashes(version["assets"])

    def _path(self, file_hash: str, suffix: str) -> Path:
        return self._folder / file_hash[:2] / f"{file_hash}.{suffix}"
