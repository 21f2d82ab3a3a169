"""Make visible what would act on a terminal, end a line or turn words round.

The name of a key or a folder is somebody's. Printed as it stands it could move the cursor,
or begin a line of its own that GitHub takes for a command. What writing needs stays as it
is: accents, joiners in words and emoji, the marks of direction that Arabic is typed with.
"""

import json
import re

# Control characters; ends of lines; embeddings, overrides and isolates of direction; the
# mark of byte order; what stands for bytes that are no text.
_ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def escape_controls(text: str) -> str:
    r"""Write such characters as Python does: `\x1b`, `\n`, `\u202e`."""
    return _ACTS.sub(lambda match: repr(match[0])[1:-1], text)


def json_text(shape: object) -> str:
    r"""Write JSON of which nothing acts on a terminal: `\u009b` is read as that letter."""
    text = json.dumps(shape, ensure_ascii=False, indent=1)
    return _ACTS.sub(lambda match: _in_json(match[0]), text)


def _in_json(letter: str) -> str:
    return letter if letter == "\n" else f"\\u{ord(letter):04x}"
