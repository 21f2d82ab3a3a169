"""Say where a web or e-mail address may break, as HTML.

It may behind `/`, and before `.`, `?`, `&` and `=`; never behind one of its hyphens, for
that would read as a word that was broken (*The Chicago Manual of Style*, 7.46). Whoever
copies the address copies none of these marks.
"""

import re
from html import escape

_BREAK = re.compile(r"(?<=/)(?=[^/])|(?<=[^./?&=])(?=[.?&=])")
# A short address stays whole; a part longer than a column of references may break behind
# its hyphens.
_SHORT, _LONG_PART = 24, 36


def address_html(address: str) -> str:
    """Put `<wbr>` where an address may break, and keep the rest together."""
    parts = [address] if len(address) <= _SHORT else _join_figures(_BREAK.split(address))
    return "<wbr>".join(map(_part_html, parts))


def _join_figures(parts: list[str]) -> list[str]:
    """Keep a part without a letter with the ones before and behind it.

    A year at the end of a line looks like a number of the text; in an Arabic one a reader
    would also take it for one, and hear it in another place.
    """
    joined: list[str] = []
    open_ended = False
    for part in parts:
        is_figure = not any(letter.isalpha() for letter in part)
        if joined and (is_figure or open_ended):
            joined[-1] += part
        else:
            joined.append(part)
        open_ended = is_figure
    return joined


def _part_html(part: str) -> str:
    html = escape(part, quote=False)
    if "-" in part and len(part) <= _LONG_PART:
        return f'<span class="address-part">{html}</span>'
    return html
