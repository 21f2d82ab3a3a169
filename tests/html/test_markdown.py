"""Markdown becomes safe HTML, or is reported as unsupported."""

import re
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.content.validate.files import Issue
from pipeline.content.validate.markdown import find_markdown_issues
from pipeline.html.text.markdown import TextStyle, line_html, prose_html
from pipeline.model.fields import Line, Prose
from pipeline.model.markdown import (
    citations,
    escape_markdown,
    internal_links,
    parse_markdown,
    plain_text,
    printed_value,
    sole_citation,
)
from pipeline.model.scripts import direction
from pipeline.problems import Rule

STYLE = TextStyle(cite=str.upper)


def html(text: str) -> str:
    return prose_html(text, STYLE)


def faults(text: str, kind: type[Line | Prose] = Prose) -> list[Issue]:
    return list(find_markdown_issues(kind(text)))


def link(label: str, href: str) -> str:
    return f'<a href="{href}">{label}</a>'


# --- What a brief may say ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo", "<p>one\ntwo</p>\n"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("one  \ntwo", "<p>one<br />\ntwo</p>\n"),
        ("one\\\ntwo", "<p>one<br />\ntwo</p>\n"),
        ("*one* **two**", "<p><em>one</em> <strong>two</strong></p>\n"),
        ("_one_ __two__", "<p><em>one</em> <strong>two</strong></p>\n"),
        (
            "H~2~O, x^2^ and CO~2~e",
            "<p>H<sub>2</sub>O, x<sup>2</sup> and CO<sub>2</sub>e</p>\n",
        ),
        ("snake_case_word", "<p>snake_case_word</p>\n"),
        ("工作*与*贸易", "<p>工作<em>与</em>贸易</p>\n"),
        ("- one\n- *two*", "<ul>\n<li>one</li>\n<li><em>two</em></li>\n</ul>\n"),
        ("1. one\n2. two", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n"),
        ("[a](https://b.org)", f"<p>{link('a', 'https://b.org')}</p>\n"),
        ("[*a*](https://b.org)", f"<p>{link('<em>a</em>', 'https://b.org')}</p>\n"),
        ("[a](https://b/?c=1&d=2)", f"<p>{link('a', 'https://b/?c=1&amp;d=2')}</p>\n"),
        ("[a](mailto:b@c.org)", f"<p>{link('a', 'mailto:b@c.org')}</p>\n"),
        ("[a](tel:+41227996111)", f"<p>{link('a', 'tel:+41227996111')}</p>\n"),
        ("[a](#part-2)", f"<p>{link('a', '#part-2')}</p>\n"),
        ("<https://b.org>", f"<p>{link('https://b.org', 'https://b.org')}</p>\n"),
        (
            "<https://b.org/%00%C3%A9>",
            '<p><a href="https://b.org/%00%C3%A9"><span class="address-part">'
            "https://b.org/%00%C3%A9</span></a></p>\n",
        ),
        ("<b@c.org>", f"<p>{link('b@c.org', 'mailto:b@c.org')}</p>\n"),
        ("[a][b]\n\n[b]: https://c.org", f"<p>{link('a', 'https://c.org')}</p>\n"),
    ],
)
def test_markdown_becomes_html(text: str, expected: str) -> None:
    assert html(text) == expected
    assert faults(text) == []


def test_headers_of_a_table_have_a_scope() -> None:
    assert html("| Year | Share |\n|---|--:|\n| *1999* | 61 |") == (
        '<table>\n<thead>\n<tr>\n<th scope="col">Year</th>\n<th scope="col">Share</th>\n'
        "</tr>\n</thead>\n<tbody>\n<tr>\n<td><em>1999</em></td>\n"
        '<td style="text-align:right">61</td>\n</tr>\n</tbody>\n</table>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }} and {% raw %} and {# note #}",
        "{{ brief.series }}",
        "-- ... (c) 'single' \"double\"",
        "~5 and ~6, 2 ^ 3, ==marked==",
        "http://b.org and www.b.org",
        "a | b",
        "[a] and [a]b and a[b]",
        "[@ a] and [@1] and @a",
        "50 % of 1\u00a0000",
        "a^[b]",
        "* a",
    ],
)
def test_characters_without_meaning_are_printed_as_typed(text: str) -> None:
    typed = text if not text.startswith("* ") else "\\" + text
    assert html(typed) == f"<p>{escape(text, quote=False)}</p>\n"
    assert faults(typed) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("&lt;script&gt; &amp; &copy; &#60;", "&lt;script&gt; &amp; © &lt;"),
        (r"\*a\* \[b\] \<c\> \_d\_ \`e\`", "*a* [b] &lt;c&gt; _d_ `e`"),
        ("<b>a</b>", "&lt;b&gt;a&lt;/b&gt;"),
        ("a <img src=x onerror=y> b", "a &lt;img src=x onerror=y&gt; b"),
        ("a <!-- b --> c", "a &lt;!-- b --&gt; c"),
    ],
)
def test_every_character_of_content_is_escaped(text: str, expected: str) -> None:
    assert html(text) == f"<p>{expected}</p>\n"


