"""`briefs print-order`: what it prints, and its exit codes.

What is in the order, and when it is refused: tests/commands/test_print_order.py.
"""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.commands.session_project import (
    FILE,
    FILES,
    FRENCH,
    SESSION,
    SHEET,
    TEXT,
    build_for,
)
from tests.conftest import WriteProject, briefs, changed, write_files


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project and print its order once, because a process makes the job sheet."""
    root = tmp_path_factory.mktemp("ordered")
    write_files(root, FILES)
    build_for(root, "office")
    result = briefs(root, "print-order", "331")
    assert result.stdout == f"{SHEET}\n"
    *warning, total = result.stderr.splitlines()
    assert warning == [
        f'{FILE}: warning: "brief" of 2017 is not published',
        "  hint: briefs publish brief --edition 2017",
    ]
    assert total == "2 files: 205 copies; 205 sheets; 1.0 kg"
    assert result.exit_code == 0
    assert (root / SHEET).is_file()
    return root


@pytest.fixture
def root(ordered: Path, tmp_path: Path) -> Path:
    """Return a copy of it, where `write_project` writes."""
    return shutil.copytree(ordered, tmp_path / "project")


def test_csv_has_a_row_for_each_file(ordered: Path) -> None:
    result = briefs(ordered, "print-order", "331", "--csv", "--quiet")
    assert result.exit_code == 0
    assert "2 files" not in result.stderr
    heads, english, french, end = result.stdout_bytes.decode().split("\r\n")
    assert heads.startswith("session,brief,information_date,language,file,sha256_begins,")
    assert ",en:120 ar:25," in english
    assert ",fr:60," in french
    assert end == ""


def test_json_has_every_key_and_nothing_goes_to_stderr(ordered: Path) -> None:
    result = briefs(ordered, "print-order", "331", "--json")
    assert (result.exit_code, result.stderr) == (0, "")

    def checksum(language: str) -> str:
        pdf = ordered / f"build/brief/brief_2017_{language}_office.pdf"
        return hashlib.sha256(pdf.read_bytes()).hexdigest()[:12]

    file = {
        "brief": "brief",
        "information_date": "2017",
        "page_mm": [210.0, 297.0],
        "pages": 1,
        "sheets_per_copy": 1,
        "finish": "leaf",
        "turn": "long",
        "press_file": "",
        "press_sha256_begins": "",
    }
    english = {"copies": 145, "sheets": 145, "weight_kg": 0.723}
    french = {"copies": 60, "sheets": 60, "weight_kg": 0.299}
    report = json.loads(result.stdout)
    assert [p["rule"] for p in report.pop("problems")] == ["not-published"]
    assert report == {
        "format": 1,
        "exit_code": 0,
        "job_sheet": SHEET,
        "removed": "",
        "order": {
            "session": "331",
            "paper": {"size": "A4", "grams": 80, "duplex": True, "finish": "staple"},
            "ink": "colour",
            "files": [
                {
                    **file,
                    "file": "build/brief/brief_2017_en_office.pdf",
                    "language": "en",
                    "sha256_begins": checksum("en"),
                    "given_to": {"en": 120, "ar": 25},
                    **english,
                },
                {
                    **file,
                    "file": "build/brief/brief_2017_fr_office.pdf",
                    "language": "fr",
                    "sha256_begins": checksum("fr"),
                    "given_to": {"fr": 60},
                    **french,
                },
            ],
            "languages": {
                "en": english,
                "fr": french,
            },
            "total": {"copies": 205, "sheets": 205, "weight_kg": 1.023},
        },
    }


def test_a_stale_file_exits_with_6_and_removes_the_job_sheet(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, FRENCH: changed(TEXT, "Some", "Other")})
    stale = (
        "build/brief: missing or stale in profile office, for the edition 2017: fr\n"
        "  hint: briefs build --session 331 --profile office\n"
    )
    for removed in (f"removed {SHEET}, because it is out of date\n", ""):
        result = briefs(root, "print-order", "331")
        assert (result.stdout, result.stderr) == ("", stale + removed)
        assert result.exit_code == 6
    report = json.loads(briefs(root, "print-order", "331", "--json").stdout)
    assert (report["order"], report["job_sheet"], report["exit_code"]) == (None, "", 6)


def test_an_error_of_a_brief_exits_with_3(root: Path, write_project: WriteProject) -> None:
    write_project({**FILES, FRENCH: "titel: x\n"})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 3
    assert f'{FRENCH}:1:1: unknown key "titel"' in result.stderr


def test_an_error_of_a_session_exits_with_3(write_project: WriteProject) -> None:
    root = write_project({**FILES, FILE: changed(SESSION, "brief: brief", "brief: breif")})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 3
    assert f'{FILE}:5:12: there is no brief "breif"' in result.stderr


def test_an_error_of_a_template_exits_with_4(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, "templates/job_sheet.html": "<p>{{ sheet.nothing }}</p>"})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 4
    assert "templates/job_sheet.html:1:1: " in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("33", 'no session "33"; did you mean "331"?'),
        ("331 --profile larg", 'no profile "larg"; did you mean "large"?'),
        ("331 --profile screen", 'not with --profile "screen": it is laid out for'),
        ("331 --csv --json", "--csv excludes --json"),
    ],
)
def test_an_impossible_print_order_is_a_usage_error(
    write_project: WriteProject, words: str, message: str
) -> None:
    result = briefs(write_project(FILES), "print-order", *words.split())
    assert message in result.stderr
    assert result.exit_code == 2
