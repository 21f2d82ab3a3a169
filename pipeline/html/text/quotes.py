"""Turn straight quotation marks, which every keyboard has, into those of the language.

Marks of a pair become the language's own, the inner pair the inner ones: “ ‘ ’ ” in
English (*United Nations Editorial Manual*: double marks, single ones inside), « “ ” » in
French, with narrow spaces (Imprimerie nationale), « “ ” » in Spanish (Real Academia
Española, *Ortografía*), « „ “ » in Russian (Мильчин), „ ‚ ‘ “ in German (Duden), “ ‘ ’ ” in
Portuguese and Chinese (GB/T 15834), « “ ” » in Arabic. A single mark inside a word or at
its end is an apostrophe. What finds no partner stays as it was typed: 5' 6" is a length.

markdown-it has a rule for this (`smartquotes`); it knows one language per parser, so not
the one of a phrase, changes addresses, and takes the inches of 6" for the end of a word.
"""

from collections.abc import Mapping

_NARROW = "\u202f"
# Outer pair, then inner pair.
_MARKS = {
    "en": ("“", "”", "‘", "’"),
    "fr": (f"«{_NARROW}", f"{_NARROW}»", "“", "”"),
    "es": ("«", "»", "“", "”"),
    "pt": ("“", "”", "‘", "’"),
    "de": ("„", "“", "‚", "‘"),
    "ru": ("«", "»", "„", "“"),
    "zh": ("“", "”", "‘", "’"),
    "ar": ("«", "»", "“", "”"),
    "fa": ("«", "»", "“", "”"),
    "ur": ("“", "”", "‘", "’"),
}
_BEFORE_A_WORD = " \u00a0\u202f\t\n([{¿¡—–-/«“„‘‚\"'"
_BEHIND_A_WORD = " \u00a0\u202f\t\n)]}.,;:!?…—–-/»”“’‘\"'،؛؟。，、；：！？"
_APOSTROPHE = "’"
_FIRST_CHINESE = "\u2e80"


def quotation_marks(text: str, language: str) -> Mapping[int, str]:
    """Say at which characters of a text another mark is set."""
    marks = _MARKS.get(language.split("-")[0])
    if marks is None or not ('"' in text or "'" in text):
        return {}
    pairs, single = _pairs(text)
    printed = {at: _APOSTROPHE for at in single}
    last_of = dict(pairs)
    lasts = set(last_of.values())
    # How many marks are open, those that the author typed included.
    depth = 0
    for at, mark in enumerate(text):
        if at in last_of:
            printed[at], printed[last_of[at]] = marks[2:] if depth else marks[:2]
        if at in last_of or mark == marks[0][0]:
            depth += 1
        elif at in lasts or mark == marks[1][-1]:
            depth = max(depth - 1, 0)
    return printed


def _pairs(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Match the marks that open with those that close, and find the apostrophes.

    Where double marks do not match all of them stay, for nobody knows which is wrong.
    """
    opened: dict[str, list[int]] = {'"': [], "'": []}
    pairs: list[tuple[int, int]] = []
    alone: list[int] = []
    apostrophes: list[int] = []
    for at, mark in enumerate(text):
        if mark not in opened:
            continue
        opens, closes = _sides(text, at)
        if mark == "'" and _joins_letters(text, at):
            apostrophes.append(at)
        elif opened[mark] and (closes or not opens):
            first = opened[mark].pop()
            pairs.append((first, at))
            # What was opened inside and not closed there finds no partner any more.
            inside = opened['"' if mark == "'" else "'"]
            while inside and inside[-1] > first:
                alone.append(inside.pop())
        elif opens or not closes:
            opened[mark].append(at)
        elif mark == "'" and text[at - 1].isalpha():
            apostrophes.append(at)
        else:
            alone.append(at)
    alone += opened['"'] + opened["'"]
    for at in alone:
        if text[at] == "'" and text[at + 1 : at + 2].isalnum():
            apostrophes.append(at)
    if any(text[at] == '"' and not text[at - 1 : at].isdigit() for at in alone):
        pairs = [(first, last) for first, last in pairs if text[first] == "'"]
    return pairs, apostrophes


def _joins_letters(text: str, at: int) -> bool:
    """Whether a mark stands inside a word; words of Chinese are not parted by spaces."""
    beside = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return all(letter.isalnum() and letter < _FIRST_CHINESE for letter in beside)


def _sides(text: str, at: int) -> tuple[bool, bool]:
    """Whether a mark may open, and whether it may close, by what stands beside it.

    Neither is certain between two letters, as in Chinese, and between two spaces.
    """
    before, behind = text[at - 1 : at] if at else " ", text[at + 1 : at + 2] or " "
    opens, closes = before in _BEFORE_A_WORD, behind in _BEHIND_A_WORD
    return opens and not behind.isspace(), closes and not before.isspace()
