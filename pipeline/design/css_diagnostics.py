"""Find mistakes in style sheets, with file, line and column.

WeasyPrint ignores what it does not support, and its log does not name the style sheet;
`track_current_stylesheet` records which one it was reading. Syntax errors and missing files
are also found without WeasyPrint, for `briefs check`.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import lru_cache
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

import tinycss2

from pipeline.design.stylesheets import Serve, nesting_problem
from pipeline.design.tokens import POINTS
from pipeline.model.colour import Colour, parse_colour
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

_POSITION = re.compile(r" at (\d+):(\d+)[.,:]? ?")
_IGNORED_DECLARATION = re.compile(r"Ignored `([^:]+):\s*(.*?)\s*` at \d+:\d+, (.*)\.", re.S)
_BAD_SELECTOR = re.compile(r"Invalid or unsupported selector, '(.*?)'", re.S)
_NEWLINE = re.compile(r"\r\n|[\n\r\f]")
_GROUP_RULES = ("media", "supports", "layer")
# Properties that set the size or colour of letters and marks, and custom properties.
_LETTER_PROPERTY = re.compile(r"--|font|color$|background")
_TOLERANCE = 0.005
_TOO_DEEP = "the style sheet is nested too deeply"
_HINT = 'see "What WeasyPrint 70 does not do" in docs/designers.md'


@contextmanager
def track_current_stylesheet() -> Iterator[list[str]]:
    """Yield a list whose last item is the address of the style sheet being parsed."""
    import weasyprint

    addresses: list[str] = []
    original = weasyprint.preprocess_stylesheet

    def preprocess(media: Any, address: str, *arguments: Any, **options: Any) -> Any:
        addresses.append(address or "")
        try:
            return original(media, address, *arguments, **options)
        except (RecursionError, SyntaxError):  # SyntaxError: of a compiled selector
            logging.getLogger("weasyprint").warning(_TOO_DEEP)
        finally:
            addresses.pop()

    weasyprint.preprocess_stylesheet = preprocess
    try:
        yield addresses
    finally:
        weasyprint.preprocess_stylesheet = original


def problems_of_log_line(line: str, name: str, serve: Serve) -> list[Problem]:
    """Turn a log line of WeasyPrint into problems of the style sheet `name`.

    WeasyPrint logged the line while it parsed that style sheet, such as "styles/page.css".
    The list is empty if the line is not about a style sheet. If it is about a missing
    import, the list has all missing imports of the style sheet.
    """
    data = serve(name) or b""
    if line == _TOO_DEEP:
        return [nesting_problem(name, data) or _renderer_problem(Place(name), line)]
    if line.startswith("Failed to load stylesheet at "):
        return list(_missing_imports(name, data, serve))
    if match := _BAD_SELECTOR.match(line):
        selector = match[1].strip()
        place = _place_of(name, _rules_by_selector(data).get(selector))
        return [_renderer_problem(place, f'unsupported selector "{selector}"')]
    if not (position := _POSITION.search(line)):
        return []
    line_number, column = int(position[1]), int(position[2])
    place = Place(name, line_number, column) if _has_lines(name) else Place(name)
    if line.startswith(("Parse error", "Error:")):
        return [_syntax_problem(place)]
    if match := _IGNORED_DECLARATION.match(line):
        property_name, value, reason = match.groups()
        message = f'"{property_name}: {value}" is ignored: {reason}'
        return [_renderer_problem(place, message, _property_hint(property_name, reason))]
    return [_renderer_problem(place, f"WeasyPrint: {_POSITION.sub('', line)}")]


def check_stylesheets(project: Project) -> list[Problem]:
    """Find syntax errors, deep nesting and missing imports in the project's styles."""
    folder = project.root / "styles"
    files = sorted(file for file in folder.rglob("*.css") if file.is_file())
    return [p for f in files for p in _check(project.name_of(f), f.read_bytes(), project)]


def find_declaration(names: Iterable[str], serve: Serve, cause: float | Colour) -> Place:
    """Find the last declaration in the cascade with a size in points or a colour.

    If none has it, because the size is computed or the colour mixed, the place is the last
    style sheet.
    """
    names = tuple(names)
    for name in reversed(names):
        tokens = [t for t in _letter_tokens(serve(name) or b"") if _has_value(t, cause)]
        if tokens:
            return _place_of(name, tokens[-1])
    return Place(names[-1] if names else "styles")


def list_declarations(name: str, data: bytes | None) -> list[Place]:
    """List the places of all declarations in a style sheet."""
    nodes = _parse_nodes(data or b"")
    return [_place_of(name, node) for node in nodes if node.type == "declaration"]


