"""Write timelines, options and flows as tables of Word, and read them again."""

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from pipeline.model.diagrams import Compare, Flow, Timeline
from pipeline.model.fields import FieldPath
from pipeline.word.charts_and_pictures import place_of
from pipeline.word.markdown import MarkdownWriter, words_in

# A cell: its text, and its place in the part of the brief; () for one without a place.
WordCell = tuple[str, FieldPath]
# The list of a kind of part, and the keys of its items.
_ITEMS = {
    "timeline": ("points", ("date", "text")),
    "compare": ("options", ("option", "who", "cost", "by")),
}


def diagram_rows(part: Timeline | Compare | Flow) -> Iterator[Sequence[WordCell]]:
    """Yield the rows of the table for a part, without the heads of its columns."""
    if isinstance(part, Timeline):
        for n, point in enumerate(part.points):
            yield (str(point.date), ()), (point.text, ("points", n, "text"))
    elif isinstance(part, Compare):
        keys = _keys_of("compare", 4 if part.has_costs else 3)
        for n, option in enumerate(part.options):
            yield [(getattr(option, key) or "", ("options", n, key)) for key in keys]
    else:
        for n, node in enumerate(part.nodes):
            yield [(node, ("nodes", n))]
        yield [(part.result, ("result",))]
        if part.detail:
            yield [(part.detail, ("detail",))]


def _keys_of(kind: str, columns: int) -> list[str]:
    keys = _ITEMS[kind][1]
    return [key for key in keys if key != "cost" or columns == len(keys)]


def read_diagram(writer: MarkdownWriter, table: Element) -> tuple[str, dict[str, Any]]:
    """Return the kind and the values of a table that was such a part; "" for others."""
    place = place_of(table) or ()
    kind = str(place[4]) if len(place) > 4 and place[2] == "blocks" else ""
    if kind not in (*_ITEMS, "flow"):
        return "", {}
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if kind == "flow":
        return kind, _read_flow(writer, rows)
    name = _ITEMS[kind][0]
    rows = rows[1:] if kind == "compare" else rows
    items: list[dict[str, str]] = []
    for row in rows:
        texts = [_cell_text(writer, cell) for cell in row]
        pairs = zip(_keys_of(kind, len(row)), texts, strict=False)
        items.append({key: text for key, text in pairs if text})
        if kind == "timeline":
            items[-1]["date"] = words_in(row[0])
    return kind, {name: items}


def _read_flow(writer: MarkdownWriter, rows: list[list[Element]]) -> dict[str, Any]:
    values: dict[str, Any] = {"nodes": []}
    for cell in (cell for row in rows for cell in row):
        key = (place_of(cell) or ())[5:6]
        if key in (("result",), ("detail",)):
            values[str(key[0])] = _cell_text(writer, cell)
        else:
            values["nodes"].append(_cell_text(writer, cell))
    return values


def _cell_text(writer: MarkdownWriter, cell: Element) -> str:
    lines = (writer.line(paragraph) for paragraph in cell.iter("p"))
    return " ".join(filter(None, lines)) or words_in(cell)
