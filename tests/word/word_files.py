"""Read briefs from Word files, and change the XML of such files, for tests."""

import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zipfile import ZipFile

from pipeline.design.strings import read_strings
from pipeline.project import Project
from pipeline.word.read_word import WordBrief, read_brief

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = Path(__file__).parent / "documents"
LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_AUTHOR = 'w:author="{}" w:date="2017-11-01T10:00:00Z"'
Parts = dict[str, bytes]


@cache
def labels(language: str) -> Mapping[str, str]:
    return read_strings(Project(ROOT), language)


def read(name: str, data: bytes, language: str = "en", *, accept: bool = True) -> WordBrief:
    """Read a Word file in a series of six languages."""
    others = [code for code in LANGUAGES if code != language]
    return read_brief(name, data, [language, *others], labels(language), accept)


def language_of(name: str) -> str:
    """The language of a document of the tests, by its name."""
    known = {"arabic": "ar", "chinese": "zh", "russian": "ru", "french": "fr"}
    return known.get(name.partition("-")[2], "en")


def unpack(data: bytes) -> Parts:
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_part(data: bytes, name: str, old: str, new: str) -> bytes:
    """Replace a text in a part, which must have it."""
    parts = unpack(data)
    text = parts[name].decode()
    assert old in text, old
    return pack({**parts, name: text.replace(old, new, 1).encode()})


def document(body: str, parts: Mapping[str, bytes] | None = None, links: str = "") -> bytes:
    """Make the smallest Word file with a body; `links` are more relationships of it."""
    main = (
        f'<Relationship Id="m" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    names = f'xmlns:w="{_W}" xmlns:r="{_OFFICE}"'
    xml = f"<w:document {names}><w:body>{body}</w:body></w:document>"
    return pack(
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{package}">{main}</Relationships>'.encode(),
            "word/document.xml": xml.encode(),
            "word/_rels/document.xml.rels": (
                f'<Relationships xmlns="{package}">{links}</Relationships>'.encode()
            ),
            **(parts or {}),
        }
    )


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def _run(words: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{words}</w:{tag}></w:r>' if words else ""


class Review:
    """A document on which reviewers work, as Word would write it."""

    def __init__(self, data: bytes) -> None:
        self.parts = unpack(data)
        self.xml = self.parts["word/document.xml"].decode()
        self.comments: list[str] = []
        self.number = 5000

    def change(self, old: str, new: str, who: str, *, context: str = "") -> None:
        """Replace words with tracked changes; `context` are words before them."""
        start, end, text = self._run_of(context + old)
        before, _, after = text.partition(context + old)
        self.number += 2
        author = _AUTHOR.format(who)
        deleted = f'<w:del w:id="{self.number}" {author}>{_run(old, "delText")}</w:del>'
        added = f'<w:ins w:id="{self.number + 1}" {author}>{_run(new)}</w:ins>'
        changed = (deleted if old else "") + (added if new else "")
        runs = _run(before + context) + changed + _run(after)
        self.xml = self.xml[:start] + runs + self.xml[end:]

    def comment(self, about: str, text: str, who: str) -> None:
        """Comment on the run that has some words."""
        start, end, _ = self._run_of(about)
        id = len(self.comments)
        self.comments.append(
            f'<w:comment w:id="{id}" {_AUTHOR.format(who)}>{paragraph(text)}</w:comment>'
        )
        run = self.xml[start:end]
        marked = f'<w:commentRangeStart w:id="{id}"/>{run}<w:commentRangeEnd w:id="{id}"/>'
        marked += f'<w:r><w:commentReference w:id="{id}"/></w:r>'
        self.xml = self.xml[:start] + marked + self.xml[end:]

    def add_paragraph(self, words: str, who: str, *, after: str) -> None:
        """Add a tracked paragraph after the one that has some words."""
        end = self.xml.index("</w:p>", self.xml.index(after)) + len("</w:p>")
        author = _AUTHOR.format(who)
        mark = f'<w:pPr><w:rPr><w:ins w:id="6000" {author}/></w:rPr></w:pPr>'
        new = f'<w:p>{mark}<w:ins w:id="6001" {author}>{_run(words)}</w:ins></w:p>'
        self.xml = self.xml[:end] + new + self.xml[end:]

    def type_over(self, old: str, new: str) -> None:
        """Replace words without tracking."""
        assert old in self.xml
        self.xml = self.xml.replace(old, new, 1)

    def _run_of(self, words: str) -> tuple[int, int, str]:
        runs = r"<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space=\"preserve\">([^<]*)"
        for match in re.finditer(runs + r"</w:t></w:r>", self.xml):
            if words in match[1]:
                return match.start(), match.end(), match[1]
        raise AssertionError(words)

    def save(self) -> bytes:
        names = f'<w:comments xmlns:w="{_W}">'
        link = f'<Relationship Id="c" Type="{_OFFICE}/comments" Target="comments.xml"/>'
        rels = "word/_rels/document.xml.rels"
        own = self.parts[rels].replace(
            b"</Relationships>", f"{link}</Relationships>".encode()
        )
        comments = f"{names}{''.join(self.comments)}</w:comments>"
        return pack(
            {
                **self.parts,
                "word/document.xml": self.xml.encode(),
                "word/comments.xml": comments.encode(),
                rels: own,
            }
        )
