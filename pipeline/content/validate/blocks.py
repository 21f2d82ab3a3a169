"""Check the parts of a language file: blocks, tables, diagrams, cover, side column."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from pipeline.content.yaml_source import Source
from pipeline.model.diagrams import Proportion, Timeline
from pipeline.model.fields import FieldPath, Strict
from pipeline.model.schema import Block, Cover, EditionFacts, LanguageVersion, Table
from pipeline.model.walk import parts_in
from pipeline.problems import Place, Problem, Rule

# The side column of page 1 has room for three items (design: one column, 48 mm wide).
SIDE_COLUMN_ITEMS = 3
# Readers cannot count more dots.
MAX_DOTS = 100

_SPANS_HINT = 'write "" for an empty cell; "across: 2" or "down: 2" counts as two cells'
_COMMA_HINT = (
    "a comma begins a new cell: put a text or number with a comma in quotation marks; "
    '"across: 2" or "down: 2" counts as two cells'
)


def check_blocks(
    version: LanguageVersion, source: Source, facts: EditionFacts
) -> Iterator[Problem]:
    """Check each part of one language file; `facts` are those of its edition."""
    for path, part in parts_in(version, Strict):
        if isinstance(part, Table):
            yield from _check_table(part, path, source)
        elif isinstance(part, Proportion):
            yield from _check_proportion(part, path, source)
        elif isinstance(part, Timeline):
            yield from _check_timeline(part, path, source)
        elif isinstance(part, Block) and len(part.kinds) != 1:
            kinds = " and ".join(part.kinds)
            message = f"one block holds {kinds}" if kinds else "the block is empty"
            hint = 'begin each block with "- " on a line of its own'
            yield Problem(Rule.AMBIGUOUS_BLOCK, source.place(path), message, hint)
    yield from _check_cover(facts.cover, version, source)
    figures = len(version.pull_figures)
    if figures + (facts.contact is not None) > SIDE_COLUMN_ITEMS:
        message = f"{figures} pull figures and the contact do not fit into the side column"
        hint = f"it holds {SIDE_COLUMN_ITEMS} items; keep {SIDE_COLUMN_ITEMS - 1} figures"
        place = source.key_place(("pull_figures",))
        yield Problem(Rule.SIDE_COLUMN_OVERFLOW, place, message, hint)


def _check_cover(
    cover: Cover, version: LanguageVersion, source: Source
) -> Iterator[Problem]:
    """Check that a text has what its cover shows."""
    missing = ""
    if cover.kind == "figure" and not version.pull_figures:
        missing = "pull figure"
    if cover.kind == "chart" and version.line_chart is None:
        missing = "figure with chart: line"
    if missing:
        message = f"the cover shows a {cover.kind}, and this text has no {missing}"
        hint = "add one, or choose another cover in edition.yaml, such as cover: type"
        yield Problem(Rule.MISSING_KEY, source.place(()), message, hint)


def _check_table(table: Table, path: FieldPath, source: Source) -> Iterator[Problem]:
    """Check that the cells fill the grid without overlap.

    Some span several columns (`across`) or rows (`down`).
    """
    for key in ("columns", "rows") if table.data is None else ():
        if not getattr(table, key):
            hint = f"add a line: {key}: …; or data: …"
            message = f'"{key}" is missing in "table"'
            yield Problem(Rule.MISSING_KEY, source.key_place(path), message, hint)
    width = len(table.columns)
    rows_left: dict[int, int] = {}  # column -> rows that a cell above still fills
    for index, row in enumerate(table.rows):
        filled = set(rows_left)
        rows_left = {c: rows - 1 for c, rows in rows_left.items() if rows > 1}
        column, beyond = 0, None
        for number, cell in enumerate(row):
            place = source.place((*path, "rows", index, number))
            while column in filled:
                column += 1
            span = range(column, column + cell.across)
            if filled.intersection(span):
                yield _shape_problem(place, "a cell overlaps one that extends from above")
            if cell.down > len(table.rows) - index:
                yield _shape_problem(place, "a cell extends below the last row")
            filled.update(span)
            if cell.down > 1:
                rows_left.update(dict.fromkeys(span, cell.down - 1))
            column = span.stop
            if column > width >= span.start:
                beyond = place
        if len(filled) != width or column > width:
            place = beyond or source.place((*path, "rows", index))
            cells = "1 cell" if len(filled) == 1 else f"{len(filled)} cells"
            message = f"the row has {cells}, and the table {width} columns"
            hint = _SPANS_HINT if len(filled) < width else _COMMA_HINT
            yield _shape_problem(place, message, hint)


def _shape_problem(place: Place, message: str, hint: str = _SPANS_HINT) -> Problem:
    return Problem(Rule.TABLE_SHAPE, place, message, hint)


def _check_proportion(
    proportion: Proportion, path: FieldPath, source: Source
) -> Iterator[Problem]:
    part, whole = Decimal(proportion.part), Decimal(proportion.whole)
    key = "whole" if "whole" in proportion.model_fields_set else "part"
    if not 0 < whole >= part:
        message = f"{part} is not a part of {whole}"
        hint = "write the part, and the whole that it is a part of; without one it is 100"
        place = source.place((*path, "part"))
        yield Problem(Rule.INVALID_VALUE, place, message, hint)
    elif proportion.form == "dots":
        is_whole = part == part.to_integral_value() and whole == whole.to_integral_value()
        if whole > MAX_DOTS or not is_whole:
            message = f"{part} of {whole} cannot be drawn as dots"
            hint = f'write whole numbers, at most {MAX_DOTS}; or "form: bar"'
            place = source.place((*path, key))
            yield Problem(Rule.INVALID_VALUE, place, message, hint)


def _check_timeline(
    timeline: Timeline, path: FieldPath, source: Source
) -> Iterator[Problem]:
    for number, (before, point) in enumerate(pairwise(timeline.points), 1):
        if not before.date < point.date:
            message = f'"{point.date}" is not later than the point above'
            hint = "sort the points by their dates"
            place = source.place((*path, "points", number, "date"))
            yield Problem(Rule.INVALID_VALUE, place, message, hint)
