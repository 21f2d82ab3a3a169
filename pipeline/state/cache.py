"""Keep PDFs by what they were made from, so that none is made twice.

What went into a document names its entry: the hash of its HTML and of the files attached to
it, the program and the tools. The entry lists what came out for which style sheets and
pictures. A PDF that is damaged is noticed by its hash, and made again.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.state.atomic_write import atomic_write
from pipeline.state.fingerprints import DAMAGED, UNSURE, digest, read_json
from pipeline.state.manifest import Digest, OutputEntry, check_texts

_FORMAT = 1
# What differs between them are style sheets and pictures: a few states are enough.
_STATES = 4


def cache_key(source: str, program: str, toolchain: str) -> str:
    """Name what a document is made from, as far as it is known before it is painted."""
    return digest(f"{_FORMAT} {source} {program} {toolchain}".encode())


class Cache:
    """A folder of PDFs; several projects and machines may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(
        self, key: str, now: Digest
    ) -> tuple[OutputEntry, Mapping[str, str], bytes] | None:
        """Find the PDF that would come out now: its entry, its assets, its bytes."""
        for state in self._states(key):
            try:
                entry, assets = OutputEntry(**state["entry"]), check_texts(state["assets"])
                if all(now(name) == was != UNSURE for name, was in assets.items()):
                    pdf = self._pdf(entry.pdf).read_bytes()
                    if digest(pdf) == entry.pdf:
                        return entry, assets, pdf
            except DAMAGED:
                continue
        return None

    def keep(
        self, key: str, entry: OutputEntry, assets: Mapping[str, str], pdf: bytes
    ) -> None:
        """Keep a PDF. Raises PipelineError when the folder cannot be written."""
        new = {"entry": asdict(entry), "assets": dict(assets)}
        states = [s for s in self._states(key) if s.get("assets") != new["assets"]]
        atomic_write(self._pdf(entry.pdf), pdf, "the cache", sync=False)
        body = json.dumps({"format": _FORMAT, "states": [new, *states][:_STATES]})
        atomic_write(self._states_file(key), body.encode(), "the cache", sync=False)

    def _states(self, key: str) -> list[dict[str, Any]]:
        try:
            loaded = read_json(self._states_file(key))
            states = loaded["states"] if loaded["format"] == _FORMAT else []
            return [state for state in states if isinstance(state, dict)]
        except DAMAGED:
            return []

    def _states_file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"

    def _pdf(self, hashed: str) -> Path:
        return self._folder / hashed[:2] / f"{hashed}.pdf"
