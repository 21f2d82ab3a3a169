"""The text of the tree must be that of the HTML, in order; outlines show the tree."""

from textwrap import dedent
from typing import Any
from xml.etree import ElementTree

import pytest

from pipeline.pdf import roles
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.reading_order import first_reading_order_mismatch
from pipeline.pdf.render import render_pdf
from pipeline.pdf.structure_elements import Element, MarkedContent
from pipeline.problems import Place, Rule
from pipeline.project import BUNDLED
from tests.pdf.tree_outline import outline

FONTS = (BUNDLED / "styles" / "fonts",)
SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


def make_element(role: str, *kids: str | Element | None, **more: Any) -> Element:
    """One element; a text that begins with > was made by a style, None is a picture."""
    element = Element(role, **more)
    for kid in kids:
        if isinstance(kid, Element):
            kid.parent = element
            element.children.append(kid)
        else:
            generated = bool(kid and kid.startswith(">"))
            text = kid.removeprefix(">") if kid else kid
            element.children.append(MarkedContent(0, 0, text, generated, text))
    return element


def html(body: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<body>{body}</body>")  # noqa: S314 – ours


EQUAL_TEXTS = {
    "the same words": (make_element("P", "Some words."), "<p>Some words.</p>"),
    "words on several lines": (
        make_element("P", "Some", "words."),
        "<p>Some\n  words.</p>",
    ),
    "words in phrases": (
        make_element("P", "a ", make_element("Em", "b", make_element("Link", "c")), " d"),
        "<p>a <em>b<a>c</a></em> d</p>",
    ),
    "broken words": (
        make_element("P", "govern‐", "ment-", "al"),
        "<p>govern\u00adment\u200bal</p>",
    ),
    "what styles add": (
        make_element("LI", make_element("Lbl", ">1."), make_element("LBody", "a")),
        "<li>a</li>",
    ),
    "words in large letters": (make_element("P", "STRASSE"), "<p>Straße</p>"),
    "alternatives": (
        make_element(
            "P",
            "a",
            make_element("Figure", None, alt="b"),
            make_element("Figure", "label", alt="c"),
        ),
        "<p>a<img alt='b'/><div role='img' aria-label='c'>label</div></p>",
    ),
    "the title of a drawing": (
        make_element("Figure", None, alt="a"),
        SVG.format("<title>a</title><text>b</text>"),
    ),
    "what is hidden": (
        make_element("P", "a", "d"),
        "<p>a<i aria-hidden='true'>b<b>c</b></i>d</p><img alt=''/>",
    ),
    "comments and styles": (
        make_element("P", "a"),
        "<!-- b --><style>p { color: red }</style><p>a</p>",
    ),
}


@pytest.mark.parametrize("name", EQUAL_TEXTS)
def test_equal_texts_have_no_mismatch(name: str) -> None:
    root, body = EQUAL_TEXTS[name]
    assert first_reading_order_mismatch(make_element("Document", root), html(body)) == ""


DIFFERENT_TEXTS = {
    "lost": (make_element("Document", make_element("P", "one three")), "onetwothree"),
    "twice": (
        make_element("Document", make_element("P", "one two two three")),
        "onetwothree",
    ),
    "swapped": (
        make_element("Document", make_element("P", "two"), make_element("P", "one three")),
        "onetwothree",
    ),
    "lost at the end": (
        make_element("Document", make_element("P", "one two")),
        "onetwothree",
    ),
    "more at the end": (
        make_element("Document", make_element("P", "one two three four")),
        "onetwothree",
    ),
    "another alternative": (
        make_element(
            "Document",
            make_element("P", "one two"),
            make_element("Figure", "three", alt="four"),
        ),
        "onetwothree",
    ),
    "nothing heard": (make_element("Document"), "onetwothree"),
}


@pytest.mark.parametrize("name", DIFFERENT_TEXTS)
def test_the_first_mismatch_is_returned(name: str) -> None:
    root, words = DIFFERENT_TEXTS[name]
    body = html("<p>one <b>two</b> three</p>")
    assert first_reading_order_mismatch(root, body) == words


def test_text_missing_in_the_html_is_returned() -> None:
    assert (
        first_reading_order_mismatch(
            make_element("Document", make_element("P", "a b")), html("")
        )
        == "ab"
    )


def test_a_mismatch_is_returned_with_its_context() -> None:
    words = [f"word{number}" for number in range(100)]
    read_text = make_element("Document", make_element("P", *words[:50], *words[51:]))
    assert "word50" in first_reading_order_mismatch(
        read_text, html(f"<p>{' '.join(words)}</p>")
    )
    assert (
        len(first_reading_order_mismatch(read_text, html(f"<p>{' '.join(words)}</p>")))
        == 40
    )


@pytest.mark.parametrize("tag", ["p", "aside", "td", "ul"])
def test_text_lost_by_a_wrong_role_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, tag: str
) -> None:
    """A figure says its alternative alone, and none of these has one."""
    page = (
        "<!DOCTYPE html><html lang=en><title>T</title>"
        "<body style='font-family: Brief Sans'><p>one</p><aside><b>two</b></aside>"
        "<table><tr><td>three</table><ul><li>four</ul>"
    )

    def problems() -> list[Rule]:
        fonts = load_fonts(FONTS)
        return [p.rule for p in render_pdf(page, lambda _: None, fonts, Place)[1]]

    assert problems() == []
    monkeypatch.setitem(roles.ROLES, tag, "Figure")
    assert {*problems()} == {Rule.PDF_STRUCTURE}


def dedent_outline(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_an_outline_has_a_line_for_each_block_and_an_indent_for_each_depth() -> None:
    root = make_element(
        "Document",
        make_element(
            "Sect",
            make_element("H1", "One  ", "two"),
            make_element("P", "three", language="fr"),
        ),
        make_element(
            "L",
            make_element(
                "LI",
                make_element("Lbl", ">1. "),
                make_element("LBody", "four", make_element("P", "five")),
            ),
        ),
        make_element(
            "Table",
            make_element(
                "TBody", make_element("TR", make_element("TH", "six"), make_element("TD"))
            ),
        ),
    )
    assert outline(root) == dedent_outline(
        """
        Document
          Sect
            H1: One two
            P [fr]: three
          L
            LI
              Lbl: 1.
              LBody: four
                P: five
          Table
            TBody
              TR
                TH: six
                TD
        """
    )


def test_an_outline_marks_links_and_languages_inside_a_line() -> None:
    link = make_element("Link", "b ", make_element("Em", "c"), language="de")
    line = make_element(
        "P",
        "a ",
        link,
        " ",
        make_element("Span", "d", language="ar"),
        make_element("Strong", "e"),
    )
    assert outline(line) == "P: a [de: <b c>] [ar: d]e\n"


def test_an_outline_keeps_the_space_at_the_ends_of_a_phrase() -> None:
    assert outline(make_element("P", "a", make_element("Em", " b "), "c")) == "P: a b c\n"


def test_an_outline_puts_pictures_and_notes_below_their_line() -> None:
    note = make_element("Note", make_element("Lbl", make_element("Link", ">1. ")), "d")
    call = make_element("Reference", make_element("Link", ">1"))
    line = make_element("P", "a", call, note, " b ", make_element("Figure", None, alt="c"))
    assert outline(line) == "P: a<1> b\n  Note: d\n    Lbl: <1.>\n  Figure: (c)\n"
