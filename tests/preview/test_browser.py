"""A brief of two pages written in the preview, in a real browser: `make browser`."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.web.browser import TOOLS, find_chromium

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools/web/author.mjs"
BRIEF = "content/fair-wages/2018"


class Author:
    """A browser with the page of the preview, and the files of the project."""

    def __init__(self, root: Path, address: str) -> None:
        self.text = root / BRIEF / "en.yaml"
        command = ["node", SCRIPT, TOOLS / "node_modules", find_chromium(), address]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        self.seen: dict[str, Any] = {}

    def __call__(self, name: str, *values: object, expected: str = "") -> dict[str, Any]:
        """Do something in the page; give what it shows then.

        The console has no message but the `expected` one.
        """
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([name, *values]) + "\n")
        self.process.stdin.flush()
        self.seen = json.loads(self.process.stdout.readline())
        assert not self.seen["failure"], self.seen
        assert not self.seen["violations"], self.seen["violations"]
        if not expected:
            assert not self.seen["messages"], self.seen["messages"]
        assert all(expected in message for message in self.seen["messages"])
        return self.seen

    def replace(self, old: str, new: str) -> None:
        """Replace words in the file of the text, as an editor does when it saves."""
        text = self.text.read_text()
        assert text.count(old) == 1, old
        self.text.write_text(text.replace(old, new))

    def place_of(self, beginning: str) -> str:
        """Return the place of the only line that begins so."""
        lines = self.text.read_text().split("\n")
        (number,) = (n for n, line in enumerate(lines, 1) if line.startswith(beginning))
        return f"{BRIEF}/en.yaml:{number}:{len(beginning) - len(beginning.lstrip()) + 1}"

    def newer(self) -> dict[str, Any]:
        """Wait for pages that are newer than those seen last."""
        return self("newer", self.seen["drawn"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    command = [sys.executable, "-m", "pipeline", "--project", tmp_path, "new"]
    subprocess.run([*command, "fair-wages", "--dated", "2018"], cwd=ROOT, check=True)
    return tmp_path


@pytest.fixture
def author(root: Path) -> Iterator[Author]:
    command = [sys.executable, "-m", "pipeline", "--project", root, "preview"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as preview:
        assert preview.stdout
        author = Author(root, preview.stdout.readline().strip())
        with author.process:  # which ends with its input
            yield author
        preview.kill()


def test_a_brief_is_written_from_start_to_end(root: Path, author: Author) -> None:
    author("open", 1500, 950)
    assert author("newer", 0)["pages"] == 2
    author("audit")

    author.replace("State the message in the title", "Wages that workers can live on")
    author.newer()
    clicked = author("click", "Say where it matters")
    assert clicked["place"] == author.place_of("          Say where it matters")
    assert clicked["text"][clicked["caret"] :].startswith("Say where it matters")
    author("audit")
    author("type", "It matters: everywhere. ")
    author("press", "Control", "Enter")
    assert author.newer()["place"] == ""
    author.place_of("          It matters: everywhere. Say where it matters")

    author.replace("chart: bar", "chart: pie")
    broken = author("problems", 1)
    assert broken["pages"] == 2
    assert broken["head"] == "The pages below are the last good ones."
    assert not broken["isFolded"]
    assert '"pie" is not a valid value' in broken["problems"][0]
    author("audit")
    author.replace("chart: pie", "chart: bar")
    assert author.newer()["head"] == ""

    fifth = "- {group: Fifth group, share: 30}\n            - {group: Third group"
    author.replace("- {group: Third group", fifth)
    author.newer()
    author("scroll", 700)
    row = "- [Viet Nam, A law, It held]\n            - [Second case, "
    author.replace("- [Second case, ", row)
    assert author.newer()["scroll"] == 700

    by_keyboard = author("structure", "Viet Nam")
    assert by_keyboard["text"] == "Viet Nam"
    author("audit")
    author.replace("[Second case", "[The second case")
    author.newer()
    author("type", " and others")
    author("press", "Control", "Enter", expected="409")
    assert "changed since" in author("refused", expected="409")["refusal"]
    author("press", "Escape")
    assert "and others" not in author.text.read_text()

    series = root / "content/series.yaml"
    series.write_text(series.read_text().replace("languages: [en]", "languages: [en, fr]"))
    text = author.text.read_text().replace("Wages that", "Des salaires dont")
    author.text.with_name("fr.yaml").write_text(text)
    warned = author("problems", 2)
    assert (warned["head"], warned["isFolded"]) == ("2 warnings", True)
    author("select", "language", "fr")
    author.newer()
    assert author("click", "Des salaires dont")["place"].startswith(f"{BRIEF}/fr.yaml:")


def test_the_web_page_follows_and_keeps_its_place(author: Author) -> None:
    author("open", 1500, 950)
    author("newer", 0)
    for width in (320, 390):
        author("select", "web_page", str(width))
        author.newer()
        author("frame", "State the message")
        author("scroll", 600)
        frame = author("audit")["frame"]
        assert frame["width"] == width
        assert frame["overflow"] <= 0
    author.replace("State the message", "Say the message")
    assert author("frame", "Say the message")["frame"]["scroll"] == 600
    author("select", "web_page", "")
    assert author.newer()["frame"] is None
