"""`briefs pack`: what it prints, and its exit codes.

What is in a pack, and when it is made again: tests/commands/test_packs.py.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import BuildResult
from pipeline.project import Project
from pipeline.state.lock import build_lock
from pipeline.targets import BuildOptions
from tests.commands.packs_project import FILE, SESSION, SMALL, pack
from tests.conftest import WriteProject, briefs, changed, write_files


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with its Arabic pack, to be copied."""
    root = tmp_path_factory.mktemp("built")
    write_files(root, SMALL)
    pack(root, "ar")
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "project")


def test_the_report_as_json_and_the_summary(root: Path) -> None:
    result = briefs(root, "pack", "331", "--lang", "en", "--json")
    assert (result.stderr, result.exit_code) == ("", 0)
    report = json.loads(result.stdout)
    pages = report["packs"][0]["pages"]
    assert {p["rule"] for p in report.pop("problems")} == {"not-published"}
    assert pages > 4
    assert report == {
        "format": 1,
        "exit_code": 0,
        "packs": [
            {
                "file": "build/sessions/331/331_en.pdf",
                "session": "331",
                "language": "en",
                "profile": "office",
                "state": "built",
                "reason": "it was never built",
                "pages": pages,
            }
        ],
    }
    again = briefs(root, "pack", "331")
    assert "2 packs: 2 up to date" in again.stderr
    assert (again.stdout, again.exit_code) == ("", 0)


def test_an_error_of_content_exits_with_3_and_the_others_are_built(root: Path) -> None:
    write_files(root, {"content/brief/2017/ar.yaml": "titel: الموجز\n"})
    result = briefs(root, "pack", "331")
    assert "2 packs: 1 built, 1 blocked" in result.stderr
    assert 'ar.yaml:1:1: unknown key "titel"' in result.stderr
    assert result.exit_code == 3


def test_an_error_of_a_session_exits_with_3(write_project: WriteProject) -> None:
    wrong = changed(SESSION, "brief: other", "brief: otter")
    root = write_project({**SMALL, FILE: wrong})
    result = briefs(root, "pack", "331")
    assert f'{FILE}:7:13: there is no brief "otter"' in result.stderr
    assert 'did you mean "other"?' in result.stderr
    assert result.exit_code == 3


def test_warnings_exit_with_3_when_strict(root: Path) -> None:
    unused = "references: [{id: unused, text: A book}]\n"
    name = "content/other/2017/en.yaml"
    write_files(root, {name: f"{SMALL[name]}{unused}"})
    result = briefs(root, "pack", "331", "--lang", "en", "--strict")
    assert "1 pack: 1 blocked" in result.stderr
    assert result.exit_code == 3


def test_a_build_that_runs_at_the_same_time_exits_with_7(root: Path) -> None:
    with build_lock(root / "build"):
        result = briefs(root, "pack", "331")
    assert "another build is running" in result.stderr
    assert result.exit_code == 7


@pytest.mark.parametrize(
    ("words", "profile"),
    [("", "office"), ("--booklet", "booklet"), ("--profile a5", "a5")],
)
def test_the_profile_of_the_packs(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch, words: str, profile: str
) -> None:
    asked: list[tuple[str, ...]] = []

    def record(project: Project, options: BuildOptions, *_: Any) -> BuildResult:
        asked.append(options.profiles)
        return BuildResult((), ())

    monkeypatch.setattr("pipeline.cli.pack.build_packs", record)
    assert briefs(write_project(SMALL), "pack", "331", *words.split()).exit_code == 0
    assert asked == [(profile,)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("332", 'no session "332"; did you mean "331"?'),
        ("331 --lang fr", 'no language "fr"'),
        ("331 --profile ofice", 'did you mean "office"?'),
        ("331 --profile press", 'no profile "press" for packs'),
        ("331 --profile a5 --booklet", "--booklet excludes --profile"),
    ],
)
def test_a_missing_session_language_or_profile_is_a_usage_error(
    write_project: WriteProject, words: str, message: str
) -> None:
    result = briefs(write_project(SMALL), "pack", *words.split())
    assert message in result.stderr
    assert result.exit_code == 2
