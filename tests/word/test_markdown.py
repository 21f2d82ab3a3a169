"""What is written as Markdown and YAML prints the words of the document."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.content.validate.markdown import find_markdown_issues
from pipeline.content.yaml_source import read_yaml
from pipeline.content.yaml_writer import wrap_prose, write_yaml
from pipeline.model.fields import Line
from pipeline.model.markdown import flat_tokens, parse_markdown, printed_value
from pipeline.word.markdown import MarkdownWriter

MARKS = st.text(
    st.sampled_from("ab 1.)-+*#>|=~_^`[](){}<!&;:\\@\"'é的ب\u00a0"), max_size=25
)
TAGS = st.sampled_from(["em", "strong", "sub", "sup", "span"])


def writer(*codes: str) -> MarkdownWriter:
    return MarkdownWriter(codes or ("en", "ar", "zh"), {})


def element(tag: str, text: str, *children: Element) -> Element:
    made = Element(tag)
    made.text = text
    made.extend(children)
    return made


def printed(text: str) -> str:
    kept = ("text", "softbreak")
    tokens = (t for t in flat_tokens(parse_markdown(text)) if t.type in kept)
    return " ".join("".join(t.content or " " for t in tokens).split())


def with_tail(child: Element, tail: str) -> Element:
    child.tail = tail
    return child


@given(MARKS, TAGS, MARKS, MARKS)
def test_each_word_is_printed(before: str, tag: str, inside: str, after: str) -> None:
    node = element("p", before, with_tail(element(tag, inside), after))
    line = writer().line(node)
    words = " ".join((before + inside + after).split())
    assert printed(Line(line)) == words
    rules = {issue.rule.id for issue in find_markdown_issues(Line(line))}
    assert rules <= {"pasted-character"}


def test_a_number_at_the_start_is_escaped_in_prose_only() -> None:
    node = element("p", "14. Olağan Toplantı")
    assert writer().line(node) == "14. Olağan Toplantı"
    assert writer().prose([node]) == "14\\. Olağan Toplantı"


@given(st.lists(MARKS.filter(str.strip), min_size=1, max_size=6), st.booleans())
def test_prose_in_written_yaml_is_read_with_its_meaning(
    texts: list[str], is_list: bool
) -> None:
    items = [element("li" if is_list else "p", text) for text in texts]
    nodes = [element("ul", "", *items)] if is_list else items
    prose = writer().prose(nodes)
    values = {"title": "T", "sections": [{"heading": "H", "blocks": [{"text": prose}]}]}
    written = write_yaml(values)
    source, problems = read_yaml("a.yaml", written.encode())
    assert source is not None, problems
    again = dict(source.walk())["sections", 0, "blocks", 0, "text"]
    assert printed_value(str(again)) == printed_value(prose)


@given(st.dictionaries(st.sampled_from(["title", "standfirst", "lead"]), MARKS, min_size=1))
def test_written_yaml_has_the_given_values(values: dict[str, str]) -> None:
    values = {key: " ".join(text.split()) for key, text in values.items()}
    source, _ = read_yaml("a.yaml", write_yaml(values).encode())
    assert source is not None
    assert (
        source.value == values
        or {
            key: (text or "").strip("\n")
            for key, text in dict(source.value).items()  # type: ignore[arg-type]
        }
        == values
    )


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>un<strong>believ</strong>able</p>", "un**believ**able"),
        ("<p>a <em> b </em> c</p>", "a *b* c"),
        ("<p><strong>a</strong><em>b</em></p>", "**a**b"),
        ("<p>x<sub>2</sub> m<sup>2</sup></p>", "x~2~ m^2^"),
        ("<p>x<sup>a b</sup></p>", "xa b"),
        ("<p>a<br/>- b</p>", "a\\\n- b"),
        ('<p><a href="https://a.org/(b)">w</a></p>', "[w](https://a.org/(b))"),
        ('<p><a href="https://a.org/(b">w</a></p>', "[w](https://a.org/%28b)"),
        ('<p><a href="http://a.org">w</a></p>', "w"),
        ('<p>[<a href="#ref_a_hb">1</a>; <a href="#ref_c">2</a>]</p>', "[@a-b; @c]"),
        ('<p><a href="#ref_a">1</a></p>', "[@a]"),
        ('<p><a href="#id_the_utable">the table</a></p>', "[the table](#the_table)"),
        ('<p><span class="lang-fr">le <em>mot</em></span></p>', "[le *mot*]{lang=fr}"),
        ('<p><span class="lang-fr"><em>mot</em></span></p>', "*[mot]{lang=fr}*"),
        ("<p>see العمل اللائق, 2017</p>", "see [العمل اللائق]{lang=ar}, 2017"),
        ("<p>5 * 3, a_b, [x], #1, @me</p>", "5 * 3, a_b, \\[x\\], #1, \\@me"),
    ],
)
def test_a_paragraph_is_written_as_markdown(html: str, markdown: str) -> None:
    assert writer().line(ElementTree.fromstring(html)) == markdown  # noqa: S314 – above


def test_emphasis_begins_and_ends_beside_a_chinese_character() -> None:
    node = ElementTree.fromstring('<p>据<span class="lang-en"><em>X</em></span>要</p>')  # noqa: S314
    assert writer("zh").line(node) == "据*[X]{lang=en}*要"


def test_the_script_of_the_text_is_not_marked() -> None:
    node = element("p", "العمل decent work 体面")
    assert writer("ar", "en").line(node) == "العمل decent work [体面]{lang=zh}"
    assert writer("fa").line(node) == "العمل decent work [体面]{lang=zh}"
    assert writer("en", "fa").line(node) == "[العمل]{lang=fa} decent work [体面]{lang=zh}"


@pytest.mark.parametrize("width", range(8, 60))
def test_no_line_of_a_paragraph_begins_a_block(width: int) -> None:
    words = "a - b 1. c # d * e + f > g | h === --- i [^1]: j ~~~ k 2) l"
    lines = wrap_prose(words, width)
    assert printed_value(lines) == printed_value(words)
    item = f"- {words}\n  1. {words}"
    assert printed_value(wrap_prose(item, width)) == printed_value(item)


def test_lists_are_nested_by_the_width_of_their_marks() -> None:
    inner = element("ol", "", element("li", "b"), element("li", "c"))
    outer = element("ol", "", element("li", "a", inner), element("li", "d"))
    text = writer().prose([outer])
    assert text == "1. a\n   1. b\n   2. c\n2. d"
    assert sum(t.type == "ordered_list_open" for t in parse_markdown(text)) == 2


def test_meaning_ignores_how_a_text_is_typed() -> None:
    assert printed_value("*a*  b\nc") == printed_value("_a_ b c")
    assert printed_value("*[a]{lang=en}*") == printed_value("[*a*]{lang=en}")
    assert printed_value("@a") == printed_value("[@a]")
    assert printed_value("a[^x]\n\n[^x]: n") == printed_value("a[^1]\n\n[^1]: n")
    assert printed_value("a[^x]\n\n[^x]: n") != printed_value("a[^1]\n\n[^1]: m")
    assert printed_value("[a](https://a.org)") != printed_value("[a](https://b.org)")
    assert printed_value("a *b*") != printed_value("a b")
