"""Turn the rows of a figure into numbers, and into a table of printed texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.html.charts.scale import decimals_of
from pipeline.html.charts.theme import format_text, format_value
from pipeline.model.fields import parse_time
from pipeline.model.markdown import plain_text
from pipeline.model.schema import DataRow, Figure
from pipeline.redline.redlined import is_deleted


@dataclass(frozen=True)
class TimeNote:
    """An annotation of a point on the time axis, or of the period until `end`."""

    time: Decimal
    end: Decimal | None
    text: str


@dataclass(frozen=True)
class ChartData:
    """The data of a chart: printed labels of rows, printed names of columns, values.

    `keys` are the labels of the rows as typed. An empty cell is None. `highlight` is the
    index of a row, or of a column in a chart that highlights columns. `words` are those
    that each row prints in place of its number, or "".
    """

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    names: tuple[str, ...]
    columns: tuple[tuple[Decimal | None, ...], ...]
    decimals: int
    highlight: int | None
    words: tuple[str, ...]
    annotations: tuple[TimeNote, ...] = ()

    @property
    def rows(self) -> tuple[tuple[Decimal | None, ...], ...]:
        """The values by row."""
        return tuple(zip(*self.columns, strict=True))

    @property
    def values(self) -> list[Decimal]:
        """All values but the empty cells."""
        return [value for column in self.columns for value in column if value is not None]

    def is_strong(self, row: int) -> bool:
        """Whether a row is highlighted, or no row is."""
        return self.highlight in (None, row)

    def last_value(self, column: int) -> tuple[int, Decimal] | None:
        """The row and the value of the last cell of a column that is not empty."""
        cells = list(enumerate(self.columns[column]))
        return next(((row, v) for row, v in reversed(cells) if v is not None), None)


def read_chart_data(figure: Figure, rows: Sequence[DataRow], language: str) -> ChartData:
    """Read the valid rows of a figure."""
    keys = tuple(row[figure.label] or "" for row in rows)
    columns = tuple(
        tuple(Decimal(typed) if (typed := row[column]) else None for row in rows)
        for column in figure.value
    )
    values = [value for column in columns for value in column if value is not None]
    candidates = figure.value if figure.chart_type.highlights == "column" else keys
    is_highlighted = figure.highlight in candidates
    return ChartData(
        keys=keys,
        labels=tuple(format_text(figure.name(key), language) for key in keys),
        names=tuple(format_text(figure.name(column), language) for column in figure.value),
        columns=columns,
        decimals=decimals_of(values),
        highlight=candidates.index(figure.highlight or "") if is_highlighted else None,
        words=tuple(format_text(figure.approximate.get(k, ""), language) for k in keys),
        annotations=tuple(_time_annotations(figure, language)),
    )


def _time_annotations(figure: Figure, language: str) -> Iterator[TimeNote]:
    """The annotations of a chart in the order of time, without deleted ones."""
    notes = [note for note in figure.annotations if not is_deleted(note.text)]
    for note in sorted(notes, key=lambda note: parse_time(note.at) or 0):
        end = parse_time(note.until) if note.until else None
        text = format_text(plain_text(note.text), language)
        yield TimeNote(parse_time(note.at) or Decimal(0), end, text)


def format_data(figure: Figure, data: ChartData, language: str) -> list[tuple[str, ...]]:
    """Format the rows of the table of the data; the first has the heads of its columns."""
    rows = [(format_text(figure.name(figure.label), language), *data.names)]
    for label, row, words in zip(data.labels, data.rows, data.words, strict=True):
        rows += [(label, *(words or format_value(v, data.decimals, language) for v in row))]
    return rows
