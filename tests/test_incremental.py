"""A change makes the documents that depend on it stale, and no others.

Each case changes one thing that some documents are made from, and says which.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.build import BuildResult
from pipeline.build import build_documents as build_only
from pipeline.problems import PipelineError, Rule
from pipeline.project import BUNDLED, Project, open_project
from pipeline.state.lock import build_lock
from pipeline.targets import BuildOptions
from tests.conftest import GOOD_PROJECT, WriteProject, changed, write_files
from tests.content.workbooks import CellValue, write_sheets, write_workbook
from tests.state.short_answers import build_and_compare as build
from tests.state.short_answers import short_answer

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 1, 1)
Change = Callable[[Path], object]

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30">'
    '<rect width="{}" height="9"/></svg>'
)
TEXT = """\
title: {title}
sections:
  - heading: {heading}
    blocks:
      - text: {text}
{more}
"""
FIGURE = """\
      - figure:
          title: It grows
          subtitle: Per cent
          chart: bar
          data: data.csv
          label: where
          value: share
          alt: Two bars.
          source: Ours.
"""
PICTURE = "      - picture: {file: map.svg, alt: A map.}\n"
EN = TEXT.format(title="A brief", heading="One", text="Some words.", more=FIGURE)
FR = TEXT.format(title="Une note", heading="Un", text="Des mots.", more=FIGURE)
OTHER = TEXT.format(title="Another", heading="One", text="Words.", more=PICTURE)
BRIEF = {"brief/brief_2017_en.pdf", "brief/brief_2017_fr.pdf"}
ONE_OTHER = {"other/other_2018_en.pdf"}
ALL = BRIEF | ONE_OTHER


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two briefs, built: one in two languages with a chart, one with a picture."""
    root = tmp_path_factory.mktemp("built")
    files = {
        "content/brief/2017/en.yaml": EN,
        "content/brief/2017/fr.yaml": FR,
        "content/brief/2017/data.csv": "where,share\nhere,1\nthere,2\n",
        "content/other/2018/en.yaml": OTHER,
        "content/other/2018/map.svg": SVG.format(9),
        "styles/mine.css": "h2 { orphans: 2 }",
    }
    write_files(root, {**GOOD_PROJECT, **files})
    outcome = build(open_project(root), BuildOptions(), TODAY)
    assert {d.name: d.state for d in outcome.targets} == dict.fromkeys(ALL, "built")
    return root


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Project:
    """A copy of these briefs, in which all documents are up to date."""
    project = open_project(shutil.copytree(built, tmp_path / "project"))
    assert states(build(project, BuildOptions(), TODAY)) == dict.fromkeys(ALL, "up-to-date")
    return project


