"""Connect each cell of a table with the heads that it stands under.

Works on the tree, where a table that crosses pages is one table. PDF/UA-1 (7.5) wants a
reader to find the heads of a cell; cells that reach over rows or columns make `Scope` alone
ambiguous, so each data cell also lists its heads by their IDs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.pdf.structure_tree import Element


@dataclass(frozen=True)
class TableCell:
    """One cell and the part of the grid that it fills."""

    element: Element
    row: int
    column: int

    @property
    def rows(self) -> range:
        """The rows that the cell fills."""
        return range(self.row, self.row + self.element.down)

    @property
    def columns(self) -> range:
        """The columns that the cell fills."""
        return range(self.column, self.column + self.element.across)


def associate_headers(table: Element, number: int) -> None:
    """Give every TH of a table an ID and a scope, and every TD the IDs of its heads.

    `number` tells the tables of a document apart.
    """
    cells = list(_grid(table))
    heads = [cell for cell in cells if cell.element.role == "TH"]
    for head in heads:
        head.element.id = f"table{number}-{head.row}-{head.column}"
        head.element.scope = _scope(head.element)
    for cell in cells:
        if cell.element.role == "TD":
            cell.element.headers = tuple(h.element.id for h in heads if _heads(h, cell))


def _scope(head: Element) -> str:
    """The scope that the HTML gives, or else what the place of the head says."""
    given = str(head.html.get("scope") or "") if head.html is not None else ""
    if given.startswith(("col", "row")):
        return "Column" if given.startswith("col") else "Row"
    return "Column" if head.within("THead") else "Row"


def _heads(head: TableCell, cell: TableCell) -> bool:
    if head.element.scope == "Row":
        return bool(set(head.rows) & set(cell.rows))
    return head.row < cell.row and bool(set(head.columns) & set(cell.columns))


def _grid(table: Element) -> Iterator[TableCell]:
    """Place the cells as HTML does: each in the first column that is still free."""
    taken: set[tuple[int, int]] = set()
    for row, element in enumerate(_rows(table)):
        column = 0
        for kid in element.children:
            if not isinstance(kid, Element):
                continue
            while (row, column) in taken:
                column += 1
            cell = TableCell(kid, row, column)
            taken.update((r, c) for r in cell.rows for c in cell.columns)
            yield cell


def _rows(element: Element) -> Iterator[Element]:
    for kid in element.children:
        if isinstance(kid, Element):
            if kid.role == "TR":
                yield kid
            elif kid.role != "Table":
                yield from _rows(kid)
