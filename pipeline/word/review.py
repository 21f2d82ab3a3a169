"""Read the comments and tracked changes of a Word file with their places, in a worker.

They are listed as they are in the document; no text of the brief is changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from pipeline.content.office_file import OfficeParts, open_office_file
from pipeline.model.fields import FieldPath
from pipeline.word.names import place_of_bookmark
from pipeline.word.sanitize import attribute, is_element, local_name, main_part, word_file

_CONTEXT = 40  # characters that are kept of the words before a change
_CHANGES = {"ins": "new", "moveTo": "new", "del": "old", "moveFrom": "old"}
_NO_CHANGE = Element("none")
_TEXTS = {"t": "", "delText": "", "tab": " ", "br": " ", "noBreakHyphen": "-"}


@dataclass(frozen=True)
class Remark:
    """A comment, or a tracked change, of a reviewer.

    `path` is that of the text in the language file if a bookmark names it, `paragraph` its
    words before the changes. A change has `old` and `new` words, and the words `before` it;
    a comment has its `text` and the words `old` that it is about.
    """

    kind: str
    path: FieldPath
    paragraph: str
    who: str
    when: str
    old: str = ""
    new: str = ""
    text: str = ""
    before: str = ""


def read_remarks(name: str, content: bytes) -> list[Remark]:
    """List the remarks of a Word file in its order. Raises PipelineError."""
    with open_office_file(word_file(name), content) as parts:
        main = main_part(parts)
        by_kind = {r.kind: r.target for r in parts.relationships(main)}
        comments = _read_comments(parts, by_kind.get("comments", ""))
        remarks: list[Remark] = []
        for path in (main, by_kind.get("footnotes", ""), by_kind.get("endnotes", "")):
            if path in parts.names:
                reader = _RemarkReader(comments)
                remarks += reader.read(parts.tree(path))
        return remarks


def _read_comments(parts: OfficeParts, path: str) -> dict[str, Remark]:
    comments = {}
    for comment in parts.tree(path).findall("{*}comment") if path in parts.names else ():
        paragraphs = (p for p in comment.iter() if is_element(p, "p"))
        text = " ".join(" ".join(_words_of(p).split()) for p in paragraphs)
        who, when = attribute(comment, "author"), attribute(comment, "date")
        remark = Remark("comment", (), "", who, when, text=text.strip())
        comments[attribute(comment, "id")] = remark
    return comments


@dataclass
class _RemarkReader:
    """Reads the paragraphs of a part."""

    comments: Mapping[str, Remark]
    remarks: list[Remark] = field(default_factory=list)
    path: FieldPath = ()
    previous: str = ""
    # The remark of each comment whose words are being read, by its id.
    open_comments: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def read(self, root: Element) -> list[Remark]:
        for paragraph in root.iter():
            if is_element(paragraph, "p"):
                self._read_paragraph(paragraph)
        return self.remarks

    def _read_paragraph(self, paragraph: Element) -> None:
        starts = (e for e in paragraph.iter() if is_element(e, "bookmarkStart"))
        names = (attribute(start, "name") for start in starts)
        self.path = next(filter(None, map(place_of_bookmark, names)), self.path)
        pieces = list(_pieces_of(paragraph))
        words = "".join(words for words, kind, _ in pieces if kind != "new")
        paragraph_words = " ".join(words.split())
        base = Remark("change", self.path, paragraph_words or self.previous, "", "")
        self.previous = base.paragraph
        before, change = "", base
        for words, kind, element in pieces:
            if kind in ("start", "end", "reference"):
                self._read_comment_mark(kind, attribute(element, "id"), base)
                continue
            for index in self.open_comments.values():
                remark = self.remarks[index]
                if kind != "new":
                    self.remarks[index] = replace(remark, old=remark.old + words)
            who = attribute(element, "author")
            if kind in ("old", "new"):
                if change.who not in ("", who):
                    change = self._end_change(change, base)
                if not (change.old or change.new):
                    when = attribute(element, "date")
                    change = replace(change, who=who, when=when, before=before[-_CONTEXT:])
                change = replace(change, **{kind: getattr(change, kind) + words})
            elif words:
                change = self._end_change(change, base)
            before += words if kind != "new" else ""
        self._end_change(change, base)
        self._read_end_mark(paragraph, base, is_new=not paragraph_words)

    def _end_change(self, change: Remark, base: Remark) -> Remark:
        if change.old.strip() or change.new.strip():
            self.remarks.append(change)
        return base

    def _read_end_mark(self, paragraph: Element, base: Remark, *, is_new: bool) -> None:
        """Report that a paragraph was divided, or joined to the next one.

        The words of a paragraph that is new, or deleted as a whole, are listed instead.
        """
        has_kept_words = any(words and not kind for words, kind, _ in _pieces_of(paragraph))
        marks = (("ins", "begin a new paragraph"), ("del", "join the next paragraph"))
        for kind, text in marks:
            mark = paragraph.find(f"{{*}}pPr/{{*}}rPr/{{*}}{kind}")
            if mark is not None and has_kept_words and not is_new:
                who, when = attribute(mark, "author"), attribute(mark, "date")
                self.remarks.append(replace(base, who=who, when=when, text=text))

    def _read_comment_mark(self, kind: str, id: str, base: Remark) -> None:
        """Start or end a comment; one that has only a reference is about no words."""
        is_sole = kind == "reference" and id not in self.seen
        if (kind == "start" or is_sole) and (comment := self.comments.get(id)):
            self.open_comments[id] = len(self.remarks)
            remark = replace(comment, path=base.path, paragraph=base.paragraph)
            self.remarks.append(remark)
            self.seen.add(id)
        if kind == "end" or is_sole:
            self.open_comments.pop(id, None)


def _pieces_of(
    element: Element, kind: str = "", change: Element = _NO_CHANGE
) -> Iterator[tuple[str, str, Element]]:
    """Yield words, their kind ("old", "new", or "") and their change; and comment marks."""
    for child in element:
        name = local_name(str(child.tag))
        if name in _CHANGES:
            yield from _pieces_of(child, _CHANGES[name], child)
        elif name in ("commentRangeStart", "commentRangeEnd"):
            yield "", name.removeprefix("commentRange").lower(), child
        elif name == "commentReference":
            yield "", "reference", child
        elif name in _TEXTS:
            yield child.text or _TEXTS[name], kind, change
        elif name not in ("pPr", "rPr", "p", "AlternateContent", "instrText"):
            yield from _pieces_of(child, kind, change)


def _words_of(element: Element) -> str:
    return "".join(e.text or "" for e in element.iter() if is_element(e, "t"))
