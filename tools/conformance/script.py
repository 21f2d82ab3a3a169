"""Write the script of a brief: every text of its content, in reading order.

Input: the values of content. Output: plain phrases, without Markdown. Written from
the format (docs/authors.md), not from the templates: these check each other. What a page
adds of its own ("Figure 1.", the marks of lists) is not here; see `speech.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from babel import Locale
from markdown_it import MarkdownIt
from mdit_py_plugins.attrs import attrs_plugin

from pipeline.content.attached_yaml import export_printed_content
from pipeline.editions.code import make_code
from pipeline.html.charts.data_table import format_data, read_chart_data
from pipeline.html.text.cldr import format_date, format_day
from pipeline.model.diagrams import BigFigure, Compare, Flow, Timeline
from pipeline.model.fields import Localized, in_language
from pipeline.model.markdown import emphasis_rule, sole_citation
from pipeline.model.schema import (
    Block,
    Box,
    Contact,
    Edition,
    EditionFacts,
    Figure,
    LanguageVersion,
    Picture,
    PullFigure,
    Quote,
    Series,
    SideNote,
    Table,
)
from tools.conformance.corpus import interface_words

# Marks in a text: here a citation stands, here a footnote is called, and its words end.
_CITED, _NOTE_BEGINS, _NOTE_ENDS = "\ue000", "\ue001", "\ue002"
_CALL = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_NOTE = re.compile(r"^ *\[\^([^\]\s]+)\]: *(.+(?:\n(?! *\n| *\[\^).+)*)", re.M)
_CITATION = re.compile(r"\[@[^\]]+\]")
# Where a sentence ends: another one begins, or a note of this sentence is heard.
_SENTENCE_END = re.compile(
    "[.!?…؟]\\s*[”’»)]*(?=\\s+[«“(]?[^\\W\\d_a-zа-яà-ÿ]|$)|[。！？][”’」』）]*(?=.)"
)
_SAID = ("text", "softbreak", "hardbreak")
# Not the parser of the pipeline, but the same language, with [words]{lang=fr}.
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_MARKDOWN.use(attrs_plugin, spans=True, after=(), allowed=("lang",))
_MARKDOWN.inline.ruler.at("emphasis", emphasis_rule)


@dataclass(frozen=True)
class Phrase:
    """Words that are read together, and the role of an element around them, or ""."""

    text: str
    role: str = ""


def write_script(
    series: Series, edition: Edition, language: str, profile: str = "screen"
) -> list[Phrase]:
    """Write all texts of one document, in reading order."""
    said = _Script(series, edition, language, profile).document()
    return [phrase for phrase in said if phrase.text.strip()]


def phrases(markdown: str | None, role: str = "") -> Iterator[Phrase]:
    """Remove the Markdown of a text; a footnote follows the sentence of its call."""
    notes = {label: " ".join(t.split()) for label, t in _NOTE.findall(markdown or "")}
    text = _CITATION.sub(_CITED, _NOTE.sub("", markdown or ""))
    # The space lets a note begin with emphasis.
    text = _CALL.sub(lambda call: f"{_NOTE_BEGINS} {notes[call[1]]}{_NOTE_ENDS}", text)
    text = _CITATION.sub(_CITED, text)
    for block in _MARKDOWN.parse(text):
        said = (t.content or " " for t in block.children or () if t.type in _SAID)
        for part in re.split(
            f"({_NOTE_BEGINS}[^{_NOTE_ENDS}]*){_NOTE_ENDS}", _notes_later("".join(said))
        ):
            heard_as = "Note" if part.startswith(_NOTE_BEGINS) else role
            for words in part.removeprefix(f"{_NOTE_BEGINS} ").split(_CITED):
                yield Phrase(words, heard_as)


def _notes_later(text: str) -> str:
    """Put each note behind the sentence that calls it, or at the end of its paragraph."""
    before, begins, rest = text.partition(_NOTE_BEGINS)
    if not begins:
        return text
    note, _, rest = rest.partition(_NOTE_ENDS)
    note = _NOTE_BEGINS + note + _NOTE_ENDS
    if _SENTENCE_END.match(before[-1:] + rest.partition(_NOTE_BEGINS)[0]):
        return before + note + _notes_later(rest)
    rest = _notes_later(rest)
    found = _SENTENCE_END.search(rest)
    end = found.end() if found else len(rest)
    return before + _CITED + rest[:end] + note + rest[end:]


def plain(markdown: str | None) -> str:
    """Return the words of a line without structure."""
    return "".join(phrase.text for phrase in phrases(markdown))


def correction_labels(facts: EditionFacts, language: str) -> list[str]:
    """Name the corrections of an edition: "Corr. 1, 2 November 2017"."""
    words = interface_words(language)
    return [
        words["correction"].replace("{number}", str(number))
        + words["list_separator"]
        + format_day(correction.date, language)
        for number, correction in enumerate(facts.corrections, 1)
    ]


class _Script:
    """Writes the script of one document."""

    def __init__(
        self, series: Series, edition: Edition, language: str, profile: str
    ) -> None:
        self.series, self.edition, self.language = series, edition, language
        self.is_large = profile == "large"
        self.has_side_column = profile not in ("a5", "large")
        self.version: LanguageVersion = edition.versions[language]
        self.dated = format_date(edition.information_date, language)

    def document(self) -> Iterator[Phrase]:
        yield from self.head()
        for message in self.version.key_messages:
            yield from (*phrases(message.say, "LI"), *phrases(message.because, "LI"))
        yield from phrases(self.version.lead)
        for section in self.version.sections:
            yield from phrases(section.heading, "H2")
            yield from self.blocks(section.blocks)
        for point in self.version.points_for_decision:
            yield from (*phrases(point.do, "LI"), *phrases(point.detail, "LI"))
        for pull in self.version.pull_figures[len(self.on_cover()) :]:
            yield from (*phrases(pull.figure), *phrases(pull.text))
        if self.edition.facts.contact and not self.is_large:
            yield from self.contact(self.edition.facts.contact)
        for reference in self.version.references:
            yield from phrases(reference.text, "LI")
            yield Phrase(short(reference.url), "Link")
        yield from self.imprint()

    def on_cover(self) -> tuple[PullFigure, ...]:
        """The figure that stands on the cover, in the place of that beside the text."""
        is_there = self.edition.facts.cover.kind == "figure"
        return self.version.pull_figures[:1] if is_there else ()

    def head(self) -> Iterator[Phrase]:
        yield from self.local(self.series.publisher.name)
        yield from self.local(self.series.name)
        yield from phrases(self.version.title, "H1")
        yield from phrases(self.version.standfirst)
        for pull in self.on_cover():
            yield from (*phrases(pull.figure), *phrases(pull.text))
        yield Phrase(self.dated)
        yield from phrases(self.version.prepared_for)
        yield Phrase(self.edition.facts.symbol or "")
        yield from map(Phrase, correction_labels(self.edition.facts, self.language)[-1:])

    def contact(self, contact: Contact) -> Iterator[Phrase]:
        for text in (contact.name, contact.title, contact.unit):
            yield from self.local(text)
        yield from map(Phrase, filter(None, (contact.phone, contact.email, contact.web)))

    def blocks(self, blocks: tuple[Block, ...]) -> Iterator[Phrase]:
        """Write blocks. What stands beside a block is read before it.

        Without a side column it is read after the first paragraph of a text, or after
        another block.
        """
        for block, beside in with_beside(blocks):
            side = [phrase for other in beside for phrase in self.block(other)]
            if self.has_side_column or not beside:
                yield from (*side, *self.block(block))
            elif block.kind == "text":
                first, rest = divided(block.content)
                yield from (*phrases(first), *side, *phrases(rest))
            else:
                yield from (*self.block(block), *side)

    def block(self, block: Block) -> Iterator[Phrase]:
        match block.content:
            case Figure() as figure:
                yield from self.figure(figure)
            case Table() as table:
                yield from self.table(table)
            case Picture() as picture:
                yield Phrase(picture.alt, "Figure")
                yield from phrases(picture.caption, "Caption")
                yield from phrases(picture.credit, "Caption")
            case Box() as box:
                yield from (*phrases(box.title, "H3"), *phrases(box.text, "Aside"))
            case SideNote() as note:
                yield from (*phrases(note.title, "H3"), *phrases(note.text, "Aside"))
            case Quote() as quote:
                yield from phrases(quote.text, "BlockQuote")
                yield from phrases(quote.who, "BlockQuote")
            case BigFigure() as big:
                yield from (*phrases(big.figure), *phrases(big.text))
                yield Phrase(big.proportion.alt if big.proportion else "", "Figure")
                yield from self.note_and_source(big)
            case Timeline() as timeline:
                yield from self.caption(timeline)
                for point in timeline.points:
                    yield Phrase(format_date(point.date, self.language), "LI")
                    yield from phrases(point.text, "LI")
                yield from self.note_and_source(timeline)
            case Compare() as compare:
                yield from self.compare(compare)
            case Flow() as flow:
                yield from self.caption(flow)
                yield from (phrase for node in flow.nodes for phrase in phrases(node, "LI"))
                yield from (*phrases(flow.result), *phrases(flow.detail))
                yield from self.note_and_source(flow)
            case text:
                yield from phrases(text)

    def caption(self, part: Compare | Figure | Flow | Table | Timeline) -> Iterator[Phrase]:
        yield from phrases(part.title, "Caption")
        yield from phrases(part.subtitle, "Caption")

    def compare(self, compare: Compare) -> Iterator[Phrase]:
        yield from self.caption(compare)
        costs = ("cost",) if compare.has_costs else ()
        words = interface_words(self.language)
        for head in ("option", "who_acts", *costs, "by_when"):
            yield Phrase(words[head], "TH")
        for option in compare.options:
            yield from phrases(option.option, "TH")
            for key in ("who", *costs, "by"):
                yield from phrases(getattr(option, key) or "–", "TD")
        yield from self.note_and_source(compare)

    def table(self, table: Table) -> Iterator[Phrase]:
        yield from self.caption(table)
        for column in table.columns:
            yield from phrases(column.heading, "TH")
        for cell in (cell for row in table.rows for cell in row):
            yield from phrases(cell.text, "TR")
        yield from self.note_and_source(table)

    def figure(self, figure: Figure) -> Iterator[Phrase]:
        yield from self.caption(figure)
        yield Phrase(figure.alt, "Figure")
        if figure.show_data:
            file = figure.data.file
            rows = self.edition.data[file] if file else figure.data.rows
            data = read_chart_data(figure, rows, self.language)
            heads, *printed = format_data(figure, data, self.language)
            yield from (Phrase(head, "TH") for head in heads)
            for label, *values in printed:
                yield Phrase(label, "TH")
                yield from (Phrase(value, "TD") for value in values)
        yield from self.note_and_source(figure)

    def note_and_source(
        self, part: BigFigure | Compare | Figure | Flow | Table | Timeline
    ) -> Iterator[Phrase]:
        yield from phrases(part.note)
        texts = {reference.id: reference.text for reference in self.version.references}
        yield from phrases(texts.get(sole_citation(part.source or "") or "", part.source))

    def imprint(self) -> Iterator[Phrase]:
        series, facts = self.series, self.edition.facts
        address = series.url and f"{series.url}/{self.edition.folder}/{self.language}"
        if address:
            yield Phrase(interface_words(self.language)["qr"], "Figure")
        for text in (
            series.publisher.name,
            series.publisher.unit,
            series.publisher.address,
        ):
            yield from self.local(text)
        yield Phrase(short(address), "Link")
        yield Phrase(self.code())
        if facts.contact and self.is_large:
            yield from self.contact(facts.contact)
        yield Phrase(self.dated)
        yield Phrase(format_day(facts.issued, self.language) if facts.issued else "")
        yield Phrase(facts.symbol or "")
        others = (code for code in self.edition.languages if code != self.language)
        name = partial(Locale.get_display_name, locale=Locale.parse(self.language))
        yield from (Phrase(name(Locale.parse(code)) or "") for code in others)
        yield Phrase(series.licence or "")
        yield from self.local(facts.change_note)
        labels = correction_labels(facts, self.language)
        for label, correction in zip(labels, facts.corrections, strict=True):
            yield from (Phrase(label), *self.local(correction.note))
        yield from self.local(series.disclaimer)
        numbers = facts.identifiers
        for number in (numbers.isbn, numbers.doi, numbers.job_number):
            yield Phrase(number or "")

    def code(self) -> str:
        """The code of the edition, from its content as the pipeline makes it."""
        words = export_printed_content(self.edition, self.language)
        edition = self.edition
        return str(make_code(edition.slug, edition.information_date, self.language, words))

    def local(self, text: Localized | None) -> Iterator[Phrase]:
        if text:
            default = self.series.default_language
            yield from phrases(in_language(text, self.language, default)[0])


def with_beside(blocks: tuple[Block, ...]) -> list[tuple[Block, tuple[Block, ...]]]:
    """Pair each block with what is written before it to stand beside it."""
    pairs: list[tuple[Block, tuple[Block, ...]]] = []
    waiting: tuple[Block, ...] = ()
    for block in blocks:
        if block.is_in_side_column:
            waiting += (block,)
        else:
            pairs.append((block, waiting))
            waiting = ()
    if pairs:
        block, beside = pairs[-1]
        return [*pairs[:-1], (block, beside + waiting)]
    return [(block, ()) for block in waiting]


def divided(text: str) -> tuple[str, str]:
    """Divide a text after its first paragraph, not a list; each part has the notes."""
    notes = "\n\n".join(note[0] for note in _NOTE.finditer(text))
    first, _, rest = _NOTE.sub("", text).strip().partition("\n\n")
    if first.startswith("- "):
        return text, ""
    return f"{first}\n\n{notes}", f"{rest}\n\n{notes}"


def short(address: str | None) -> str:
    """A web address as it is printed."""
    return (address or "").removeprefix("https://").removeprefix("www.").rstrip("/")
