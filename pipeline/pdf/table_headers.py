"""Associate each cell of a table with its header cells.

Works on the structure tree, where a table that crosses pages is one table. PDF/UA-1 (7.5)
requires that the headers of a cell can be determined; spanning cells make `Scope` alone
ambiguous, so each data cell also lists its headers by their IDs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product, takewhile

from pipeline.pdf.structure_elements import Element


@dataclass(frozen=True)
class TableCell:
    """A cell and the rows and columns of the grid that it covers."""

    element: Element
    rows: range
    columns: range


def associate_headers(table: Element, number: int) -> Iterator[str]:
    """Give each TH of a table an ID and a scope, and each TD the IDs of its headers.

    `number` is that of the table in its document, and makes the IDs unique. The attribute
    `headers` of HTML has precedence over the position. Yields a message for each wrong name
    in it.
    """
    _drop_empty_rows(table)
    cells = list(place_cells(table))
    headers = [cell for cell in cells if cell.element.role == "TH"]
    head_rows = _head_rows(cells)
    ids: dict[str, str] = {}
    for header in headers:
        element = header.element
        element.id = f"table{number}-{header.rows.start}-{header.columns.start}"
        element.scope = _scope(element, header.rows.start in head_rows)
        if element.html is not None and element.html.get("id"):
            ids[element.html.get("id")] = element.id
    for cell in cells:
        element = cell.element
        names = str(element.html.get("headers") or "") if element.html is not None else ""
        if names:
            yield from (
                f'the headers of a cell name "{name}", which is no <th> of its table'
                for name in names.split()
                if name not in ids
            )
            element.headers = tuple(ids[name] for name in names.split() if name in ids)
        elif element.role == "TD":
            element.headers = tuple(
                header.element.id for header in headers if _is_header_of(header, cell)
            )


def _drop_empty_rows(table: Element) -> None:
    """Remove rows without cells, and reduce the row span of the cells that cover them.

    veraPDF counts no columns in such a row.
    """
    rows = table_rows(table)
    for index in reversed(range(len(rows))):
        if rows[index].children:
            continue
        for above, row in enumerate(rows[:index]):
            for cell in row.child_elements:
                if above + cell.rowspan > index:
                    cell.rowspan -= 1
        element: Element | None = rows.pop(index)
        while element and element.parent and not element.children:
            element.parent.children.remove(element)
            element = element.parent


def table_rows(table: Element) -> list[Element]:
    """The rows of a table, without those of a table in it."""
    return [e for e in table.elements() if e.role == "TR" and e.closest("Table") is table]


def _head_rows(cells: list[TableCell]) -> set[int]:
    """The first rows without data of a table without `<thead>`; one if all have none."""
    if any(cell.element.closest("THead") for cell in cells):
        return set()
    full_cells = (c for c in cells if c.element.role == "TD" and c.element.children)
    data_rows = {cell.rows.start for cell in full_cells}
    rows = sorted({cell.rows.start for cell in cells})
    heads = list(takewhile(lambda row: row not in data_rows, rows))
    return set(heads if len(heads) < len(rows) else heads[:1])


def _scope(header: Element, is_head_row: bool) -> str:
    """The scope from the HTML, or else from the position of the header."""
    html = header.html
    scope = str(html.get("scope") or html.get("role") or "") if html is not None else ""
    if scope.startswith(("col", "row")):
        return "Column" if scope.startswith("col") else "Row"
    return "Column" if is_head_row or header.closest("THead") else "Row"


def _is_header_of(header: TableCell, cell: TableCell) -> bool:
    if header.element.scope == "Row":
        return bool(set(header.rows) & set(cell.rows))
    is_above = header.rows.start < cell.rows.start
    return is_above and bool(set(header.columns) & set(cell.columns))


def place_cells(table: Element) -> Iterator[TableCell]:
    """Place the cells as HTML does: each in the first free column of its row."""
    occupied: set[tuple[int, int]] = set()
    for row, element in enumerate(table_rows(table)):
        column = 0
        for child in element.child_elements:
            while (row, column) in occupied:
                column += 1
            rows = range(row, row + child.rowspan)
            columns = range(column, column + child.colspan)
            occupied.update(product(rows, columns))
            yield TableCell(child, rows, columns)
