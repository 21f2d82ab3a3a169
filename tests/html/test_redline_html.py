"""Printed HTML is compared by words, without cutting a tag."""

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from pipeline.html.redline_html import diff_html, mark_changes
from pipeline.html.text.markdown import TextStyle, prose_html
from pipeline.redline.redlined import Redlined

WORDS = st.sampled_from(
    [
        "trade",
        "*policy*",
        "**work**",
        "7 000",
        "[a](#b)",
        "[@x]",
        "贸易",
        "التجارة",
        "a & b",
    ]
)
PARAGRAPHS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
TEXTS = st.lists(
    st.one_of(
        PARAGRAPHS,
        st.lists(PARAGRAPHS, min_size=1, max_size=3).map(
            lambda items: "\n".join(f"- {item}" for item in items)
        ),
    ),
    min_size=1,
    max_size=4,
).map("\n\n".join)


def render(text: str) -> str:
    return prose_html(text, TextStyle())


def without(tag: str, html: str) -> str:
    """The words of HTML without what is marked by a tag, and without spaces."""
    kept = re.sub(rf"<{tag}>.*?</{tag}>", "", html)
    return "".join(re.sub(r"<[^>]*>", " ", kept).split())


class Balance(HTMLParser):
    """Fail on a tag that another closes, and on a block inside a mark."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("p", "li", "ul", "table", "tr", "td"):
            assert not {"ins", "del"} & set(self.opened), "a block is in a mark"
        if tag not in ("br", "img", "wbr"):
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


@given(TEXTS, TEXTS)
def test_without_the_old_it_is_the_new_and_without_the_new_the_old(
    old: str, new: str
) -> None:
    html = diff_html(render(old), render(new))
    assert without("del", html) == without("del", render(new))
    assert without("ins", html) == without("ins", render(old))
    parser = Balance()
    parser.feed(html)
    assert parser.opened == []


@given(TEXTS)
def test_what_did_not_change_is_not_marked(text: str) -> None:
    html = diff_html(render(text), render(text))
    assert "<ins>" not in html
    assert "<del>" not in html


def test_inline_elements_are_opened_again_after_a_mark() -> None:
    html = diff_html(
        "<p>An <em>old long road</em> home.</p>", "<p>An <em>old long way</em> home.</p>"
    )
    assert html == (
        "<p>An <em>old long </em><del><em>road</em></del> <ins><em>way</em></ins> home.</p>"
    )


def test_a_link_in_a_deletion_leads_nowhere() -> None:
    old = render("See [the box](#apart) and [@ilo] and [this](https://a.org).")
    html = diff_html(old, "")
    assert "<a" not in html
    assert "the box" in html
    assert diff_html("", old).count("<a ") == 3


def test_a_citation_counts_by_what_it_names_and_not_by_its_number() -> None:
    numbers = {"a": "1", "b": "2"}
    first = prose_html("Said so [@a].", TextStyle(numbers.__getitem__))
    moved = prose_html("Said so [@a].", TextStyle({"a": "7"}.__getitem__))
    other = prose_html("Said so [@b].", TextStyle(numbers.__getitem__))
    assert diff_html(first, moved) == moved.strip()
    assert "<del>" in diff_html(first, other)


def test_a_footnote_is_compared_inside_of_itself() -> None:
    old = render("Yes.[^a]\n\n[^a]: Adopted at its 97th Session in Geneva.")
    new = render("Yes.[^a] More.\n\n[^a]: Adopted at its 98th Session in Geneva.")
    html = diff_html(old, new)
    assert html.count('<span class="footnote">') == 1
    assert "its <del>97th</del> <ins>98th</ins> Session" in html
    assert "<ins>More.</ins>" in html


def test_a_footnote_that_goes_is_marked_inside_so_that_its_words_at_the_foot_are() -> None:
    html = diff_html(render("Yes.[^a]\n\n[^a]: A note."), render("Yes."))
    assert '<span class="footnote"><del>A note.</del></span>' in html


def test_items_of_lists_and_cells_of_tables_are_paired() -> None:
    old = "- one thing here\n- two\n\n| A | B |\n|---|---|\n| x y z | 2 |"
    new = "- one thing there\n- three\n\n| A | C |\n|---|---|\n| x y z | 3 |"
    html = diff_html(render(old), render(new))
    assert "<li>one thing <del>here</del> <ins>there</ins></li>" in html
    assert "<li><del>two</del></li><li><ins>three</ins></li>" in html
    assert '<th scope="col"><del>B</del> <ins>C</ins></th>' in html
    assert "<td>x y z</td><td><del>2</del> <ins>3</ins></td>" in html


def test_a_table_with_another_number_of_columns_is_another_table() -> None:
    old = "| A | B |\n|---|---|\n| x | 2 |"
    new = "| A |\n|---|\n| x |"
    assert diff_html(render(old), render(new)).count("<table>") == 2


def test_a_text_that_is_new_or_gone_is_marked_as_a_whole() -> None:
    assert mark_changes(Redlined("a", None), str.upper) == "<del>A</del>"
    assert mark_changes(Redlined(None, "b"), str.upper) == "<ins>B</ins>"


def test_what_content_says_is_never_markup() -> None:
    html = diff_html(render("a < b & <i>c</i>"), render("a < d & <i>c</i>"))
    assert "<i>" not in html
    assert "&lt;i&gt;" in html
