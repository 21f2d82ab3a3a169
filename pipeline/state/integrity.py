"""Read the name of the document in a PDF, and compare its bytes with the manifest.

A PDF of this program has its name and its edition codes in the metadata. An older PDF has
its codes in the document information, and its name there or in the names of its
attachments. alterations.py finds how a file that is not in the manifest was altered.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pikepdf

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.state.alterations import (
    MAX_TEXT,
    document_of,
    find_alterations,
    find_differences,
    read_identity,
)
from pipeline.state.file_hashes import RECORD_ERRORS, hash_bytes, read_file
from pipeline.state.manifest import Manifest

_UPDATE = "bytes were added to the published file: a signature, or a change"
# The most bytes of an attached order: 10,000 lines.
_MAX_ORDER = 1_000_000


@dataclass(frozen=True)
class FileIntegrity:
    """A PDF compared with the manifest; `is_own` if this program built it.

    `document` is its name, "" if that was removed. `is_unchanged` is true if the
    manifest or a ledger has the bytes. `codes` are those of the editions in the file.
    `changed_files` are files that a job sheet orders and that changed since. `alterations`
    are features that no file of this program has; `differences` are what differs between
    the PDF and the file in `build/`.
    """

    document: str
    is_own: bool = True
    is_unchanged: bool = False
    codes: tuple[str, ...] = ()
    changed_files: tuple[str, ...] = ()
    alterations: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


def read_integrity(
    path: Path,
    manifest: Manifest,
    build: Path,
    published: Mapping[str, int] = MappingProxyType({}),
) -> FileIntegrity:
    """Compare a PDF with the manifest, and with the hashes and sizes of `published` files.

    A file that begins with a published one may have other pages, added by an incremental
    update (ISO 32000-2, 7.5.6). Raises PipelineError if the file cannot be read.
    """
    try:
        data = read_file(path)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            identity = read_identity(pdf)
            if identity is None:
                return FileIntegrity("", is_own=False)
            attachments = tuple(n for n in pdf.attachments if len(n) <= MAX_TEXT)
            document = identity.document or document_of(attachments)
            file_hash = hash_bytes(data)
            built = {entry.file_hash for entry in manifest.targets.values()}
            alterations: Iterable[str] = ()
            differences: Iterable[str] = ()
            if not (is_unchanged := file_hash in built | published.keys()):
                sizes = sorted({size for size in published.values() if size < len(data)})
                is_update = any(hash_bytes(data[:size]) in published for size in sizes)
                update = (_UPDATE,) if is_update else ()
                alterations = (*update, *find_alterations(pdf, document))
                if built_file := _read_built_file(document, manifest, build):
                    differences = find_differences(pdf, built_file)
            return FileIntegrity(
                document,
                is_unchanged=is_unchanged,
                codes=tuple(identity.codes.split()),
                changed_files=tuple(_changed_files(pdf, document, manifest)),
                alterations=tuple(alterations),
                differences=tuple(differences),
            )
    except (*RECORD_ERRORS, pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise PipelineError(_unreadable_problem(path, error)) from error


def _read_built_file(document: str, manifest: Manifest, build: Path) -> bytes | None:
    """Read the file that was built under the name of a document; None if it is missing."""
    for name, entry in manifest.targets.items():
        if Path(name).stem == document:
            with suppress(*RECORD_ERRORS):
                data = read_file(build / name)
                return data if hash_bytes(data) == entry.file_hash else None
    return None


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


def _changed_files(pdf: pikepdf.Pdf, document: str, manifest: Manifest) -> Iterator[str]:
    """List the files of a job sheet whose hash in the manifest is not that of the order."""
    attachment = pdf.attachments.get(f"{document}.csv")
    if attachment is None:
        return
    data = attachment.get_file().read_bytes()
    if len(data) > _MAX_ORDER:
        yield f"{document}.csv"
        return
    text = data.decode("utf-8", "replace")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        name, ordered = row.get("file") or "", row.get("sha256_begins") or ""
        entry = manifest.targets.get(name.removeprefix("build/"))
        if entry is None or not ordered or not entry.file_hash.startswith(ordered):
            yield name
