"""Remember what was made from what (`build/manifest.json`), and say what is stale.

One entry for each document: hashes of its HTML, of every file that the painter was given
and of the PDF itself. So a change is noticed by content, whatever the clock says.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipeline.errors import PipelineError, Problem
from pipeline.production.write import write_whole
from pipeline.project import Project

FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One document as it was made. Hashes are SHA-256, in hexadecimal.

    `source` is that of its HTML and of the files attached to it, `program` that of the code
    that typeset it. `warnings` are those of its layout, said again while the document is
    kept: rule, path, word, message, hint.
    """

    source: str
    assets: dict[str, str]
    pdf: str
    pages: int
    bytes: int
    toolchain: str
    program: str
    warnings: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """All documents of a build folder, by their path in it, and what made them.

    Usually one toolchain made them all; each document names its own by a short hash.
    """

    toolchains: dict[str, dict[str, str]]
    documents: dict[str, Entry]

    def remember(self, toolchain: Mapping[str, str]) -> str:
        """Note a toolchain; give the name under which documents refer to it."""
        name = digest(json.dumps(toolchain, sort_keys=True).encode())[:12]
        self.toolchains[name] = dict(toolchain)
        return name

    def only(self, documents: dict[str, Entry]) -> "Manifest":
        """The manifest of some of the documents, without toolchains that none needs."""
        used = {entry.toolchain for entry in documents.values()}
        return Manifest({n: t for n, t in self.toolchains.items() if n in used}, documents)


def digest(data: bytes) -> str:
    """Hash bytes as the manifest does."""
    return hashlib.sha256(data).hexdigest()


def read_manifest(path: Path) -> Manifest:
    """Read the manifest; one that is missing, damaged or of another format is empty.

    Then everything counts as stale and is made again: nothing is lost.
    """
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
        if loaded["format"] != FORMAT:
            return Manifest({}, {})
        documents = {name: Entry(**entry) for name, entry in loaded["documents"].items()}
        return Manifest(dict(loaded["toolchains"]), documents)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest({}, {})


def manifest_bytes(manifest: Manifest) -> bytes:
    """Write the manifest as JSON, sorted, so that equal builds give equal files."""
    shape = {"format": FORMAT, **asdict(manifest)}
    return (json.dumps(shape, indent=1, sort_keys=True) + "\n").encode()


def checksum_bytes(manifest: Manifest) -> bytes:
    """List the documents as `sha256sum --check` reads them, under the toolchain."""
    heads = [
        "# toolchain: " + ", ".join(f"{name} {v}" for name, v in sorted(tools.items()))
        for _, tools in sorted(manifest.toolchains.items())
    ]
    lines = [f"{entry.pdf}  {name}" for name, entry in sorted(manifest.documents.items())]
    return "\n".join([*heads, *lines, ""]).encode()


def write_records(
    project: Project, manifest: Manifest, stems: tuple[str, ...]
) -> list[Problem]:
    """Write the manifest and the checksums of the documents that are there.

    `stems` are how their names begin; of others the content is gone.
    """
    kept = {
        name: entry
        for name, entry in manifest.documents.items()
        if name.startswith(stems) and (project.build / name).is_file()
    }
    manifest = manifest.only(kept)
    try:
        for name, data in (
            ("manifest.json", manifest_bytes(manifest)),
            ("SHA256SUMS", checksum_bytes(manifest)),
        ):
            path = project.build / name
            if not path.is_file() or path.read_bytes() != data:
                write_whole(path, data, project.name_of(path))
    except PipelineError as error:
        return list(error.problems)
    return []


def why_stale(
    entry: Entry | None,
    manifest: Manifest,
    packages: Mapping[str, str],
    source: str,
    program: str,
    read_asset: Callable[[str], bytes | None],
    pdf: Path,
) -> str:
    """Say why a document must be made again; "" when it is up to date."""
    if entry is None:
        return "it was never made"
    if not pdf.is_file():
        return "the file is gone"
    if digest(pdf.read_bytes()) != entry.pdf:
        return "the file was changed after it was made"
    if program != entry.program:
        return "the program changed"
    if source != entry.source:
        return "its content or a template changed"
    for name, was in entry.assets.items():
        body = read_asset(name)
        if body is None or digest(body) != was:
            return f"{name} changed"
    made_with = manifest.toolchains.get(entry.toolchain, {})
    for package, version in packages.items():
        if made_with.get(package) != version:
            was = made_with.get(package, "none")
            return f"{package} {was} became {version}"
    return ""
