"""What a session hands out: its editions, its languages, and the profile of its paper.

What `briefs session` prints, and its exit codes: tests/cli/test_session.py.
"""

from pathlib import Path

import pikepdf
import pytest

from pipeline.build import build_documents as build
from pipeline.commands.due import read_due
from pipeline.commands.print_order import session_profile, write_print_order
from pipeline.commands.session import build_packs, session_editions, session_languages
from pipeline.commands.verify import verify_files
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode, PipelineError, Rule, exit_code
from pipeline.project import open_project
from pipeline.targets import BuildOptions, source_of, sources_in
from tests.commands.session_project import (
    FILE,
    FILES,
    LATER,
    ONE_COPY,
    SESSION,
    SHEET,
    TEXT,
    TODAY,
)
from tests.conftest import WriteProject, changed, what_is_wrong


@pytest.mark.parametrize(
    ("size", "finish", "profile"),
    [("A5", "staple", "a5"), ("A4", "saddle-stitch", "booklet"), ("A4", "none", "office")],
)
def test_nothing_is_due_when_all_is_built_for_the_paper_of_a_session(
    write_project: WriteProject, size: str, finish: str, profile: str
) -> None:
    paper = changed(changed(ONE_COPY, "A4", size), "staple", finish)
    project = open_project(write_project({**FILES, FILE: paper}))
    assert session_profile(project, "331", TODAY) == profile
    editions = session_editions(project, "331", TODAY)
    options = BuildOptions(profiles=(profile,), editions=editions)
    assert exit_code(build(project, options, TODAY).problems) is ExitCode.OK
    packs = build_packs(project, BuildOptions(profiles=(profile,)), "331", TODAY)
    name = "331_en.pdf" if profile == "office" else f"331_en_{profile}.pdf"
    assert [pack.name for pack in packs.targets] == [f"sessions/331/{name}"]
    assert (project.build / "sessions/331" / name).is_file()
    assert write_print_order(project, "331", "", TODAY, jobs=0).job_sheet == SHEET
    report = read_due(project, InformationDate.parse("2017-10-20").first_day)
    assert [item for item in report.due if item.session] == []
    assert (report.overdue, report.problems) == ((), ())


@pytest.mark.parametrize(
    ("finish", "size", "profile", "page", "sheet_grams"),
    [
        ("staple", "", "office", (612, 792), 4.83),
        ("saddle-stitch", "", "booklet", (792, 612), 4.83),
        ("staple", "size: half, ", "a5", (396, 612), 2.41),
    ],
)
def test_a_series_on_letter_is_built_and_ordered_on_letter(
    write_project: WriteProject,
    finish: str,
    size: str,
    profile: str,
    page: tuple[float, float],
    sheet_grams: float,
) -> None:
    paper = changed(changed(ONE_COPY, "size: A4, ", size), "staple", finish)
    series = str(FILES["content/series.yaml"]) + "paper: Letter\n"
    files = {**FILES, "content/series.yaml": series, FILE: paper}
    project = open_project(write_project(files))
    assert session_profile(project, "331", TODAY) == profile
    options = BuildOptions(("brief",), languages=("en",), profiles=(profile,))
    (target,) = build(project, options, TODAY).targets
    with pikepdf.open(project.build / target.name) as pdf:
        assert tuple(float(edge) for edge in pdf.pages[0].mediabox[2:]) == page
    order = write_print_order(project, "331", "", TODAY, jobs=0).order
    assert order
    (line,) = order.lines
    assert line.weight_kg is not None
    assert float(line.weight_kg) * 1000 == pytest.approx(sheet_grams * line.sheets, 0.01)
    with pikepdf.open(project.root / SHEET) as pdf:
        assert tuple(float(edge) for edge in pdf.pages[0].mediabox[2:]) == (612, 792)


def test_the_files_of_a_session_have_its_name(write_project: WriteProject) -> None:
    named = "name: {en: 3rd Meeting, fr: 3e réunion, ar: الاجتماع}\n" + ONE_COPY
    files = {**FILES, FILE: None, "content/sessions/council-2025.yaml": named}
    project = open_project(write_project(files))
    editions = session_editions(project, "council-2025", TODAY)
    options = BuildOptions(profiles=("office",), editions=editions)
    assert exit_code(build(project, options, TODAY).problems) is ExitCode.OK
    folder = "sessions/council-2025/council-2025"
    packs = build_packs(project, BuildOptions(profiles=("office",)), "council-2025", TODAY)
    assert [pack.name for pack in packs.targets] == [f"{folder}_en.pdf"]
    result = write_print_order(project, "council-2025", "", TODAY, jobs=0)
    assert result.job_sheet == f"build/{folder}_order.pdf"
    with pikepdf.open(project.root / result.job_sheet) as pdf:
        assert pdf.docinfo["/Title"] == "Print order: 3rd Meeting"
    report = read_due(project, InformationDate.parse("2017-10-20").first_day)
    assert [item for item in report.due if item.session] == []
    (verified,), _ = verify_files(project, [project.build / f"{folder}_en.pdf"], TODAY)
    assert verified.session == "council-2025"
    assert verified.session_exists
    assert source_of(f"{folder}_en.pdf") in sources_in(project, ())


def targets(root: Path, *languages: str) -> list[str]:
    """Name what a build for the session would build."""
    project = open_project(root)
    options = BuildOptions(
        languages=languages,
        profiles=("office",),
        dry_run=True,
        editions=session_editions(project, "331", TODAY),
    )
    return [target.name for target in build(project, options, TODAY).targets]


def test_a_session_hands_out_the_edition_that_is_current_then(
    write_project: WriteProject,
) -> None:
    root = write_project({**FILES, **LATER})
    assert session_editions(open_project(root), "331", TODAY) == {
        ("brief", InformationDate(2017)): ("en", "fr")
    }
    assert targets(root) == [
        "brief/brief_2017_en_office.pdf",
        "brief/brief_2017_fr_office.pdf",
    ]


def test_a_session_hands_out_the_languages_of_its_readers(
    write_project: WriteProject,
) -> None:
    only = changed(SESSION, "en: 120, fr: 60, ar: 25", "ar: 25")
    root = write_project({**FILES, "content/other/2017/en.yaml": TEXT, FILE: only})
    project = open_project(root)
    assert session_languages(project, "331", TODAY) == {"ar"}
    # Readers of Arabic are given English.
    assert session_editions(project, "331", TODAY) == {
        ("brief", InformationDate(2017)): ("en",)
    }
    assert targets(root) == ["brief/brief_2017_en_office.pdf"]


def test_a_session_with_an_error_hands_out_nothing(write_project: WriteProject) -> None:
    misspelt = changed(SESSION, "brief: brief", "brief: breif")
    root = write_project({**FILES, FILE: misspelt})
    project = open_project(root)
    with pytest.raises(PipelineError) as error:
        session_editions(project, "331", TODAY)
    wrong = what_is_wrong(error.value.problems)
    assert (Rule.UNKNOWN_BRIEF, f"{FILE}:5:12", 'there is no brief "breif"') in wrong
    assert session_languages(project, "331", TODAY) == frozenset()
    assert session_profile(project, "331", TODAY) == "office"
