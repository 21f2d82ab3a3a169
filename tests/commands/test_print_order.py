"""`briefs print-order`: the list for the print shop, written when nothing is stale."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from tests.conftest import briefs

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]
TEXT = "title: A title\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"
SESSION = """\
body: {en: Governing Body, ar: مجلس الإدارة}
dates: {start: 2017-10-26, end: 2017-11-09}
place: {en: Geneva, ar: جنيف}
handouts:
  - brief: brief
    copies: {en: 120, fr: 60, ar: 25}
paper: {size: A4, grams: 80, duplex: true, finish: staple}
missing_language: default
"""
FILES = {
    "content/series.yaml": (
        "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr, ar]\n"
    ),
    "content/brief/2017/en.yaml": TEXT,
    "content/brief/2017/fr.yaml": TEXT,
    "content/sessions/331.yaml": SESSION,
}
SHEET = "build/sessions/331/331_order.pdf"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project once, for the office printer."""
    root = tmp_path_factory.mktemp("built")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    assert briefs(root, "build", "--profile", "office").exit_code == 0
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Give a copy of it, where `write_project` writes."""
    return shutil.copytree(built, tmp_path / "project")


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[i].get_textpage().get_text_range() for i in range(len(document))]
    return "\n".join(pages)


def test_an_order_names_each_file_with_its_copies_and_checksum(root: Path) -> None:
    result = briefs(root, "print-order", "331", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert report["job_sheet"] == SHEET
    order = report["order"]
    english, french = order["files"]
    pdf = root / "build/brief/brief_2017_en_office.pdf"
    assert english == {
        "file": "build/brief/brief_2017_en_office.pdf",
        "brief": "brief",
        "information_date": "2017",
        "language": "en",
        "sha256_begins": hashlib.sha256(pdf.read_bytes()).hexdigest()[:12],
        "page_mm": [210.0, 297.0],
        "pages": 1,
        # Readers of Arabic are given English, as the session says.
        "given_to": {"en": 120, "ar": 25},
        "sheets_per_copy": 1,
        "copies": 145,
        "sheets": 145,
        "weight_kg": 0.723,
    }
    assert (french["language"], french["copies"]) == ("fr", 60)
    assert order["languages"]["fr"] == {"copies": 60, "sheets": 60, "weight_kg": 0.299}
    assert order["total"] == {"copies": 205, "sheets": 205, "weight_kg": 1.023}
    assert order["paper"] == {"size": "A4", "grams": 80, "duplex": True, "finish": "staple"}


def test_the_job_sheet_prints_the_order_and_has_the_csv_attached(root: Path) -> None:
    result = briefs(root, "print-order", "331")
    assert result.stdout == f"{SHEET}\n"
    assert result.stderr == "2 files: 205 copies; 205 sheets; 1.0 kg\n"
    printed = " ".join(text_of(root / SHEET).split())
    for said in (
        "Print order for session 331",
        "Governing Body, Geneva",
        "A4, 80 g/m², both sides",
        "brief_2017_en_office.pdf",
        "To readers of: English 120, Arabic 25",
        "Total 205 205 1.0",
    ):
        assert said in printed
    with pikepdf.open(root / SHEET) as pdf:
        file = pdf.attachments["331_order.csv"].get_file()
        attached = file.read_bytes()
        # Its age is that of the session: the clock must not change the bytes.
        assert file.creation_date == datetime(2017, 10, 26, tzinfo=UTC)
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("3", "1")
    assert briefs(root, "print-order", "331", "--csv").stdout_bytes == attached
    rows = list(csv.DictReader(io.StringIO(attached.decode(), newline="")))
    assert [row["given_to"] for row in rows] == ["en:120 ar:25", "fr:60"]


def test_the_same_order_is_the_same_bytes(root: Path) -> None:
    briefs(root, "print-order", "331")
    first = (root / SHEET).read_bytes()
    (root / SHEET).unlink()
    briefs(root, "print-order", "331")
    assert (root / SHEET).read_bytes() == first


def test_nothing_stale_is_ordered(root: Path, write_project: WriteProject) -> None:
    write_project({**FILES, "content/brief/2017/fr.yaml": TEXT.replace("Some", "Other")})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 6
    assert result.stdout == ""
    assert result.stderr == (
        "build/brief: missing or stale in profile office, for the edition 2017: fr\n"
        "  hint: briefs build --session 331 --profile office\n"
    )
    assert not (root / SHEET).exists()
    report = json.loads(briefs(root, "print-order", "331", "--json").stdout)
    assert (report["order"], report["job_sheet"], report["exit_code"]) == (None, "", 6)


def test_a_job_sheet_that_no_longer_holds_is_removed(
    root: Path, write_project: WriteProject
) -> None:
    assert briefs(root, "print-order", "331").exit_code == 0
    assert SHEET.removeprefix("build/") in (root / "build/SHA256SUMS").read_text()
    write_project({**FILES, "content/brief/2017/fr.yaml": TEXT.replace("Some", "Other")})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 6
    assert result.stderr.endswith(f"removed {SHEET}, because its files have changed\n")
    assert not (root / SHEET).exists()
    assert SHEET.removeprefix("build/") not in (root / "build/SHA256SUMS").read_text()
    assert "removed" not in briefs(root, "print-order", "331").stderr


def test_verify_recognizes_a_job_sheet_and_detects_changed_files(
    root: Path, write_project: WriteProject
) -> None:
    assert briefs(root, "print-order", "331").exit_code == 0
    result = briefs(root, "verify", str(root / SHEET))
    answer = "331_order; unchanged; job sheet of session 331; its files are unchanged"
    assert result.stdout == f"{root / SHEET}: {answer}\n"
    assert result.exit_code == 0
    write_project({**FILES, "content/brief/2017/fr.yaml": TEXT.replace("Some", "Other")})
    assert briefs(root, "build", "--profile", "office").exit_code == 0
    result = briefs(root, "verify", str(root / SHEET))
    french = "build/brief/brief_2017_fr_office.pdf"
    assert f"changed since the order: {french}\n" in result.stdout
    assert result.exit_code == 6


def test_a_session_that_hands_out_nothing_orders_nothing(
    root: Path, write_project: WriteProject
) -> None:
    nothing = SESSION.partition("handouts")[0]
    write_project({**FILES, "content/sessions/331.yaml": nothing})
    said = "content/sessions/331.yaml: session 331 hands out nothing\n"
    for command in (("print-order", "331"), ("pack", "331")):
        result = briefs(root, *command)
        assert result.exit_code == 3
        assert result.stderr.startswith(said)
    assert not (root / SHEET).exists()
    # It may be planned before it is known what it hands out.
    assert briefs(root, "check").exit_code == 0


def test_what_was_changed_in_build_is_not_ordered(root: Path) -> None:
    (root / "build/brief/brief_2017_en_office.pdf").write_bytes(b"something else")
    assert briefs(root, "print-order", "331").exit_code == 6


def test_a_brief_with_an_error_is_not_ordered(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, "content/brief/2017/fr.yaml": "titel: x\n"})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 3
    assert 'content/brief/2017/fr.yaml:1:1: unknown key "titel"' in result.stderr


def test_paper_has_a_size_that_briefs_are_set_for(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, "content/sessions/331.yaml": SESSION.replace("A4", "Letter")})
    result = briefs(root, "check", "--json")
    assert result.exit_code == 3
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["line"], problem["column"]) == (7, 15)
    assert (problem["rule"], problem["hint"]) == ("invalid-choice", "use A4 or A5")


def test_on_a5_paper_the_pages_are_those_of_a5(
    root: Path, write_project: WriteProject
) -> None:
    folded = SESSION.replace("size: A4", "size: A5").replace("staple", "saddle-stitch")
    write_project({**FILES, "content/sessions/331.yaml": folded})
    assert briefs(root, "print-order", "331").exit_code == 6
    assert briefs(root, "build", "--profile", "a5").exit_code == 0
    report = json.loads(briefs(root, "print-order", "331", "--json").stdout)
    assert report["order"]["files"][0]["page_mm"] == [148.0, 210.0]
    assert report["order"]["files"][0]["file"].endswith("_a5.pdf")


def test_sheets_that_are_folded_and_stitched_are_ordered_as_booklets(
    root: Path, write_project: WriteProject
) -> None:
    folded = SESSION.replace("staple", "saddle-stitch")
    write_project({**FILES, "content/sessions/331.yaml": folded})
    said = briefs(root, "print-order", "331").stderr
    assert "hint: briefs build --session 331 --profile booklet\n" in said
    assert briefs(root, "build", "--profile", "booklet").exit_code == 0
    report = json.loads(briefs(root, "print-order", "331", "--json").stdout)
    english = report["order"]["files"][0]
    # One sheet of A4, folded, has four pages of A5: the file has its two sides.
    assert english["file"] == "build/brief/brief_2017_en_booklet.pdf"
    assert (english["page_mm"], english["pages"]) == ([210.0, 297.0], 2)
    assert (english["sheets_per_copy"], english["weight_kg"]) == (1, 0.723)


def test_another_profile_can_be_ordered(root: Path) -> None:
    assert briefs(root, "print-order", "331", "--profile", "large").exit_code == 6
    assert briefs(root, "print-order", "331", "--profile", "larg").exit_code == 2
    assert briefs(root, "build", "--profile", "large").exit_code == 0
    assert briefs(root, "print-order", "331", "--profile", "large").exit_code == 0


@pytest.mark.parametrize(
    ("finish", "profile", "why"),
    [
        (
            "staple",
            "booklet",
            "its sheets are to be folded and stitched, and paper.finish of the session is "
            "staple",
        ),
        (
            "saddle-stitch",
            "office",
            "its pages fill a sheet, and paper.finish of the session is saddle-stitch",
        ),
        ("none", "screen", "it is laid out for the screen, not for paper"),
    ],
)
def test_a_profile_that_does_not_suit_the_paper_is_a_usage_error(
    root: Path, write_project: WriteProject, finish: str, profile: str, why: str
) -> None:
    paper = SESSION.replace("staple", finish)
    write_project({**FILES, "content/sessions/331.yaml": paper})
    result = briefs(root, "print-order", "331", "--profile", profile)
    assert f'not with --profile "{profile}": {why}\n' in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "command", ["print-order 333a", "pack 0", "session 333a", "build --session 333a"]
)
def test_a_wrong_session_number_is_a_usage_error(root: Path, command: str) -> None:
    result = briefs(root, *command.split())
    word = command.split()[-1]
    assert f'"{word}" is not the number of a session, such as 331' in result.stderr
    assert result.exit_code == 2


def test_a_missing_session_is_a_usage_error(root: Path) -> None:
    result = briefs(root, "print-order", "33")
    assert result.exit_code == 2
    assert 'no session "33"; did you mean "331"?' in result.stderr
    assert briefs(root, "print-order", "331", "--csv", "--json").exit_code == 2


def test_an_error_of_a_session_has_its_line(
    root: Path, write_project: WriteProject
) -> None:
    wrong = SESSION.replace("brief: brief", "brief: breif")
    write_project({**FILES, "content/sessions/331.yaml": wrong})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 3
    assert 'content/sessions/331.yaml:5:12: there is no brief "breif"' in result.stderr


def test_a_job_sheet_speaks_the_language_of_the_series(
    root: Path, write_project: WriteProject
) -> None:
    arabic = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [ar, en, fr]\n"
    write_project(
        {
            **FILES,
            "content/series.yaml": arabic,
            "content/brief/2017/ar.yaml": TEXT,
            "content/brief/2017/en.yaml": None,
            "content/brief/2017/fr.yaml": None,
            "content/sessions/331.yaml": SESSION.replace("en: 120, fr: 60, ", ""),
        }
    )
    assert briefs(root, "build", "--profile", "office").exit_code == 0
    assert briefs(root, "print-order", "331").exit_code == 0
    with pikepdf.open(root / SHEET) as pdf:
        assert str(pdf.Root.Lang) == "ar"
        assert str(pdf.docinfo["/Title"]) == "طلب طباعة للدورة 331"


def test_a_template_with_an_error_is_the_designers(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, "templates/job_sheet.html": "<p>{{ sheet.nothing }}</p>"})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 4
    assert "templates/job_sheet.html:1:1: " in result.stderr
    write_project({**FILES, "templates/job_sheet.html": "<p>{% if %}</p>"})
    assert briefs(root, "check").exit_code == 4
