"""Read the tokens of the style sheets: the custom properties of the root element.

For what CSS cannot do by itself (lines of a title that are equally long) Python must know
sizes and measures. They stand in the style sheets alone and are read from there, in the
order of the cascade: a later sheet wins, and `:root.a5` wins against `:root`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import tinycss2

_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "in": 72.0, "px": 0.75}
_LENGTH = re.compile(r"(-?[0-9]*\.?[0-9]+)(pt|mm|in|px)")
_REFERENCE = re.compile(r"var\(--([\w-]+)\)")


class Tokens(dict[str, str]):
    """The values of custom properties by name, without the two hyphens."""

    def points(self, name: str) -> float:
        """A length in points; 0 when the token is missing or no plain length."""
        match = _LENGTH.fullmatch(self.resolved(name))
        return float(match[1]) * _POINTS[match[2]] if match else 0.0

    def em(self, name: str) -> float:
        """A length in em; 0 likewise."""
        value = self.resolved(name)
        return (
            float(value.removesuffix("em")) if re.fullmatch(r"-?[\d.]+em", value) else 0.0
        )

    def families(self, name: str) -> tuple[str, ...]:
        """The families of a stack of fonts."""
        return tuple(re.findall(r'"([^"]*)"', self.resolved(name)))

    def resolved(self, name: str) -> str:
        """A value with what it refers to put in (eight steps; a circle ends there)."""
        value = self.get(name, "")
        for _ in range(8):
            value = _REFERENCE.sub(lambda match: self.get(match[1], ""), value)
        return value


def read_tokens(sheets: Iterable[bytes], language: str, classes: Iterable[str]) -> Tokens:
    """Read style sheets in their order for a root element of a language with classes."""
    known = frozenset(classes)
    found = [
        (_specificity(selector, language, known), number, name, value)
        for number, sheet in enumerate(sheets)
        for selector, name, value in _properties(sheet)
    ]
    found = [item for item in found if item[0] >= 0]
    found.sort(key=lambda item: item[:2])
    return Tokens({name: value for _, _, name, value in found})


def _specificity(selector: str, language: str, classes: frozenset[str]) -> int:
    """How specific a selector is that means the root element; -1 for any other."""
    match = re.fullmatch(r':root((?:\.[\w-]+)*)(?::lang\("?([\w-]+)"?\))?', selector)
    if not match:
        return -1
    wanted = {name for name in match[1].split(".") if name}
    spoken = match[2]
    if not wanted <= classes or (spoken and language.split("-")[0] != spoken):
        return -1
    return len(wanted) + bool(spoken)


@lru_cache(maxsize=64)
def _properties(sheet: bytes) -> tuple[tuple[str, str, str], ...]:
    return tuple(_read(sheet))


def _read(sheet: bytes) -> Iterator[tuple[str, str, str]]:
    rules, _ = tinycss2.parse_stylesheet_bytes(
        sheet, skip_comments=True, skip_whitespace=True
    )
    for rule in rules:
        if rule.type != "qualified-rule":
            continue
        for selector in tinycss2.serialize(rule.prelude).split(","):
            for part in tinycss2.parse_blocks_contents(rule.content):
                if part.type == "declaration" and part.name.startswith("--"):
                    value = tinycss2.serialize(part.value).strip()
                    yield selector.strip(), part.name[2:], value
