"""`briefs import --review`: each remark has its place, and nothing is written."""

import json
import re
from pathlib import Path

import pytest

from pipeline.word.review import read_remarks
from tests.conftest import WriteProject, briefs
from tests.word.word_files import DOCUMENTS, Review, document, paragraph, unpack, with_part

TEXT = """\
title: A title
key_messages:
  - say: Train first.
    because: It takes a year.
sections:
  - heading: One
    blocks:
      - text: |
          The first paragraph says
          what the matter is.[^n]

          The second is the last.

          [^n]: A note of the file.
      - table:
          title: Shares
          columns: [Who, How much]
          rows:
            - [Coast, 12 per cent]
"""
FILE = "content/brief/2017/en.yaml"


@pytest.fixture
def reviewed(write_project: WriteProject, tmp_path: Path) -> tuple[Path, Path]:
    """A project, and a document that two people have reviewed."""
    root = write_project({FILE: TEXT})
    out = tmp_path / "reviewed.docx"
    assert briefs(root, "export", "brief", "--docx", "-o", out).exit_code == 0
    review = Review(out.read_bytes())
    review.change("Train first.", "Train before trade.", "Ada Example")
    review.change("the matter", "at stake", "Ben", context="says what ")
    review.change("", " indeed", "Ben", context="The second is the last.")
    review.change("12 per cent", "", "Ada Example")
    review.comment("takes a year", "Two years?", "Ada Example")
    review.add_paragraph("A paragraph that is new.", "Ben", after="The second is")
    review.type_over("A title", "Any title")
    out.write_bytes(review.save())
    return root, out


def test_remarks_are_listed_with_their_places(reviewed: tuple[Path, Path]) -> None:
    root, out = reviewed
    result = briefs(root, "import", out, "--review")
    assert result.exit_code == 0
    day = "2017-11-01 10:00"
    assert result.stdout.splitlines() == [
        f'{FILE}:3:10: Ada Example, {day}: "Train first." → "Train before trade."',
        f'{FILE}:4:14: Ada Example, {day}: comment about "It takes a year.": "Two years?"',
        f'{FILE}:9:11: Ben, {day}: "the matter" → "at stake" after "first paragraph says what"',
        f'{FILE}:12:11: Ben, {day}: add "indeed" after "second is the last."',
        f'{FILE}:12:11: Ben, {day}: add "A paragraph that is new."',
        f'{FILE}:19:23: Ada Example, {day}: delete "12 per cent"',
        f'{FILE}:1:8: not tracked: "A" → "Any"',
    ]
    assert result.stderr == "7 proposals\n"
    assert (root / FILE).read_text() == TEXT


def test_remarks_are_json_for_programs(reviewed: tuple[Path, Path]) -> None:
    root, out = reviewed
    report = json.loads(briefs(root, "import", out, "--review", "--json").stdout)
    assert report["format"] == 1
    assert [one["kind"] for one in report["proposals"]] == [
        *("change", "comment", "change", "change", "change", "change", "untracked")
    ]
    assert report["proposals"][0] == {
        "file": FILE,
        "line": 3,
        "column": 10,
        "path": ["key_messages", 0, "say"],
        "kind": "change",
        "who": "Ada Example",
        "when": "2017-11-01T10:00:00Z",
        "old": "Train first.",
        "new": "Train before trade.",
        "comment": "",
        "after": "",
    }


def test_a_reviewed_document_is_applied_by_importing_it(
    reviewed: tuple[Path, Path],
) -> None:
    root, out = reviewed
    result = briefs(root, "import", out, "--yes")
    assert result.exit_code == 0, result.stderr
    assert "tracked changes, all taken as accepted: " in result.stderr
    assert "left out: comments in the margin: 1" in result.stderr
    assert (root / FILE).read_text() == TEXT.replace("A title", "Any title").replace(
        "Train first.", "Train before trade."
    ).replace("says\n          what the matter is.", "says what at stake is.").replace(
        "The second is the last.",
        "The second is the last. indeed\n\n          A paragraph that is new.",
    ).replace("12 per cent]", '""]')


