"""Write Markdown of a brief as paragraphs of Word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from markdown_it.token import Token

from pipeline.model.fields import FieldPath, Line
from pipeline.model.markdown import notes_start, parse_markdown, sole_citation
from pipeline.model.scripts import direction, text_direction
from pipeline.word.names import LANGUAGE_STYLE, id_bookmark, place_bookmark

# The numbering of bullets; each numbered list has one of its own after it.
BULLETS = 1
# Formats of a run, in the order of the schema.
_FORMATS = {
    "strong": "<w:b/><w:bCs/>",
    "em": "<w:i/><w:iCs/>",
    "sub": '<w:vertAlign w:val="subscript"/>',
    "sup": '<w:vertAlign w:val="superscript"/>',
}


# A table inside prose: it has no title and no merged cells.
_WIDTH = '<w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>'
_TABLE = {
    "table_open": '<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/></w:tblPr>',
    "tr_open": "<w:tr>",
    "th_open": f"<w:tc>{_WIDTH}",
    "td_open": f"<w:tc>{_WIDTH}",
    "th_close": "</w:tc>",
    "td_close": "</w:tc>",
    "tr_close": "</w:tr>",
    "table_close": "</w:tbl>",
}


class _RunFormat(NamedTuple):
    """The format of a run: bold and others, its language, and its link."""

    formats: tuple[str, ...] = ()
    language: str = ""
    link: str = ""


@dataclass
class TextWriter:
    """Writes the texts of one document; collects its notes, addresses and lists.

    `references` are the ids of the list of references, in its order.
    """

    language: str
    references: Sequence[str]
    notes: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    lists: int = BULLETS
    languages: set[str] = field(default_factory=set)
    _bookmarks: int = 0
    _notes_by_id: dict[int, Token] = field(default_factory=dict)

    def line(
        self,
        style: str,
        text: str,
        path: FieldPath,
        *,
        before: str = "",
        bookmarks: Sequence[str] = (),
    ) -> str:
        """Write a paragraph of one line; `before` is a label."""
        if id := sole_citation(text):
            text = f"[@{id}]"
        tokens = parse_markdown(Line(text))
        inline = next((t for t in tokens if t.type == "inline"), None)
        runs = self._write_runs(inline.children or [] if inline else [], path)
        label = self._write_run(before, _RunFormat()) if before else ""
        return self._write_paragraph(style, label, runs, path, 0, bookmarks)

    def prose(self, style: str, text: str, path: FieldPath) -> Iterator[str]:
        """Write paragraphs, lists and tables."""
        tokens = parse_markdown(text)
        start = notes_start(tokens)
        self._notes_by_id = dict(_note_bodies(tokens[start:]))
        lists: list[int] = []
        part, is_item = 0, False
        for token in tokens[:start]:
            if token.type in ("bullet_list_open", "ordered_list_open"):
                if token.type == "ordered_list_open":
                    self.lists += 1
                lists.append(BULLETS if token.type[0] == "b" else self.lists)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                lists.pop()
            elif token.type == "list_item_open":
                is_item = True
            elif token.type in _TABLE:
                yield _TABLE[token.type]
                if token.type == "table_open":
                    yield _table_grid(tokens[tokens.index(token) :])
            elif token.type == "inline":
                runs = self._write_runs(token.children or [], path)
                numbering = _write_numbering(lists) if lists and is_item else ""
                yield self._write_paragraph(style, "", runs, path, part, (), numbering)
                part, is_item = part + 1, False

    def words(self, style: str, text: str, path: FieldPath) -> str:
        """Write a paragraph of plain words."""
        run = self._write_run(text.replace("\n", " "), _RunFormat())
        return self._write_paragraph(style, "", run, path, 0, ())

    # Runs

    def _write_runs(self, tokens: Sequence[Token], path: FieldPath) -> str:
        out: list[str] = []
        formats = [_RunFormat()]
        for is_text, group in groupby(tokens, lambda t: t.type in ("text", "softbreak")):
            if is_text:
                words = "".join(token.content or " " for token in group)
                out.append(self._write_run(words, formats[-1]))
                continue
            for token in group:
                current = formats[-1]
                if token.nesting < 0:
                    formats.pop()
                    out += ["</w:hyperlink>"] if token.type == "link_close" else []
                elif token.type == "link_open":
                    href = str(token.attrGet("href") or "")
                    formats.append(current._replace(link=href))
                    out.append(self._write_link_start(href))
                elif token.type == "span_open":
                    language = str(token.attrGet("lang") or "")
                    formats.append(current._replace(language=language))
                elif token.nesting > 0:
                    formats.append(current._replace(formats=(*current.formats, token.tag)))
                elif token.type == "citation":
                    out.append(self._write_citation(token.meta["ids"], current))
                elif token.type == "footnote_ref":
                    out.append(self._write_note(token, path))
                elif token.type == "hardbreak":
                    out.append("<w:r><w:br/></w:r>")
        return "".join(out)

    def _write_run(self, words: str, run_format: _RunFormat) -> str:
        style = ""
        if run_format.language:
            self.languages.add(run_format.language)
            name = LANGUAGE_STYLE.format(run_format.language)
            style = f"<w:rStyle w:val={quoteattr(style_id(name))}/>"
        elif run_format.link:
            style = '<w:rStyle w:val="Hyperlink"/>'
        formats = "".join(xml for tag, xml in _FORMATS.items() if tag in run_format.formats)
        is_rtl = (
            text_direction(words, direction(run_format.language or self.language)) == "rtl"
        )
        properties = f"{style}{formats}{'<w:rtl/>' if is_rtl else ''}"
        start = f"<w:rPr>{properties}</w:rPr>" if properties else ""
        return f'<w:r>{start}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'

    def _write_link_start(self, href: str) -> str:
        if href.startswith("#"):
            return f'<w:hyperlink w:anchor="{id_bookmark(href[1:])}">'
        if href not in self.addresses:
            self.addresses.append(href)
        return f'<w:hyperlink r:id="link{self.addresses.index(href) + 1}">'

    def _write_citation(self, ids: Sequence[str], run_format: _RunFormat) -> str:
        links = []
        for id in ids:
            number = self.references.index(id) + 1 if id in self.references else 0
            run = self._write_run(str(number or id), run_format._replace(link="#"))
            anchor = id_bookmark(id, "ref")
            links.append(f'<w:hyperlink w:anchor="{anchor}">{run}</w:hyperlink>')
        start, between, end = (
            self._write_run(mark, run_format) for mark in ("[", "; ", "]")
        )
        return start + between.join(links) + end

    def _write_note(self, token: Token, path: FieldPath) -> str:
        number, label = len(self.notes) + 1, str(token.meta["label"])
        self.notes.append("")  # reserves the number
        body = self._notes_by_id.get(token.meta["id"])
        runs = self._write_runs(body.children or [] if body else [], path)
        run = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>{}</w:r>'
        before = run.format("<w:footnoteRef/>") + self._write_run(" ", _RunFormat())
        names = (id_bookmark(label, "note"),)
        part = 1000 + number  # unlike that of any paragraph of the text
        paragraph = self._write_paragraph("footnote text", before, runs, path, part, names)
        self.notes[number - 1] = f'<w:footnote w:id="{number}">{paragraph}</w:footnote>'
        return run.format(f'<w:footnoteReference w:id="{number}"/>')

    # Paragraphs

    def _write_paragraph(
        self,
        style: str,
        before: str,
        runs: str,
        path: FieldPath,
        part: int,
        bookmarks: Sequence[str],
        numbering: str = "",
    ) -> str:
        bidi = "<w:bidi/>" if direction(self.language) == "rtl" else ""
        names = (*bookmarks, *((place_bookmark(path, part),) if path else ()))
        starts, ends = "", ""
        for name in names:
            self._bookmarks += 1
            starts += (
                f'<w:bookmarkStart w:id="{self._bookmarks}" w:name={quoteattr(name)}/>'
            )
            ends += f'<w:bookmarkEnd w:id="{self._bookmarks}"/>'
        properties = f"<w:pStyle w:val={quoteattr(style_id(style))}/>{numbering}{bidi}"
        return f"<w:p><w:pPr>{properties}</w:pPr>{before}{starts}{runs}{ends}</w:p>"


def style_id(name: str) -> str:
    """Make the id of a style from its name."""
    return "".join(word[:1].upper() + word[1:] for word in name.replace("-", " ").split())


def _write_numbering(lists: Sequence[int]) -> str:
    level = f'<w:ilvl w:val="{len(lists) - 1}"/><w:numId w:val="{lists[-1]}"/>'
    return f"<w:numPr>{level}</w:numPr>"


def _table_grid(table: Sequence[Token]) -> str:
    """The columns of a table: as many as its first row has cells."""
    ends = (n for n, token in enumerate(table) if token.type == "tr_close")
    count = sum(token.type == "th_open" for token in table[: next(ends)])
    return f"<w:tblGrid>{'<w:gridCol/>' * count}</w:tblGrid>"


def _note_bodies(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    id = 0
    for token in tokens:
        if token.type == "footnote_open":
            id = token.meta["id"]
        elif token.type == "inline":
            yield id, token
