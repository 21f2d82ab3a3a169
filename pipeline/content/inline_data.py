"""Replace the data files that tables name, and workbooks that charts name, by their rows.

In a table the first column has texts. Another one has numbers if all its cells are numbers
or missing values; numbers have the format of the language, and equally many decimals. Other
cells are printed as they are, and never as Markdown. A chart gets the columns that it
shows: a workbook is not attached to a PDF, and as CSV its numbers could be ambiguous.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.content.data_files import DataFile, DataKey, is_workbook
from pipeline.content.spreadsheet_numbers import DataCell, read_numbers
from pipeline.content.suggestions import suggestion
from pipeline.content.yaml_source import Source
from pipeline.model.fields import CellLine, FieldPath
from pipeline.model.locale_format import percent_pattern, plain_number
from pipeline.model.markdown import escape_markdown
from pipeline.model.schema import Block, Cell, Column, Data, Figure, LanguageVersion, Table
from pipeline.problems import Problem, Rule

MAX_ROWS, MAX_COLUMNS = 200, 20


def inline_data(
    version: LanguageVersion,
    source: Source,
    files: Mapping[DataKey, DataFile],
    language: str,
) -> tuple[LanguageVersion, list[Problem]]:
    """Return the version with the rows of its data files, and the problems of tables."""
    problems: list[Problem] = []

    def inline(block: Block, path: FieldPath) -> Block:
        table, figure = block.table, block.figure
        if table and table.data and (file := files.get((table.data, table.sheet))):
            table_problems = list(_check_table_data(table, file, (*path, "table"), source))
            problems.extend(table_problems)
            filled = table if table_problems else _fill_table(table, file, language)
            return block.model_copy(update={"table": filled})
        name = figure.data.file if figure else None
        if figure and name and (file := files.get((name, figure.sheet))):
            return block.model_copy(update={"figure": _with_rows(figure, file)})
        return block

    sections = []
    for number, section in enumerate(version.sections):
        path = ("sections", number, "blocks")
        blocks = tuple(inline(b, (*path, n)) for n, b in enumerate(section.blocks))
        sections.append(section.model_copy(update={"blocks": blocks}))
    return version.model_copy(update={"sections": tuple(sections)}), problems


def _with_rows(figure: Figure, file: DataFile) -> Figure:
    if not is_workbook(str(figure.data.file)) or not {*figure.columns} <= {*file.columns}:
        return figure
    shown = [{c: row[c] for c in figure.columns} for row in file.rows(figure.value)]
    return figure.model_copy(update={"data": Data(rows=tuple(shown)), "sheet": None})


def _check_table_data(
    table: Table, file: DataFile, path: FieldPath, source: Source
) -> Iterator[Problem]:
    place = source.place((*path, "data"))
    if table.rows:
        message, hint = 'the table has both "data" and "rows"', "keep one of the two"
        yield Problem(Rule.TABLE_SHAPE, place, message, hint)
    names, valid_names = _column_names(table, file), {*file.columns}
    for number, name in enumerate(names):
        if name not in file.columns:
            message = f'the data have no column "{name}"'
            hint = suggestion(name, valid_names, "columns: " + ", ".join(file.columns))
            column_place = source.place((*path, "columns", number))
            yield Problem(Rule.CHART_DATA, column_place, message, hint)
    rows = len(next(iter(file.columns.values()), ()))
    if not 0 < rows <= MAX_ROWS or len(names) > MAX_COLUMNS:
        message = f"the data have {rows:,} rows and {len(names):,} columns"
        hint = f"a table has 1 to {MAX_ROWS} rows and at most {MAX_COLUMNS} columns"
        yield Problem(Rule.TABLE_SHAPE, place, message, hint)
    yield from file.problems(names, [n for n in names[1:] if _is_numeric(file, n)])
    valid_names |= {cell.text for name in names for cell in file.columns.get(name, ())}
    for number, name in enumerate(name for name in table.names if name not in valid_names):
        message = f'the data have no column or cell "{name}"'
        hint = suggestion(name, valid_names, "write the key as it is in the data", number)
        name_place = source.key_place((*path, "names", name))
        yield Problem(Rule.CHART_DATA, name_place, message, hint)


def _column_names(table: Table, file: DataFile) -> list[str]:
    return [column.heading for column in table.columns] or list(file.columns)


def _is_numeric(file: DataFile, name: str) -> bool:
    return read_numbers(file.columns.get(name, ())).is_numeric


def _fill_table(table: Table, file: DataFile, language: str) -> Table:
    def text(typed: str) -> CellLine:
        return CellLine(escape_markdown(table.names.get(typed, typed)))

    columns, printed = [], []
    for number, name in enumerate(_column_names(table, file)):
        is_numeric = number > 0 and _is_numeric(file, name)
        cells = file.columns[name]
        printed.append(
            _cell_numbers(cells, language) if is_numeric else [text(c.text) for c in cells]
        )
        columns.append(Column(heading=text(name), align="number" if is_numeric else "text"))
    rows = tuple(
        tuple(Cell(text=cell) for cell in row) for row in zip(*printed, strict=True)
    )
    names = {"data", "sheet", "names"}
    other_fields = {name: value for name, value in table if name not in names}
    return Table.model_construct(**other_fields | {"columns": tuple(columns), "rows": rows})


def _cell_numbers(cells: Sequence[DataCell], language: str) -> list[CellLine]:
    numbers = read_numbers(cells)
    values = [None if value is None else Decimal(value) for value in numbers.values]
    exponent = min(int(v.as_tuple().exponent) for v in values if v is not None)
    digits = Decimal(1).scaleb(exponent)
    pattern = percent_pattern(language) if numbers.is_percent else "{}"
    return [
        CellLine(escape_markdown(cell.text))
        if value is None
        else CellLine(pattern.format(plain_number(value.quantize(digits), language)))
        for cell, value in zip(cells, values, strict=True)
    ]
