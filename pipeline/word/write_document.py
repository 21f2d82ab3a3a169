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
from pipeline.word.names import id_bookmark
from pipeline.word.write_chart import chart_run, picture_run, write_chart
from pipeline.word.write_text import TextWriter

# Keys whose text follows a label in the language of the brief.
_LABELLED = ("prepared_for", "note", "source")
_EDGE = '<w:{} w:val="single" w:sz="4" w:color="999999"/>'
_BORDERS = "".join(map(_EDGE.format, ("top", "bottom", "insideH")))


@dataclass
class DocumentWriter:
    """Writes the body of a document, and collects its charts and pictures.

    `data` are the rows of data files, `pictures` the files, by their names. `labels` are
    the strings of the language.
    """

    text: TextWriter
    labels: Mapping[str, str]
    data: Mapping[str, Sequence[DataRow]]
    pictures: Mapping[str, bytes]
    charts: list[str] = field(default_factory=list)
    shown_pictures: list[bytes] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def body(self, version: LanguageVersion) -> str:
        """Write the whole text in the order of the printed page."""
        return "".join(self._write_body(version))

    def _write_body(self, version: LanguageVersion) -> Iterator[str]:
        line = self.text.line
        yield line("Title", version.title, ("title",))
        yield from self._write_optional("Subtitle", version, "standfirst", ())
        yield from self._write_optional("Brief Prepared For", version, "prepared_for", ())
        if version.key_messages:
            yield self._write_heading("key_messages")
        for n, message in enumerate(version.key_messages):
            yield line("Brief Key Message", message.say, ("key_messages", n, "say"))
            place: FieldPath = ("key_messages", n)
            yield from self._write_optional(
                "Brief Key Message Reason", message, "because", place
            )
        for n, pull in enumerate(version.pull_figures):
            yield line("Brief Number", pull.figure, ("pull_figures", n, "figure"))
            yield line("Brief Number Text", pull.text, ("pull_figures", n, "text"))
        if version.lead:
            yield from self.text.prose("Brief Lead", version.lead, ("lead",))
        for n, section in enumerate(version.sections):
            place = ("sections", n, "heading")
            yield line(
                "heading 1", section.heading, place, bookmarks=_bookmark_names(section.id)
            )
            for number, block in enumerate(section.blocks):
                yield from self._write_block(block, ("sections", n, "blocks", number))
        if version.points_for_decision:
            yield self._write_heading("points_for_decision")
        for n, point in enumerate(version.points_for_decision):
            yield line("Brief Point", point.do, ("points_for_decision", n, "do"))
            place = ("points_for_decision", n)
            yield from self._write_optional("Brief Point Detail", point, "detail", place)
        if version.references:
            yield self._write_heading("references")
        for n, reference in enumerate(version.references):
            bookmarks = (id_bookmark(reference.id, is_reference=True),)
            url = f" [{reference.url}]({reference.url})" if reference.url else ""
            place = ("references", n, "text")
            yield line("Bibliography", f"{reference.text}{url}", place, bookmarks=bookmarks)

    def _write_heading(self, label: str) -> str:
        return self.text.words("heading 1", self.labels[label], ())

    def _write_optional(
        self, style: str, part: object, key: str, path: FieldPath
    ) -> Iterator[str]:
        if text := getattr(part, key):
            label = self.labels[key] if key in _LABELLED else ""
            before = f"{label} " if label else ""
            yield self.text.line(style, text, (*path, key), before=before)

    def _write_caption(self, kind: str, part: Any, path: FieldPath) -> str:
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        label = self.labels["numbered"].format(name=self.labels[kind], number=number)
        style = "Brief Box Title" if kind == "box" else "caption"
        bookmarks, path = _bookmark_names(part.id), (*path, "title")
        return self.text.line(
            style, part.title, path, before=f"{label} ", bookmarks=bookmarks
        )

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
            yield self._write_caption("box", content, path)
            yield from self.text.prose("Brief Box", content.text, (*path, "text"))
        elif isinstance(content, BigFigure):
            bookmarks, place = _bookmark_names(content.id), (*path, "figure")
            yield self.text.line("Brief Number", content.figure, place, bookmarks=bookmarks)
            yield self.text.line("Brief Number Text", content.text, (*path, "text"))
            yield from self._write_optional("Brief Note", content, "note", path)
            yield from self._write_optional("Brief Source", content, "source", path)
        elif isinstance(content, Timeline | Compare | Flow):
            yield from self._write_diagram(content, path)
        elif isinstance(content, SideNote):
            yield from self._write_optional("Brief Side Note Title", content, "title", path)
            yield from self.text.prose("Brief Side Note", content.text, (*path, "text"))
        else:
            yield self.text.line("Quote", content.text, (*path, "text"))
            yield from self._write_optional("Brief Quote Source", content, "who", path)

    def _write_figure(self, figure: Figure, path: FieldPath) -> Iterator[str]:
        file = figure.data.file
        rows = self.data[file] if file else figure.data.rows
        yield self._write_caption("figure", figure, path)
        yield from self._write_optional("Brief Unit", figure, "subtitle", path)
        self.charts.append(write_chart(figure, rows))
        run = chart_run(len(self.charts), figure.alt)
        yield f'<w:p><w:pPr><w:pStyle w:val="Normal"/></w:pPr>{run}</w:p>'
        yield self.text.words("Brief Alternative Text", figure.alt, (*path, "alt"))
        yield from self._write_optional("Brief Note", figure, "note", path)
        yield from self._write_optional("Brief Source", figure, "source", path)

    def _write_picture(self, picture: Picture, path: FieldPath) -> Iterator[str]:
        data = self.pictures.get(picture.file, b"")
        file = read_picture(picture.file, data)[0]
        if file and file.kind != "SVG":
            self.shown_pictures.append(data)
            width, height = (s / CSS_DPI * MM_PER_INCH for s in (file.width, file.height))
            scale = min(MAX_WIDTH_MM / width, MAX_HEIGHT_MM / height, 1)
            number = len(self.shown_pictures)
            run = picture_run(number, picture.alt, width * scale, height * scale)
            yield f'<w:p><w:pPr><w:pStyle w:val="Normal"/></w:pPr>{run}</w:p>'
        if picture.caption:
            place, bookmarks = (*path, "caption"), _bookmark_names(picture.id)
            yield self.text.line("caption", picture.caption, place, bookmarks=bookmarks)
        yield self.text.words("Brief Alternative Text", picture.alt, (*path, "alt"))
        yield from self._write_optional("Brief Credit", picture, "credit", path)

    def _write_table(self, table: Table, path: FieldPath) -> Iterator[str]:
        yield self._write_caption("table", table, path)
        yield from self._write_optional("Brief Unit", table, "subtitle", path)
        count = len(table.columns)
        heads = [
            self._write_cell(
                c.heading, (*path, "columns", n), 1, count, c.align, is_head=True
            )
            for n, c in enumerate(table.columns)
        ]
        rows = [f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{''.join(heads)}</w:tr>"]
        # Cells of rows above that extend into this row: column, remaining rows, width.
        covered: dict[int, tuple[int, int]] = {}
        for n, row in enumerate(table.rows):
            cells, column, number = [], 0, 0
            below: dict[int, tuple[int, int]] = {}
            while column < count:
                if column in covered:
                    left, across = covered.pop(column)
                    place = (*path, "rows", n, "covered", column)
                    cells.append(
                        self._write_cell("", place, across, count, "text", merge="continue")
                    )
                    if left > 1:
                        below[column] = left - 1, across
                elif number < len(row):
                    cell, place = row[number], (*path, "rows", n, number)
                    across = min(cell.across, count - column)
                    align = table.columns[column].align
                    merge = "restart" if cell.down > 1 else ""
                    cells.append(
                        self._write_cell(
                            cell.text, place, across, count, align, merge=merge
                        )
                    )
                    if cell.down > 1:
                        below[column] = cell.down - 1, across
                    number += 1
                else:
                    break
                column += across
            covered = below
            rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
        yield self._write_table_element(rows, count)
        yield from self._write_notes_below(table, path)

    def _write_diagram(
        self, part: Timeline | Compare | Flow, path: FieldPath
    ) -> Iterator[str]:
        yield self._write_caption(
            "table" if isinstance(part, Compare) else "figure", part, path
        )
        yield from self._write_optional("Brief Unit", part, "subtitle", path)
        rows = list(diagram_rows(part))
        count, written = len(rows[0]), []
        if isinstance(part, Compare):
            heads = (
                "option",
                "who_acts",
                *(("cost",) if part.has_costs else ()),
                "by_when",
            )
            cells = (
                self._write_cell(self.labels[head], (), 1, count, "text", is_head=True)
                for head in heads
            )
            written.append(f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>")
        for row in rows:
            cells = (
                self._write_cell(text, (*path, *place) if place else (), 1, count, "text")
                for text, place in row
            )
            written.append(f"<w:tr>{''.join(cells)}</w:tr>")
        yield self._write_table_element(written, count)
        yield from self._write_notes_below(part, path)

    def _write_table_element(self, rows: Sequence[str], count: int) -> str:
        bidi = "<w:bidiVisual/>" if direction(self.text.language) == "rtl" else ""
        properties = f'{bidi}<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_BORDERS}'
        grid = f'<w:gridCol w:w="{9070 // count}"/>' * count
        return (
            f"<w:tbl><w:tblPr>{properties}</w:tblBorders></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )

    def _write_notes_below(
        self, part: Table | Timeline | Compare | Flow, path: FieldPath
    ) -> Iterator[str]:
        yield from self._write_optional("Brief Note", part, "note", path)
        yield from self._write_optional("Brief Source", part, "source", path)
        if not (part.note or part.source):
            yield '<w:p><w:pPr><w:pStyle w:val="Normal"/></w:pPr></w:p>'

    def _write_cell(
        self,
        text: str,
        path: FieldPath,
        across: int,
        count: int,
        align: str,
        *,
        merge: str = "",
        is_head: bool = False,
    ) -> str:
        style = "Brief Table Head" if is_head else "Brief Table Text"
        style = f"{style} Number" if align == "number" else style
        place = () if merge == "continue" else path
        width = f'<w:tcW w:w="{9070 // count * across}" w:type="dxa"/>'
        span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
        vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
        paragraph = self.text.line(style, text, place)
        return f"<w:tc><w:tcPr>{width}{span}{vertical}</w:tcPr>{paragraph}</w:tc>"


def _bookmark_names(id: str | None) -> tuple[str, ...]:
    return (id_bookmark(id),) if id else ()
