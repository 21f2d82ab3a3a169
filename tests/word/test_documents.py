"""Word files of LibreOffice and python-docx are read as the YAML beside them.

tests/word/make_documents.py made the files. A person has read each YAML file, and looked at
the pages that it gives.
"""

import json
import os
from functools import cache
from pathlib import Path

import pytest

from pipeline.content.yaml_writer import write_yaml
from pipeline.word.read_word import WordBrief
from tests.conftest import WriteProject, briefs, write_files
from tests.word.word_files import (
    DOCUMENTS,
    LANGUAGES,
    document,
    language_of,
    paragraph,
    read,
    unpack,
)

NAMES = sorted(file.stem for file in DOCUMENTS.glob("*.docx"))
SERIES = (
    f"name: Briefs\npublisher: {{name: A publisher}}\nlanguages: [{', '.join(LANGUAGES)}]\n"
)


def test_the_documents_are_there() -> None:
    assert len(NAMES) == 22


@cache
def read_document(name: str) -> WordBrief:
    data = (DOCUMENTS / f"{name}.docx").read_bytes()
    return read(f"{name}.docx", data, language_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_read_as_its_yaml(name: str) -> None:
    document = read_document(name)
    left_out = [f"{what}: {count}" for what, count in document.left_out.items()]
    messages = "".join(
        f"# {line}\n" for line in (*document.guessed, *document.lost, *left_out)
    )
    written = messages + write_yaml(document.values)
    if os.environ.get("WRITE_EXPECTED"):
        (DOCUMENTS / f"{name}.yaml").write_text(written, "utf-8")
    assert written == (DOCUMENTS / f"{name}.yaml").read_text("utf-8")


def test_each_passes_check_and_some_are_built(write_project: WriteProject) -> None:
    root = write_project(
        {"content/series.yaml": SERIES, "content/brief/2017/en.yaml": None}
    )
    (root / "content/brief/2017").rmdir()
    (root / "content/brief").rmdir()
    for name in NAMES:
        language, document = language_of(name), read_document(name)
        folder = f"content/{name}/2018"
        write_files(
            root,
            {
                f"{folder}/edition.yaml": "status: draft\n",
                f"{folder}/{language}.yaml": write_yaml(document.values),
                **{f"{folder}/{file}": data for file, data in document.pictures.items()},
            },
        )
    checked = json.loads(briefs(root, "check", "--json").stdout)
    assert [p for p in checked["problems"] if p["severity"] == "error"] == []
    assert {p["rule"] for p in checked["problems"]} <= {"unused-reference"}
    built = briefs(root, "build", "lo-arabic", "py-charts", "py-pictures", "py-table")
    assert built.exit_code == 0, built.stderr
    assert len(list((root / "build/drafts").glob("*.pdf"))) == 4


def test_texts_to_write_are_an_error_in_a_final_edition(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    (root / "content/brief/2017/edition.yaml").write_text("status: final\n")
    Path(root, "content/brief/2017/en.yaml").write_text(
        'title: "TO DO: the title"\nsections:\n- heading: A\n  blocks: [{text: B}]\n'
    )
    result = briefs(root, "check")
    assert result.exit_code == 3
    assert 'en.yaml:1:8: the edition is final, but this is still to be written: "TO' in (
        result.stderr
    )


def test_pictures_and_charts_inside_a_table_follow_it() -> None:
    picture = '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="i"/></w:pict></w:r>'
    data = unpack((DOCUMENTS / "lo-picture.docx").read_bytes())["word/media/image1.png"]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    link = f'<Relationship Id="i" Type="{kind}" Target="a.png"/>'
    cells = [f"<w:tc>{paragraph(word)}</w:tc>" for word in ("a", "b", "c")]
    cells.append(f"<w:tc><w:p>{picture}</w:p></w:tc>")
    rows = f"<w:tr>{cells[0]}{cells[1]}</w:tr><w:tr>{cells[2]}{cells[3]}</w:tr>"
    alone = f"<w:tbl><w:tr>{cells[3]}</w:tr></w:tbl>"
    imported = read(
        "a.docx", document(f"<w:tbl>{rows}</w:tbl>{alone}", {"word/a.png": data}, link)
    )
    blocks = imported.values["sections"][0]["blocks"]
    assert [next(iter(block)) for block in blocks] == ["table", "picture", "picture"]
    assert blocks[0]["table"]["rows"] == [["c", ""]]
    assert {block["picture"]["file"] for block in blocks[1:]} == {"picture-1.png"}
