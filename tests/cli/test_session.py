"""`briefs session`, and `briefs build --session`: what they build, print and refuse.

What it hands out: tests/commands/test_session.py.
"""

import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.build import BuildResult
from pipeline.commands.print_order import PrintOrderResult
from pipeline.project import Project
from pipeline.targets import BuildOptions
from tests.commands.session_project import (
    FILE,
    FILES,
    LATER,
    ONE_COPY,
    SESSION,
    SHEET,
    TEXT,
)
from tests.conftest import WriteProject, briefs, changed


def test_one_command_builds_everything_for_a_session(
    write_project: WriteProject, ghostscript: str
) -> None:
    root = write_project({**FILES, FILE: changed(SESSION, ", ar: 25", "")})
    made = briefs(root, "session", "331", "--quiet")
    assert made.exit_code == 0, made.output
    names = {file.name for file in (root / "build").rglob("*.pdf")}
    for profile in ("", "_office", "_press"):
        assert f"brief_2017_en{profile}.pdf" in names
    assert {"331_en.pdf", "331_fr.pdf", "331_order.pdf"} <= names
    again = briefs(root, "session", "331")
    assert again.exit_code == 0
    assert "built " not in again.stderr
    due = briefs(root, "due", "--on", "2017-10-20")
    assert "nothing missing" in due.stderr
    assert due.exit_code == 0


def test_all_files_for_readers_are_pdf_2_if_the_series_asks_for_pdf_ua_2(
    write_project: WriteProject, ghostscript: str
) -> None:
    series = f"{FILES['content/series.yaml']}conformance: ua-2\n"
    root = write_project({**FILES, "content/series.yaml": series, FILE: ONE_COPY})
    made = briefs(root, "session", "331", "--quiet", "--jobs", "1")
    assert made.exit_code == 0, made.output
    folders = (root / "build/brief", root / "build/sessions/331")
    files = [file for folder in folders for file in folder.glob("*.pdf")]
    versions = {}
    for file in files:
        with pikepdf.open(file) as pdf:
            versions[file.name] = pdf.pdf_version
    assert versions == {
        **dict.fromkeys(("brief_2017_en.pdf", "brief_2017_en_office.pdf"), "2.0"),
        **dict.fromkeys(("331_en.pdf", "331_order.pdf"), "2.0"),
        "brief_2017_en_press.pdf": "1.6",
    }
    verified = briefs(root, "verify", "--as-of", "2017-10-20", *files)
    assert verified.exit_code == 0
    assert verified.stdout.count("; unchanged; ") == len(files)


def test_a_session_without_ghostscript_reports_it_in_its_last_line(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The other files are built, here for A5 and by a worker process."""
    root = write_project({**FILES, FILE: changed(ONE_COPY, "A4", "A5")})
    monkeypatch.setenv("PATH", str(tmp_path))
    result = briefs(root, "session", "331", "--jobs", "1")
    assert result.stderr.splitlines()[-1] == (
        "session 331 is not complete: the press files need Ghostscript (gs), which is not "
        "on PATH"
    )
    assert result.exit_code == 7
    assert (root / "build/sessions/331/331_en_a5.pdf").is_file()
    assert (root / SHEET).is_file()


@pytest.mark.parametrize(
    ("size", "finish", "profile"),
    [("A5", "staple", "a5"), ("A4", "saddle-stitch", "booklet"), ("A4", "none", "office")],
)
def test_all_is_built_for_the_paper_of_the_session(
    write_project: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
    size: str,
    finish: str,
    profile: str,
) -> None:
    asked: list[tuple[str, ...]] = []

    def record(project: Project, options: BuildOptions, *_: Any) -> BuildResult:
        asked.append(options.profiles)
        return BuildResult((), ())

    monkeypatch.setattr("pipeline.cli.session.build_documents", record)
    monkeypatch.setattr("pipeline.cli.session.build_packs", record)
    monkeypatch.setattr(
        "pipeline.commands.print_order.write_print_order",
        lambda *_, **__: PrintOrderResult(None),
    )
    paper = changed(changed(ONE_COPY, "A4", size), "staple", finish)
    root = write_project({**FILES, FILE: paper})
    assert briefs(root, "session", "331", "--quiet").exit_code == 0
    assert asked == [("screen", profile, "press"), (profile,)]


def test_a_build_for_a_session_builds_what_it_hands_out(
    write_project: WriteProject,
) -> None:
    root = write_project({**FILES, **LATER, FILE: ONE_COPY})
    build = ("build", "--session", "331", "--profile", "office", "--dry-run", "--json")
    documents = json.loads(briefs(root, *build).stdout)["documents"]
    files = [document["file"] for document in documents]
    assert files == ["build/brief/brief_2017_en_office.pdf"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("331 --edition 2017", "--session excludes --edition"),
        ("332", 'no session "332"'),
        ("331 --lang fr", 'no language "fr" at session 331'),
        ("331 other", 'no brief "other" at session 331; available: brief'),
    ],
)
def test_a_brief_outside_the_session_is_a_usage_error(
    write_project: WriteProject, words: str, message: str
) -> None:
    root = write_project({**FILES, "content/other/2017/en.yaml": TEXT, FILE: ONE_COPY})
    result = briefs(root, "build", "--session", *words.split())
    assert message in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "command", ["print-order 333a", "pack ../331", "session 333a", "build --session 333a"]
)
def test_an_unknown_session_is_a_usage_error(
    write_project: WriteProject, command: str
) -> None:
    result = briefs(write_project(FILES), *command.split())
    assert f'no session "{command.split()[-1]}"' in result.stderr
    assert result.exit_code == 2
