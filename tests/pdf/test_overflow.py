"""Content that does not fit is reported at its place, and content that fits is not."""

import ast
import inspect
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.pdf.checks import overflow
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place, Rule, Severity
from pipeline.project import BASE_URL, BUNDLED, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

ROOT = Path(__file__).resolve().parents[2]
EN = "content/brief/2017/en.yaml"
EDITION = "content/brief/2017/edition.yaml"
SERIES = "content/series.yaml"
LINE = "some words that fill a line of text "
ENDLESS = "endless_" * 20
SECTION = "sections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"


def words(times: int) -> str:
    return (LINE * times).strip()


def brief(
    blocks: str = "      - text: Some text.\n", head: str = "title: A title\n"
) -> str:
    return f"{head}sections:\n  - heading: A heading\n    blocks:\n{blocks}"


def table(columns: str, row: str, rows: int = 1) -> str:
    head = f"      - table:\n          title: T\n          columns: [{columns}]\n"
    return brief(f"{head}          rows:\n" + f"            - [{row}]\n" * rows)


def text(paragraphs: str, notes: str = "") -> str:
    return brief(f"      - text: |\n          {paragraphs}\n\n          {notes}\n")


FIGURE = """\
      - figure:
          {{title: T, chart: bar, data: [{{a: {}, b: 5}}], label: a, value: b, alt: A,
           source: S, subtitle: Number}}
"""
PULL = f"  - {{figure: '1', text: {words(24)}}}\n"
MESSAGE = f"  - {{say: Some words., because: {words(30)}}}\n"
ROWS = "          | row | words |\n" * 4


def build_brief(
    write_project: WriteProject,
    files: Mapping[str, str | bytes | None],
    profile: str = "screen",
) -> BuildResult:
    project = open_project(write_project(files))
    return build(project, BuildOptions(profiles=(profile,)), date(2026, 1, 1))


def reported_places(outcome: BuildResult) -> list[tuple[Rule, str]]:
    return [(problem.rule, str(problem.place)) for problem in outcome.problems]


