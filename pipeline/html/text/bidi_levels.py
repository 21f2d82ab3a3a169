"""Say of each character of a paragraph in which direction it is set (Unicode annex 9).

Text and the direction of its paragraph in, one embedding level a character out: even is
left to right, odd right to left, 0 or 1 is the paragraph's own. These are the implicit
rules, W1 to I2; what HTML sets apart (`dir`, a note) stands as one neutral character.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from unicodedata import bidirectional

_NEUTRAL = {"B", "S", "WS", "ON"}
_BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "《": "》", "「": "」", "（": "）"}
# What may turn a text that runs from left to right: the classes R, AL and AN lie here.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

# Rule BD16: what is nested deeper is no pair.
_MAX_OPEN = 63


def embedding_levels(text: str, *, rtl: bool) -> list[int]:
    """Give the level of each character."""
    if not rtl and not _RIGHT_TO_LEFT.search(text):
        return [0] * len(text)  # as in most texts
    own = "R" if rtl else "L"
    kinds = [_kind(letter) for letter in text]
    _resolve_weak(kinds, own)
    _resolve_brackets(text, kinds, own)
    _resolve_neutral(kinds, own)
    levels = {"L": 2, "R": 1} if rtl else {"L": 0, "R": 1}
    return [levels.get(kind, 2) for kind in kinds]


def _kind(letter: str) -> str:
    """The bidirectional class; explicit controls are refused or harmless: neutral here."""
    kind = bidirectional(letter)
    known = {"L", "R", "AL", "EN", "AN", "ES", "ET", "CS", "NSM"}
    return kind if kind in known | _NEUTRAL else "ON"


def _resolve_weak(kinds: list[str], own: str) -> None:
    before, strong = own, own
    for at, kind in enumerate(kinds):  # W1 to W3
        kind = before if kind == "NSM" else kind
        before = kind
        if kind in ("L", "R", "AL"):
            strong = kind
        kinds[at] = "AN" if kind == "EN" and strong == "AL" else kind
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):  # W4
        first, kind, last = kinds[at - 1 : at + 2]
        if first == last and (kind, first) in (("ES", "EN"), ("CS", "EN"), ("CS", "AN")):
            kinds[at] = first
    for start, end, is_sign in _runs([kind == "ET" for kind in kinds]):  # W5
        if is_sign and "EN" in (*kinds[max(0, start - 1) : start], *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
    strong = own
    for at, kind in enumerate(kinds):  # W6 and W7
        if kind in ("L", "R"):
            strong = kind
        if kind == "EN" and strong == "L":
            kinds[at] = "L"
        elif kind in ("ES", "ET", "CS"):
            kinds[at] = "ON"


def _resolve_brackets(text: str, kinds: list[str], own: str) -> None:
    """Rule N0: brackets go with what is inside, if that has the own direction."""
    other = "L" if own == "R" else "R"
    for first, last in sorted(_bracket_pairs(text, kinds)):
        inside = {_strong(kind) for kind in kinds[first + 1 : last]}
        if own in inside:
            kinds[first] = kinds[last] = own
        elif other in inside:
            before = (_strong(kinds[at]) for at in range(first - 1, -1, -1))
            kinds[first] = kinds[last] = next(filter(None, before), own)


def _bracket_pairs(text: str, kinds: list[str]) -> Iterator[tuple[int, int]]:
    opened: list[int] = []
    for at, letter in enumerate(text):
        if kinds[at] != "ON":
            continue
        if letter in _BRACKETS and len(opened) == _MAX_OPEN:
            return
        if letter in _BRACKETS:
            opened.append(at)
        elif letter in _BRACKETS.values():
            mates = [place for place in opened if _BRACKETS[text[place]] == letter]
            if mates:
                del opened[opened.index(mates[-1]) :]
                yield mates[-1], at


def _resolve_neutral(kinds: list[str], own: str) -> None:
    """Rules N1 and N2: between two of one direction that one, else the paragraph's."""
    for start, end, is_neutral in _runs([kind in _NEUTRAL for kind in kinds]):
        if is_neutral:
            before = _strong(kinds[start - 1]) if start else own
            behind = _strong(kinds[end]) if end < len(kinds) else own
            kinds[start:end] = [before if before == behind else own] * (end - start)


def _strong(kind: str) -> str:
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(kind, "")


def _runs(marks: list[bool]) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for mark, group in groupby(marks):
        length = len(list(group))
        yield at, at + length, mark
        at += length
