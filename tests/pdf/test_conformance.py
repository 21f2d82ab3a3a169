"""What veraPDF would refuse is a problem, or is repaired, in each document that is made.

Each case was accepted without the checks, and veraPDF refused the file.
"""

import io
from pathlib import Path

import pikepdf
import pytest

from pipeline.content.source_map import SourceMap
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import RenderedPdf, render_pdf
from pipeline.problems import Place, Problem, Rule
from pipeline.project import BASE_URL, BUNDLED, open_project

FONTS = (BUNDLED / "styles" / "fonts",)
DOT = (
    BUNDLED / "tests/conformance/hard_cases/content/everything/2017/square.png"
).read_bytes()
IMAGE = f'<img src="{BASE_URL}dot.png" alt="A dot">'
SVG = '<svg width="90" height="90"><title>A drawing</title>{}</svg>'


def render(
    body: str, head: str = "<title>A title</title>", root: str = ' lang="en"'
) -> tuple[RenderedPdf, list[Problem]]:
    html = (
        f"<!DOCTYPE html><html{root}><head>{head}<style>"
        "body { font-family: 'Brief Sans' }"
        f" img {{ width: 9px }}</style></head><body><h1>A title</h1>{body}</body></html>"
    )
    serve = {"dot.png": DOT}.get
    return render_pdf(html, serve, load_fonts(FONTS), lambda word, path: Place(path or "x"))


def messages(body: str, **more: str) -> list[str]:
    _, problems = render(body, **more)
    assert {p.rule for p in problems} <= {Rule.PDF_STRUCTURE, Rule.MISSING_GLYPH}
    return [problem.message for problem in problems]


LINK = "<p>a <a href='https://a.example'>{}</a></p>"


@pytest.mark.parametrize(
    "words", ["", "&nbsp;", "\u2003\u200b", "<br>", "\u00ad", "\u2060"]
)
def test_a_link_has_words(words: str) -> None:
    assert "a link has no text" in messages(LINK.format(words))


@pytest.mark.parametrize(
    "link", [LINK.format("b"), LINK.format(IMAGE), LINK.format("&nbsp;b")]
)
def test_words_and_pictures_are_words_of_a_link(link: str) -> None:
    assert messages(link) == []


@pytest.mark.parametrize("space", ["\u1680", "\u2001\u1680"])
def test_a_space_without_a_glyph_is_a_missing_glyph(space: str) -> None:
    _, problems = render(f"<p>a{space}b</p>")
    assert [p.rule for p in problems] == [Rule.MISSING_GLYPH]
    assert "U+1680" in problems[0].message


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("<thead><tr><th>H</thead>", "a table has a head or a foot, and no rows between"),
        ("<tr><td>A<tr><td>B<td>C", "row 2 of a table has 2 columns, the first 1"),
        ("<tr><td>A<td>B<tr><td>C", "row 2 of a table has 1 columns, the first 2"),
    ],
)
def test_a_table_is_a_grid(table: str, message: str) -> None:
    assert messages(f"<table>{table}</table>") == [message]


@pytest.mark.parametrize(
    ("table", "spans"),
    [
        ("<tr><td rowspan=2>A<td rowspan=2>B<tr></tr><tr><td>C<td>D", [1, 1, 1, 1]),
        ("<tr><td rowspan=3>A<td rowspan=3>B<tr></tr><tr></tr>", [1, 1]),
        ("<tr><td rowspan=3>A<td>B<tr><td rowspan=2>C<tr></tr>", [2, 1, 1]),
        ("<tr></tr><tr><td>A", [1]),
    ],
)
def test_a_row_that_cells_from_above_fill_is_no_row(table: str, spans: list[int]) -> None:
    rendered, problems = render(f"<table>{table}</table>")
    assert problems == []
    assert rendered.structure
    elements = list(rendered.structure.root.elements())
    assert [e.rowspan for e in elements if e.role == "TD"] == spans
    assert all(e.children for e in elements if e.role in ("Table", "TBody", "TR"))


@pytest.mark.parametrize(
    "body",
    [
        "<img alt='{}' src='/dot.png'>",
        "<p><a href='https://a.example/{}'>a</a></p>",
        "<p style='bookmark-level: 2; bookmark-label: \"{}\"'>a</p>",
    ],
)
def test_a_string_is_not_longer_than_pdf_allows(body: str) -> None:
    assert messages(body.format("x" * 32_000)) == []
    (message,) = messages(body.format("x" * 33_000))
    assert "PDF allows 32,767 in one string" in message
    assert messages(body.format("字" * 17_000)) != []


@pytest.mark.parametrize("entry", ["title", "author", "keywords"])
def test_the_document_information_has_limits_too(entry: str) -> None:
    long = "x" * 33_000
    title = f"<title>{long}</title>" if entry == "title" else "<title>T</title>"
    _, problems = render("", head=f"{title}<meta name='{entry}' content='{long}'>")
    assert [p.rule for p in problems] == [Rule.TEXT_LENGTH]


