"""Read untrusted XML as a tree. Each element has its line in the file.

A file with a document type is refused, because that could declare entities. So is a file
with too many elements or levels. No other file is read.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.parsers.expat import errors

from pipeline.exchange.unit import file_error

MAX_ELEMENTS = 200_000
MAX_DEPTH = 50
_EXPORT_HINT = "export the file again, and ask for the translation in a copy of it"

_ENDS_EARLY = (
    errors.XML_ERROR_NO_ELEMENTS,
    errors.XML_ERROR_UNCLOSED_TOKEN,
    errors.XML_ERROR_PARTIAL_CHAR,
    errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
)


@dataclass
class XmlElement:
    """An element: its local name, attributes, line, and children in order."""

    name: str
    attributes: dict[str, str]
    line: int
    children: "list[XmlElement | str]" = field(default_factory=list)

    def elements(self, *names: str) -> "list[XmlElement]":
        """The child elements of some names."""
        children = (c for c in self.children if isinstance(c, XmlElement))
        return [child for child in children if child.name in names]

    def descendants(self, name: str) -> "list[XmlElement]":
        """List the descendants of a name in order, but none inside a listed one."""
        listed = []
        for child in self.children:
            if isinstance(child, XmlElement):
                listed += [child] if child.name == name else child.descendants(name)
        return listed


class _TreeReader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.stack = [XmlElement("", {}, 0)]
        self.count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def doctype(self, *_: object) -> None:
        message = "the file has a document type, which may define entities"
        raise file_error(self.file, self.parser.CurrentLineNumber, message, _EXPORT_HINT)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        line = self.parser.CurrentLineNumber
        if self.count > MAX_ELEMENTS or len(self.stack) > MAX_DEPTH:
            message = f"the file has more than {MAX_ELEMENTS:,} elements"
            if len(self.stack) > MAX_DEPTH:
                message = f"elements are nested deeper than {MAX_DEPTH} levels"
            raise file_error(self.file, line, message, _EXPORT_HINT)
        by_name = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = XmlElement(name.rpartition(" ")[2], by_name, line)
        self.stack[-1].children.append(element)
        self.stack.append(element)

    def end(self, _: str) -> None:
        self.stack.pop()

    def characters(self, text: str) -> None:
        self.stack[-1].children.append(text)


def _is_other_encoding(data: bytes) -> bool:
    """Whether the bytes are not UTF-8, and no other encoding is named."""
    named = re.search(rb"""^\s*<\?xml[^>]*encoding=["']([^"']+)""", data)
    try:
        data.decode()
    except UnicodeDecodeError:
        return named is None or named[1].lower() == b"utf-8"
    return False


def read_xml(file: str, data: bytes) -> XmlElement:
    """Read the root element. Raises PipelineError for a file that is not accepted."""
    reader = _TreeReader(file)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        message, hint = f"the file is not XML: {reason}", _EXPORT_HINT
        if reason in _ENDS_EARLY:
            message = "the file is cut off: its end is missing"
            hint = "ask the translator to send it again"
        elif reason == errors.XML_ERROR_INVALID_TOKEN and _is_other_encoding(data):
            message = "the file is not in UTF-8"
            hint = "ask the translator to send it again, in UTF-8"
        raise file_error(file, error.lineno, message, hint) from None
    except (LookupError, ValueError):  # an encoding that Python does not know
        message = "the encoding of the file is unknown"
        raise file_error(file, 1, message, _EXPORT_HINT) from None
    return next(c for c in reader.stack[0].children if isinstance(c, XmlElement))
