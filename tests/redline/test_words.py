"""Texts are compared by words, and nothing is lost."""

from difflib import Match, SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.redline.words import SAME_ID, Word, align, diff_words, similarity, split_words

# Words of several scripts, numbers, marks, spaces, citations.
PIECES = st.sampled_from(
    [
        *(
            "the",
            "trade",
            "policy",
            "l’emploi",
            "التجارة",
            "العملِ",
            "贸",
            "易",
            "劳",
            "7 000",
        ),
        *(
            "12.5%",
            "1",
            "97th",
            " ",
            "  ",
            "\n",
            "\u00a0",
            ".",
            "،",
            "。",
            "[@ilo-2016]",
            "-",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def keys(words: list[Word]) -> list[str]:
    return [word.key for word in words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It’s half-hearted.", ["It’s", " ", "half-hearted", "."]),
        # Numbers are whole, with their groups, decimals and ordinals.
        ("7 000 of 1,234.5", ["7 000", " ", "of", " ", "1,234.5"]),
        ("2016 2017", ["2016", " ", "2017"]),
        ("28% at the 97th", ["28%", " ", "at", " ", "the", " ", "97th"]),
        ("GB.329 H2O", ["GB", ".", "329", " ", "H2O"]),
        # Arabic words are whole, with vowels; its comma is a mark.
        ("العملِ، 1994", ["العملِ", "،", " ", "1994"]),
        # Chinese is split into characters.
        ("1994年6月", ["1994", "年", "6", "月"]),
        ("ILO贸易", ["ILO", "贸", "易"]),
        # Citations, addresses of links and calls of footnotes are whole.
        ("so [@a; @b].", ["so", " ", "[@a; @b]", "."]),
        ("[text](#id)[^n]", ["[", "text", "](#id)", "[^n]"]),
    ],
)
def test_a_text_is_split_into_words(text: str, words: list[str]) -> None:
    assert keys(split_words(text)) == words
    assert "".join(word.text for word in split_words(text)) == text


def test_spaces_and_hyphens_count_alike_whatever_their_kind() -> None:
    typed, printed = (
        split_words("l’an 7 000 semi-final"),
        split_words("l’an\u202f7\u00a0000 semi\u2011final"),
    )
    assert keys(typed) == keys(printed)


@given(TEXTS, TEXTS)
def test_what_is_kept_and_gone_is_the_old_text_and_what_is_kept_and_new_the_new(
    old: str, new: str
) -> None:
    runs = diff_words(split_words(old), split_words(new))
    kept_and_gone = [w for run in runs if run.kind in "=-" for w in run.words]
    kept_and_new = [w for run in runs if run.kind in "=+" for w in run.words]
    assert keys(kept_and_gone) == keys(split_words(old))
    assert "".join(word.text for word in kept_and_new) == new


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {run.kind for run in diff_words(split_words(text), split_words(text))} <= (
        {"="} if text.strip() else {"-", "+"}
    )


def printed(old: str, new: str) -> str:
    runs = diff_words(split_words(old), split_words(new))
    signs = {"=": "{}", "-": "[-{}-]", "+": "[+{}+]"}
    return "".join(
        signs[run.kind].format("".join(w.text for w in run.words)) for run in runs
    )


def test_a_text_that_is_too_unlike_is_replaced_as_a_whole() -> None:
    old, new = "Two policies have one effect on work.", "Trade grew; its gains did not."
    assert similarity(split_words(old), split_words(new)) < 0.45
    assert printed(old, new) == f"[-{old}-][+{new}+]"


def test_a_short_run_between_two_changes_is_no_island() -> None:
    assert printed("我们建议成立一个小组讨论此事", "我们提议设立一个小组讨论此事") == (
        "我们[-建议成-][+提议设+]立一个小组讨论此事"
    )
    # A longer one stays: it helps the reader.
    assert printed("a long road to the north of it", "a long way to the south of it") == (
        "a long [-road-][+way+] to the [-north-][+south+] of it"
    )


def test_the_time_to_compare_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """To compare texts of ten thousand characters exactly would take minutes."""
    matched: list[int] = []
    exact = SequenceMatcher.find_longest_match

    def count(self: SequenceMatcher[str], *range_: int) -> Match:
        matched.append(len(self.a) * len(self.b))
        return exact(self, *range_)

    monkeypatch.setattr(SequenceMatcher, "find_longest_match", count)
    old = split_words("".join(chr(0x4E00 + number % 500) for number in range(10_000)))
    new = [*old[:5000], *split_words("更改"), *old[5000:]]
    assert similarity(old, new) > 0.99
    assert [run.kind for run in diff_words(old, new)] == ["-", "+"]
    assert [run.kind for run in diff_words(old, old)] == ["="]
    assert matched == []
    diff_words(old[:1000], new[:900])
    assert max(matched) <= 4_000_000


def test_items_are_paired_in_order_by_the_greatest_sum_of_scores() -> None:
    def score(a: str, b: str) -> float:
        return SAME_ID if a == b else 0.0

    assert list(align("abcd", "acbd", score)) == [
        ("a", "a"),
        ("b", None),
        ("c", "c"),
        (None, "b"),
        ("d", "d"),
    ]
    assert list(align("", "ab", score)) == [(None, "a"), (None, "b")]
    assert list(align("ab", "", score)) == [("a", None), ("b", None)]


def test_items_with_too_low_a_score_are_not_paired() -> None:
    assert list(align("a", "b", lambda a, b: 0.44)) == [("a", None), (None, "b")]
    assert list(align("a", "b", lambda a, b: 0.45)) == [("a", "b")]
