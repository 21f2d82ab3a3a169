"""Compare two texts word by word.

Words of alphabetic scripts and numbers are compared whole, Chinese and Japanese by
character. `html/redline_html.py` compares printed HTML with the same functions.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

T = TypeVar("T")

# Less similar texts are not compared word by word: the old text is marked as deleted, and
# the new one as inserted.
MIN_SIMILARITY = 0.45
# The score of two parts with the same id: more than any similarity.
SAME_ID = 3.0
# The time to compare grows with the product of two lengths. Above this product, parts are
# paired by their words in any order, and a paragraph is marked as changed as a whole.
_MAX_PAIRS = 4_000_000
# An island is a short run of equal words between two changes: fewer than the first number
# of words, with at most the second number of letters. It is marked as changed, too.
_MAX_ISLAND_WORDS, _MAX_ISLAND_LETTERS = 3, 3

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Marks inside a word: accents, Arabic vowels, joiners, soft hyphens.
_COMBINING = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d\u00ad"
_LETTER = rf"[^\W\d_{_CJK}]"
_WORD = re.compile(
    r"\[[@^][^\]]*\]|\]\([^)]*\)"  # a citation, the call of a note, a link
    r"|\d+(?:[.,\u066b\u066c]\d+|[ \u00a0\u202f]\d{3}(?!\d))*"
    rf"(?:[%\u066a]|{_LETTER}{{1,3}}(?![\w{_COMBINING}]))?"  # 28%, 97th
    rf"|{_LETTER}(?:[{_COMBINING}]|[’'\u2010\u2011-](?={_LETTER})|(?![{_CJK}])\w)*"
    r"|\s+|.",
    re.DOTALL,
)
_EQUIVALENTS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2011": "-", "\u00ad": None})


class Word(NamedTuple):
    """A word, a number, a mark or a space.

    `key` is compared, `text` is printed; `open_tags` are the start tags of the HTML
    elements around it.
    """

    key: str
    text: str
    open_tags: tuple[str, ...] = ()

    @property
    def is_space(self) -> bool:
        """Whether it separates words."""
        return self.key == " "


class WordRun(NamedTuple):
    """Words of both texts ("="), only of the old ("-"), or only of the new ("+")."""

    kind: str
    words: Sequence[Word]


def split_words(text: str) -> list[Word]:
    """Split a text into words, whose texts joined are equal to it."""
    pieces = _WORD.findall(text)
    return [Word(" " if w.isspace() else w.translate(_EQUIVALENTS), w) for w in pieces]


def similarity(old: Iterable[Word], new: Iterable[Word]) -> float:
    """The similarity of two texts, 0.0 to 1.0; for long or unlike ones an upper bound."""
    a = [word.key for word in old if not word.is_space]
    b = [word.key for word in new if not word.is_space]
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    bound = matcher.quick_ratio()  # which ignores the order of words
    is_exact = bound >= MIN_SIMILARITY and len(a) * len(b) <= _MAX_PAIRS
    return matcher.ratio() if is_exact else bound


def align(
    old: Sequence[T], new: Sequence[T], score: Callable[[T, T], float]
) -> Iterator[tuple[T | None, T | None]]:
    """Pair two lists in order so that the sum of scores is greatest (Needleman–Wunsch).

    Two items whose score is below `MIN_SIMILARITY` are not paired; each is given alone.
    """
    rows, columns = len(old), len(new)
    scores = [[score(a, b) for b in new] for a in old]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            alone = max(best[i + 1][j], best[i][j + 1])
            paired = scores[i][j] + best[i + 1][j + 1]
            best[i][j] = max(alone, paired) if scores[i][j] >= MIN_SIMILARITY else alone
    i = j = 0
    while i < rows and j < columns:
        paired = scores[i][j] + best[i + 1][j + 1]
        if scores[i][j] >= MIN_SIMILARITY and best[i][j] == paired:
            yield old[i], new[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield old[i], None
            i += 1
        else:
            yield None, new[j]
            j += 1
    yield from ((deleted, None) for deleted in old[i:])
    yield from ((None, added) for added in new[j:])


def diff_words(old: Sequence[Word], new: Sequence[Word]) -> list[WordRun]:
    """Return the runs of words that two texts share, and those that only one has.

    The runs "=" and "-" are the old text, "=" and "+" the new one. A shared run has the
    words of the new text.
    """
    a, b = [word.key for word in old], [word.key for word in new]
    is_alike = similarity(old, new) >= MIN_SIMILARITY
    if is_alike and (len(a) * len(b) <= _MAX_PAIRS or a == b):
        changes = _match_without_islands(a, b)
    else:
        changes = [(False, 0, len(a), 0, len(b))]
    runs = []
    for is_equal, i1, i2, j1, j2 in changes:
        if is_equal:
            runs.append(WordRun("=", new[j1:j2]))
        else:
            runs += [WordRun("-", old[i1:i2]), WordRun("+", new[j1:j2])]
    return [run for run in runs if run.words]


_Change = tuple[bool, int, int, int, int]


def _match_without_islands(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    """Match two lists of keys; a short shared run between two changes joins them."""
    if old == new:
        return [(True, 0, len(old), 0, len(new))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    changes: list[_Change] = []
    codes = matcher.get_opcodes()
    for number, (tag, i1, i2, j1, j2) in enumerate(codes):
        is_between = 0 < number < len(codes) - 1
        is_equal = tag == "equal" and not (is_between and _is_island(old[i1:i2]))
        if not is_equal and changes and not changes[-1][0]:
            changes[-1] = (False, changes[-1][1], i2, changes[-1][3], j2)
        else:
            changes.append((is_equal, i1, i2, j1, j2))
    return changes


def _is_island(keys: Sequence[str]) -> bool:
    words = [key for key in keys if key != " "]
    return len(words) < _MAX_ISLAND_WORDS and sum(map(len, words)) <= _MAX_ISLAND_LETTERS
