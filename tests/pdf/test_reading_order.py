"""The text of the tree must be that of the HTML, in order."""

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
from tests.pdf.play_script import script

FONTS = (BUNDLED / "styles" / "fonts",)
SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


def say(role: str, *kids: str | Element | None, **more: Any) -> Element:
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


AGREE = {
    "the same words": (say("P", "Some words."), "<p>Some words.</p>"),
    "words on several lines": (say("P", "Some", "words."), "<p>Some\n  words.</p>"),
    "words in phrases": (
        say("P", "a ", say("Em", "b", say("Link", "c")), " d"),
        "<p>a <em>b<a>c</a></em> d</p>",
    ),
    "broken words": (say("P", "govern‐", "ment-", "al"), "<p>govern\u00adment\u200bal</p>"),
    "what styles add": (say("LI", say("Lbl", ">1."), say("LBody", "a")), "<li>a</li>"),
    "words in large letters": (say("P", "STRASSE"), "<p>Straße</p>"),
    "alternatives": (
        say("P", "a", say("Figure", None, alt="b"), say("Figure", "label", alt="c")),
        "<p>a<img alt='b'/><div role='img' aria-label='c'>label</div></p>",
    ),
    "the title of a drawing": (
        say("Figure", None, alt="a"),
        SVG.format("<title>a</title><text>b</text>"),
    ),
    "what is hidden": (
        say("P", "a", "d"),
        "<p>a<i aria-hidden='true'>b<b>c</b></i>d</p><img alt=''/>",
    ),
    "comments and styles": (
        say("P", "a"),
        "<!-- b --><style>p { color: red }</style><p>a</p>",
    ),
}


@pytest.mark.parametrize("name", AGREE)
def test_equal_texts_have_no_mismatch(name: str) -> None:
    root, body = AGREE[name]
    assert first_reading_order_mismatch(say("Document", root), html(body)) == ""


PART = {
    "lost": (say("Document", say("P", "one three")), "onetwothree"),
    "twice": (say("Document", say("P", "one two two three")), "onetwothree"),
    "swapped": (say("Document", say("P", "two"), say("P", "one three")), "onetwothree"),
    "lost at the end": (say("Document", say("P", "one two")), "onetwothree"),
    "more at the end": (say("Document", say("P", "one two three four")), "onetwothree"),
    "another alternative": (
        say("Document", say("P", "one two"), say("Figure", "three", alt="four")),
        "onetwothree",
    ),
    "nothing heard": (say("Document"), "onetwothree"),
}


@pytest.mark.parametrize("name", PART)
def test_the_first_mismatch_is_returned(name: str) -> None:
    root, words = PART[name]
    body = html("<p>one <b>two</b> three</p>")
    assert first_reading_order_mismatch(root, body) == words


def test_text_missing_in_the_html_is_returned() -> None:
    assert first_reading_order_mismatch(say("Document", say("P", "a b")), html("")) == "ab"


def test_a_mismatch_is_returned_with_its_context() -> None:
    words = [f"word{number}" for number in range(100)]
    heard = say("Document", say("P", *words[:50], *words[51:]))
    assert "word50" in first_reading_order_mismatch(
        heard, html(f"<p>{' '.join(words)}</p>")
    )
    assert len(first_reading_order_mismatch(heard, html(f"<p>{' '.join(words)}</p>"))) == 40


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


def play(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_a_script_gives_each_block_a_line_and_each_depth_an_indent() -> None:
    root = say(
        "Document",
        say("Sect", say("H1", "One  ", "two"), say("P", "three", language="fr")),
        say("L", say("LI", say("Lbl", ">1. "), say("LBody", "four", say("P", "five")))),
        say("Table", say("TBody", say("TR", say("TH", "six"), say("TD")))),
    )
    assert script(root) == play(
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


def test_a_play_marks_links_and_languages_inside_a_line() -> None:
    link = say("Link", "b ", say("Em", "c"), language="de")
    line = say("P", "a ", link, " ", say("Span", "d", language="ar"), say("Strong", "e"))
    assert script(line) == "P: a [de: <b c>] [ar: d]e\n"


def test_a_play_keeps_the_space_at_the_ends_of_a_phrase() -> None:
    assert script(say("P", "a", say("Em", " b "), "c")) == "P: a b c\n"


def test_a_play_puts_pictures_and_notes_under_their_line() -> None:
    note = say("Note", say("Lbl", say("Link", ">1. ")), "d")
    call = say("Reference", say("Link", ">1"))
    line = say("P", "a", call, note, " b ", say("Figure", None, alt="c"))
    assert script(line) == "P: a<1> b\n  Note: d\n    Lbl: <1.>\n  Figure: (c)\n"
