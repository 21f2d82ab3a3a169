"""Turn a table of HTML into one of a brief."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from pipeline.word.markdown import MarkdownWriter, excerpt, words_in

_NUMBER = re.compile(r"[-−–+]?[\d٠-٩][\d٠-٩.,'’   ]*\s?[%٪]?(\^\d+\^)?|[-–—.]{1,2}|n/a|")
_MAX_COLSPAN, _MAX_ROWSPAN, _MAX_HEAD = 20, 200, 3


class _WordCell(NamedTuple):
    text: str
    across: int = 1
    down: int = 1


# The cells of a row by column; None at a place that a cell above or before it covers.
_Row = dict[int, _WordCell | None]


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

    elements = [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
    rows = [[_read_cell(writer, c, call) for c in row] for row in elements if row]
    if not any(cell.text for row in rows for cell in row):
        return {}
    deepest = max(cell.down for cell in rows[0])
    head = max(len(table.findall("./thead/tr")), deepest if deepest <= _MAX_HEAD else 1)
    head = min(head, max(len(rows) - 1, 1))
    grid = _fill_grid(rows, head)
    width = 1 + max(column for row in grid for column in row)
    columns: list[Any] = [_column_heading(grid[:head], column) for column in range(width)]
    first_row = next(table.iter("tr"), ())
    styled = [cell.find("p[@class='number']") is not None for cell in first_row]
    for number, heading in enumerate(columns):
        placed = [row.get(number) for row in grid[head:]]
        texts = [cell.text if cell else "" for cell in placed]
        is_number = number > 0 and any(texts) and all(map(_NUMBER.fullmatch, texts))
        is_guess = is_number and any(re.search(r"\d", text) for text in texts)
        if is_guess and not any(styled):
            writer.guessed.append(f'the column "{excerpt(heading)}" was taken for numbers')
        if styled[number] if any(styled) and number < len(styled) else is_guess:
            columns[number] = {"heading": heading, "align": "number"}
    return {
        "columns": columns,
        "rows": [_row_cells(row, width) for row in grid[head:]] or [[""] * width],
        **({"note": " ".join(notes.values())} if notes else {}),
    }


def _read_cell(
    writer: MarkdownWriter, cell: Element, call: Callable[[str], str]
) -> _WordCell:
    """Read a cell; its paragraphs become one, each on a line of its own."""
    blocks = [e for e in cell.iter() if e.tag in ("p", "li") and not e.findall("p")]
    lines = (writer.line(unbold(e), call) for e in blocks)
    across, down = (max(int(cell.get(name, 1)), 1) for name in ("colspan", "rowspan"))
    text = "\\\n".join(filter(None, lines))
    return _WordCell(text, min(across, _MAX_COLSPAN), min(down, _MAX_ROWSPAN))


def unbold(paragraph: Element) -> Element:
    """Remove bold type if all words have it: the style of a brief decides it."""
    return paragraph[0] if is_all_bold(paragraph) else paragraph


def is_all_bold(paragraph: Element) -> bool:
    """Whether all words of a paragraph are bold."""
    words = (paragraph.text or "").strip() or "".join(
        (c.tail or "").strip() for c in paragraph
    )
    return len(paragraph) == 1 and paragraph[0].tag == "strong" and not words


def _fill_grid(rows: Sequence[Sequence[_WordCell]], head: int) -> list[_Row]:
    """Put each cell at the first of its places; the others are covered.

    A cell of the head does not reach below it: there its places are empty cells.
    """
    grid: list[_Row] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in grid[number]:
                column += 1
            end = min(number + cell.down, len(rows))
            places = range(column, column + cell.across)
            for index in range(number, end):
                is_below = number < head <= index
                grid[index] |= dict.fromkeys(places, _WordCell("") if is_below else None)
            end = min(end, head) if number < head else end
            grid[number][column] = cell._replace(down=end - number)
    return grid


def _column_heading(rows: Sequence[_Row], column: int) -> str:
    """Join the headings above a column: of each head row, the cell that covers it."""
    headings = (
        cell.text
        for row in rows
        for start, cell in row.items()
        if cell and start <= column < start + cell.across
    )
    return ", ".join(dict.fromkeys(filter(None, headings)))


def _row_cells(row: _Row, width: int) -> list[Any]:
    cells: list[Any] = []
    for cell in (row.get(column, _WordCell("")) for column in range(width)):
        if cell:
            spans = {"across": cell.across, "down": cell.down}
            spans = {name: number for name, number in spans.items() if number > 1}
            cells.append({"text": cell.text, **spans} if spans else cell.text)
    return cells