# What breaks each rule, and the place at which it is reported.
MISFITS: dict[str, tuple[Rule, str, dict[str, str]]] = {
    "a word in the title": (
        Rule.OVERFLOW,
        f"{EN}:1:10",
        {EN: f"title: A {ENDLESS}\n{SECTION}"},
    ),
    "a word in the standfirst": (
        Rule.OVERFLOW,
        f"{EN}:2:13",
        {EN: f"title: A title\nstandfirst: {ENDLESS}\n{SECTION}"},
    ),
    "a word in a heading": (
        Rule.OVERFLOW,
        f"{EN}:3:19",
        {EN: brief().replace("A heading", f"Some {ENDLESS}")},
    ),
    "a word in the body": (Rule.OVERFLOW, f"{EN}:6:16", {EN: text(f"Some {ENDLESS}")}),
    "a word in a list of the body": (
        Rule.OVERFLOW,
        f"{EN}:8:13",
        {EN: text("Some text:", f"- {ENDLESS}")},
    ),
    "a word in a footnote": (
        Rule.OVERFLOW,
        f"{EN}:8:22",
        {EN: text("Some text.[^a]", f"[^a]: Some {ENDLESS}")},
    ),
    "a word in a cell": (
        Rule.OVERFLOW,
        f"{EN}:5:9",
        {EN: table("a, b, c", f"x, y, {ENDLESS}")},
    ),
    "a word in a side note": (
        Rule.OVERFLOW,
        f"{EN}:5:32",
        {EN: brief(f"      - side_note: {{text: Some {ENDLESS}}}\n      - text: Text.\n")},
    ),
    "a word in a key message": (
        Rule.OVERFLOW,
        f"{EN}:3:15",
        {EN: brief(head=f"title: A title\nkey_messages:\n  - say: Some {ENDLESS}\n")},
    ),
    "a word in a box": (
        Rule.OVERFLOW,
        f"{EN}:5:36",
        {EN: brief(f"      - box: {{title: T, text: Some {ENDLESS}}}\n")},
    ),
    "a word in a chart": (
        Rule.OVERFLOW,
        f"{EN}:6:45",
        {EN: brief(FIGURE.format(ENDLESS))},
    ),
    "a pull figure": (
        Rule.OVERFLOW,
        f"{EN}:3:14",
        {
            EN: brief(
                head="title: A title\npull_figures:\n"
                "  - {figure: 1000000000000000, text: a number}\n"
            )
        },
    ),
    "a word in the contact": (
        Rule.OVERFLOW,
        f"{EDITION}:1:29",
        {EDITION: f"contact: {{name: Ann, email: ann-{ENDLESS}}}\n", EN: brief()},
    ),
    "a word in the publisher's name": (
        Rule.OVERFLOW,
        f"{SERIES}:2:22",
        {
            SERIES: f"name: B\npublisher: {{name: An {ENDLESS}}}\nlanguages: [en]\n",
            EN: brief(),
        },
    ),
    "a line that runs along each page": (
        Rule.OVERFLOW,
        f"{SERIES}:1:12",
        {
            SERIES: f"name: {words(28)}\npublisher: {{name: P}}\nlanguages: [en]\n",
            EN: brief(),
        },
    ),
    "twelve columns": (
        Rule.OVERFLOW,
        f"{EN}:5:9",
        {EN: table(", ".join(["Employment"] * 12), ", ".join(["telecommunications"] * 12))},
    ),
    "a long side note": (
        Rule.OVERFLOW,
        f"{EN}:5:9",
        {EN: brief(f"      - side_note: {{text: {words(60)}}}\n      - text: Text.\n")},
    ),
    "a side note under the imprint": (
        Rule.OVERFLOW,
        f"{EN}:5:9",
        {
            SERIES: "name: B\npublisher: {name: P}\nlanguages: [en]\n"
            f"disclaimer: {words(24)}\n",
            EN: brief(f"      - side_note: {{text: {words(34)}}}\n      - text: Text.\n"),
        },
    ),
    "a title of four lines": (
        Rule.TITLE_LINES,
        f"{EN}:1:1",
        {EN: f"title: {words(3)}\n{SECTION}"},
    ),
    "a title of five hundred letters": (
        Rule.TITLE_LINES,
        f"{EN}:1:1",
        {EN: f"title: {words(14)}\n{SECTION}"},
    ),
    "a standfirst of five lines": (
        Rule.TITLE_LINES,
        f"{EN}:2:1",
        {EN: f"title: A title\nstandfirst: {words(7)}\n{SECTION}"},
    ),
    "a cell that reaches down over a page": (
        Rule.UNWANTED_BREAK,
        f"{EN}:9:23",
        {
            EN: table("A, B", "{text: Head, down: 40}, b")
            + "            - [b]\n" * 39
            + "            - [a, b]\n"
        },
    ),
    "a heading of five lines": (
        Rule.TITLE_LINES,
        f"{EN}:2:13",
        {EN: f"title: A title\n{SECTION.replace('A heading', words(7))}"},
    ),
    "long key messages": (
        Rule.KEY_MESSAGES_OVERFLOW,
        f"{EN}:2:1",
        {EN: f"title: A title\nkey_messages:\n{MESSAGE * 3}{SECTION}"},
    ),
    "long pull figures": (
        Rule.SIDE_COLUMN_OVERFLOW,
        f"{EN}:2:1",
        {EN: f"title: A title\npull_figures:\n{PULL * 3}{SECTION}"},
    ),
    "one long pull figure": (
        Rule.SIDE_COLUMN_OVERFLOW,
        f"{EN}:2:1",
        {EN: f"title: A title\npull_figures:\n{PULL.replace(LINE, LINE * 4)}{SECTION}"},
    ),
    "a box of more than a page": (
        Rule.UNWANTED_BREAK,
        f"{EN}:5:9",
        {EN: brief(f"      - box: {{title: T, text: {words(110)}}}\n")},
    ),
    "a quote of more than a page": (
        Rule.UNWANTED_BREAK,
        f"{EN}:5:9",
        {EN: brief(f"      - quote: {{text: {words(95)}}}\n")},
    ),
    "a side note by itself": (
        Rule.UNWANTED_BREAK,
        f"{EN}:5:9",
        {EN: brief(f"      - side_note: {{text: {words(190)}}}\n")},
    ),
    "a row of more than a page": (
        Rule.UNWANTED_BREAK,
        f"{EN}:10:19",
        {
            EN: text(
                "Text.",
                f"| A | B |\n          |---|---|\n{ROWS}          | x | {words(160)} |",
            )
        },
    ),
    "a point for decision longer than a page": (
        Rule.UNWANTED_BREAK,
        f"{EN}:3:5",
        {
            EN: "title: A title\npoints_for_decision:\n"
            + f"  - {{do: {words(3)}, detail: {words(100)}}}\n"
            + SECTION
        },
    ),
    "a footnote of sixty lines": (
        Rule.DISPLACED_FOOTNOTE,
        f"{EN}:8:22",
        {EN: text("Some text.[^a]", f"[^a]: {words(190)}")},
    ),
    "a heading before what does not fit": (
        Rule.STRANDED_HEADING,
        f"{EN}:3:16",
        {
            EN: brief(
                f"      - side_note: {{text: A note.}}\n      - text: {words(130)}\n"
            ),
            "styles/components/sections.css": ".with-side { break-inside: avoid }",
        },
    ),
    "a few lines on a second page": (
        Rule.SHORT_LAST_PAGE,
        f"{EN}:5:20",
        {EN: brief(f"      - text: {words(85)}\n")},
    ),
}


