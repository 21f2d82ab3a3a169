"""Blocks move where a page would end early, and are read where they were written."""

import pytest

from pipeline.pdf import document_fitter, page_fitter
from pipeline.pdf.checks.layout_boxes import measure_pages
from pipeline.pdf.checks.page_fill import measure_fill
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import lay_out
from pipeline.pdf.weasyprint_patches.attributes import patched
from tests.pdf.layouts import FONTS, box, counted_layouts, lines, rendered_pdf
from tests.pdf.read_aloud import read_aloud

# A page holds 20 lines of 10 px. A word is a line.
STYLE = """
@page { size: 200px 200px; margin: 0 }
html { font: 8px/10px "Brief Sans"; orphans: 2; widows: 2 }
* { margin: 0; padding: 0 }
h2 { font: inherit; break-after: avoid }
.box, .table-block, .big-figure { break-inside: avoid }
li:first-child { break-after: avoid }
li:last-child { break-before: avoid }
"""


def document(*sections: str) -> str:
    """A document of sections, each below a heading of one line."""
    body = "".join(
        f'<section class="section"><h2>H{number}</h2>{section}</section>'
        for number, section in enumerate(sections)
    )
    return (
        f'<html lang="en"><head><title>T</title><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )


def pages(html: str) -> list[list[str]]:
    """The words of each page, from top to bottom."""
    with lay_out(html, lambda name: None, load_fonts(FONTS)) as laid_out:
        return [
            [b.text for b in page._page_box.descendants() if hasattr(b, "text") and b.text]
            for page in laid_out.pages
        ]


def test_text_fills_the_page_before_a_box_that_does_not_fit() -> None:
    """The box is at the top of the next page, and not further."""
    first, second = pages(document(lines("a", 15) + box("BOX") + lines("b", 10)))
    assert first[-4:] == ["b0", "b1", "b2", "b3"]
    assert second[:6] == ["b4", "b5", "b6", "b7", "b8", "b9"]
    assert second[6] == "BOX"


def test_text_also_fills_the_page_between_two_boxes_that_do_not_fit() -> None:
    """The second box is at the top of the page after the next, as without the text."""
    figure = f'<figure class="figure box"><p>FIG{"<br>x" * 11}</p></figure>'
    second_box = f'<aside class="box"><p>BOX{"<br>x" * 11}</p></aside>'
    text = lines("b", 6) + lines("c", 12)
    _, second, third = pages(document(lines("a", 15) + figure + second_box + text))
    assert "FIG" in second
    assert second[-1].startswith("c")
    assert "BOX" in third


def test_a_box_at_the_end_of_its_section_stands_before_its_last_text() -> None:
    """There is no text behind it, and no section into which it could move."""
    section = lines("a", 8) + lines("b", 8) + box("BOX")
    first, second = pages(document(section))
    assert first[-1].startswith("b")
    assert "BOX" in first
    assert second[0].startswith("b")


def test_a_box_moves_into_the_next_section_on_its_page() -> None:
    """It is the last of its section, and too high for the page without its only text."""
    first, second = pages(document(lines("a", 15) + box("BOX"), lines("b", 9)))
    assert first[-1] == "b2"
    assert "BOX" in second


def test_a_large_number_moves_as_a_figure_does() -> None:
    """The text behind it fills the page."""
    number = f'<div class="big-figure"><p>58{"<br>x" * 5}</p></div>'
    first, second = pages(document(lines("a", 15) + number + lines("b", 10)))
    assert first[-1] == "b3"
    assert second[6] == "58"


def test_a_table_that_styles_keep_whole_is_not_broken_to_fill_a_page() -> None:
    """Its section ends with it, and has one text only."""
    rows = "".join(f"<tr><td>r{number}</td></tr>" for number in range(8))
    table = f'<div class="table-block"><table>{rows}</table></div>'
    _, second = pages(document(lines("a", 13) + table))
    assert second == [f"r{number}" for number in range(8)]


def test_a_number_beside_the_first_text_stands_on_the_next_page() -> None:
    """Otherwise the section would begin there. It is read where it is written."""
    first, second = pages(beside_heading("big-figure"))
    assert first[-4:] == ["H1", "b0", "b1", "b2"]
    assert "58" in second
    rendered, problems = rendered_pdf(beside_heading("big-figure"))
    assert not [p for p in problems if "reading order" in p.message]
    assert rendered.structure
    aloud = read_aloud(rendered.structure.root)
    assert aloud.index("58") < aloud.index("b0")


def test_a_number_stays_on_the_page_on_which_its_section_ends() -> None:
    """Beside the next section it would seem to be of that."""
    short = beside_heading("big-figure").replace(lines("c", 8), lines("c", 2))
    first, second = pages(short)
    assert ("58" in first) == ("c1" in first)
    assert "58" in second or "c1" in first


def test_a_note_beside_the_first_text_stays_with_it() -> None:
    first, second = pages(beside_heading("side-note"))
    assert first[-1] == "a12"
    assert {"H1", "58"} <= {*second}


def beside_heading(kind: str) -> str:
    """A section with something of ten lines beside its first text, which has three."""
    number = f'<div class="{kind}"><p>58{"<br>n" * 9}</p></div>'
    side = f'<div class="side"><div style="display: inline-block">{number}</div></div>'
    group = f'<div class="with-side with-text">{side}{lines("b", 3)}</div>'
    style = (
        ".side { float: right; width: 60px; break-inside: avoid; break-after: avoid }"
        ".with-side { break-inside: avoid }</style>"
    )
    html = document(lines("a", 13), group + lines("c", 8))
    return html.replace("</style>", style)


@pytest.mark.parametrize(("length", "last"), [(16, "r0"), (17, "a16")])
def test_the_first_reference_parts_from_the_others_rather_than_leave_a_blank_band(
    length: int, last: str
) -> None:
    """There is no blank band after 17 lines and a heading."""
    entries = "".join(f"<li>r{number}</li>" for number in range(4))
    listed = f'<section class="references"><h2>R</h2><ol>{entries}</ol></section>'
    style = ".references li:nth-child(2) { break-inside: avoid; height: 90px }</style>"
    html = document(lines("a", length)).replace("</main>", f"{listed}</main>")
    first, *_ = pages(html.replace("</style>", style))
    assert first[-1] == last


def test_the_lead_stands_above_figures_that_page_1_has_no_place_for() -> None:
    """They are read before it, as they are written."""
    messages = f'<section class="key-messages">{lines("k", 15)}</section>'
    figures = f'<div class="side-stack" style="break-inside: avoid">{lines("f", 6)}</div>'
    lead = f'<div class="lead">{lines("l", 4)}</div>'
    html = document(lines("a", 9)).replace("<main>", f"<main>{messages}{figures}{lead}")
    first, second = pages(html)
    assert first[-1] == "l3"
    assert second[0] == "f0"
    rendered, problems = rendered_pdf(html)
    assert not [p for p in problems if "reading order" in p.message]
    assert rendered.structure
    aloud = read_aloud(rendered.structure.root)
    assert aloud.index("f5") < aloud.index("l0")


def test_figures_keep_their_order_if_something_is_beside_one() -> None:
    """The second one fits on page 1, and the first does not."""
    one = f'<figure class="figure" style="break-inside: avoid">{lines("f", 9)}</figure>'
    side = '<div class="side" style="float: right; width: 60px">a quote</div>'
    other = f'<figure class="figure timeline">{lines("g", 4)}</figure>'
    group = f'<div class="with-side with-timeline">{side}{other}</div>'
    html = document(lines("a", 14) + one + group + lines("b", 8))
    words = [word for page in pages(html) for word in page]
    assert words.index("f0") < words.index("g0")


def test_a_picture_stays_in_its_box_after_other_orders_of_the_page() -> None:
    """WeasyPrint places such a picture, not a copy, and so in earlier layouts, too."""
    svg = '<svg style="position: absolute; top: 0; left: 0; width: 9px; height: 9px"/>'
    figure = f'<div style="position: relative">{svg}</div>'

    def marked_box(count: int) -> str:
        return f'<aside class="box">{figure}{lines("x", count)}</aside>'

    section = lines("a", 6) + lines("b", 2) + lines("c", 9) + marked_box(10)
    html = document(section + marked_box(12))
    with lay_out(html, lambda name: None, load_fonts(FONTS)) as laid_out:
        positions = [
            (part.position_y, picture.position_y)
            for page in laid_out.pages
            for part in page._page_box.descendants()
            if part.element_tag == "aside"
            for picture in part.descendants()
            if "svg" in picture.element_tag
        ]
    assert len(positions) == 2
    assert all(box == pytest.approx(picture) for box, picture in positions)


@pytest.mark.parametrize("length", range(1, 20))
def test_rules_hold_wherever_the_page_ends(length: int) -> None:
    """Boxes keep their order; a list follows its introduction; a text its heading."""
    items = "".join(f"<li>i{number}</li>" for number in range(4))
    sections = (
        lines("a", length) + box("B1") + lines("b", 6) + f'<div class="text"><p>c</p>'
        f"<ul>{items}</ul></div>" + box("B2") + lines("d", 4),
        lines("e", 3) + box("B3") + lines("f", 9),
    )
    words = [word for page in pages(document(*sections)) for word in page]
    places = {word: number for number, word in enumerate(words)}
    assert places["B1"] < places["B2"] < places["B3"]
    assert "i0" in words[places["c"] + 1 : places["c"] + 3]
    assert words[places["H0"] + 1] == "a0"
    assert words[places["H1"] + 1] == "e0"
    texts = [word for word in words if word[0] in "abcdef"]
    assert texts == sorted(texts, key=lambda word: (word[0], int(word[1:] or 0)))


@pytest.mark.parametrize("length", range(1, 20))
def test_no_page_has_a_blank_band(length: int) -> None:
    """There is a box in each section, and text behind it."""
    sections = [lines(name, length) + box(name) + lines(name, 7) for name in "abcd"]
    with lay_out(document(*sections), lambda name: None, load_fonts(FONTS)) as laid_out:
        fill = measure_fill(measure_pages(laid_out.pages))
    # A heading and two lines stay together.
    assert fill.largest_band <= 0.16


@pytest.mark.parametrize("length", [3, 15])
def test_what_is_moved_is_read_where_it_was_written(length: int) -> None:
    """The tags have the order of the HTML."""
    html = document(lines("a", length) + box("BOX") + lines("b", 10), lines("c", 9))
    rendered, problems = rendered_pdf(html)
    assert not [p for p in problems if "reading order" in p.message]
    assert rendered.structure
    aloud = read_aloud(rendered.structure.root)
    assert aloud.index(f"a{length - 1}") < aloud.index("BOX") < aloud.index("b0")


def test_a_list_in_a_moved_box_stays_a_list() -> None:
    items = '<ol class="list"><li>one<li>two<li>three</ol>'
    listed = f'<aside class="box"><p>BOX</p>{items}<p>x<br>x</p></aside>'
    rendered, problems = rendered_pdf(document(lines("a", 15) + listed + lines("b", 10)))
    assert not [p for p in problems if "is directly in" in p.message]
    assert rendered.structure
    (list_element,) = [e for e in rendered.structure.root.elements() if e.role == "L"]
    assert [child.role for child in list_element.children] == ["LI", "LI", "LI"]


def test_the_order_of_reading_is_checked() -> None:
    """Without `restore_moved` a file with a moved box has an error."""
    html = document(lines("a", 15) + box("BOX") + lines("b", 10))
    from pipeline.pdf import tag_writer

    with patched(tag_writer, restore_moved=lambda *_: None):
        assert any("reading order" in p.message for p in rendered_pdf(html)[1])


def test_the_same_document_has_the_same_bytes() -> None:
    """Also when the process has laid it out before."""
    html = document(lines("a", 15) + box("BOX") + lines("b", 10), lines("c", 9))
    assert rendered_pdf(html)[0].pdf == rendered_pdf(html)[0].pdf


def test_pages_without_a_blank_band_are_laid_out_once() -> None:
    """A page with a blank band is laid out a few times, with other orders of its blocks."""
    with counted_layouts() as indices:
        pages(document(lines("a", 45) + box("BOX")))
    assert indices == [0, 1, 2]
    with counted_layouts() as indices:
        pages(document(lines("a", 15) + box("BOX") + lines("b", 10)))
    assert 2 < len(indices) <= 2 + 2 * page_fitter._MAX_LAYOUTS


def test_the_next_page_is_laid_out_once_with_the_order_that_is_kept() -> None:
    """And not at all with the written order, whose blank band on page 1 decides."""
    html = document(lines("a", 15) + box("BOX") + lines("b", 10))
    with counted_layouts() as indices:
        pages(html)
    assert indices == [0, 0, 1]


def test_the_next_page_is_laid_out_once_if_the_written_order_stays() -> None:
    html = document(lines("a", 15) + box("BOX") + box("BOX"), lines("b", 30))
    with counted_layouts() as indices:
        pages(html)
    assert indices.count(1) == 1


def test_a_page_is_laid_out_again_if_texts_name_pages_by_number() -> None:
    """WeasyPrint notes each time on which page a target is."""
    style = '<style>a::after { content: target-counter("#t", page) }</style>'
    link = f'{style}<p id="t"><a href="#t"></a></p>'
    html = document(lines("a", 15) + box("BOX") + lines("b", 10) + link)
    with counted_layouts() as indices:
        (_, second) = pages(html)
    assert indices.count(1) > 1
    assert second[-1] == "2"


def test_a_blank_band_that_is_left_is_divided_among_the_spaces() -> None:
    """Each space grows by at most a quarter of a line, and none after a heading."""
    section = "".join(lines(name, 3) for name in "abcde") + '<div class="text"></div>'
    high_box = f'<aside class="box"><p>BOX{"<br>x" * 18}</p></aside>'
    html = document(section + high_box)
    with patched(document_fitter, MAX_BAND=9.0):
        band = first_band(html)
    assert 4 * 0.3 * 8 / 200 < band - first_band(html) < 4 * 0.4 * 8 / 200


def first_band(html: str) -> float:
    """The largest blank band of page 1."""
    with lay_out(html, lambda name: None, load_fonts(FONTS)) as laid_out:
        return measure_fill(measure_pages(laid_out.pages)).pages[0].band


def test_key_messages_stay_in_their_panel() -> None:
    """The panel would stay as high as it is while its messages move down."""
    items = "".join(f"<li>m{number}</li>" for number in range(14))
    key_messages = f'<section class="key-messages"><ol>{items}</ol></section>'
    high_box = f'<aside class="box"><p>BOX{"<br>x" * 18}</p></aside>'
    html = document(lines("a", 1) + high_box).replace("<main>", f"<main>{key_messages}", 1)
    with lay_out(html, lambda name: None, load_fonts(FONTS)) as laid_out:
        (panel,) = (
            box
            for box in laid_out.pages[0]._page_box.descendants()
            if box.element_tag == "section" and "key" in box.element.get("class")
        )
        lowest = max(box.position_y + box.height for box in panel.descendants())
    assert lowest <= panel.position_y + panel.height + 1


def points(count: int) -> str:
    """Points for decision, each of three lines; the styles keep the points together."""
    items = "".join(f"<li>p{number}<br>x<br>x</li>" for number in range(count))
    return f'<section class="points-for-decision"><h2>P</h2><ol>{items}</ol></section>'


@pytest.mark.parametrize(
    ("length", "last"), [(8, "p2"), (11, "p1"), (14, "a13"), (17, "a16")]
)
def test_of_three_points_the_last_parts_from_the_others(length: int, last: str) -> None:
    """It does so rather than leave a blank band; the first never does."""
    html = document(lines("a", length)).replace("</main>", f"{points(3)}</main>")
    first = pages(html)[0]
    assert [word for word in first if word != "x"][-1] == last
