"""Compare two pieces of printed HTML, and mark what changed by <ins> and <del>.

The pieces come from the renderer of Markdown. Blocks are paired by similarity, their words
are compared as in `redline/words.py`. The result is well formed: each word has the inline
elements around it, and they are opened again after a mark. A link inside a deletion is left
out, since its target may have been deleted.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from markupsafe import Markup

from pipeline.redline.redlined import Redlined
from pipeline.redline.words import Word, align, diff_words, similarity, split_words

_BLOCKS = {
    *("p", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td")
}
_VOID_ELEMENTS = {"br", "wbr", "img"}
# Classes of elements that are compared as one word: their content is not part of the
# sentence.
_ATOMIC = {"citations", "footnote"}
_NOTE_START = '<span class="footnote">'
_LINK = re.compile(r"</?a\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
# A citation is compared by its target, since its number may change.
_CITATION = re.compile(r'<a class="citation" href="([^"]*)"[^>]*>[^<]*</a>')
_MARK_TAGS = {"-": "del", "+": "ins"}


@dataclass
class _HtmlBlock:
    """A block element with its children; one without a tag is a line of words."""

    start: str = ""
    tag: str = ""
    children: "list[_HtmlBlock]" = field(default_factory=list)
    line: list[Word] = field(default_factory=list)

    @property
    def words(self) -> list[Word]:
        """All words of the block."""
        return [*self.line, *(word for child in self.children for word in child.words)]


def mark_changes(text: Redlined, render: Callable[[str], str]) -> Markup:
    """Render the old and the new words of a text, marked."""
    old, new = ("" if side is None else render(side) for side in (text.old, text.new))
    return Markup(diff_html(old, new))  # noqa: S704 – of two escaped pieces


def diff_html(old: str, new: str) -> str:
    """Mark what changed from one piece of HTML to another."""
    return "".join(_diff_blocks(_read_html(old).children, _read_html(new).children))


def _diff_blocks(old: Sequence[_HtmlBlock], new: Sequence[_HtmlBlock]) -> Iterator[str]:
    before = ""
    for a, b in align(old, new, _block_similarity):
        html = _diff_block(a, b)
        is_line = not (b or a or _HtmlBlock()).tag
        yield f" {html}" if is_line and before.endswith("</del>") else html
        before = html


def _diff_block(old: _HtmlBlock | None, new: _HtmlBlock | None) -> str:
    block = new or old or _HtmlBlock()
    if not block.tag:
        return _diff_line(old.line if old else [], new.line if new else [])
    pair = (old.children if old else []), (new.children if new else [])
    if old and new and block.tag == "tr":  # as many cells, see _block_similarity
        inner = "".join(_diff_block(a, b) for a, b in zip(*pair, strict=True))
    else:
        inner = "".join(_diff_blocks(*pair))
    return f"{block.start}{inner}</{block.tag}>"


def _block_similarity(old: _HtmlBlock, new: _HtmlBlock) -> float:
    """The similarity of two blocks; 0 if their tags or numbers of columns differ."""
    if old.tag != new.tag or _columns(old) != _columns(new):
        return 0.0
    if old.tag in ("thead", "tbody"):
        return 1.0
    return similarity(old.words, new.words)


def _columns(block: _HtmlBlock) -> int:
    """The number of cells of a row, or of the first row of a table."""
    while block.tag in ("table", "thead", "tbody") and block.children:
        block = block.children[0]
    return len(block.children) if block.tag == "tr" else 0


def _diff_line(old: Sequence[Word], new: Sequence[Word]) -> str:
    parts: list[str] = []
    for kind, words in diff_words(*_pair_notes(old, new)):
        html = _html_of(words) if kind == "=" else _mark_words(_MARK_TAGS[kind], words)
        if parts and parts[-1].endswith("</del>") and html.startswith("<ins>"):
            parts.append(" ")
        parts.append(html)
    return "".join(parts)


def _pair_notes(old: Sequence[Word], new: Sequence[Word]) -> tuple[list[Word], list[Word]]:
    """Pair the similar footnotes of two lines; mark the changes inside each pair."""
    old_notes, new_notes = (
        [word for word in line if word.text.startswith(_NOTE_START)] for line in (old, new)
    )
    paired = {}
    for a, b in align(old_notes, new_notes, _note_similarity):
        if a and b:
            inner = diff_html(_note_html(a), _note_html(b))
            paired[a.text] = Word(b.key, a.text, a.open_tags)
            paired[b.text] = Word(b.key, f"{_NOTE_START}{inner}</span>", b.open_tags)
    old_line, new_line = (
        [paired.get(word.text, word) for word in line] for line in (old, new)
    )
    return old_line, new_line


def _note_html(note: Word) -> str:
    return note.text.removeprefix(_NOTE_START).removesuffix("</span>")


def _note_similarity(old: Word, new: Word) -> float:
    return similarity(*(_read_html(_note_html(note)).words for note in (old, new)))


def _mark_words(tag: str, words: Sequence[Word]) -> str:
    """Mark words; spaces at the ends stay outside, and notes are marked inside."""
    if tag == "del":
        words = [_without_link(word) for word in words]
    printed = [i for i, word in enumerate(words) if not word.is_space]
    if not printed:
        return _html_of(words)
    first, end = printed[0], printed[-1] + 1
    parts, marked = [_html_of(words[:first])], list[Word]()
    for word in words[first:end]:
        if word.text.startswith(_NOTE_START):
            note = f"{_NOTE_START}{_wrap(tag, _note_html(word))}</span>"
            parts += [_wrap(tag, _html_of(marked)), note]
            marked = []
        else:
            marked.append(word)
    return "".join([*parts, _wrap(tag, _html_of(marked)), _html_of(words[end:])])


def _wrap(tag: str, html: str) -> str:
    return f"<{tag}>{html}</{tag}>" if html.strip() else html


def _without_link(word: Word) -> Word:
    open_tags = tuple(start for start in word.open_tags if not start.startswith("<a "))
    return Word(word.key, _LINK.sub("", word.text), open_tags)


def _html_of(words: Sequence[Word]) -> str:
    """Write words; elements around two consecutive words are not closed between them."""
    parts: list[str] = []
    opened: tuple[str, ...] = ()
    for word in (*words, Word("", "")):
        shared = 0
        while opened[shared : shared + 1] == word.open_tags[shared : shared + 1] != ():
            shared += 1
        parts += [f"</{_tag_name(start)}>" for start in reversed(opened[shared:])]
        parts += [*word.open_tags[shared:], word.text]
        opened = word.open_tags
    return "".join(parts)


def _tag_name(start: str) -> str:
    return re.split(r"[\s>]", start[1:], maxsplit=1)[0]


def _read_html(html: str) -> _HtmlBlock:
    reader = _HtmlReader()
    reader.feed(html)
    reader.close()
    return reader.root


class _HtmlReader(HTMLParser):
    """Reads HTML into blocks and words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _HtmlBlock()
        self.blocks = [self.root]
        self.open_tags: list[str] = []
        # The number of open elements of an atomic element, and its HTML so far.
        self.depth, self.atomic_html = 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, an inline element, or a part of an atomic element."""
        start = self.get_starttag_text() or ""
        if self.depth or dict(attrs).get("class") in _ATOMIC or tag in _VOID_ELEMENTS:
            self.atomic_html += start
            self.depth += tag not in _VOID_ELEMENTS
            self._end_atomic()
        elif tag in _BLOCKS:
            block = _HtmlBlock(start, tag)
            self.blocks[-1].children.append(block)
            self.blocks.append(block)
        else:
            self.open_tags.append(start)

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        if self.depth:
            self.atomic_html += f"</{tag}>"
            self.depth -= 1
            self._end_atomic()
        elif tag in _BLOCKS:
            self.blocks.pop()
        else:
            self.open_tags.pop()

    def handle_data(self, data: str) -> None:
        """Add words to the line of the block."""
        if self.depth:
            self.atomic_html += escape(data, quote=False)
        elif data.strip() or self._has_line:  # what is between blocks is no text
            words = split_words(data)
            self._add_words(*(w._replace(text=escape(w.text, quote=False)) for w in words))

    def _end_atomic(self) -> None:
        if not self.depth:
            key = " ".join(_TAG.sub("", _CITATION.sub(r"\1", self.atomic_html)).split())
            self._add_words(Word(key or self.atomic_html, self.atomic_html))
            self.atomic_html = ""

    @property
    def _has_line(self) -> bool:
        children = self.blocks[-1].children
        return bool(children) and not children[-1].tag

    def _add_words(self, *words: Word) -> None:
        children = self.blocks[-1].children
        if not self._has_line:
            children.append(_HtmlBlock())
        children[-1].line += [
            word._replace(open_tags=tuple(self.open_tags)) for word in words
        ]
