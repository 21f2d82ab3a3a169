"""The functions that the gate's own checks use.

They read pages, and write scripts: what a document must say. test_gate.py tries the checks
themselves, on files with planted defects.
"""

import pytest

from tools.conformance.reading import Utterance, in_logical_order
from tools.conformance.script import Phrase, phrases
from tools.conformance.speech import find_unheard


@pytest.mark.parametrize(
    ("glyphs", "language", "text"),
    [
        ("abc", "en", "abc"),
        # Arabic stands on the page from right to left.
        ("جبا", "ar", "ابج"),
        ("12 :جبا", "ar", "ابج: 12"),
        ("ILO جبا", "ar", "ابج ILO"),
        # A phrase in another direction is turned round in itself.
        ("says جبا here", "en", "says ابج here"),
        (["ج", "لا"], "ar", "لاج"),
    ],
)
def test_glyphs_are_read_in_logical_order(
    glyphs: list[str] | str, language: str, text: str
) -> None:
    assert in_logical_order(list(glyphs), language) == text


def test_a_script_has_the_words_of_markdown_and_a_note_after_its_sentence() -> None:
    text = (
        "A *word*[^a] and [one]{lang=fr} [@ref].\n\n- item\n\n"
        "[^a]: The [note](#x)\ngoes on."
    )
    assert [(p.text, p.role) for p in phrases(text) if p.text.strip()] == [
        ("A word", ""),
        (" and one ", ""),
        (".", ""),
        ("The note goes on.", "Note"),
        ("item", ""),
    ]


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        (["Source: 1. One", "two"], ""),
        (["One"], 'expected "two"'),
        (["two", "One"], 'expected "One"'),
        (["One", "and", "two"], 'expected "two"'),
        (["One", "two", "two"], 'nobody wrote "two"'),
    ],
)
def test_every_phrase_is_heard_once_and_in_order(texts: list[str], fault: str) -> None:
    aloud = [Utterance(text, ("Document", "P")) for text in texts]
    unheard = find_unheard(aloud, [Phrase("One"), Phrase("two")], ["Source:"])
    assert unheard.startswith(fault)
    assert bool(unheard) == bool(fault)


def test_a_phrase_is_heard_as_what_it_is() -> None:
    aloud = [Utterance("Name", ("Table", "TR", "TD"))]
    assert find_unheard(aloud, [Phrase("Name", "TH")], []) == (
        '"Name" is heard as TD, not TH'
    )
