"""Say what is wrong in a style sheet, and where: file, line, column.

WeasyPrint ignores what it cannot follow, and its log has lines without the name of the
file; `track_current_stylesheet` remembers which sheet it was reading. What needs no list
of properties
(syntax, files that are not there) is found here alone too, without WeasyPrint, for
`briefs check`.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import lru_cache
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

import tinycss2

from pipeline.design.tokens import POINTS
from pipeline.model.colour import Colour, read_colour
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

# Given the name of a file ("styles/page.css"), its bytes, or None.
Serve = Callable[[str], bytes | None]

# The order of the cascade: what comes later wins.
BRAND_SHEET = "_brand.yml"
# What comes last in the front of a pack, and in a brief inside one.
FRONT_SHEET, PACK_SHEET = "pack/front.css", "pack/brief.css"
_FIRST_SHEETS = (BRAND_SHEET, "tokens.css", "page.css", "type.css")

_AT = re.compile(r" at (\d+):(\d+)[.,:]? ?")
_IGNORED = re.compile(r"Ignored `([^:]+):\s*(.*?)\s*` at \d+:\d+, (.*)\.", re.S)
_SELECTOR = re.compile(r"Invalid or unsupported selector, '(.*?)'", re.S)
_MISSING = re.compile(r"Failed to load stylesheet at ")
_SYNTAX = re.compile(r"(?:Parse error|Error:)")
_RULES = ("qualified-rule", "at-rule")
_GROUPS = ("media", "supports", "layer")
# Properties that say how letters and marks look; tokens have names of their own.
_FONT = re.compile(r"--|font|color$|background")
_NEAR = 0.005
_TOO_DEEP = "it is nested too deeply"
_HINT = 'see "What WeasyPrint 70 does not do" in docs/designers.md'


def stylesheets_for(
    project: Project, language: str, profile: str, last: str = ""
) -> tuple[str, ...]:
    """List the style sheets of a document as templates link them, in their order.

    `last` is one more, that of a pack or of a job sheet.
    """
    components = project.stylesheet_names("components")
    names = [*_FIRST_SHEETS, *(f"components/{name}" for name in components)]
    names += ["digits.css", f"languages/{language}.css", f"profiles/{profile}.css"]
    names += [last] if last else []
    return tuple(name for name in names if project.find_style(name))


@contextmanager
def track_current_stylesheet() -> Iterator[list[str]]:
    """Give a list whose last item is the address of the sheet that WeasyPrint reads."""
    import weasyprint

    reading: list[str] = []
    read = weasyprint.preprocess_stylesheet

    def preprocess(media: Any, address: str, *arguments: Any, **options: Any) -> Any:
        reading.append(address or "")
        try:
            return read(media, address, *arguments, **options)
        except RecursionError:
            logging.getLogger("weasyprint").warning(_TOO_DEEP)
        finally:
            reading.pop()

    weasyprint.preprocess_stylesheet = preprocess
    try:
        yield reading
    finally:
        weasyprint.preprocess_stylesheet = read


def explain_line(line: str, sheet: str, serve: Serve) -> list[Problem]:
    """Turn a log line that came while a sheet was read into words for its designer.

    `sheet` is its name, such as "styles/page.css". Nothing when the line is about no
    sheet; all of its files that are not there, when it is about one.
    """
    if line == _TOO_DEEP:
        return [_too_deep(sheet)]
    data = serve(sheet) or b""
    if _MISSING.match(line):
        return list(_missing_imports(sheet, data, serve))
    if match := _SELECTOR.match(line):
        selector = match[1].strip()
        place = _place(sheet, _rules(data).get(selector))
        return [_wrong(place, f'the selector "{selector}" is not understood')]
    if not (at := _AT.search(line)):
        return []
    place = Place(sheet, int(at[1]), int(at[2])) if _is_file(sheet) else Place(sheet)
    if _SYNTAX.match(line):
        return [_unreadable(place)]
    if match := _IGNORED.match(line):
        name, value, reason = match.groups()
        said = f'"{name}: {value}" is ignored: {reason}'
        return [_wrong(place, said, _near(name, reason))]
    return [_wrong(place, f"the painter says: {_AT.sub('', line)}")]


def check_stylesheets(project: Project) -> list[Problem]:
    """Find what is wrong in the project's own style sheets, without WeasyPrint."""
    folder = project.root / "styles"
    sheets = sorted(sheet for sheet in folder.rglob("*.css") if sheet.is_file())
    return [p for s in sheets for p in _check(project.name_of(s), s.read_bytes(), project)]


