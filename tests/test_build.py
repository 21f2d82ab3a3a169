"""A build as a whole: which documents are built, rejected or up to date, and why."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.commands.check import read_content
from pipeline.commands.list import list_editions
from pipeline.commands.new import create_files
from pipeline.content.discovery import EditionFolder
from pipeline.content.loader import read_edition
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode, Rule, exit_code
from pipeline.project import Project, open_project
from pipeline.targets import BuildOptions
from tests.conftest import GOOD_PROJECT, WriteProject, change_file, write_files

TODAY = date(2020, 1, 1)
EN = "title: {title}\nsections:\n  - heading: One\n    blocks: [{{text: Some words.}}]\n"
BRIEF = EN.format(title="A brief")


FILES = {
    "content/brief/2017/en.yaml": BRIEF,
    "content/other/2017-03/en.yaml": BRIEF,
    "content/other/2018/en.yaml": BRIEF,
    "content/other/2018/edition.yaml": "change_note: {en: New, fr: Nouveau}\n",
}


@pytest.fixture
def project(write_project: WriteProject) -> Project:
    return open_project(write_project(FILES))


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, BuildResult]:
    """The project, built, and the result; to be read only."""
    root = tmp_path_factory.mktemp("first_build")
    write_files(root, {**GOOD_PROJECT, **FILES})
    project = open_project(root)
    return project, build(project, BuildOptions(), TODAY)


@pytest.fixture
def built(first_build: tuple[Project, BuildResult], tmp_path: Path) -> Project:
    """Return a copy of the built project."""
    return open_project(shutil.copytree(first_build[0].root, tmp_path / "project"))


def states(outcome: BuildResult) -> dict[str, str]:
    return {document.name: document.state for document in outcome.targets}


def files_in(folder: Path) -> dict[Path, tuple[int, bytes]]:
    files = (p for p in folder.rglob("*") if p.is_file() and ".cache" not in p.parts)
    return {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in files}


def test_the_current_edition_of_each_brief_is_made(
    first_build: tuple[Project, BuildResult],
) -> None:
    project, outcome = first_build
    assert outcome.problems == ()
    assert states(outcome) == {
        "brief/brief_2017_en.pdf": "built",
        "other/other_2018_en.pdf": "built",
    }
    assert all((project.build / name).is_file() for name in states(outcome))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2016, 12, 31), set()),
        (date(2017, 2, 28), {"brief/brief_2017_en.pdf"}),
        (date(2017, 3, 1), {"brief/brief_2017_en.pdf", "other/other_2017-03_en.pdf"}),
        (date(2018, 1, 1), {"brief/brief_2017_en.pdf", "other/other_2018_en.pdf"}),
    ],
)
def test_the_edition_that_was_current_on_a_day_is_selected(
    project: Project, on: date, expected: set[str]
) -> None:
    assert set(states(build(project, BuildOptions(dry_run=True), on))) == expected


def test_a_second_build_makes_nothing_and_touches_nothing(project: Project) -> None:
    build(project, BuildOptions(), TODAY)
    before = files_in(project.build)
    outcome = build(project, BuildOptions(), TODAY)
    assert set(states(outcome).values()) == {"up-to-date"}
    assert files_in(project.build) == before


def test_a_deleted_pdf_is_built_again_with_the_same_bytes(built: Project) -> None:
    pdf = built.build / "brief" / "brief_2017_en.pdf"
    first = pdf.read_bytes()
    pdf.unlink()
    build(built, BuildOptions(), TODAY)
    assert pdf.read_bytes() == first


def test_a_changed_text_makes_one_document_again(built: Project) -> None:
    (built.content / "brief" / "2017" / "en.yaml").write_text(EN.format(title="Another"))
    outcome = build(built, BuildOptions(), TODAY)
    assert states(outcome)["brief/brief_2017_en.pdf"] == "built"
    assert states(outcome)["other/other_2018_en.pdf"] == "up-to-date"
    assert outcome.targets[0].reason == "content/brief/2017/en.yaml changed"


def test_a_dry_run_writes_nothing(project: Project) -> None:
    outcome = build(project, BuildOptions(dry_run=True), TODAY)
    assert set(states(outcome).values()) == {"stale"}
    assert not project.build.exists()


def test_styles_and_templates_of_a_project_replace_bundled_ones(
    built: Project,
) -> None:
    (built.root / "styles").mkdir()
    (built.root / "styles" / "type.css").write_text("p { color: #230050 }")
    outcome = build(built, BuildOptions(), TODAY)
    assert outcome.targets[0].reason == "styles/type.css changed"
    (built.root / "templates").mkdir()
    (built.root / "templates" / "brief.html").write_text(
        '<!DOCTYPE html><html lang="en"><title>Own</title><p>Own'
    )
    build(built, BuildOptions(), TODAY)
    with pikepdf.open(built.build / "brief" / "brief_2017_en.pdf") as pdf:
        assert pdf.docinfo["/Title"] == "Own"


def test_a_broken_template_exits_with_4_and_names_its_line(project: Project) -> None:
    (project.root / "templates").mkdir()
    (project.root / "templates" / "brief.html").write_text("<p>\n{{ brief.nothing }}")
    outcome = build(project, BuildOptions(), TODAY)
    assert set(states(outcome).values()) == {"blocked"}
    (problem,) = outcome.problems
    assert problem.rule is Rule.TEMPLATE
    assert str(problem.place) == "templates/brief.html:2:1"
    assert exit_code(outcome.problems) == 4


def test_a_pdf_with_an_error_goes_to_rejected_and_the_good_one_stays(
    built: Project,
) -> None:
    pdf = built.build / "brief" / "brief_2017_en.pdf"
    good = pdf.read_bytes()
    text = built.content / "brief" / "2017" / "en.yaml"
    text.write_text(EN.format(title="ก"))
    outcome = build(built, BuildOptions(("brief",)), TODAY)
    assert states(outcome) == {"brief/brief_2017_en.pdf": "rejected"}
    assert pdf.read_bytes() == good
    rejected = built.build / "rejected" / "brief_2017_en.pdf"
    assert rejected.is_file()
    assert str(outcome.problems[0].place) == "content/brief/2017/en.yaml:1:8"

    text.write_text(BRIEF)
    build(built, BuildOptions(("brief",)), TODAY)
    assert not rejected.exists()


def test_an_unreadable_current_edition_is_not_replaced_by_an_older_one(
    project: Project,
) -> None:
    (project.content / "other" / "2018" / "en.yaml").write_text("title: [")
    outcome = build(project, BuildOptions(), TODAY)
    assert states(outcome)["other/other_2018_en.pdf"] == "blocked"
    assert "other/other_2017-03_en.pdf" not in states(outcome)
    assert states(outcome)["brief/brief_2017_en.pdf"] == "built"


def test_a_second_edition_needs_a_change_note(project: Project) -> None:
    (project.content / "other" / "2018" / "edition.yaml").unlink()
    problems = read_content(project, BuildOptions(), None).problems
    assert [p.rule for p in problems] == [Rule.CHANGE_NOTE]


def test_strict_keeps_a_document_with_a_warning_from_being_made(project: Project) -> None:
    (project.content / "brief" / "2017" / "en.yaml").write_text(
        f"{BRIEF}references: [{{id: uncited, text: A book}}]\n"
    )
    outcome = build(project, BuildOptions(strict=True), TODAY)
    assert states(outcome)["brief/brief_2017_en.pdf"] == "blocked"
    assert states(outcome)["other/other_2018_en.pdf"] == "built"
    assert exit_code(outcome.problems, strict=True) == 3
    assert (
        states(build(project, BuildOptions(), TODAY))["brief/brief_2017_en.pdf"] == "built"
    )


def test_the_checksums_list_the_built_files(built: Project) -> None:
    lines = (built.build / "SHA256SUMS").read_text().splitlines()
    assert lines[0].startswith("# toolchain: ")
    assert "weasyprint 70.0" in lines[0]
    assert [line.split("  ")[1] for line in lines[1:]] == [
        "brief/brief_2017_en.pdf",
        "other/other_2018_en.pdf",
    ]


def test_the_list_has_current_editions_and_states(project: Project) -> None:
    build(project, BuildOptions(("brief",)), TODAY)
    listed = list_editions(project, (), TODAY)
    assert [
        (str(x.slug), str(x.information_date), x.is_current, x.states) for x in listed
    ] == [
        ("brief", "2017", True, {"en": "up-to-date"}),
        ("other", "2017-03", False, {"en": "stale"}),
        ("other", "2018", True, {"en": "stale"}),
    ]


def test_progress_is_reported_after_each_document(project: Project) -> None:
    reports = []
    build(
        project,
        BuildOptions(),
        TODAY,
        lambda document, total: reports.append((document.name, total)),
    )
    assert reports == [("brief/brief_2017_en.pdf", 2), ("other/other_2018_en.pdf", 2)]


def test_documents_finished_before_an_interrupt_stay_recorded(project: Project) -> None:
    def stop(document: object, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(project, BuildOptions(), TODAY, stop)
    assert states(build(project, BuildOptions(), TODAY)) == {
        "brief/brief_2017_en.pdf": "up-to-date",
        "other/other_2018_en.pdf": "built",
    }


def test_an_edition_whose_reader_is_killed_blocks_its_documents_only(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_or_die(project: Project, folder: EditionFolder, *more: Any, **how: Any) -> Any:
        if folder.slug == "brief":
            os.kill(os.getpid(), signal.SIGKILL)
        return read_edition(project, folder, *more, **how)

    # Processes that read are forked from this one, so they have the patch.
    monkeypatch.setattr("pipeline.tasks.reading.read_edition", read_or_die)
    outcome = build(project, BuildOptions(jobs=2), TODAY)
    assert states(outcome) == {
        "brief/brief_2017_en.pdf": "blocked",
        "other/other_2018_en.pdf": "built",
    }
    assert [problem.rule for problem in outcome.problems] == [Rule.SYSTEM_ERROR]
    assert "the system ended a worker process" in outcome.problems[0].message
    assert exit_code(outcome.problems) is ExitCode.ENVIRONMENT


def test_an_edition_file_without_keys_has_no_effect(project: Project) -> None:
    (project.content / "brief" / "2017" / "edition.yaml").write_text("# later\n")
    outcome = build(project, BuildOptions(("brief",)), TODAY)
    assert outcome.problems == ()
    assert states(outcome) == {"brief/brief_2017_en.pdf": "built"}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_example_that_new_writes_is_a_good_brief_of_two_pages(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A final edition with the text of the example is an error.
    monkeypatch.setattr("pipeline.content.language_file.check_starter_text", lambda *_: ())
    create_files(tmp_path, "model", InformationDate(2018), language)
    facts = tmp_path / "content" / "model" / "2018" / "edition.yaml"
    change_file(facts, "status: draft", "status: final")
    outcome = build(
        open_project(tmp_path), BuildOptions(profiles=("screen", "office")), TODAY
    )
    assert outcome.problems == ()
    assert [document.pages for document in outcome.targets] == [2, 2]


# Modules that only worker processes need, and that an interrupt may break while they load.
HEAVY = """
import sys, pipeline.tasks.documents
assert not {"pikepdf", "lxml", "weasyprint"} & set(sys.modules)
"""


def test_the_command_imports_no_module_that_only_workers_need() -> None:
    subprocess.run([sys.executable, "-c", HEAVY], check=True)