def test_a_block_of_html_is_escaped_too() -> None:
    assert html("<script>\nalert(1)\n</script>") == (
        "&lt;script&gt;\nalert(1)\n&lt;/script&gt;"
    )


def test_a_line_has_no_paragraph_around_it() -> None:
    assert line_html("*One* & two", STYLE) == "<em>One</em> &amp; two"


# --- Phrases in another language ---


@pytest.mark.parametrize(
    ("typed", "attributes"),
    [
        ("{lang=fr}", 'lang="fr" dir="ltr"'),
        ("{lang=ar}", 'lang="ar" dir="rtl"'),
        ("{lang=ar-EG}", 'lang="ar-EG" dir="rtl"'),
        ("{lang=he}", 'lang="he" dir="rtl"'),
        ("{lang=zh-Hans}", 'lang="zh-Hans" dir="ltr"'),
        ('{lang="fr"}', 'lang="fr" dir="ltr"'),
        ('{lang="\\"><script>"}', None),
    ],
)
def test_a_phrase_has_its_language_and_direction(
    typed: str, attributes: str | None
) -> None:
    made = html(f"The [*Conseil*]{typed} met.")
    if attributes is None:
        assert "<script" not in made
    else:
        phrase = f"<span {attributes}><em>Conseil</em></span>"
        assert made == f"<p>The {phrase} met.</p>\n"


@pytest.mark.parametrize("braces", ["{lang=French}", '{lang=x"y}', "{}", "{lang}"])
def test_a_phrase_with_an_invalid_language_is_refused_or_printed_as_typed(
    braces: str,
) -> None:
    text = f"[phrase]{braces}"
    assert faults(text) or html(text) == f"<p>{escape(text, quote=False)}</p>\n"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "ltr"), ("ar", "rtl"), ("fa-AF", "rtl"), ("ur", "rtl"), ("arn", "ltr")],
)
def test_the_direction_of_a_language(language: str, expected: str) -> None:
    assert direction(language) == expected


# --- Citations ---

SPAN = '<span class="citations">'
A = '<a class="citation" href="#reference.a">A</a>'
B = '<a class="citation" href="#reference.b-2">B-2</a>'


@pytest.mark.parametrize(
    ("text", "ids", "expected"),
    [
        ("Said [@a].", ("a",), f'Said\xa0<span class="citations">[{A}]</span>.'),
        ("[@a; @b-2]", ("a", "b-2"), f'<span class="citations">[{A}, {B}]</span>'),
        ("[@a;@b-2]", ("a", "b-2"), f'<span class="citations">[{A}, {B}]</span>'),
        (
            "Said [@a] [@b-2], [@a]\n[@b-2].",
            ("a", "b-2", "a", "b-2"),
            f"Said\xa0{SPAN}[{A}]</span> {SPAN}[{B}]</span>, "
            f"{SPAN}[{A}]</span>\n{SPAN}[{B}]</span>.",
        ),
        (
            "[@a] or [@b-2]",
            ("a", "b-2"),
            f"{SPAN}[{A}]</span> or\xa0{SPAN}[{B}]</span>",
        ),
        ("*[@a]*", ("a",), f'<em><span class="citations">[{A}]</span></em>'),
    ],
)
def test_citations_link_to_the_list_of_references(
    text: str, ids: tuple[str, ...], expected: str
) -> None:
    assert citations(text) == ids
    assert html(text) == f"<p>{expected}</p>\n"


def test_citations_are_printed_in_the_order_of_their_numbers() -> None:
    numbers = {"a": "10", "b": "2", "c": "1"}
    style = TextStyle(numbers.__getitem__)
    marks = re.findall(r">(\d+)<", line_html("[@a; @b; @c]", style))
    assert marks == ["1", "2", "10"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@a", ("a",)),  # a source line
        (" @a ", ("a",)),
        ("\\[@a]", ()),
        ("`[@a]`", ()),
        ("a@b.org", ()),
        ("One [@a]\n\n- two [@b]\n\n| three |\n|---|\n| [@c] |", ("a", "b", "c")),
        ("One.[^1]\n\n[^1]: Two [@b].", ("b",)),
    ],
)
def test_citations_are_found_in_every_context(text: str, ids: tuple[str, ...]) -> None:
    assert citations(text) == ids