def find_value(sheets: Iterable[str], serve: Serve, cause: float | Colour) -> Place:
    """Find where a size in points or a colour is said last in the order of the cascade.

    A size may also be said as a share of another: then the place is the last sheet, that
    of the profile. So it is for a colour that is mixed.
    """
    sheets = tuple(sheets)
    for sheet in reversed(sheets):
        found = [token for token in _values(serve(sheet) or b"") if _says(token, cause)]
        if found:
            return _place(sheet, found[-1])
    return Place(sheets[-1] if sheets else "styles")


def _says(token: Any, cause: float | Colour) -> bool:
    if isinstance(cause, float):
        is_length = token.type == "dimension" and token.lower_unit in POINTS
        return is_length and abs(token.value * POINTS[token.lower_unit] - cause) < _NEAR
    colour = read_colour(token.serialize()) if token.type in ("hash", "ident") else None
    return colour is not None and all(
        abs(part - other) < _NEAR for part, other in zip(colour, cause, strict=True)
    )


def _place(sheet: str, node: Any) -> Place:
    if node is None or not _is_file(sheet):
        return Place(sheet)
    return Place(sheet, node.source_line, node.source_column)


def _is_file(sheet: str) -> bool:
    """Not so the sheet that the brand stands for: nobody sees its lines."""
    return sheet.endswith(".css")


def _check(sheet: str, data: bytes, project: Project) -> Iterator[Problem]:
    def serve(name: str) -> bytes | None:
        path = project.find_style(name.removeprefix("styles/"))
        return path.read_bytes() if path else None

    try:
        nodes = _nodes(data)
    except RecursionError:
        yield _too_deep(sheet)
        return
    yield from (_unreadable(_place(sheet, n)) for n in nodes if n.type == "error")
    yield from _missing_imports(sheet, data, serve)


def _missing_imports(sheet: str, data: bytes, serve: Serve) -> Iterator[Problem]:
    for rule in _nodes(data):
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            named = (t.value for t in rule.prelude if t.type in ("url", "string"))
            if typed := next(named, ""):
                yield from _missing_import(sheet, rule, typed, serve)


def _missing_import(sheet: str, rule: Any, typed: str, serve: Serve) -> Iterator[Problem]:
    named = normpath(PurePosixPath(sheet).parent / typed)
    if ":" in typed or typed.startswith("//"):
        message = f'"{typed}" is no style sheet of this project'
        hint = "nothing is fetched from elsewhere: put the sheet into styles/"
        yield _wrong(_place(sheet, rule), message, hint)
    elif serve(named) is None:
        hint = f"the address counts from the sheet: it would be {named}"
        yield _wrong(_place(sheet, rule), f'there is no style sheet "{typed}"', hint)


@lru_cache(maxsize=8)
def _rules(data: bytes) -> dict[str, Any]:
    """The first rule of each selector; a sheet may have thousands of wrong ones."""
    rules = [node for node in _nodes(data) if node.type == "qualified-rule"]
    return {tinycss2.serialize(rule.prelude).strip(): rule for rule in reversed(rules)}


def _values(data: bytes) -> Iterator[Any]:
    """The tokens that may say a size or a colour of letters, in the order of the sheet."""
    for node in _nodes(data):
        if node.type == "declaration" and _FONT.match(node.lower_name):
            yield from node.value


@lru_cache(maxsize=64)
def _nodes(data: bytes) -> tuple[Any, ...]:
    """Rules, declarations and what is neither, each rule before what it holds."""
    rules, _ = tinycss2.parse_stylesheet_bytes(data, skip_comments=True)
    return tuple(inner for node in rules for inner in _within(node))


def _within(node: Any) -> Iterator[Any]:
    yield node
    if node.type in _RULES and node.content is not None:
        is_group = node.type == "at-rule" and node.lower_at_keyword in _GROUPS
        parse = tinycss2.parse_rule_list if is_group else tinycss2.parse_blocks_contents
        for inner in parse(node.content):
            yield from _within(inner)


def _near(name: str, reason: str) -> str:
    """Name the property that was probably meant."""
    from weasyprint.css.properties import KNOWN_PROPERTIES

    known = sorted(property.replace("_", "-") for property in KNOWN_PROPERTIES)
    near = get_close_matches(name, known, 1) if reason == "unknown property" else []
    return f'did you mean "{near[0]}"?' if near else _HINT


def _wrong(place: Place, message: str, hint: str = _HINT) -> Problem:
    return Problem(Rule.RENDERER, place, message, hint)


def _too_deep(sheet: str) -> Problem:
    hint = "look for braces, brackets or rules in one another without end"
    return _wrong(Place(sheet), _TOO_DEEP, hint)


def _unreadable(place: Place) -> Problem:
    hint = "check the braces, colons and semicolons before it"
    return _wrong(place, "the style sheet cannot be read here", hint)
