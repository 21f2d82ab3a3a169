"""Damage a JSON record: replace each of its values by others, one at a time."""

import json
from collections.abc import Iterator
from typing import Any

WRONG_VALUES = (
    None,
    True,
    "",
    "x",
    "\ud800",
    -1,
    1.5,
    float("nan"),
    10**400,
    [],
    ["x"],
    {},
    {"x": 1},
)
# Whole files: no JSON, JSON of another kind, or nested too deeply.
WRONG_FILES = (
    "",
    "{",
    "null",
    "[]",
    "7",
    "NaN",
    '"x"',
    '{"format": 99}',
    "[" * 100_000,
    "\0",
)


def damaged_texts(text: str) -> Iterator[str]:
    """Yield the wrong files, and the text with each of its values replaced."""
    yield from WRONG_FILES
    loaded = json.loads(text)
    for container, key in list(_items(loaded)):
        value = container[key]
        for other in WRONG_VALUES:
            container[key] = other
            yield json.dumps(loaded)
        container[key] = value


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each list or mapping within a value, with each of its keys."""
    if isinstance(value, (dict, list)):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _items(value[key])
