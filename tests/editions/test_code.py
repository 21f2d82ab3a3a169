"""Edition codes: equal for equal texts, and tolerant of how they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.editions.code import (
    ALPHABET,
    EditionCode,
    characters_of,
    identity_of,
    make_code,
    parse_code,
)
from pipeline.model.dates import InformationDate

DATED = InformationDate(2017)
CODES = st.builds(
    EditionCode,
    st.text(ALPHABET, min_size=5, max_size=5),
    st.text(ALPHABET, min_size=4, max_size=4),
)


def test_a_code_on_paper_means_the_same_for_ever() -> None:
    """Another algorithm would make every paper that was handed out unknown."""
    code = make_code("wpsdg", DATED, "fr", "Le commerce et l’emploi".encode())
    assert str(code) == "XYYT4-Y8P53"
    assert code.identity == identity_of("wpsdg", DATED, "fr")


def test_edition_and_language_and_words_each_make_another_code() -> None:
    month = InformationDate(2017, 3)
    codes = [
        make_code(*of, words)
        for of in [
            ("wpsdg", DATED, "fr"),
            ("wpsdg", DATED, "en"),
            ("wpsdg", month, "fr"),
            ("informality", DATED, "fr"),
        ]
        for words in (b"one", b"two")
    ]
    assert len({code.identity for code in codes}) == 4
    assert len({code.text for code in codes}) == 2


def test_the_alphabet_has_no_ambiguous_letters() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("ILOU")


@given(CODES)
def test_a_printed_code_is_parsed(code: EditionCode) -> None:
    assert parse_code(str(code)) == code


@pytest.mark.parametrize(
    "typed",
    [
        "01tds5v6c7",
        "  01TDS-5V6C7 ",
        "o1tds 5v6c7",
        "OITDS–5V6C7",
        "0LTDS‑5V6C7",
        "0 1 T D S 5 V 6 C 7",
        "٠١TDS-5V6C7",
        "\u206601TDS-5V6C7\u2069",
        "０１ＴＤＳ－５Ｖ６Ｃ７",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert characters_of(typed) == "01TDS5V6C7"


@given(CODES, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_detected(code: EditionCode, place: int, other: str) -> None:
    right = characters_of(str(code))
    wrong = right[:place] + other + right[place + 1 :]
    if wrong != right:
        with pytest.raises(ValueError, match="mistyped"):
            parse_code(wrong)


@given(CODES, st.integers(0, 9), st.integers(0, 9))
def test_two_characters_that_changed_places_are_detected(
    code: EditionCode, one: int, two: int
) -> None:
    letters = list(characters_of(str(code)))
    letters[one], letters[two] = letters[two], letters[one]
    wrong = "".join(letters)
    if wrong != characters_of(str(code)):
        with pytest.raises(ValueError, match="mistyped"):
            parse_code(wrong)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "not 0"),
        ("N9FMR", "not 5"),
        ("N9FMR-FJW588", "not 11"),
        ("N9FMR-FJWU8", '"U" cannot be part'),
        ("N9FMR_FJW58", '"_" cannot be part'),
        ("N9FMR-FJW5é", '"É" cannot be part'),
    ],
)
def test_an_invalid_code_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_code(typed)
