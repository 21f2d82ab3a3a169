"""Output on a terminal and in GitHub Actions, of the command started as a program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.content.source_map import SourceMap
from pipeline.problems import MAX_LISTED_PER_FILE
from pipeline.project import open_project
from tests import conftest
from tests.conftest import WriteProject

ROOT = Path(__file__).resolve().parents[1]
BRIEF = "title: A brief\nsections:\n  - heading: One\n    blocks: [{text: Some words.}]\n"
CONTROLS = ("\x1b", "\x07", "\x9b", "\r", "\u202e", "\u2066")


def briefs(
    root: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "--project", str(root), *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


HOSTILE = {
    "content/brief/2017/en.yaml": BRIEF + '"k\\e[2J\\n::warning::forged\\u202e": x\n',
    "content/\x1b]0;title\x07\n::error::forged/2017/en.yaml": BRIEF,
    "content/brief/2017/\r\u2066odd.txt": "x",
    "content/brief/2017/fr.yaml": BRIEF + "العمل: اللائق\nzażółć: x\n👩\u200d🔧: x\n",
}


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_hostile_name_controls_no_terminal_and_forges_no_annotation(
    write_project: WriteProject,
) -> None:
    root = write_project(HOSTILE)
    (root / "content/brief/2017" / os.fsdecode(b"no text\xff")).write_text("x")
    text = briefs(root, "check", GITHUB_ACTIONS="true")
    data = briefs(root, "check", "--json")
    assert (text.returncode, data.returncode) == (3, 3)
    for output in (text.stdout, text.stderr, data.stdout, data.stderr):
        assert [letter for letter in CONTROLS if letter in output] == []
    commands = [line for line in text.stderr.splitlines() if line.startswith("::")]
    assert len(commands) == len(json.loads(data.stdout)["problems"])
    assert all(" file=content/" in command for command in commands)
    assert r'unknown key "k\x1b[2J\n::warning::forged\u202e"' in text.stderr
    assert r"content/\x1b]0;title\x07\n::error::forged" in text.stderr
    assert r"2017/no text\udcff" in text.stderr
    for kept in ("العمل", "zażółć", "👩\u200d🔧"):
        assert f'unknown key "{kept}"' in text.stderr
    messages = [p["message"] for p in json.loads(data.stdout)["problems"]]
    assert 'unknown key "k\x1b[2J\n::warning::forged\u202e"' in messages


def test_the_first_of_many_problems_in_a_file_are_listed(
    write_project: WriteProject,
) -> None:
    number = MAX_LISTED_PER_FILE + 100
    wrong = "".join(f"key{each}: x\n" for each in range(number))
    root = write_project({"content/brief/2017/en.yaml": BRIEF + wrong})
    text = briefs(root, "check", GITHUB_ACTIONS="true").stderr
    assert text.count(": unknown key") == MAX_LISTED_PER_FILE
    assert text.count("::error ") == MAX_LISTED_PER_FILE
    assert "content/brief/2017/en.yaml: 100 errors more\n" in text
    assert f"{number} errors" in text
    data = json.loads(briefs(root, "check", "--json").stdout)
    assert len(data["problems"]) == number


def test_a_file_is_read_once_to_find_several_places(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    name = "content/brief/2017/en.yaml"
    places = SourceMap(open_project(root))
    pair = places.find(name, "Some text"), places.find(name, "heading", "sections.0")
    (root / name).unlink()
    assert (pair[0].line, pair[1].line) == (5, 3)
    assert places.find(name, "Some text") == pair[0]
    assert places.find(name, "heading", "sections.0") == pair[1]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is there alone")
@pytest.mark.parametrize(
    ("redirected", "code", "message"),
    [
        ("build 2>&1 | true", 0, ""),
        ("build >&- 2>&-", 0, ""),
        ("build 2>/dev/full", 0, ""),
        ("build --json >/dev/full", 7, "stdout: the output cannot be written: no space"),
        ("list | true", 0, ""),
        ("list >&-", 0, ""),
        ("list >/dev/full", 7, "stdout: the output cannot be written: no space"),
        ("list brief nosuch 2>/dev/full", 2, ""),
    ],
)
def test_a_command_with_closed_or_full_streams_keeps_its_exit_code(
    redirected: str, code: int, message: str, write_project: WriteProject
) -> None:
    root = write_project({})
    ours = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    command = f'set -o pipefail; "$0" -m pipeline --project "$1" {redirected}'
    result = subprocess.run(
        ["bash", "-c", command, sys.executable, str(root)],
        cwd=ROOT,
        env=ours,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (result.returncode, result.stdout) == (code, "")
    assert result.stderr.startswith(message)
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == (2 if message else 0)
    pdfs = sorted(path.name for path in (root / "build").glob("brief/*.pdf"))
    assert pdfs == (["brief_2017_en.pdf"] if redirected.startswith("build") else [])


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize(
    ("encoding", "options"),
    [
        ("latin-1", ()),
        ("iso8859-9", ("--json",)),
        ("cp1252:strict", ()),
        ("cp1252:strict", ("--json",)),
    ],
)
def test_a_terminal_that_lacks_letters_gets_escapes(
    write_project: WriteProject, encoding: str, options: tuple[str, ...]
) -> None:
    title = "İskele ışığı, ağ, çay 🐟 and 港"
    newer = {
        "edition.yaml": "change_note: New.\n",
        "en.yaml": BRIEF.replace("A brief", title),
    }
    files = {f"content/brief/2018/{name}": text for name, text in newer.items()}
    root = write_project({"content/brief/2017/en.yaml": BRIEF, **files})
    command = [sys.executable, "-m", "pipeline", "--project", str(root), "diff", "brief"]
    done = subprocess.run(
        [*command, "2017", "2018", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    printed = done.stdout.decode(encoding.partition(":")[0])
    assert "\\u6e2f" in printed
    if options:
        assert title in json.dumps(json.loads(printed), ensure_ascii=False)


def test_control_characters_in_listed_names_are_escaped(
    write_project: WriteProject,
) -> None:
    root = write_project({"styles/profiles/\x1b]0;x\x07\n::error::.css": ""})
    output = conftest.briefs(root, "build", "--profile", "mobile").stderr
    assert r"\x1b]0;x\x07\n::error::" in output
    assert "\x1b" not in output
    (root / "odd\x1b[2J.pdf").write_text("no PDF")
    assert "\x1b" not in conftest.briefs(root, "verify", root / "odd\x1b[2J.pdf").stderr
