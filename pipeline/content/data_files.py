"""Read the data files that charts and tables name: CSV, tab-separated text, .xlsx.

In: the name of a file beside the text, and of a worksheet. Out: a `DataFile` with the cells
of each named column. Only the columns that a chart or table shows are checked.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from pipeline.content.csv_data import read_csv
from pipeline.content.spreadsheet_numbers import DataCell, read_numbers
from pipeline.model.schema import DataRow
from pipeline.problems import PipelineError, Place, Problem, Rule

# The name of a data file, and of a worksheet in it.
DataKey = tuple[str, str | None]

_TEXT_EXTENSIONS = frozenset({".csv", ".tsv", ".txt"})
_WORKBOOK_EXTENSIONS = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True)
class DataFile:
    """The cells of a data file, by the names of its columns.

    `faults` holds the problems of each column, which matter if it is used.
    """

    columns: Mapping[str, Sequence[DataCell]]
    faults: Mapping[str, Sequence[Problem]]
    warnings: Sequence[Problem] = ()

    def rows(self, numbers: Collection[str]) -> tuple[DataRow, ...]:
        """The rows: texts, and plain numbers in the columns named in `numbers`."""
        texts = {
            name: read_numbers(cells).values
            if name in numbers
            else [cell.text or None for cell in cells]
            for name, cells in self.columns.items()
        }
        return tuple(
            dict(zip(texts, row, strict=True)) for row in zip(*texts.values(), strict=True)
        )

    def place(self, row: int, column: str) -> Place:
        """The place of a cell; rows are counted from 0."""
        return self.columns[column][row].place

    def problems(self, texts: Collection[str], numbers: Collection[str]) -> list[Problem]:
        """List the problems of columns of texts and of numbers."""
        problems: list[Problem] = []
        for name in [*texts, *numbers]:
            cells = self.columns.get(name, ())
            problems += self.faults.get(name, ())
            problems += [c.problem(c.fault, c.hint) for c in cells if c.fault]
        for name in numbers:
            problems += read_numbers(self.columns.get(name, ())).problems
        return list(dict.fromkeys(problems))


def is_workbook(file: str) -> bool:
    """Whether a file is a workbook, by its name."""
    return PurePosixPath(file).suffix.lower() in _WORKBOOK_EXTENSIONS


def read_data(file: str, content: bytes, sheet: str | None = None) -> DataFile:
    """Read one file. Raises PipelineError with all its problems."""
    extension = PurePosixPath(file).suffix.lower()
    if is_workbook(file):
        from pipeline.content.workbook import read_worksheet  # few editions have a workbook

        return _name_columns(*read_worksheet(file, content, sheet))
    if extension not in _TEXT_EXTENSIONS:
        message = f'data cannot be read from a file "{extension}"'
        hint = "save it as .xlsx, or as CSV with the encoding UTF-8"
        raise PipelineError(Problem(Rule.CHART_DATA, Place(file), message, hint))
    if sheet is not None:
        message, hint = "a text file has no worksheets", 'delete the line "sheet: …"'
        raise PipelineError(Problem(Rule.CHART_DATA, Place(file), message, hint))
    return _name_columns(read_csv(file, content))


def _name_columns(
    rows: Sequence[Sequence[DataCell]], warnings: Sequence[Problem] = ()
) -> DataFile:
    """Name the columns by the first row, and drop empty rows and columns without a name."""
    head, *body = [row for row in rows if row] or [[]]
    columns: dict[str, Sequence[DataCell]] = {}
    note_problems = [*_note_problems(rows)]
    faults: dict[str, list[Problem]] = {}
    for number, cell in enumerate(head):
        if cell.text in columns:
            message = f'two columns have the name "{cell.text}"'
            hint = "give each column a name of its own in the first line"
            faults[cell.text].append(cell.problem(message, hint))
        elif cell.text:
            columns[cell.text] = [row[number] for row in body]
            faults[cell.text] = [*note_problems]
    return DataFile(columns, faults, warnings)


def _note_problems(rows: Sequence[Sequence[DataCell]]) -> Iterator[Problem]:
    """Report a single cell below an empty row, which is the end of most tables."""
    for above, row in pairwise(rows):
        filled = [cell for cell in row if cell.text]
        if not above and len(filled) == 1 and len(row) > 1:
            message = f'"{filled[0].text}" stands alone below an empty row'
            hint = "delete a note below the data; delete the empty row if it is data"
            yield filled[0].problem(message, hint)
