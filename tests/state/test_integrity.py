"""Of any PDF: ours, untouched, conforming, current?"""

import json
import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main

BRIEF = "title: A brief\nsections:\n  - heading: One\n    blocks: [{text: Some words.}]\n"
OURS = "ours (brief_2017_en); untouched; current; PDF/A-3a and PDF/UA-1"


def briefs(root: Path, *arguments: str | Path) -> Result:
    words = ["--project", str(root), *map(str, arguments)]
    return CliRunner(catch_exceptions=False).invoke(main, words)


@pytest.fixture
def root(write_project: Callable[[Mapping[str, str]], Path]) -> Path:
    root = write_project({"content/brief/2017/en.yaml": BRIEF})
    assert briefs(root, "build").exit_code == 0
    return root


@pytest.fixture
def pdf(root: Path) -> Path:
    return root / "build" / "brief" / "brief_2017_en.pdf"


def test_a_file_of_the_build_is_ours_untouched_and_current(root: Path, pdf: Path) -> None:
    result = briefs(root, "verify", pdf)
    assert result.stdout.startswith(f"{pdf}: {OURS}")
    assert result.exit_code == 0


def test_a_copy_elsewhere_under_another_name_is_still_ours(root: Path, pdf: Path) -> None:
    copy = shutil.copyfile(pdf, root / "download (1).pdf")
    assert OURS in briefs(root, "verify", copy).stdout


def test_a_changed_file_is_named_as_changed(root: Path, pdf: Path) -> None:
    copy = root / "changed.pdf"
    with pikepdf.open(pdf) as opened:
        opened.docinfo["/Title"] = "Another"
        opened.save(copy)
    result = briefs(root, "verify", copy)
    assert "changed: it was changed after it was built" in result.stdout
    assert result.exit_code == 6


def test_other_content_is_named(root: Path, pdf: Path) -> None:
    old = shutil.copyfile(pdf, root / "old.pdf")
    (root / "content/brief/2017/en.yaml").write_text(BRIEF.replace("Some", "Other"))
    briefs(root, "build")
    result = briefs(root, "verify", old)
    assert "changed: its content is not that of the document in build/" in result.stdout
    assert result.exit_code == 6


def test_other_tools_are_named(root: Path, pdf: Path) -> None:
    copy = root / "other.pdf"
    with pikepdf.open(pdf) as opened:
        tools = str(opened.docinfo["/Toolchain"])
        assert "pango " in tools
        opened.docinfo["/Toolchain"] = tools.replace("weasyprint 70.0", "weasyprint 69.0")
        opened.save(copy)
    assert (
        "changed: it was made with other tools: weasyprint 69.0 instead of 70.0"
        in briefs(root, "verify", copy).stdout
    )


def test_an_edition_that_was_replaced_says_by_which(root: Path, pdf: Path) -> None:
    (root / "content/brief/2018").mkdir()
    (root / "content/brief/2018/en.yaml").write_text(BRIEF)
    result = briefs(root, "verify", pdf)
    assert "untouched; replaced by the edition of 2018;" in result.stdout
    assert result.exit_code == 6


def test_a_stranger_is_not_ours(root: Path) -> None:
    stranger = root / "stranger.pdf"
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(stranger)
    result = briefs(root, "verify", stranger)
    assert result.stdout == f"{stranger}: not made by this program\n"
    assert result.exit_code == 3


def test_what_is_no_pdf_is_said_without_a_traceback(root: Path, pdf: Path) -> None:
    text = root / "text.pdf"
    text.write_text("no PDF")
    locked = root / "locked.pdf"
    with pikepdf.open(pdf) as opened:
        opened.save(locked, encryption=pikepdf.Encryption(owner="x", user="y"))
    result = briefs(root, "verify", text, locked, pdf)
    assert OURS in result.stdout
    assert f"{text}: the file is not a PDF, or it is damaged" in result.stderr
    assert (
        f"{locked}: the file is encrypted, so it cannot be judged\n"
        "  hint: save it without a password\n"
    ) in result.stderr
    assert result.exit_code == 3


def test_a_file_that_is_not_there_keeps_no_other_from_being_judged(
    root: Path, pdf: Path
) -> None:
    result = briefs(root, "verify", root / "none.pdf", pdf)
    assert OURS in result.stdout
    assert f"{root / 'none.pdf'}: there is no such file\n" in result.stderr
    assert result.exit_code == 3


def test_document_information_that_is_no_text_is_not_ours(root: Path, pdf: Path) -> None:
    copy = root / "strange.pdf"
    with pikepdf.open(pdf) as opened:
        opened.docinfo["/Document"] = pikepdf.Array([1])
        opened.docinfo["/EditionCode"] = pikepdf.Dictionary(A=1)
        opened.save(copy)
    assert briefs(root, "verify", copy).stdout == f"{copy}: not made by this program\n"


def test_without_a_build_nothing_is_said_to_be_changed(root: Path, pdf: Path) -> None:
    copy = shutil.copyfile(pdf, root / "copy.pdf")
    assert briefs(root, "clean").exit_code == 0
    result = briefs(root, "verify", copy)
    said = "ours (brief_2017_en); nothing in build/ to compare it with; current;"
    assert result.stdout.startswith(f"{copy}: {said}")
    assert result.exit_code == 6
    report = json.loads(briefs(root, "verify", copy, "--json").stdout)
    assert report["files"][0]["untouched"] is None


def test_a_file_and_its_code_get_the_same_answer(root: Path, pdf: Path) -> None:
    (root / "content/brief/2017/en.yaml").write_text(BRIEF.replace("Some", "Other"))
    (root / "content/brief/2018").mkdir()
    (root / "content/brief/2018/en.yaml").write_text(BRIEF)
    with pikepdf.open(pdf) as opened:
        code = str(opened.docinfo["/EditionCode"])
    said = "its text was changed since it was printed; replaced by the edition of 2018"
    asked = briefs(root, "verify", code)
    assert asked.stdout == f"{code}: brief 2017 in English; {said}\n"
    result = briefs(root, "verify", pdf)
    assert f"untouched; {said}; PDF/A-3a" in result.stdout
    assert (asked.exit_code, result.exit_code) == (6, 6)
    report = json.loads(briefs(root, "verify", pdf, "--json").stdout)
    [edition] = report["files"][0]["editions"]
    assert (edition["code"], edition["text_changed"]) == (code, True)


@pytest.mark.parametrize(
    ("leaves", "said", "code"), [(0, "passed", 0), (1, "failed", 4), (9, "could not be", 7)]
)
def test_verapdf_is_asked_when_it_is_on_path(
    root: Path,
    pdf: Path,
    monkeypatch: pytest.MonkeyPatch,
    leaves: int,
    said: str,
    code: int,
) -> None:
    """The real validator runs in the gate; here it is only the way to ask it."""
    tool = root / "bin" / "verapdf"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\nexit {leaves}\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tool.parent))
    result = briefs(root, "verify", pdf)
    assert f"PDF/A-3a and PDF/UA-1 ({said}" in result.stdout
    assert result.exit_code == code


def test_json_has_every_answer(root: Path, pdf: Path) -> None:
    report = json.loads(briefs(root, "verify", pdf, "--json").stdout)
    assert report["files"] == [
        {
            "file": str(pdf),
            "document": "brief_2017_en",
            "untouched": True,
            "difference": "",
            "current": True,
            "current_edition": "2017",
            "editions": report["files"][0]["editions"],
            "conformance": "PDF/A-3a and PDF/UA-1",
            "checked": "",
        }
    ]
