"""Damage a JSON record: replace each of its values by others, one at a time."""

import json
from collections.abc import Iterator
from typing import Any

OTHERS = (
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
# As a whole: no JSON, of no use, or without end.
WHOLES = ("", "{", "null", "[]", "7", "NaN", '"x"', '{"format": 99}', "[" * 100_000, "\0")


def damaged(text: str) -> Iterator[str]:
    """Give each form that a file may have then."""
    yield from WHOLES
    loaded = json.loads(text)
    for holder, key in list(_places(loaded)):
        value = holder[key]
        for other in OTHERS:
            holder[key] = other
            yield json.dumps(loaded)
        holder[key] = value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each list or mapping within a value, with each of its keys."""
    if isinstance(value, (dict, list)):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])