def test_the_mark_of_a_citation_is_escaped() -> None:
    style = TextStyle(cite=lambda id: "<1>")
    assert ">&lt;1&gt;</a>" in prose_html("[@a]", style)


@pytest.mark.parametrize(
    ("text", "id"), [("@a", "a"), (" @a-2 ", "a-2"), ("[@a]", None), ("@a.", None)]
)
def test_a_source_line_may_be_one_reference(text: str, id: str | None) -> None:
    assert sole_citation(text) == id


def test_internal_links_are_those_with_a_number_sign() -> None:
    text = "[a](#one) [b](https://c.org#two)[^1]\n\n[^1]: [d](#three)"
    assert internal_links(text) == ("one", "three")


# --- Footnotes ---


def test_a_footnote_is_written_at_its_call() -> None:
    text = "One.[^1] Two.[^note]\n\n[^note]: *Second* [@a].\n[^1]: First."
    assert html(text) == (
        '<p>One.<span class="footnote">First.</span> Two.<span class="footnote">'
        f'<em>Second</em>\xa0<span class="citations">[{A}]</span>.</span></p>\n'
    )
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("a[^n], b. C.", "<span>, b.</span> C."),
        ("a[^n]。2011年b。", "<span>。</span>2011年b。"),
        ("a。b[^n]。c。", "<span>。</span>c。"),
        ("A. B[^n]. C.", "<span>.</span> C."),
        ("a[^n] “b.” Éc.", "<span> “b.”</span> Éc."),
        ("a[^n], b.\nC.", "<span>, b.</span>\nC."),
        # The sentence ends with the call, or with the paragraph, or in another phrase.
        ("a.[^n] B. C.", " B. C."),
        ("a[^n] v. 2, b.", " v. 2, b."),
        ("a[^n] *b. C.* d.", " <em>b. C.</em> d."),
    ],
)
def test_the_text_behind_a_call_is_divided_at_the_end_of_its_sentence(
    text: str, behind: str
) -> None:
    made = prose_html(f"{text}\n\n[^n]: N.", STYLE)
    assert made.partition("N.</span>")[2] == f"{behind}</p>\n"


def test_a_link_is_described_by_its_address_and_its_text() -> None:
    style = TextStyle(describe_link=lambda href, text: f'"{text}" at {href}')
    assert prose_html("[a *b* `c`](https://d.org)", style) == (
        '<p><a href="https://d.org" aria-label="&quot;a b c&quot; at https://d.org">'
        "a <em>b</em> <code>c</code></a></p>\n"
    )
    assert '<a class="citation" href="#reference.x" aria-label="&quot;x&quot; at #' in (
        prose_html("[@x]", style)
    )


def test_a_footnote_may_run_over_lines_and_be_called_from_a_list_or_a_table() -> None:
    text = (
        "- One[^1]\n\n| Two[^2] |\n|---|\n| a |\n\n[^1]: First\n    note.\n\n[^2]: Second."
    )
    assert faults(text) == []
    made = html(text)
    assert '<li>One<span class="footnote">First note.</span></li>' in made
    assert 'Two<span class="footnote">Second.</span></th>' in made


@pytest.mark.parametrize(
    "text",
    [
        "One.[^1]",
        "One.\n\n[^1]: Note.",
        "One.[^1] Two.[^1]\n\n[^1]: Note.",
        "One.[^1]\n\n[^1]: Note.\n\n[^1]: Another.",
        "One.[^1]\n\n[^1]: Note.\n\n    More.",
        "One.[^1]\n\n[^1]: - A list.",
        "One.\n\n[^1]: See [^1].",
        "One.\n\n[^1]: See [^2].\n\n[^2]: See [^1].",
        "One.[^1]\n\n[^1]: See [^1].",
    ],
)
def test_an_unused_or_repeated_footnote_is_refused(text: str) -> None:
    assert {fault.rule for fault in faults(text)} == {Rule.FOOTNOTE}


# --- What would not be printed ---


