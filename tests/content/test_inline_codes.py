"""Words and codes of a paragraph: what a translator sees, and what is written again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.content.inline_codes import (
    CodeEnd,
    InlineCode,
    Pieces,
    added_code,
    digest_of,
    markdown_of,
    normalize,
    paragraph_of,
)

END = CodeEnd.CLOSE
WORDS = st.text("ab *_[]~^`<>|\\&#-+.1)(:!@{}é的。 \u00a0", min_size=1, max_size=12)
CODES = st.sampled_from(
    [
        InlineCode("[@ilo]"),
        InlineCode("[@a; @b]"),
        InlineCode("[^1]"),
        InlineCode("<https://ilo.org>"),
    ]
)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One\n two.", ("One two.",)),
        ("贸易，\n就业", ("贸易，就业",)),
        (
            "*a* **b**",
            (InlineCode("*", "*"), "a", END, " ", InlineCode("**", "**"), "b", END),
        ),
        ("H~2~O", ("H", InlineCode("~", "~"), "2", END, "O")),
        ("m^2^", ("m", InlineCode("^", "^"), "2", END)),
        ("as said [@a;  @b].", ("as said ", InlineCode("[@a; @b]"), ".")),
        ("so.[^1]", ("so.", InlineCode("[^1]"))),
        (
            "[the *box*](#b)",
            (InlineCode("[", "](#b)"), "the ", InlineCode("*", "*"), "box", END, END),
        ),
        ("[a](https://x.org/c_(d))", (InlineCode("[", "](https://x.org/c_(d))"), "a", END)),
        ("[a](<https://x.org/(>)", (InlineCode("[", "](<https://x.org/(>)"), "a", END)),
        ("[Le titre]{lang=fr}", (InlineCode("[", "]{lang=fr}"), "Le titre", END)),
        ("<https://x.org>", (InlineCode("<https://x.org>"),)),
        ("one\\\ntwo", ("one", InlineCode("\\\n"), "two")),
        ("2 \\* 3 &amp; \\[sic\\]", ("2 * 3 & [sic]",)),
    ],
)
def test_a_paragraph_is_words_and_codes(text: str, pieces: Pieces) -> None:
    assert paragraph_of(text) == pieces
    written = markdown_of(pieces)
    assert written is not None
    assert paragraph_of(written) == pieces


@pytest.mark.parametrize(
    "text", ["# A", "- a", "a\n\nb", "`a`", "<b>a</b>", "|a|\n|-|\n|b|"]
)
def test_text_that_is_not_one_paragraph_gives_none(text: str) -> None:
    assert paragraph_of(text) is None


@pytest.mark.parametrize(
    ("words", "markdown"),
    [
        ("- not a list", "\\- not a list"),
        ("2017. A year", "2017\\. A year"),
        ("# no heading", "\\# no heading"),
        ("a_b 5% (c) [sic]", "a_b 5% (c) [sic]"),
        ("no [@citation]", "no \\[@citation\\]"),
        ("no *emphasis*", "no \\*emphasis\\*"),
        ("no [link](https://x.org)", "no \\[link\\](https://x.org)"),
    ],
)
def test_words_that_would_be_markup_are_escaped(words: str, markdown: str) -> None:
    assert markdown_of((words,)) == markdown


def test_emphasis_that_cannot_be_written_is_refused() -> None:
    assert markdown_of((InlineCode("*", "*"), " a ", END)) is None


@given(st.lists(WORDS | CODES, max_size=6))
def test_written_pieces_are_read_again_unchanged(parts: list[str | InlineCode]) -> None:
    pieces = normalize(parts)
    written = markdown_of(pieces)
    assert written is None or paragraph_of(written) == pieces


@given(st.lists(st.text("ab 的é.,;'", min_size=1, max_size=9) | CODES, min_size=1))
def test_plain_words_between_codes_can_always_be_written(
    parts: list[str | InlineCode],
) -> None:
    assert markdown_of(normalize(parts)) is not None


def test_the_digest_does_not_depend_on_line_breaks() -> None:
    one, other = paragraph_of("One *two*\nthree."), paragraph_of("One\n*two* three.")
    assert one
    assert other
    assert digest_of(one) == digest_of(other)
    assert digest_of(one) != digest_of(("One two three.",))


def test_only_emphasis_and_languages_may_be_added() -> None:
    assert added_code("italic") == InlineCode("*", "*")
    assert added_code("lang-zh-Hans") == InlineCode("[", "]{lang=zh-Hans}")
    for kind in ("link", "citation", "note", "lang-", "lang-fr}[x](y)", "", "code"):
        assert added_code(kind) is None
