"""Booklets and press files are built when stale, cached and verified."""

import io
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.content.discovery import find_editions
from pipeline.model.dates import InformationDate
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.problems import ExitCode, Rule, exit_code
from pipeline.project import BUNDLED, Project, open_project
from pipeline.targets import BuildOptions, Document
from pipeline.tasks.preview import empty_records, preview_document
from pipeline.tasks.task import Workspace
from pipeline.toolchain import toolchains_by_profile
from pipeline.workers.executor import InlineExecutor
from pipeline.workers.pool import Limits, open_processes
from tests.conftest import GOOD_PROJECT, WriteProject, briefs, write_files

TODAY = date(2026, 1, 1)
EN = "content/brief/2017/en.yaml"
BRAND = 'color: {primary: "#1e2dbe"}\n'
CONDITION = BRAND + "defaults: {briefs: {printing_condition: %s}}\n"
PRESS = "brief/brief_2017_en_press.pdf"
MODULES = ("pipeline.pdf.preload", "pipeline.tasks.jobs")
BOOKLET = "brief/brief_2017_en_booklet.pdf"


@pytest.fixture
def project(write_project: WriteProject) -> Project:
    return open_project(write_project({}))


@pytest.fixture
def options(ghostscript: str) -> BuildOptions:
    profiles = ("press", "booklet")
    return BuildOptions(profiles=profiles, ghostscript=ghostscript)


def build_states(project: Project, options: BuildOptions) -> dict[str, tuple[str, str]]:
    documents = build(project, options, TODAY).targets
    return {d.profile: (d.state, d.reason) for d in documents}


def problems(outcome: BuildResult) -> list[tuple[Rule, str]]:
    return [(p.rule, f"{p.place}: {p.message}") for p in outcome.problems]


def program(folder: Path, script: str) -> str:
    """A Ghostscript of version 99.1 that does what a script says."""
    path = folder / "gs"
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exec echo 99.1\n{script}\n')
    path.chmod(0o755)
    return str(path)


Built = tuple[Path, dict[str, tuple[str, str]]]


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory, ghostscript: str) -> Built:
    """A project with both files, and what the build said of them."""
    root = tmp_path_factory.mktemp("built") / "project"
    write_files(root, GOOD_PROJECT)
    options = BuildOptions(profiles=("press", "booklet"), ghostscript=ghostscript)
    return root, build_states(open_project(root), options)


@pytest.fixture
def built(first_build: Built, tmp_path: Path) -> Project:
    """A copy of this project."""
    return open_project(shutil.copytree(first_build[0], tmp_path / "project"))


# --- Made when stale ---


def test_both_are_built_once_and_then_up_to_date(
    first_build: Built, built: Project, options: BuildOptions
) -> None:
    never = ("built", "it was never built")
    assert first_build[1] == {"press": never, "booklet": never}
    assert build_states(built, options) == {
        "press": ("up-to-date", ""),
        "booklet": ("up-to-date", ""),
    }


def test_a_change_of_content_rebuilds_both(built: Project, options: BuildOptions) -> None:
    (built.root / EN).write_text(
        "title: B\nsections: [{heading: A, blocks: [{text: B}]}]\n"
    )
    again = ("built", f"{EN} changed")
    assert build_states(built, options) == {"press": again, "booklet": again}


def test_another_condition_rebuilds_press_files(
    write_project: WriteProject, options: BuildOptions
) -> None:
    brand = "styles/_brand.yml"
    project = open_project(write_project({brand: CONDITION % "FOGRA39"}))
    options = replace(options, profiles=("press",))
    build_states(project, options)
    write_project({brand: CONDITION % "FOGRA47"})
    assert build_states(project, options)["press"] == ("built", f"{brand} changed")
    with pikepdf.open(project.build / PRESS) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.OutputConditionIdentifier == "FOGRA47"
        profile = intent.DestOutputProfile.read_bytes()
    assert profile == (BUNDLED / "styles/icc/FOGRA47.icc").read_bytes()


