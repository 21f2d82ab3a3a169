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

_AT = re.compile(r" at (\d+):(\d+)[.,:]? ?")
_IGNORED = re.compile(r"Ignored `([^:]+):\s*(.*?)\s*` at \d+:\d+, (.*)\.", re.S)
_SELECTOR = re.compile(r"Invalid or unsupported selector, '(.*?)'", re.S)
_MISSING = re.compile(r"Failed to load stylesheet at ")
_SYNTAX = re.compile(r"(?:Parse error|Error:)")
_NEWLINE = re.compile(r"\r\n|[\n\r\f]")
_RULES = ("qualified-rule", "at-rule")
_GROUPS = ("media", "supports", "layer")
# Properties of letters and marks, and all tokens.
_FONT = re.compile(r"--|font|color$|background")
_NEAR = 0.005
_TOO_DEEP = "the style sheet is nested too deeply"
_HINT = 'see "What WeasyPrint 70 does not do" in docs/designers.md'


@contextmanager
def track_current_stylesheet() -> Iterator[list[str]]:
    """Give a list whose last item is the address of the style sheet being read."""
    import weasyprint

    reading: list[str] = []
    read = weasyprint.preprocess_stylesheet

    def preprocess(media: Any, address: str, *arguments: Any, **options: Any) -> Any:
        reading.append(address or "")
        try:
            return read(media, address, *arguments, **options)
        except (RecursionError, SyntaxError):  # SyntaxError: of a selector, compiled
            logging.getLogger("weasyprint").warning(_TOO_DEEP)
        finally:
            reading.pop()

    weasyprint.preprocess_stylesheet = preprocess
    try:
        yield reading
    finally:
        weasyprint.preprocess_stylesheet = read


def explain_line(line: str, name: str, serve: Serve) -> list[Problem]:
    """Turn a log line of WeasyPrint into problems of the style sheet that it was reading.

    `name` is the style sheet, such as "styles/page.css". The list is empty if the line is
    not about a style sheet; it has every missing import if the line is about one of them.
    """
    if line == _TOO_DEEP:
        problem = nesting_problem(name, serve(name) or b"")
        return [problem or _problem(Place(name), line)]
    data = serve(name) or b""
    if _MISSING.match(line):
        return list(_missing_imports(name, data, serve))
    if match := _SELECTOR.match(line):
        selector = match[1].strip()
        place = _place(name, _rules(data).get(selector))
        return [_problem(place, f'unsupported selector "{selector}"')]
    if not (position := _AT.search(line)):
        return []
    line_number, column = int(position[1]), int(position[2])
    place = Place(name, line_number, column) if _has_lines(name) else Place(name)
    if _SYNTAX.match(line):
        return [_syntax_problem(place)]
    if match := _IGNORED.match(line):
        property_name, value, reason = match.groups()
        message = f'"{property_name}: {value}" is ignored: {reason}'
        return [_problem(place, message, _property_hint(property_name, reason))]
    return [_problem(place, f"WeasyPrint: {_AT.sub('', line)}")]


def check_stylesheets(project: Project) -> list[Problem]:
    """Find syntax errors and missing imports in the project's own style sheets."""
    folder = project.root / "styles"
    files = sorted(file for file in folder.rglob("*.css") if file.is_file())
    return [p for f in files for p in _check(project.name_of(f), f.read_bytes(), project)]


def find_declaration(names: Iterable[str], serve: Serve, cause: float | Colour) -> Place:
    """Find the last place in the cascade that sets a size in points or a colour.

    A relative size or a mixed colour is set nowhere: then the place is the last style
    sheet, that of the profile.
    """
    names = tuple(names)
    for name in reversed(names):
        tokens = [t for t in _values(serve(name) or b"") if _has_value(t, cause)]
        if tokens:
            return _place(name, tokens[-1])
    return Place(names[-1] if names else "styles")


def list_declarations(name: str, data: bytes | None) -> list[Place]:
    """List the places of all declarations in a style sheet."""
    nodes = _nodes(data or b"")
    return [_place(name, node) for node in nodes if node.type == "declaration"]


