"""`briefs verify`: what it prints, and its exit codes.

How codes and files are verified: tests/commands/test_verify.py.
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from pipeline.build import build_documents as build
from pipeline.commands.verify import CodeResult, FileResult, verify_code
from pipeline.editions.code import EditionCode, make_code, parse_code
from pipeline.model.dates import InformationDate
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.project import open_project
from pipeline.report.verified import file_text
from pipeline.state.integrity import FileIntegrity
from pipeline.targets import BuildOptions, parse_file_name
from tests.commands.verify_project import EN, LATER, PROJECT, TEXT, TODAY
from tests.conftest import WriteProject, briefs, changed, write_files


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project once; to be read only."""
    root = tmp_path_factory.mktemp("built")
    write_files(root, PROJECT)
    build(open_project(root), BuildOptions(), TODAY)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Return a copy of it, where `write_project` writes."""
    return shutil.copytree(built, tmp_path / "project")


@pytest.fixture(scope="module")
def code(built: Path) -> str:
    with pikepdf.open(pdf_of(built)) as pdf:
        identity = PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes())
        assert identity
        return identity.codes


def pdf_of(root: Path) -> Path:
    return root / "build/brief/brief_2017_en.pdf"


def test_a_current_paper_exits_with_0_however_its_code_is_typed(
    built: Path, code: str
) -> None:
    for typed in (code, code.lower().replace("-", " ")):
        result = briefs(built, "verify", typed)
        assert result.stdout == f"{code}: brief 2017 in English; text unchanged; current\n"
        assert (result.stderr, result.exit_code) == ("", 0)


def test_a_changed_text_exits_with_6(write_project: WriteProject, code: str) -> None:
    root = write_project(PROJECT | {EN: changed(TEXT, "Some text", "Other text")})
    result = briefs(root, "verify", code)
    assert "; text changed since printing; the edition is current but not " in result.stdout
    assert result.exit_code == 6


def test_a_replaced_edition_exits_with_6_and_as_of_names_the_day(
    write_project: WriteProject, code: str
) -> None:
    root = write_project(PROJECT | LATER)
    result = briefs(root, "verify", code)
    assert result.stdout == (
        f"{code}: brief 2017 in English; text unchanged; replaced by the edition of "
        '2018-03 ("With figures of 2018."); not available in this language, only in fr\n'
    )
    assert result.exit_code == 6
    assert briefs(root, "verify", code, "--as-of", "2018-02").exit_code == 0
    early = briefs(root, "verify", code, "--as-of", "2016")
    assert "not current yet" in early.stdout
    assert early.exit_code == 6


def test_an_edition_with_another_of_the_same_brief_in_error_is_still_judged(
    write_project: WriteProject, code: str
) -> None:
    root = write_project(PROJECT | {"content/brief/2018/en.yaml": "titel: A title\n"})
    result = briefs(root, "verify", code)
    assert result.stdout.endswith("unchanged; replaced by the edition of 2018\n")
    assert (result.exit_code, result.stderr) == (6, "")


def test_content_with_errors_exits_with_3(write_project: WriteProject, code: str) -> None:
    root = write_project(PROJECT | {EN: changed(TEXT, "title: A", "titel: A")})
    result = briefs(root, "verify", code)
    assert "brief 2017 in English; content has errors" in result.stdout
    assert f'{EN}:1:1: unknown key "titel"' in result.stderr
    assert result.exit_code == 3


def test_an_unknown_code_exits_with_3(built: Path) -> None:
    code = make_code("another", InformationDate(2017), "en", b"words")
    result = briefs(built, "verify", str(code))
    assert result.stderr.startswith(f"{code}: no edition of this project has this code\n")
    assert "it may belong to another series" in result.stderr
    assert result.exit_code == 3


def test_a_mistyped_code_is_a_usage_error_and_names_the_nearest(
    built: Path, code: str
) -> None:
    last = "7" if code[-1] != "7" else "8"
    result = briefs(built, "verify", code[:-1] + last)
    assert "its check character is wrong" in result.stderr
    assert f"did you mean {code}, of brief 2017 en?" in result.stderr
    assert result.exit_code == 2


def test_each_file_has_a_line_and_the_worst_decides_the_exit_code(
    built: Path, tmp_path: Path
) -> None:
    foreign, text, missing = (
        tmp_path / f"{name}.pdf" for name in ("foreign", "text", "none")
    )
    text.write_text("no PDF")
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(foreign)
    good = pdf_of(built)
    result = briefs(built, "verify", foreign, text, missing, good)
    assert result.stdout.splitlines() == [
        f"{foreign}: not built by Briefs",
        f"{good}: brief_2017_en; unchanged; current",
    ]
    places = [line.split(": ")[0] for line in result.stderr.splitlines()[::2]]
    assert places == sorted(map(str, (text, missing)))
    assert result.exit_code == 3
    alone = briefs(built, "verify", good)
    assert alone.stdout == f"{good}: brief_2017_en; unchanged; current\n"
    assert alone.exit_code == 0


def test_a_file_that_is_not_the_one_in_build_exits_with_6(
    built: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "changed.pdf"
    with pikepdf.open(pdf_of(built)) as opened:
        opened.docinfo["/Title"] = "Another"
        opened.save(copy)
    result = briefs(built, "verify", copy)
    assert result.stdout == (
        f"{copy}: brief_2017_en; not the file in build/: "
        'the entry "Title" of its information differs; current\n'
    )
    assert result.exit_code == 6


def test_a_file_without_its_edition_exits_with_6(root: Path) -> None:
    (root / "content/brief").rename(root / "content/other")
    result = briefs(root, "verify", pdf_of(root))
    assert result.stdout == (
        f"{pdf_of(root)}: brief_2017_en; unchanged; its edition is not in this project\n"
    )
    assert (result.stderr, result.exit_code) == ("", 6)


def test_json_has_every_answer_on_codes_and_files(
    root: Path, write_project: WriteProject, code: str
) -> None:
    write_project(PROJECT | LATER)
    result = briefs(root, "verify", code, pdf_of(root), "--json")
    edition = {
        "code": code,
        "brief": "brief",
        "information_date": "2017",
        "language": "en",
        "state": "final",
        "published_on": "",
        "missing_corrections": [],
        "withdrawn": "",
        "text_changed": False,
        "current": False,
        "current_edition": "2018-03",
        "current_languages": ["fr"],
        "change_note": "With figures of 2018.",
    }
    assert (result.stderr, result.exit_code) == ("", 6)
    assert json.loads(result.stdout) == {
        "format": 1,
        "exit_code": 6,
        "problems": [],
        "codes": [edition],
        "files": [
            {
                "file": str(pdf_of(root)),
                "document": "brief_2017_en",
                "unchanged": True,
                "alterations": [],
                "differences": [],
                "session": "",
                "editions": [edition],
                "changed_files": [],
            }
        ],
    }


# --- The files of a session: text alone ---


def of_session(document: str, *changed_files: str) -> FileResult:
    """An unchanged pack or job sheet of session 331; `changed_files` are those it names."""
    integrity = FileIntegrity(document, is_unchanged=True, changed_files=changed_files)
    kind, _ = parse_file_name(f"{document}.pdf")
    return FileResult("a.pdf", integrity, (), kind.KIND, "331", True, None)


def test_a_job_sheet_says_whether_its_files_are_unchanged() -> None:
    start = "a.pdf: 331_order; unchanged; job sheet of session 331; "
    assert file_text(of_session("331_order")) == f"{start}its files are unchanged"
    altered = of_session("331_order", "build/b.pdf", "build/c.pdf")
    assert file_text(altered) == f"{start}changed since the order: build/b.pdf, build/c.pdf"


def test_a_pack_says_whether_it_is_unchanged_and_its_session_exists() -> None:
    pack = of_session("331_en")
    assert file_text(pack) == "a.pdf: 331_en; unchanged; pack of session 331"
    altered = replace(pack, integrity=FileIntegrity("331_en"))
    expected = "a.pdf: 331_en; not the file in build/; pack of session 331"
    assert file_text(altered) == expected
    gone = replace(pack, session_exists=False)
    expected = "a.pdf: 331_en; unchanged; pack of session 331, which is not in this project"
    assert file_text(gone) == expected


def test_a_file_of_a_session_has_the_name_of_its_kind() -> None:
    placard = replace(of_session("331_en"), kind="placard")
    assert file_text(placard) == "a.pdf: 331_en; unchanged; placard of session 331"


def test_a_pack_names_only_the_briefs_that_are_not_current(
    write_project: WriteProject, code: str
) -> None:
    def verify(typed: EditionCode, files: dict[str, str | bytes | None]) -> CodeResult:
        project = open_project(write_project(PROJECT | files))
        (result,), _ = verify_code(project, [typed], TODAY)
        return result

    typed = parse_code(code)
    current = verify(typed, {})
    other = verify(typed, {EN: changed(TEXT, "Some text", "Other text")})
    replaced = verify(typed, {"content/brief/2018/en.yaml": "title: Another\n"})
    pack = replace(of_session("331_en"), editions=(current, other, replaced))
    assert file_text(pack) == (
        "a.pdf: 331_en; unchanged; pack of session 331; "
        "brief 2017 in English: text changed since printing, "
        "the edition is current but not this copy; "
        "brief 2017 in English: replaced by the edition of 2018"
    )
