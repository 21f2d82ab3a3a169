"""Turn the rows of a figure into numbers, and into words as they are printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.html.charts.scale import decimals_of
from pipeline.html.charts.theme import print_text, print_value
from pipeline.model.schema import DataRow, Figure


@dataclass(frozen=True)
class Numbers:
    """What a chart shows: names of rows and columns as printed, values by column.

    `said` are the labels of the rows as the data has them. None is a cell left empty.
    `highlight` is the number of a row, or of a column where columns are highlighted.
    """

    said: tuple[str, ...]
    labels: tuple[str, ...]
    names: tuple[str, ...]
    columns: tuple[tuple[Decimal | None, ...], ...]
    decimals: int
    highlight: int | None

    @property
    def rows(self) -> tuple[tuple[Decimal | None, ...], ...]:
        """The values by row."""
        return tuple(zip(*self.columns, strict=True))

    @property
    def known(self) -> list[Decimal]:
        """All values that are there."""
        return [value for column in self.columns for value in column if value is not None]


@dataclass(frozen=True)
class PrintedData:
    """The data of a chart as a table: the heads of its columns, and its rows."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_numbers(figure: Figure, rows: Sequence[DataRow], language: str) -> Numbers:
    """Read rows that have no problem."""
    said = tuple(row[figure.label] or "" for row in rows)
    columns = tuple(tuple(_values(rows, column)) for column in figure.value)
    known = [value for column in columns for value in column if value is not None]
    of_columns = figure.chart in ("line", "stacked")
    among = figure.value if of_columns else said
    return Numbers(
        said=said,
        labels=tuple(print_text(figure.name(label), language) for label in said),
        names=tuple(print_text(figure.name(column), language) for column in figure.value),
        columns=columns,
        decimals=decimals_of(known),
        highlight=among.index(figure.highlight) if figure.highlight in among else None,
    )


def print_data(figure: Figure, rows: Sequence[DataRow], language: str) -> PrintedData:
    """Print the data of a chart for a table, with the decimals of the chart."""
    numbers = read_numbers(figure, rows, language)

    def cell(value: Decimal | None) -> str:
        return print_value(value, numbers.decimals, language)

    cells = (tuple(map(cell, row)) for row in numbers.rows)
    return PrintedData(
        (print_text(figure.name(figure.label), language), *numbers.names),
        tuple((label, *row) for label, row in zip(numbers.labels, cells, strict=True)),
    )


def _values(rows: Sequence[DataRow], column: str) -> Iterator[Decimal | None]:
    for row in rows:
        typed = row[column]
        yield Decimal(typed) if typed else None
