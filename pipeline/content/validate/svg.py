"""Check an SVG picture: safe, not too complex, and only of elements that are rendered.

expat reads the file in one pass. A document type is rejected before an entity is declared.
SVG elements must be among those that WeasyPrint 70 draws correctly
(weasyprint/svg/__init__.py), or does not draw. Text is not: it is drawn letter by letter,
which breaks Arabic. Addresses outside the file are rejected. Costs of drawing that are not
visible here are limited by the worker process (workers/pool.py).
"""

import re
from collections import Counter
from collections.abc import Mapping
from xml.parsers import expat

from pipeline.content.validate.files import Issue, file_size_issue
from pipeline.problems import Rule

# WeasyPrint draws 20,000 circles in 1.5 s, and a path of 5 MB in 3 s. The most detailed
# world maps are smaller.
MAX_BYTES = 5_000_000
MAX_ELEMENTS = 20_000
# Drawing programs nest about 20 levels; WeasyPrint overflows Python's stack near 450.
MAX_DEPTH = 100
_MAX_ISSUES = 10

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = (
    "svg g defs symbol use path rect circle ellipse line polyline polygon style title "
    "linearGradient radialGradient stop clipPath mask pattern marker desc metadata"
)
_ALLOWED_ELEMENTS = frozenset(_ELEMENTS.split())
_TEXT_HINT = (
    "convert text to paths (Inkscape: Path, Object to Path), or put it in the caption"
)
_ANIMATION_HINT = "save it without animation"
# The hints for rejected elements. WeasyPrint ignores namespaces, so these elements are
# rejected in all namespaces.
_ELEMENT_HINTS: Mapping[str, str] = {
    element: hint
    for elements, hint in (
        ("script handler listener", "delete it"),
        ("image feImage", "use that picture itself, or draw it with shapes"),
        ("text tspan textPath tref flowRoot", _TEXT_HINT),
        ("animate animateColor animateMotion animateTransform set", _ANIMATION_HINT),
        ("a", "delete the link, and keep its shapes"),
    )
    for element in elements.split()
}
_OTHER_ELEMENT_HINT = "save it as plain SVG without it, or as PNG"
_SIMPLIFY_HINT = "simplify it, or save it as PNG"
_ADDRESS_ISSUE = (
    "it refers to another file or website",
    "keep only references such as #name",
)
_STYLE_ISSUE = "its styles have a rule that is not supported", _OTHER_ELEMENT_HINT
_CMYK_ISSUE = "it has CMYK colours", "save it as RGB; the print shop converts RGB to CMYK"

