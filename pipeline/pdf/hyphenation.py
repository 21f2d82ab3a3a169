"""Read the hyphenation patterns of a language faster than Pyphen, with the same result.

Of the 11,000 patterns of English a document uses a few hundred. Pyphen parses all of them
when a process hyphenates its first word; here each is parsed when it is used.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyphen

_DIGITS = dict.fromkeys(map(ord, "0123456789"))
_has_value = re.compile("[1-9]").search
# "^^hh" is a character; pyphen.parse_hex finds it.
_replace_codes = partial(pyphen.parse_hex, lambda code: chr(int(code[1], 16)))


class Pattern(str):
    """A line of a dictionary. Iterating it yields what Pyphen stores: offset and values."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        """Parse the line."""
        pattern, slash, alternative = _split_alternative(self)
        kind = pyphen.AlternativeParser(pattern, alternative) if slash else int
        values = [kind(digit or "0") for digit, _ in pyphen.parse(pattern)]
        positions = [position for position, value in enumerate(values) if value]
        return iter((positions[0], tuple(values[positions[0] : positions[-1] + 1])))


def read_patterns(dictionary: Any, path: Path) -> None:
    """Initialize a `pyphen.HyphDict` from a file."""
    with path.open("rb") as file:
        encoding = file.readline().decode().strip()
    if encoding.lower() == "microsoft-cp1251":
        encoding = "cp1251"
    text = path.read_text(encoding)
    lines = (_replace_codes(text) if "^^" in text else text).split("\n")[1:]
    dictionary.patterns = {
        word.translate(_DIGITS): Pattern(line)
        for line in map(str.strip, lines)
        if not line.startswith(pyphen.ignored)
        and _has_value(word := _split_alternative(line)[0])
    }
    dictionary.cache = {}
    dictionary.maxlen = max(map(len, dictionary.patterns))


def _split_alternative(line: str) -> tuple[str, str, str]:
    """Separate a pattern from its alternative spelling, as in "ff1f/ff=f,2,1"."""
    return line.partition("/") if "/" in line and "=" in line else (line, "", "")


def read_patterns_faster() -> None:
    """Let Pyphen read dictionaries by `read_patterns`."""
    pyphen.HyphDict.__init__ = read_patterns