def write(name: str, text: str | None) -> Change:
    def change(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink() if text is None else path.write_text(text)

    return change


def own(name: str, old: str = "", new: str = "") -> Change:
    """Return the project its own copy of a bundled file, changed."""
    text = (BUNDLED / name).read_text()
    return write(name, changed(text, old, new) if old else text + new)


CHANGES: dict[str, tuple[Change, set[str], str]] = {
    "a text": (
        write("content/brief/2017/en.yaml", EN.replace("Some", "Other")),
        {"brief/brief_2017_en.pdf"},
        "content/brief/2017/en.yaml changed",
    ),
    "a translation": (
        write("content/brief/2017/fr.yaml", FR.replace("Des", "Les")),
        {"brief/brief_2017_fr.pdf"},
        "content/brief/2017/fr.yaml changed",
    ),
    "a comment": (write("content/brief/2017/en.yaml", f"# hm\n{EN}"), set(), ""),
    "data": (
        write("content/brief/2017/data.csv", "where,share\nhere,1\nthere,3\n"),
        BRIEF,
        "content/brief/2017/data.csv changed",
    ),
    "a picture": (
        write("content/other/2018/map.svg", SVG.format(8)),
        ONE_OTHER,
        "content/other/2018/map.svg changed",
    ),
    "facts where there were none": (
        write("content/brief/2017/edition.yaml", "symbol: GB.1\n"),
        BRIEF,
        "the files in content/brief/2017/ changed",
    ),
    "a new language": (
        write("content/other/2018/fr.yaml", FR.replace(FIGURE, PICTURE)),
        ONE_OTHER | {"other/other_2018_fr.pdf"},
        "the files in content/other/2018/ changed",
    ),
    "another brief": (
        write("content/new/2018/en.yaml", OTHER.replace(PICTURE, "")),
        {"new/new_2018_en.pdf"},
        "it was never built",
    ),
    "the series": (
        write(
            "content/series.yaml",
            "name: Others\npublisher: {name: A publisher}\nlanguages: [en, fr]\n",
        ),
        ALL,
        "content/series.yaml changed",
    ),
    "the conformance": (
        write(
            "content/series.yaml",
            "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr]\n"
            "conformance: ua-2\n",
        ),
        ALL,
        "content/series.yaml changed",
    ),
    "a template": (own("templates/components/box.html", new="{# nothing #}"), set(), ""),
    "a template in use": (
        own("templates/components/masthead.html", new="\n<p>More</p>"),
        ALL,
        "templates/components/masthead.html changed",
    ),
    "words of the page": (
        own("templates/strings/fr.yaml", "Source", "Origine"),
        {"brief/brief_2017_fr.pdf"},
        "templates/strings/fr.yaml changed",
    ),
    "a style sheet": (
        own("styles/type.css", new="h2 { orphans: 2 }"),
        ALL,
        "styles/type.css changed",
    ),
    "a style sheet of a language that had none": (
        write("styles/languages/fr.css", ".page { color: #230050 }"),
        {"brief/brief_2017_fr.pdf"},
        "styles/languages/fr.css changed",
    ),
    "one more style sheet of a component": (
        write("styles/components/mine.css", "h2 { orphans: 2 }"),
        ALL,
        "the files in styles/components/ changed",
    ),
    "a style sheet of another profile": (
        own("styles/profiles/a5.css", new="p { }"),
        set(),
        "",
    ),
    "a style sheet that no page uses": (write("styles/mine.css", "p { }"), set(), ""),
    "the brand": (
        own("styles/_brand.yml", "#12353b", "#230050"),
        ALL,
        "styles/_brand.yml changed",
    ),
    "a brand of the series": (
        write("content/_brand.yml", "color: {primary: navy}"),
        ALL,
        "content/_brand.yml changed",
    ),
}


def states(outcome: BuildResult) -> dict[str, str]:
    assert [str(p.place) for p in outcome.problems] == []
    return {d.name: d.state for d in outcome.targets}


@pytest.mark.parametrize("case", CHANGES)
def test_what_changed_is_made_again_and_nothing_else(project: Project, case: str) -> None:
    change, expected, reason = CHANGES[case]
    change(project.root)
    for options, state in (
        (BuildOptions(dry_run=True), "stale"),
        (BuildOptions(), "built"),
    ):
        outcome = build(project, options, TODAY)
        in_state = {n for n, one in states(outcome).items() if one == state}
        assert in_state == expected
        reasons = {d.reason for d in outcome.targets if d.name in expected}
        assert reasons - {"it was never built"} <= {reason}
        assert reason in reasons or not expected
    after = states(build(project, BuildOptions(), TODAY))
    assert set(after.values()) == {"up-to-date"}
    # What was not made again is as it would be made now.
    before = {name: (project.build / name).read_bytes() for name in after.keys() - expected}
    for name in before:
        (project.build / name).unlink()
    outcome = states(build_only(project, BuildOptions(), TODAY))
    assert {name for name, state in outcome.items() if state == "built"} == before.keys()
    assert {name: (project.build / name).read_bytes() for name in before} == before


def test_these_tests_compare_with_the_snapshot(project: Project) -> None:
    assert short_answer(project.root, BuildOptions(), TODAY)[1] is not None


def test_a_corrected_error_makes_no_document_stale(project: Project) -> None:
    text = project.content / "brief" / "2017" / "en.yaml"
    text.write_text("title: [")
    outcome = build(project, BuildOptions(), TODAY)
    assert outcome.targets[0].state == "blocked"
    text.write_text(EN)
    assert set(states(build(project, BuildOptions(), TODAY)).values()) == {"up-to-date"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("content/series.yaml", ["blocked"] * 3),
        ("content/brief/2017/fr.yaml", ["up-to-date", "blocked", "up-to-date"]),
        ("content/brief/2017/data.csv", ["blocked", "blocked", "up-to-date"]),
        ("content/other/2018/maps/map.svg", ["up-to-date", "up-to-date", "blocked"]),
        ("content/other/2018/maps", ["up-to-date", "up-to-date", "blocked"]),
        ("content/other/2018", []),
        ("content/brief", []),
    ],
)
def test_a_document_whose_file_became_a_link_to_outside_is_blocked(
    project: Project, tmp_path: Path, name: str, expected: list[str]
) -> None:
    text = OTHER.replace("map.svg", "maps/map.svg")
    write("content/other/2018/en.yaml", text)(project.root)
    write("content/other/2018/maps/map.svg", SVG.format(9))(project.root)
    build(project, BuildOptions(), TODAY)
    (project.root / name).rename(tmp_path / "outside")
    (project.root / name).symlink_to(tmp_path / "outside")
    for options in (BuildOptions(dry_run=True), BuildOptions()):
        try:
            outcome = build(project, options, TODAY)
        except PipelineError as error:
            outcome = BuildResult((), error.problems)
        assert {p.rule for p in outcome.problems} == {Rule.OUTSIDE_PROJECT}
        assert [d.state for d in outcome.targets] == expected


