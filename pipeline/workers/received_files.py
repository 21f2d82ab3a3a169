"""Serve the files of a job of a cluster to its process, which does not import Dask."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Files = Mapping[str, bytes | None]


@dataclass
class ReceivedFiles:
    """The files that were sent with a job, and the fonts of this machine."""

    files: Files
    font_folders: tuple[Path, ...]
    missing: set[str] = field(default_factory=set)  # names that were needed, but not sent

    def serve(self, name: str) -> bytes | None:
        """Return the content of a file; None if there is none, or it was not sent."""
        if name not in self.files:
            self.missing.add(name)
        return self.files.get(name)

    def run(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """Run a job; return its result, wrong or None if names are missing, and these."""
        try:
            return function(self, *arguments), self.missing
        except Exception:
            if not self.missing:
                raise
            return None, self.missing
