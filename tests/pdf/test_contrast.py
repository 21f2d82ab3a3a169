"""Too pale and too small is found on the page itself."""

import pytest

from pipeline.model.colour import contrast
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place, Rule
from pipeline.project import BUNDLED


def faults(body: str, css: str = "") -> list[str]:
    html = (
        "<!DOCTYPE html><html lang=en><title>T</title><style>"
        f'body {{ font: 10pt "Brief Sans" }} {css}</style><body>{body}</body></html>'
    )
    fonts = load_fonts((BUNDLED / "styles" / "fonts",))
    _, problems = render_pdf(html, lambda _: None, fonts, lambda *_: Place("x"))
    assert {p.rule for p in problems} <= {Rule.LEGIBILITY}
    return [p.message for p in problems]


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
        "p { color: #fa3c4b; font-size: 14pt; font-weight: 700 }",
        "p { font-size: 7.5pt }",
        "@page { size: A5 } p { font-size: 7pt }",
        "p { position: absolute; top: 0; background: #230050; color: #fff }",
    ],
)
def test_what_can_be_read_is_no_fault(css: str) -> None:
    assert faults("<div><p>Words</p></div>", css) == []


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("p { color: #ccc }", '"Words" has a contrast of 1.6:1, and needs 4.5:1'),
        ("p { color: #fa3c4b }", '"Words" has a contrast of 3.6:1, and needs 4.5:1'),
        ("p { color: #fff }", '"Words" has a contrast of 1.0:1, and needs 4.5:1'),
        ("div { background: #230050 }", '"Words" has a contrast of 1.2:1, and needs 4.5:1'),
        ("p { color: #0004 }", '"Words" has a contrast of 1.9:1, and needs 4.5:1'),
        (
            "p { color: #b8c4cc; font-size: 20pt }",
            '"Words" has a contrast of 1.8:1, and needs 3.0:1',
        ),
        (
            "p { font-size: 7pt }",
            '"Words" is set in 7.0 pt, and the smallest size is 7.5 pt',
        ),
        (
            "@page { size: A5 } p { font-size: 6.5pt }",
            '"Words" is set in 6.5 pt, and the smallest size is 7.0 pt',
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_words(css: str, said: str) -> None:
    assert faults("<div><p>Words</p></div>", css) == [said]


def test_a_running_head_is_read_too() -> None:
    css = '@page { @top-left { content: "Head"; color: #ccc; font: 8pt "Brief Sans" } }'
    assert faults("<p>Words</p>", css) == [
        '"Head" has a contrast of 1.6:1, and needs 4.5:1'
    ]


def test_the_marks_of_a_chart_stand_out_from_the_page() -> None:
    body = '<div role="img" aria-label="A bar"><div class="bar">7</div></div>'
    assert faults(body, ".bar { background: #fff }") == []
    assert faults(body, ".bar { background: #b8c4cc }") == [
        "a mark of a chart has a contrast of 1.8:1, and needs 3.0:1"
    ]


def test_so_do_marks_that_are_drawn() -> None:
    """Filled, outlined or both; a line that only helps to read may be pale."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
    chart = f'<div role="img" aria-label="Bars">{svg}</div>'
    good = '<path class="mark" d="M0 0h9v9z" fill="#bedcfa" stroke="#1e2dbe"/>'
    rule = '<path d="M0 0h9" stroke="#b8c4cc"/>'
    assert faults(chart.format(good + rule), "") == []
    pale = '<path class="mark" d="M0 0h9v9z" fill="#b8c4cc"/>'
    assert faults(chart.format(good + pale), "") == [
        "a mark of a chart has a contrast of 1.8:1, and needs 3.0:1"
    ]