def test_a_deleted_edition_is_removed_from_the_records(project: Project) -> None:
    for file in (project.content / "other" / "2018").iterdir():
        file.unlink()
    (project.content / "other" / "2018").rmdir()
    (project.content / "other").rmdir()
    assert set(states(build(project, BuildOptions(), TODAY))) == BRIEF
    assert "other" not in (project.build / "SHA256SUMS").read_text()


@pytest.mark.parametrize("damage", [None, "", "# nothing\n", "more"])
def test_sums_that_were_damaged_are_written_again(
    project: Project, damage: str | None
) -> None:
    sums = project.build / "SHA256SUMS"
    good = sums.read_text()
    sums.unlink() if damage is None else sums.write_text(damage)
    with build_lock(project.build):  # the build that holds the lock writes them
        assert set(states(build(project, BuildOptions(), TODAY)).values()) == {"up-to-date"}
        assert sums.is_file() == (damage is not None)
    assert set(states(build(project, BuildOptions(), TODAY)).values()) == {"up-to-date"}
    assert sums.read_text() == good


@pytest.mark.parametrize("damage", ["[" * 100_000, '{"format": 4, "targets": []}'])
def test_damaged_records_count_as_missing(project: Project, damage: str) -> None:
    first = {n: (project.build / n).read_bytes() for n in ALL}
    options = BuildOptions(cache=project.build / ".cache")
    (project.build / "manifest.json").write_text(damage)
    assert set(states(build(project, options, TODAY)).values()) == {"built"}
    (project.build / "manifest.json").write_text(damage)
    assert set(states(build(project, options, TODAY)).values()) == {"cached"}
    for file in project.build.rglob("*.json"):
        file.write_text(damage)
    assert set(states(build(project, options, TODAY)).values()) == {"built"}
    assert {n: (project.build / n).read_bytes() for n in ALL} == first


def test_a_cached_document_is_not_rendered_again(project: Project, tmp_path: Path) -> None:
    options = BuildOptions(cache=tmp_path / "cache")
    for file in project.build.rglob("*.pdf"):
        file.unlink()
    assert set(states(build(project, options, TODAY)).values()) == {"built"}
    first = {n: (project.build / n).read_bytes() for n in ALL}
    for file in project.build.rglob("*.*"):
        if file.is_file():
            file.unlink()
    assert set(states(build(project, options, TODAY)).values()) == {"cached"}
    assert {n: (project.build / n).read_bytes() for n in ALL} == first
    assert set(states(build(project, options, TODAY)).values()) == {"up-to-date"}


