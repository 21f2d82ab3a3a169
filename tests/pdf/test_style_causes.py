"""What a style sheet of a project breaks is reported at its declaration."""

from collections.abc import Mapping
from datetime import date

import pytest

from pipeline.build import build_documents as build
from pipeline.design.css_diagnostics import list_declarations, without_declarations
from pipeline.design.stylesheets import Serve
from pipeline.pdf.style_causes import locate_in_styles
from pipeline.problems import ExitCode, Place, Problem, Rule, exit_code
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

EN = "content/brief/2017/en.yaml"
BRIEF = "title: A title\nsections:\n  - heading: One\n    blocks: [{text: Some words.}]\n"
STYLESHEET = "styles/components/zz.css"


def problems_of(
    write_project: WriteProject, files: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Build a brief, and give the place and the message of each problem."""
    project = open_project(write_project({EN: BRIEF, **files}))
    outcome = build(project, BuildOptions(languages=("en",)), date(2026, 1, 1))
    assert exit_code(outcome.problems) in (ExitCode.CONTENT, ExitCode.DESIGN)
    return [(str(problem.place), problem.message) for problem in outcome.problems]


@pytest.mark.parametrize(
    ("stylesheet", "position", "message"),
    [
        ("h2 { color: #123;\n  display: none }", "2:3", "the heading <h2> has no text"),
        ("@page { orphans: 2; size: 20000mm 20000mm }", "1:21", "a page of 20,000.0 × "),
        ("p { margin: 1pt; transform: scale(3e10) }", "1:18", "a number that PDF does not"),
        ("@media print { h2 { opacity: .9 } }", "1:21", "an element holds content that is"),
        ("p::before { content: '\ue000' }", "1:13", "no font of the brief has the char"),
        ("h1 { visibility: hidden }\nh1 { display: none }", "1:6", "the heading <h1> has"),
    ],
)
def test_a_declaration_that_breaks_the_page_is_the_place(
    stylesheet: str, position: str, message: str, write_project: WriteProject
) -> None:
    problems = problems_of(write_project, {STYLESHEET: stylesheet})
    assert {place for place, _ in problems} == {f"{STYLESHEET}:{position}"}
    assert any(text.startswith(message) for _, text in problems)


def test_content_and_templates_stay_the_place_of_what_they_break(
    write_project: WriteProject,
) -> None:
    template = (BUNDLED / "templates/components/masthead.html").read_text()
    problems = problems_of(
        write_project,
        {
            STYLESHEET: "body { font-family: 'Brief Sans' } p { margin: 1pt }",
            EN: BRIEF.replace("Some words", "Some \ue000 words"),
            "templates/components/masthead.html": f"<h6>Deep</h6>\n{template}",
        },
    )
    places = {place for place, message in problems if "heading" in message}
    assert places == {"templates/components/masthead.html:1:1"}
    assert {place for place, text in problems if "no font" in text} == {f"{EN}:4:26"}


def test_few_renders_find_one_of_many_declarations() -> None:
    rules = [f"p {{ margin: {number}pt }}" for number in range(1_000)]
    rules[700] = "p { display: none }"
    wrong = Problem(Rule.PDF_STRUCTURE, Place("en.yaml"), "hidden", "")
    renders = 0

    def render(serve: Serve) -> list[Problem]:
        nonlocal renders
        renders += 1
        return [wrong] if b" display: none" in (serve("a.css") or b"") else []

    served = {"a.css": "\n".join(rules).encode()}.get
    (located,) = locate_in_styles([wrong], ["a.css"], served, render)
    assert located.place == Place("a.css", 701, 5)
    assert renders <= 11


@pytest.mark.parametrize(
    ("rule", "message"), [(Rule.PDF_STRUCTURE, "hidden"), (Rule.OVERFLOW, "too wide")]
)
def test_a_declaration_without_which_something_is_wrong_too_is_not_the_place(
    rule: Rule, message: str
) -> None:
    wrong = Problem(Rule.PDF_STRUCTURE, Place("en.yaml"), "hidden", "")
    left = [Problem(rule, Place("en.yaml"), message, "")]
    served = {"a.css": b"p { margin: 0 }"}.get
    assert locate_in_styles([wrong], ["a.css"], served, lambda _: left) == [wrong]


def test_declarations_are_taken_out_at_their_places() -> None:
    stylesheet = (
        b"a { top: 0; left: 0 }\r\n"
        b"@page { @top-left { top: 1pt } size: A4 }\f"
        b" b { top: 2pt }"
    )
    places = list_declarations("a.css", stylesheet)
    positions = [(place.line, place.column) for place in places]
    assert positions == [(1, 5), (1, 13), (2, 21), (2, 32), (3, 6)]
    assert without_declarations(stylesheet, places[1:4]).decode() == (
        "a { top: 0; --without-left: 0 }\n"
        "@page { @top-left { --without-top: 1pt } --without-size: A4 }\n b { top: 2pt }"
    )
