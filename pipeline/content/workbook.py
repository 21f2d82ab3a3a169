"""Read one worksheet of an .xlsx workbook as the cells that it shows.

In: the bytes of the file. Out: the rows and columns that are not empty, and a warning about
hidden rows, which are left out below the first row. A number has the decimals that its cell
shows; a formula has the value that was stored with it. Macros, links to other workbooks,
pictures and charts are never read. Rejected: a part of the archive over a limit or with a
document type, and a worksheet of too many cells.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from xml.etree.ElementTree import Element

from pipeline.content.office_file import (
    OfficeFile,
    OfficeParts,
    open_office_file,
    report_damage,
)
from pipeline.content.spreadsheet_numbers import DataCell
from pipeline.content.suggestions import suggestion
from pipeline.content.yaml_source import text_problem
from pipeline.model.normalization import compose
from pipeline.problems import PipelineError, Place, Problem, Rule

MAX_CELLS = 200_000
_RULE = Rule.CHART_DATA
# The built-in number formats, which a workbook names by number only.
_BUILT_IN_FORMATS = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 17: "m-y"},
    **dict.fromkeys((14, 15, 16, 22, *range(27, 37), *range(50, 59)), "d-m-y"),
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), "h:m"),
}
# The texts in a number format: "text", \x, _x, *x; and [Red], but not [h].
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?![hms]+\])[^\]]*\]')
_DECIMALS = re.compile(r"[#0,]*[#0](?:\.(0+))?[\0 ]*%?")
_CELL_NAME = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SAVE_AGAIN_HINT = "open it in Excel or LibreOffice, and save it again as .xlsx"
_SMALLER_WORKBOOK_HINT = "copy the rows that the brief shows into a workbook of their own"
_MERGED_FAULT = "the cell is merged with another"
_MAX_FORMAT_LENGTH = 255
_NO_VALUE_FAULT = "the formula has no value"
# Larger numbers are not rounded: Decimal would need too many digits.
_MAX_ROUNDED = 1e15
# The exceptions that damaged cells cause: a missing worksheet, or a wrong number or date.
_DAMAGED = (LookupError, ValueError, ArithmeticError)


# The rows of a worksheet, all of one length or empty, and warnings.
Worksheet = tuple[list[list[DataCell]], list[Problem]]


def read_worksheet(file: str, content: bytes, name: str | None) -> Worksheet:
    """Read a worksheet by its name, or the only one. Raises PipelineError."""
    workbook = OfficeFile(file, "workbook", _RULE, _SAVE_AGAIN_HINT, _SMALLER_WORKBOOK_HINT)
    with open_office_file(workbook, content) as parts, report_damage(workbook, *_DAMAGED):
        return _read_workbook(file, parts, name)


def _read_workbook(file: str, parts: OfficeParts, name: str | None) -> Worksheet:
    """Find a worksheet in the archive, with the texts and formats of its cells."""
    path = _parts_of_kind(parts, "", "officeDocument")[0][1]
    book = parts.tree(path)
    paths = dict(_parts_of_kind(parts, path, "worksheet"))
    sheets = {
        str(sheet.get("name")): paths[id]
        for sheet in book.findall(".//{*}sheet")
        if (id := _relationship_id(sheet)) in paths
    }
    name = _choose_worksheet(file, name, list(sheets))
    texts = [
        _text_cell(Place(file), text, "{*}t", "{*}r/{*}t")
        for _, part in _parts_of_kind(parts, path, "sharedStrings")
        for text in parts.tree(part).findall(".//{*}si")
    ]
    formats = [
        format
        for _, part in _parts_of_kind(parts, path, "styles")
        for format in _cell_formats(parts.tree(part))
    ]
    is_1904 = any(
        properties.get("date1904") in ("1", "true")
        for properties in book.findall(".//{*}workbookPr")
    )
    reader = _WorksheetReader(file, name, texts, formats, is_1904)
    return reader.read(parts.tree(sheets[name]))


def _parts_of_kind(parts: OfficeParts, path: str, kind: str) -> list[tuple[str, str]]:
    """List the parts of a kind that a part refers to, by their ids."""
    return [(r.id, r.target) for r in parts.relationships(path) if r.kind == kind]


def _choose_worksheet(file: str, name: str | None, sheets: Sequence[str]) -> str:
    if name in sheets:
        return str(name)
    if name is None and len(sheets) == 1:
        return sheets[0]
    listed = "worksheets: " + ", ".join(sheets)
    if name is None:
        message = f"the workbook has {len(sheets)} worksheets"
        hint = f"name one in a line sheet: …; {listed}"
    else:
        message = f'the workbook has no worksheet "{name}"'
        hint = suggestion(name, sheets, listed)
    raise PipelineError(Problem(_RULE, Place(file), message, hint))


def _relationship_id(element: Element) -> str:
    return next((v for key, v in element.attrib.items() if key.endswith("}id")), "")


def _text_cell(place: Place, element: Element, *paths: str) -> DataCell:
    """Read a text; parts of it may be formatted on their own."""
    parts = [part.text or "" for path in paths for part in element.findall(path)]
    text = compose("".join(parts))
    if problem := text_problem(place, text):
        return DataCell("", place, fault=problem.message, hint=problem.hint)
    return DataCell(" ".join(text.split()), place)


def _cell_formats(styles: Element) -> list[str]:
    """Return the number format of each cell style, without its literal texts."""
    own = {
        int(element.get("numFmtId", 0)): element.get("formatCode", "")[:_MAX_FORMAT_LENGTH]
        for element in styles.findall(".//{*}numFmt")
    }
    codes = {**_BUILT_IN_FORMATS, **own}
    ids = [int(xf.get("numFmtId", 0)) for xf in styles.findall("{*}cellXfs/{*}xf")]
    shown = (_LITERAL.sub("\0", codes.get(id, "")).partition(";")[0] for id in ids)
    # A text between digits stays: such a format does not show the number as it is.
    return [format.strip("\0 ") for format in shown]


@dataclass(frozen=True)
class _WorksheetReader:
    file: str
    sheet: str
    texts: Sequence[DataCell]
    formats: Sequence[str]
    is_1904: bool

    def read(self, worksheet: Element) -> Worksheet:
        cells: dict[int, dict[int, DataCell]] = {}
        hidden: list[int] = []
        number = count = 0
        for row in worksheet.findall("{*}sheetData/{*}row"):
            number = int(row.get("r", number + 1))
            row_cells = {
                c: cell
                for c, cell in self._read_cells(row, number)
                if cell.text or cell.fault
            }
            if row_cells and cells and row.get("hidden") in ("1", "true"):
                hidden.append(number)
            elif row_cells:
                cells[number] = row_cells
                self._check_size(count := count + len(row_cells))
        hidden.sort()
        lines, columns = sorted(cells), sorted({c for row in cells.values() for c in row})
        self._check_size(len(lines) * len(columns))
        rows = {
            line: {c: cells[line].get(c) or self._empty_cell(c, line) for c in columns}
            for line in lines
        }
        hint = "undo the merging, and write the value into each cell"
        for line, column in _merged_cells(worksheet, lines, columns):
            cell = rows[line][column]
            if cell.fault == _MERGED_FAULT:
                raise ValueError("merged twice")
            rows[line][column] = replace(cell, fault=_MERGED_FAULT, hint=hint)
        visible_rows: list[list[DataCell]] = []
        for line, above in zip(lines, [0, *lines], strict=False):
            between = bisect_left(hidden, line) - bisect_left(hidden, above)
            if above and line - above - 1 > between:
                visible_rows.append([])  # one row for any number of empty rows
            visible_rows.append([*rows[line].values()])
        message = f"hidden rows are left out: {', '.join(map(str, hidden))}"
        hint = "delete them, or show them if they belong to the data"
        warning = Problem(Rule.HIDDEN_ROWS, self.place, message, hint)
        return visible_rows, [warning] if hidden else []

    @property
    def place(self) -> Place:
        return Place(self.file, cell=f'worksheet "{self.sheet}"')

    def _check_size(self, cells: int) -> None:
        if cells > MAX_CELLS:
            message = f"the worksheet has {cells:,} cells; the limit is {MAX_CELLS:,}"
            raise PipelineError(Problem(_RULE, self.place, message, _SMALLER_WORKBOOK_HINT))

    def _empty_cell(self, column: int, line: int) -> DataCell:
        name = f"{_column_letters(column)}{line}"
        return DataCell("", Place(self.file, cell=f'worksheet "{self.sheet}", {name}'))

    def _read_cells(self, row: Element, line: int) -> Iterator[tuple[int, DataCell]]:
        column = 0
        for cell in row.findall("{*}c"):
            name = cell.get("r")
            column = _parse_cell_name(name)[0] if name else column + 1
            yield column, self._read_cell(cell, self._empty_cell(column, line))

    def _read_cell(self, cell: Element, blank: DataCell) -> DataCell:
        kind, value = cell.get("t", "n"), cell.findtext("{*}v") or ""
        if cell.find("{*}f") is not None and not value and kind != "str":
            hint = "open the workbook in Excel or LibreOffice, and save it"
            return replace(blank, fault=_NO_VALUE_FAULT, hint=hint)
        if kind == "e":
            hint = "correct it in the workbook; leave the cell empty for a gap"
            return replace(blank, fault=f"the cell shows the error {value}", hint=hint)
        if kind == "n" and value:
            text, is_number = self._format_number(float(value), int(cell.get("s", 0)))
            return replace(blank, text=text, exact=is_number)
        if kind == "s":
            return replace(self.texts[int(value)], place=blank.place)
        if kind == "inlineStr":
            return _text_cell(blank.place, cell, "{*}is/{*}t", "{*}is/{*}r/{*}t")
        if kind == "b":
            return replace(blank, text="TRUE" if value == "1" else "FALSE")
        if kind == "d":
            return replace(blank, text=value[:10])
        return _text_cell(blank.place, cell, "{*}v")

    def _format_number(self, value: float, style: int) -> tuple[str, bool]:
        """Print a value as its format shows it; and whether it is a number, not a date."""
        if not math.isfinite(value):
            raise ValueError("not a number")
        format = self.formats[style] if style < len(self.formats) else ""
        units = {letter for letter in "dmyhs" if letter in format.lower()}
        if units:
            return self._format_date(value, units), False
        # A spreadsheet computes with 15 digits; more are an error of binary numbers.
        number = Decimal(f"{value:.15g}") * (100 if "%" in format else 1)
        if (match := _DECIMALS.fullmatch(format)) and abs(value) < _MAX_ROUNDED:
            digits = Decimal(1).scaleb(-len(match[1] or ""))
            text = f"{number.quantize(digits, ROUND_HALF_UP):f}"
        else:
            text = f"{number:f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text}%" if "%" in format else text, True

    def _format_date(self, value: float, units: set[str]) -> str:
        epoch = datetime(1904, 1, 1) if self.is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 – of no zone
        # Excel counts a 29 February 1900.
        is_early = not self.is_1904 and value < 60
        date = epoch + timedelta(days=value + is_early)
        if not units & {"d", "y"}:
            return f"{date:%H:%M}"
        day = f"{date:%Y-%m-%d}"
        return day if "d" in units else day[:7] if "m" in units else day[:4]


def _parse_cell_name(name: str) -> tuple[int, int]:
    """Turn "B7" into column 2 and row 7."""
    match = _CELL_NAME.fullmatch(name)
    if not match:
        raise ValueError(name)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(match[2])


def _column_letters(column: int) -> str:
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _merged_cells(
    worksheet: Element, lines: Sequence[int], columns: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """List the cells of merged areas, without the first of each."""
    for element in worksheet.findall(".//{*}mergeCell"):
        first, _, last = element.get("ref", "").partition(":")
        (left, top), (right, bottom) = _parse_cell_name(first), _parse_cell_name(last)
        for line in lines[bisect_left(lines, top) : bisect_right(lines, bottom)]:
            start = bisect_left(columns, left)
            for column in columns[start : bisect_right(columns, right)]:
                if (column, line) != (left, top):
                    yield line, column
