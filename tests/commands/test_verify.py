"""`briefs verify`: codes of printed papers, and PDF files."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pipeline.editions.code import Code, identity_of, make_code
from pipeline.model.dates import InformationDate
from tests.conftest import briefs

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]

EN = "content/brief/2017/en.yaml"
FACTS = "content/brief/2017/edition.yaml"
TEXT = """\
title: A title
sections:
  - heading: A heading
    blocks:
      - text: Some text.
      - figure:
          title: One is more
          subtitle: Number
          chart: bar
          data: shares.csv
          label: place
          value: share
          alt: Two bars.
          source: Us.
"""
PROJECT: dict[str, str | bytes | None] = {
    EN: TEXT,
    "content/brief/2017/shares.csv": "place,share\nHere,1\nThere,2\n",
}


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project(PROJECT)


def code_of(root: Path, profile: str = "screen", name: str = "brief_2017_en") -> str:
    """Build a brief, and read the code from its last page as a person would."""
    assert briefs(root, "build", "--all-editions", "--profile", profile).exit_code == 0
    suffix = "" if profile == "screen" else f"_{profile}"
    pdf = root / "build" / "brief" / f"{name}{suffix}.pdf"
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[i].get_textpage().get_text_range() for i in range(len(document))]
    [code] = re.findall(r"Edition code: ([0-9A-Z]{5}-[0-9A-Z]{5})", pages[-1])
    return str(code)


def test_a_paper_of_the_current_edition_is_current(root: Path) -> None:
    code = code_of(root)
    result = briefs(root, "verify", code)
    assert result.stdout == (f"{code}: brief 2017 in English; text unchanged; current\n")
    assert result.exit_code == 0


def test_a_code_is_verified_without_a_build(root: Path) -> None:
    code = code_of(root)
    assert briefs(root, "clean").exit_code == 0
    assert briefs(root, "verify", code.lower().replace("-", " ")).exit_code == 0


def test_all_profiles_carry_the_same_code_and_the_file_names_it_too(root: Path) -> None:
    codes = {code_of(root, profile) for profile in ("screen", "office", "a5", "large")}
    [code] = codes
    for pdf in (root / "build" / "brief").glob("*.pdf"):
        with pikepdf.open(pdf) as opened:
            assert str(opened.docinfo["/EditionCode"]) == code


@pytest.mark.parametrize(
    "changed",
    [
        {EN: TEXT.replace("Some text", "Other text")},
        {"content/brief/2017/shares.csv": "place,share\nHere,1\nThere,3\n"},
        {FACTS: "status: draft\n"},
        {FACTS: "contact: {name: A. Person}\n"},
    ],
    ids=["words", "data", "status", "contact"],
)
def test_a_changed_text_differs_from_a_replaced_edition(
    root: Path, write_project: WriteProject, changed: dict[str, str]
) -> None:
    code = code_of(root)
    write_project(PROJECT | changed)
    result = briefs(root, "verify", code)
    assert "; text changed since printing; current" in result.stdout
    assert result.exit_code == 6


@pytest.mark.parametrize(
    "changed",
    [
        {EN: "# A note.\n" + TEXT},
        {EN: TEXT.replace("text: Some text.", "text: |\n          Some\n          text.")},
        {FACTS: "review_after: 12 months\nsubjects: [trade]\n"},
        {"content/brief/2017/fr.yaml": TEXT},
    ],
    ids=["comment", "breaks", "not printed", "translation"],
)
def test_a_change_that_is_not_printed_keeps_the_code(
    root: Path, write_project: WriteProject, changed: dict[str, str]
) -> None:
    code = code_of(root)
    write_project(PROJECT | changed)
    assert briefs(root, "verify", code).exit_code == 0


def test_a_note_in_another_language_does_not_count(write_project: WriteProject) -> None:
    root = write_project(PROJECT | {FACTS: "change_note: {en: New, fr: Neuf}\n"})
    code = code_of(root)
    write_project(PROJECT | {FACTS: "change_note: {en: New, fr: Nouveau}\n"})
    assert briefs(root, "verify", code).exit_code == 0


LATER: dict[str, str | bytes | None] = {
    "content/brief/2018-03/fr.yaml": TEXT.replace("shares.csv", "[{place: a, share: 1}]"),
    "content/brief/2018-03/edition.yaml": "change_note: {en: With *figures* of 2018.}\n",
}


def test_a_replaced_edition_names_the_new_one_and_its_change_note(
    root: Path, write_project: WriteProject
) -> None:
    code = code_of(root)
    write_project(PROJECT | LATER)
    result = briefs(root, "verify", code)
    assert result.stdout == (
        f"{code}: brief 2017 in English; text unchanged; replaced by the edition of "
        '2018-03 ("With figures of 2018."); not available in this language, only in fr\n'
    )
    assert result.exit_code == 6


def test_as_of_selects_the_edition_current_on_a_day(
    root: Path, write_project: WriteProject
) -> None:
    code = code_of(root)
    write_project(PROJECT | LATER)
    assert briefs(root, "verify", code, "--as-of", "2018-02").exit_code == 0
    early = briefs(root, "verify", code, "--as-of", "2016")
    assert "not current yet" in early.stdout
    assert early.exit_code == 6


def test_an_edition_with_errors_cannot_be_compared(
    root: Path, write_project: WriteProject
) -> None:
    code = code_of(root)
    write_project(PROJECT | {EN: TEXT.replace("title: A", "titel: A")})
    result = briefs(root, "verify", code)
    assert "brief 2017 in English; content has errors" in result.stdout
    assert f'{EN}:1:1: unknown key "titel"' in result.stderr
    assert result.exit_code == 3


def test_errors_of_another_edition_do_not_matter(
    root: Path, write_project: WriteProject
) -> None:
    code = code_of(root)
    write_project(PROJECT | {"content/brief/2018/en.yaml": "titel: A title\n"})
    result = briefs(root, "verify", code, "--as-of", "2017")
    assert (result.exit_code, result.stderr) == (0, "")
    now = briefs(root, "verify", code)
    assert now.stdout.endswith("unchanged; replaced by the edition of 2018\n")
    assert (now.exit_code, now.stderr) == (6, "")


def test_a_mistyped_code_is_a_usage_error_and_names_the_nearest(root: Path) -> None:
    code = code_of(root)
    last = "7" if code[-1] != "7" else "8"
    result = briefs(root, "verify", code[:-1] + last)
    assert "its check character is wrong" in result.stderr
    assert f"did you mean {code}, of brief 2017 en?" in result.stderr
    assert result.exit_code == 2


def test_a_code_that_no_edition_has_is_unknown(root: Path) -> None:
    code = make_code("another", InformationDate(2017), "en", b"words")
    result = briefs(root, "verify", str(code))
    assert result.stderr.startswith(f"{code}: no edition of this project has this code\n")
    assert "it may belong to another series" in result.stderr
    assert result.exit_code == 3


def test_an_edition_that_was_renamed_is_known_by_its_text(
    root: Path, write_project: WriteProject
) -> None:
    code = code_of(root)
    (root / "content/brief").rename(root / "content/renamed")
    result = briefs(root, "verify", code)
    assert "renamed 2017 en has this text: was its folder renamed?" in result.stderr
    assert result.exit_code == 3


def test_of_several_editions_with_one_half_the_text_decides(
    root: Path, monkeypatch: pytest.MonkeyPatch, write_project: WriteProject
) -> None:
    """One in 33 million pairs collides, so here a hash is made to."""
    write_project(
        {"content/other/2017/en.yaml": TEXT.replace("shares.csv", "[{place: a, share: 1}]")}
    )
    code = code_of(root)
    identity = identity_of("brief", InformationDate(2017), "en")
    monkeypatch.setattr("pipeline.commands.verify.identity_of", lambda *_: identity)
    monkeypatch.setattr(
        "pipeline.commands.verify.make_code",
        lambda *of: Code(identity, make_code(*of).text),
    )
    assert briefs(root, "verify", code).stdout.startswith(f"{code}: brief 2017 in English")
    assert briefs(root, "verify", code).exit_code == 0
    unknown = briefs(root, "verify", str(Code(identity, "0000")))
    assert [line.split()[1] for line in unknown.stdout.splitlines()] == ["brief", "other"]
    assert unknown.exit_code == 6


def pdf_of(root: Path) -> Path:
    assert briefs(root, "build").exit_code == 0
    return root / "build" / "brief" / "brief_2017_en.pdf"


def test_a_file_of_the_build_is_unchanged_and_current_also_as_a_copy(root: Path) -> None:
    copy = shutil.copyfile(pdf_of(root), root / "download (1).pdf")
    result = briefs(root, "verify", str(copy))
    assert result.stdout == f"{copy}: brief_2017_en; unchanged; current\n"
    assert result.exit_code == 0


def test_a_changed_file_is_not_the_file_in_build(root: Path) -> None:
    copy = root / "changed.pdf"
    with pikepdf.open(pdf_of(root)) as opened:
        opened.docinfo["/Title"] = "Another"
        opened.save(copy)
    result = briefs(root, "verify", str(copy))
    assert "brief_2017_en; not the file in build/; current" in result.stdout
    assert result.exit_code == 6


def test_a_file_without_a_build_is_not_the_file_in_build(root: Path) -> None:
    copy = shutil.copyfile(pdf_of(root), root / "copy.pdf")
    assert briefs(root, "clean").exit_code == 0
    result = briefs(root, "verify", str(copy), "--json")
    [file] = json.loads(result.stdout)["files"]
    assert (file["unchanged"], result.exit_code) == (False, 6)


def test_a_file_and_its_code_have_the_same_result(
    root: Path, write_project: WriteProject
) -> None:
    pdf = pdf_of(root)
    write_project(PROJECT | LATER | {EN: TEXT.replace("Some text", "Other text")})
    with pikepdf.open(pdf) as opened:
        code = str(opened.docinfo["/EditionCode"])
    result = briefs(root, "verify", code, str(pdf), "--json")
    report = json.loads(result.stdout)
    assert report["files"][0]["editions"] == report["codes"]
    assert report["codes"][0]["text_changed"] is True
    assert result.exit_code == 6


def test_a_file_whose_edition_was_deleted_is_not_current(root: Path) -> None:
    pdf = pdf_of(root)
    (root / "content/brief").rename(root / "content/other")
    result = briefs(root, "verify", str(pdf))
    assert result.stdout == (
        f"{pdf}: brief_2017_en; unchanged; its edition is not in this project\n"
    )
    assert (result.stderr, result.exit_code) == ("", 6)


def test_files_that_cannot_be_judged_do_not_stop_the_others(root: Path) -> None:
    foreign, text, missing = root / "foreign.pdf", root / "text.pdf", root / "none.pdf"
    text.write_text("no PDF")
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(foreign)
    files = [foreign, text, missing, pdf_of(root)]
    result = briefs(root, "verify", *map(str, files))
    assert result.stdout.splitlines() == [
        f"{foreign}: not built by Briefs",
        f"{files[-1]}: brief_2017_en; unchanged; current",
    ]
    places = [line.split(": ")[0] for line in result.stderr.splitlines()[::2]]
    assert places == sorted(map(str, (text, missing)))
    assert result.exit_code == 3


def test_json_has_every_answer_on_a_code(root: Path, write_project: WriteProject) -> None:
    code = code_of(root)
    write_project(PROJECT | LATER)
    result = briefs(root, "verify", code, "--json")
    assert json.loads(result.stdout) == {
        "format": 1,
        "exit_code": 6,
        "problems": [],
        "files": [],
        "codes": [
            {
                "code": code,
                "brief": "brief",
                "information_date": "2017",
                "language": "en",
                "text_changed": False,
                "current": False,
                "current_edition": "2018-03",
                "current_languages": ["fr"],
                "change_note": "With figures of 2018.",
            }
        ],
    }
