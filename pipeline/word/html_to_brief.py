"""Turn the HTML of a Word document into the values of a language file.

Guesses, such as bold type read as a heading, and omitted content are listed. A required
text that the document lacks is written as "TO DO: …".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.content.validate.lifecycle import TO_DO
from pipeline.model.fields import FieldPath
from pipeline.model.schema import LanguageVersion
from pipeline.word.charts import WordChart
from pipeline.word.charts_and_pictures import (
    Values,
    caption_labels,
    chart_block,
    first_sentence,
    has_chart_or_picture,
    has_content,
    is_missing,
    is_short,
    move_extra_items,
    picture_values,
    place_of,
    plain_line,
    reference_values,
    take_charts_and_pictures,
)
from pipeline.word.diagrams import read_diagram
from pipeline.word.markdown import MarkdownWriter, excerpt, words_in
from pipeline.word.names import id_of_bookmark
from pipeline.word.tables import is_all_bold, read_table, single_cell, unbold

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Classes of paragraphs that are keys of an item of a list; some begin the item.
_LIST_OF = {
    **dict.fromkeys(("say", "because"), "key_messages"),
    **dict.fromkeys(("figure", "text"), "pull_figures"),
    **dict.fromkeys(("do", "detail"), "points_for_decision"),
}
_BEGINS = ("say", "figure", "do")
# Classes of paragraphs below a table, chart, picture or quote: keys of that part.
_KEYS_BELOW = ("who", "note", "source", "credit", "alt")
_KEYS_WITH_SOURCE = frozenset({"columns", "chart", "points", "options", "nodes", "figure"})
_BIG_FIGURE_DEFAULTS = {"text": f"{TO_DO}what it counts", "source": f"{TO_DO}its source"}
_LISTS = ("key_messages", "points_for_decision", "references")
_MAX_TITLE_LENGTH = 200


@dataclass
class BriefReader:
    """Reads the elements of a document in their order.

    `labels` are the strings of the language; `charts` are those of the document; `names`
    are the files of its pictures, "" for one that cannot be printed. `_target` is the last
    block, to which a source or note below it belongs; `_list` names the list being read.
    """

    writer: MarkdownWriter
    labels: Mapping[str, str]
    charts: Sequence[WordChart]
    names: Sequence[str]
    title: str
    brief: Values = field(default_factory=dict)
    _text: list[Element] = field(default_factory=list)
    _sections: list[Values] = field(default_factory=list)
    _caption: Values = field(default_factory=dict)
    _target: Values | None = None
    _list: str = ""
    _place: FieldPath | None = None

    def read(self, elements: Sequence[Element]) -> Values:
        """Return the values of the language file."""
        elements = [e for e in elements if has_content(e)]
        levels = self._choose_levels(elements)
        for element in elements:
            self._read_element(element, levels)
        self._restore_caption()
        self._end_text_block()
        return self._complete_brief()

    # Elements

    def _choose_levels(self, elements: Sequence[Element]) -> Mapping[str, str]:
        """Map the levels of headings to "title" or "section"; others become bold words."""
        used = [e.tag for e in elements if e.tag in _HEADINGS]
        levels = sorted({*used})
        has_title = any(e.get("class") == "title" for e in elements)
        is_title = len(levels) > 1 and levels[0] == used[0] and levels[0] not in used[1:]
        if is_title and not has_title:
            return {levels[0]: "title", levels[1]: "section"}
        return {levels[0]: "section"} if levels else {"strong": "section"}

    def _read_element(self, element: Element, levels: Mapping[str, str]) -> None:
        tag, kind = element.tag, element.get("class", "")
        if has_chart_or_picture(element):
            self._read_objects(element, levels)
        elif tag in _HEADINGS:
            self._read_heading(element, levels.get(tag, ""))
        elif tag == "table":
            self._read_table(element)
        elif tag == "div":
            self._read_part(element, kind)
        elif kind == "contents":
            self.writer.add_loss("a table of contents was left out")
        elif kind:
            self._read_styled(element, kind)
        elif self._list and (tag in ("ul", "ol") or self._list == "references"):
            self._end_text_block()
            self._read_items(element)
        elif tag == "p" and self._take_labelled_line(element):
            return
        elif tag == "p" and is_all_bold(element) and is_short(element):
            self._read_bold(element, levels)
        else:
            self._add_paragraph(element)

    def _add_paragraph(self, element: Element) -> None:
        """Add a paragraph to the text of its block, which the bookmark names."""
        self._restore_caption()
        place = place_of(element)
        if self._text and place and self._place and place != self._place:
            self._end_text_block()
        self._place = place or self._place
        self._text.append(element)

    def _read_bold(self, element: Element, levels: Mapping[str, str]) -> None:
        words = excerpt(words_in(element))
        if "strong" not in levels:
            self._text.append(element)
        elif "title" not in self.brief and not self._sections and not self._text:
            self.writer.guessed.append(f'"{words}" is bold and alone: taken for the title')
            self.brief["title"] = self.writer.line(element[0])
        else:
            self.writer.guessed.append(f'"{words}" is bold and alone: taken for a heading')
            self._read_heading(element[0], "section")

    def _read_heading(self, element: Element, level: str) -> None:
        element = unbold(element)
        list_headings = {self.labels[key].casefold(): key for key in _LISTS}
        list_name = list_headings.get(words_in(element).casefold(), "")
        if not level and not list_name:
            self._read_bold_heading(element)
            return
        self._restore_caption()
        self._end_text_block()
        self._target, self._list = None, list_name
        if level == "title" and "title" not in self.brief:
            self.brief["title"] = self.writer.line(element)
        elif self._list:
            self.brief.setdefault(self._list, [])
        else:
            self._add_section(self.writer.line(element), element)

    def _read_bold_heading(self, element: Element) -> None:
        """Write a heading of a lower level as bold words."""
        guess = "a brief has one level of headings: taken for bold words"
        self.writer.guessed.append(f'"{excerpt(words_in(element))}": {guess}')
        bold = ElementTree.Element("p")
        bold.append(element)
        bold[0].tag = "strong"
        self._add_paragraph(bold)

    def _add_section(self, heading: str, element: Element | None = None) -> None:
        self._sections.append({"heading": heading, **self._id_of(element), "blocks": []})

    def _id_of(self, element: Element | None) -> Values:
        marks = element.iter("a") if element is not None else ()
        ids = (id_of_bookmark(mark.get("id", ""), "id") for mark in marks)
        return next(({"id": id} for id in ids if id), {})

    # Blocks

    def _add_block(self, kind: str, value: Values | str) -> None:
        self._end_text_block()
        if not self._sections:
            self._add_section(f"{TO_DO}the heading of the first section")
        self._sections[-1]["blocks"].append({kind: value})
        self._target = value if isinstance(value, dict) else None

    def _end_text_block(self) -> None:
        """Write the paragraphs so far as a block of text, or the lead."""
        nodes, self._text = self._text, []
        if not (text := self.writer.prose(nodes)):
            return
        self._target = None
        if self._sections:
            self._sections[-1]["blocks"].append({"text": text})
        else:
            lead = self.brief.get("lead")
            self.brief["lead"] = f"{lead}\n\n{text}" if lead else text

    def _read_part(self, element: Element, kind: str) -> None:
        """Read a part that styles mark: the lead, a box or a side note."""
        self._restore_caption()
        self._end_text_block()
        titles = [e for e in element if e.get("class") == "title"]
        text = self.writer.prose(e for e in element if e not in titles)
        if kind == "lead":
            self.brief["lead"] = text
            return
        title = {"title": self._caption_words(titles[0])} if titles else {}
        if kind == "box" and not titles:
            title = {"title": f"{TO_DO}the title of the box"}
        text = text or f"{TO_DO}its words"
        self._add_block(kind, {**title, **self._id_of(element), "text": text})

    def _read_styled(self, element: Element, kind: str) -> None:
        line = self.writer.line
        if kind == "caption":
            self._end_text_block()
            self._assign_caption(element, self._caption_words(element))
        elif kind in ("title", "standfirst", "prepared_for"):
            if "title" in self.brief and kind == "title":
                self._text.append(element)
            else:
                words = line(unbold(element))
                if kind == "prepared_for":
                    words = self._without_label(words, kind)
                self.brief[kind] = words
        elif kind in _BEGINS:
            self._end_text_block()
            value = {kind: line(unbold(element))}
            if kind == "figure" and self._sections:
                value |= _BIG_FIGURE_DEFAULTS | self._id_of(element)
                self._add_block("big_figure", value)
            else:
                self.brief.setdefault(_LIST_OF[kind], []).append(value)
        elif kind == "text" and self._target and "figure" in self._target:
            self._target["text"] = line(element)
        elif items := self.brief.get(_LIST_OF.get(kind, "")):
            items[-1][kind] = line(element)
        elif kind == "reference":
            self._end_text_block()
            self._add_reference(element)
        elif kind == "quote":
            self._read_quote(element)
        elif kind == "subtitle" and self._caption:
            self._caption["subtitle"] = line(element)
        elif self._target is not None and kind in _KEYS_BELOW:
            # An alternative text is no Markdown.
            words = words_in(element) if kind == "alt" else line(element)
            self._target[kind] = self._without_label(words, kind)
        else:
            self._text.append(element)

    def _read_quote(self, element: Element) -> None:
        words, blocks = self.writer.line(element), self._sections[-1:]
        last = blocks[0]["blocks"][-1:] if blocks and not self._text else []
        if last and "quote" in last[0] and "who" not in last[0]["quote"]:
            last[0]["quote"]["text"] += f" {words}"
        else:
            self._add_block("quote", {"text": words})

    def _assign_caption(self, element: Element, title: str) -> None:
        """Assign a caption to the part above it, or to the next one if that has one."""
        target = self._target or {}
        if "file" in target and "caption" not in target:
            target.update(caption=title, **self._id_of(element))
        elif is_missing(target.get("title", "")) and title:
            target["title"] = title
        else:
            self._restore_caption()
            caption = {"title": title, **self._id_of(element), "element": element}
            self._caption, self._target = caption, None

    def _restore_caption(self) -> None:
        """Add a caption to the text if no table, chart or picture followed it."""
        if (caption := self._caption.pop("element", None)) is not None:
            self._text.append(caption)
        self._caption = {}

    def _take_labelled_line(self, element: Element) -> bool:
        """Add a line that begins with "Source:" or "Table 1." to its table or chart."""
        words = words_in(element)
        kind, title = self._split_label(element)
        if kind and len(words) <= _MAX_TITLE_LENGTH:
            self._end_text_block()
            self._assign_caption(element, title)
            return True
        for key in ("source", "note"):
            label = " ".join(self.labels[key].casefold().split())
            is_labelled = words.casefold().startswith(label)
            target: Values = self._target or {}
            if is_labelled and not self._text and target.keys() & _KEYS_WITH_SOURCE:
                text = self._without_label(self.writer.line(element), key)
                old = target.get(key, TO_DO)
                target[key] = text if is_missing(old) else f"{old} {text}"
                return True
        return False

    def _split_label(self, element: Element) -> tuple[str, str]:
        """Split "Table 1. Words" into the kind and the words."""
        names, pattern = caption_labels(self.labels)
        if not (match := re.match(pattern, words_in(element))):
            return "", ""
        line = self.writer.line(unbold(element))
        start = re.match(pattern, line)
        return names[match[2]], line[start.end() :] if start else line

    def _caption_words(self, element: Element) -> str:
        return self._split_label(element)[1] or self.writer.line(unbold(element))

    def _without_label(self, text: str, key: str) -> str:
        label = " ".join(self.labels.get(key, "").split()).rstrip(":： ")
        if label and text.casefold().startswith(label.casefold()):
            text = text[len(label) :].lstrip(":： \u00a0")
        return re.sub(r"^\[@([\w-]+)\]$", r"@\1", text) if key == "source" else text

    # Tables, pictures and charts

    def _take_caption(self) -> Values:
        caption, self._caption = self._caption, {}
        caption.pop("element", None)
        return {"title": caption.pop("title", "") or f"{TO_DO}what it shows", **caption}

    def _read_table(self, table: Element) -> None:
        place = place_of(table)
        if (diagram := read_diagram(self.writer, table))[0]:
            self._add_block(diagram[0], {**self._take_caption(), **diagram[1]})
        elif place and place[-1] in ("text", "lead"):
            self._add_paragraph(table)  # a table inside a text
        elif (cell := single_cell(table)) is not None:
            self._read_framed(cell)
        elif values := read_table(self.writer, table):
            self._end_text_block()
            note = {"note": values.pop("note")} if "note" in values else {}
            self._add_block("table", {**self._take_caption(), **values, **note})

    def _read_framed(self, cell: Element) -> None:
        first, *rest = list(cell)
        has_title = bool(rest) and is_short(first) and first.tag == "p"
        words = excerpt(words_in(first))
        self.writer.guessed.append(f'"{words}" is in a frame: taken for a box')
        title = self._caption_words(first) if has_title else f"{TO_DO}the title of the box"
        text = self.writer.prose(rest if has_title else list(cell)) or f"{TO_DO}its words"
        self._add_block("box", {"title": title, **self._id_of(cell), "text": text})

    def _read_objects(self, element: Element, levels: Mapping[str, str]) -> None:
        """Read charts and pictures as blocks, after a caption and before other words."""
        charts, pictures = take_charts_and_pictures(element)
        is_before = element.tag != "p" or element.get("class") == "caption"
        if is_before and has_content(element):
            self._read_element(element, levels)
        self._end_text_block()
        for image in pictures:
            if name := self.names[int(image.get("src", 0))]:
                values = picture_values(image, name, self._take_caption())
                self._add_block("picture", values)
        for chart in (self.charts[number] for number in charts):
            self._add_block(*chart_block(self.writer, chart, self._take_caption()))
        if has_content(element) and not is_before:
            self._read_element(element, levels)

    # Lists of a brief

    def _read_items(self, element: Element) -> None:
        for item in element.findall("li") or [element]:
            if self._list == "references":
                self._add_reference(item)
                continue
            keys = ("say", "because") if self._list == "key_messages" else ("do", "detail")
            first, rest = first_sentence(self.writer.line(item))
            values = {keys[0]: first, **({keys[1]: rest} if rest else {})}
            self.brief[self._list].append(values)

    def _add_reference(self, element: Element) -> None:
        references = self.brief.setdefault("references", [])
        ids = {reference["id"] for reference in references}
        references.append(reference_values(self.writer, element, ids))

    def _complete_brief(self) -> Values:
        brief, guessed = self.brief, self.writer.guessed
        if "title" not in brief:
            guessed.append("the document has no title: check what was written")
            brief["title"] = plain_line(self.writer, self.title) or f"{TO_DO}the title"
        for section in self._sections:
            if not section["blocks"]:
                section["blocks"].append({"text": f"{TO_DO}the text of this section"})
        if not self._sections:
            guessed.append("the document has no headings: add them")
            text = brief.pop("lead", f"{TO_DO}the text of this section")
            self._add_section(f"{TO_DO}the heading of the first section")
            self._sections[-1]["blocks"].append({"text": text})
        brief["sections"] = self._sections
        for value in brief.get("pull_figures", ()):
            value.setdefault("text", f"{TO_DO}what it counts")
        move_extra_items(brief, guessed)
        order = (key for key in LanguageVersion.model_fields if brief.get(key))
        return {key: brief[key] for key in order}
