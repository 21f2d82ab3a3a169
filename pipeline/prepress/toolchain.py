"""Say what documents for printing are made with, besides what every document is."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version

from pipeline.prepress.ghostscript import ghostscript_version


def booklet_tools() -> dict[str, str]:
    """What lays pages on sheets; it writes every document for printing."""
    return {"pikepdf": version("pikepdf")}


def press_tools(ghostscript: str | None, conditions: Mapping[str, str]) -> dict[str, str]:
    """What makes inks of colours; `conditions` are ICC profiles and their hashes."""
    listed = "".join(f"{name} {hashed}\n" for name, hashed in sorted(conditions.items()))
    # Twelve digits tell two sets of profiles apart.
    hashed = hashlib.sha256(listed.encode()).hexdigest()[:12]
    return {"ghostscript": ghostscript_version(ghostscript), "printing-conditions": hashed}
