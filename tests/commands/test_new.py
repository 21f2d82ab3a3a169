"""`briefs new`: what it writes; and that it leaves nothing or everything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.stopped_new import Outcome
from tests.conftest import WriteProject, briefs

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).parent / "stopped_new.py"
BRIEF = "title: A brief\nsections:\n  - heading: One\n    blocks: [{text: Some words.}]\n"
GOOD = {"content/brief/2017/en.yaml": BRIEF}
EDITION = {
    "content/brief/2017/edition.yaml": "issued: 2017-01-01\nsubjects: [jobs]\n",
    "content/brief/2017/fr.yaml": "title: Un titre\n",
    "content/brief/2017/data.csv": "a,b\n1,2\n",
}
# How the command is stopped, and the codes that it then exits with.
MODES = {"kill": {-9}, "full": {3, 7}, "read-only": {3, 7}, "interrupt": {130}}


def test_new_makes_a_brief_that_passes_and_builds(tmp_path: Path) -> None:
    result = briefs(tmp_path, "new", "trade-and-jobs", "--dated", "2018-03")
    assert result.stdout.splitlines() == [
        "content/trade-and-jobs/2018-03/edition.yaml",
        "content/trade-and-jobs/2018-03/en.yaml",
        "content/series.yaml",
    ]
    assert briefs(tmp_path, "check", "--strict").exit_code == 0
    assert briefs(tmp_path, "build", "--strict").exit_code == 0


def test_new_makes_a_second_edition_from_the_latest(write_project: WriteProject) -> None:
    root = write_project(GOOD)
    (root / "content/brief/2017/edition.yaml").write_text(
        "status: final\nissued: 2017-10-26\nchange_note:\n  en: First.\nsubjects: [trade]\n"
    )
    briefs(root, "new", "brief", "--dated", "2018")
    facts = root / "content/brief/2018/edition.yaml"
    assert facts.read_text() == "status: draft\nsubjects: [trade]\n"
    assert (root / "content/brief/2018/en.yaml").read_text() == BRIEF
    assert briefs(root, "check").exit_code == 0
    facts.write_text("status: final\nsubjects: [trade]\n")
    assert '"change_note" is missing' in briefs(root, "check").stderr
    second_result = briefs(root, "new", "brief", "--dated", "2018")
    assert second_result.exit_code == 3
    assert "content/brief/2018: " in second_result.stderr


def test_new_refuses_a_language_that_the_series_lacks(
    write_project: WriteProject,
) -> None:
    result = briefs(write_project(GOOD), "new", "other", "--lang", "ru")
    assert result.exit_code == 2
    assert 'no language "ru" in content/series.yaml' in result.stderr
    assert "available: en, fr" in result.stderr


def stopped(root: Path, work: Path, slug: str) -> dict[str, list[Outcome]]:
    """Stop the command before each operation; give its outcomes, by mode."""
    work.mkdir()
    result = subprocess.run(
        [sys.executable, PROGRAM, root, work, slug, *MODES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    outcomes: dict[str, list[Outcome]] = json.loads(result.stdout)
    return outcomes


def without_temporary(files: list[str]) -> set[str]:
    """Leave out files in temporary folders, which no command reads."""
    return {name for name in files if "/.briefs-" not in f"/{name}"}


@pytest.mark.parametrize("case", ["a new edition", "a new brief", "a new project"])
def test_new_leaves_nothing_or_everything(
    case: str, write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project(EDITION)
    slug = "brief" if case == "a new edition" else "other"
    if case == "a new project":
        root = tmp_path / "empty"
        root.mkdir()
    before = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    for mode, outcomes in stopped(root, tmp_path / "work", slug).items():
        everything = without_temporary(outcomes[-1][1])
        assert everything > before
        assert len(outcomes) > (10 if mode in ("kill", "interrupt") else 5)
        for code, after, again, files in outcomes:
            assert code in MODES[mode] | {0, 100}, mode
            assert without_temporary(after) == everything or code not in (0, 100), mode
            assert without_temporary(after) in (before, everything), (mode, code)
            assert mode == "kill" or without_temporary(after) == set(after)
            # The retry writes everything and leaves nothing temporary, or finds it written.
            assert again == (0 if without_temporary(after) == before else 3), mode
            assert without_temporary(files) == everything
            assert again or set(files) == everything


@pytest.mark.parametrize("slug", ["brief", "other"])
def test_a_full_disk_is_a_problem_and_the_retry_works(
    slug: str, write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_project(EDITION)
    before = sorted(root.rglob("*"))

    def full_disk(number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full_disk)
        result = briefs(root, "new", slug, "--dated", "2018")
    assert result.exit_code == 7
    assert (
        f"content/{slug}/2018: the folder cannot be written: no space left" in result.stderr
    )
    assert sorted(root.rglob("*")) == before
    assert briefs(root, "new", slug, "--dated", "2018").exit_code == 0


def test_a_limit_of_the_size_of_files_is_a_problem(write_project: WriteProject) -> None:
    root = write_project(EDITION)
    before = sorted(root.rglob("*"))
    command = f"{sys.executable} -m pipeline --project {root} new brief --dated 2018"
    result = subprocess.run(
        ["sh", "-c", f"ulimit -f 0; exec {command}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 7, result.stderr
    assert "the folder cannot be written: file too large" in result.stderr
    assert sorted(root.rglob("*")) == before


def test_no_file_outside_the_project_is_copied(
    write_project: WriteProject, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("a,b\n")
    root = write_project(EDITION)
    (root / "content/brief/2017/more.csv").symlink_to(tmp_path / "secret")
    result = briefs(root, "new", "brief", "--dated", "2018")
    assert result.exit_code == 3
    assert "content/brief/2017/more.csv: it is a link to a place outside" in result.stderr
    assert not (root / "content/brief/2018").exists()


def test_content_that_is_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("")
    result = briefs(tmp_path, "new", "brief")
    assert result.exit_code == 7
    assert [p.name for p in tmp_path.iterdir()] == ["content"]
