"""The output from a snapshot equals that of a build, byte for byte."""

import os
import pty
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.project import BUNDLED
from tests.conftest import GOOD_PROJECT, briefs, write_files

# Options with a short answer; tests/state/test_snapshot.py has those without one.
OPTIONS: tuple[tuple[str, ...], ...] = (
    (),
    ("-q",),
    ("brief", "--lang", "fr", "--strict"),
    ("--profile", "screen", "--profile", "office", "--edition", "2017"),
    ("--all-editions", "--jobs", "2"),
    ("--as-of", "2018", "--shard", "2/2"),
)
PROGRAM = ("pipeline", "templates", "styles")
# The current folder and the checkout are not in `sys.path`: files are made in both.
START = f"""\
import sys
sys.path[:] = [path for path in sys.path if path not in ("", {str(BUNDLED)!r})]
from pipeline.__main__ import run
run()
"""
SLOW = ("click", "typing", "re", "pathlib", "contextlib", "enum", "json")


def environment(root: Path, **variables: str) -> dict[str, str]:
    """Return the environment of a command that runs the program copied beside `root`."""
    names = ("LD_LIBRARY_PATH", "LD_PRELOAD")
    inherited = {name: text for name, text in os.environ.items() if name not in names}
    path = str(root.parent / "program")
    return {**inherited, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **variables}


def run(
    root: Path, *arguments: str, **variables: str
) -> tuple[int, bytes, bytes, set[str]]:
    """Run a build; give exit code, stdout, stderr without its time, imported modules."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", START, "build", *arguments],
        cwd=root,
        env=environment(root, **variables),
        capture_output=True,
        check=False,
        timeout=120,
    )
    lines = done.stderr.splitlines(keepends=True)
    imports = [line for line in lines if line.startswith(b"import time:")]
    messages = b"".join(line for line in lines if line not in imports)
    modules = {line.rpartition(b"|")[2].strip().decode() for line in imports}
    return done.returncode, done.stdout, re.sub(rb"\d+\.\d s\n", b"s\n", messages), modules


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which everything is built, and old enough to be trusted.

    The program is a copy, because other tests may change the folders of the checkout.
    """
    text = "title: T\nsections: [{heading: H, blocks: [{text: Words.}]}]\n"
    names = "brief/2017/fr", "brief/2015/en", "brief/2015/fr", "b/2017/en"
    facts = {"content/brief/2017/edition.yaml": "change_note: {en: New., fr: Neuf.}\n"}
    base = tmp_path_factory.mktemp("done")
    for folder in PROGRAM:
        shutil.copytree(BUNDLED / folder, base / "program" / folder)
    root = base / "project"
    texts = {f"content/{n}.yaml": text for n in names}
    write_files(root, {**GOOD_PROJECT, **texts, **facts})
    for arguments in ((), ("--all-editions",)):
        done = briefs(
            root, "build", "-q", *arguments, "--profile", "screen", "--profile", "office"
        )
        assert (done.exit_code, done.output) == (0, "")
    time.sleep(2.5)
    return root


def test_the_answer_of_the_snapshot_is_that_of_a_build(root: Path) -> None:
    for arguments in OPTIONS:
        *long, loaded = run(root, *arguments)
        *short, modules = run(root, *arguments)
        assert "click" in loaded
        assert modules.isdisjoint(SLOW), arguments
        assert short == long, arguments
        assert short == [0, b"", b"" if "-q" in arguments else short[2]]
    *long, _ = run(root)
    for name, text in {"NO_COLOR": "1", "LC_ALL": "C", "GITHUB_ACTIONS": "true"}.items():
        assert run(root, **{name: text})[:3] == tuple(long)


def test_on_a_terminal_both_answers_are_the_same(root: Path) -> None:
    answers = []
    (root / "build/.cache/snapshot").unlink(missing_ok=True)
    for _ in range(2):
        ours, theirs = pty.openpty()
        code = subprocess.run(
            [sys.executable, "-c", START, "build"],
            cwd=root,
            env=environment(root),
            stderr=theirs,
            check=False,
        ).returncode
        os.close(theirs)
        answers.append((code, re.sub(rb"\d+\.\d s", b"s", os.read(ours, 10_000))))
        os.close(ours)
    assert answers[0] == answers[1] == (0, b"3 documents: 3 up to date; 3 pages; s\r\n")
