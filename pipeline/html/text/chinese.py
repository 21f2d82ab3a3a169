"""Choose where lines of Chinese break; Pango breaks between any two characters.

In every text a number stays with its unit, a citation and the call of a note with the
characters before them, and the last line has at least two characters. Titles and other
short texts break between words only. An unbreakable run is in `<span class="word">`.

The words are read from `chinese_words.txt` for the first short text. Scores are integers,
so that the result is the same on every machine.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from markdown_it.token import Token

_WORD_LIST = Path(__file__).with_name("chinese_words.txt")
_HAN = "\u4e00-\u9fff"
# Patterns are compiled for the first Chinese text: 2 ms.
_CHINESE_RUN, _TAG = f"[{_HAN}]+", r"(<[^>]*>)"
# The maximum length of a word; the score of a word that is every word (4 log2 of a count).
_MAX_WORD_LENGTH, _TOTAL_SCORE = 4, 103
_OPEN, _CLOSE = '<span class="word">', "</span>"
_CALL_TYPES = ("citation", "footnote_ref")
_UNITS = "年月日时分秒号届次个项条款章节页卷期段份名位人席国种倍岁元级类家部件场"
_NUMBERS = (
    r"第?[ \u00a0]?\d+(?:[.,:/–-]\d+)*[ \u00a0]?"
    rf"(?:[%％‰]|[百千万亿]*[{_UNITS}]|[百千万亿]+)"
)
_NUMBERS_AND_END = rf"(?:{_NUMBERS}|[{_HAN}]{{1,2}})[^\w\s]*\Z|[^\w\s]+\Z|{_NUMBERS}"


def is_chinese(language: str) -> bool:
    """Whether a language has the rules of this module."""
    return language.partition("-")[0] == "zh"


def enclose_unbreakable(tokens: Sequence[Token]) -> Iterator[Token]:
    """Enclose the unbreakable runs of a paragraph."""
    is_open = False
    for position, token in enumerate(tokens):
        if token.type != "text":
            yield from (token, _word_token(-1)) if is_open else (token,)
            is_open = False
            continue
        following = tokens[position + 1 :]
        is_cited = bool(following) and following[0].type in _CALL_TYPES
        is_last = all(other.nesting < 0 for other in following)
        pattern = _NUMBERS_AND_END if is_cited or is_last else _NUMBERS
        start = 0
        for match in re.finditer(pattern, token.content):
            yield replace(token, content=token.content[start : match.start()])
            yield _word_token(1)
            yield replace(token, content=match[0])
            start = match.end()
            if is_open := is_cited and start == len(token.content):
                break
            yield _word_token(-1)
        yield replace(token, content=token.content[start:])


def _word_token(nesting: Literal[1, -1]) -> Token:
    if nesting < 0:
        return Token("word_close", "span", nesting)
    return Token("word_open", "span", nesting, attrs={"class": "word"})


def enclose_words(html: str) -> str:
    """Enclose each word of a short text; a single last character with the word before."""
    parts = re.split(_TAG, html)
    for index in range(0, len(parts), 2):
        parts[index] = re.sub(_CHINESE_RUN, _enclose_run, parts[index])
    return "".join(parts)


def _enclose_run(letters: re.Match[str]) -> str:
    words = segment_words(letters[0])
    if not re.search(r"\w", letters.string[letters.end() :]) and len(words) > 1:
        words[-2:] = ["".join(words[-2:])] if len(words[-1]) == 1 else words[-2:]
    return "".join(f"{_OPEN}{word}{_CLOSE}" if len(word) > 1 else word for word in words)


def segment_words(text: str) -> list[str]:
    """Divide a run of Chinese characters into the words with the highest total score.

    The score of a word is the logarithm of its frequency. A single character is a word, but
    a rare one.
    """
    scores = _read_words()
    best, starts = [0], [0]
    for end in range(1, len(text) + 1):
        candidates = (
            (best[start] + scores.get(text[start:end], 0) - _TOTAL_SCORE, start)
            for start in range(max(0, end - _MAX_WORD_LENGTH), end)
            if end - start == 1 or text[start:end] in scores
        )
        score, start = max(candidates)
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
    lines = _WORD_LIST.read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {word: int(score) for score, *words in rows for word in words}
