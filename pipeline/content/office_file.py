"""Open a file of Excel or Word: an archive of XML parts that refer to each other.

It may be hostile. A part is read by its name in memory, never written to a folder; it is
rejected when it is over a limit or has a document type, which could declare entities.
No file outside the archive is ever opened: a target outside it is only a name.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from posixpath import join, normpath
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from pipeline.problems import PipelineError, Place, Problem, Rule

# A part of 16 MB has about 400,000 cells; reading it takes 2 s and 300 MB.
MAX_PART_BYTES = 16_000_000
# The two ways in which the standard lets a part be compressed.
_METHODS = (ZIP_STORED, ZIP_DEFLATED)
# The exceptions of zipfile: for wrong bytes, an early end, a wrong offset or name
# (ValueError), a password or an unknown version (RuntimeError), and a missing part.
_ARCHIVE_ERRORS = (BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, KeyError)
# The exceptions of the parser: for wrong XML, an unknown encoding, and a document type.
_XML_ERRORS = (ElementTree.ParseError, LookupError, ValueError)


@dataclass(frozen=True)
class OfficeFile:
    """A file as problems name it; and the hints if it is damaged, or too large."""

    name: str
    kind: str
    rule: Rule
    save_again: str
    make_smaller: str

    def error(self, message: str, hint: str = "") -> PipelineError:
        """Return an error of this file; the default hint is to make it smaller."""
        place = Place(self.name)
        return PipelineError(Problem(self.rule, place, message, hint or self.make_smaller))

    def damaged(self) -> PipelineError:
        """Return the error of a file that violates its format."""
        message = f"the {self.kind} is damaged, or has a password"
        return self.error(message, self.save_again)


class Relationship(NamedTuple):
    """The target of an `id` in a part: another part, or a target outside the archive."""

    id: str
    kind: str
    target: str
    is_external: bool


class NoDoctypeTree(ElementTree.TreeBuilder):
    """Build a tree; refuse a document type, which could declare entities."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise ValueError("a document type")


class OfficeParts:
    """The parts of an open file."""

    def __init__(self, file: OfficeFile, archive: ZipFile) -> None:
        self.file = file
        self._archive = archive
        self.names = frozenset(archive.namelist())

    def read(self, path: str, limit: int = MAX_PART_BYTES) -> bytes:
        """Read a part, of at most the size that the archive states."""
        with report_damage(self.file, *_ARCHIVE_ERRORS):
            info = self._archive.getinfo(path)
            if info.compress_type not in _METHODS:
                raise self.file.damaged()
            if info.file_size > limit:
                message = (
                    f"the {self.file.kind} holds {info.file_size / 1e6:,.0f} MB of data"
                )
                raise self.file.error(f"{message}; the limit is {limit / 1e6:,.0f} MB")
            return self._archive.read(path)

    def tree(self, path: str) -> Element:
        """Parse a part."""
        data = self.read(path)
        parser = ElementTree.XMLParser(target=NoDoctypeTree())  # noqa: S314 – has no document type
        with report_damage(self.file, *_XML_ERRORS):
            return ElementTree.fromstring(data, parser)  # noqa: S314 – the same

    def relationships(self, path: str) -> list[Relationship]:
        """List what a part refers to; "" is the archive as a whole."""
        folder, _, base = path.rpartition("/")
        name = join(folder, "_rels", f"{base}.rels")
        if name not in self.names:
            return []
        elements = self.tree(name)
        if any("Target" not in element.attrib for element in elements):
            raise self.file.damaged()
        return [_read_relationship(element, folder) for element in elements]


def _read_relationship(element: Element, folder: str) -> Relationship:
    target = element.attrib["Target"]
    if not (is_external := element.get("TargetMode") == "External"):
        target = normpath(join(f"/{folder}", target))[1:]
    kind = str(element.get("Type")).rpartition("/")[2]
    return Relationship(str(element.get("Id")), kind, target, is_external)


@contextmanager
def open_office_file(file: OfficeFile, content: bytes) -> Iterator[OfficeParts]:
    """Open a file from its bytes. Raises PipelineError, also when a part is read."""
    if not content.startswith(b"PK"):
        message = "this is another kind of file, or it has a password"
        if not content:
            message = "the file is empty"
        raise file.error(message, file.save_again)
    with report_damage(file, *_ARCHIVE_ERRORS):
        archive = ZipFile(BytesIO(content))
    with archive:
        yield OfficeParts(file, archive)


@contextmanager
def report_damage(file: OfficeFile, *damage: type[Exception]) -> Iterator[None]:
    """Turn exceptions that a damaged file raises into its problem."""
    try:
        yield
    except damage:
        raise file.damaged() from None
