"""Each cell refers to its headers, also across spans."""

import pytest

from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.pdf.structure_elements import Element, MarkedContent
from pipeline.problems import Place
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
PAGE = (
    "<!DOCTYPE html><html lang=en><head><title>T</title><style>@page {{ {page} }}"
    ' body {{ font-family: "Brief Sans" }}</style></head><body>{body}</body></html>'
)


def cells(body: str, page: str = "") -> list[Element]:
    html = PAGE.format(body=body, page=page)
    painted, problems = render_pdf(html, lambda _: None, load_fonts(FONTS), Place)
    assert problems == []
    assert painted.structure
    return [e for e in painted.structure.root.elements() if e.role in ("TH", "TD")]


def words(cell: Element) -> str:
    return "".join(
        kid.text or "" for kid in cell.children if isinstance(kid, MarkedContent)
    )


def heads(cells: list[Element]) -> dict[str, str]:
    """Of each head the scope, of each cell the words of its heads, in their order."""
    names = {cell.id: words(cell) for cell in cells if cell.id}
    return {
        words(cell): cell.scope or " ".join(names[id] for id in cell.headers)
        for cell in cells
    }


# A table's rows, and what is expected of its cells.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "heads of columns": (
        "<thead><tr><th>A<th>B<tbody><tr><td>1<td>2<tr><td>3<td>4",
        {"A": "Column", "B": "Column", "1": "A", "2": "B", "3": "A", "4": "B"},
    ),
    "heads of columns and rows": (
        "<thead><tr><th>-<th>A<th>B<tbody><tr><th>x<td>1<td>2<tr><th>y<td>3<td>4",
        {"-": "Column", "A": "Column", "B": "Column", "x": "Row", "y": "Row"}
        | {"1": "A x", "2": "B x", "3": "A y", "4": "B y"},
    ),
    "a head that reaches across": (
        "<thead><tr><th>A<th colspan=2>B<tbody><tr><td>1<td>2<td>3",
        {"A": "Column", "B": "Column", "1": "A", "2": "B", "3": "B"},
    ),
    "two rows of heads, one reaches down": (
        "<thead><tr><th rowspan=2>A<th colspan=2>B<tr><th>C<th>D<tbody><tr><td>1<td>2<td>3",
        {"A": "Column", "B": "Column", "C": "Column", "D": "Column"}
        | {"1": "A", "2": "B C", "3": "B D"},
    ),
    "a row head that reaches down": (
        "<thead><tr><th>-<th>A<th>B"
        "<tbody><tr><th rowspan=2>x<td>1<td>2<tr><td>3<td>4<tr><th>y<td>5<td>6",
        {"-": "Column", "A": "Column", "B": "Column", "x": "Row", "y": "Row"}
        | {"1": "A x", "2": "B x", "3": "A x", "4": "B x", "5": "A y", "6": "B y"},
    ),
    "two columns of row heads": (
        "<thead><tr><th>-<th>+<th>A<tbody><tr><th rowspan=2>x<th>y<td>1<tr><th>z<td>2",
        {"-": "Column", "+": "Column", "A": "Column", "x": "Row", "y": "Row", "z": "Row"}
        | {"1": "A x y", "2": "A x z"},
    ),
    "a cell that reaches across": (
        "<thead><tr><th>-<th>A<th>B<th>C<tbody><tr><th>x<td colspan=2>1<td>2",
        {"-": "Column", "A": "Column", "B": "Column", "C": "Column", "x": "Row"}
        | {"1": "A B x", "2": "C x"},
    ),
    "a cell that reaches down": (
        "<thead><tr><th>-<th>A<th>B<tbody><tr><th>x<td rowspan=2>1<td>2<tr><th>y<td>3",
        {"-": "Column", "A": "Column", "B": "Column", "x": "Row", "y": "Row"}
        | {"1": "A x y", "2": "B x", "3": "B y"},
    ),
    "a cell beside one that reaches down and across": (
        "<thead><tr><th>A<th>B<th>C<tbody><tr><td rowspan=2 colspan=2>1<td>2<tr><td>3",
        {"A": "Column", "B": "Column", "C": "Column", "1": "A B", "2": "C", "3": "C"},
    ),
    "a row head across the whole row": (
        "<thead><tr><th>A<th>B<tbody><tr><th colspan=2>x<tr><th>y<td>1",
        {"A": "Column", "B": "Column", "x": "Row", "y": "Row", "1": "B y"},
    ),
    "an open corner": (
        "<thead><tr><td><th>A<tbody><tr><th>x<td>1",
        {"": "", "A": "Column", "x": "Row", "1": "A x"},
    ),
    "a foot": (
        "<thead><tr><th>-<th>A<tbody><tr><th>x<td>1<tfoot><tr><th>y<td>2",
        {"-": "Column", "A": "Column", "x": "Row", "1": "A x", "y": "Row", "2": "A y"},
    ),
    "no heads": ("<tr><td>1<td>2<tr><td colspan=2>3", {"1": "", "2": "", "3": ""}),
    "no heads of columns": (
        "<tr><th>x<td>1<tr><th>y<td>2",
        {"x": "Row", "1": "x", "y": "Row", "2": "y"},
    ),
    "heads of columns outside a head, by their scope": (
        "<tr><th scope=col>A<th scope=col>B<tr><td>1<td>2",
        {"A": "Column", "B": "Column", "1": "A", "2": "B"},
    ),
    "heads of columns without a head": (
        "<tr><th>-<th>A<tr><th>x<td>1",
        {"-": "Column", "A": "Column", "x": "Row", "1": "A x"},
    ),
    "two rows of heads of columns and an empty corner": (
        "<tr><td rowspan=2><th colspan=2>A<tr><th>B<th>C<tr><th>x<td>1<td>2",
        {"": "", "A": "Column", "B": "Column", "C": "Column", "x": "Row"}
        | {"1": "A B x", "2": "A C x"},
    ),
    "heads by their names": (
        "<thead><tr><th id=a>A<th id=b>B<tbody><tr><td headers=b>1<td headers='b a'>2",
        {"A": "Column", "B": "Column", "1": "B", "2": "B A"},
    ),
    "a second row of heads further down": (
        "<tr><th scope=col>A<th scope=col>B<tr><td>1<td>2"
        "<tr><th scope=col>C<th scope=col>D<tr><td>3<td>4",
        {"A": "Column", "B": "Column", "1": "A", "2": "B"}
        | {"C": "Column", "D": "Column", "3": "A C", "4": "B D"},
    ),
    "heads of rows inside a head, by their scope": (
        "<thead><tr><th scope=row>A<td>1<tbody><tr><th scope=row>B<td>2",
        {"A": "Row", "1": "A", "B": "Row", "2": "B"},
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_cells_have_scopes_and_headers(name: str) -> None:
    rows, expected = TABLES[name]
    assert heads(cells(f"<table>{rows}</table>")) == expected


def test_a_table_over_three_pages_is_one_grid() -> None:
    rows = "".join(f"<tr><th>row {n}<td>{n}" for n in range(9))
    body = f"<table><thead><tr><th>-<th>A<tbody>{rows}</table>"
    heads_by_cell = heads(cells(body, "size: 8cm 6cm; margin: 1cm"))
    assert {heads_by_cell[str(n)] for n in range(9)} == {f"A row {n}" for n in range(9)}


def test_header_ids_are_unique_in_a_document() -> None:
    table = "<table><thead><tr><th>A<th>B<tbody><tr><th>x<td>1</table>"
    ids = [cell.id for cell in cells(table + table) if cell.role == "TH"]
    assert len(ids) == 6
    assert all(ids)
    assert len(set(ids)) == 6


def test_a_nested_table_has_its_own_headers() -> None:
    inner = "<table><thead><tr><th>C<tbody><tr><td>2</table>"
    body = f"<table><thead><tr><th>A<th>B<tbody><tr><td>1{inner}<td>3</table>"
    assert heads(cells(body)) == {
        "A": "Column",
        "B": "Column",
        "1": "A",
        "C": "Column",
        "2": "C",
        "3": "B",
    }


def test_a_cell_ends_with_its_table() -> None:
    table = "<table><tr><td rowspan=9>1<td>2<tr><td>3</table>"
    (long,) = [cell for cell in cells(table) if cell.rowspan > 1]
    assert long.rowspan == 2


def test_a_name_of_no_header_is_refused() -> None:
    html = PAGE.format(body="<table><tr><th>A<tr><td headers=b>1</table>", page="")
    _, problems = render_pdf(html, lambda _: None, load_fonts(FONTS), Place)
    assert [p.message for p in problems] == [
        'the headers of a cell name "b", which is no <th> of its table'
    ]
