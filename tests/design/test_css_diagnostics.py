"""Mistakes in style sheets are reported with file, line and column."""

from collections.abc import Mapping

import pytest

from pipeline.design.css_diagnostics import find_declaration
from pipeline.design.stylesheets import nesting_problem
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place, Problem
from pipeline.project import BASE_URL, BUNDLED
from tests.scaling import GROWTH, assert_linear


def problems_of(stylesheets: Mapping[str, str]) -> list[Problem]:
    """Render a page with the first of some style sheets."""
    html = (
        "<!DOCTYPE html><html lang=en><title>T</title>"
        f'<link rel="stylesheet" href="{BASE_URL}{next(iter(stylesheets))}">'
        "<style>body { font: 10pt 'Brief Sans' }</style><p>Words</p>"
    )
    fonts = load_fonts((BUNDLED / "styles" / "fonts",))
    served = {name: text.encode() for name, text in stylesheets.items()}
    return render_pdf(html, served.get, fonts, lambda *_: Place("here.yaml"))[1]


def test_a_problem_after_an_import_names_the_importing_style_sheet() -> None:
    problems = problems_of(
        {
            "styles/a.css": '@import "b.css";\np { colour: red }',
            "styles/b.css": "p { hight: 1pt }",
        }
    )
    assert [(p.place, p.message) for p in problems] == [
        (Place("styles/b.css", 1, 5), '"hight: 1pt" is ignored: unknown property'),
        (Place("styles/a.css", 2, 5), '"colour: red" is ignored: unknown property'),
    ]


@pytest.mark.parametrize(
    ("stylesheet", "message"),
    [
        ('@import "none.css";', 'there is no style sheet "none.css"'),
        ("@import url(../none.css);", 'there is no style sheet "../none.css"'),
        (
            '@import "https://example.org/x.css";',
            '"https://example.org/x.css" is not a style sheet of this project',
        ),
        ("p:::first { color: red }", 'unsupported selector "p:::first"'),
        ("p { color }", "CSS syntax error"),
        ("p { color: }", '"color: " is ignored: no value'),
        ("@page :nowhere { margin: 0 }", "WeasyPrint: Unsupported @page selector"),
    ],
)
def test_a_problem_has_the_line_of_its_style_sheet(stylesheet: str, message: str) -> None:
    (problem,) = problems_of({"styles/a.css": f"\n\n{stylesheet}"})
    assert problem.message.startswith(message)
    assert (problem.place.file, problem.place.line) == ("styles/a.css", 3)


def check_faulty_rules(number: int) -> None:
    """Check a style sheet of so many rules, each with a fault."""
    stylesheet = "".join(f"p:::part{line} {{ color: red }}\n" for line in range(number))
    problems = problems_of({"styles/a.css": stylesheet})
    assert [p.place.line for p in problems] == list(range(1, number + 1))


def test_faults_of_style_sheets_are_found_in_linear_time() -> None:
    """Each was once searched for in all rules of its style sheet."""
    assert_linear(check_faulty_rules, 300, GROWTH * 300)


def test_a_problem_of_the_brand_has_no_line() -> None:
    (problem,) = problems_of({"styles/_brand.yml": "p { colour: red }"})
    assert problem.place == Place("styles/_brand.yml")


@pytest.mark.parametrize(
    ("cause", "place"),
    [
        (7.0, Place("styles/b.css", 2, 16)),  # the later style sheet
        (6.0, Place("styles/a.css", 1, 11)),
        (5.0, Place("styles/b.css")),  # set nowhere: the last style sheet
        ((1.0, 0.0, 0.0), Place("styles/a.css", 1, 37)),
    ],
)
def test_the_place_of_a_size_or_colour_is_found(
    cause: float | tuple[float, float, float], place: Place
) -> None:
    stylesheets = {
        "styles/a.css": b"p { font: 6pt x; width: 5pt; color: #f00 } q { font: 7pt x }",
        "styles/b.css": b":root {\n  --text-size: 7pt;\n  margin: 6pt }",
    }
    assert find_declaration(stylesheets, stylesheets.get, cause) == place


@pytest.mark.parametrize(
    "opened", ["{", "a{", "(", "[", "{]", "({]", "'\\'{'{", '"a"{', "/*}*/{", "\\}{"]
)
def test_nesting_is_reported_where_it_exceeds_the_limit(opened: str) -> None:
    depth = sum(opened.endswith(end) for end in ("(", "[", "{", "{]")) + ("({" in opened)
    stylesheet = "a { b: c }\n" + opened * 100_000
    problem = nesting_problem("styles/a.css", stylesheet.encode())
    assert problem
    last = (51 - 1) // depth
    assert problem.place.line == 2
    assert last * len(opened) < problem.place.column <= (last + 1) * len(opened)
    assert "nested deeper than 50 levels" in problem.message


@pytest.mark.parametrize("closed", ["a{}", "'{'", '"{"', "/*{*/", "\\{", "'\\'{'"])
def test_what_is_closed_or_quoted_does_not_nest(closed: str) -> None:
    assert nesting_problem("styles/a.css", (closed * 100).encode()) is None


@pytest.mark.parametrize("part", ["{", "{}", "'", '"a', "/*", "\\", "/", "(]"])
def test_nesting_is_found_in_linear_time(part: str) -> None:
    def check(stylesheet: bytes) -> None:
        nesting_problem("styles/a.css", stylesheet)

    small = part.encode() * 5_000
    assert_linear(check, small, small * GROWTH)
