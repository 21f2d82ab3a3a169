"""Break lines of Chinese where they read well; Pango breaks between any two letters.

In every text a number stays with its unit, a citation and the call of a note with the
letters before them, and the last line has at least two letters. Titles and other short
texts break between words only. What stays on one line is in `<span class="word">`.

The words are read from `chinese_words.txt` for the first short text. Scores are integers:
every machine divides a text in the same way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from markdown_it.token import Token

_WORDS = Path(__file__).with_name("chinese_words.txt")
_HAN = "\u4e00-\u9fff"
# Patterns are compiled for the first Chinese text: 2 ms.
_LETTERS, _TAG = f"[{_HAN}]+", r"(<[^>]*>)"
# The maximum length of a word, and the score of a word as frequent as all words together.
_LONGEST, _ALL_WORDS = 4, 103
_OPEN, _CLOSE = '<span class="word">', "</span>"
_MARKS = ("citation", "footnote_ref")
_UNITS = "年月日时分秒号届次个项条款章节页卷期段份名位人席国种倍岁元级类家部件场"
_NUMBERS = (
    r"第?[ \u00a0]?\d+(?:[.,:/–-]\d+)*[ \u00a0]?"
    rf"(?:[%％‰]|[百千万亿]*[{_UNITS}]|[百千万亿]+)"
)
_NUMBERS_AND_END = rf"(?:{_NUMBERS}|[{_HAN}]{{1,2}})[^\w\s]*\Z|[^\w\s]+\Z|{_NUMBERS}"


def is_chinese(language: str) -> bool:
    """Whether a language has the rules of this module."""
    return language.partition("-")[0] == "zh"


def bind_letters(tokens: Sequence[Token]) -> Iterator[Token]:
    """Enclose what stays on one line of a paragraph."""
    is_open = False
    for position, token in enumerate(tokens):
        if token.type != "text":
            yield from (token, _mark(-1)) if is_open else (token,)
            is_open = False
            continue
        following = tokens[position + 1 :]
        is_cited = bool(following) and following[0].type in _MARKS
        is_last = all(other.nesting < 0 for other in following)
        pattern = _NUMBERS_AND_END if is_cited or is_last else _NUMBERS
        start = 0
        for match in re.finditer(pattern, token.content):
            yield replace(token, content=token.content[start : match.start()])
            yield _mark(1)
            yield replace(token, content=match[0])
            start = match.end()
            if is_open := is_cited and start == len(token.content):
                break
            yield _mark(-1)
        yield replace(token, content=token.content[start:])


def _mark(nesting: Literal[1, -1]) -> Token:
    if nesting < 0:
        return Token("word_close", "span", nesting)
    return Token("word_open", "span", nesting, attrs={"class": "word"})


def keep_words(html: str) -> str:
    """Enclose each word of a short text; a last letter with the word before it."""
    parts = re.split(_TAG, html)
    for place in range(0, len(parts), 2):
        parts[place] = re.sub(_LETTERS, _enclosed, parts[place])
    return "".join(parts)


def _enclosed(letters: re.Match[str]) -> str:
    words = divide(letters[0])
    if not re.search(r"\w", letters.string[letters.end() :]) and len(words) > 1:
        words[-2:] = ["".join(words[-2:])] if len(words[-1]) == 1 else words[-2:]
    return "".join(f"{_OPEN}{word}{_CLOSE}" if len(word) > 1 else word for word in words)


def divide(text: str) -> list[str]:
    """Divide Chinese letters into words: of all ways the one with the highest score.

    The score of a word is its share of all words; a letter alone is a word, but a rare one.
    """
    scores = _read_words()
    best, starts = [0], [0]
    for end in range(1, len(text) + 1):
        ways = (
            (best[start] + scores.get(text[start:end], 0) - _ALL_WORDS, start)
            for start in range(max(0, end - _LONGEST), end)
            if end - start == 1 or text[start:end] in scores
        )
        score, start = max(ways)
        best.append(score)
        starts.append(start)
    words: list[str] = []
    end = len(text)
    while end:
        words.insert(0, text[starts[end] : end])
        end = starts[end]
    return words


@cache
def _read_words() -> Mapping[str, int]:
    """Read the score of each word."""
    lines = _WORDS.read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {word: int(score) for score, *words in rows for word in words}