@pytest.mark.parametrize("name", MISFITS)
def test_an_issue_is_reported_alone_at_its_place(
    name: str, write_project: WriteProject
) -> None:
    rule, place, files = MISFITS[name]
    assert reported_places(build_brief(write_project, files)) == [(rule, place)]


def test_each_rule_has_an_example() -> None:
    """`OVERLAP` needs a style sheet and `BLANK_PAGES` a profile: each has its own test."""
    tree = ast.parse(inspect.getsource(overflow))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Rule"
    }
    broken = {rule.name for rule, _, _ in MISFITS.values()}
    assert used == broken | {Rule.OVERLAP.name, Rule.BLANK_PAGES.name}


@pytest.mark.parametrize("times", [32, 40, 44])
def test_a_contact_without_room_below_pull_figures_is_reported(
    times: int, write_project: WriteProject
) -> None:
    """Its lines go under the imprint, or are lost one by one, or all."""
    figures = f"pull_figures:\n{PULL.replace(words(24), words(times))}"
    contact = "contact: {name: Ann, phone: '+41 22 000 00 00', web: www.example.org}\n"
    files = {EN: f"title: A title\n{figures}{SECTION}", EDITION: contact}
    places = reported_places(build_brief(write_project, files))
    assert {rule for rule, _ in places} == {Rule.SIDE_COLUMN_OVERFLOW}
    assert f"{EDITION}:1:1" in {place for _, place in places}


def test_two_issues_of_one_brief_are_both_reported(write_project: WriteProject) -> None:
    files = {EN: brief(f"      - text: Some {ENDLESS}\n", f"title: {words(3)}\n")}
    assert reported_places(build_brief(write_project, files)) == [
        (Rule.TITLE_LINES, f"{EN}:1:1"),
        (Rule.OVERFLOW, f"{EN}:5:20"),
    ]


def test_a_side_note_is_reported_at_its_own_place(
    write_project: WriteProject,
) -> None:
    blocks = f"      - text: Text.\n      - side_note: {{text: Some {ENDLESS}}}\n"
    assert reported_places(build_brief(write_project, {EN: brief(blocks)})) == [
        (Rule.OVERFLOW, f"{EN}:6:32")
    ]


