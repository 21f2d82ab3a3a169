"""`briefs session`, and `briefs build --session`: what a session hands out."""

import json
from pathlib import Path

import pytest

from tests.commands.test_print_order import FILES, SESSION, SHEET, TEXT
from tests.conftest import WriteProject, briefs

CHANGED = "change_note: Newer.\n"


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project(FILES)


def test_one_command_builds_everything_for_a_session(
    root: Path, write_project: WriteProject
) -> None:
    write_project(FILES)
    made = briefs(root, "session", "331", "--quiet")
    assert made.exit_code == 0, made.output
    names = {file.name for file in (root / "build").rglob("*.pdf")}
    for profile in ("", "_office", "_press"):
        assert f"brief_2017_en{profile}.pdf" in names
    assert {"331_en.pdf", "331_fr.pdf", "331_order.pdf"} <= names
    again = briefs(root, "session", "331")
    assert again.exit_code == 0
    assert "built " not in again.stderr


def test_a_session_without_ghostscript_reports_it_in_its_last_line(
    root: Path, write_project: WriteProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_project(FILES)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = briefs(root, "session", "331")
    assert result.stderr.splitlines()[-1] == (
        "session 331 is not complete: the press files need Ghostscript (gs), which is not "
        "on PATH"
    )
    assert result.exit_code == 7
    assert (root / "build/sessions/331/331_en.pdf").is_file()
    assert (root / SHEET).is_file()


@pytest.mark.parametrize(
    ("size", "finish", "profile"),
    [("A5", "staple", "a5"), ("A4", "saddle-stitch", "booklet"), ("A4", "none", "office")],
)
def test_a_session_makes_all_for_its_paper_and_nothing_is_due_then(
    root: Path, write_project: WriteProject, size: str, finish: str, profile: str
) -> None:
    paper = SESSION.replace("A4", size).replace("staple", finish)
    write_project({**FILES, "content/sessions/331.yaml": paper})
    assert briefs(root, "session", "331", "--quiet").exit_code == 0
    name = "331_en.pdf" if profile == "office" else f"331_en_{profile}.pdf"
    assert (root / "build/sessions/331" / name).is_file()
    due = briefs(root, "due", "--on", "2017-10-20")
    assert "nothing missing" in due.stderr
    assert due.exit_code == 0


def test_a_session_builds_the_editions_that_it_hands_out(
    root: Path, write_project: WriteProject
) -> None:
    later = {"content/brief/2019/en.yaml": TEXT, "content/brief/2019/edition.yaml": CHANGED}
    write_project({**FILES, **later})
    assert briefs(root, "build", "--session", "331", "--profile", "office").exit_code == 0
    assert {f.name[:10] for f in (root / "build").glob("*/*.pdf")} == {"brief_2017"}
    wrong = briefs(root, "build", "--session", "331", "--edition", "2017")
    assert wrong.exit_code == 2
    unknown = briefs(root, "build", "--session", "332")
    assert unknown.exit_code == 2
    assert '"332"' in unknown.stderr


def test_a_session_builds_the_languages_that_it_hands_out(
    root: Path, write_project: WriteProject
) -> None:
    only = SESSION.replace("en: 120, fr: 60, ar: 25", "ar: 25")
    more = {"content/other/2017/en.yaml": TEXT}
    write_project({**FILES, **more, "content/sessions/331.yaml": only})
    build = ("build", "--session", "331", "--profile", "office", "--json")
    made = json.loads(briefs(root, *build).stdout)["documents"]
    # Readers of Arabic are given English.
    assert [d["file"] for d in made] == ["build/brief/brief_2017_en_office.pdf"]
    french = briefs(root, *build[:3], "--lang", "fr")
    assert french.exit_code == 2
    assert 'no language "fr"' in french.stderr
    other = briefs(root, *build[:3], "other")
    assert other.exit_code == 2
    assert 'no brief "other" at session 331; available: brief' in other.stderr
