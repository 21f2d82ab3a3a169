"""The Python API: the bytes of `briefs build`, and nothing changed in the program."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from pipeline import briefs_pdf
from pipeline.commands.check import check
from pipeline.project import BUNDLED, open_project
from tests.conftest import WriteProject, briefs

DAY = date(2026, 1, 1)
BRIEF = "title: {}\nsections:\n  - heading: One\n    blocks: [{{text: Some words.}}]\n"
FILES = {
    "content/brief/2017/en.yaml": BRIEF.format("Of *2017*"),
    "content/brief/2017/fr.yaml": BRIEF.format("De 2017"),
    "content/brief/2030/en.yaml": BRIEF.format("Of 2030"),
    "content/other/2018/edition.yaml": "status: draft\n",
    "content/other/2018/en.yaml": BRIEF.format("A draft"),
}


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project(FILES)


def files_in(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("profile", ["screen", "booklet", "press"])
def test_a_rendered_pdf_has_the_bytes_that_a_build_writes(
    root: Path, profile: str, ghostscript: str
) -> None:
    before = files_in(root)
    pdf = briefs_pdf.render_pdf(root, "brief", "fr", profile=profile, as_of=DAY)
    assert files_in(root) == before
    done = briefs(root, "build", "brief", "--profile", profile, "--as-of", DAY.isoformat())
    assert done.exit_code == 0, done.stderr
    (written,) = (root / "build/brief").glob("*_fr*.pdf")
    assert pdf == written.read_bytes()


def test_a_pdf_for_ua_2_is_converted_as_in_a_build(root: Path) -> None:
    with (root / "content/series.yaml").open("a") as series:
        series.write("conformance: ua-2\n")
    pdf = briefs_pdf.render_pdf(root, "brief", "en", as_of=DAY)
    assert pdf.startswith(b"%PDF-2.0")
    assert briefs(root, "build", "brief", "--as-of", "2026").exit_code == 0
    assert pdf == (root / "build/brief/brief_2017_en.pdf").read_bytes()


def test_a_published_edition_is_rendered_as_its_frozen_file(root: Path) -> None:
    done = briefs(root, "publish", "brief", "--edition", "2017", "--on", "2018-01-01")
    assert done.exit_code == 0, done.stderr
    (frozen,) = (root / "content/brief/published").rglob("*_en.pdf")
    (root / "content/brief/2017/edition.yaml").write_text(
        "corrections: [{date: 2019-01-01, note: {en: A word., fr: Un mot.}}]\n"
    )
    pdf = briefs_pdf.render_pdf(root, "brief", "en", as_of=DAY)
    assert pdf == frozen.read_bytes()
    (edition,) = (e for e in briefs_pdf.load(root, as_of=DAY).editions if e.is_current)
    assert edition.state is briefs_pdf.EditionState.PUBLISHED


def test_a_draft_is_rendered_only_by_its_date_and_stamped(root: Path) -> None:
    with pytest.raises(briefs_pdf.UnknownName, match="current on 2026-01-01"):
        briefs_pdf.render_pdf(root, "other", "en", as_of=DAY)
    pdf = briefs_pdf.render_pdf(root, "other", "en", edition="2018", as_of=DAY)
    assert briefs(root, "build", "other").exit_code == 0
    assert pdf == (root / "build/drafts/other_2018_en.pdf").read_bytes()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("brif", "en", None), 'no brief "brif"; did you mean "brief"?'),
        (("brief", "de", None), 'no language "de" of brief 2017; available: en, fr'),
        (("brief", "fr", "2030"), 'no language "fr" of brief 2030; available: en'),
        (("brief", "en", "2016"), 'no edition "2016" of brief; '),
    ],
)
def test_a_name_that_does_not_exist_is_refused(
    root: Path, names: tuple[str, str, str | None], message: str
) -> None:
    slug, language, edition = names
    with pytest.raises(briefs_pdf.UnknownName) as refused:
        briefs_pdf.render_pdf(root, slug, language, edition=edition, as_of=DAY)
    assert str(refused.value).startswith(message)


def test_a_build_refuses_names_as_the_command_does(root: Path) -> None:
    for named in ({"slugs": ["x"]}, {"languages": ["x"]}, {"profiles": ["x"]}):
        with pytest.raises(briefs_pdf.UnknownName, match=r'no [a-z]+ "x"; '):
            briefs_pdf.build(root, **named)
    with pytest.raises(briefs_pdf.UnknownName, match='no edition "2017-01"; '):
        briefs_pdf.build(root, edition="2017-01")
    with pytest.raises(ValueError, match="at least one process"):
        briefs_pdf.build(root, jobs=0)


def test_errors_and_strict_warnings_are_raised_with_their_places(root: Path) -> None:
    (root / "content/brief/2017/fr.yaml").write_text(BRIEF.format("Un") + "texts: 1\n")
    assert briefs_pdf.render_pdf(root, "brief", "en", as_of=DAY)
    with pytest.raises(briefs_pdf.BriefsError) as raised:
        briefs_pdf.render_pdf(root, "brief", "fr", as_of=DAY)
    (problem,) = raised.value.problems
    assert str(problem.place) == "content/brief/2017/fr.yaml:5:1"
    assert problem.rule.id == "unknown-key"
    assert problem.severity is briefs_pdf.Severity.ERROR
    text = BRIEF.format("One").replace("Some words.", "Some\u00adwords.")
    (root / "content/brief/2017/en.yaml").write_text(text)
    assert briefs_pdf.render_pdf(root, "brief", "en", as_of=DAY)
    with pytest.raises(briefs_pdf.BriefsError, match="SOFT HYPHEN") as raised:
        briefs_pdf.render_pdf(root, "brief", "en", as_of=DAY, strict=True)
    assert len(raised.value.problems) == 1  # not that of the French text


def test_an_error_of_the_system_is_raised_as_a_problem(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(root / "gone"))
    with pytest.raises(briefs_pdf.BriefsError, match="system: no such file"):
        briefs_pdf.render_pdf(root, "brief", "en", as_of=DAY)
    with pytest.raises(briefs_pdf.BriefsError, match='no folder "content"'):
        briefs_pdf.load(root / "content")


def test_a_build_gives_states_paths_and_problems(root: Path) -> None:
    built = briefs_pdf.build(root, as_of=DAY, jobs=2)
    assert built.problems == ()
    assert [(d.path, d.state) for d in built.documents] == [
        (root / "build/brief/brief_2017_en.pdf", "built"),
        (root / "build/brief/brief_2017_fr.pdf", "built"),
        (root / "build/drafts/other_2018_en.pdf", "built"),
    ]
    assert [d.bytes for d in built.documents] == [
        d.path.stat().st_size for d in built.documents
    ]
    again = briefs_pdf.build(briefs_pdf.load(root), as_of=DAY, dry_run=True)
    assert {d.state for d in again.documents} == {briefs_pdf.State.UP_TO_DATE}


def test_a_loaded_project_has_its_editions_and_the_problems_of_check(root: Path) -> None:
    (root / "content/brief/2030/en.yaml").write_text("titel: A\n")
    project = briefs_pdf.load(root, as_of=DAY)
    assert project.problems == check(open_project(root), ()).problems != ()
    first, second, draft = project.editions
    assert first == briefs_pdf.LoadedEdition(
        "brief",
        "2017",
        briefs_pdf.EditionState.FINAL,
        True,
        ("en", "fr"),
        {"en": "Of 2017", "fr": "De 2017"},
    )
    assert (second.is_current, second.titles) == (False, {})
    assert draft.state is briefs_pdf.EditionState.DRAFT


def test_threads_may_render_at_the_same_time(root: Path) -> None:
    with ThreadPoolExecutor(3) as threads:
        pdfs = threads.map(
            lambda code: briefs_pdf.render_pdf(root, "brief", code, as_of=DAY),
            ("en", "fr", "en"),
        )
        first, other, third = pdfs
    assert first == third != other


# Prints what the API imports, and whether calls of it changed the program.
PROGRAM = """
import os, signal, sys
from pipeline import briefs_pdf

SLOW = {"weasyprint", "jinja2", "pydantic", "yaml", "click", "multiprocessing"}
print(*sorted(SLOW & {*sys.modules}), flush=True)

def state():
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    return dict(os.environ), handlers, os.getcwd(), sys.stderr, os.fstat(2), __file__

before = state()
assert len(briefs_pdf.render_pdf(".", "brief", "en", edition="2017")) > 1000
assert briefs_pdf.load(".").problems
assert briefs_pdf.build(".", slugs=["brief"], languages=["en"]).documents
print(state() == before, *sorted({"weasyprint", "click"} & {*sys.modules}))
"""


def test_the_api_does_not_change_the_program_that_uses_it(root: Path) -> None:
    """The program has no `if __name__ == "__main__"`; its processes do not run it."""
    program = root / "program.py"
    program.write_text(PROGRAM)
    (root / "content/unknown.txt").touch()
    done = subprocess.run(
        [sys.executable, program],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(BUNDLED)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "\nTrue\n"