def without_declarations(data: bytes, places: Iterable[Place]) -> bytes:
    """Disable declarations of a style sheet by renaming their properties."""
    lines = _NEWLINE.split(data.decode("utf-8", "replace"))
    for place in sorted(places, reverse=True):
        line, index = lines[place.line - 1], place.column - 1
        lines[place.line - 1] = f"{line[:index]}--without-{line[index:]}"
    return "\n".join(lines).encode()


def _has_value(token: Any, cause: float | Colour) -> bool:
    if isinstance(cause, float):
        points = POINTS.get(token.lower_unit) if token.type == "dimension" else None
        return points is not None and abs(token.value * points - cause) < _TOLERANCE
    colour = parse_colour(token.serialize()) if token.type in ("hash", "ident") else None
    return colour is not None and all(
        abs(part - other) < _TOLERANCE for part, other in zip(colour, cause, strict=True)
    )


def _place_of(name: str, node: Any) -> Place:
    if node is None or not _has_lines(name):
        return Place(name)
    return Place(name, node.source_line, node.source_column)


def _has_lines(name: str) -> bool:
    """False for the style sheet generated from the brand, whose lines exist in no file."""
    return name.endswith(".css")


def _check(name: str, data: bytes, project: Project) -> Iterator[Problem]:
    def serve(name: str) -> bytes | None:
        path = project.find_style(name.removeprefix("styles/"))
        return path.read_bytes() if path else None

    if problem := nesting_problem(name, data):
        yield problem
    errors = (node for node in _parse_nodes(data) if node.type == "error")
    yield from (_syntax_problem(_place_of(name, node)) for node in errors)
    yield from _missing_imports(name, data, serve)


def _missing_imports(name: str, data: bytes, serve: Serve) -> Iterator[Problem]:
    for rule in _parse_nodes(data):
        if rule.type != "at-rule" or rule.lower_at_keyword != "import":
            continue
        addresses = (t.value for t in rule.prelude if t.type in ("url", "string"))
        address = next(addresses, "")
        target = normpath(PurePosixPath(name).parent / address)
        if ":" in address or address.startswith("//"):
            message = f'"{address}" is not a style sheet of this project'
            hint = "external files are never loaded: put the style sheet into styles/"
            yield _renderer_problem(_place_of(name, rule), message, hint)
        elif address and serve(target) is None:
            hint = f"the address is relative to this style sheet and means {target}"
            message = f'there is no style sheet "{address}"'
            yield _renderer_problem(_place_of(name, rule), message, hint)


@lru_cache(maxsize=8)
def _rules_by_selector(data: bytes) -> dict[str, Any]:
    """The first rule of each selector; cached for style sheets with thousands of errors."""
    rules = [node for node in _parse_nodes(data) if node.type == "qualified-rule"]
    return {tinycss2.serialize(rule.prelude).strip(): rule for rule in reversed(rules)}


def _letter_tokens(data: bytes) -> Iterator[Any]:
    """The tokens that may set a size or colour of letters, in the order of the source."""
    for node in _parse_nodes(data):
        if node.type == "declaration" and _LETTER_PROPERTY.match(node.lower_name):
            yield from node.value


@lru_cache(maxsize=64)
def _parse_nodes(data: bytes) -> tuple[Any, ...]:
    """Return all rules, declarations and errors; each rule comes before its content.

    The result is empty for a style sheet that is nested too deeply.
    """
    if nesting_problem("", data):
        return ()
    rules, _ = tinycss2.parse_stylesheet_bytes(data, skip_comments=True)
    return tuple(inner for node in rules for inner in _flatten(node))


def _flatten(node: Any) -> Iterator[Any]:
    yield node
    if node.type in ("qualified-rule", "at-rule") and node.content is not None:
        is_group = node.type == "at-rule" and node.lower_at_keyword in _GROUP_RULES
        parse = tinycss2.parse_rule_list if is_group else tinycss2.parse_blocks_contents
        for inner in parse(node.content):
            yield from _flatten(inner)


def _property_hint(name: str, reason: str) -> str:
    from weasyprint.css.properties import KNOWN_PROPERTIES

    known = sorted(property.replace("_", "-") for property in KNOWN_PROPERTIES)
    matches = get_close_matches(name, known, 1) if reason == "unknown property" else []
    return f'did you mean "{matches[0]}"?' if matches else _HINT


def _renderer_problem(place: Place, message: str, hint: str = _HINT) -> Problem:
    return Problem(Rule.RENDERER, place, message, hint)


def _syntax_problem(place: Place) -> Problem:
    hint = "check the braces, colons and semicolons before it"
    return _renderer_problem(place, "CSS syntax error", hint)