def test_another_icc_profile_of_the_same_name_rebuilds_press_files(
    built: Project, options: BuildOptions
) -> None:
    other = (BUNDLED / "styles/icc/FOGRA47.icc").read_bytes()
    write_files(built.root, {"styles/icc/FOGRA39.icc": other})
    assert build_states(built, options) == {
        "press": ("built", "styles/icc/FOGRA39.icc changed"),
        "booklet": ("up-to-date", ""),
    }


def test_another_ghostscript_rebuilds_only_press_files(
    built: Project, options: BuildOptions, tmp_path: Path
) -> None:
    newer = program(tmp_path, f'{options.ghostscript} "$@"')
    states = build_states(built, replace(options, ghostscript=newer))
    state, reason = states["press"]
    assert (state, reason[:12], reason[-12:]) == ("built", "ghostscript ", " became 99.1")
    assert states["booklet"] == ("up-to-date", "")


def test_the_toolchain_has_ghostscript_and_the_conditions(
    project: Project, options: BuildOptions
) -> None:
    build_states(project, replace(options, profiles=("screen", "press")))
    manifest = json.loads((project.build / "manifest.json").read_bytes())
    tools = {
        name: manifest["toolchains"][entry["toolchain"]]
        for name, entry in manifest["targets"].items()
    }
    more = {"ghostscript", "printing-conditions"}
    assert set(tools[PRESS]) - set(tools["brief/brief_2017_en.pdf"]) == more
    with pikepdf.open(project.build / PRESS) as pdf:
        identity = PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes())
        assert identity
        assert f"ghostscript {tools[PRESS]['ghostscript']}" in identity.toolchain


def test_both_come_from_the_cache_with_the_same_bytes(
    project: Project, options: BuildOptions, tmp_path: Path
) -> None:
    options = replace(options, cache=tmp_path / "cache")
    build_states(project, options)
    before = [(project.build / name).read_bytes() for name in (PRESS, BOOKLET)]
    for name in (PRESS, BOOKLET, "manifest.json"):
        (project.build / name).unlink()
    assert {state for state, _ in build_states(project, options).values()} == {"cached"}
    assert [(project.build / name).read_bytes() for name in (PRESS, BOOKLET)] == before


def test_a_process_with_limits_gives_the_same_bytes(
    built: Project, options: BuildOptions
) -> None:
    before = [(built.build / name).read_bytes() for name in (PRESS, BOOKLET)]
    for name in (PRESS, BOOKLET):
        (built.build / name).unlink()
    with open_processes(1, Limits(), MODULES) as workers:
        outcome = build(built, options, TODAY, executor=workers)
    assert [d.state for d in outcome.targets] == ["built", "built"]
    assert [(built.build / name).read_bytes() for name in (PRESS, BOOKLET)] == before


