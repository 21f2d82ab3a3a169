"""Mark in HTML where a web or e-mail address may break.

It may break after `/` and before `.`, `?`, `&` and `=`, but not after a hyphen, which would
look like a broken word (*The Chicago Manual of Style*, 7.46). A copied address has none of
these marks.
"""

import re
from html import escape

_BREAK = re.compile(r"(?<=/)(?=[^/])|(?<=[^./?&=])(?=[.?&=])")
# A short address does not break; a part longer than a column of references may break
# after its hyphens.
_SHORT, _LONG_PART = 24, 36


def address_html(address: str) -> str:
    """Insert `<wbr>` where an address may break."""
    parts = [address] if len(address) <= _SHORT else _join_figures(_BREAK.split(address))
    return "<wbr>".join(map(_part_html, parts))


def _join_figures(parts: list[str]) -> list[str]:
    """Join a part without letters to the parts before and after it.

    A year at the end of a line would look like a number of the sentence, and a screen
    reader would read it at another position in Arabic.
    """
    joined: list[str] = []
    was_figure = False
    for part in parts:
        is_figure = not any(letter.isalpha() for letter in part)
        if joined and (is_figure or was_figure):
            joined[-1] += part
        else:
            joined.append(part)
        was_figure = is_figure
    return joined


def _part_html(part: str) -> str:
    html = escape(part, quote=False)
    if "-" in part and len(part) <= _LONG_PART:
        return f'<span class="address-part">{html}</span>'
    return html
