"""A PDF is identified by its metadata, and compared with the manifest by its hash."""

import csv
import io
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pikepdf
import pytest

from pipeline.model.pdf_identity import PdfIdentity
from pipeline.problems import PipelineError, Rule
from pipeline.state.file_hashes import hash_bytes
from pipeline.state.integrity import FileIntegrity, read_integrity
from pipeline.state.manifest import Manifest, OutputEntry

Write = Callable[..., Path]


def manifest_of(hashes: Mapping[str, str]) -> Manifest:
    entries = {n: OutputEntry("", [], "", "", h, 1, 1, "") for n, h in hashes.items()}
    return Manifest(targets=entries)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return the function that writes a PDF with document information and attachments."""

    def write_pdf(information: Mapping[str, object], **attachments: bytes) -> Path:
        path = tmp_path / "file.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            for key, value in information.items():
                pdf.docinfo[f"/{key}"] = value
            for name, data in attachments.items():
                file_name = f"{name}.csv" if name.endswith("_order") else f"{name}.yaml"
                pdf.attachments[file_name] = data
            pdf.save(path)
        return path

    return write_pdf


def test_the_metadata_names_the_document_and_its_editions(tmp_path: Path) -> None:
    path, identity = tmp_path / "file.pdf", PdfIdentity("brief_2017_en", "A B")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Metadata = pdf.make_stream(identity.written_into())
        pdf.save(path)
    integrity = read_integrity(path, Manifest(), Path())
    assert (integrity.document, integrity.codes) == ("brief_2017_en", ("A", "B"))


# --- Files made before the metadata had an identity ---


def test_the_attachment_names_the_document(write: Write) -> None:
    path = write({"Creator": "Briefs", "EditionCode": "A B"}, brief_2017_en_edition=b"")
    integrity = read_integrity(path, Manifest(), Path())
    assert (integrity.document, integrity.codes) == ("brief_2017_en", ("A", "B"))


def test_a_file_without_attachment_names_its_document_itself(write: Write) -> None:
    path = write({"Creator": "Briefs", "Document": "brief_2017_en_press"})
    assert read_integrity(path, Manifest(), Path()).document == "brief_2017_en_press"


@pytest.mark.parametrize(
    "information",
    [
        {},
        {"Creator": "Another program", "Document": "brief_2017_en"},
    ],
    ids=["none", "other creator"],
)
def test_a_file_of_another_program_has_no_document(
    write: Write, information: Mapping[str, object]
) -> None:
    assert read_integrity(write(information), Manifest(), Path()) == FileIntegrity(
        "", is_own=False
    )


def test_a_name_that_is_no_text_is_no_name(write: Write) -> None:
    path = write({"Creator": "Briefs", "Document": pikepdf.Array([1])})
    assert read_integrity(path, Manifest(), Path()).document == ""


def test_a_file_is_unchanged_under_any_name_if_the_manifest_has_its_hash(
    write: Write,
) -> None:
    path = write({"Creator": "Briefs", "Document": "brief_2017_en"})
    manifest = manifest_of({"brief/brief_2017_en.pdf": hash_bytes(path.read_bytes())})
    assert read_integrity(path, manifest, Path()).is_unchanged
    path.write_bytes(path.read_bytes() + b"\n")
    assert not read_integrity(path, manifest, Path()).is_unchanged


def test_a_job_sheet_lists_the_files_that_changed_since_the_order(write: Write) -> None:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["file", "sha256_begins"])
    writer.writerows([["build/a.pdf", "aa"], ["build/b.pdf", "bb"], ["build/c.pdf", ""]])
    path = write({"Creator": "Briefs"}, **{"331_order": table.getvalue().encode()})
    manifest = manifest_of({"a.pdf": "aa11", "b.pdf": "cc22", "c.pdf": "dd33"})
    integrity = read_integrity(path, manifest, Path())
    assert integrity.document == "331_order"
    assert integrity.changed_files == ("build/b.pdf", "build/c.pdf")


def test_a_pipe_is_not_read_even_if_it_gives_a_pdf(write: Write, tmp_path: Path) -> None:
    data = write({}).read_bytes()
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    threading.Thread(target=pipe.write_bytes, args=(data,), daemon=True).start()
    with pytest.raises(PipelineError, match="not a PDF"):
        read_integrity(pipe, Manifest(), Path())


def test_a_file_that_cannot_be_read_is_a_problem(write: Write, tmp_path: Path) -> None:
    text = tmp_path / "text.pdf"
    text.write_text("no PDF")
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(write({})) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="x", user="y"))
    for path in (text, locked, tmp_path / "none.pdf", tmp_path):
        with pytest.raises(PipelineError) as caught:
            read_integrity(path, Manifest(), Path())
        (problem,) = caught.value.problems
        assert (problem.rule, problem.place.file) == (Rule.PDF_UNREADABLE, str(path))
