"""Write HTML of mammoth as Markdown of a brief: one paragraph, or prose.

The result is parsed again: where emphasis would be printed as asterisks, as beside a
quotation mark, it is left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipeline.content.pasted_text import without_invisible
from pipeline.model.markdown import SCHEMES, plain_text
from pipeline.model.scripts import language_of, script_of
from pipeline.word.names import id_of_bookmark

# Marks that are Markdown wherever they stand; "*" and "_" only beside a letter, and "_" not
# inside a word.
_ESCAPED = re.compile(
    r"[\\`\[\]~^|]|(?<!\s)\*|\*(?!\s)|_(?!(?<=\w_)\w)(?!(?<=\s_)\s)|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)|(?<![\w.@/\\-])@(?=[A-Za-z])"
)
# At the start of a line: marks of headings, lists, quotations and tables.
_AT_START = re.compile(
    r"^([-+*>=]|#{1,6})(?=\s|$)|^(-{2,}|={2,}|>)|^(\d{1,9})([.)])(?=\s|$)"
)
# An address that Markdown reads to its end: parentheses in it are in pairs.
_ADDRESS = re.compile(r"[^\s<>()\\]*(\([^\s<>()\\]*\)[^\s<>()\\]*)*")
# A noncharacter that encloses the id of a citation.
_CITATION_MARK = "\ufdd1"
_CITED = re.compile(rf"\\\[((?:{_CITATION_MARK}[\w-]+{_CITATION_MARK}(?:; ?)?)+)\\\]")
_LONE_CITATION = re.compile(rf"{_CITATION_MARK}([\w-]+){_CITATION_MARK}")
# The emphasized elements of a paragraph that are tried one by one; more would take long.
_MAX_EMPHASIS = 50
_BREAK = "\\\n"
# A paragraph that begins with a bullet as a character.
BULLET = re.compile(r"^[•◦▪▫‣⁃●○■□·\uf0a7\uf0b7\uf0d8\uf0fc\uf076\uf071\uf02d]\s*")


@dataclass
class MarkdownWriter:
    """Writes the texts of one document.

    `guessed` and `lost` list guesses and omitted content, as messages for the author.
    `codes` are the languages of the series, the first that of the text.
    """

    codes: Sequence[str]
    notes: Mapping[str, Element]
    guessed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def line(
        self,
        node: Element,
        mark_note: Callable[[str], str] | None = None,
        *,
        in_prose: bool = False,
    ) -> str:
        """Write a paragraph as one line; `in_prose` escapes what would begin a list.

        `mark_note` returns what is written in place of a reference to a note.
        """
        text = self._write_line(node, _Marks(mark_note or self._note_reporter(node)))
        return _escape_starts(text) if in_prose else text

    def _write_line(self, node: Element, no_marks: "_Marks") -> str:
        elements = [e for e in node.iter() if e.tag in ("em", "strong")][:_MAX_EMPHASIS]
        plain = _without_notes(self._write_inline(node, no_marks))
        all_marks = no_marks._replace(emphasis=tuple(elements))
        for marks in (all_marks, all_marks._replace(outside=False)):
            text = self._write_inline(node, marks)
            if _without_notes(text) == plain:
                return text
        self.add_loss(f'emphasis in "{excerpt(words_in(node))}" was left out')
        kept = no_marks
        for element in elements:
            marks = kept._replace(emphasis=(*kept.emphasis, element))
            if _without_notes(self._write_inline(node, marks)) == plain:
                kept = marks
        return self._write_inline(node, kept)

    def prose(self, nodes: Iterable[Element]) -> str:
        """Write paragraphs and lists, with the notes that they refer to."""
        labels: dict[str, str] = {}

        def mark_note(key: str) -> str:
            if key not in labels:
                labels[key] = self._note_label(key, len(labels) + 1)
            return f"[^{labels[key]}]"

        chunks: list[str] = []
        was_bullet = False
        for node in nodes:
            is_bullet = False
            if node.tag in ("ul", "ol"):
                text = "\n".join(self._write_items(node, "", mark_note))
            elif node.tag == "table":
                text = "\n".join(self._write_rows(node, mark_note))
            else:
                text = self.line(node, mark_note, in_prose=True)
                if is_bullet := bool(BULLET.match(text)):
                    text = f"- {BULLET.sub('', text)}"
            if is_bullet and was_bullet:
                chunks[-1] += f"\n{text}"
            else:
                chunks.append(text)
            was_bullet = is_bullet
        for key, label in labels.items():
            body = " ".join(self.line(p, in_prose=True) for p in self.note(key))
            chunks.append(f"[^{label}]: {body}")
        return "\n\n".join(chunk for chunk in chunks if chunk)

    def note(self, key: str) -> list[Element]:
        """The paragraphs of a note, those of lists too."""
        elements = self.notes[key].iter() if key in self.notes else ()
        return [e for e in elements if e.tag == "p" or (e.tag == "li" and e.text)]

    def _note_label(self, key: str, number: int) -> str:
        elements = self.notes[key].iter() if key in self.notes else ()
        ids = (id_of_bookmark(element.get("id", ""), "note") for element in elements)
        return next(filter(None, ids), str(number))

    def _note_reporter(self, node: Element) -> Callable[[str], str]:
        def report_note(key: str) -> str:
            note = " ".join(words_in(p) for p in self.note(key))
            self.add_loss(f'the note of "{excerpt(words_in(node))}" was left out: "{note}"')
            return ""

        return report_note

    def add_loss(self, message: str) -> None:
        """Add a message about omitted content for the author, once."""
        if message not in self.lost:
            self.lost.append(message)

    def _write_rows(self, table: Element, mark_note: Callable[[str], str]) -> Iterator[str]:
        """Write a table that came from prose, as Markdown."""
        for number, row in enumerate(table.iter("tr")):
            yield "| " + " | ".join(self.line(cell, mark_note) for cell in row) + " |"
            if number == 0:
                yield "|---" * len(row) + "|"

    def _write_items(
        self, node: Element, indent: str, mark_note: Callable[[str], str]
    ) -> Iterator[str]:
        for number, item in enumerate(node.findall("li"), 1):
            mark = f"{number}. " if node.tag == "ol" else "- "
            lists = [child for child in item if child.tag in ("ul", "ol")]
            for child in lists:
                item.remove(child)
            text = self.line(item, mark_note, in_prose=True)
            if text or lists:
                yield f"{indent}{mark}{text or '–'}"
            for child in lists:
                yield from self._write_items(child, indent + " " * len(mark), mark_note)

    def _write_inline(self, node: Element, marks: "_Marks") -> str:
        text = self._write_within(node, marks).replace("\t", " ")
        text = _CITED.sub(_write_citation, text)
        text = _LONE_CITATION.sub(r"[@\1]", text)
        lines = (" ".join(line.split()) for line in text.split(_BREAK))
        return _BREAK.join(line for line in lines if line)

    def _write_within(self, node: Element, marks: "_Marks") -> str:
        text = self._write_words(node.text or "", marks)
        for child in node:
            text += self._write_element(child, marks)
            text += self._write_words(child.tail or "", marks)
        return text

    def _write_element(self, node: Element, marks: "_Marks") -> str:
        tag, href = node.tag, node.get("href", "")
        if tag == "sup" and len(node) == 1 and "note-" in node[0].get("href", ""):
            return marks.mark_note(node[0].get("href", "")[1:])
        if tag == "br":
            return _BREAK
        if code := node.get("class", "").removeprefix("lang-") if tag == "span" else "":
            marks = marks._replace(scripts=False)
            inside = node[0] if len(node) == 1 else node
            is_emphasis = any(inside is element for element in marks.emphasis)
            if is_emphasis and marks.outside and _is_whole(node):
                mark = "*" if inside.tag == "em" else "**"
                words = self._write_within(inside, marks)
                return f"{mark}[{words}]{{lang={code}}}{mark}"
        body = self._write_within(node, marks)
        if not (core := body.strip()) or core == _BREAK.strip():
            return body
        lead = body[: len(body) - len(body.lstrip())]
        trail = body[len(body.rstrip()) :]
        if any(node is element for element in marks.emphasis) and _BREAK not in core:
            mark = "*" if tag == "em" else "**"
            core = f"{mark}{core}{mark}"
        elif tag in ("sub", "sup") and not re.search(r"[\s\[\]]", core):
            mark = "~" if tag == "sub" else "^"
            core = f"{mark}{core}{mark}"
        elif code:
            core = f"[{core}]{{lang={code}}}"
        elif tag == "a" and href:
            core = self._write_link(core, href)
        return f"{lead}{core}{trail}"

    def _write_link(self, words: str, href: str) -> str:
        if href.startswith("#"):
            if reference := id_of_bookmark(href[1:], "ref"):
                return f"{_CITATION_MARK}{reference}{_CITATION_MARK}"
            id = id_of_bookmark(href[1:], "id")
            return f"[{words}](#{id})" if id else words
        if not href.startswith(SCHEMES):
            message = f'the address of "{excerpt(words)}" was left out'
            self.add_loss(f"{message}, as it is not https: {href}")
            return words
        if not _ADDRESS.fullmatch(href):
            href = re.sub(r"[\s<>()\\]", lambda match: f"%{ord(match[0]):02X}", href)
        return f"[{words}]({href})"

    def _write_words(self, text: str, marks: "_Marks") -> str:
        """Escape words; mark those of another script with their language."""
        text = without_invisible(text).replace(_CITATION_MARK, "")
        if text.isascii() or not marks.scripts:
            return _escape_marks(text)
        runs: list[tuple[str, str]] = []
        for word in re.findall(r"\s+|\S+", text):
            code = next(filter(None, map(self._language_to_mark, word)), "")
            if runs and (runs[-1][0] == code or (not code and not word.strip())):
                runs[-1] = runs[-1][0], runs[-1][1] + word
            else:
                runs.append((code, word))
        return "".join(_mark_language(code, words) for code, words in runs)

    def _language_to_mark(self, letter: str) -> str:
        """The language to mark for a letter; "" for letters in the script of the text."""
        language = language_of(letter) if letter.isalpha() else ""
        text_script = script_of(self.codes[0])
        if not language or script_of(language) == text_script:
            return ""
        listed = (code for code in self.codes if script_of(code) == script_of(language))
        return next(listed, language)


class _Marks(NamedTuple):
    """How a text is marked.

    `mark_note` returns what is written in place of a reference to a note; `emphasis` are
    the elements that are written as emphasis. If a whole phrase in another language is
    emphasized, the marks are `outside` its brackets: `*[a]{lang=fr}*`. With `scripts` words
    of another script get the language of that script.
    """

    mark_note: Callable[[str], str]
    emphasis: tuple[Element, ...] = ()
    outside: bool = True
    scripts: bool = True


def _mark_language(code: str, words: str) -> str:
    if not code:
        return _escape_marks(words)
    core = words.strip()
    core = core.rstrip(",.;:") if words[-1:].isspace() else core
    before, _, after = words.partition(core)
    return f"{before}[{_escape_marks(core)}]{{lang={code}}}{after}"


def _is_whole(node: Element) -> bool:
    """Whether the first element in a node has all its words."""
    return words_in(node) == words_in(node[0])


def _escape_marks(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text)


def _escape_starts(text: str) -> str:
    """Escape what would begin a list or another block at the start of a line."""

    def escaped(match: re.Match[str]) -> str:
        return f"{match[3]}\\{match[4]}" if match[3] else f"\\{match[0]}"

    return _BREAK.join(_AT_START.sub(escaped, line) for line in text.split(_BREAK))


def _write_citation(match: re.Match[str]) -> str:
    return "[" + "; ".join(f"@{id}" for id in _LONE_CITATION.findall(match[1])) + "]"


def _without_notes(text: str) -> str:
    return plain_text(text, "citation", "footnote_ref")


def words_in(node: Element) -> str:
    """The words of an element."""
    return " ".join("".join(node.itertext()).split())


def excerpt(words: str) -> str:
    """Shorten words that a message quotes."""
    return words if len(words) <= 60 else f"{words[:57]}…"