@pytest.mark.parametrize(
    "shape",
    [
        "<path d='M0 0L9 9' stroke='red' stroke-width='1e300'/>",
        "<rect width='9' height='9' transform='scale(nan)'/>",
        "<g opacity='.5'><rect x='1e12' width='9' height='9'/></g>",
        "<defs><linearGradient id='g' x1='1e39'><stop stop-color='red'/>"
        "<stop offset='1'/></linearGradient></defs>"
        "<rect width='9' height='9' fill='url(#g)'/>",
    ],
)
def test_a_number_fits_into_a_pdf(shape: str) -> None:
    _, problems = render(f"<div data-path='part'>{SVG.format(shape)}</div>")
    assert [p.place.file for p in problems if "a number that PDF" in p.message] != []
    assert all(p.place.file == "part" for p in problems if "a number that" in p.message)


def test_numbers_of_a_style_sheet_are_checked_too() -> None:
    assert messages("<p style='transform: scale(3e10)'>a</p>") != []


@pytest.mark.parametrize(("depth", "is_right"), [(10, True), (40, False)])
def test_graphics_states_are_not_nested_too_deeply(depth: int, is_right: bool) -> None:
    groups = (
        "<g transform='scale(1.01)'>" * depth + "<path d='M0 0h9v9z'/>" + "</g>" * depth
    )
    assert (messages(SVG.format(groups)) == []) is is_right


@pytest.mark.parametrize("title", ["", "<title></title>", "<title>\u2003\u200b</title>"])
def test_a_document_has_a_title(title: str) -> None:
    assert messages("", head=title) == ["the document has no title: <title> has no text"]


@pytest.mark.parametrize("root", ["", ' lang=""'])
def test_a_document_has_a_language(root: str) -> None:
    assert messages("", root=root) == ["the document has no language"]


@pytest.mark.parametrize("language", ["en_GB", "englishlanguage"])
def test_the_language_of_a_document_is_a_code(language: str) -> None:
    message = f'the language of the document, "{language}", is not a code'
    assert messages("", root=f' lang="{language}"') == [message]


def test_each_language_is_a_code() -> None:
    assert messages("<p>a <span lang='en_GB'>b</span></p>") == [
        '"en_GB" is not a language code'
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<h3>A</h3>", "a heading of level 3 follows one of level 1: a level is skipped"),
        ("<h2></h2>", "the heading <h2> has no text that is read aloud"),
        ("<h2>&nbsp;\u200b</h2>", "the heading <h2> has no text that is read aloud"),
        (
            "<h2 aria-hidden=true>A</h2>",
            "the heading <h2> has no text that is read aloud",
        ),
        ("<h2 hidden>A</h2>", "the heading <h2> has no text that is read aloud"),
        (
            "<h2 style='visibility: hidden'>A</h2>",
            "the heading <h2> has no text that is read aloud",
        ),
        (
            "<h2 style='display: none'>A</h2>",
            "the heading <h2> has no text that is read aloud",
        ),
    ],
)
def test_headings_are_read_in_order(body: str, message: str) -> None:
    assert message in messages(body)


@pytest.mark.parametrize(
    "body",
    [
        "<ol><p>Text</p></ol>",
        "<ul>Text<li>Item</ul>",
    ],
)
def test_a_list_holds_only_items(body: str) -> None:
    assert any("is directly in" in message for message in messages(body))


def test_pictures_are_never_interpolated() -> None:
    rendered, _ = render(f"<style>img {{ image-rendering: smooth }}</style>{IMAGE}")
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/Width" in o]
        assert [bool(image.Interpolate) for image in images] == [False]


@pytest.mark.parametrize(
    "attachment",
    [
        "<link rel=attachment href='/dot.png'>",
        "<p><a rel=attachment href='/dot.png'>A</a></p>",
    ],
)
def test_a_template_attaches_no_file(attachment: str) -> None:
    _, problems = render(attachment)
    assert Rule.TEMPLATE in {p.rule for p in problems}


def test_the_place_is_the_line_of_the_template(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "brief.html"
    page.write_text("<h1>{{ brief.title }}</h1>\n<p>x</p>  <h3>Deep</h3>\n<h3>Other</h3>\n")
    source_map = SourceMap(open_project(tmp_path))
    assert source_map.find("content/a/en.yaml", "Other", "templates:h3") == Place(
        "templates/brief.html", 3, 1
    )
    assert source_map.find("content/a/en.yaml", "Nothing", "templates:h3") == Place(
        "templates/brief.html", 2, 11
    )
    assert source_map.find("en.yaml", "", "templates:h5") == Place("en.yaml")