def test_templates_without_paths_are_checked_too(write_project: WriteProject) -> None:
    masthead = "<header><h1>{{ brief.version.title }}</h1></header>"
    files = {
        "templates/components/masthead.html": masthead,
        EN: f"title: A {ENDLESS}\n{SECTION}",
    }
    (problem,) = build_brief(write_project, files).problems
    assert (problem.rule, problem.place) == (Rule.OVERFLOW, Place(EN, 1, 10))
    files = {
        "templates/components/blocks.html": BLOCKS,
        EN: MISFITS["a box of more than a page"][2][EN],
    }
    (problem,) = build_brief(write_project, files).problems
    assert problem.rule is Rule.UNWANTED_BREAK


BLOCKS = """\
{% macro place(block) %}
<div style="break-inside: avoid">{{ block.content.text }}</div>
{% endmacro %}
"""


@pytest.mark.parametrize(
    ("profile", "times", "pages", "blank"),
    [
        ("office", 10, 1, None),
        ("office", 120, 2, None),
        ("office", 215, 3, ("1", "2")),
        ("screen", 215, 3, None),
        ("large", 215, 3, ("1", "2")),
        ("a5", 10, 1, ("3", "4")),
        ("a5", 215, 3, ("1", "4")),
    ],
)
def test_blank_pages_of_a_sheet_are_reported(
    profile: str,
    times: int,
    pages: int,
    blank: tuple[str, str] | None,
    write_project: WriteProject,
) -> None:
    """These profiles have the pages of "screen" here: what counts is their name."""
    stylesheet = (ROOT / "styles" / "profiles" / "screen.css").read_bytes()
    files = {
        f"styles/profiles/{profile}.css": stylesheet,
        EN: brief(f"      - text: {words(times)}\n"),
    }
    outcome = build_brief(write_project, files, profile)
    assert [d.pages for d in outcome.targets] == [pages]
    numbers = [
        tuple(re.findall(r"\b\d\b", p.message))
        for p in outcome.problems
        if p.rule is Rule.BLANK_PAGES
    ]
    assert numbers == ([blank] if blank else [])


@pytest.mark.parametrize(
    ("count", "pages_per_sheet", "hint"),
    [
        (3, 1, "shorten the text until it ends on page 2, or extend it"),
        (2, 2, "shorten the text until it ends on page 1, or extend it"),
        (3, 2, "shorten the text until it ends on page 2, or extend it to 4 pages"),
        (4, 2, "shorten the text until it ends on page 2, or extend it"),
        (3, 4, "extend the text to 4 pages"),
        (6, 4, "shorten the text until it ends on page 4, or extend it to 8 pages"),
    ],
)
def test_the_hint_of_a_short_page_leaves_no_blank_one(
    count: int, pages_per_sheet: int, hint: str
) -> None:
    assert overflow._shorten_or_extend(count, pages_per_sheet) == hint


@pytest.mark.parametrize(
    ("profile", "times", "reported"), [("screen", 5, 4), ("large", 5, None), ("a5", 6, 5)]
)
def test_a_heading_may_take_one_more_line_in_a5_and_large(
    profile: str, times: int, reported: int | None, write_project: WriteProject
) -> None:
    """These profiles have the pages of "screen" here: what counts is their name."""
    stylesheet = (ROOT / "styles" / "profiles" / "screen.css").read_bytes()
    files = {
        f"styles/profiles/{profile}.css": stylesheet,
        EN: brief().replace("A heading", words(times)),
    }
    outcome = build_brief(write_project, files, profile)
    messages = [p.message for p in outcome.problems if p.rule is Rule.TITLE_LINES]
    assert len(messages) == (reported is not None)
    assert all(f"the heading takes {reported} lines" in message for message in messages)


def test_rows_of_a_spanning_cell_break_together(
    write_project: WriteProject,
) -> None:
    """In groups of two rows, of three, of five: a page would end within one of them."""
    for down, groups in ((2, 20), (3, 14), (5, 9)):
        joined = f"            - [{{text: Head, down: {down}}}, b]\n"
        joined += "            - [b]\n" * (down - 1)
        outcome = build_brief(write_project, {EN: table("A, B", "a, b") + joined * groups})
        assert outcome.targets[0].pages > 1
        assert Rule.UNWANTED_BREAK not in {p.rule for p in outcome.problems}


