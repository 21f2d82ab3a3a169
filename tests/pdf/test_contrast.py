"""Contrast and size are measured on the page itself."""

import re
from datetime import date

import pytest

from pipeline.build import build_documents as build
from pipeline.model.colour import SoftProof, contrast
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.prepress.inks import soft_proof
from pipeline.problems import Place, Rule
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import InlineExecutor
from tests.conftest import WriteProject
from tests.prepress.samples import PROFILE


def issues(
    body: str, css: str = "", soft_proof: SoftProof | None = None
) -> list[list[float]]:
    """The numbers in each message: what was measured, and what is needed."""
    html = (
        "<!DOCTYPE html><html lang=en><title>T</title><style>"
        f'body {{ font: 10pt "Brief Sans" }} {css}</style><body>{body}</body></html>'
    )
    fonts = load_fonts((BUNDLED / "styles" / "fonts",))
    _, problems = render_pdf(
        html, lambda _: None, fonts, lambda *_: Place("x"), soft_proof=soft_proof
    )
    assert {p.rule for p in problems} <= {Rule.LEGIBILITY}
    return [
        [float(number) for number in re.findall(r"\d+(?:\.\d)?(?=:1| pt)", p.message)]
        for p in problems
    ]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ((0, 0, 0), (1, 1, 1), 21),
        ((1, 1, 1), (1, 1, 1), 1),
        ((0x6D / 255,) * 3, (1, 1, 1), 5.2),  # measured for the brand: grey on white
        ((0xFA / 255, 0x3C / 255, 0x4B / 255), (1, 1, 1), 3.6),  # red-500 on white
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio) -> None:  # type: ignore[no-untyped-def]
    assert contrast(one, other) == pytest.approx(ratio, abs=0.05)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize(
    "css",
    [
        "p { color: #6d6d6d }",
        "p { color: #fff; background: #230050 }",
        "div { background: #230050 } p { color: #bedcfa }",
        "p { color: #fa3c4b; font-size: 18pt }",
        "p { color: #8f8f8f; font-size: 18pt }",  # 3.2:1
        "p { color: #fa3c4b; font-size: 14pt; font-weight: 700 }",
        "p { font-size: 7.5pt }",
        "@page { size: A5 } p { font-size: 7pt }",
        "p { position: absolute; top: 0; background: #230050; color: #fff }",
    ],
)
def test_a_legible_text_is_no_issue(css: str) -> None:
    assert issues("<div><p>Words</p></div>", css) == []


@pytest.mark.parametrize(
    ("css", "numbers"),
    [
        ("p { color: #ccc }", [1.6, 4.5]),
        ("p { color: #fa3c4b }", [3.6, 4.5]),
        ("p { color: #fff }", [1.0, 4.5]),
        ("div { background: #230050 }", [1.2, 4.5]),
        ("p { color: #0004 }", [1.9, 4.5]),
        (
            "p { color: #b8c4cc; font-size: 20pt }",
            [1.8, 3.0],
        ),
        (
            "p { font-size: 7pt }",
            [7.0, 7.5],
        ),
        (
            "@page { size: A5 } p { font-size: 6.5pt }",
            [6.5, 7.0],
        ),
    ],
)
def test_an_illegible_text_is_an_issue(css: str, numbers: list[float]) -> None:
    assert issues("<div><p>Words</p></div>", css) == [numbers]


def test_a_running_head_is_measured() -> None:
    css = '@page { @top-left { content: "Head"; color: #ccc; font: 8pt "Brief Sans" } }'
    assert issues("<p>Words</p>", css) == [[1.6, 4.5]]


def test_the_marks_of_a_chart_stand_out_from_the_page() -> None:
    body = '<div role="img" aria-label="A bar"><div class="bar">7</div></div>'
    assert issues(body, ".bar { background: #fff }") == []
    assert issues(body, ".bar { background: #b8c4cc }") == [[1.8, 3.0]]


def test_a_text_is_measured_on_the_mark_below_it_as_a_press_prints_both() -> None:
    label = '<p data-mark="#7198d4">40.0</p>'
    assert issues(label, "p { color: #230050 }") == []
    assert issues(label, "p { color: #230050 }", soft_proof(PROFILE)) == [[3.1, 3.5]]
    assert issues(label, "p { color: #000 }", soft_proof(PROFILE)) == []
    assert issues(label, "p { color: #fff }") == [[2.9, 4.5]]


def test_a_printed_text_needs_its_contrast_in_the_printed_colours_only() -> None:
    """The first has 3.4:1 on a screen and 4.1:1 in print, the second 3.2:1 and 2.3:1."""
    large = "p {{ color: {}; font-size: 18pt }}".format
    proof = soft_proof(PROFILE)
    assert issues("<p>Words</p>", large("#f030d8"), proof) == []
    assert issues("<p>Words</p>", large("#8f8f8f"), proof) == [[2.3, 3.5]]


def test_marks_of_a_drawn_chart_stand_out_from_the_page() -> None:
    """Filled, outlined or both; a line that only helps to read may be pale."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
    chart = f'<div role="img" aria-label="Bars">{svg}</div>'
    good = '<path class="mark" d="M0 0h9v9z" fill="#bedcfa" stroke="#1e2dbe"/>'
    rule = '<path d="M0 0h9" stroke="#b8c4cc"/>'
    assert issues(chart.format(good + rule), "") == []
    pale = '<path class="mark" d="M0 0h9v9z" fill="#b8c4cc"/>'
    assert issues(chart.format(good + pale), "") == [[1.8, 3.0]]


@pytest.mark.parametrize("profile", ["screen", "office"])
def test_a_link_in_the_masthead_is_legible(
    write_project: WriteProject, profile: str
) -> None:
    link = "'A [link](https://a.example) in a line'"
    files = {
        "content/series.yaml": f"name: {link}\npublisher: {{name: {link}}}\n"
        "languages: [en]\n",
        "content/brief/2017/en.yaml": f"title: {link}\nstandfirst: {link}\n"
        "sections: [{heading: A heading, blocks: [{text: Words.}]}]\n",
    }
    options = BuildOptions(profiles=(profile,))
    project = open_project(write_project(files))
    result = build(project, options, date(2018, 1, 1), executor=InlineExecutor())
    assert result.problems == ()
