"""Reading any input returns values or problems, and raises no exception."""

from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.content.validate.markdown import find_markdown_issues
from pipeline.html.text.markdown import TextStyle, line_html, prose_html
from pipeline.model.fields import Line, Prose
from pipeline.model.markdown import plain_text
from pipeline.problems import Problem, is_blocking
from tests.fuzz.loading import (
    problems_of_brief,
    problems_of_data,
    problems_of_drawing,
    problems_of_photograph,
    problems_of_session,
    read,
)

ROOT = Path(__file__).resolve().parents[2]
quick = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@cache
def samples() -> tuple[bytes, ...]:
    """The first 8,000 bytes of real briefs, and of the invalid files of tests/invalid."""
    files = (*ROOT.glob("content/*/*/*.yaml"), *ROOT.glob("tests/invalid/*.yaml"))
    return tuple(f.read_bytes()[:8_000] for f in sorted(files))


PIECES = (
    *(
        b"",
        b"\n",
        b"  ",
        b"- ",
        b": ",
        b"{",
        b"[",
        b"&a ",
        b"*a",
        b"!x ",
        b"|\n",
        b'"',
        b"'",
    ),
    *(b"\t", b"\0", b"\xff", b"[^1]", b"[@a]", b"<b>", b"](", b"\xe2\x80\xae", b"? "),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real file with random parts overwritten, repeated or deleted."""
    data = draw(st.sampled_from(samples()))
    pieces = st.sampled_from(PIECES)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 30)))
        data = data[:start] + draw(pieces | st.binary(max_size=4)) + data[end:]
    return data


_words = st.text(max_size=30) | st.sampled_from(["a", "1", "-", "@a", "[^1]", "bar", "en"])
_keys = st.sampled_from(
    (
        *("title", "sections", "heading", "blocks", "text", "table", "columns", "rows"),
        *("figure", "data", "picture", "file", "references", "id", "quote", "box"),
        "key_messages",
    )
)
_values: st.SearchStrategy[Any] = st.recursive(
    _words | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=5),
    max_leaves=25,
)


def written(value: Any) -> bytes:
    """Write a value as YAML."""
    return yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "surrogatepass")


def assert_complete(problems: list[Problem]) -> None:
    """Check that each problem has a place in a file, a message and a hint."""
    for problem in problems:
        assert problem.place.file
        assert problem.message
        assert problem.hint


@quick
@given(st.binary(max_size=400) | mutated() | _values.map(written))
def test_a_brief_is_read_or_rejected(data: bytes) -> None:
    assert_complete(problems_of_brief(data))


@quick
@given(_values)
def test_a_brief_with_any_blocks_is_read_or_rejected(value: Any) -> None:
    brief = {"title": "A title", "sections": [{"heading": "A", "blocks": value}]}
    assert_complete(problems_of_brief(written(brief)))


_handouts = st.fixed_dictionaries(
    {"brief": st.sampled_from(["brief", "../brief", ""]) | _values, "copies": _values},
    optional={"edition": st.sampled_from(["2017", "2017-13"]) | _values},
)


@quick
@given(
    st.binary(max_size=300)
    | mutated()
    | st.fixed_dictionaries(
        {
            "body": _values,
            "dates": _values
            | st.just({"start": "2017-10-26", "end": "2017-11-09"})
            | st.fixed_dictionaries({"start": _words, "end": _words}),
            "place": _values,
            "handouts": st.lists(_handouts | _values, max_size=3) | _values,
        },
        optional={"paper": _values, "missing_language": _words},
    ).map(written)
)
def test_a_session_is_read_or_rejected(data: bytes) -> None:
    assert_complete(problems_of_session(data))


@quick
@given(
    st.binary(max_size=300)
    | st.text(alphabet='a1,;"\n\r\0.-', max_size=80).map(lambda t: t.encode())
)
def test_data_are_read_or_refused(data: bytes) -> None:
    assert_complete(problems_of_data(data))


@quick
@given(
    st.binary(max_size=200)
    | st.text(alphabet='<>/="&;#aguse xhrf:0', max_size=80).map(
        lambda t: b'<svg viewBox="0 0 9 9">' + t.encode() + b"</svg>"
    )
)
def test_a_drawing_is_read_or_refused(data: bytes) -> None:
    assert_complete(problems_of_drawing(data))


@quick
@given(
    st.binary(max_size=200).map(lambda b: b"\x89PNG\r\n\x1a\n" + b)
    | st.binary(max_size=200).map(lambda b: b"\xff\xd8\xff" + b)
)
def test_a_photograph_is_read_or_refused(data: bytes) -> None:
    assert_complete(problems_of_photograph(data))


FOUND = sorted(f for f in (ROOT / "tests/fuzz/corpus").iterdir() if f.suffix != ".md")


@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.name)
def test_what_the_fuzzer_found_is_read_or_refused(file: Path) -> None:
    assert_complete(read(file.read_bytes()))


# --- Markdown ---

_WITHOUT_ATTRIBUTES = (
    *("p", "em", "strong", "sub", "sup", "br", "ul", "ol", "li", "wbr"),
    *("table", "thead", "tbody", "tr"),
)
ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in _WITHOUT_ATTRIBUTES},
    "th": {"scope", "style"},
    "td": {"style"},
    "a": {"href", "class"},
    "span": {"lang", "dir", "class"},
    "bdi": {"dir"},
}
_VOID = {"br", "wbr"}


class Balance(HTMLParser):
    """Parse HTML; fail on elements that are not allowed or not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= ALLOWED[tag], attrs
        for name, value in attrs:
            if name == "href":
                assert (value or "").startswith(("https:", "mailto:", "tel:", "#"))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> is not open"
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


MARKS = (
    *("*", "**", "_", "[", "]", "](", ")", "{lang=fr}", "{", "}", "<", ">", "<b>", "</b>"),
    *("[^1]", "\n\n[^1]: a", "[@a]", "[@a; @b]", "~", "^", "H~2~O", "|", "\n|-|-|\n"),
    *("\n", "\n\n", "- ", "1. ", "    ", "a", "b c", "\u0628", "\u4e2d", "«", '"', "'"),
    *("https://a.example", "a@b.example", "&amp;", "&#0;", "\\", "#x", "javascript:"),
    *("1er", "XXIe", "12 %", "\u00a0", "!", "![", "`", "~~", "onclick="),
)
_markdown = st.lists(
    st.sampled_from(MARKS) | st.characters(codec="utf-8"), max_size=25
).map("".join)
RENDERERS: dict[str, Callable[[str, TextStyle], str]] = {
    "prose": prose_html,
    "line": line_html,
}


@pytest.mark.parametrize("renderer", RENDERERS)
@given(text=_markdown, language=st.sampled_from(["en", "fr", "ar", "zh"]))
@settings(quick, max_examples=150)
def test_whatever_is_accepted_is_balanced_and_of_few_tags(
    renderer: str, text: str, language: str
) -> None:
    faults = list(find_markdown_issues((Line if renderer == "line" else Prose)(text)))
    plain_text(text)
    if faults:
        return
    walk = Balance()
    walk.feed(RENDERERS[renderer](text, TextStyle(language=language, avoids_runts=True)))
    walk.close()
    assert walk.open == []


def test_the_samples_are_read_as_they_should_be() -> None:
    good = (ROOT / "content/wpsdg/2017/en.yaml").read_bytes()
    assert not [
        p for p in problems_of_brief(good) if is_blocking(p) and "picture" not in p.rule.id
    ]
    assert problems_of_brief(b"title: [")
