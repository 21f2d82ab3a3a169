"""Read the numbers of a column as spreadsheets of any language write them.

Each text is read twice: with a decimal point, and with a decimal comma. The number is
certain if only one reading is valid, if both give the same number, or if another cell of
the column allows only one. Otherwise, as with "1,020", both numbers are reported.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.problems import Place, Problem, Rule

# Signs for a missing value, in English and in Eurostat's tables.
_MISSING_VALUE = re.compile(r"(n/?a|n\.a\.|\.{2,3}|[…:‐–—-])?", re.IGNORECASE)
_SPACES = " \u00a0\u2009\u202f"
_SIGN = re.compile(rf"([+−-]?)[{_SPACES}]?(.*?)([{_SPACES}]?[%٪])?", re.DOTALL)
# Direction marks (Unicode bidi), which programs put around numbers in Arabic.
_INVISIBLE = dict.fromkeys(map(ord, "\u061c\u200e\u200f"))
# The Arabic signs have one meaning each.
_NUMBERS = {
    mark: re.compile(
        rf"([0-9]+|[1-9][0-9]{{0,2}}(?:([{other}{_SPACES}'’٬])[0-9]{{3}})(?:\2[0-9]{{3}})*)"
        rf"(?:[{mark}٫]([0-9]+))?"
    )
    for mark, other in ((".", ","), (",", "."))
}


@dataclass(frozen=True)
class DataCell:
    """A cell of a data file. `text` is its text, number or date; "" is an empty cell.

    A number of a worksheet is `exact`: its point is a decimal point. `fault` and `hint` are
    the message and the hint of the problem if the cell cannot be used.
    """

    text: str
    place: Place
    exact: bool = False
    fault: str = ""
    hint: str = ""

    def problem(self, message: str, hint: str) -> Problem:
        return Problem(Rule.CHART_DATA, self.place, message, hint)


@dataclass(frozen=True)
class ColumnNumbers:
    """The numbers of a column as plain text ("1234.5"), and what is doubtful as problems.

    None is a missing value. A text that is not a number stays as it is typed. `is_numeric`
    is true if there is no such text, and at least one number.
    """

    values: tuple[str | None, ...]
    is_numeric: bool
    is_percent: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Readings:
    """A cell as numbers, by the decimal mark ("." or ","); none if it is not a number."""

    cell: DataCell
    by_mark: dict[str, str]
    has_percent: bool


def read_numbers(cells: Sequence[DataCell]) -> ColumnNumbers:
    """Read the cells of a column, which may have no numbers."""
    readings = [_read_cell(cell) for cell in cells]
    numbers = [r for r in readings if r and r.by_mark]
    marks = [mark for mark in _NUMBERS if all(mark in r.by_mark for r in numbers)]
    mark = (marks or ".")[0]
    values = tuple(
        None if r is None else r.by_mark.get(mark, r.cell.text) for r in readings
    )
    is_numeric = bool(numbers) and len(numbers) == sum(r is not None for r in readings)
    is_percent = any(r.has_percent for r in numbers)
    problems = tuple(_find_doubtful(numbers, marks))
    return ColumnNumbers(values, is_numeric, is_percent, problems)


def _read_cell(cell: DataCell) -> _Readings | None:
    """Read one cell; None is a missing value."""
    text = cell.text.translate(_INVISIBLE).strip()
    if _MISSING_VALUE.fullmatch(text):
        return None
    text = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    sign, digits, percent = _SIGN.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches every text
    sign = "-" if sign in ("-", "−") else ""
    marks = (".",) if cell.exact else _NUMBERS
    matches = {mark: _NUMBERS[mark].fullmatch(digits) for mark in marks}
    by_mark = {
        mark: sign + re.sub("[^0-9]", "", match[1]) + (f".{match[3]}" if match[3] else "")
        for mark, match in matches.items()
        if match
    }
    if cell.exact:
        by_mark |= {mark: number for number in by_mark.values() for mark in _NUMBERS}
    return _Readings(cell, by_mark, bool(percent))


def _find_doubtful(numbers: Sequence[_Readings], marks: Sequence[str]) -> Iterator[Problem]:
    doubtful = [reading for reading in numbers if len({*reading.by_mark.values()}) > 1]
    if doubtful and len(marks) == len(_NUMBERS):
        cell, both_numbers = doubtful[0].cell, doubtful[0].by_mark.values()
        whole, decimal = sorted(both_numbers, key=lambda number: "." in number)
        message = f'"{cell.text}" may be {whole} or {decimal}'
        yield cell.problem(message, f"write {whole}, or {decimal}0 if it has decimals")
    if not marks:
        point, comma = (
            next(reading.cell for reading in numbers if list(reading.by_mark) == [mark])
            for mark in _NUMBERS
        )
        message = f'"{comma.text}" has a decimal comma or points between thousands, and '
        message += f'"{point.text}" in the same column the reverse'
        later = max(point, comma, key=lambda cell: cell.place)
        yield later.problem(message, "write all numbers of the column in one way")
    without_sign = [reading.cell for reading in numbers if not reading.has_percent]
    if without_sign and len(without_sign) < len(numbers):
        cell = without_sign[0]
        message = f'"{cell.text}" has no percent sign, unlike other cells of the column'
        yield cell.problem(message, "write all with the sign, or all without it")
