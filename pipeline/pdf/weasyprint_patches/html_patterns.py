"""Compile each pattern of the HTML parser once.

Repeated: tinyhtml5 2.1 keeps its patterns in a dict, but under themselves instead of their
characters, so it makes one for each of the 760 texts of a brief and finds none again.

Instead: the dict makes what it does not have.

Same bytes: the patterns are the same.

As a pull request: `chars_until` would assign to the dict first, and then to `characters`.
"""

import re
from contextlib import AbstractContextManager
from typing import Any

from tinyhtml5 import inputstream

from pipeline.pdf.weasyprint_patches.attributes import patched


class _Patterns(dict[Any, re.Pattern[str]]):
    """Patterns of characters, or of all but these."""

    def __missing__(self, key: Any) -> re.Pattern[str]:
        characters, opposite = key
        codes = "".join(f"\\x{ord(character):02x}" for character in characters)
        pattern = re.compile(f"[{'' if opposite else '^'}{codes}]+")
        self[key] = pattern
        return pattern


_patterns = _Patterns()


def keep_patterns() -> AbstractContextManager[None]:
    """Let tinyhtml5 find a pattern that it has made."""
    return patched(inputstream, characters_until_regex=_patterns)
