"""Look at an SVG picture before it is set: safe, and drawn as it is meant.

Bytes in, width and height in CSS pixels, or what is wrong and in which line. The parser is
expat; a document type is refused before any entity is declared. Refused: what runs, what
loads anything, what moves, words (WeasyPrint 70 sets them letter by letter, so Arabic falls
apart), every element that WeasyPrint 70 does not draw (weasyprint/svg/__init__.py: TAGS),
references that go in a circle or multiply, and what has no size.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from xml.parsers import expat

from pipeline.content.validate.files import FileIssue, bytes_fault
from pipeline.problems import Rule

# WeasyPrint draws 20,000 circles in 1.5 s, and 5 MB of one path in 3 s. The largest maps
# of the world in use stay below both.
MAX_BYTES = 5_000_000
MAX_ELEMENTS = 20_000
# Drawing programs nest about 20 levels; Python's stack ends WeasyPrint near 450.
MAX_DEPTH = 100
# More would tell nobody more about one file.
MAX_FAULTS = 10

_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset(
    re.findall(
        r"\w+",
        "svg g defs symbol use path rect circle ellipse line polyline polygon style title "
        "linearGradient radialGradient stop clipPath mask pattern marker desc metadata",
    )
)
_SIMPLER = "save it as plain SVG without it, or as PNG"
_SIMPLIFY = "simplify it, or save it as PNG"
_SCRIPT = "it holds a script", "delete it: a printed picture runs nothing"
_PAGE = "it holds a piece of a web page", "draw it with shapes, or save it as PNG"
_INNER = "it holds another picture", "use that one itself, or draw it with shapes"
_WORDS = (
    "it holds words as text, which would come out letter by letter",
    "turn them into paths (Inkscape: Path, Object to Path), or write them in the caption",
)
_MOVES = "it moves", "save it without animation: paper stands still"
_ADDRESS = (
    "it refers to something outside itself",
    "a picture must be whole: keep only references such as #name",
)
_STYLES = "its styles hold a rule that would not be followed", _SIMPLER
_INKS = (
    "it has colours for a printing press",
    "save it as RGB; the printer's program turns RGB into inks",
)
_REFUSED: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("script", "handler", "listener"), _SCRIPT),
    **dict.fromkeys(
        ("foreignObject", "iframe", "audio", "video", "canvas", "embed", "object"), _PAGE
    ),
    **dict.fromkeys(("image", "feImage"), _INNER),
    **dict.fromkeys(("text", "tspan", "textPath", "tref", "flowRoot"), _WORDS),
    **dict.fromkeys(
        ("animate", "animateColor", "animateMotion", "animateTransform", "set"), _MOVES
    ),
    "a": ("it holds a link, which nobody could follow", "keep the shapes, not the link"),
}

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*(px|pt|pc|mm|cm|in|em|ex|rem|%)?\s*", re.ASCII)
_ENDLESS = 1_000_000
_PIXELS = {"pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
_PIXELS |= {"px": 1, "em": 16, "ex": 8, "rem": 16}
_OUTSIDE = re.compile(r"""url\(\s*["']?\s*(?!["'#\s])""", re.IGNORECASE)
_INSIDE = re.compile(r"""url\(\s*["']?\s*#([^"')\s]+)""", re.IGNORECASE)
# A backslash could hide any of the others.
_RULES = re.compile(r"@(?!charset|namespace)|\\|\bhref\s*:", re.IGNORECASE)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CMYK = re.compile(r"device-cmyk\(|icc-color\(", re.IGNORECASE)


class _AbortParsing(Exception):
    """Nothing after this can be trusted."""


@dataclass
class _SvgElement:
    names: set[str]  # by which a style sheet can mean it
    is_marker: bool
    points: int  # at each of which it may draw its markers
    refers: list[str] = field(default_factory=list)
    children: list["_SvgElement"] = field(default_factory=list)


def check_svg(
    name: str, data: bytes
) -> tuple[tuple[float, float] | None, tuple[FileIssue, ...]]:
    """Give the size in CSS pixels of a drawing that can be set; and its faults."""
    if fault := bytes_fault(name, len(data), MAX_BYTES, "simplify its paths"):
        return None, (fault,)
    reading = _SvgReader(name)
    reading.read(data)
    return reading.size, tuple(reading.faults.values())


class _SvgReader:
    """One pass over the file; a kind of fault is said once, where it is met first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.size: tuple[float, float] | None = None
        self.faults: dict[str, FileIssue] = {}
        self._open: list[_SvgElement] = []
        self._ids: dict[str, _SvgElement] = {}
        self._elements = 0
        self._root: _SvgElement | None = None
        self._styles: list[str] | None = None
        self._styled: dict[str, list[str]] = {}  # name of elements -> what they refer to
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._meet_doctype
        self._parser.ProcessingInstructionHandler = self._meet_instruction
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._meet_text

    def read(self, data: bytes) -> None:
        try:
            self._parser.Parse(data, True)
        except _AbortParsing:
            return
        except (expat.ExpatError, ValueError, LookupError) as error:
            # The others: an encoding that Python does not know.
            code = getattr(error, "code", None)
            reason = expat.ErrorString(code) if code else "its encoding is not known"
            message = f"this is no XML: {reason}"
            self._add(message, "open it and save it again", Rule.PICTURE_DAMAGED)
            return
        if self._root and not self._is_bounded():
            message = "its parts refer to each other in a circle, or multiply without end"
            fault = FileIssue(Rule.PICTURE_SIZE, f"{self.name}: {message}", _SIMPLIFY)
            self.faults[message] = fault

    def _add(self, message: str, hint: str, rule: Rule = Rule.PICTURE_SVG) -> None:
        line = self._parser.CurrentLineNumber
        text = f"{self.name}, line {line}: {message}"
        if len(self.faults) < MAX_FAULTS:
            self.faults.setdefault(message, FileIssue(rule, text, hint))

    def _stop(self, message: str, hint: str, rule: Rule = Rule.PICTURE_SVG) -> None:
        self._add(message, hint, rule)
        raise _AbortParsing

    def _meet_doctype(self, name: str, system: object, public: object, own: int) -> None:
        message = "it has a document type, which can load files and multiply text"
        self._add(message, "delete all of <!DOCTYPE … >")
        if own:
            raise _AbortParsing

    def _meet_instruction(self, target: str, data: str) -> None:
        if target == "xml-stylesheet":
            self._add(*_ADDRESS)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, local = tag.rpartition(" ")
        element = _SvgElement(
            _names(local, attributes), local == "marker", _points(attributes)
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._meet_root(namespace, local, attributes)
            self._root = element
        self._open.append(element)
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._open) > MAX_DEPTH:
            self._stop(
                f"it has more than {MAX_ELEMENTS:,} parts, or {MAX_DEPTH} levels of them",
                _SIMPLIFY,
                Rule.PICTURE_SIZE,
            )
        self._meet_element(namespace, local)
        # What is refused as a whole is not refused again for what it says.
        for key, value in () if local in _REFUSED else attributes.items():
            self._meet_attribute(element, key, value)
        if local == "style":
            self._styles = []

    def _meet_root(self, namespace: str, local: str, attributes: dict[str, str]) -> None:
        if local != "svg" or namespace not in ("", _SVG):
            self._stop(
                f'this is no picture: it begins with "{local[:40]}", not with "svg"',
                "save the picture itself as SVG or PNG",
                Rule.PICTURE_TYPE,
            )
        self.size = _size(attributes)
        if self.size is None:
            self._add(
                "it does not say how large it is",
                'write in <svg …> for example: viewBox="0 0 300 200"',
            )

    def _meet_element(self, namespace: str, local: str) -> None:
        # By whatever namespace: WeasyPrint does not look at it.
        if refused := _REFUSED.get(local):
            self._add(*refused)
        elif local.startswith("fe"):
            pass  # a part of a filter, which is refused as a whole
        elif namespace in ("", _SVG) and local not in _DRAWN:
            self._add(f'"{local[:40]}" would not be drawn as it is meant', _SIMPLER)

    def _meet_attribute(self, element: _SvgElement, key: str, value: str) -> None:
        local = key.rpartition(" ")[2]
        if local.lower().startswith("on"):
            self._add(*_SCRIPT)
        elif key == "id":
            self._ids[value] = element
        elif local == "href":
            if not value.strip().startswith("#"):
                self._add(*_ADDRESS)
            element.refers.append(value.strip()[1:])
        elif local == "style":
            self._meet_styles(value)
        if _OUTSIDE.search(value):
            self._add(*_ADDRESS)
        if _CMYK.search(value):
            self._add(*_INKS)
        element.refers += _INSIDE.findall(value)

    def _meet_styles(self, text: str) -> None:
        if _RULES.search(text):
            self._add(*_STYLES)
        if _OUTSIDE.search(text):
            self._add(*_ADDRESS)
        if _CMYK.search(text):
            self._add(*_INKS)

    def _meet_text(self, text: str) -> None:
        if self._styles is not None:
            self._styles.append(text)

    def _end(self, tag: str) -> None:
        self._open.pop()
        if self._styles is not None and tag.rpartition(" ")[2] == "style":
            text = "".join(self._styles)
            self._styles = None
            self._meet_styles(text)
            for name, refers in _styled(text):
                self._styled.setdefault(name, []).extend(refers)

    def _is_bounded(self) -> bool:
        """Say whether what is drawn ends, and stays below the limit."""
        drawn: dict[int, int] = {}

        def count(element: _SvgElement, depth: int) -> int:
            if depth > MAX_DEPTH:
                raise _AbortParsing
            if id(element) not in drawn:
                parts = sum(
                    count(part, depth + 1) * (element.points if part.is_marker else 1)
                    for part in self._parts(element)
                )
                drawn[id(element)] = 1 + parts
            return drawn[id(element)]

        try:
            return self._root is None or count(self._root, 0) <= MAX_ELEMENTS
        except _AbortParsing:
            return False

    def _parts(self, element: _SvgElement) -> Iterator[_SvgElement]:
        yield from element.children
        styled = (self._styled.get(name, ()) for name in element.names)
        for id in chain(element.refers, *styled):
            if id in self._ids:
                yield self._ids[id]


def _names(local: str, attributes: Mapping[str, str]) -> set[str]:
    classes = {f".{name}" for name in attributes.get("class", "").split()}
    return {"*", local, f"#{attributes.get('id', '')}", *classes}


def _points(attributes: Mapping[str, str]) -> int:
    """Count the points of a line, at least 1: two numbers each, more in a curve."""
    line = attributes.get("d") or attributes.get("points") or ""
    return max(1, len(re.findall(_NUMBER, line)) // 2) if "marker" in str(attributes) else 1


def _styled(text: str) -> Iterator[tuple[str, list[str]]]:
    """Find what the rules of a style sheet refer to, by the names they end with."""
    for selectors, body in _RULE.findall(_COMMENT.sub("", text)):
        if refers := _INSIDE.findall(body):
            for selector in selectors.split(","):
                last = re.split(r"[\s>+~]+", selector.strip())[-1]
                for name in re.findall(r"[.#]?[\w-]+|\*", last):
                    yield name, refers


def _size(attributes: Mapping[str, str]) -> tuple[float, float] | None:
    """Give width and height; None when missing, or when WeasyPrint would stumble."""
    sides = [_length(attributes.get(key, "100%")) for key in ("width", "height")]
    if "viewBox" not in attributes:
        return (sides[0], sides[1]) if all(sides) and sides[0] and sides[1] else None
    numbers = re.split(r"[\s,]+", attributes["viewBox"].strip())
    if len(numbers) != 4 or not all(re.fullmatch(_NUMBER, n, re.ASCII) for n in numbers):
        return None
    width, height = float(numbers[2]), float(numbers[3])
    if None in sides or not (0 < width < _ENDLESS and 0 < height < _ENDLESS):
        return None
    across, down = sides[0] or 0, sides[1] or 0
    if across and down:
        return across, down
    # The other side follows from the view box; without either it is the view box.
    scale = across / width or down / height or 1
    return width * scale, height * scale


def _length(text: str) -> float | None:
    """Read a length; 0 for one that depends on the page, None for no length at all."""
    match = _LENGTH.fullmatch(text)
    if match is None or not 0 < float(match[1]) < _ENDLESS:
        return None
    return 0.0 if match[2] == "%" else float(match[1]) * _PIXELS[match[2] or "px"]
