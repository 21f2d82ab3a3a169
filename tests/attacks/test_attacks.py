"""Hostile content ends in a problem or in text, and opens no other file or address.

All attacks of table.py are briefs of one project, built once by the real command, while a
listener waits at the address that they name. docs/security.md lists how each ends.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.attacks.listener import CANARY, listener
from tests.attacks.table import ATTACKS, Attack, Link, Pipe, SparseFile

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
MARK = re.compile(r"(?<=<!-- attacks -->\n).*?(?=<!-- end -->)", re.DOTALL)
SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en]\n"
GOOD = "title: Good\nsections: [{heading: H, blocks: [{text: Words.}]}]\n"
SECONDS = 300


@dataclass(frozen=True)
class Built:
    """What the build of all attacks left behind."""

    root: Path
    code: int
    report: Any
    output: str
    calls: tuple[bytes, ...]

    def problems(self, attack: Attack) -> list[Any]:
        """List the problems of one attack, in the order of the report."""
        folder = f"content/{attack.slug}/"
        return [p for p in self.report["problems"] if p["file"].startswith(folder)]

    def state(self, slug: str) -> str:
        """Say what became of a brief."""
        (document,) = (d for d in self.report["documents"] if d["brief"] == slug)
        return str(document["state"])

    def words(self, slug: str) -> str:
        """Read the PDF of a brief that was made."""
        with pypdfium2.PdfDocument(self.root / f"build/{slug}/{slug}_2017_en.pdf") as pdf:
            return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def write(folder: Path, attack: Attack, url: str, canary: Path) -> None:
    """Write the files of an attack."""
    for name, content in attack.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        file = content() if callable(content) else content
        if isinstance(file, Link):
            path.symlink_to(file.to.replace("@CANARY@", str(canary)))
        elif isinstance(file, Pipe):
            os.mkfifo(path)
        elif isinstance(file, SparseFile):
            with path.open("wb") as hole:
                hole.truncate(file.size)
        else:
            data = file.encode() if isinstance(file, str) else file
            data = data.replace(b"@URL@", url.encode())
            path.write_bytes(data.replace(b"@CANARY@", str(canary).encode()))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    world = tmp_path_factory.mktemp("world")
    canary = world / "canary.svg"
    canary.write_text(f"<svg>{CANARY}</svg>")
    root = world / "project"
    for slug in ("a-good-one", "the-last-good-one"):
        path = root / "content" / slug / "2017" / "en.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(GOOD)
    (root / "content" / "series.yaml").write_text(SERIES)
    with listener() as (url, calls):
        for attack in ATTACKS:
            write(root / "content" / attack.slug / "2017", attack, url, canary)
        command = [sys.executable, "-m", "pipeline", "--project", str(root)]
        result = subprocess.run(
            [*command, "build", "--jobs", "2", "--json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    report = json.loads(result.stdout) if result.stdout else None
    output = result.stdout + result.stderr
    return Built(root, result.returncode, report, output, tuple(calls))


def ending(built: Built, attack: Attack) -> str:
    """Say in one cell of a table how an attack ended: its first error, or first problem."""
    if not (problems := built.problems(attack)):
        return "accepted"
    first = next((p for p in problems if p["severity"] == "error"), problems[0])
    file = first["file"].removeprefix(f"content/{attack.slug}/2017/")
    line = f":{first['line']}" if first["line"] else ""
    return f"`{first['rule']}`, `{file}{line}`"


def test_how_each_attack_ends_is_in_the_guide(built: Built, update_golden: bool) -> None:
    rows = "".join(f"| {a.input_kind} | {a.name} | {ending(built, a)} |\n" for a in ATTACKS)
    table = f"| Input | Attack | Outcome |\n| --- | --- | --- |\n{rows}"
    page = PAGE.read_text(encoding="utf-8")
    if update_golden:
        PAGE.write_text(MARK.sub(lambda _: table, page), encoding="utf-8")
        return
    recorded = MARK.search(page)
    assert recorded
    assert recorded[0] == table, "docs/security.md: pytest tests/attacks --update-golden"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.slug)
def test_an_attack_ends_in_an_error_or_is_printed_as_text(
    attack: Attack, built: Built
) -> None:
    stopped = [p for p in built.problems(attack) if p["severity"] == "error"]
    if attack.printed_text:
        assert not stopped
        assert built.state(attack.slug) == "built"
        assert attack.printed_text in built.words(attack.slug)
    else:
        assert stopped
        assert built.state(attack.slug) in ("blocked", "rejected")
    assert all(len(p["message"]) < 500 and p["hint"] for p in stopped)


def test_the_good_briefs_are_built_too(built: Built) -> None:
    for slug in ("a-good-one", "the-last-good-one"):
        assert built.state(slug) == "built"
        assert "Good" in built.words(slug)


def test_each_attack_is_reported_without_a_traceback(built: Built) -> None:
    assert built.code == 3
    assert "Traceback" not in built.output


def test_no_address_was_called(built: Built) -> None:
    assert built.calls == ()


def test_nothing_outside_the_project_was_read(built: Built) -> None:
    assert CANARY not in built.output
    for file in (built.root / "build").rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes()
    for pdf in (built.root / "build").rglob("*.pdf"):
        with pypdfium2.PdfDocument(pdf) as read:
            assert not any(CANARY in p.get_textpage().get_text_range() for p in read)


def test_there_are_many_attacks_and_no_two_are_the_same() -> None:
    assert len({attack.slug for attack in ATTACKS}) == len(ATTACKS) >= 40