def test_only_the_profile_screen_is_built_by_default(project: Project) -> None:
    result = briefs(project.root, "build", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    names = [path.name for path in (project.build / "brief").iterdir()]
    assert names == ["brief_2017_en.pdf"]


# --- What a booklet is ---


def test_a_booklet_has_the_pages_of_a5(project: Project, options: BuildOptions) -> None:
    options = replace(options, profiles=("a5", "booklet"))
    by_profile = {d.profile: d for d in build(project, options, TODAY).targets}
    assert by_profile["booklet"].layout == "a5"
    assert by_profile["booklet"].pages == -(-by_profile["a5"].pages // 4) * 2
    # The same HTML, and yet another document, also for the cache.
    entries = json.loads((project.build / "manifest.json").read_bytes())["targets"]
    assert len({entry["html_hash"] for entry in entries.values()}) == 2
    with pikepdf.open(project.build / BOOKLET) as pdf:
        assert len(pdf.pages) == by_profile["booklet"].pages
        identity = PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes())
        assert identity
        assert identity.document == "brief_2017_en_booklet"


def halves_of_sides(pdf_file: Path | bytes) -> list[tuple[str, str]]:
    """The words of the left and of the right half of each side of a booklet."""
    halves = []
    with pypdfium2.PdfDocument(pdf_file) as pdf:
        for page in pdf:
            text, (width, height) = page.get_textpage(), page.get_size()
            bounds = ((0, width / 2), (width / 2, width))
            left, right = (
                text.get_text_bounded(left=a, right=b, bottom=0, top=height)
                for a, b in bounds
            )
            halves.append((left, right))
    return halves


@pytest.mark.parametrize("paragraphs", [1, 30, 50, 70, 90, 110])
def test_pages_for_notes_fill_a_booklet_and_its_imprint_is_on_the_back(
    write_project: WriteProject, options: BuildOptions, paragraphs: int
) -> None:
    """`paragraphs` decides how many pages the last sheet lacks."""
    words = "      - text: A paragraph of some words that fill a line of the page.\n"
    text = f"title: A\nsections:\n  - heading: A\n    blocks:\n{words * paragraphs}"
    root = write_project({EN: text})
    booklets = replace(options, profiles=("booklet",))
    assert not build(open_project(root), booklets, TODAY).problems
    sides = halves_of_sides(root / "build" / BOOKLET)
    assert all(all(half.strip() for half in side) for side in sides)
    back, front = sides[0]
    pages = len(sides) * 2
    assert pages % 4 == 0
    # The back cover is a left page: its folio is first in the line, at the outer edge.
    assert "About this brief" in back
    assert re.match(rf"{pages} (Policy brief|Briefs)", back.strip().splitlines()[-1])
    assert front.strip().splitlines()[-1].endswith(" 1")
    notes = [half for side in sides for half in side if half.startswith("Notes")]
    assert len(notes) <= 3
    assert all(len(half.strip().splitlines()) == 2 for half in notes)


def test_the_preview_of_a_booklet_has_its_pages_for_notes(
    project: Project, options: BuildOptions
) -> None:
    options = replace(options, profiles=("booklet",))
    build(project, options, TODAY)
    records, (folders, _) = empty_records(project), find_editions(project)
    toolchains = toolchains_by_profile(project, options, records.files)
    workspace = Workspace(project, options, records, folders, toolchains)
    document = Document("brief", InformationDate.parse("2017"), "en", "booklet")
    shown = preview_document(workspace, document, InlineExecutor(), with_web_page=False)
    assert shown.rendered
    built_sides = halves_of_sides(project.build / BOOKLET)
    assert any(half.startswith("Notes") for side in built_sides for half in side)
    assert halves_of_sides(shown.rendered.pdf) == built_sides


def test_an_arabic_booklet_has_its_fold_at_the_right(
    write_project: WriteProject, options: BuildOptions
) -> None:
    text = "title: عنوان\nsections: [{heading: عنوان, blocks: [{text: نص}]}]\n"
    series = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, ar]\n"
    root = write_project(
        {"content/series.yaml": series, "content/brief/2017/ar.yaml": text}
    )
    build(open_project(root), replace(options, profiles=("booklet",)), TODAY)
    for language, cover in (("en", 1), ("ar", 0)):
        path = root / f"build/brief/brief_2017_{language}_booklet.pdf"
        first_side = halves_of_sides(path)[0]
        assert [half.strip().endswith(" 1") for half in first_side].index(True) == cover


# --- When it does not work ---


def test_without_ghostscript_other_profiles_are_built(
    project: Project, options: BuildOptions
) -> None:
    options = replace(options, profiles=("screen", "press"), ghostscript=None)
    outcome = build(project, options, TODAY)
    assert [d.state for d in outcome.targets] == ["built", "blocked"]
    ((rule, message),) = problems(outcome)
    assert rule is Rule.MISSING_PROGRAM
    assert message.startswith('Ghostscript: the program "gs" is missing')
    assert outcome.problems[0].exit_code is ExitCode.ENVIRONMENT


