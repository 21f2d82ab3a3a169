"""`briefs build --watch` builds after each save; an error keeps the last good PDF."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.conftest import WriteProject

ROOT = Path(__file__).resolve().parents[1]
PDF = "build/brief/brief_2017_en.pdf"


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project({"styles/mine.css": "p { orphans: 2 }"})


@pytest.fixture
def watching(root: Path) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", "pipeline", "--project", root, "build"]
    command += ["--watch", "--explain"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def wait_for(process: "subprocess.Popen[str]", words: str) -> str:
    """Read stderr up to a line that contains `words`."""
    output = ""
    assert process.stderr
    for line in process.stderr:
        output += line
        if words in line:
            return output
    raise AssertionError(output)


def test_each_save_is_built_and_a_mistake_keeps_the_last_good_pdf(
    root: Path, watching: "subprocess.Popen[str]"
) -> None:
    output = wait_for(watching, "waiting")
    assert f"built      {PDF} (it was never built)" in output
    first = (root / PDF).read_bytes()
    text = root / "content" / "brief" / "2017" / "en.yaml"
    good = text.read_text()

    text.write_text(good.replace("A title", "Another title"))
    output = wait_for(watching, "waiting")
    assert f"built      {PDF} (content/brief/2017/en.yaml changed)" in output
    second = (root / PDF).read_bytes()
    assert second != first

    text.write_text("title: [")
    assert "content/brief/2017/en.yaml:1:8" in wait_for(watching, "waiting")
    assert (root / PDF).read_bytes() == second

    text.write_text(good)
    assert f"cached     {PDF}" in wait_for(watching, "waiting")
    assert (root / PDF).read_bytes() == first

    (root / "styles" / "page.css").write_text("@page { size: A5 }")
    wait_for(watching, "waiting")
    assert (root / PDF).read_bytes() != first

    watching.send_signal(signal.SIGINT)
    assert watching.wait(60) == 130


def test_new_templates_and_content_that_is_absent_for_a_while_are_watched(
    root: Path, watching: "subprocess.Popen[str]"
) -> None:
    wait_for(watching, "waiting")
    first = (root / PDF).read_bytes()
    component = root / "templates" / "components" / "meta.html"
    component.parent.mkdir(parents=True)
    component.write_text("<p>of the project</p>")
    while (root / PDF).read_bytes() == first:  # one burst or two
        wait_for(watching, "waiting")
    (root / "content").rename(root / "elsewhere")
    assert "content" in wait_for(watching, "waiting")
    (root / "elsewhere").rename(root / "content")
    assert "error" not in wait_for(watching, "waiting")


def write_font(path: Path, bundled: str) -> None:
    """Write a bundled font as the regular one of a family of its own."""
    with TTFont(ROOT / "styles" / "fonts" / bundled) as font:
        for record in font["name"].names:
            if record.nameID in (1, 4, 6, 16):
                record.string = "Own"
            elif record.nameID in (2, 17):
                record.string = "Regular"
        font["OS/2"].usWeightClass = 400
        font.save(path)


def test_a_font_changed_while_watching_is_used_as_in_a_new_build(
    root: Path, watching: "subprocess.Popen[str]"
) -> None:
    wait_for(watching, "waiting")
    first = (root / PDF).read_bytes()
    own = root / "styles" / "fonts" / "own.ttf"
    own.parent.mkdir()
    write_font(own, "BriefSans-Regular.ttf")
    (root / "styles" / "page.css").write_text("body { font-family: Own }")
    while (root / PDF).read_bytes() == first:  # one burst or two
        wait_for(watching, "waiting")
    write_font(own, "BriefSans-Bold.ttf")
    output = wait_for(watching, "waiting")
    while f"built      {PDF}" not in output:
        output = wait_for(watching, "waiting")
    watching.send_signal(signal.SIGINT)
    watching.wait(60)
    watched = (root / PDF).read_bytes()
    shutil.rmtree(root / "build")
    command = [sys.executable, "-m", "pipeline", "--project", root, "build", "-q"]
    subprocess.run(command, cwd=ROOT, check=True)
    assert (root / PDF).read_bytes() == watched


def test_watch_excludes_a_dry_run_and_a_json_report(root: Path) -> None:
    for option in ("--dry-run", "--json"):
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "build", "--watch", option],
            cwd=root,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2
        assert "--watch excludes" in done.stderr