@pytest.mark.parametrize(
    ("text", "rule", "snippet"),
    [
        ("One\n\n# Two", Rule.UNSUPPORTED_MARKDOWN, "#"),
        ("Two\n===", Rule.UNSUPPORTED_MARKDOWN, "="),
        ("```\ncode\n```", Rule.UNSUPPORTED_MARKDOWN, "```"),
        ("One\n\n    two", Rule.UNSUPPORTED_MARKDOWN, "two"),
        ("One `two`", Rule.UNSUPPORTED_MARKDOWN, "`"),
        ("One ~~two~~", Rule.UNSUPPORTED_MARKDOWN, "~~"),
        ("One\n\n***", Rule.UNSUPPORTED_MARKDOWN, "***"),
        ("One\n\n---", Rule.UNSUPPORTED_MARKDOWN, "---"),
        ("One ![two](three.jpg)", Rule.UNSUPPORTED_MARKDOWN, "!["),
        ("One\n\n> two", Rule.UNSUPPORTED_MARKDOWN, ">"),
        ("[one]{.two}", Rule.UNSUPPORTED_MARKDOWN, "{"),
        ("[one]{#two}", Rule.UNSUPPORTED_MARKDOWN, "{"),
        ("[one]{onclick=two}", Rule.UNSUPPORTED_MARKDOWN, "{"),
        ("One\n\n[two]: https://three.org", Rule.UNSUPPORTED_MARKDOWN, "[two]:"),
        ("One\n\n| two | three |\n|---|---|", Rule.TABLE_SHAPE, "| two | three |"),
        ("One <b>two</b>", Rule.RAW_HTML, "<b>"),
        ("<div>\none\n</div>", Rule.RAW_HTML, "<div>"),
        ("One <!-- two -->", Rule.RAW_HTML, "<!-- two -->"),
        ("[one](http://two.org)", Rule.LINK_SCHEME, "http://two.org"),
        ("[one](two.pdf)", Rule.LINK_SCHEME, "two.pdf"),
        ("[one](//two.org)", Rule.LINK_SCHEME, "//two.org"),
        ("[one](javascript:two)", Rule.LINK_SCHEME, "javascript:two"),
        ("[one](data:text/html,two)", Rule.LINK_SCHEME, "data:text/html,two"),
        ("[one](#)", Rule.LINK_SCHEME, "#"),
        ("[one]()", Rule.LINK_SCHEME, ""),
        ("<ftp://one.org>", Rule.LINK_SCHEME, "ftp://one.org"),
    ],
)
def test_unsupported_markdown_is_reported_with_its_place(
    text: str, rule: Rule, snippet: str
) -> None:
    (fault,) = faults(text)
    assert fault.rule is rule
    assert fault.snippet == snippet
    assert fault.snippet in text


@pytest.mark.parametrize(
    "text",
    [
        "One\n\ntwo",
        "- One\n- Two",
        "1. One\n2. Two",
        "| a |\n|---|\n| b |",
        "One[^1]\n\n[^1]: Two.",
        "One\n\n# Two",
    ],
)
def test_a_line_is_one_paragraph_and_nothing_else(text: str) -> None:
    assert faults(text, Line)


@pytest.mark.parametrize("text", ["One", "One\ntwo", "*One*", "1\\. One", "\\- One", ""])
def test_a_line_of_one_paragraph_is_accepted(text: str) -> None:
    assert faults(text, Line) == []


