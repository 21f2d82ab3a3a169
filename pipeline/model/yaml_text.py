"""Write a text of any characters as a value of YAML, on one line."""

import json

# YAML reads these as line breaks, and content must not have them.
_BREAKS = dict.fromkeys(map(ord, "\u0085\u2028\u2029"), " ")


def quoted(text: str) -> str:
    """Write a text in quotation marks, as JSON; YAML reads the same text."""
    return json.dumps(text.translate(_BREAKS), ensure_ascii=False)
