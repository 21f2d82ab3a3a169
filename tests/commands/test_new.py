"""`briefs new` leaves nothing or everything, at whatever point it is stopped.

A program of its own runs the command once for each operation on the file system: a fork of
it is killed, or the operation fails, just before that operation.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import WriteProject, briefs

ROOT = Path(__file__).resolve().parents[2]
EDITION = {
    "content/brief/2017/edition.yaml": "issued: 2017-01-01\nsubjects: [jobs]\n",
    "content/brief/2017/fr.yaml": "title: Un titre\n",
    "content/brief/2017/data.csv": "a,b\n1,2\n",
}
# An operation is an audit event of Python with a path in the project; or a sync.
PROGRAM = """
import errno, json, os, signal, shutil, sys
from pathlib import Path
from pipeline.commands.new import create_files
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError

source, work, slug, *modes = sys.argv[1:]
root = Path(work) / "project"

def run(mode, stop):
    count = 0
    def operation(event, arguments):
        nonlocal count
        reads = event in ("os.listdir", "os.scandir") or "r" in str(arguments[1:2])
        if reads and mode in ("full", "read-only"):
            return
        if event == "sync" or any(str(a).startswith(work) for a in arguments):
            count += 1
            if count == stop and mode == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if count == stop:
                raise {
                    "full": OSError(errno.ENOSPC, "No space left on device"),
                    "read-only": OSError(errno.EROFS, "Read-only file system"),
                    "interrupt": KeyboardInterrupt(),
                }[mode]
    events = ("open", "os.mkdir", "os.rename", "os.chmod", "os.listdir", "os.scandir")
    fsync = os.fsync
    os.fsync = lambda number: (operation("sync", ()), fsync(number))
    sys.addaudithook(lambda event, a: operation(event, a) if event in events else None)
    try:
        create_files(root, slug, InformationDate(2018), None)
    except PipelineError as error:
        os._exit(7 if {p.exit_code for p in error.problems} == {7} else 3)
    except KeyboardInterrupt:
        os._exit(130)
    os._exit(0 if count < stop else 100)  # 100: it went on without the operation

def child(mode, stop):
    if (number := os.fork()) == 0:
        try:
            run(mode, stop)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])

def files():
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())

def stopped(mode):
    stop, outcomes = 0, []
    while not outcomes or outcomes[-1][0] != 0:
        stop += 1
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(source, root)
        code, after = child(mode, stop), files()
        again = child(mode, 1 << 30)
        outcomes.append([code, after, again, files()])
    return outcomes

print(json.dumps({mode: stopped(mode) for mode in modes}))
"""
# How the command is stopped, and the codes that it then exits with.
MODES = {"kill": {-9}, "full": {3, 7}, "read-only": {3, 7}, "interrupt": {130}}
Outcome = tuple[int, list[str], int, list[str]]


def stopped(root: Path, work: Path, slug: str) -> dict[str, list[Outcome]]:
    """Stop the command before each operation; give its code and files, and the retry's."""
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root), str(work), slug, *MODES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes: dict[str, list[Outcome]] = json.loads(done.stdout)
    return outcomes


def names(files: list[str]) -> set[str]:
    """Leave out temporary folders, which no command reads."""
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
        everything = names(outcomes[-1][1])
        assert everything > before
        assert len(outcomes) > (10 if mode in ("kill", "interrupt") else 5)
        for code, after, again, files in outcomes:
            assert code in MODES[mode] | {0, 100}, mode
            assert names(after) == everything or code not in (0, 100), mode
            assert names(after) in (before, everything), (mode, code)
            assert mode == "kill" or names(after) == set(after)
            # The retry completes it, or finds it complete; then nothing temporary is left.
            assert again == (0 if names(after) == before else 3), mode
            assert names(files) == everything
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
    done = subprocess.run(
        ["sh", "-c", f"ulimit -f 0; exec {command}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert "the folder cannot be written: file too large" in done.stderr
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