def test_an_unwritable_cache_does_not_block_documents(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("in the way")
    (project.build / "other/other_2018_en.pdf").unlink()
    outcome = build(project, BuildOptions(("other",), cache=tmp_path / "cache"), TODAY)
    assert [d.state for d in outcome.targets] == ["built"]
    assert "the file cannot be written" in outcome.problems[0].message


def test_a_build_with_nothing_to_do_imports_no_slow_module(project: Project) -> None:
    code = (
        "import sys; from pipeline.cli import main; main(standalone_mode=False)\n"
        "slow = {'weasyprint', 'jinja2', 'pydantic', 'yaml', 'pebble', 'filelock'}\n"
        "print(*sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--project", project.root, "build"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "TZ": "UTC"},
    )
    assert (done.stdout.strip(), done.returncode) == ("", 0)
    assert "3 documents: 3 up to date" in done.stderr


@pytest.mark.parametrize("jobs", [1, 3])
def test_any_number_of_processes_makes_the_same_bytes(project: Project, jobs: int) -> None:
    first = {n: (project.build / n).read_bytes() for n in ALL}
    for name in ALL:
        (project.build / name).unlink()
    assert set(states(build(project, BuildOptions(jobs=jobs), TODAY)).values()) == {"built"}
    assert {n: (project.build / n).read_bytes() for n in ALL} == first


def test_a_new_changed_or_deleted_font_is_named(project: Project) -> None:
    """Every document is stale then; a hash of all fonts would not name the font."""
    font = project.root / "styles/fonts/Own.ttf"
    font.parent.mkdir(parents=True)
    first, second = (
        BUNDLED / f"styles/fonts/BriefSans-{n}.ttf" for n in ("Bold", "Italic")
    )

    def why() -> set[str]:
        stale = build(project, BuildOptions(dry_run=True), TODAY).targets
        return {document.reason for document in stale}

    font.write_bytes(first.read_bytes())
    assert why() == {"styles/fonts/Own.ttf changed"}
    build(project, BuildOptions(), TODAY)
    font.write_bytes(second.read_bytes())
    assert why() == {"styles/fonts/Own.ttf changed"}
    font.unlink()
    assert why() == {"styles/fonts/Own.ttf changed"}


def test_a_changed_workbook_makes_its_documents_stale(write_project: WriteProject) -> None:
    figure = FIGURE.replace("data.csv", "data.xlsx")
    path = "content/brief/2017/data.xlsx"

    def rows(last: float) -> list[list[CellValue]]:
        return [["where", "share"], ["here", (1.0, "0")], ["there", (last, "0")]]

    text = TEXT.format(title="A brief", heading="One", text="Some words.", more=figure)
    files = {"content/brief/2017/en.yaml": text, path: write_workbook(rows(2.0))}
    project = open_project(write_project(files))
    assert set(states(build(project, BuildOptions(), TODAY)).values()) == {"built"}
    assert set(states(build(project, BuildOptions(), TODAY)).values()) == {"up-to-date"}
    (project.root / path).write_bytes(write_workbook(rows(3.0)))
    outcome = build(project, BuildOptions(), TODAY)
    assert [(d.state, d.reason) for d in outcome.targets] == [("built", f"{path} changed")]


def test_a_hidden_row_is_reported_again_for_what_is_up_to_date(
    write_project: WriteProject,
) -> None:
    row = '<row r="{}"{}><c t="inlineStr"><is><t>{}</t></is></c><c><v>{}</v></c></row>'
    head = '<row r="1"><c t="inlineStr"><is><t>where</t></is></c>'
    head += '<c t="inlineStr"><is><t>share</t></is></c></row>'
    rows = row.format(2, "", "here", 1) + row.format(3, ' hidden="1"', "there", 2)
    path = "content/brief/2017/data.xlsx"
    figure = FIGURE.replace("data.csv", "data.xlsx")
    text = TEXT.format(title="A brief", heading="One", text="Some words.", more=figure)
    workbook = write_sheets({"Data": f"<sheetData>{head}{rows}</sheetData>"})
    files = {"content/brief/2017/en.yaml": text, path: workbook}
    project = open_project(write_project(files))
    for state in ("built", "up-to-date"):
        outcome = build(project, BuildOptions(), TODAY)
        assert [target.state for target in outcome.targets] == [state]
        hidden = [p for p in outcome.problems if p.rule is Rule.HIDDEN_ROWS]
        assert [str(p.place) for p in hidden] == [f'{path}: worksheet "Data"']
