"""What is wrong in a style sheet is said with the sheet, the line and the column."""

from collections.abc import Mapping

import pytest

from pipeline.design.stylesheets import find_value
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place, Problem
from pipeline.project import BASE_URL, BUNDLED
from tests.scaling import GROWTH, assert_linear


def paint(sheets: Mapping[str, str]) -> list[Problem]:
    """Set a page with the first of some sheets."""
    html = (
        "<!DOCTYPE html><html lang=en><title>T</title>"
        f'<link rel="stylesheet" href="{BASE_URL}{next(iter(sheets))}">'
        "<style>body { font: 10pt 'Brief Sans' }</style><p>Words</p>"
    )
    fonts = load_fonts((BUNDLED / "styles" / "fonts",))
    served = {name: text.encode() for name, text in sheets.items()}
    return render_pdf(html, served.get, fonts, lambda *_: Place("here.yaml"))[1]


def test_a_sheet_is_named_also_after_one_that_it_imports() -> None:
    problems = paint(
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
    ("sheet", "said"),
    [
        ('@import "none.css";', 'there is no style sheet "none.css"'),
        ("@import url(../none.css);", 'there is no style sheet "../none.css"'),
        (
            '@import "https://example.org/x.css";',
            '"https://example.org/x.css" is no style sheet of this project',
        ),
        ("p:::first { color: red }", 'the selector "p:::first" is not understood'),
        ("p { color }", "the style sheet cannot be read here"),
        ("p { color: }", '"color: " is ignored: no value'),
        ("@page :nowhere { margin: 0 }", "the painter says: Unsupported @page selector"),
    ],
)
def test_a_fault_is_said_as_its_designer_wrote_it(sheet: str, said: str) -> None:
    (problem,) = paint({"styles/a.css": f"\n\n{sheet}"})
    assert problem.message.startswith(said)
    assert (problem.place.file, problem.place.line) == ("styles/a.css", 3)


def check_faulty_rules(number: int) -> None:
    """Check a style sheet of so many rules, each with a fault."""
    sheet = "".join(f"p:::part{line} {{ color: red }}\n" for line in range(number))
    problems = paint({"styles/a.css": sheet})
    assert [p.place.line for p in problems] == list(range(1, number + 1))


def test_faults_of_style_sheets_are_found_in_linear_time() -> None:
    """Each was once searched for in all rules of its style sheet."""
    assert_linear(check_faulty_rules, 300, GROWTH * 300)


def test_a_fault_of_the_brand_names_its_file_without_a_line() -> None:
    (problem,) = paint({"styles/_brand.yml": "p { colour: red }"})
    assert problem.place == Place("styles/_brand.yml")


@pytest.mark.parametrize(
    ("cause", "place"),
    [
        (7.0, Place("styles/b.css", 2, 16)),  # the later sheet
        (6.0, Place("styles/a.css", 1, 11)),
        (5.0, Place("styles/b.css")),  # said nowhere: the profile's sheet
        ((1.0, 0.0, 0.0), Place("styles/a.css", 1, 37)),
    ],
)
def test_what_makes_a_text_illegible_is_found_in_its_sheet(
    cause: float | tuple[float, float, float], place: Place
) -> None:
    sheets = {
        "styles/a.css": b"p { font: 6pt x; width: 5pt; color: #f00 } q { font: 7pt x }",
        "styles/b.css": b":root {\n  --text-size: 7pt;\n  margin: 6pt }",
    }
    assert find_value(sheets, sheets.get, cause) == place