def test_places_are_found_after_the_file_has_changed(reviewed: tuple[Path, Path]) -> None:
    root, out = reviewed
    file = root / FILE
    file.write_text(f"# A line more.\n{TEXT.replace('Shares', 'The shares')}")
    result = briefs(root, "import", out, "--review")
    lines = [line.split(":")[1] for line in result.stdout.splitlines()]
    # What was not tracked cannot be told from what the file has changed.
    assert lines == ["4", "5", "10", "13", "13", "20"]


def test_remarks_of_another_program_are_found_by_their_words(
    write_project: WriteProject,
) -> None:
    text = 'title: T\nsections:\n  - heading: H\n    blocks:\n      - text: "The share fell to 7.1 per cent."\n'
    root = write_project({FILE: text})
    file = DOCUMENTS / "lo-tracked.docx"
    result = briefs(root, "import", file, "--review", "--to", "brief")
    assert result.stdout.splitlines() == [
        f'{FILE}:5:16: Ada Example, 2017-03-01 10:00: "7.1" → "6.9" after "The share fell to"',
        f'{FILE}:5:16: Ben Example, 2017-03-03 09:00: comment: "Of what?"',
    ]


def test_divided_and_joined_paragraphs_are_remarks() -> None:
    mark = '<w:pPr><w:rPr><w:{} w:id="1" w:author="A" w:date="2017-01-01"/></w:rPr></w:pPr>'
    body = f"<w:p>{mark.format('ins')}<w:r><w:t>One.</w:t></w:r></w:p>"
    body += (
        f"<w:p>{mark.format('del')}<w:r><w:t>Two.</w:t></w:r></w:p>{paragraph('Three.')}"
    )
    remarks = read_remarks("a.docx", document(body))
    assert [(one.text, one.paragraph, one.who) for one in remarks] == [
        ("begin a new paragraph", "One.", "A"),
        ("join the next paragraph", "Two.", "A"),
    ]


def test_changes_and_comments_in_notes_are_read(reviewed: tuple[Path, Path]) -> None:
    root, out = reviewed
    out.unlink()
    briefs(root, "export", "brief", "--docx", "-o", out)
    parts = unpack(out.read_bytes())
    assert b"A note of the file." in parts["word/footnotes.xml"]
    run = '<w:r><w:t xml:space="preserve">A note of the file.</w:t></w:r>'
    new = '<w:ins w:id="1" w:author="A"><w:r><w:t>See: </w:t></w:r></w:ins>'
    out.write_bytes(with_part(out.read_bytes(), "word/footnotes.xml", run, new + run))
    result = briefs(root, "import", out, "--review")
    assert result.stdout == f'{FILE}:14:17: A: add "See:"\n'


def test_no_remarks_are_no_lines(write_project: WriteProject) -> None:
    root = write_project({})
    result = briefs(root, "import", DOCUMENTS / "py-plain.docx", "--review")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "0 proposals\n"


def test_parts_that_were_deleted_without_tracking_are_warnings(
    write_project: WriteProject, tmp_path: Path
) -> None:
    text = TEXT.replace(
        "  - heading: One", "  - heading: None\n    text: Words.\n  - heading: One"
    )
    root = write_project(
        {FILE: text.replace("    text: Words.", "    blocks: [text: Words.]")}
    )
    out = tmp_path / "reviewed.docx"
    briefs(root, "export", "brief", "--docx", "-o", out)
    assert briefs(root, "import", out, "--review").stderr == "0 proposals\n"
    body = unpack(out.read_bytes())["word/document.xml"].decode()
    deleted = [
        p for p in re.findall(r"<w:p>.*?</w:p>", body) if ">None<" in p or "Words." in p
    ]
    data = out.read_bytes()
    for one in deleted:
        data = with_part(data, "word/document.xml", one, "")
    out.write_bytes(data)
    result = briefs(root, "import", out, "--review")
    assert (len(deleted), result.exit_code) == (2, 0)
    message = f'{FILE}:6:5: warning: this is not in the document: "None"'
    assert result.stderr.startswith(f"0 proposals\n{message}\n")
