"""The order of mixed text must be that of FriBidi, which Pango and so the painter uses."""

import ctypes
import sys
import unicodedata
from collections.abc import Callable
from ctypes.util import find_library

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.html.text.bidi_levels import _RIGHT_TO_LEFT, embedding_levels

Levels = Callable[[str, bool], list[int]]


@pytest.fixture(scope="module")
def fribidi() -> Levels:
    """Give the levels that FriBidi finds; Pango brings it along."""
    library = ctypes.CDLL(find_library("fribidi") or "libfribidi.so.0")

    def levels(text: str, rtl: bool) -> list[int]:
        length = len(text)
        letters = (ctypes.c_uint32 * length)(*map(ord, text))
        kinds, brackets = (ctypes.c_uint32 * length)(), (ctypes.c_uint32 * length)()
        library.fribidi_get_bidi_types(letters, length, kinds)
        library.fribidi_get_bracket_types(letters, length, kinds, brackets)
        # FRIBIDI_PAR_RTL and FRIBIDI_PAR_LTR of its header.
        base = ctypes.c_uint32(0x111 if rtl else 0x110)
        found = (ctypes.c_int8 * length)()
        assert library.fribidi_get_par_embedding_levels_ex(
            kinds, brackets, length, ctypes.byref(base), found
        )
        return list(found)

    return levels


# One or two of each class that the rules know.
MIXED = "abمج12٣ -+/.,:%–&()[]\u064b\ufffc"


@given(st.text(MIXED, min_size=1, max_size=16), st.booleans())
@settings(max_examples=1500)
@example("قبل (ONE) بعد", True)
@example("a (قبل) b", False)
@example("ONE (TWO) قبل", True)
@example("(ONE قبل", True)
@example("2017-03-09 قبل 1,5 %", True)
def test_levels_are_those_of_fribidi(fribidi: Levels, text: str, rtl: bool) -> None:
    assert embedding_levels(text, rtl=rtl) == fribidi(text, rtl)


def test_what_may_turn_a_text_is_known_to_the_short_cut() -> None:
    turning = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.bidirectional(letter) in ("R", "AL", "AN")
    ]
    assert len(turning) > 1000
    assert [letter for letter in turning if not _RIGHT_TO_LEFT.search(letter)] == []
