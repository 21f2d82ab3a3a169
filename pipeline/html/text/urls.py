"""Mark in HTML where a web or e-mail address may break.

An address breaks after `/` only. After a hyphen it would look like a hyphenated word (*The
Chicago Manual of Style*, 7.46), and readers overlook a dot at the start of a line. Each
line gets at least four letters or digits, and at least one letter.

A part that is longer than a column breaks after another sign, or else between any two
letters, so that it does not overflow the column. `type.css` prevents these breaks in a
column that is wide enough. If the width of the column is known, as in the imprint, only
wider parts are divided. No character is added, so a copied address is complete.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

_AFTER_SLASH = re.compile(r"(?<=[^/]/)(?=[^/])|(?<=//)")
_AFTER_SIGN = re.compile(r"(?<=[-_@?&=/])")
_AFTER_EACH_SLASH = re.compile(r"(?<=/)(?=.)")
_BETWEEN_LETTERS = re.compile(r"(?<=.{4})(?=[^.].{3})")
# A short address does not break. The other two: letters on a line of a narrow column, and
# of any other column.
_SHORT_ADDRESS, _NARROW_COLUMN, _WIDE_COLUMN = 24, 30, 50
_MIN_LETTERS = 4
# Where Pango, or a browser, would break within a part.
_NATIVE_BREAK = re.compile(r"[-?](?=.)|(?<!/)/(?=[^/])")


def short_address(address: str) -> str:
    """A web address as it is printed."""
    return address.removeprefix("https://").removeprefix("www.").rstrip("/")


def address_html(address: str, fits: Callable[[str], bool] | None = None) -> str:
    """Insert `<wbr>` where an address may break; `fits` checks a part for the column."""
    parts = (
        [address]
        if len(address) <= _SHORT_ADDRESS
        else _join_short(_AFTER_SLASH.split(address))
    )
    if fits:
        pieces = (piece for part in parts for piece in _split_part(part, fits))
        return "<wbr>".join(map(_without_breaks, pieces))
    return "<wbr>".join(map(_with_breaks, parts))


def _join_short(parts: Sequence[str]) -> list[str]:
    """Join parts until each has four letters or digits.

    A part without letters is joined to the parts before and after it: a year at the end of
    a line would look like a number of the sentence, and in Arabic a screen reader would
    read it in a wrong position.
    """
    joined: list[str] = []
    was_without_letters = False
    for part in parts:
        is_without_letters = not any(letter.isalpha() for letter in part)
        if joined and (is_without_letters or was_without_letters or _is_short(joined[-1])):
            joined[-1] += part
        else:
            joined.append(part)
        was_without_letters = is_without_letters
    if len(joined) > 1 and _is_short(joined[-1]):
        joined[-2:] = ["".join(joined[-2:])]
    return joined


def _is_short(part: str) -> bool:
    return sum(letter.isalnum() for letter in part) < _MIN_LETTERS


def _with_breaks(part: str) -> str:
    html = "<wbr>".join(map(_without_breaks, _split_part(part, _fits_narrow_column)))
    if _NARROW_COLUMN < len(part) <= _WIDE_COLUMN:
        return f'<span class="address-long">{html}</span>'
    return html


def _fits_narrow_column(part: str) -> bool:
    return len(part) <= _NARROW_COLUMN


def _split_part(part: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """Divide a part that is wider than the column, and then its pieces, until they fit."""
    for piece in [part] if fits(part) else _join_short(_AFTER_SIGN.split(part)):
        for short in [piece] if fits(piece) else _AFTER_EACH_SLASH.split(piece):
            yield from [short] if fits(short) else _BETWEEN_LETTERS.split(short)


def _without_breaks(piece: str) -> str:
    html = escape(piece, quote=False)
    if _NATIVE_BREAK.search(piece):
        return f'<span class="address-part">{html}</span>'
    return html