def test_a_page_may_end_between_points_for_decision(write_project: WriteProject) -> None:
    points = f"  - {{do: {words(3)}, detail: {words(6)}}}\n" * 9
    files = {EN: f"title: A title\npoints_for_decision:\n{points}{SECTION}"}
    outcome = build_brief(write_project, files)
    assert [d.pages for d in outcome.targets] == [2]
    assert not outcome.problems


def test_the_last_page_of_a_draft_is_not_checked(write_project: WriteProject) -> None:
    files = MISFITS["a few lines on a second page"][2]
    assert (
        reported_places(build_brief(write_project, {**files, EDITION: "status: draft\n"}))
        == []
    )


def test_a_warning_is_repeated_for_an_up_to_date_document(
    write_project: WriteProject,
) -> None:
    content = brief(f"      - text: {words(85)}\n")
    first = build_brief(write_project, {EN: content})
    again = build_brief(write_project, {EN: "# moved down\n" + content})
    assert [d.state for d in again.targets] == ["up-to-date"]
    (before,), (after,) = first.problems, again.problems
    assert after.message == before.message
    assert after.place.line == before.place.line + 1


def test_a_warning_about_the_design_is_repeated_too(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rule.LEGIBILITY, "severity", Severity.WARNING)
    bundled = (BUNDLED / "styles/type.css").read_text("utf-8")
    files = {EN: brief(), "styles/type.css": bundled + "p { font-size: 5pt }"}
    first, again = build_brief(write_project, files), build_brief(write_project, files)
    assert [d.state for d in again.targets] == ["up-to-date"]
    assert Rule.LEGIBILITY in {p.rule for p in first.problems}
    assert again.problems == first.problems


STYLE = """
@page { font: 10pt "Brief Sans" }
body, i, b, sup, h1 { font: 10pt/14pt "Brief Sans" }
"""


def rules_of(body: str, css: str = "", attributes: str = "lang=en") -> list[Rule]:
    html = (
        f"<!DOCTYPE html><html {attributes}><title>T</title>"
        f"<style>{STYLE}{css}</style><body>{body}</body>"
    )
    fonts = load_fonts((BUNDLED / "styles" / "fonts",))
    _, problems = render_pdf(html, picture, fonts, lambda *_: Place("x"))
    return [p.rule for p in problems if p.rule is not Rule.LEGIBILITY]


def picture(name: str) -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"/>'


PICTURE = f'<img src="{BASE_URL}content/a.svg" alt="A picture">'
TWO = "<p>Some words</p><p class=b>Some more words</p>"


