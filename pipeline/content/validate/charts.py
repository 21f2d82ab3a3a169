"""Find what is wrong with the data of charts, and what their types do not draw.

Checked values in, problems out: in the language file, or at the line of a CSV file. A type
has limits, because a chart that holds more says less; `LIMITS` is the list of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.content.csv_data import DataFile
from pipeline.content.validate.texts import nearest, nearest_of
from pipeline.content.yaml_source import Path, Source
from pipeline.model.schema import (
    MONTH,
    NUMBER,
    DataRow,
    Figure,
    LanguageVersion,
    parts_in,
    read_time,
)
from pipeline.problems import Place, Problem, Rule


@dataclass(frozen=True)
class Limit:
    """How many rows a type of chart draws, and how many columns of values."""

    rows: tuple[int, int]
    columns: tuple[int, int]


LIMITS: Mapping[str, Limit] = {
    "bar": Limit((1, 12), (1, 1)),
    "dot": Limit((1, 12), (2, 2)),
    "slope": Limit((1, 10), (2, 2)),
    "line": Limit((2, 200), (1, 5)),
    "stacked": Limit((1, 12), (2, 4)),
    "small-multiples": Limit((2, 200), (2, 8)),
}
# What stands beside the next block of its section, or the last.
_BESIDE = ("side_note", "quote")
# A number is printed beside its mark.
MAX_DIGITS = 15
# Rounded shares of a whole add up to a little more or less.
_WHOLE = Decimal("100.5")
_PER_CENT = re.compile(
    r"per ?cent|%|٪|pour ?cent|por ?cien|por ?cento|prozent|процент|百分|في المائة"
    r"|بالمائة|بالمئة|النسبة المئوية",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"-?[0-9]{1,3}([ ,.'’\u00a0\u2009\u202f][0-9]{3})+([.,][0-9]+)?")


@dataclass(frozen=True)
class _ChartChecker:
    """A figure with its rows; knows where its keys and cells stand."""

    figure: Figure
    path: Path
    rows: Sequence[DataRow]
    source: Source
    file: DataFile | None

    def key(self, *steps: str | int) -> Place:
        return self.source.place((*self.path, *steps))

    def cell(self, row: int, column: str) -> Place:
        if self.file:
            return self.file.places[row][column]
        return self.key("data", row, column)

    def wrong(self, place: Place, message: str, hint: str) -> Problem:
        """The data are not what the chart needs."""
        return Problem(Rule.CHART_DATA, place, message, hint)

    def unfit(self, place: Place, message: str, hint: str) -> Problem:
        """The data may be right, but this type of chart does not draw them."""
        return Problem(Rule.CHART_TYPE, place, message, hint)


def check_charts(
    version: LanguageVersion, source: Source, data: Mapping[str, DataFile]
) -> Iterator[Problem]:
    """Check every chart whose data could be read."""
    for path, part in parts_in(version):
        if isinstance(part, Figure):
            name = part.data.file
            if name is None or name in data:  # else the file has its own problem
                file = data[name] if name else None
                rows = file.rows if file else part.data.rows
                yield from _check(_ChartChecker(part, path, rows, source, file))
    yield from _check_beside(version, source)


def _check_beside(version: LanguageVersion, source: Source) -> Iterator[Problem]:
    """A wide chart takes the side column, where a note or quote would stand beside it."""
    for number, section in enumerate(version.sections):
        blocks = section.blocks
        others = [n for n, block in enumerate(blocks) if block.kind not in _BESIDE]
        for index in others:
            figure = blocks[index].figure
            is_followed = index == others[-1] and index + 1 < len(blocks)
            has_note = is_followed or (index > 0 and blocks[index - 1].kind in _BESIDE)
            if figure and figure.width == "wide" and has_note:
                path = ("sections", number, "blocks", index, "figure", "width")
                yield Problem(
                    Rule.CHART_TYPE,
                    source.place(path),
                    "a wide chart leaves no room for the note or quote beside it",
                    "let that stand before another block, or delete the line",
                )


def _check(chart: _ChartChecker) -> Iterator[Problem]:
    """What hides everything else comes first, and alone."""
    if not chart.rows:
        hint = "write rows under data, or name a CSV file that has some"
        yield chart.wrong(chart.key("data"), "the chart has no data", hint)
        return
    for check in (_check_columns, _check_counts, _check_shape):
        if problems := list(check(chart)):
            yield from problems
            return
    yield from _check_labels(chart)
    yield from _check_names(chart)
    yield from _check_highlight(chart)
    problems = list(_check_numbers(chart))
    yield from problems
    if chart.figure.chart == "stacked" and not problems:
        yield from _check_parts(chart)


def _check_columns(chart: _ChartChecker) -> Iterator[Problem]:
    columns = list(chart.rows[0])
    named = [("label", 0, chart.figure.label)]
    named += [("value", index, name) for index, name in enumerate(chart.figure.value)]
    for key, index, column in named:
        if column not in columns:
            hint = nearest(column, columns, "it has: " + ", ".join(columns))
            place = chart.key(key, index)
            yield chart.wrong(place, f'the data has no column "{column}"', hint)
        elif (key, index, column) != next(one for one in named if one[2] == column):
            place = chart.key(key, index)
            hint = "name each column once, as label or as value"
            yield chart.wrong(place, f'the column "{column}" is named twice', hint)


def _check_counts(chart: _ChartChecker) -> Iterator[Problem]:
    """Check how many rows and columns there are."""
    kind, limit = chart.figure.chart, LIMITS[chart.figure.chart]
    columns, rows = len(chart.figure.value), len(chart.rows)
    if not limit.columns[0] <= columns <= limit.columns[1]:
        yield chart.unfit(
            chart.key("value"),
            f"{_count(columns, 'column')} of values for a {kind} chart",
            f"it takes {_span(limit.columns)}",
        )
    if not limit.rows[0] <= rows <= limit.rows[1]:
        point = "point" if chart.figure.is_over_time else "row"
        yield chart.unfit(
            chart.key("data"),
            f"{_count(rows, point)} for a {kind} chart",
            f"it takes {_span(limit.rows)}"
            + ("; group the rest, or print a table" if rows > limit.rows[1] else ""),
        )


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _span(limits: tuple[int, int]) -> str:
    low, high = limits
    if low == high:
        return str(low)
    return f"{low} to {high}"


def _check_shape(chart: _ChartChecker) -> Iterator[Problem]:
    """Rows written in the text must all have the cells of the first (a file has them)."""
    columns = set(chart.figure.columns)
    for index, row in enumerate(chart.rows):
        for column in [c for c in chart.figure.columns if c not in row]:
            hint = nearest(column, set(row) - columns, "for a gap write the key alone")
            place = chart.key("data", index)
            yield chart.wrong(place, f'row {index + 1} has no "{column}"', hint)


def _check_labels(chart: _ChartChecker) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    last: Decimal | None = None
    for index, row in enumerate(chart.rows):
        label, place = row[chart.figure.label], chart.cell(index, chart.figure.label)
        if label is None:
            hint = "write one, or delete the row"
            yield chart.wrong(place, f"row {index + 1} has no label", hint)
            continue
        if label in seen:
            first = seen[label] + 1
            hint = "give each row a label of its own"
            said = f'"{label}" is already the label of row {first}'
            yield chart.wrong(place, said, hint)
            continue
        seen[label] = index
        if chart.figure.is_over_time:
            time = read_time(label)
            yield from _check_time(chart, label, time, last, place)
            last = time if time is not None else last


def _check_time(
    chart: _ChartChecker,
    label: str,
    time: Decimal | None,
    last: Decimal | None,
    place: Place,
) -> Iterator[Problem]:
    first = chart.rows[0][chart.figure.label] or ""
    if time is None or bool(MONTH.fullmatch(label)) != bool(MONTH.fullmatch(first)):
        hint = "write years or other numbers (2016), or else months (2016-03)"
        yield chart.wrong(place, f'"{label}" is not a point on the axis', hint)
    elif last is not None and time <= last:
        hint = "sort the rows: time runs forward"
        yield chart.wrong(place, f'"{label}" does not come after the row above', hint)


def _check_names(chart: _ChartChecker) -> Iterator[Problem]:
    said = {*chart.rows[0]} | {row[chart.figure.label] or "" for row in chart.rows}
    unknown = [name for name in chart.figure.names if name not in said]
    otherwise = "the first word is that of the data, to the letter"
    for name, hint in zip(unknown, nearest_of(unknown, said, otherwise), strict=True):
        place = chart.source.key_place((*chart.path, "names", name))
        yield chart.wrong(place, f'the data has no row or column "{name}"', hint)


def _check_highlight(chart: _ChartChecker) -> Iterator[Problem]:
    highlight, kind = chart.figure.highlight, chart.figure.chart
    if highlight is None:
        return
    place = chart.key("highlight")
    if kind == "small-multiples":
        hint = "each panel has its own; delete the line"
        yield chart.unfit(place, "small multiples have no highlight", hint)
        return
    is_column = kind in ("line", "stacked")
    labels = [row[chart.figure.label] or "" for row in chart.rows]
    known = chart.figure.value if is_column else labels
    if highlight not in known:
        noun = "column" if is_column else "row"
        otherwise = f"a {kind} chart highlights one {noun}"
        hint = nearest(highlight, known, otherwise)
        yield chart.wrong(place, f'no {noun} is called "{highlight}"', hint)


def _check_numbers(chart: _ChartChecker) -> Iterator[Problem]:
    for number, column in enumerate(chart.figure.value):
        if all(row[column] is None for row in chart.rows):
            said, hint = f'the column "{column}" has not one number', "is it the right one?"
            yield chart.wrong(chart.key("value", number), said, hint)
    for index, row in enumerate(chart.rows):
        for column in chart.figure.value:
            if typed := row[column]:
                yield from _check_number(chart, typed, index, column)


def _check_number(
    chart: _ChartChecker, typed: str, index: int, column: str
) -> Iterator[Problem]:
    place = chart.cell(index, column)
    if not NUMBER.fullmatch(typed):
        hint = "write digits, with a point for decimals: 61.2"
        if _GROUPED.fullmatch(typed):
            hint = "write thousands without a comma, point or space: 1234.5"
        yield chart.wrong(place, f'"{typed}" in row {index + 1} is not a number', hint)
    elif len(typed) > MAX_DIGITS:
        said = f'"{typed[:MAX_DIGITS]}…" in row {index + 1} is too long a number'
        hint = "give it in thousands or millions, and say so in the subtitle"
        yield chart.wrong(place, said, hint)


def _check_parts(chart: _ChartChecker) -> Iterator[Problem]:
    """Parts of a whole are not negative, and shares add up to a hundred."""
    is_share = bool(_PER_CENT.search(chart.figure.subtitle))
    for index, row in enumerate(chart.rows):
        parts = {c: Decimal(row[c] or 0) for c in chart.figure.value}
        for column in [c for c, part in parts.items() if part < 0]:
            said = f"row {index + 1} has a negative part"
            hint = "parts of a whole are never negative; take a bar chart"
            yield chart.unfit(chart.cell(index, column), said, hint)
        if is_share and sum(parts.values()) > _WHOLE:
            said = f"the shares of row {index + 1} add up to {sum(parts.values())}"
            hint = "shares of one whole add up to 100; else take a dot or bar chart"
            yield chart.unfit(chart.cell(index, chart.figure.value[0]), said, hint)