@pytest.mark.parametrize(
    "text",
    [
        *("14. Olağan Toplantı", "3. møde", "1) One", "- Notes", "+ One", "# One"),
        *(
            "> One",
            "| One |",
            "---",
            "14. Olağan\nToplantı",
            "[a]: b",
            "``` One",
            "One\n===",
        ),
    ],
)
def test_a_line_begins_no_list_and_no_other_block(text: str) -> None:
    words = " ".join(text.split())
    assert faults(text, Line) == []
    assert plain_text(text) == words
    assert unescape(line_html(text, STYLE)).replace("\n", " ") == words
    assert printed_value(Line(text)) == printed_value(Line(escape_markdown(text)))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*One* **two** [three](https://four.org)", "One two three"),
        ("One\ntwo", "One two"),
        ("One  \ntwo", "One two"),
        (r"One \* two &amp; three", "One * two & three"),
        ("[Conseil]{lang=fr} meets", "Conseil meets"),
        ("One [@two]", "One"),
    ],
)
def test_plain_text_has_no_markdown(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_typography_changes_text_and_nothing_else() -> None:
    def typeset(text: str, language: str) -> list[str]:
        before_marks = zip(text, f"{text[1:]} ", strict=True)
        return ["\u202f" if pair == (" ", "!") else pair[0] for pair in before_marks]

    style = TextStyle(typeset=typeset)
    made = prose_html("*Oui !* [non !](https://a.org/b%20!)", style)
    assert made == (
        '<p><em>Oui\u202f!</em> <a href="https://a.org/b%20!">non\u202f!</a></p>\n'
    )


# --- Whatever is typed ---

TAGS = re.compile("p|br|wbr|em|strong|a|span|sub|sup|ul|ol|li|table|thead|tbody|tr|th|td")
# A text with faults is never printed, but even so it gives nothing that is harmful.
TAGS_OF_FAULTS = re.compile(TAGS.pattern + "|s|h[1-6]|pre|code|hr|blockquote|img")
ATTRIBUTES = re.compile(
    r"a\.(href|title|class)|span\.(class|lang|dir)|ol\.start|th\.scope|td\.style"
    r"|img\.(src|alt|title)|code\.class"
)
SCHEMES = ("https:", "mailto:", "tel:", "#")

PIECES = (
    "~2~",
    "^2^",
    *"*_[](){}#<>!`~|\\^:;&\"'-+=.@/% \n\ta1é",
    *(
        "<script>",
        "</script>",
        "<b>",
        "<!--",
        "-->",
        "<img src=x onerror=y>",
        "&lt;",
        "&#60;",
    ),
    *("[a](", "[a](javascript:x)", "](data:x)", "](//x.org)", "](https://x.org)", "](#a)"),
    *(
        "[^1]",
        "\n\n[^1]: ",
        "[@a]",
        "[@a; @b]",
        "{lang=fr}",
        "{lang=ar}",
        '{lang="',
        "{.c}",
    ),
    *(
        "\n\n",
        "\n- ",
        "\n1. ",
        "\n> ",
        "\n    ",
        "\n# ",
        "\n```\n",
        "\n|a|\n|-|\n",
        "[a]: b\n",
    ),
)
markdown_like = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(
    max_size=40
)


class Elements(HTMLParser):
    """Every element of some HTML; elements must be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs))
        if tag not in ("br", "hr", "img", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def has_valid_footnotes(text: str) -> bool:
    """Whether a text may be rendered: footnotes that call themselves would not end."""
    return all(fault.rule is not Rule.FOOTNOTE for fault in faults(text))


@given(markdown_like.filter(has_valid_footnotes))
@example("<script>alert(1)</script>")
@example('[a]{lang="\\"><script>"}')
@example("[a](https://b.org '\"><script>')")
@example("![<script>](b '\"><script>')")
def test_only_harmless_elements_are_written(text: str) -> None:
    made = html(text)
    assert "<script" not in made.lower()
    allowed = TAGS_OF_FAULTS if faults(text) else TAGS
    for tag, attributes in Elements(made).found:
        assert allowed.fullmatch(tag)
        assert all(ATTRIBUTES.fullmatch(f"{tag}.{name}") for name in attributes)
        style = attributes.get("style", "text-align:left") or ""
        assert re.fullmatch("text-align:(left|center|right)", style)


@given(markdown_like.filter(has_valid_footnotes))
@example("[a](javascript:alert(1))")
@example("[a](JAVA&#115;CRIPT:x)")
@example("<vbscript:x>")
@example("[a][b]\n\n[b]: data:text/html,x")
def test_every_link_has_an_allowed_scheme(text: str) -> None:
    for tag, attributes in Elements(html(text)).found:
        if tag == "a":
            assert (attributes["href"] or "").startswith(SCHEMES)


@given(markdown_like, markdown_like)
@example("[a]: ", "\n")
@example("[a]: b '", "'")
@example("[a]{lang=", "}")
@example("|a|\n|-|\n|b|", "|")
@example("- " * 10, "")
@example("[a](https://b.org '", "')")
def test_a_valid_text_loses_no_word(before: str, after: str) -> None:
    text = f"{before}Zanzibar{after}"
    assert faults(text) or "Zanzibar" in html(text)


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=10)


@given(st.lists(words, min_size=1, max_size=6).map(" ".join))
def test_plain_words_are_unchanged(text: str) -> None:
    assert line_html(text, STYLE) == text
    assert plain_text(text) == text
    assert faults(text, Line) == []


def test_a_range_stays_on_one_line_and_a_date_or_address_is_not_a_range() -> None:
    kept = line_html("In 2000–2019, 5–10% of B.3–4", TextStyle())
    assert kept == (
        'In <span class="range">2000–2019</span>, <span class="range">5–10%</span> of B.3–4'
    )
    assert "<span" not in line_html("2000–2019", TextStyle(language="ar"))


def test_rendering_leaves_the_tokens_for_others() -> None:
    text = "« *A* » [link](https://www.ilo.org), 1st[^n] in [mot]{lang=fr}\n\n[^n]: A note"
    before = [token.as_dict() for token in parse_markdown(text)]
    first = prose_html(text, TextStyle(language="fr", avoids_runts=True))
    assert [token.as_dict() for token in parse_markdown(text)] == before
    assert prose_html(text, TextStyle(language="fr", avoids_runts=True)) == first
