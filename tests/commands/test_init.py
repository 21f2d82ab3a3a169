"""`briefs init` writes a project that builds without problems, or nothing."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipeline.commands.init import ProjectSettings, init_project
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError
from pipeline.project import BUNDLED, Project
from tests.conftest import briefs

LANGUAGES = sorted(path.stem for path in (BUNDLED / "templates" / "strings").iterdir())
YEAR = InformationDate(2018)


def files_in(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_new_brief_builds_in_every_language_without_warnings(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the charts of other tests may have fewer numbers
    assert briefs(tmp_path, "init", "--yes", "--lang", language).exit_code == 0
    result = briefs(tmp_path, "build", "--strict")
    assert (result.exit_code, result.stderr.count("warning")) == (0, 0), result.stderr
    assert "; 2 pages;" in result.stderr
    text = (BUNDLED / "templates" / "new" / f"brief.{language}.yaml").is_file()
    assert text or language == "en"


def test_options_are_written_into_series_and_brand(tmp_path: Path) -> None:
    name = 'Ports: "Sea" {x} # 日本'
    options = ("--series", "Quay notes", "--lang", "fr", "--lang", "en", "--colour", "navy")
    result = briefs(tmp_path, "init", "harbour", "--name", name, *options)
    assert result.exit_code == 0
    content = tmp_path / "harbour" / "content"
    series = yaml.safe_load((content / "series.yaml").read_text("utf-8"))
    brand = yaml.safe_load((content / "_brand.yml").read_text("utf-8"))
    assert series["publisher"]["name"] == brand["meta"]["name"] == name
    assert (series["name"], series["languages"]) == ("Quay notes", ["fr", "en"])
    assert brand["color"]["primary"] == "navy"
    assert sorted(result.stdout.split()) == files_in(tmp_path / "harbour")
    assert "yaml-language-server" in next(content.rglob("fr.yaml")).read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--lang", "xx"), 'no language "xx"; available: ar, de, en'),
        (("--colour", "#ff9900"), "#ff9900 on white has a contrast of 2.1:1"),
        (("--colour", "nightish"), '"nightish" is no colour'),
        (("--name", " "), "a name is one line of text"),
    ],
)
def test_a_wrong_answer_writes_nothing(
    options: tuple[str, str], message: str, tmp_path: Path
) -> None:
    result = briefs(tmp_path, "init", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert files_in(tmp_path) == []


def test_a_file_that_exists_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    result = briefs(tmp_path, "init", "--yes")
    assert ".gitignore" not in result.stdout.split()
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    again = briefs(tmp_path, "init", "--yes", "--name", "Other")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "briefs new SLUG" in again.stderr


@pytest.mark.parametrize("stop", range(1, 30))
def test_a_disk_that_is_full_leaves_what_was_there(
    stop: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    fsync, count = os.fsync, 0

    def full(number: int) -> None:
        nonlocal count
        count += 1
        if count == stop:
            raise OSError(28, "No space left on device")
        fsync(number)

    monkeypatch.setattr(os, "fsync", full)
    settings = ProjectSettings("A", "B", ("en",), "navy")
    try:
        init_project(Project(tmp_path), settings, YEAR)
    except PipelineError:
        assert files_in(tmp_path) == [".gitignore"]
        assert [path.name for path in tmp_path.iterdir()] == [".gitignore"]
    else:
        assert count < stop


def test_it_asks_on_a_terminal_and_asks_again_after_a_wrong_answer(tmp_path: Path) -> None:
    main, side = pty.openpty()
    os.write(main, b"Harbour Forum\nQuay notes\nfr, en\n#ff9900\nnavy\n")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--project", str(tmp_path), "init"],
        cwd=BUNDLED,
        stdin=side,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(main)
    assert done.returncode == 0, done.stderr
    assert "contrast of 2.1:1" in done.stderr
    series = (tmp_path / "content" / "series.yaml").read_text("utf-8")
    assert 'name: "Quay notes"' in series
    assert "[fr, en]" in series
    assert 'primary: "navy"' in (tmp_path / "content" / "_brand.yml").read_text("utf-8")


@pytest.mark.parametrize("command", ["check", "build", "list", "schema", "due"])
def test_in_an_empty_folder_the_hint_leads_to_init(command: str, tmp_path: Path) -> None:
    assert "briefs init" in briefs(tmp_path, command).stderr
