"""Balanced titles: words keep their order, and no line is added."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.commands.check import read_content
from pipeline.content.loader import load_brand
from pipeline.design.brand_css import brand_css
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.tokens import Tokens, read_tokens
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.text.line_balance import (
    _TOLERANCE_EM,
    TextMeasurer,
    balance_html,
    choose_breaks,
)
from pipeline.html.view_model import view_brief
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions

STYLES = BUNDLED / "styles"
FACES = read_font_faces((STYLES / "fonts",))
WIDTHS = st.lists(st.floats(0.1, 6), min_size=1, max_size=12)
SPACE, MEASURE = 0.25, 10.0


def measurer(language: str = "en") -> TextMeasurer:
    brand, _ = load_brand(open_project(BUNDLED))
    assert brand
    stylesheets = {
        "brand": brand_css(brand),
        "tokens": (STYLES / "tokens.css").read_bytes(),
    }
    return TextMeasurer(
        read_tokens(stylesheets, stylesheets.__getitem__, language, ()), FACES
    )


def title(html: str, language: str = "en") -> list[str]:
    return balance_html(html, "title", measurer(language)).split("<br> ")


def lines_of(widths: list[float], breaks: tuple[int, ...]) -> list[float]:
    edges = (0, *breaks, len(widths))
    return [
        sum(widths[first:last]) + SPACE * (last - first - 1)
        for first, last in pairwise(edges)
    ]


def greedy(widths: list[float], room: float) -> tuple[int, ...]:
    breaks, line = [], widths[0]
    for number, width in enumerate(widths[1:], 1):
        if line + SPACE + width > room:
            breaks.append(number)
            line = width
        else:
            line += SPACE + width
    return tuple(breaks)


@given(WIDTHS)
def test_a_title_has_as_few_lines_as_greedy_breaking_and_none_is_longer(
    widths: list[float],
) -> None:
    room = MEASURE - _TOLERANCE_EM
    filled = greedy(widths, room)
    if len(filled) + 1 > 4:
        assert choose_breaks(widths, SPACE, MEASURE) == ()
        return
    chosen = choose_breaks(widths, SPACE, MEASURE)
    assert len(chosen) == len(filled)
    # Widths are compared to a thousandth, so that rounding makes no difference.
    longest = max(lines_of(widths, chosen))
    assert longest <= min(room, max(lines_of(widths, filled)) + 0.001)


@given(st.lists(st.text("abcdé&;", min_size=1, max_size=9), min_size=1, max_size=9))
def test_words_keep_their_order_and_nothing_else_changes(words: list[str]) -> None:
    html = " ".join(words).replace("&", "&amp;")
    assert balance_html(html, "title", measurer()).replace("<br> ", " ") == html


@pytest.mark.parametrize(
    ("brief", "titles"),
    [
        (
            "wpsdg",
            {
                "en": "Trade and jobs belong<br> on one agenda",
                "fr": "Le commerce et l’emploi\u00a0:<br> même ordre du jour",
                "es": "Comercio y empleo deben<br> compartir el orden del día",
            },
        ),
        (
            "global-advocacy",
            {
                "en": "Before trade policy<br> is set, ask about jobs",
                "fr": "Commerce\u00a0: penser à<br> l’emploi avant de décider",
                "es": "Comercio: pensar en el<br> empleo antes de decidir",
            },
        ),
    ],
)
def test_the_titles_of_the_samples_are_balanced(brief: str, titles: dict[str, str]) -> None:
    project = open_project(BUNDLED)
    content = read_content(project, BuildOptions((brief,)), date(2030, 1, 1))
    assert content.series
    assert content.brand
    (edition,) = content.editions
    for language, expected in titles.items():
        design = Design(project, content.series, content.brand)
        html = render_html(project, view_brief(design, edition, language, "screen"))
        assert html.partition('<h1 data-path="title">')[2].partition("</h1>")[0] == expected


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("fr", "Organisation<br> internationale du Travail"),
        ("es", "Organización<br> Internacional del Trabajo"),
    ],
)
def test_the_name_of_the_publisher_is_balanced(language: str, name: str) -> None:
    project = open_project(BUNDLED)
    content = read_content(project, BuildOptions(("global-advocacy",)), date(2030, 1, 1))
    assert content.series
    assert content.brand
    design = Design(project, content.series, content.brand)
    for profile in ("screen", "a5", "large"):
        view = view_brief(design, content.editions[0], language, profile)
        html = render_html(project, view)
        start = '<p class="name-line" data-path="series:publisher.name">'
        assert html.partition(start)[2].partition("</p>")[0] == name


def test_a_title_that_fits_is_one_line() -> None:
    assert title("Fair wages") == ["Fair wages"]


def test_a_typed_break_is_kept_and_no_other_is_added() -> None:
    long = "A very long line that would be broken into two lines by itself"
    assert title(f"Trade\n{long}") == ["Trade", long]
    assert title("Trade <br />\n and work") == ["Trade", "and work"]


def test_a_break_in_chinese_adds_no_space_to_the_bookmark() -> None:
    assert (
        balance_html("贸易与就业\n同属一个议程", "title", measurer("zh"))
        == "贸易与就业<br>同属一个议程"
    )


def test_markup_has_no_width_and_an_entity_is_one_letter() -> None:
    plain = title("Making trade policy work for decent work in every country")
    marked = title(
        'Making <em class="a b">trade policy</em> work for <strong>decent work</strong> in '
        "every country"
    )
    assert len(plain) == 3
    assert [line.count(" ") for line in plain] == [
        line.replace('class="a b"', "").replace("<em >", "<em>").count(" ")
        for line in marked
    ]
    _, width = measurer().line_width_of("title")
    assert width("&amp;") == pytest.approx(
        FACES.width("&", ("Brief Display",), 700) - 0.025
    )


def test_words_that_a_no_break_space_joins_stay_together() -> None:
    joined = "No.\u00a05\u00a0of\u00a0all\u00a0countries"
    lines = title(f"Making trade policy work for decent work in {joined}")
    assert lines[-1].endswith(joined)


def test_chinese_is_not_broken() -> None:
    html = "贸易政策与体面劳动相遇的论坛以及其他许多关于世界工作的长标题"
    assert title(html, "zh") == [html]


def test_arabic_is_measured_joined_and_keeps_its_order() -> None:
    html = "منتدى تلتقي فيه السياسة التجارية بالعمل اللائق وبالحوار الاجتماعي في كل البلدان"
    lines = title(html, "ar")
    assert len(lines) == 3
    assert " ".join(lines) == html


def test_a_title_with_too_many_lines_is_not_broken() -> None:
    html = " ".join(50 * ["word"])
    assert title(html) == [html]


def test_a_token_that_is_not_a_length_is_reported() -> None:
    with pytest.raises(ValueError, match='"title" and "title-measure" must be lengths'):
        TextMeasurer(Tokens({"title": "30pt"}), FACES).line_width_of("title")
