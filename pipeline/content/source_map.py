"""Find the place in the content that a text on a page comes from.

A template gives the path of the part, such as "sections.1.blocks.0.figure". A prefix names
a file other than the language file: "edition:contact", "series:name". After "templates:" a
path is the tag of an element that a template of the project wrote.
"""

import re
from dataclasses import dataclass, field

from pipeline.content.yaml_source import Source, read_yaml
from pipeline.problems import Place
from pipeline.project import Project


@dataclass(frozen=True)
class SourceMap:
    """A search in the files of a project; each file is read once."""

    project: Project
    _sources: dict[str, Source | None] = field(default_factory=dict)

    def find(self, source: str, words: str, path: str = "") -> Place:
        """Find the place of `words` in a document, whose language file is `source`.

        With a `path`, search in that part only, or return the place of the part. Words that
        are not found have the language file as a whole as their place.
        """
        files = {
            "": source,
            "edition": f"{source.rpartition('/')[0]}/edition.yaml",
            "series": "content/series.yaml",
        }
        if path:
            prefix, _, keys = path.rpartition(":")
            if prefix == "templates":
                return self._find_in_templates(keys, words) or Place(source)
            file = files.get(prefix, source)
            if (part := self._source(file)) is None:
                return Place(file)
            steps = tuple(int(key) if key.isdigit() else key for key in keys.split("."))
            return part.find(steps, words) if words else part.key_place(steps)
        places = (self._find_in_file(file, words) for file in files.values() if words)
        return next(filter(None, places), Place(source))

    def _find_in_file(self, file: str, words: str) -> Place | None:
        source = self._source(file)
        for number, line in enumerate(source.lines if source else (), 1):
            if words in line and not line.lstrip().startswith("#"):
                return Place(file, number, line.index(words) + 1)
        return None

    def _find_in_templates(self, tag: str, words: str) -> Place | None:
        """Find the line of an own template with a tag and words, or with the tag."""
        folder = self.project.template_folders[0]
        found: list[tuple[bool, Place]] = []
        for path in sorted(folder.rglob("*.html")):
            lines = path.read_text("utf-8", "replace").split("\n")
            for number, line in enumerate(lines, 1):
                if match := re.search(rf"<{re.escape(tag)}\b", line, re.IGNORECASE):
                    place = Place(self.project.name_of(path), number, match.start() + 1)
                    found.append((not (words and words in line), place))
        return min(found, default=(False, None))[1]

    def _source(self, file: str) -> Source | None:
        if file not in self._sources:
            path = self.project.root / file
            data = path.read_bytes() if path.is_file() else b""
            self._sources[file], _ = read_yaml(file, data)
        return self._sources[file]
