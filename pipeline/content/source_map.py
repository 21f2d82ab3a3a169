"""Find the place in the content that a text on a page comes from.

A template gives the path of the part, such as "sections.1.blocks.0.figure". A prefix names
a file other than the language file: "edition:contact", "series:name". After "templates:" a
path is the tag of an element that a template of the project wrote.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from pipeline.content.yaml_source import Source, read_yaml
from pipeline.model.fields import FieldPath
from pipeline.problems import Place
from pipeline.project import Project

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class FoundText:
    """A text of the content: the place of its words, its path in the file, its value."""

    place: Place
    path: FieldPath
    text: str


def _files_by_prefix(source: str) -> dict[str, str]:
    """The files that a document is made from, by the prefix of a path."""
    return {
        "": source,
        "edition": f"{source.rpartition('/')[0]}/edition.yaml",
        "series": "content/series.yaml",
    }


def _split_path(source: str, path: str) -> tuple[str, FieldPath]:
    """Split the path that a template gives into a file and the path in it."""
    prefix, _, keys = path.rpartition(":")
    steps = tuple(int(key) if key.isdigit() else key for key in keys.split("."))
    return _files_by_prefix(source).get(prefix, source), steps


@dataclass(frozen=True)
class SourceMap:
    """A search in the files of a project; each file of the content is read once."""

    project: Project
    _sources: dict[str, Source | None] = field(default_factory=dict)

    def find(self, source: str, words: str, path: str = "") -> Place:
        """Find the place of `words` in a document, whose language file is `source`.

        With a `path`, search in that part only, or return the place of the part. Words that
        are not found have the language file as a whole as their place.
        """
        if path:
            prefix, _, keys = path.rpartition(":")
            if prefix == "templates":
                return self._find_in_templates(keys, words) or Place(source)
            file, steps = _split_path(source, path)
            if (part := self._read_source(file)) is None:
                return Place(file)
            return part.find(steps, words) if words else part.key_place(steps)
        files = _files_by_prefix(source).values()
        places = (self._find_in_file(file, words) for file in files if words)
        return next(filter(None, places), Place(source))

    def find_text(self, source: str, printed: str, path: str) -> "FoundText | None":
        """Find the text of the content that was `printed` in the part at `path`.

        The printed text has other quotation marks and spaces, no Markdown, and may be one
        paragraph of several. So this is the text of the part that shares most words with
        it; None if fewer than half of its words are in it, as for a word of a template.
        """
        file, steps = _split_path(source, path)
        part, words = self._read_source(file), _WORD.findall(printed.replace("\u00ad", ""))
        if part is None or not words:
            return None
        texts = [
            (found, value)
            for found, value in part.walk()
            if isinstance(value, str) and found[: len(steps)] == steps
        ]

        def count_shared(text: tuple[FieldPath, str]) -> int:
            return (Counter(words) & Counter(_WORD.findall(text[1]))).total()

        best, value = max(texts, key=count_shared, default=((), ""))
        if 2 * count_shared((best, value)) < len(words):
            return None
        phrases = (
            " ".join(words[i : i + size])
            for size in (3, 2)  # Markdown may interrupt every phrase of three words
            for i in range(max(1, len(words) - size + 1))
        )
        start = part.place(best)
        matches = ((part.find(best, phrase), phrase) for phrase in phrases)
        places = (p for p, phrase in matches if p != start or value.startswith(phrase))
        return FoundText(next(places, start), best, value)

    def _find_in_file(self, file: str, words: str) -> Place | None:
        source = self._read_source(file)
        for number, line in enumerate(source.lines if source else (), 1):
            if words in line and not line.lstrip().startswith("#"):
                return Place(file, number, line.index(words) + 1)
        return None

    def _find_in_templates(self, tag: str, words: str) -> Place | None:
        """Find a line of the project's templates with a tag and words, or with the tag."""
        folder = self.project.template_folders[0]
        matches: list[tuple[bool, Place]] = []
        for path in sorted(folder.rglob("*.html")):
            lines = path.read_text("utf-8", "replace").split("\n")
            for number, line in enumerate(lines, 1):
                if match := re.search(rf"<{re.escape(tag)}\b", line, re.IGNORECASE):
                    place = Place(self.project.name_of(path), number, match.start() + 1)
                    matches.append((not (words and words in line), place))
        return min(matches, default=(False, None))[1]

    def _read_source(self, file: str) -> Source | None:
        if file not in self._sources:
            path = self.project.root / file
            data = path.read_bytes() if path.is_file() else b""
            self._sources[file], _ = read_yaml(file, data)
        return self._sources[file]
