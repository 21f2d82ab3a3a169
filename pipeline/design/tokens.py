"""Read design tokens: the custom properties of the root element in the style sheets.

Python needs sizes and colours for what CSS cannot do: balanced lines of a title, charts,
the logo for a dark background. The style sheets are their only source. As in the cascade,
a later style sheet wins, and `:root.a5` wins against `:root`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from urllib.parse import urljoin

import tinycss2

from pipeline.design.stylesheets import nesting_problem
from pipeline.problems import PipelineError

# Points in each unit of CSS.
POINTS = {"pt": 1.0, "mm": 72 / 25.4, "in": 72.0, "px": 0.75}
_LENGTH = re.compile(r"(-?[0-9]*\.?[0-9]+)(pt|mm|in|px)")
_SUM = re.compile(r"calc\((\S+) \+ (\S+)\)")
_DECLARATION = re.compile(r"--([\w-]+):\s*([^;]+)")
_EM = re.compile(r"(-?[0-9]*\.?[0-9]+)em")
_REFERENCE = re.compile(r"var\(--([\w-]+)\)")
# A sign of custom properties or imports in a style sheet: two hyphens that
# are not in `var(--name)`, `@import`, a backslash, or another encoding.
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
        added = _SUM.fullmatch(value)
        parts = added.groups() if added else (value,)
        lengths = [_LENGTH.fullmatch(part) for part in parts]
        points = [float(each[1]) * POINTS[each[2]] for each in lengths if each]
        return sum(points) if len(points) == len(lengths) else None

    def em(self, name: str) -> float:
        """A length in em; 0 if the token is missing or not in em."""
        match = _EM.fullmatch(self.resolved(name))
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

    `style` is its attribute, which wins over them.

    Raises PipelineError for a style sheet that is nested too deeply.
    """
    root_classes = frozenset(classes)
    tokens = [
        (_specificity(selector, language, root_classes), name, value)
        for stylesheet in names
        for selector, name, value in _with_imports(stylesheet, read, ())
    ]
    # Sorting is stable: among equally specific selectors the later one wins.
    tokens = sorted((token for token in tokens if token[0] >= 0), key=lambda t: t[0])
    own = _DECLARATION.findall(style)
    return Tokens({name: value for _, name, value in tokens} | dict(own))


def _specificity(selector: str, language: str, classes: frozenset[str]) -> int:
    """How specifically a selector matches the root element; -1 if it does not match."""
    match = _ROOT.fullmatch(selector)
    if not match:
        return -1
    wanted = {name for name in match[1].split(".") if name}
    lang = match[2] or ""
    if not wanted <= classes or not f"{language}-".startswith(lang and f"{lang}-"):
        return -1
    return len(wanted) + bool(lang)


_Property = tuple[str, str, str]


def _with_imports(
    name: str, read: ReadStylesheet, importers: tuple[str, ...]
) -> Iterator[_Property]:
    """The properties of a style sheet, after those of its imports."""
    if name in importers:
        return  # a circular import
    imports, properties = _parse(name, read(name))
    for address in imports:
        yield from _with_imports(urljoin(name, address), read, (*importers, name))
    yield from properties


@lru_cache(maxsize=64)
def _parse(name: str, data: bytes) -> tuple[tuple[str, ...], tuple[_Property, ...]]:
    if problem := nesting_problem(name, data):
        raise PipelineError(problem)
    if not _MAY_DEFINE.search(data):
        return (), ()
    rules, _ = tinycss2.parse_stylesheet_bytes(
        data, skip_comments=True, skip_whitespace=True
    )
    imports = (
        token.value
        for rule in rules
        if rule.type == "at-rule" and rule.lower_at_keyword == "import"
        for token in rule.prelude
        if token.type in ("url", "string")
    )
    return tuple(imports), tuple(_properties(rules))


def _properties(rules: Iterable[tinycss2.ast.Node]) -> Iterator[_Property]:
    for rule in rules:
        if rule.type != "qualified-rule":
            continue
        for selector in tinycss2.serialize(rule.prelude).split(","):
            for part in tinycss2.parse_blocks_contents(rule.content):
                if part.type == "declaration" and part.name.startswith("--"):
                    value = tinycss2.serialize(part.value).strip()
                    yield selector.strip(), part.name[2:], value
