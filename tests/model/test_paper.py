"""A series is printed on sheets of one size, and on halves of them."""

from decimal import Decimal
from typing import Literal

import pytest

from pipeline.content.loader import load_series
from pipeline.content.session_loader import find_sessions, load_session
from pipeline.design.stylesheets import stylesheets_for
from pipeline.design.tokens import read_tokens
from pipeline.model.paper import A4, SheetSize, sheet_style, size_of
from pipeline.problems import Rule
from pipeline.project import BUNDLED, Project, open_project
from tests.conftest import WriteProject

SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en]\n"
COLUMNS: tuple[Literal["side", "none"], ...] = ("side", "none")
LETTER = SheetSize(width=Decimal("215.9"), height=Decimal("279.4"))
OWN = SheetSize(width=Decimal(200), height=Decimal(281))


@pytest.mark.parametrize(
    ("sheet", "name", "half"),
    [
        (A4, "A4", "A5"),
        (LETTER, "Letter", "half-letter"),
        (OWN, "200 × 281 mm", "140.5 × 200 mm"),
    ],
)
def test_a_sheet_and_its_half_have_names_and_sizes(
    sheet: SheetSize, name: str, half: str
) -> None:
    assert (sheet.name, sheet.half_name) == (name, half)
    assert size_of(name) == (sheet.width, sheet.height)
    assert size_of(half)[1] == sheet.width or half == "A5"


def test_only_another_paper_than_a4_changes_the_style_sheets() -> None:
    assert sheet_style(A4, is_half=False) == sheet_style(A4, is_half=True) == ""
    letter = "--sheet-width: 215.9mm; --sheet-height: 279.4mm; --wider: 5.9mm"
    assert sheet_style(LETTER, is_half=False) == letter
    half = "--sheet-width: 139.7mm; --sheet-height: 215.9mm; --wider: -8.3mm"
    assert sheet_style(LETTER, is_half=True) == half


@pytest.mark.parametrize("sheet", [A4, LETTER, OWN], ids=lambda sheet: sheet.name)
@pytest.mark.parametrize(
    ("profile", "extra", "column"),
    [
        *(
            (name, "", column)
            for name in ("screen", "office", "large", "press")
            for column in COLUMNS
        ),
        ("office", "redline.css", "side"),
    ],
)
def test_text_and_margins_are_as_wide_as_the_sheet(
    sheet: SheetSize, profile: str, extra: str, column: Literal["side", "none"]
) -> None:
    project = Project(BUNDLED)
    names = stylesheets_for(project, "en", profile, extra, column)
    style = sheet_style(sheet, is_half=False)
    tokens = read_tokens(
        names, lambda name: project.read_asset(name) or b"", "en", (profile,), style
    )
    parts = [tokens.points(name) for name in ("page-inner", "full", "page-outer")]
    assert None not in parts
    width = float(sheet.width) * 72 / 25.4
    assert sum(part or 0 for part in parts) == pytest.approx(width)


@pytest.mark.parametrize(
    ("paper", "rule", "place"),
    [
        ("Leter", Rule.INVALID_CHOICE, "4:8"),
        ("{width: 200}", Rule.MISSING_KEY, "4:1"),
        ("{width: 100, height: 280}", Rule.INVALID_VALUE, "4:16"),
        ("[A4]", Rule.WRONG_TYPE, "4:8"),
    ],
)
def test_a_wrong_paper_is_reported_where_it_is(
    write_project: WriteProject, paper: str, rule: Rule, place: str
) -> None:
    files = {"content/series.yaml": f"{SERIES}paper: {paper}\n"}
    _, (problem,) = load_series(open_project(write_project(files)), ())
    assert problem.rule is rule
    assert str(problem.place) == f"content/series.yaml:{place}"


@pytest.mark.parametrize(
    ("paper", "size", "fits"),
    [
        ("A4", "A5", True),
        ("A4", "Letter", False),
        ("Letter", "half-letter", True),
        ("Letter", "A4", False),
        ("{width: 200, height: 280}", "half", True),
    ],
)
def test_a_session_is_printed_on_the_paper_of_the_series(
    write_project: WriteProject, paper: str, size: str, fits: bool
) -> None:
    session = (
        "name: A meeting\ndates: {start: 2017-10-26, end: 2017-11-09}\n"
        f"place: Geneva\npaper:\n  size: {size}\n"
    )
    files = {
        "content/series.yaml": f"{SERIES}paper: {paper}\n",
        "content/sessions/one.yaml": session,
    }
    project = open_project(write_project(files))
    series, _ = load_series(project, ())
    assert series
    _, _, problems = load_session(project, find_sessions(project)[0]["one"], series)
    assert [(p.rule, p.place.line) for p in problems] == (
        [] if fits else [(Rule.PAPER_SIZE, 5)]
    )
