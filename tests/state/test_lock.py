"""One build at a time locks a folder; the problem names its process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.problems import PipelineError, Rule
from pipeline.state.lock import build_lock

HOLD = """
import sys
from pathlib import Path
from pipeline.state.lock import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_build(tmp_path: Path) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-c", HOLD, tmp_path / "build"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_other_build_is_named(
    other_build: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    with pytest.raises(PipelineError) as caught, build_lock(tmp_path / "build"):
        pytest.fail("two at once")
    (problem,) = caught.value.problems
    assert problem.rule is Rule.BUILD_LOCKED
    assert f"(process {other_build.pid} on " in problem.message


def test_nothing_is_cleaned_while_a_build_is_running(
    other_build: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    (tmp_path / "content").mkdir()
    manifest = tmp_path / "build" / "manifest.json"
    manifest.write_text("{}")
    command = ["--project", str(tmp_path), "clean"]
    for options in ([], ["--orphaned"]):
        result = CliRunner().invoke(main, [*command, *options])
        assert result.exit_code == 7
        holder = f"(process {other_build.pid} on "
        assert f"another build is running in this folder {holder}" in result.stderr
    assert CliRunner().invoke(main, [*command, "--dry-run"]).stdout.splitlines() == [
        "build/manifest.json"
    ]
    other_build.kill()
    other_build.wait()
    assert CliRunner().invoke(main, command).stdout == "build/manifest.json\n"
    assert list(manifest.parent.iterdir()) == []


def test_a_killed_build_holds_nothing(
    other_build: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    other_build.kill()
    other_build.wait()
    with build_lock(tmp_path / "build"):
        assert str(os.getpid()) in (tmp_path / "build" / ".holder.json").read_text()
    assert not (tmp_path / "build" / ".holder.json").exists()


def test_a_build_folder_that_cannot_be_created_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("in the way")
    with pytest.raises(PipelineError) as caught, build_lock(tmp_path / "build"):
        pytest.fail("it is no folder")
    assert caught.value.problems[0].rule is Rule.WRITE_FAILED
