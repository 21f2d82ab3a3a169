"""List the versions of the tools for print, in addition to those of pdf/toolchain.py."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version

from pipeline.prepress.ghostscript import ghostscript_version


def booklet_tools() -> dict[str, str]:
    """Return the tools of imposition, which write every document for print."""
    return {"pikepdf": version("pikepdf")}


def press_tools(ghostscript: str | None, conditions: Mapping[str, str]) -> dict[str, str]:
    """Return the tools for PDF/X-4; `conditions` maps ICC profiles to their hashes."""
    listed = "".join(f"{name} {digest}\n" for name, digest in sorted(conditions.items()))
    # Twelve digits distinguish two sets of profiles.
    digest = hashlib.sha256(listed.encode()).hexdigest()[:12]
    return {"ghostscript": ghostscript_version(ghostscript), "printing-conditions": digest}
