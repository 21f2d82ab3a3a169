"""Write a language version as a Word document that a reviewer comments on.

The style of a paragraph states its kind; a bookmark states its place in the language file.
By these `word/review.py` places remarks, and `word/html_to_brief.py` finds the parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.content.validate.images import (
    CSS_DPI,
    MAX_HEIGHT_MM,
    MAX_WIDTH_MM,
    MM_PER_INCH,
    read_picture,
)
from pipeline.model.diagrams import BigFigure, Compare, Flow, Timeline
from pipeline.model.fields import FieldPath
from pipeline.model.schema import (
    Block,
    Box,
    DataRow,
    Figure,
    LanguageVersion,
    Picture,
    SideNote,
    Table,
)
from pipeline.model.scripts import direction
from pipeline.word.diagrams import diagram_rows
from pipeline.word.names import PARTS, STYLES, id_bookmark
from pipeline.word.write_chart import chart_run, picture_run, write_chart
from pipeline.word.write_text import TextWriter

# Keys whose text follows a label in the language of the brief.
_LABELLED = ("prepared_for", "note", "source")
# The width of the text between the margins, in twentieths of a point: 160 mm.
_TABLE_WIDTH = 9070
_EDGE = '<w:{} w:val="single" w:sz="4" w:color="999999"/>'
_BORDERS = "".join(map(_EDGE.format, ("top", "bottom", "insideH")))


@dataclass
class DocumentWriter:
    """Writes the body of a document, and collects its charts and pictures.

    `data` are the rows of data files, `files` those of pictures, by their names. `labels`
    are the strings of the language. `pictures` have their names in the document.
    """

    text: TextWriter
    labels: Mapping[str, str]
    data: Mapping[str, Sequence[DataRow]]
    files: Mapping[str, bytes]
    charts: list[str] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def body(self, version: LanguageVersion) -> str:
        """Write the whole text in the order of the printed page."""
        return "".join(self._write_body(version))

    def _write_body(self, version: LanguageVersion) -> Iterator[str]:
        yield from self._write_keys(version, (), "title", "standfirst", "prepared_for")
        yield from self._write_heading(version, "key_messages")
        for n, message in enumerate(version.key_messages):
            yield from self._write_keys(message, ("key_messages", n), "say", "because")
        for n, pull in enumerate(version.pull_figures):
            yield from self._write_keys(pull, ("pull_figures", n), "figure", "text")
        if version.lead:
            yield from self.text.prose(PARTS["lead"], version.lead, ("lead",))
        for n, section in enumerate(version.sections):
            place, bookmarks = ("sections", n, "heading"), _bookmark_names(section.id)
            yield self.text.line("heading 1", section.heading, place, bookmarks=bookmarks)
            for number, block in enumerate(section.blocks):
                yield from self._write_block(block, ("sections", n, "blocks", number))
        yield from self._write_heading(version, "points_for_decision")
        for n, point in enumerate(version.points_for_decision):
            yield from self._write_keys(point, ("points_for_decision", n), "do", "detail")
        yield from self._write_heading(version, "references")
        for n, reference in enumerate(version.references):
            bookmarks = (id_bookmark(reference.id, "ref"),)
            url = f" [{reference.url}]({reference.url})" if reference.url else ""
            text, place = f"{reference.text}{url}", ("references", n, "text")
            yield self.text.line("Bibliography", text, place, bookmarks=bookmarks)

    def _write_heading(self, version: LanguageVersion, key: str) -> Iterator[str]:
        """Write the heading of a list, unless that is empty."""
        if getattr(version, key):
            yield self.text.words("heading 1", self.labels[key], ())

    def _write_keys(
        self, part: object, path: FieldPath, *keys: str, bookmarks: Sequence[str] = ()
    ) -> Iterator[str]:
        """Write the texts of a part that are there, each in the style of its key."""
        for key in keys:
            if text := getattr(part, key):
                style, place = STYLES[key][0], (*path, key)
                before = f"{self.labels[key]} " if key in _LABELLED else ""
                yield self.text.line(style, text, place, before=before, bookmarks=bookmarks)

    def _write_caption(self, kind: str, part: Any, path: FieldPath) -> Iterator[str]:
        """Write the numbered title of a part, and its subtitle."""
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        label = self.labels["numbered"].format(name=self.labels[kind], number=number)
        style = "Brief Box Title" if kind == "box" else "caption"
        place, bookmarks = (*path, "title"), _bookmark_names(part.id)
        yield self.text.line(
            style, part.title, place, before=f"{label} ", bookmarks=bookmarks
        )
        if kind != "box":
            yield from self._write_keys(part, path, "subtitle")

    def _write_block(self, block: Block, path: FieldPath) -> Iterator[str]:
        content, path = block.content, (*path, block.kind)
        if block.kind == "text":
            yield from self.text.prose("Normal", content, path)
        elif isinstance(content, Table):
            yield from self._write_table(content, path)
        elif isinstance(content, Figure):
            yield from self._write_figure(content, path)
        elif isinstance(content, Picture):
            yield from self._write_picture(content, path)
        elif isinstance(content, Box):
            yield from self._write_caption("box", content, path)
            yield from self.text.prose(PARTS["box"], content.text, (*path, "text"))
        elif isinstance(content, BigFigure):
            bookmarks = _bookmark_names(content.id)
            yield from self._write_keys(content, path, "figure", bookmarks=bookmarks)
            yield from self._write_keys(content, path, "text", "note", "source")
        elif isinstance(content, Timeline | Compare | Flow):
            yield from self._write_diagram(content, path)
        elif isinstance(content, SideNote):
            if content.title:
                style, place = f"{PARTS['side_note']} Title", (*path, "title")
                yield self.text.line(style, content.title, place)
            yield from self.text.prose(PARTS["side_note"], content.text, (*path, "text"))
        else:
            yield self.text.line("Quote", content.text, (*path, "text"))
            yield from self._write_keys(content, path, "who")

    def _write_figure(self, figure: Figure, path: FieldPath) -> Iterator[str]:
        file = figure.data.file
        rows = self.data[file] if file else figure.data.rows
        yield from self._write_caption("figure", figure, path)
        self.charts.append(write_chart(figure, rows))
        yield _write_object(chart_run(len(self.charts), figure.alt))
        yield self.text.words("Brief Alternative Text", figure.alt, (*path, "alt"))
        yield from self._write_keys(figure, path, "note", "source")

    def _write_picture(self, picture: Picture, path: FieldPath) -> Iterator[str]:
        data = self.files.get(picture.file, b"")
        file = read_picture(picture.file, data)[0]
        if file and file.kind != "SVG":
            number = len(self.pictures) + 1
            extension = "jpeg" if file.kind == "JPEG" else "png"
            self.pictures[f"media/{number}.{extension}"] = data
            width, height = (s / CSS_DPI * MM_PER_INCH for s in (file.width, file.height))
            scale = min(MAX_WIDTH_MM / width, MAX_HEIGHT_MM / height, 1)
            run = picture_run(number, picture.alt, width * scale, height * scale)
            yield _write_object(run)
        bookmarks = _bookmark_names(picture.id)
        yield from self._write_keys(picture, path, "caption", bookmarks=bookmarks)
        yield self.text.words("Brief Alternative Text", picture.alt, (*path, "alt"))
        yield from self._write_keys(picture, path, "credit")

    def _write_table(self, table: Table, path: FieldPath) -> Iterator[str]:
        yield from self._write_caption("table", table, path)
        count = len(table.columns)
        heads = [
            self._write_cell(c.heading, (*path, "columns", n), count, c.align, is_head=True)
            for n, c in enumerate(table.columns)
        ]
        rows = [_write_row(heads, is_head=True)]
        # By the first column of each cell above: how many rows it still covers; its width.
        covered: dict[int, tuple[int, int]] = {}
        for n, row in enumerate(table.rows):
            cells, column, own_cells = [], 0, iter(enumerate(row))
            while column < count:
                left, across = covered.get(column, (0, 0))
                if left:
                    merged = self._write_cell(
                        "", (), count, across=across, merge="continue"
                    )
                    cells.append(merged)
                else:
                    number, cell = next(own_cells)
                    left, across = cell.down, cell.across
                    place, align = (*path, "rows", n, number), table.columns[column].align
                    merge = "restart" if left > 1 else ""
                    cells.append(
                        self._write_cell(
                            cell.text, place, count, align, across=across, merge=merge
                        )
                    )
                covered[column] = left - 1, across
                column += across
            rows.append(_write_row(cells))
        yield self._write_table_element(rows, count)
        yield from self._write_notes_below(table, path)

    def _write_diagram(
        self, part: Timeline | Compare | Flow, path: FieldPath
    ) -> Iterator[str]:
        kind = "table" if isinstance(part, Compare) else "figure"
        yield from self._write_caption(kind, part, path)
        rows = list(diagram_rows(part))
        count, written = len(rows[0]), []
        if isinstance(part, Compare):
            cost = ("cost",) if part.has_costs else ()
            heads = (self.labels[head] for head in ("option", "who_acts", *cost, "by_when"))
            cells = [self._write_cell(head, (), count, is_head=True) for head in heads]
            written.append(_write_row(cells, is_head=True))
        for row in rows:
            places = [(text, (*path, *place) if place else ()) for text, place in row]
            written.append(_write_row([self._write_cell(*cell, count) for cell in places]))
        yield self._write_table_element(written, count)
        yield from self._write_notes_below(part, path)

    def _write_table_element(self, rows: Sequence[str], count: int) -> str:
        bidi = "<w:bidiVisual/>" if direction(self.text.language) == "rtl" else ""
        properties = f'{bidi}<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_BORDERS}'
        grid = f'<w:gridCol w:w="{_TABLE_WIDTH // count}"/>' * count
        return (
            f"<w:tbl><w:tblPr>{properties}</w:tblBorders></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )

    def _write_notes_below(
        self, part: Table | Timeline | Compare | Flow, path: FieldPath
    ) -> Iterator[str]:
        """Write note and source; without them an empty paragraph ends the table."""
        yield from self._write_keys(part, path, "note", "source")
        if not (part.note or part.source):
            yield _write_object("")

    def _write_cell(
        self,
        text: str,
        path: FieldPath,
        count: int,
        align: str = "text",
        *,
        across: int = 1,
        merge: str = "",
        is_head: bool = False,
    ) -> str:
        """Write a cell of a table with `count` columns."""
        style = "Brief Table Head" if is_head else "Brief Table Text"
        style = f"{style} Number" if align == "number" else style
        width = f'<w:tcW w:w="{_TABLE_WIDTH // count * across}" w:type="dxa"/>'
        span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
        vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
        paragraph = self.text.line(style, text, path)
        return f"<w:tc><w:tcPr>{width}{span}{vertical}</w:tcPr>{paragraph}</w:tc>"


def _write_row(cells: Sequence[str], *, is_head: bool = False) -> str:
    properties = "<w:trPr><w:tblHeader/></w:trPr>" if is_head else ""
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _write_object(run: str) -> str:
    """Write a paragraph of a chart or a picture."""
    return f'<w:p><w:pPr><w:pStyle w:val="Normal"/></w:pPr>{run}</w:p>'


def _bookmark_names(id: str | None) -> tuple[str, ...]:
    return (id_bookmark(id),) if id else ()
