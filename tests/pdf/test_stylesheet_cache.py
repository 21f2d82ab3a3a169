"""Cached style sheets give the same page as linked ones, and changes are noticed."""

from collections.abc import Callable, Mapping

import pytest

from pipeline.pdf import stylesheet_cache
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import RenderedPdf, render_pdf
from pipeline.problems import Place, Rule
from pipeline.project import BASE_URL, BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
RenderPage = Callable[..., tuple[RenderedPdf, list[str]]]


@pytest.fixture
def render_page(monkeypatch: pytest.MonkeyPatch) -> RenderPage:
    """Render a page that links style sheets, with nothing parsed before."""
    fonts = load_fonts(FONTS)
    fonts.stylesheets.parsed.clear()
    monkeypatch.setattr(stylesheet_cache, "_cached_rules", {})

    def render_page(
        stylesheets: Mapping[str, str], head: str = "", body: str = "<p>Words</p>"
    ) -> tuple[RenderedPdf, list[str]]:
        def serve(name: str) -> bytes | None:
            return stylesheets[name].encode() if name in stylesheets else None

        linked = [name for name in sorted(stylesheets) if "@" not in name]
        links = "".join(f'<link rel="stylesheet" href="{BASE_URL}{n}">' for n in linked)
        html = f'<html lang="en"><head><title>T</title>{links}{head}</head><body>{body}'
        painted, problems = render_pdf(html, serve, fonts, lambda *_: Place("here"))
        wrong = [p.message for p in problems if p.rule is not Rule.SHORT_LAST_PAGE]
        return painted, wrong

    return render_page


PAGE = {
    "styles/a.css": "@page { size: A5; @bottom-left { content: counter(page, box) } }"
    "p { color: #230050; font: 20pt 'Brief Sans' }",
    "styles/b.css": "@counter-style box { system: cyclic; symbols: 'a' }"
    "p { color: #b3001b }",
}


def test_stylesheets_are_parsed_once_and_give_the_same_bytes(
    render_page: RenderPage,
) -> None:
    first, _ = render_page(PAGE)
    (parsed,) = load_fonts(FONTS).stylesheets.parsed.values()
    second, _ = render_page(PAGE)
    assert list(load_fonts(FONTS).stylesheets.parsed.values()) == [parsed]
    # With a <style>, even an empty one, the cache leaves a page unchanged.
    own, _ = render_page(PAGE, head="<style></style>")
    assert first.pdf == second.pdf == own.pdf
    assert first.assets == second.assets == own.assets


def addresses() -> list[str]:
    return [address.removeprefix(BASE_URL) for address, _ in stylesheet_cache._cached_rules]


def test_lists_of_stylesheets_share_what_was_parsed(render_page: RenderPage) -> None:
    first, _ = render_page(
        {"styles/a.css": "p { color: red }", "styles/b.css": "p { top: 1pt }"}
    )
    rules = dict(stylesheet_cache._cached_rules)
    render_page({"styles/a.css": "p { color: red }", "styles/c.css": "p { top: 2pt }"})
    assert addresses() == ["styles/a.css", "styles/b.css", "styles/c.css"]
    assert all(stylesheet_cache._cached_rules[key] is rules[key] for key in rules)
    load_fonts(FONTS).stylesheets.parsed.clear()
    again, _ = render_page(
        {"styles/a.css": "p { color: red }", "styles/b.css": "p { top: 1pt }"}
    )
    assert again.pdf == first.pdf


def test_the_earlier_text_of_a_stylesheet_is_forgotten(render_page: RenderPage) -> None:
    for size in range(5):
        render_page({"styles/a.css": f"p {{ top: {size}pt }}"})
    assert addresses() == ["styles/a.css"]


@pytest.mark.parametrize(
    "text",
    [
        "@IMPORT 'b@.css';",
        "@layer a { p { top: 0 } }",
        PAGE["styles/b.css"],
        "p { colour: 0 }",
    ],
)
def test_rules_that_depend_on_more_than_their_text_are_not_cached(
    render_page: RenderPage, text: str
) -> None:
    render_page({"styles/a.css": text, "styles/b@.css": ""})
    assert addresses() == []


def test_a_changed_stylesheet_is_parsed_again(render_page: RenderPage) -> None:
    first, _ = render_page(PAGE)
    changed, _ = render_page({**PAGE, "styles/b.css": "p { color: #000 }"})
    assert changed.pdf != first.pdf
    assert render_page(PAGE)[0].pdf == first.pdf


def test_a_changed_imported_stylesheet_is_parsed_again(render_page: RenderPage) -> None:
    stylesheets = {
        "styles/a.css": "@import 'b@.css';",
        "styles/b@.css": "p { margin: 9pt }",
    }
    first, _ = render_page(stylesheets)
    changed, _ = render_page({**stylesheets, "styles/b@.css": "p { margin: 90pt }"})
    assert changed.pdf != first.pdf


@pytest.mark.parametrize("wrong", ["p { colour: red }", "p { --x: 1; color: var(--x) }"])
def test_each_document_reports_an_error_of_a_stylesheet(
    render_page: RenderPage, wrong: str
) -> None:
    messages = [render_page({"styles/a.css": wrong})[1] for _ in range(2)]
    assert messages[0] == messages[1] != []


def test_each_document_reports_a_missing_stylesheet(render_page: RenderPage) -> None:
    missing = f'<link rel="stylesheet" href="{BASE_URL}styles/none.css">'
    messages = [render_page(PAGE, head=missing)[1] for _ in range(2)]
    assert messages[0] == messages[1] != []
    assert not any("failed" in message for message in messages[0])


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<style>p { color: #595959 }</style>", "<p>Words</p>"),
        ("", "<p style='color: #595959 !important'>Words</p>"),
        ("<link rel='stylesheet' media='screen' href='styles/b.css'>", "<p>Words</p>"),
    ],
)
def test_style_sheets_of_a_page_with_other_styles_are_not_cached(
    render_page: RenderPage, head: str, body: str
) -> None:
    stylesheets = {
        "styles/a.css": "p { color: #230050 !important; font: 20pt 'Brief Sans' }"
    }
    render_page(stylesheets, head, body)
    assert load_fonts(FONTS).stylesheets.parsed == {}