# Two adjacent parts of a pattern never match the same text, unless one is possessive.
# Otherwise the time for backtracking grows with the square of the length of an attribute.
_NUMBER = r"[+-]?(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?"
_LENGTH = re.compile(rf"({_NUMBER})\s*+(px|pt|pc|mm|cm|in|em|ex|rem|%)?", re.ASCII)
_MAX_LENGTH = 1_000_000
# Numbers near or above the limit of PDF, and what drawing programs write after an overflow.
_NUMBER_OUT_OF_RANGE = re.compile(
    r"(?<![\w.])(?:\d{10,}|[\d.]+e\+?\d{2,}|nan|inf(?:inity)?)(?!\w)", re.IGNORECASE
)
_TEXT_ATTRIBUTES = ("id", "class", "href")
_PIXELS_OF_UNIT = {"pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
_PIXELS_OF_UNIT |= {"px": 1, "em": 16, "ex": 8, "rem": 16}
_EXTERNAL_URL = re.compile(r"""url\(\s*+["']?+\s*+(?!["'#])""", re.IGNORECASE)
_INTERNAL_URL = re.compile(r"""url\(\s*+["']?+\s*+#([^"')\s]++)""", re.IGNORECASE)
# A backslash begins an escape, which could stand for any of the other characters.
_UNSUPPORTED_STYLE = re.compile(r"@(?!charset|namespace)|\\|\bhref\s*:", re.IGNORECASE)
_CMYK_COLOUR = re.compile(r"device-cmyk\(|icc-color\(", re.IGNORECASE)
# The colour spaces of CSS that WeasyPrint cannot write into a PDF.
_UNSUPPORTED_COLOUR_SPACE = re.compile(
    r"\bcolor\(\s*+(srgb-linear|display-p3|a98-rgb|prophoto-rgb|rec2020|--[\w-]*+)",
    re.IGNORECASE,
)

# Width, height, and whether they are only the proportions: the file gives no length.
SvgSize = tuple[float, float, bool]


class _AbortParsing(Exception):
    """The rest of the file must not be parsed."""


def check_svg(name: str, data: bytes) -> tuple[SvgSize | None, tuple[Issue, ...]]:
    """Return the size in CSS pixels, if the file gives one, and the issues of a file."""
    if issue := file_size_issue(name, len(data), MAX_BYTES, "simplify its paths"):
        return None, (issue,)
    reader = _SvgReader(name)
    reader.read(data)
    return reader.size, tuple(reader.issues.values())


class _SvgReader:
    """One pass over a file. Each issue is recorded once, where it occurs first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.size: SvgSize | None = None
        self.issues: dict[str, Issue] = {}
        self._elements = 0
        # For each open element, the id of the innermost element that has one.
        self._owners: list[str] = []
        # By owner: how often it draws each id, and elements without an id (None).
        self._references: dict[str, Counter[str | None]] = {"": Counter()}
        self._unsupported_depth = 0  # that of the element whose content is skipped
        self._style_text: list[str] | None = None
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._parser.ProcessingInstructionHandler = self._on_instruction
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end
        self._parser.CharacterDataHandler = self._on_text

    def read(self, data: bytes) -> None:
        try:
            self._parser.Parse(data, True)
            if self._count_drawn("", {}, 0) > MAX_ELEMENTS:
                message = "its references are circular, or copy too many elements"
                issue = Issue(Rule.PICTURE_SIZE, f"{self.name}: {message}", _SIMPLIFY_HINT)
                self.issues[message] = issue
        except _AbortParsing:
            return
        except (expat.ExpatError, ValueError, LookupError) as error:
            # ValueError, LookupError: an encoding that Python does not know.
            code = getattr(error, "code", None)
            reason = expat.ErrorString(code) if code else "unknown encoding"
            hint = "open it and save it again"
            self._add_issue(f"this is not XML: {reason}", hint, Rule.PICTURE_DAMAGED)

    def _add_issue(self, message: str, hint: str, rule: Rule = Rule.PICTURE_SVG) -> None:
        text = f"{self.name}, line {self._parser.CurrentLineNumber}: {message}"
        if len(self.issues) < _MAX_ISSUES:
            self.issues.setdefault(message, Issue(rule, text, hint))

    def _on_doctype(
        self, name: str, system: object, public: object, has_internal_subset: int
    ) -> None:
        message = "it has a document type, which can load files and multiply text"
        self._add_issue(message, "delete all of <!DOCTYPE … >")
        if has_internal_subset:
            raise _AbortParsing

    def _on_instruction(self, target: str, data: str) -> None:
        if target == "xml-stylesheet":
            self._add_issue(*_ADDRESS_ISSUE)

    def _on_start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, local = tag.rpartition(" ")
        is_svg = namespace in ("", _SVG)
        if not self._owners:
            self._check_root(is_svg, local, attributes)
        self._enter_element(attributes.get("id"))
        if self._unsupported_depth:
            return
        if local in _ELEMENT_HINTS or (is_svg and local not in _ALLOWED_ELEMENTS):
            hint = _ELEMENT_HINTS.get(local, _OTHER_ELEMENT_HINT)
            self._add_issue(f'the element "{local[:40]}" is not supported', hint)
            self._unsupported_depth = len(self._owners)
            return
        points = 1
        if "marker" in str(attributes):  # drawn at each point (x, y)
            line = attributes.get("d") or attributes.get("points") or ""
            points = max(1, len(re.findall(_NUMBER, line)) // 2)
        for key, value in attributes.items():
            self._check_attribute(key.rpartition(" ")[2], value, points)
        if local == "style":
            self._style_text = []

    def _enter_element(self, id: str | None) -> None:
        owner = self._owners[-1] if self._owners else ""
        if id and id not in self._references:
            self._references[owner][id] += 1
            self._references[id] = Counter()
            owner = id
        else:
            self._references[owner][None] += 1
        self._owners.append(owner)
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._owners) > MAX_DEPTH:
            message = f"it has more than {MAX_ELEMENTS:,} elements, or {MAX_DEPTH} levels"
            self._add_issue(message, _SIMPLIFY_HINT, Rule.PICTURE_SIZE)
            raise _AbortParsing

    def _check_root(self, is_svg: bool, local: str, attributes: dict[str, str]) -> None:
        if local != "svg" or not is_svg:
            begin = f'it begins with "{local[:40]}", not with "svg"'
            hint = "save the picture itself as SVG or PNG"
            self._add_issue(f"this is not a picture: {begin}", hint, Rule.PICTURE_TYPE)
            raise _AbortParsing
        self.size = _parse_size(attributes)
        if self.size is None:
            hint = 'write in <svg …> for example: viewBox="0 0 300 200"'
            self._add_issue("its size is missing or not valid", hint)

    def _check_attribute(self, key: str, value: str, points: int) -> None:
        references = _INTERNAL_URL.findall(value)
        if key.lower().startswith("on"):
            self._add_issue(f'the attribute "{key[:40]}" is not supported', "delete it")
        elif key == "href":
            if not value.strip().startswith("#"):
                self._add_issue(*_ADDRESS_ISSUE)
            references.append(value.strip()[1:])
        self._check_value(value, is_style=key == "style")
        # A size that is not valid has been reported.
        is_number = key not in _TEXT_ATTRIBUTES and self.size is not None
        if is_number and (extreme := _NUMBER_OUT_OF_RANGE.search(value)):
            message = f'"{extreme[0][:20]}" in "{key[:40]}" is not a number of a drawing'
            self._add_issue(message, "correct it, or save it as PNG")
        for id in filter(None, references):
            self._references[self._owners[-1]][id] += points

    def _check_value(self, text: str, *, is_style: bool) -> None:
        if is_style and _UNSUPPORTED_STYLE.search(text):
            self._add_issue(*_STYLE_ISSUE)
        if _EXTERNAL_URL.search(text):
            self._add_issue(*_ADDRESS_ISSUE)
        if _CMYK_COLOUR.search(text):
            self._add_issue(*_CMYK_ISSUE)
        if space := _UNSUPPORTED_COLOUR_SPACE.search(text):
            message = f'it has colours of the colour space "{space[1][:40]}"'
            self._add_issue(message, "save it as sRGB")

    def _on_text(self, text: str) -> None:
        if self._style_text is not None:
            self._style_text.append(text)

    def _on_end(self, tag: str) -> None:
        if len(self._owners) == self._unsupported_depth:
            self._unsupported_depth = 0
        self._owners.pop()
        if self._style_text is not None and tag.rpartition(" ")[2] == "style":
            text, self._style_text = "".join(self._style_text), None
            self._check_value(text, is_style=True)

    def _count_drawn(self, id: str | None, counts: dict[str, int], depth: int) -> int:
        """Count the elements drawn for an owner, up to one more than the limit."""
        if id is None:
            return 1
        if depth > MAX_DEPTH:
            return MAX_ELEMENTS + 1
        if id not in counts:
            counts[id] = MAX_ELEMENTS + 1  # for a reference back to this id
            drawn = int(id != "")
            for part, times in self._references.get(id, Counter()).items():
                drawn += times * self._count_drawn(part, counts, depth + 1)
            counts[id] = min(drawn, MAX_ELEMENTS + 1)
        return counts[id]


def _parse_size(attributes: Mapping[str, str]) -> SvgSize | None:
    """Return the size; None when missing, or not valid for WeasyPrint."""
    sides = [_parse_length(attributes.get(key, "100%")) for key in ("width", "height")]
    if "viewBox" not in attributes:
        return (sides[0], sides[1], False) if sides[0] and sides[1] else None
    numbers = re.split(r"[\s,]+", attributes["viewBox"].strip())
    if len(numbers) != 4 or not all(re.fullmatch(_NUMBER, n, re.ASCII) for n in numbers):
        return None
    width, height = float(numbers[2]), float(numbers[3])
    if None in sides or not (0 < width < _MAX_LENGTH and 0 < height < _MAX_LENGTH):
        return None
    own_width, own_height = sides[0] or 0, sides[1] or 0
    if own_width and own_height:
        return own_width, own_height, False
    # A missing side follows from the view box; if both are, the size is that of the box.
    scale = own_width / width or own_height / height or 1
    return width * scale, height * scale, not (own_width or own_height)


def _parse_length(text: str) -> float | None:
    """Parse a length; 0 for a percentage, None if it is not valid."""
    match = _LENGTH.fullmatch(text.strip(" \t\r\n"))
    if match is None or not 0 < float(match[1]) < _MAX_LENGTH:
        return None
    return 0.0 if match[2] == "%" else float(match[1]) * _PIXELS_OF_UNIT[match[2] or "px"]
