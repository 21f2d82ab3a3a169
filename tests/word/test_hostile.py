"""A hostile Word file ends within limits, as a problem; nothing outside it is opened."""

import io
import socket
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.content import office_file
from pipeline.problems import PipelineError, Rule
from pipeline.word import sanitize
from pipeline.workers.pool import Limits
from tests.conftest import WriteProject, briefs
from tests.word.word_files import (
    DOCUMENTS,
    Parts,
    document,
    pack,
    paragraph,
    read,
    unpack,
    with_part,
)

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOMB = b"<!DOCTYPE a [<!ENTITY b '%s'>]><w:document xmlns:w='w'>&b;</w:document>" % (
    b"b" * 99
)
ENTITY = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
PICTURE = (
    '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml">'
    '<v:imagedata r:id="i"/></w:pict></w:r></w:p>'
)


def part(name: str, data: bytes) -> bytes:
    return pack({**unpack(document(paragraph("Words."))), name: data})


def relation(kind: str, target: str, mode: str = "") -> str:
    mode = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="i" Type="{KIND}/{kind}" Target="{target}"{mode}/>'


def huge_part() -> bytes:
    return document(paragraph("a") + " " * office_file.MAX_PART_BYTES)


def false_size() -> bytes:
    """A part of which the archive states a smaller size than it has."""
    data = bytearray(part("word/document.xml", b"<a>" + b" " * 100_000 + b"</a>"))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = -1
        while (start := data.find(mark, start + 1)) >= 0:
            if data[start:].find(b"word/document.xml") in (30, 46):
                data[start + offset : start + offset + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def another_method(method: int) -> bytes:
    """A part with a compression that the format does not have, and wrong bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in unpack(document(paragraph("Words."))).items():
            archive.writestr(name, data)
    packed = bytearray(out.getvalue())
    start = packed.find(b"word/document.xml") + 30
    packed[start : start + 40] = b"x" * 40
    return bytes(packed)


CELL = f"<w:tc>{paragraph('x')}</w:tc>"
REFUSED = {
    "no archive": b"Words.",
    "an empty file": b"",
    "an older format": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "another archive": pack({"a.txt": b"a"}),
    "no text": part("word/document.xml", b"<a/>"),
    "no XML": part("word/document.xml", b"Words."),
    "an entity": with_part(
        document(paragraph("&b;")),
        "word/document.xml",
        "<w:document",
        "<!DOCTYPE a [<!ENTITY b 'words'>]><w:document",
    ),
    "an entity bomb": part("word/document.xml", BOMB),
    "an entity of a file": part("word/document.xml", ENTITY),
    "an entity in the relations": part("word/_rels/document.xml.rels", ENTITY),
    "a zip bomb": huge_part(),
    "a false size": false_size(),
    "LZMA": another_method(zipfile.ZIP_LZMA),
    "bzip2": another_method(zipfile.ZIP_BZIP2),
    "a million cells": document(f"<w:tbl>{f'<w:tr>{CELL * 500}</w:tr>' * 100}</w:tbl>"),
    "deep elements": document("<w:ins>" * 5000 + "</w:ins>" * 5000),
    "deep tables": document(
        f"<w:tbl><w:tr><w:tc>{'<w:tbl><w:tr><w:tc>' * 40}"
        f"{'</w:tc></w:tr></w:tbl>' * 40}</w:tc></w:tr></w:tbl>"
    ),
    "a missing note": document('<w:p><w:r><w:footnoteReference w:id="9"/></w:r></w:p>'),
    "a symbol that is none": document(
        '<w:p><w:r><w:sym w:font="a" w:char="x"/></w:r></w:p>'
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_is_refused(case: str) -> None:
    with pytest.raises(PipelineError) as caught:
        read("a.docx", REFUSED[case])
    (problem,) = caught.value.problems
    assert problem.rule is Rule.WORD_FILE
    assert str(problem.place) == "a.docx"


def test_a_bug_is_not_reported_as_a_damaged_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr(sanitize, "_read_properties", fail)
    with pytest.raises(KeyError, match="a fault"):
        read("a.docx", document(paragraph("Words.")))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: Any) -> None:
        raise AssertionError("the network")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    monkeypatch.setattr("urllib.request.urlopen", connect)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "target", ["https://example.org/a.png", "file:///etc/hostname", "../../../etc/hostname"]
)
@pytest.mark.parametrize("mode", ["External", ""])
def test_a_picture_elsewhere_is_left_out(target: str, mode: str) -> None:
    body = paragraph("Before.") + PICTURE + paragraph("After.")
    imported = read("a.docx", document(body, links=relation("image", target, mode)))
    assert imported.pictures == {}
    assert imported.left_out == {"pictures in other files": 1}
    assert "Before.\n\nAfter." in str(imported.values["sections"][0]["blocks"][0]["text"])


@pytest.mark.usefixtures("no_network")
def test_templates_and_documents_elsewhere_are_not_opened() -> None:
    links = relation("attachedTemplate", "https://example.org/a.dotm", "External")
    links += relation("aFChunk", "https://example.org/b.html", "External").replace(
        "i", "j", 1
    )
    body = paragraph("Words.") + '<w:altChunk r:id="j"/>'
    imported = read("a.docx", document(body, links=links))
    assert imported.left_out == {"embedded documents": 1}


def test_names_in_the_archive_are_never_paths(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({})
    picture = unpack((DOCUMENTS / "lo-picture.docx").read_bytes())["word/media/image1.png"]
    names: Parts = {
        "../../../escaped.png": picture,
        "/absolute.png": picture,
        "word/vbaProject.bin": b"macro",
    }
    file = tmp_path / "a.docx"
    links = relation("image", "../../../escaped.png")
    file.write_bytes(document(paragraph("Words.") + PICTURE, names, links))
    result = briefs(root, "import", file, "--to", "new", "--dated", "2018")
    assert "left out: macros: 1" in result.stderr
    assert sorted(p.name for p in (root / "content/new/2018").iterdir()) == [
        "edition.yaml",
        "en.yaml",
    ]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.docx", "project"]


def test_pictures_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = (DOCUMENTS / "py-pictures.docx").read_bytes()
    monkeypatch.setattr(sanitize, "MAX_PICTURES", 2)
    with pytest.raises(PipelineError, match="more than 2 pictures"):
        read("a.docx", data)
    monkeypatch.setattr(sanitize, "MAX_PICTURES", 200)
    monkeypatch.setattr(sanitize, "MAX_PICTURE_BYTES", 1000)
    with pytest.raises(PipelineError, match="holds 0 MB of data; the limit is 0 MB"):
        read("a.docx", data)


def test_spans_are_bounded() -> None:
    spans = '<w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>'
    row = f"<w:tr><w:tc>{spans}{paragraph('x')}</w:tc></w:tr>"
    imported = read("a.docx", document(f"<w:tbl>{row * 2}</w:tbl>"))
    table = imported.values["sections"][0]["blocks"][0]["table"]
    assert len(table["columns"]) == 20


def stuck(*_: Any) -> None:
    while True:
        pass


@pytest.mark.usefixtures("reader_processes")
def test_a_limit_of_a_process_is_a_problem(
    write_project: WriteProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_project({})
    (tmp_path / "a.docx").write_bytes(document(paragraph("Words.")))

    monkeypatch.setattr("pipeline.commands.import_word.read_metadata", stuck)
    limits = partial(Limits, cpu_seconds=1)
    monkeypatch.setattr("pipeline.tasks.reading.Limits", limits)
    result = briefs(root, "import", tmp_path / "a.docx")
    assert result.exit_code == 3
    assert "a.docx: the document could not be read: " in result.stderr


def test_a_file_that_is_no_document_is_a_problem(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({})
    missing = briefs(root, "import", tmp_path / "no.docx")
    assert (missing.exit_code, "no such file" in missing.stderr) == (3, True)
    folder = briefs(root, "import", tmp_path)
    assert folder.exit_code == 3
    large = tmp_path / "large.docx"
    with large.open("wb") as file:
        file.truncate(100_000_001)
    assert "the document has 100 MB" in briefs(root, "import", large).stderr


def test_an_archive_with_a_password_is_a_problem() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("_rels/.rels", b"<a/>")
    data = out.getvalue().replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )
    with pytest.raises(PipelineError, match="is damaged, or has a password"):
        read("a.docx", data)
