"""Turn a fix into a diff that shows invisible characters, as <U+00AD>."""

import re
import unicodedata
from difflib import unified_diff

from pipeline.report.escape import escape_controls

_SPACES = frozenset(" \u3000")


def fix_diff(name: str, before: str, after: str) -> str:
    """Return the changed lines of a file, as `diff` does."""
    lines = unified_diff(
        before.splitlines(), after.splitlines(), name, name, n=0, lineterm=""
    )
    return "\n".join(_show_line(line) for line in lines)


def _show_line(line: str) -> str:
    """Replace invisible characters, and those that no font has, by their numbers."""
    shown = re.sub(r"[^\x20-\x7e]", lambda match: _show_character(match[0]), line)
    return escape_controls(shown)


def _show_character(character: str) -> str:
    is_visible = unicodedata.category(character) not in ("Cf", "Co", "Zs")
    return character if is_visible or character in _SPACES else f"<U+{ord(character):04X}>"