def without_declarations(data: bytes, places: Iterable[Place]) -> bytes:
    """Make declarations of a style sheet those of properties that nothing uses."""
    lines = _NEWLINE.split(data.decode("utf-8", "replace"))
    for place in sorted(places, reverse=True):
        line, at = lines[place.line - 1], place.column - 1
        lines[place.line - 1] = f"{line[:at]}--without-{line[at:]}"
    return "\n".join(lines).encode()


def _has_value(token: Any, cause: float | Colour) -> bool:
    if isinstance(cause, float):
        is_length = token.type == "dimension" and token.lower_unit in POINTS
        return is_length and abs(token.value * POINTS[token.lower_unit] - cause) < _NEAR
    colour = parse_colour(token.serialize()) if token.type in ("hash", "ident") else None
    return colour is not None and all(
        abs(part - other) < _NEAR for part, other in zip(colour, cause, strict=True)
    )


def _place(name: str, node: Any) -> Place:
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
    errors = (node for node in _nodes(data) if node.type == "error")
    yield from (_syntax_problem(_place(name, node)) for node in errors)
    yield from _missing_imports(name, data, serve)


def _missing_imports(name: str, data: bytes, serve: Serve) -> Iterator[Problem]:
    for rule in _nodes(data):
        if rule.type != "at-rule" or rule.lower_at_keyword != "import":
            continue
        addresses = (t.value for t in rule.prelude if t.type in ("url", "string"))
        address = next(addresses, "")
        target = normpath(PurePosixPath(name).parent / address)
        if ":" in address or address.startswith("//"):
            message = f'"{address}" is not a style sheet of this project'
            hint = "external files are never loaded: put the style sheet into styles/"
            yield _problem(_place(name, rule), message, hint)
        elif address and serve(target) is None:
            hint = f"the address is relative to this style sheet and means {target}"
            yield _problem(_place(name, rule), f'there is no style sheet "{address}"', hint)


@lru_cache(maxsize=8)
def _rules(data: bytes) -> dict[str, Any]:
    """The first rule of each selector; cached for style sheets with thousands of errors."""
    rules = [node for node in _nodes(data) if node.type == "qualified-rule"]
    return {tinycss2.serialize(rule.prelude).strip(): rule for rule in reversed(rules)}


def _values(data: bytes) -> Iterator[Any]:
    """The tokens that may set a size or colour of letters, in the order of the sheet."""
    for node in _nodes(data):
        if node.type == "declaration" and _FONT.match(node.lower_name):
            yield from node.value


@lru_cache(maxsize=64)
def _nodes(data: bytes) -> tuple[Any, ...]:
    """All rules, declarations and errors; each rule comes before its content.

    A style sheet that is nested too deeply has none.
    """
    if nesting_problem("", data):
        return ()
    rules, _ = tinycss2.parse_stylesheet_bytes(data, skip_comments=True)
    return tuple(inner for node in rules for inner in _flatten(node))


def _flatten(node: Any) -> Iterator[Any]:
    yield node
    if node.type in _RULES and node.content is not None:
        is_group = node.type == "at-rule" and node.lower_at_keyword in _GROUPS
        parse = tinycss2.parse_rule_list if is_group else tinycss2.parse_blocks_contents
        for inner in parse(node.content):
            yield from _flatten(inner)


def _property_hint(name: str, reason: str) -> str:
    """Suggest a known property with a similar name."""
    from weasyprint.css.properties import KNOWN_PROPERTIES

    known = sorted(property.replace("_", "-") for property in KNOWN_PROPERTIES)
    near = get_close_matches(name, known, 1) if reason == "unknown property" else []
    return f'did you mean "{near[0]}"?' if near else _HINT


def _problem(place: Place, message: str, hint: str = _HINT) -> Problem:
    return Problem(Rule.RENDERER, place, message, hint)


def _syntax_problem(place: Place) -> Problem:
    hint = "check the braces, colons and semicolons before it"
    return _problem(place, "CSS syntax error", hint)
