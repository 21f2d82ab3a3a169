"""Turn a CSV file into rows of text, with the place of each cell.

In: UTF-8 with or without a byte order mark, cells separated by commas or semicolons (or as
Excel's first line `sep=;` defines). Out: a `DataFile`; an empty cell is None. A decimal
comma becomes a point where it is certain to be one. Rejected: columns without a unique
name, lines with more or fewer cells than the first, quotation marks that are not closed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.content.yaml_source import MAX_CHARACTERS, read_text, text_length_problem
from pipeline.model.schema import DataRow
from pipeline.model.spreadsheet import restore_formula
from pipeline.problems import PipelineError, Place, Problem, Rule

# A cell in quotation marks, or without them; then the delimiter or the end of the line.
_CELL = r'(?:"([^"]*(?:""[^"]*)*)"|((?!")[^%s\n]*))(%s|\n)'
_SEPARATOR_LINE = re.compile(r"sep=([,;])")
_POINT, _COMMA = re.compile(r"-?[0-9]+\.[0-9]+"), re.compile(r"-?[0-9]+,[0-9]+")
# In a quoted cell of a file with commas, "1,234" may be 1234 or 1.234.
_UNSURE = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
# In a file with semicolons, "1.250" may be 1250 or 1.25.
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+")


@dataclass(frozen=True)
class DataFile:
    """The rows of a CSV file, and the place of each cell."""

    rows: tuple[DataRow, ...]
    places: tuple[Mapping[str, Place], ...]


@dataclass(frozen=True)
class _CsvCell:
    text: str
    place: Place
    is_quoted: bool


def read_data(file: str, content: bytes) -> DataFile:
    """Read one file. Raises PipelineError with all its problems."""
    text = read_text(file, content)
    if not text.strip():
        message = "the file is empty"
        hint = "export the data again, with column names in the first line"
        raise PipelineError(Problem(Rule.EMPTY_FILE, Place(file, 1, 1), message, hint))
    head_line = text.partition("\n")[0]
    delimiter = ";" if head_line.count(";") > head_line.count(",") else ","
    if separator := _SEPARATOR_LINE.fullmatch(head_line.strip()):
        delimiter = separator[1]
    head, *body = _read_records(file, text, delimiter)[bool(separator) :] or [[]]
    if problems := list(_check_table(head, body, delimiter)):
        raise PipelineError(*problems)
    names = [cell.text for cell in head]
    columns = [_with_points(cells, delimiter) for cells in zip(*body, strict=True)]
    rows = (dict(zip(names, texts, strict=True)) for texts in zip(*columns, strict=True))
    places = ({n: c.place for n, c in zip(names, r, strict=True)} for r in body)
    return DataFile(tuple(rows), tuple(places))


def _read_records(file: str, text: str, delimiter: str) -> list[list[_CsvCell]]:
    """Split a text into records of cells, by RFC 4180; skip empty lines."""
    pattern = re.compile(_CELL % (delimiter, delimiter))
    text = text if text.endswith("\n") else f"{text}\n"
    records: list[list[_CsvCell]] = []
    record: list[_CsvCell] = []
    position = line_start = 0
    line = 1
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            place = Place(file, record[0].place.line if record else line, 1)
            message = "the quotation mark opened here is not closed properly"
            hint = "export the file again, or delete the quotation mark"
            raise PipelineError(Problem(Rule.CHART_DATA, place, message, hint))
        place = Place(file, line, position - line_start + 1)
        quoted, plain, end = match.groups()
        value = plain if quoted is None else quoted.replace('""', '"')
        value = restore_formula(value.strip())
        record.append(_CsvCell(value, place, quoted is not None))
        position = match.end()
        if end == "\n":
            records += [record] if len(record) > 1 or match[0] != "\n" else []
            record = []
        if newlines := match[0].count("\n"):
            line, line_start = line + newlines, text.rindex("\n", 0, position) + 1
    if long := [c for cells in records for c in cells if len(c.text) > MAX_CHARACTERS]:
        raise PipelineError(*(text_length_problem(c.place, len(c.text)) for c in long))
    return records


def _check_table(
    head: Sequence[_CsvCell], body: Sequence[Sequence[_CsvCell]], delimiter: str
) -> Iterator[Problem]:
    names: set[str] = set()
    for cell in head:
        if not cell.text or cell.text in names:
            twice = f'two columns have the name "{cell.text}"'
            message = twice if cell.text else "a column has no name"
            hint = "give each column a name of its own in the first line"
            yield Problem(Rule.CHART_DATA, cell.place, message, hint)
            return
        names.add(cell.text)
    for record in (record for record in body if len(record) != len(head)):
        has_more = len(record) > len(head)
        message = f"the line has {'more' if has_more else 'fewer'} cells than the first "
        message += f"line: {len(record)}, not {len(head)}"
        hint = "every line needs the same number of cells"
        hint += "; put a decimal comma in quotation marks" if has_more else ""
        place = Place(record[0].place.file, record[0].place.line, 1)
        yield Problem(Rule.CHART_DATA, place, message, hint)
    if delimiter == ";" and all(len(record) == len(head) for record in body):
        for cells in zip(*body, strict=True):
            yield from _check_points(cells)


def _check_points(cells: Sequence[_CsvCell]) -> Iterator[Problem]:
    """Report "1.250", unless other cells of the column show what the point means."""
    thousands = [cell for cell in cells if _THOUSANDS.fullmatch(cell.text)]
    points = [cell for cell in cells if _POINT.fullmatch(cell.text)]
    if thousands and all(_THOUSANDS.fullmatch(cell.text) for cell in points):
        cell = thousands[0]
        plain = cell.text.replace(".", "")
        message = f'"{cell.text}" is ambiguous: {plain}, or a number with three decimals'
        hint = f"write {plain} without a point; write decimals with a comma"
        yield Problem(Rule.CHART_DATA, cell.place, message, hint)


def _with_points(cells: Sequence[_CsvCell], delimiter: str) -> list[str | None]:
    """Replace the decimal commas of a column by points, unless it has points too."""
    has_points = any(_POINT.fullmatch(cell.text) for cell in cells)

    def is_decimal(cell: _CsvCell) -> bool:
        is_certain = cell.is_quoted and not _UNSURE.fullmatch(cell.text)
        return bool(_COMMA.fullmatch(cell.text)) and (delimiter == ";" or is_certain)

    return [
        cell.text.replace(",", ".")
        if is_decimal(cell) and not has_points
        else cell.text or None
        for cell in cells
    ]
