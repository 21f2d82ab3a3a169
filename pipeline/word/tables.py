"""Turn a table of HTML into one of a brief."""

import re
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from pipeline.word.markdown import MarkdownWriter, excerpt, words_in

_NUMBER = re.compile(r"[-−–+]?[\d٠-٩][\d٠-٩.,'’   ]*\s?[%٪]?(\^\d+\^)?|[-–—.]{1,2}|n/a|")
_MAX_COLSPAN, _MAX_ROWSPAN, _MAX_HEAD = 20, 200, 3
# A place in the grid that a cell above or before it covers.
_COVERED = object()


def single_cell(table: Element) -> Element | None:
    """The cell of a table that has only one: such a table is a box with a frame."""
    cells = [*table.iter("td"), *table.iter("th")]
    return cells[0] if len(cells) == 1 and words_in(cells[0]) else None


def read_table(writer: MarkdownWriter, table: Element) -> dict[str, Any]:
    """Return columns, rows and the notes of cells; nothing if the table has no words."""
    notes: dict[str, str] = {}

    def call(key: str) -> str:
        if key not in notes:
            words = " ".join(writer.line(p) for p in writer.note(key))
            notes[key] = f"^{len(notes) + 1}^ {words}"
        return notes[key].partition(" ")[0]

    rows = [
        [
            (_cell_text(writer, cell, call), _cell_span(cell))
            for cell in row
            if cell.tag in ("td", "th")
        ]
        for row in table.iter("tr")
    ]
    rows = [row for row in rows if row]
    if not any(text for row in rows for text, _ in row):
        return {}
    deepest = max(down for _, (_, down) in rows[0])
    head = max(len(table.findall("./thead/tr")), deepest if deepest <= _MAX_HEAD else 1)
    head = min(head, max(len(rows) - 1, 1))
    grid = _fill_grid(rows, head)
    width = max(map(len, grid))
    headings = [_column_heading(grid[:head], column) for column in range(width)]
    body = [_row_cells(row, width) for row in grid[head:]]
    columns: list[Any] = list(headings)
    styled = [cell.find("p[@class='number']") is not None for cell in _first_row(table)]
    for number, heading in enumerate(headings):
        cells = [row[number] for row in _row_texts(grid[head:], width)]
        is_number = number > 0 and any(cells) and all(map(_NUMBER.fullmatch, cells))
        is_guess = is_number and any(re.search(r"\d", cell) for cell in cells)
        if is_guess and not any(styled):
            writer.guessed.append(f'the column "{excerpt(heading)}" was taken for numbers')
        if styled[number] if any(styled) and number < len(styled) else is_guess:
            columns[number] = {"heading": heading, "align": "number"}
    if not body:
        body = [[""] * width]
    return {
        "columns": columns,
        "rows": body,
        **({"note": " ".join(notes.values())} if notes else {}),
    }


def _first_row(table: Element) -> Sequence[Element]:
    return list(next(table.iter("tr"), ()))


def _cell_text(writer: MarkdownWriter, cell: Element, call: Any) -> str:
    """The paragraphs of a cell as one, each on a line of its own."""
    blocks = [e for e in cell.iter() if e.tag in ("p", "li") and not e.findall("p")]
    lines = (writer.line(unbold(e), call) for e in blocks)
    return "\\\n".join(line for line in lines if line)


def unbold(paragraph: Element) -> Element:
    """Remove bold type if all words have it: the style of a brief decides it."""
    return paragraph[0] if is_all_bold(paragraph) else paragraph


def is_all_bold(paragraph: Element) -> bool:
    """Whether all words of a paragraph are bold."""
    words = (paragraph.text or "").strip() or "".join(
        (c.tail or "").strip() for c in paragraph
    )
    return len(paragraph) == 1 and paragraph[0].tag == "strong" and not words


def _cell_span(cell: Element) -> tuple[int, int]:
    across, down = (int(cell.get(name, 1)) for name in ("colspan", "rowspan"))
    return min(max(across, 1), _MAX_COLSPAN), min(max(down, 1), _MAX_ROWSPAN)


def _fill_grid(
    rows: Sequence[Sequence[tuple[str, tuple[int, int]]]], head: int
) -> list[list[Any]]:
    """Put each cell at the first of its places; the others are covered.

    A cell of the head does not reach below it: there its places are empty cells.
    """
    grid: list[list[Any]] = [[] for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for text, (across, down) in row:
            while column < len(grid[number]) and grid[number][column] is not None:
                column += 1
            down = min(down, len(rows) - number)
            for index in range(number, number + down):
                line, is_below = grid[index], number < head <= index
                line += [None] * (column + across - len(line))
                covered = ("", 1, 1) if is_below else _COVERED
                line[column : column + across] = [covered] * across
            grid[number][column] = (
                text,
                across,
                min(down, head - number) if number < head else down,
            )
    return grid


def _column_heading(rows: Sequence[Sequence[Any]], column: int) -> str:
    """Join the headings above a column: of each head row, the cell that covers it."""
    headings: list[str] = []
    for row in rows:
        starts = [n for n in range(min(column, len(row) - 1), -1, -1) if _is_cell(row[n])]
        if (
            starts
            and (text := row[starts[0]][0])
            and starts[0] + row[starts[0]][1] > column
        ):
            headings += [text] if text not in headings else []
    return ", ".join(headings)


def _is_cell(value: Any) -> bool:
    return isinstance(value, tuple)


def _row_cells(row: Sequence[Any], width: int) -> list[Any]:
    cells: list[Any] = []
    for value in (*row, *[None] * (width - len(row))):
        if value is None:
            cells.append("")
        elif _is_cell(value):
            text, across, down = value
            spans = {"across": across, "down": down}
            spans = {name: number for name, number in spans.items() if number > 1}
            cells.append({"text": text, **spans} if spans else text)
    return cells


def _row_texts(rows: Sequence[Sequence[Any]], width: int) -> list[list[str]]:
    return [
        [
            value[0] if _is_cell(value) else ""
            for value in (*row, *[None] * (width - len(row)))
        ]
        for row in rows
    ]
