"""Drop the space that a new line in a file would print between two characters of Chinese.

YAML folds lines, and so does Markdown, as if every language parted its words by spaces. A
space that an author typed stays. Korean has spaces between words, and keeps its own.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

# Hanzi, their radicals and strokes, kana, and full-width marks.
_WIDE = re.compile(
    "[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f\uffe0-\uffe6]"
)
# Marks that Chinese shares with Latin.
_SHARED = frozenset("“”‘’…—·")


def is_cjk_pair(before: str, behind: str) -> bool:
    """Whether no space stands between two characters that a line end parts."""
    wide = [bool(_WIDE.fullmatch(letter)) for letter in (before, behind)]
    return any(wide) and all(
        w or c in _SHARED for w, c in zip(wide, (before, behind), strict=True)
    )


def join_lines(value: str, lines: Sequence[str]) -> str:
    """Join a text that YAML folded; `lines` are those of the file where it stands."""
    if not _WIDE.search(value):
        return value
    joined: list[str] = []
    begun = at = 0
    for line, below in pairwise(line.strip() for line in lines):
        found = value.find(line, at) if line else -1
        if found < 0:
            continue  # a line of marks only, or one with escapes
        at = found + len(line)
        if below and value[at : at + 1] == " " and is_cjk_pair(line[-1], below[0]):
            joined.append(value[begun:at])
            begun = at = at + 1
    return "".join((*joined, value[begun:]))