@pytest.mark.parametrize(
    ("body", "css"),
    [
        pytest.param(TWO, "", id="text"),
        pytest.param(TWO, "p { margin: 0; line-height: 1 }", id="set solid"),
        pytest.param(
            "<h1>Two<br>lines</h1>", "h1 { font: 30pt/24pt 'Brief Sans' }", id="tight"
        ),
        pytest.param(
            "<p>Some<sup>1</sup> words<br>and<sup>2</sup> more",
            "sup { font-size: 8pt; line-height: 0; vertical-align: super }",
            id="superscripts",
        ),
        pytest.param(
            "<p>Some words<span class=note>A note</span> and more",
            ".note { float: footnote }",
            id="note",
        ),
        pytest.param(
            TWO, "p { float: right; width: 40mm; margin-right: -2mm }", id="floats"
        ),
        pytest.param(TWO, ".b { position: absolute; top: 50mm; left: 0 }", id="absolute"),
        pytest.param(
            "<div><p>One</p><p>Two</p></div>",
            "div { display: flex; width: 30mm }",
            id="flex",
        ),
        pytest.param(
            "<p>One <span>two <b>three</b></span> four",
            "span { display: inline-block; padding: 2mm }",
            id="inline-block",
        ),
        pytest.param(
            "<table><tr><td colspan=2>One<td rowspan=2>Two<tr><td>Three<td>Four</table>",
            "table { border-collapse: collapse } td { border: 1pt solid; padding: 1mm }",
            id="cells",
        ),
        pytest.param(
            "<ol>" + "<li>Words</li>" * 12 + "</ol>", "ol { padding: 0 1mm }", id="numbers"
        ),
        pytest.param(
            "<div><p>One</p><p>Two</p><p>Three</p></div>",
            "div { columns: 2 }",
            id="columns",
        ),
        pytest.param(
            TWO, ".b { margin-top: -20pt; transform: translateY(20pt) }", id="turned"
        ),
        pytest.param(TWO, ".b { margin-left: -9mm; padding-left: 9mm }", id="hanging"),
        pytest.param(
            "<div role=img aria-label=A><i>One</i> <b>Two</b></div>",
            "div { position: relative; width: 20mm; height: 9mm }"
            " b { position: absolute; inset-inline-start: 22mm; top: 0 }",
            id="chart",
        ),
        pytest.param(f"<p>{PICTURE} beside words", "img { width: 20mm }", id="picture"),
        pytest.param(
            TWO,
            "@page { @top-left { content: 'Left' } @top-right { content: 'Right' } }",
            id="running heads",
        ),
        pytest.param(
            TWO,
            f"@page {{ @top-left {{ content: url({BASE_URL}content/a.svg) }} }}",
            id="picture in a margin",
        ),
    ],
)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_content_that_fits_has_no_issue(body: str, css: str, direction: str) -> None:
    assert rules_of(body, css, f"lang=en dir={direction}") == []


@pytest.mark.parametrize(
    ("body", "css", "rule"),
    [
        pytest.param(TWO, ".b { margin-top: -20pt }", Rule.OVERLAP, id="pulled up"),
        pytest.param(
            TWO,
            ".b { position: absolute; top: 0; inset-inline-start: 0 }",
            Rule.OVERLAP,
            id="absolute",
        ),
        pytest.param(
            "<div role=img aria-label=A><i>One</i> <b>Two</b></div>",
            "div { position: relative }"
            " b { position: absolute; inset-inline-start: 0; top: 0 }",
            Rule.OVERLAP,
            id="two labels",
        ),
        pytest.param(
            f"<p>{words(60)}",
            "@page { @top-left { content: 'Some words at the head'; vertical-align: bottom;"
            " margin-bottom: -20pt } }",
            Rule.OVERLAP,
            id="running head",
        ),
        pytest.param(
            "<section><div role=img aria-label=A><b>Two</b></div></section>",
            "section { position: relative; width: 40mm; height: 9mm }"
            " b { position: absolute; inset-inline-start: 60mm; top: 0 }",
            Rule.OVERFLOW,
            id="a label outside its figure",
        ),
        pytest.param(
            f"<div>{words(200)}</div><p>Some words",
            "div { float: right; width: 50mm }",
            Rule.OVERFLOW,
            id="the end of a float",
        ),
        pytest.param(PICTURE, "img { width: 400mm }", Rule.OVERFLOW, id="wide picture"),
        pytest.param(PICTURE, "img { height: 400mm }", Rule.OVERFLOW, id="high picture"),
        pytest.param(
            f"<div>{words(3)}</div>",
            "div { height: 5mm; width: 30mm }",
            Rule.OVERFLOW,
            id="a low box",
        ),
        pytest.param(
            "<p>Some words",
            "p { position: absolute; left: -30mm }",
            Rule.OVERFLOW,
            id="off",
        ),
        pytest.param(
            "<p>Some words",
            "p { white-space: nowrap; width: 9mm }",
            Rule.OVERFLOW,
            id="narrow",
        ),
        pytest.param(
            f"<h1>{words(9)}</h1>",
            "h1 { font: 30pt/33pt 'Brief Sans' }",
            Rule.TITLE_LINES,
            id="title",
        ),
    ],
)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_an_issue_of_a_stylesheet_is_found(
    body: str, css: str, rule: Rule, direction: str
) -> None:
    assert set(rules_of(body, css, f"lang=en dir={direction}")) == {rule}


