"""Read the tokens of the style sheets: the custom properties of the root element.

For what CSS cannot do by itself (lines of a title that are equally long, the logo for a
dark ground) Python must know sizes and colours. They stand in the style sheets alone and
are read from there, in the order of the cascade: a later sheet wins, and `:root.a5` wins
against `:root`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from urllib.parse import urljoin

import tinycss2

# Points in a unit of CSS.
POINTS = {"pt": 1.0, "mm": 72 / 25.4, "in": 72.0, "px": 0.75}
_LENGTH = re.compile(r"(-?[0-9]*\.?[0-9]+)(pt|mm|in|px)")
_EM = re.compile(r"(-?[0-9]*\.?[0-9]+)em")
_REFERENCE = re.compile(r"var\(--([\w-]+)\)")
_ROOT = re.compile(r':root((?:\.[\w-]+)*)(?::lang\("?([\w-]+)"?\))?')

# Given the name of a style sheet ("profiles/a5.css"), its bytes.
ReadSheet = Callable[[str], bytes]


class Tokens(dict[str, str]):
    """The values of custom properties by name, without the two hyphens."""

    def points(self, name: str) -> float | None:
        """A length in points; None when the token is missing or no plain length."""
        match = _LENGTH.fullmatch(self.resolved(name))
        return float(match[1]) * POINTS[match[2]] if match else None

    def em(self, name: str) -> float:
        """A length in em; 0 when there is none, for so is a space that nobody asks for."""
        match = _EM.fullmatch(self.resolved(name))
        return float(match[1]) if match else 0.0

    def families(self, name: str) -> tuple[str, ...]:
        """The families of a stack of fonts."""
        return tuple(re.findall(r'"([^"]*)"', self.resolved(name)))

    def resolved(self, name: str) -> str:
        """A value with what it refers to put in (eight steps; a circle ends there)."""
        value = self.get(name, "")
        for _ in range(8):
            value = _REFERENCE.sub(lambda match: self.get(match[1], ""), value)
        return value


def read_tokens(
    names: Iterable[str], read: ReadSheet, language: str, classes: Iterable[str]
) -> Tokens:
    """Read style sheets in their order for a root element of a language with classes."""
    known = frozenset(classes)
    found = [
        (_specificity(selector, language, known), name, value)
        for sheet in names
        for selector, name, value in _with_imports(sheet, read, ())
    ]
    # Of two alike the later wins: sorting leaves them in their order.
    found = sorted((item for item in found if item[0] >= 0), key=lambda item: item[0])
    return Tokens({name: value for _, name, value in found})


def _specificity(selector: str, language: str, classes: frozenset[str]) -> int:
    """How specific a selector is that means the root element; -1 for any other."""
    match = _ROOT.fullmatch(selector)
    if not match:
        return -1
    wanted = {name for name in match[1].split(".") if name}
    spoken = match[2] or ""
    if not wanted <= classes or not f"{language}-".startswith(spoken and f"{spoken}-"):
        return -1
    return len(wanted) + bool(spoken)


_Property = tuple[str, str, str]


def _with_imports(
    name: str, read: ReadSheet, above: tuple[str, ...]
) -> Iterator[_Property]:
    """The properties of a sheet, after those of the sheets that it imports."""
    if name in above:
        return  # a circle
    imports, properties = _parse(read(name))
    for address in imports:
        yield from _with_imports(urljoin(name, address), read, (*above, name))
    yield from properties


@lru_cache(maxsize=64)
def _parse(sheet: bytes) -> tuple[tuple[str, ...], tuple[_Property, ...]]:
    rules, _ = tinycss2.parse_stylesheet_bytes(
        sheet, skip_comments=True, skip_whitespace=True
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
