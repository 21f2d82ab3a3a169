"""Mark in HTML where a web or e-mail address may break.

It breaks after `/` only: after a hyphen it would look like a broken word (*The Chicago
Manual of Style*, 7.46), and a point at the start of a line is overlooked. Each line gets at
least four letters or digits, with a letter among them.

A part longer than a column breaks after another sign, where a reader expects that something
follows, or else at any letter: text outside of its column would be worse. `type.css`
prevents these breaks in a column that the part fits into. Where the width of the column is
known, as in the imprint, only a part that is wider breaks within. No mark is copied.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

_SLASH, _SIGN = re.compile(r"(?<=[^/]/)(?=[^/])|(?<=//)"), re.compile(r"(?<=[-_@?&=/])")
_EACH_SLASH = re.compile(r"(?<=/)(?=.)")
_ANYWHERE = re.compile(r"(?<=.{4})(?=[^.].{3})")
# A short address does not break. The other two: letters on a line of a narrow column, and
# of any other column.
_SHORT, _NARROW, _WIDE = 24, 30, 50
_LEAST = 4
# Where Pango, or a browser, would break within a part.
_BREAKS_ITSELF = re.compile(r"[-?](?=.)|(?<!/)/(?=[^/])")


def address_html(address: str, fits: Callable[[str], bool] | None = None) -> str:
    """Insert `<wbr>` where an address may break; `fits` tells what fits in its column."""
    parts = [address] if len(address) <= _SHORT else _join_short(_SLASH.split(address))
    if fits:
        pieces = (piece for part in parts for piece in _pieces(part, fits))
        return "<wbr>".join(map(_unbroken_html, pieces))
    return "<wbr>".join(map(_part_html, parts))


def _join_short(parts: Sequence[str]) -> list[str]:
    """Join parts until each has four letters.

    A part without letters is joined to those before and after it: a year at the end of a
    line would look like a number of the sentence, and a screen reader would read it at
    another position in Arabic.
    """
    joined: list[str] = []
    was_figure = False
    for part in parts:
        is_figure = not any(letter.isalpha() for letter in part)
        if joined and (is_figure or was_figure or _is_short(joined[-1])):
            joined[-1] += part
        else:
            joined.append(part)
        was_figure = is_figure
    if len(joined) > 1 and _is_short(joined[-1]):
        joined[-2:] = ["".join(joined[-2:])]
    return joined


def _is_short(part: str) -> bool:
    return sum(letter.isalnum() for letter in part) < _LEAST


def _part_html(part: str) -> str:
    html = "<wbr>".join(map(_unbroken_html, _pieces(part, _fits_narrow_column)))
    if _NARROW < len(part) <= _WIDE:
        return f'<span class="address-long">{html}</span>'
    return html


def _fits_narrow_column(part: str) -> bool:
    return len(part) <= _NARROW


def _pieces(part: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """Divide a part that is wider than a column, and a piece of it that is, too."""
    for piece in [part] if fits(part) else _join_short(_SIGN.split(part)):
        for short in [piece] if fits(piece) else _EACH_SLASH.split(piece):
            yield from [short] if fits(short) else _ANYWHERE.split(short)


def _unbroken_html(piece: str) -> str:
    html = escape(piece, quote=False)
    if _BREAKS_ITSELF.search(piece):
        return f'<span class="address-part">{html}</span>'
    return html