def test_a_failure_of_ghostscript_keeps_the_last_good_file(
    built: Project, options: BuildOptions, tmp_path: Path
) -> None:
    before = (built.build / PRESS).read_bytes()
    broken = program(tmp_path, "printf '%%PDF-1.6 half' > inked.pdf; kill -TERM $$")
    outcome = build(built, replace(options, ghostscript=broken), TODAY)
    assert [d.state for d in outcome.targets] == ["blocked", "up-to-date"]
    assert (
        Rule.FAILED_PROGRAM,
        f"{EN}: Ghostscript could not make the press file: it was ended by SIGTERM",
    ) in problems(outcome)
    assert exit_code(outcome.problems) is ExitCode.ENVIRONMENT
    assert (built.build / PRESS).read_bytes() == before
    names = {path.name for path in built.build.rglob("*") if path.is_file()}
    assert names - {"files.json"} == {"manifest.json", "SHA256SUMS", ".lock"} | {
        Path(name).name for name in (PRESS, BOOKLET)
    }


def test_ghostscript_has_the_limits_of_its_process(
    project: Project, options: BuildOptions, tmp_path: Path
) -> None:
    endless = program(tmp_path, "while :; do :; done")
    options = replace(options, profiles=("press",), ghostscript=endless)
    with open_processes(1, Limits(cpu_seconds=3), MODULES) as workers:
        outcome = build(project, options, TODAY, executor=workers)
    assert [d.state for d in outcome.targets] == ["blocked"]
    ((rule, message),) = problems(outcome)
    assert rule is Rule.RESOURCE_LIMIT
    assert message.endswith(": it took more processor time than a document may")


def test_an_unreadable_output_is_a_failure_of_ghostscript(
    project: Project, options: BuildOptions, tmp_path: Path
) -> None:
    broken = program(tmp_path, "printf '%%PDF-1.6 half' > inked.pdf")
    options = replace(options, profiles=("press",), ghostscript=broken)
    ((rule, message),) = problems(build(project, options, TODAY))
    assert rule is Rule.FAILED_PROGRAM
    reason = "its output is not a complete PDF"
    assert message.endswith(f"could not make the press file: {reason}")


def test_a_press_file_with_faults_is_rejected(
    write_project: WriteProject, options: BuildOptions
) -> None:
    sheet = (BUNDLED / "styles/profiles/press.css").read_text(encoding="utf-8")
    root = write_project(
        {"styles/profiles/press.css": sheet.replace("bleed: 10mm", "bleed: 5mm")}
    )
    outcome = build(open_project(root), replace(options, profiles=("press",)), TODAY)
    assert [d.state for d in outcome.targets] == ["rejected"]
    ((rule, message),) = problems(outcome)
    assert rule is Rule.PDFX
    assert message == (
        f"{EN}: the press file is not fit for print: page 1: crop marks have no room: the "
        "sheet needs 9 mm on each side"
    )
    assert outcome.problems[0].exit_code is ExitCode.DESIGN
    assert (root / "build/rejected/brief_2017_en_press.pdf").is_file()


# --- Verified ---


def test_verify_reports_the_preflight_of_a_press_file(built: Project) -> None:
    result = briefs(built.root, "verify", str(built.build / PRESS))
    first, *report = result.stdout.splitlines()
    assert first.endswith(": brief_2017_en_press; unchanged; current; PDF/X-4 (passed)")
    assert report[0] == "  printing condition: FOGRA39"
    assert result.exit_code == 0
    asked = briefs(built.root, "verify", "--json", str(built.build / PRESS))
    (file,) = json.loads(asked.stdout)["files"]
    assert file["preflight"]["bleed_mm"] == 3
    assert 0 < file["preflight"]["ink_coverage"][0][3] < 50


def test_a_booklet_is_verified(built: Project) -> None:
    result = briefs(built.root, "verify", str(built.build / BOOKLET))
    assert result.stdout.endswith(": brief_2017_en_booklet; unchanged; current\n")
    assert result.exit_code == 0


def test_a_press_file_with_a_fault_does_not_conform(built: Project) -> None:
    with pikepdf.open(io.BytesIO((built.build / PRESS).read_bytes())) as pdf:
        pdf.pages[0].bleedbox = pdf.pages[0].trimbox
        pdf.save(built.root / "worse.pdf", fix_metadata_version=False)
    result = briefs(built.root, "verify", str(built.root / "worse.pdf"))
    assert "PDF/X-4 (failed)\n  fault: page 1: its bleed is not 3 mm" in result.stdout
    assert result.exit_code == 4
