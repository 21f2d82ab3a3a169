"""Remove the space that a line break would add between two Chinese or Japanese characters.

YAML and Markdown join lines with a space, as between Latin words. Spaces that an author
typed stay. Korean separates words by spaces, and is not changed.
"""

from collections.abc import Sequence
from itertools import pairwise

# Hanzi, their radicals and strokes, kana, and full-width marks. Compiling a regular
# expression of them would add 1.5 ms to each start.
_WIDE_RANGES = (
    *(("\u2e80", "\u312f"), ("\u31a0", "\u9fff"), ("\uf900", "\ufaff")),
    *(("\ufe30", "\ufe4f"), ("\uff00", "\uff9f"), ("\uffe0", "\uffe6")),
)
# Punctuation that Chinese and Latin have in common.
_SHARED = frozenset("“”‘’…—·")


def is_cjk_pair(before: str, after: str) -> bool:
    """Whether two characters on both sides of a line break are joined without a space."""
    wide = [letter for letter in (before, after) if is_wide(letter)]
    return bool(wide) and all(c in wide or c in _SHARED for c in (before, after))


def is_wide(letter: str) -> bool:
    """Whether this is one Chinese or Japanese character."""
    return any(first <= letter <= last for first, last in _WIDE_RANGES)


def is_hanzi(letter: str) -> bool:
    """Whether this is a Chinese character, of Chinese or of Japanese."""
    return "\u3400" <= letter <= "\u9fff"


def join_lines(value: str, lines: Sequence[str]) -> str:
    """Remove spaces of line breaks between CJK characters; `lines` are as typed."""
    if max(value, default="") < _WIDE_RANGES[0][0]:
        return value
    joined: list[str] = []
    copied = end = 0  # in `value`: the end of the copied text, and of the current line
    for line, below in pairwise(line.strip() for line in lines):
        start = value.find(line, end) if line else -1
        if start < 0:
            continue  # the value has other text than the file: an escape, or a YAML mark
        end = start + len(line)
        if below and value[end : end + 1] == " " and is_cjk_pair(line[-1], below[0]):
            joined.append(value[copied:end])
            copied = end = end + 1
    return "".join((*joined, value[copied:]))
