"""A link has one annotation for each of its lines, with a description in words."""

import pytest

from tests.pdf.html_to_tree import annotations, render

ADDRESS = "ilo<wbr>.org/<wbr>public/<wbr>english/<wbr>standards/<wbr>relm/<wbr>gb.htm"
NOTES = (
    'data-footnote="Footnote {number}" '
    'data-footnote-return="Footnote {number}: back to the text"'
)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (f"<p><a href='https://ilo.org/'>{ADDRESS}</a></p>", 1),
        (f"<p style='width: 4cm'><a href='https://ilo.org/'>{ADDRESS}</a></p>", 3),
        ("<p>a <a href='https://ilo.org/'>b <b>c</b> <em>d <b>e</b></em></a></p>", 1),
        ("<a href='https://ilo.org/' style='display: block'><p>a<br>b</p><p>c</p></a>", 1),
        ("<p style='width: 1cm'><a href='https://ilo.org/'>one two</a> three</p>", 2),
        ("<p dir=rtl style='width: 4cm'><a href='https://ilo.org/'>مجلس العمل</a></p>", 1),
    ],
    ids=["breaks", "lines", "phrases", "a block", "two lines", "right to left"],
)
def test_a_line_of_a_link_is_one_annotation(body: str, count: int) -> None:
    pdf, _, faults = render(body)
    assert faults == []
    assert len(annotations(pdf)) == count


def test_two_areas_on_one_line_are_one_annotation_with_quadrilaterals() -> None:
    style = "position: absolute; right: 0"
    pdf, _, _ = render(
        "<div style='position: relative'><p><a href='#a' id=a>Key messages"
        f"<span style='{style}'>7</span></a></p></div>"
    )
    (link,) = annotations(pdf)
    points = [float(number) for number in link.QuadPoints]
    left, bottom, right, top = (float(edge) for edge in link.Rect)
    assert len(points) == 16
    assert (min(points[::2]), max(points[::2])) == (left, right)
    assert (min(points[1::2]), max(points[1::2])) == (bottom, top)
    # Each from the upper left to the lower right, as viewers expect.
    for x1, y1, x2, y2, x3, y3, x4, y4 in (points[:8], points[8:]):
        assert x1 == x3 < x2 == x4
        assert y3 == y4 < y1 == y2


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (
            "<a href='https://ilo.org/'>The <em>Governing</em> Body</a>",
            "The Governing Body",
        ),
        ("<a href='https://ilo.org/' aria-label='Web: ilo.org'>x</a>", "Web: ilo.org"),
        ("<a href='https://ilo.org/' title='Office'>1</a>", "Office"),
        # A number alone says nothing: the address does, or what the link leads to.
        ("<a href='https://ilo.org/gb'>3</a>", "3: https://ilo.org/gb"),
        ("<a href='https://ilo.org/' aria-label='3'>3</a>", "3: https://ilo.org/"),
        ("<a href='#b'>3</a><p id=b>One <b>t</b>wo.</p>", "3: One two."),
        ("<a href='#b'>3</a><section id=b><h2>One</h2><p>two</p></section>", "3: One two"),
        ("<a href='#b'>3</a><p id=b>" + "word " * 40, f"3: {'word ' * 15}word…"),
        # In reading order, without spaces that nobody typed.
        (
            "<a href='https://ilo.org/'><i role=img aria-label=A>a</i> of <b>G</b>.</a>",
            "A of G.",
        ),
        ("<a href='https://ilo.org/'>国际<em>劳工</em>组织</a>", "国际劳工组织"),
        ("<a href='https://ilo.org/'>ilo<wbr>.org/<wbr>gb</a>", "ilo.org/gb"),
        (
            "<a href='#c' id=c>Key messages<span aria-label=', page 7'>7</span></a>",
            "Key messages, page 7",
        ),
        (
            "<a href='#c' id=c>Key messages"
            "<span style='position: absolute' aria-label=', page 7'>7</span></a>",
            "Key messages, page 7",
        ),
    ],
)
def test_the_description_of_a_link_has_words(body: str, description: str) -> None:
    pdf, _, faults = render(f"<div>{body}</div>")
    assert faults == []
    assert {str(link.Contents) for link in annotations(pdf)} == {description}


def test_a_link_that_breaks_is_described_without_its_breaks() -> None:
    link = "<a href='https://ilo.org/'>international governmental</a>"
    pdf, _, _ = render(f"<p style='width: 2.2cm; hyphens: auto'>{link}</p>")
    assert len(annotations(pdf)) > 1
    assert {str(a.Contents) for a in annotations(pdf)} == {"international governmental"}


@pytest.mark.parametrize(
    ("attributes", "descriptions"),
    [
        (NOTES, ["Footnote 1", "Footnote 1: back to the text"]),
        ("", ["1: The note.", "1.: The note."]),
    ],
)
def test_a_footnote_is_called_one(attributes: str, descriptions: list[str]) -> None:
    pdf, _, _ = render("<p>a<span class=note>The note.</span></p>", attributes)
    assert [str(link.Contents) for link in annotations(pdf)] == descriptions


def test_a_link_without_text_gets_no_words() -> None:
    """A check of the finished tree refuses it; an address in its place would hide it."""
    pdf, _, _ = render("<p>a <a href='https://ilo.org/'><b> </b></a> b</p>")
    assert {str(link.Contents) for link in annotations(pdf)} <= {""}
