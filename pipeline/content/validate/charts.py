"""Check the data of charts, and that their type can draw them.

Problems are placed in the language file, or in the data file. What a chart of each type
can show is in `model/chart_types.py`: a new type changes nothing here.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.content.data_files import DataFile, DataKey
from pipeline.content.suggestions import suggestion
from pipeline.content.yaml_source import Source
from pipeline.design.strings import per_cent_words
from pipeline.model.fields import MONTH, NUMBER, FieldPath, parse_time
from pipeline.model.schema import DataRow, Figure, LanguageVersion
from pipeline.model.walk import parts_in
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

# A number is printed beside its bar or dot.
MAX_DIGITS = 15
# The sum of rounded shares can differ a little from 100.
_MAX_SUM_OF_SHARES = Decimal("100.5")
_NUMBER_WITH_SEPARATORS = re.compile(
    r"-?[0-9]{1,3}([ ,.'’\u00a0\u2009\u202f][0-9]{3})+([.,][0-9]+)?"
)


@dataclass(frozen=True)
class ChartSource:
    """A figure, its rows, and the places of its keys and cells."""

    figure: Figure
    path: FieldPath
    rows: Sequence[DataRow]
    source: Source
    file: DataFile | None

    @property
    def labels(self) -> list[str]:
        """The labels of its rows, as typed; "" for a missing one."""
        return [row[self.figure.label] or "" for row in self.rows]

    def place(self, *steps: str | int) -> Place:
        return self.source.place((*self.path, *steps))

    def cell_place(self, row: int, column: str) -> Place:
        if self.file:
            return self.file.place(row, column)
        return self.place("data", row, column)


def charts_in(
    version: LanguageVersion, source: Source, data: Mapping[DataKey, DataFile]
) -> Iterator[ChartSource]:
    """Yield every chart whose data could be read."""
    for path, figure in parts_in(version, Figure):
        name = figure.data.file
        file = data.get((name, figure.sheet)) if name else None
        if file or not name:  # a file with errors was reported before
            rows = file.rows(figure.value) if file else figure.data.rows
            yield ChartSource(figure, path, rows, source, file)


def check_charts(
    version: LanguageVersion,
    source: Source,
    data: Mapping[DataKey, DataFile],
    project: Project,
    language: str,
) -> Iterator[Problem]:
    """Check every chart whose data could be read."""
    for chart in charts_in(version, source, data):
        yield from _check_chart(chart, project, language)
    yield from _check_notes_beside(version, source)


def _check_notes_beside(version: LanguageVersion, source: Source) -> Iterator[Problem]:
    """Report notes and quotes beside a wide chart, which covers the side column."""
    for number, section in enumerate(version.sections):
        blocks = section.blocks
        others = [n for n, block in enumerate(blocks) if not block.is_in_side_column]
        for index in others:
            figure = blocks[index].figure
            is_followed = index == others[-1] and index + 1 < len(blocks)
            has_note = is_followed or (index > 0 and blocks[index - 1].is_in_side_column)
            if figure and figure.width == "wide" and has_note:
                path = ("sections", number, "blocks", index, "figure", "width")
                message = "a wide chart leaves no space for the note or quote beside it"
                hint = "move the note or quote to another block, or delete the line"
                yield Problem(Rule.CHART_TYPE, source.place(path), message, hint)


def _check_chart(chart: ChartSource, project: Project, language: str) -> Iterator[Problem]:
    """Check one chart; after an error of structure, the other checks are omitted."""
    if not chart.rows:
        hint = "write rows under data, or name a data file that has rows"
        yield Problem(Rule.CHART_DATA, chart.place("data"), "the chart has no data", hint)
        return
    for check in (_check_columns, _check_file, _check_counts, _check_shape):
        if problems := list(check(chart)):
            yield from problems
            return
    yield from _check_labels(chart)
    yield from _check_names(chart)
    yield from _check_highlight(chart)
    yield from _check_approximate(chart)
    yield from _check_annotations(chart)
    problems = list(_check_numbers(chart))
    yield from problems
    if chart.figure.chart_type.is_whole and not problems:
        yield from _check_parts(chart, per_cent_words(project, language))


def _check_columns(chart: ChartSource) -> Iterator[Problem]:
    named, columns = chart.figure.columns, list(chart.rows[0])
    for number, column in enumerate(named):
        place = chart.place("value", number - 1) if number else chart.place("label")
        if column not in columns:
            message = f'the data have no column "{column}"'
            hint = suggestion(column, columns, "columns: " + ", ".join(columns))
            yield Problem(Rule.CHART_DATA, place, message, hint)
        elif column in named[:number]:
            message = f'the column "{column}" is named twice'
            hint = "name each column once, as label or as value"
            yield Problem(Rule.CHART_DATA, place, message, hint)


def _check_file(chart: ChartSource) -> Iterator[Problem]:
    if chart.file:
        yield from chart.file.problems([chart.figure.label], chart.figure.value)


def _check_counts(chart: ChartSource) -> Iterator[Problem]:
    kind = chart.figure.chart
    rows, columns = chart.figure.chart_type.rows, chart.figure.chart_type.columns
    count = len(chart.figure.value)
    if not columns[0] <= count <= columns[1]:
        noun = "column" if columns[1] == 1 else "columns"
        message = f"a {kind} chart needs {_range_text(*columns)} {noun} of values"
        message += f"; this one has {count}"
        hint = 'correct "value", or choose another type of chart'
        yield Problem(Rule.CHART_TYPE, chart.place("value"), message, hint)
    count = len(chart.rows)
    if not rows[0] <= count <= rows[1]:
        noun = "points" if chart.figure.chart_type.is_over_time else "rows"
        message = f"a {kind} chart needs {_range_text(*rows)} {noun}"
        message += f"; this one has {count:,}"
        hint = "add data, or choose another type"
        if count > rows[1]:
            hint = "combine small rows into one, or use a table"
        yield Problem(Rule.CHART_TYPE, chart.place("data"), message, hint)


def _range_text(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _check_shape(chart: ChartSource) -> Iterator[Problem]:
    """Check that each row has every column; rows of a data file always do."""
    columns = set(chart.figure.columns)
    for index, row in enumerate(chart.rows):
        for column in [c for c in chart.figure.columns if c not in row]:
            otherwise = "for a gap, write the key without a value"
            hint = suggestion(column, set(row) - columns, otherwise)
            place = chart.place("data", index)
            message = f'row {index + 1} has no "{column}"'
            yield Problem(Rule.CHART_DATA, place, message, hint)


def _check_labels(chart: ChartSource) -> Iterator[Problem]:
    has_months = bool(MONTH.fullmatch(chart.rows[0][chart.figure.label] or ""))
    seen: dict[str, int] = {}
    last: Decimal | None = None
    for index, row in enumerate(chart.rows):
        label, place = row[chart.figure.label], chart.cell_place(index, chart.figure.label)
        message = hint = ""
        if label is None:
            message, hint = f"row {index + 1} has no label", "write one, or delete the row"
        elif label in seen:
            message = f'"{label}" is already the label of row {seen[label] + 1}'
            hint = "give each row a label of its own"
        elif chart.figure.chart_type.is_over_time:
            time = parse_time(label)
            if time is None or bool(MONTH.fullmatch(label)) != has_months:
                message = f'"{label}" is not a point on the time axis'
                hint = "write numbers such as years (2016), or months (2016-03); do not mix"
            elif last is not None and time <= last:
                message = f'"{label}" is not later than the row above'
                hint = "sort the rows by time"
            last = time if time is not None else last
        if label is not None:
            seen.setdefault(label, index)
        if message:
            yield Problem(Rule.CHART_DATA, place, message, hint)


def _check_names(chart: ChartSource) -> Iterator[Problem]:
    otherwise = "write the key as it is in the data: KEY: printed name"
    valid_names = {*chart.rows[0], *chart.labels}
    yield from _check_keys(chart, "names", "row or column", valid_names, otherwise)


def _check_highlight(chart: ChartSource) -> Iterator[Problem]:
    highlight, kind = chart.figure.highlight, chart.figure.chart
    if highlight is None:
        return
    place = chart.place("highlight")
    if (noun := chart.figure.chart_type.highlights) is None:
        message = f"a {kind} chart has no highlight"
        yield Problem(Rule.CHART_TYPE, place, message, "delete the line")
        return
    valid_names = chart.figure.value if noun == "column" else chart.labels
    if highlight not in valid_names:
        message = f'the data have no {noun} "{highlight}"'
        hint = suggestion(highlight, valid_names, f"a {kind} chart highlights one {noun}")
        yield Problem(Rule.CHART_DATA, place, message, hint)


def _check_approximate(chart: ChartSource) -> Iterator[Problem]:
    if chart.figure.approximate and not chart.figure.chart_type.is_approximate:
        message = f"a {chart.figure.chart} chart prints no words in place of numbers"
        hint = "delete them, choose a bar chart, or state them in the note"
        yield Problem(Rule.CHART_TYPE, chart.place("approximate"), message, hint)
        return
    otherwise = "write the label as it is in the data: LABEL: printed words"
    yield from _check_keys(chart, "approximate", "row", chart.labels, otherwise)


def _check_keys(
    chart: ChartSource,
    mapping: str,
    noun: str,
    valid_names: Collection[str],
    otherwise: str,
) -> Iterator[Problem]:
    """Check that the keys of a mapping are names in the data."""
    unknown = (key for key in getattr(chart.figure, mapping) if key not in valid_names)
    for number, key in enumerate(unknown):
        place = chart.source.key_place((*chart.path, mapping, key))
        hint = suggestion(key, valid_names, otherwise, number)
        yield Problem(Rule.CHART_DATA, place, f'the data have no {noun} "{key}"', hint)


def _check_annotations(chart: ChartSource) -> Iterator[Problem]:
    """Check that annotations are moments between the ends of the time axis."""
    if chart.figure.annotations and not chart.figure.chart_type.is_annotated:
        message = f"a {chart.figure.chart} chart has no annotations"
        hint = "delete them, or state them in the note"
        yield Problem(Rule.CHART_TYPE, chart.place("annotations"), message, hint)
        return
    valid_times = [time for time in map(parse_time, chart.labels) if time is not None]
    for number, note in enumerate(chart.figure.annotations):
        first = valid_times[0] if valid_times else Decimal(0)
        for key, typed in (("at", note.at), ("until", note.until)):
            if typed is None:
                continue
            time = parse_time(typed)
            if time is None or not valid_times or not first <= time <= valid_times[-1]:
                message = f'"{typed}" is not a point between the ends of the time axis'
                hint = "write it as in the data: a number such as a year, or a month"
                if time is not None and key == "until" and time < first:
                    message = f'"{typed}" is not later than "{note.at}"'
                    hint = "write the end of the time that is shaded"
                place = chart.place("annotations", number, key)
                yield Problem(Rule.CHART_DATA, place, message, hint)
                break
            first = time


def _check_numbers(chart: ChartSource) -> Iterator[Problem]:
    for number, column in enumerate(chart.figure.value):
        if all(row[column] is None for row in chart.rows):
            message = f'the column "{column}" has no numbers'
            place, hint = chart.place("value", number), "name another column"
            yield Problem(Rule.CHART_DATA, place, message, hint)
    for index, row in enumerate(chart.rows):
        for column in chart.figure.value:
            typed, message = row[column] or "", ""
            if typed and not NUMBER.fullmatch(typed):
                message = f'"{typed}" in row {index + 1} is not a number'
                hint = "write digits, with a point for decimals: 61.2"
                if _NUMBER_WITH_SEPARATORS.fullmatch(typed):
                    hint = "write thousands without a comma, point or space: 1234.5"
            elif len(typed) > MAX_DIGITS:
                start = typed[:MAX_DIGITS]
                message = f'the number "{start}…" in row {index + 1} is too long'
                hint = "give it in thousands or millions, and name the unit in the subtitle"
            if message:
                place = chart.cell_place(index, column)
                yield Problem(Rule.CHART_DATA, place, message, hint)


def _check_parts(chart: ChartSource, per_cent: Sequence[str]) -> Iterator[Problem]:
    """Check that parts are not negative, and that shares add up to at most 100."""
    subtitle = chart.figure.subtitle.casefold()
    is_share = any(word.casefold() in subtitle for word in ("%", "٪", *per_cent))
    for index, row in enumerate(chart.rows):
        parts = {c: Decimal(row[c] or 0) for c in chart.figure.value}
        for column in [c for c, part in parts.items() if part < 0]:
            message = f"row {index + 1} has a negative part"
            hint = "parts of a whole cannot be negative; use a bar chart"
            yield Problem(Rule.CHART_TYPE, chart.cell_place(index, column), message, hint)
        if is_share and sum(parts.values()) > _MAX_SUM_OF_SHARES:
            message = f"the shares of row {index + 1} add up to {sum(parts.values())}"
            hint = "correct them; if they are not of one whole, use a dot or bar chart"
            place = chart.cell_place(index, chart.figure.value[0])
            yield Problem(Rule.CHART_TYPE, place, message, hint)
