"""Read design tokens: the custom properties of the root element in the style sheets.

The program needs sizes and colours for what CSS cannot do: balanced lines of a title,
charts, the logo for a dark background. Only the style sheets define them. As in the
cascade, a later style sheet has precedence, and `:root.a5` has precedence over `:root`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from urllib.parse import urljoin

import tinycss2

from pipeline.design.stylesheets import nesting_problem
from pipeline.problems import PipelineError

# Points in each unit of CSS that a length of a token may have.
POINTS = {"pt": 1.0, "mm": 72 / 25.4, "in": 72.0, "px": 0.75}
_ABSOLUTE_LENGTH = re.compile(r"(-?[0-9]*\.?[0-9]+)(pt|mm|in|px)")
_SUM_OF_LENGTHS = re.compile(r"calc\((\S+) \+ (\S+)\)")
_DECLARATION = re.compile(r"--([\w-]+):\s*([^;]+)")
_EM_LENGTH = re.compile(r"(-?[0-9]*\.?[0-9]+)em")
_REFERENCE = re.compile(r"var\(--([\w-]+)\)")
# Bytes without which a style sheet has no custom properties and no imports: two hyphens
# that are not in `var(--name)`, `@import`, a backslash, or a NUL of another encoding.
_MAY_DEFINE = re.compile(rb"(?<!\()--|(?i:@import)|[\\\0]")
_ROOT = re.compile(r':root((?:\.[\w-]+)*)(?::lang\("?([\w-]+)"?\))?')

# From the name of a style sheet ("styles/profiles/a5.css") to its bytes.
ReadStylesheet = Callable[[str], bytes]


class Tokens(dict[str, str]):
    """The values of custom properties by name, without the two hyphens."""

    def points(self, name: str) -> float | None:
        """A length in points; None if the token is missing or not an absolute length.

        The only calculation is a sum of two lengths.
        """
        value = self.resolved(name)
        sum_match = _SUM_OF_LENGTHS.fullmatch(value)
        parts = sum_match.groups() if sum_match else (value,)
        lengths = [_ABSOLUTE_LENGTH.fullmatch(part) for part in parts]
        points = [float(match[1]) * POINTS[match[2]] for match in lengths if match]
        return sum(points) if len(points) == len(lengths) else None

    def em(self, name: str) -> float:
        """A length in em; 0 if the token is missing or not in em."""
        match = _EM_LENGTH.fullmatch(self.resolved(name))
        return float(match[1]) if match else 0.0

    def families(self, name: str) -> tuple[str, ...]:
        """The family names of a font stack."""
        return tuple(re.findall(r'"([^"]*)"', self.resolved(name)))

    def resolved(self, name: str) -> str:
        """A value with its references replaced, eight levels deep at most."""
        value = self.get(name, "")
        for _ in range(8):
            value = _REFERENCE.sub(lambda match: self.get(match[1], ""), value)
        return value


def read_tokens(
    names: Iterable[str],
    read: ReadStylesheet,
    language: str,
    classes: Iterable[str],
    style: str = "",
) -> Tokens:
    """Read style sheets in the order of the cascade, for one root element.

    `style` is the attribute of the root element; it has precedence over them. Raises
    PipelineError for a style sheet that is nested too deeply.
    """
    root_classes = frozenset(classes)
    tokens = [
        (_specificity(selector, language, root_classes), name, value)
        for stylesheet in names
        for selector, name, value in _with_imports(stylesheet, read, ())
    ]
    # Sorting is stable: among equally specific selectors the later one wins.
    tokens = sorted((token for token in tokens if token[0] >= 0), key=lambda t: t[0])
    style_declarations = _DECLARATION.findall(style)
    return Tokens({name: value for _, name, value in tokens} | dict(style_declarations))


def _specificity(selector: str, language: str, classes: frozenset[str]) -> int:
    """The specificity of a selector that matches the root element; -1 without a match."""
    match = _ROOT.fullmatch(selector)
    if not match:
        return -1
    required = {name for name in match[1].split(".") if name}
    lang = match[2] or ""
    if not required <= classes or not f"{language}-".startswith(lang and f"{lang}-"):
        return -1
    return len(required) + bool(lang)


_CustomProperty = tuple[str, str, str]


def _with_imports(
    name: str, read: ReadStylesheet, importers: tuple[str, ...]
) -> Iterator[_CustomProperty]:
    """The properties of a style sheet, after those of its imports."""
    if name in importers:
        return  # a circular import
    imports, own_properties = _parse_stylesheet(name, read(name))
    for address in imports:
        yield from _with_imports(urljoin(name, address), read, (*importers, name))
    yield from own_properties


@lru_cache(maxsize=64)
def _parse_stylesheet(
    name: str, data: bytes
) -> tuple[tuple[str, ...], tuple[_CustomProperty, ...]]:
    if problem := nesting_problem(name, data):
        raise PipelineError(problem)
    if not _MAY_DEFINE.search(data):
        return (), ()
    rules, _ = tinycss2.parse_stylesheet_bytes(data, skip_comments=True)
    imports = (
        token.value
        for rule in rules
        if rule.type == "at-rule" and rule.lower_at_keyword == "import"
        for token in rule.prelude
        if token.type in ("url", "string")
    )
    return tuple(imports), tuple(_custom_properties(rules))


def _custom_properties(rules: Iterable[tinycss2.ast.Node]) -> Iterator[_CustomProperty]:
    for rule in rules:
        if rule.type != "qualified-rule":
            continue
        for selector in tinycss2.serialize(rule.prelude).split(","):
            for part in tinycss2.parse_blocks_contents(rule.content):
                if part.type == "declaration" and part.name.startswith("--"):
                    value = tinycss2.serialize(part.value).strip()
                    yield selector.strip(), part.name[2:], value
