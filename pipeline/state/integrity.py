"""Read from a PDF which document it is, and compare its bytes with the manifest.

A PDF of this program has its creator and its edition codes in the document information. Its
name is there too if it has no attachment; otherwise the first attachment tells the name.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.state.fingerprints import digest
from pipeline.state.manifest import Manifest

# How the name of an attachment ends after that of the document: every brief and pack has
# its content attached, every job sheet its order.
_CONTENT, _ORDER = "_edition.yaml", "_order.csv"


@dataclass(frozen=True)
class FileIntegrity:
    """A PDF beside the manifest. `document` is "" if this program did not build it.

    `is_unchanged` is true if the manifest has the bytes. `codes` are those of the editions
    in the file. `changed_files` are files that a job sheet orders and that changed since.
    """

    document: str
    is_unchanged: bool = False
    codes: tuple[str, ...] = ()
    changed_files: tuple[str, ...] = ()


def read_integrity(path: Path, manifest: Manifest) -> FileIntegrity:
    """Compare a PDF with the manifest. Raises PipelineError if it cannot be read."""
    try:
        data = path.read_bytes()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            document = _document(pdf)
            if not document:
                return FileIntegrity("")
            hashed = digest(data)
            return FileIntegrity(
                document,
                any(entry.pdf == hashed for entry in manifest.targets.values()),
                tuple(_information(pdf, "/EditionCode").split()),
                tuple(_changed_files(pdf, document, manifest)),
            )
    except (OSError, pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise PipelineError(_unreadable_problem(path, error)) from error


def _unreadable_problem(path: Path, error: Exception) -> Problem:
    hint = "name a PDF file"
    if isinstance(error, pikepdf.PasswordError):
        message, hint = "the file is encrypted", "save it without a password"
    elif isinstance(error, FileNotFoundError):
        message = "there is no such file"
    elif isinstance(error, OSError):
        message = f"the file cannot be read: {(error.strerror or str(error)).lower()}"
    else:
        message = "the file is not a PDF, or it is damaged"
    return Problem(Rule.PDF_UNREADABLE, Place(str(path)), message, hint)


def _document(pdf: pikepdf.Pdf) -> str:
    """Give the name of the document; "" for a file of another program."""
    if _information(pdf, "/Creator") != "Briefs":
        return ""
    if "/Document" in pdf.docinfo:
        return _information(pdf, "/Document")
    for name in pdf.attachments:
        if name.endswith(_CONTENT):
            return name.removesuffix(_CONTENT)
        if name.endswith(_ORDER):
            return name.removesuffix(".csv")
    return ""


def _information(pdf: pikepdf.Pdf, key: str) -> str:
    """Read an entry of the document information; "" if it is missing or no text."""
    value = pdf.docinfo.get(key)
    return str(value) if isinstance(value, pikepdf.String) else ""


def _changed_files(pdf: pikepdf.Pdf, document: str, manifest: Manifest) -> Iterator[str]:
    """List the files of a job sheet whose hash in the manifest is not the one ordered."""
    attached = pdf.attachments.get(f"{document}.csv")
    if attached is None:
        return
    text = attached.get_file().read_bytes().decode("utf-8", "replace")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        name, ordered = row.get("file") or "", row.get("sha256_begins") or ""
        entry = manifest.targets.get(name.removeprefix("build/"))
        if entry is None or not ordered or not entry.pdf.startswith(ordered):
            yield name
