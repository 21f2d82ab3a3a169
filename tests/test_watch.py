"""While an author writes, each save is built, and a mistake loses nothing."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]
PDF = "build/brief/brief_2017_en.pdf"


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project({"styles/mine.css": "p { orphans: 2 }"})


@pytest.fixture
def watching(root: Path) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", "pipeline", "--project", root, "build", "--watch"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def wait_for(process: "subprocess.Popen[str]", words: str) -> str:
    """Read what is said up to a line with these words; the test's time-out ends a hang."""
    said = ""
    assert process.stderr
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def test_each_save_is_built_and_a_mistake_keeps_the_last_good_pdf(
    root: Path, watching: "subprocess.Popen[str]"
) -> None:
    assert f"made     {PDF}" in wait_for(watching, "waiting")
    first = (root / PDF).read_bytes()
    text = root / "content" / "brief" / "2017" / "en.yaml"
    good = text.read_text()

    text.write_text(good.replace("A title", "Another title"))
    assert f"made     {PDF}" in wait_for(watching, "waiting")
    second = (root / PDF).read_bytes()
    assert second != first

    text.write_text("title: [")
    assert "content/brief/2017/en.yaml:2:1" in wait_for(watching, "waiting")
    assert (root / PDF).read_bytes() == second

    text.write_text(good)
    assert f"restored {PDF}" in wait_for(watching, "waiting")
    assert (root / PDF).read_bytes() == first

    (root / "styles" / "page.css").write_text("@page { size: A5 }")
    wait_for(watching, "waiting")
    assert (root / PDF).read_bytes() != first

    watching.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert watching.wait(10) == 130
    assert time.monotonic() - began < 5


def test_watching_goes_with_neither_a_dry_run_nor_a_report(root: Path) -> None:
    for option in ("--dry-run", "--json"):
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "build", "--watch", option],
            cwd=root,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2
        assert "--watch goes on and on" in done.stderr
