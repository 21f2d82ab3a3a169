"""Escape characters that control a terminal, end a line or change the direction of text.

Names of keys and folders come from authors. Unescaped they could move the cursor, or start
a line that GitHub reads as a command. Letters of all scripts stay, with accents, joiners in
words and emoji, and the direction marks that are typed in Arabic.
"""

import json
import re

# Control characters, line ends, direction embeddings, overrides and isolates, byte order
# marks, noncharacters and surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def escape_controls(text: str) -> str:
    r"""Write unsafe characters as Python does: `\x1b`, `\n`, `\u202e`."""
    return _UNSAFE.sub(lambda match: repr(match[0])[1:-1], text)


def json_text(values: object) -> str:
    r"""Write JSON with unsafe characters escaped, as `\u009b`."""
    text = json.dumps(values, ensure_ascii=False, indent=1)
    return _UNSAFE.sub(lambda m: m[0] if m[0] == "\n" else f"\\u{ord(m[0]):04x}", text)
