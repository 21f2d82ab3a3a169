"""Say of a PDF file: is it ours, untouched, and what does it conform to.

Ours is a file that this program made: it names its creator, its toolchain and, by the file
attached to it or, on sheets for printing, by itself, the document that it is. Untouched is
one whose bytes the manifest knows. When they differ, what differs is named: the toolchain,
the content, or the file itself.
"""

import csv
import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from pipeline.problems import Place, Problem, Rule
from pipeline.state.fingerprints import digest
from pipeline.state.manifest import Manifest

# The name of the file attached to every PDF, after the document's own name; and of the one
# attached to a job sheet.
_ATTACHED, _ORDER = "_edition.yaml", "_order.csv"
# How XMP names the standard of a press file (pipeline/prepress/pdfx.py writes it).
_PRESS = "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"


# Said of a file when the build folder has no document of its name.
NOT_COMPARED = "nothing in build/ to compare it with"


@dataclass(frozen=True)
class FileIntegrity:
    """What is known of one file. `document` is "" when it is not ours.

    `difference` says why the bytes are not those of the build, "" when they are.
    `conformance` says what the file claims, `checked` what veraPDF says of it ("" when it
    was not asked, "passed" or "failed"). `changed_files` are those that a job sheet orders,
    and that are others in `build/` now. `codes` are those of the editions in it.
    """

    file: str
    document: str
    difference: str
    conformance: str
    checked: str
    changed_files: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def is_compared(self) -> bool:
        """Whether there was anything in `build/` to compare the file with."""
        return self.difference != NOT_COMPARED

    @property
    def untouched(self) -> bool:
        """Whether the file is byte for byte the one that was built."""
        return bool(self.document) and not self.difference


def verify_file(
    path: Path, manifest: Manifest, build: Path, verapdf: str | None
) -> tuple[FileIntegrity | None, list[Problem]]:
    """Judge one file. `verapdf` is the program's path, or None when it is not there."""
    try:
        data = path.read_bytes()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            document = _document(pdf)
            claims = _claims(pdf)
            difference = _difference(pdf, data, document, manifest, build)
            changed = tuple(_no_longer_ordered(pdf, document, manifest))
            codes = tuple(_said(pdf, "/EditionCode").split()) if document else ()
    except (OSError, pikepdf.PdfError, pikepdf.PasswordError) as error:
        return None, [_unreadable(path, error)]
    # What is for a press is no matter of veraPDF's.
    asked = verapdf and claims and not claims.startswith("PDF/X")
    checked = _ask_verapdf(path, str(verapdf)) if asked else ""
    return FileIntegrity(
        str(path), document, difference, claims, checked, changed, codes
    ), []


def _unreadable(path: Path, error: Exception) -> Problem:
    hint = "name a PDF file"
    if isinstance(error, pikepdf.PasswordError):
        what = "the file is encrypted, so it cannot be judged"
        hint = "save it without a password"
    elif isinstance(error, FileNotFoundError):
        what = "there is no such file"
    elif isinstance(error, OSError):
        what = f"the file cannot be read: {(error.strerror or str(error)).lower()}"
    else:
        what = "the file is not a PDF, or it is damaged"
    return Problem(Rule.PDF_UNREADABLE, Place(str(path)), what, hint)


def _document(pdf: pikepdf.Pdf) -> str:
    """The name of the document, as its attachment tells; "" for a file not ours."""
    if _said(pdf, "/Creator") != "Briefs":
        return ""
    if "/Document" in pdf.docinfo:
        return _said(pdf, "/Document")
    for name in pdf.attachments:
        if name.endswith(_ATTACHED):
            return name.removesuffix(_ATTACHED)
        if name.endswith(_ORDER):
            return name.removesuffix(".csv")
    return ""


def _said(pdf: pikepdf.Pdf, key: str) -> str:
    """What the document information says; "" when it is no text, whatever it is."""
    said = pdf.docinfo.get(key)
    return str(said) if isinstance(said, pikepdf.String) else ""


def _no_longer_ordered(pdf: pikepdf.Pdf, document: str, manifest: Manifest) -> list[str]:
    """Name the files of a job sheet that are others now than those it orders."""
    attached = pdf.attachments.get(f"{document}.csv")
    if attached is None or not document.endswith("_order"):
        return []
    text = attached.get_file().read_bytes().decode("utf-8", "replace")
    changed = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        name, begins = row.get("file") or "", row.get("sha256_begins") or ""
        entry = manifest.documents.get(name.removeprefix("build/"))
        if entry is None or not begins or not entry.pdf.startswith(begins):
            changed.append(name)
    return changed


def _claims(pdf: pikepdf.Pdf) -> str:
    with pdf.open_metadata() as metadata:
        claims = []
        if part := metadata.get("pdfaid:part"):
            claims.append(
                f"PDF/A-{part}{str(metadata.get('pdfaid:conformance', '')).lower()}"
            )
        if part := metadata.get("pdfuaid:part"):
            claims.append(f"PDF/UA-{part}")
        if standard := metadata.get(_PRESS):
            claims.append(str(standard))
    return " and ".join(claims)


def _difference(
    pdf: pikepdf.Pdf, data: bytes, document: str, manifest: Manifest, build: Path
) -> str:
    if not document:
        return ""
    hashed = digest(data)
    if any(entry.pdf == hashed for entry in manifest.documents.values()):
        return ""
    name = next((n for n in manifest.documents if Path(n).stem == document), "")
    built = build / name
    if not name or not built.is_file():
        return NOT_COMPARED
    with pikepdf.open(built) as other:
        if changed := _tools_that_differ(_toolchain(pdf), _toolchain(other)):
            return f"it was made with other tools: {changed}"
        if _attached(pdf) != _attached(other):
            return "its content is not that of the document in build/"
    return "it was changed after it was built, or its design has changed since"


def _toolchain(pdf: pikepdf.Pdf) -> dict[str, str]:
    pairs = _said(pdf, "/Toolchain").split(", ")
    return dict(pair.split(" ", 1) for pair in pairs if " " in pair)


def _tools_that_differ(theirs: dict[str, str], ours: dict[str, str]) -> str:
    names = sorted({*theirs, *ours})
    return ", ".join(
        f"{name} {theirs.get(name, 'none')} instead of {ours.get(name, 'none')}"
        for name in names
        if theirs.get(name) != ours.get(name)
    )


def _attached(pdf: pikepdf.Pdf) -> dict[str, bytes]:
    return {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}


def _ask_verapdf(path: Path, verapdf: str) -> str:
    """Ask veraPDF for both standards; it leaves with 0 when all is well, 1 when not."""
    answers = [
        subprocess.run(  # noqa: S603 – the program that the user put on PATH
            [verapdf, "--flavour", flavour, str(path)], capture_output=True, check=False
        ).returncode
        for flavour in ("ua1", "3a")
    ]
    if any(answer not in (0, 1) for answer in answers):
        return "could not be checked: verapdf itself failed"
    return "failed" if any(answers) else "passed"
