"""Turn a spreadsheet's export into rows that know their lines and columns.

Shape in: the bytes of a CSV file: UTF-8 with or without BOM, cells between commas or
semicolons (also as Excel's first line `sep=;` says). Shape out: a `DataFile`, whose cells
are text; None stands for a cell left empty, a gap. A decimal comma becomes a point where
it cannot be anything else. Refused: a column without a name of its own, a line with more
or fewer cells than the first, a quotation mark that is not closed.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.content.yaml_source import MAX_BYTES, MAX_LETTERS, read_text, too_long
from pipeline.model.schema import DataRow
from pipeline.problems import Place, Problem, Rule

# Above the limit of a file: a long cell is refused here, with its own message.
csv.field_size_limit(2 * MAX_BYTES)
_SEPARATOR_LINE = re.compile(r"sep=([,;])")
_POINT, _COMMA = re.compile(r"-?[0-9]+\.[0-9]+"), re.compile(r"-?[0-9]+,[0-9]+")
# In a quoted cell of a file with commas: is "1,234" more than a thousand, or less than two?
_UNSURE = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")


# In a file with semicolons: is "1.250" more than a thousand, or less than two?
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+")


@dataclass(frozen=True)
class DataFile:
    """The rows of a CSV file, and where each cell stands."""

    file: str
    rows: tuple[DataRow, ...]
    places: tuple[Mapping[str, Place], ...]


@dataclass(frozen=True)
class _CsvCell:
    text: str
    place: Place
    is_quoted: bool


def read_data(file: str, content: bytes) -> tuple[DataFile | None, list[Problem]]:
    """Read one file; None when something is wrong with it."""
    text, problems = read_text(file, content)
    if text is None:
        return None, problems
    if not text.strip():
        hint = "export the data again, the names of its columns in the first line"
        return None, [Problem(Rule.EMPTY_FILE, Place(file), "the file is empty", hint)]
    lines = text.splitlines(keepends=True)
    said = _SEPARATOR_LINE.fullmatch(lines[0].strip())
    delimiter = said[1] if said else _delimiter(lines[0])
    records, problems = _read_records(file, lines, int(bool(said)), delimiter)
    if problems:
        return None, problems
    head, *body = records or [[]]
    problems = list(_faults(file, head, body, delimiter))
    return (None if problems else _data_file(file, head, body, delimiter)), problems


def _delimiter(head: str) -> str:
    return ";" if head.count(";") > head.count(",") else ","


def _read_records(
    file: str, lines: Sequence[str], skipped: int, delimiter: str
) -> tuple[list[list[_CsvCell]], list[Problem]]:
    """Split lines into cells; an empty line is left out."""
    reader = csv.reader(lines[skipped:], delimiter=delimiter, strict=True)
    records: list[list[_CsvCell]] = []
    begins = skipped
    try:
        for cells in reader:
            ends = skipped + reader.line_num
            typed = "".join(lines[begins:ends])
            places = _cell_places(file, begins + 1, typed, delimiter)
            if cells:
                found = zip(cells, places, strict=True)
                records.append(
                    [_CsvCell(c.strip(), at, quoted) for c, (at, quoted) in found]
                )
            begins = ends
    except csv.Error:
        return [], [_wrong_quote(Place(file, begins + 1, 1))]
    long = [c for cells in records for c in cells if len(c.text) > MAX_LETTERS]
    return records, [too_long(cell.place, len(cell.text)) for cell in long]


def _cell_places(
    file: str, line: int, typed: str, delimiter: str
) -> Iterator[tuple[Place, bool]]:
    """Where each cell of a record begins, and whether it is in quotation marks."""
    column, start, quoted, inside = 1, True, False, False
    for letter in typed:
        if start:
            quoted = inside = letter == '"'
            yield Place(file, line, column), quoted
        elif quoted and letter == '"':
            inside = not inside  # two of them stand for one
        start = letter == delimiter and not inside
        column += 1
        if letter == "\n":
            line, column = line + 1, 1
    if start:
        yield Place(file, line, column), False


def _faults(
    file: str, head: Sequence[_CsvCell], body: Sequence[Sequence[_CsvCell]], delimiter: str
) -> Iterator[Problem]:
    names: set[str] = set()
    for cell in head:
        if not cell.text or cell.text in names:
            yield _wrong_head(cell)
            return
        names.add(cell.text)
    for record in body:
        if len(record) != len(head):
            yield _wrong_row(Place(file, record[0].place.line, 1), len(record), len(head))
    if delimiter == ";" and all(len(record) == len(head) for record in body):
        for cells in zip(*body, strict=True):
            yield from _unsure_points(cells)


def _unsure_points(cells: Sequence[_CsvCell]) -> Iterator[Problem]:
    """Refuse "1.250" in a file with semicolons, unless other cells say what a point is."""
    thousands = [cell for cell in cells if _THOUSANDS.fullmatch(cell.text)]
    points = [cell for cell in cells if _POINT.fullmatch(cell.text)]
    if thousands and all(_THOUSANDS.fullmatch(cell.text) for cell in points):
        cell = thousands[0]
        plain = cell.text.replace(".", "")
        yield Problem(
            Rule.CHART_DATA,
            cell.place,
            f'"{cell.text}" may be {plain}, or a number with three decimals',
            f"write {plain} without a point, or decimals with a comma, fewer than three",
        )


def _data_file(
    file: str,
    head: Sequence[_CsvCell],
    body: Sequence[Sequence[_CsvCell]],
    delimiter: str,
) -> DataFile:
    names = [cell.text for cell in head]
    columns = [_with_points(cells, delimiter) for cells in zip(*body, strict=True)]
    rows = (dict(zip(names, texts, strict=True)) for texts in zip(*columns, strict=True))
    places = ([cell.place for cell in record] for record in body)
    return DataFile(
        file,
        tuple(rows),
        tuple(dict(zip(names, at, strict=True)) for at in places),
    )


def _with_points(cells: Sequence[_CsvCell], delimiter: str) -> list[str | None]:
    """Write the decimal commas of a column as points, unless it has points too."""
    if any(_POINT.fullmatch(cell.text) for cell in cells):
        return [cell.text or None for cell in cells]
    return [
        cell.text.replace(",", ".") if _is_decimal(cell, delimiter) else cell.text or None
        for cell in cells
    ]


def _is_decimal(cell: _CsvCell, delimiter: str) -> bool:
    if not _COMMA.fullmatch(cell.text):
        return False
    return delimiter == ";" or (cell.is_quoted and not _UNSURE.fullmatch(cell.text))


def _wrong_head(cell: _CsvCell) -> Problem:
    return Problem(
        Rule.CHART_DATA,
        cell.place,
        f'two columns are called "{cell.text}"' if cell.text else "a column has no name",
        "give each column a name of its own in the first line",
    )


def _wrong_row(place: Place, count: int, expected: int) -> Problem:
    more = "more" if count > expected else "fewer"
    comma = "; put a decimal comma in quotation marks" if count > expected else ""
    return Problem(
        Rule.CHART_DATA,
        place,
        f"the line has {more} cells than the first line: {count}, not {expected}",
        f"every line needs the same number of cells{comma}",
    )


def _wrong_quote(place: Place) -> Problem:
    return Problem(
        Rule.CHART_DATA,
        place,
        "a quotation mark is opened here and not closed properly",
        "export the file again, or delete the quotation mark",
    )