def test_a_picture_can_fill_the_last_page() -> None:
    body = f"<p>{words(10)}</p><div style='break-before: page'>{PICTURE}</div>"
    for height, rules in (("200mm", []), ("20mm", [Rule.SHORT_LAST_PAGE])):
        css = f"img {{ height: {height}; width: 50mm; display: block }}"
        assert rules_of(body, css, "lang=en class=screen") == rules


def test_an_endless_title_with_running_heads_is_one_problem(
    write_project: WriteProject,
) -> None:
    outcome = build_brief(write_project, {EN: text(words(150)).replace("A title", ENDLESS)})
    assert outcome.targets[0].pages > 1
    assert reported_places(outcome) == [(Rule.OVERFLOW, f"{EN}:1:8")]


def test_an_endless_identifier_is_reported_at_its_own_place(
    write_project: WriteProject,
) -> None:
    facts = f"identifiers: {{doi: {ENDLESS}}}\n"
    series = "name: B\npublisher: {name: P}\nlanguages: [en]\ndisclaimer: Words.\n"
    outcome = build_brief(write_project, {EDITION: facts, SERIES: series, EN: brief()})
    assert reported_places(outcome) == [(Rule.OVERFLOW, f"{EDITION}:1:20")]


def test_a_number_of_several_parts_is_shown_whole(write_project: WriteProject) -> None:
    figure = "title: A title\npull_figures:\n  - {figure: 123 456 789 012 345, text: T}\n"
    (problem,) = build_brief(write_project, {EN: brief(head=figure)}).problems
    assert '"123 456 789 012 345"' in problem.message


@pytest.mark.parametrize("profile", ["a5", "large"])
def test_the_number_and_the_day_of_a_correction_may_stand_in_two_lines(
    profile: str, write_project: WriteProject
) -> None:
    facts = "symbol: ZMN/2026/1\ncorrections: [{date: 2017-11-29, note: A note.}]\n"
    head = "title: A title\nprepared_for: An assembly of delegates\n"
    strings = 'correction: "Correction no. {number}"\n'
    files = {EDITION: facts, EN: brief(head=head), "templates/strings/en.yaml": strings}
    rules = {
        rule for rule, _ in reported_places(build_brief(write_project, files, profile))
    }
    assert Rule.OVERFLOW not in rules


def test_words_outside_tables_get_no_hint_about_columns(
    write_project: WriteProject,
) -> None:
    facts = f"contact: {{name: Ann, email: ann-{ENDLESS}}}\n"
    (problem,) = build_brief(write_project, {EDITION: facts, EN: brief()}, "large").problems
    assert str(problem.place) == f"{EDITION}:1:29"
    assert "column" not in problem.hint


def test_a_message_names_its_profiles_once(
    write_project: WriteProject,
) -> None:
    files = {EN: text(f"Some {ENDLESS}")}
    project = open_project(write_project(files))

    def messages(*profiles: str) -> list[str]:
        outcome = build(project, BuildOptions(profiles=profiles), date(2026, 1, 1))
        return [p.message for p in outcome.problems if p.rule is Rule.OVERFLOW]

    (message,) = messages("screen")
    assert messages("a5") == [f"profile a5: {message}"]
    assert messages("a5", "large") == [f"profile a5 and large: {message}"]
    assert messages("screen", "a5", "large") == [f"profile screen, a5 and large: {message}"]


def test_a_problem_of_all_layouts_names_no_profile(
    write_project: WriteProject,
) -> None:
    outcome = build_brief(
        write_project, {EN: brief(head="title: \N{THAI CHARACTER KO KAI}\n")}, "large"
    )
    assert [p.message[:7] for p in outcome.problems] == ["no font"]


def test_a_repeated_warning_names_its_profile(
    write_project: WriteProject,
) -> None:
    files = {EN: brief()}
    first = build_brief(write_project, files, "a5")
    again = build_brief(write_project, files, "a5")
    assert again.targets[0].state == "up-to-date"
    assert first.problems == again.problems
    assert again.problems[0].message.startswith("profile a5: ")
