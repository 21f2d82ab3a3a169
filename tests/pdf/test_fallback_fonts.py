"""Characters that no font of their language has are found, also in a marked phrase."""

import pytest

from pipeline.content.loader import load_brand
from pipeline.design.brand_css import brand_css
from pipeline.model.brand import Brand
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place, Rule
from pipeline.project import BUNDLED, Project

FONTS = load_fonts((BUNDLED / "styles" / "fonts",))


def brand() -> Brand:
    bundled, problems = load_brand(Project(BUNDLED))
    assert bundled, problems
    return bundled


def problem_messages(body: str, language: str = "en", css: str = "") -> list[str]:
    """What is said of a page with the brand's fonts."""
    html = (
        f"<!DOCTYPE html><html lang={language}><title>T</title><style>"
        f"{brand_css(brand()).decode()} body {{ font: 10pt var(--brand-base) }}"
        f"h1 {{ font: 20pt var(--brand-headings) }} {css}</style><body>{body}</body></html>"
    )
    _, problems = render_pdf(html, lambda _: None, FONTS, Place)
    assert {problem.rule for problem in problems} <= {Rule.MISSING_GLYPH}
    return [f"{problem.place.file}: {problem.message}" for problem in problems]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "<p>Ordinary words – “quoted”, Greek β, Cyrillic Ж, ≥ 5, café…"),
        ("en", "<h1>A title with an arrow → and β</h1>"),
        (
            "en",
            "<p>Work: <span lang=ar dir=rtl>عمل</span>, and <span lang=zh>劳动</span>.",
        ),
        ("ru", "<p>Торговля и труд — «кавычки» № 5"),
        ("ar", "<p>العمل اللائق 2017، <span lang=en>Decent Work</span> ٪"),
        ("zh", "<p>体面劳动（WTO）——“引号”，2017年 <span lang=en>“Decent” café</span>"),
        ("zh", "<p>引文：<span lang=ar dir=rtl>عمل</span>"),
    ],
)
def test_a_language_has_glyphs_for_its_characters(language: str, body: str) -> None:
    assert problem_messages(body, language) == []


@pytest.mark.parametrize(
    ("language", "body", "phrases"),
    [
        ("en", "<p>Work is 劳动 and 劳.", ["劳动", "劳"]),
        ("en", "<h1>Work is العمل اللائق, again العمل اللائق</h1>", ["العمل اللائق"]),
        ("zh", "<p>劳动 عمل", ["عمل"]),
        ("ar", "<p>العمل 劳", ["劳"]),
        ("en", "<p>A phrase <span lang=ar>劳</span>.", ["劳"]),
    ],
)
def test_a_phrase_of_another_language_is_named_once(
    language: str, body: str, phrases: list[str]
) -> None:
    messages = problem_messages(body, language)
    assert [line.split(": ")[0] for line in messages] == [p.split()[0] for p in phrases]
    assert [line.split('"')[-2] for line in messages] == phrases


def test_a_character_that_no_font_has_is_reported_once() -> None:
    (only,) = problem_messages("<p>A smile 😀")
    assert "no font of the brief has the character 😀" in only


def test_a_page_without_fonts_of_the_brief_is_not_checked() -> None:
    assert problem_messages("<p>劳动", css="p { font-family: serif }") == []
