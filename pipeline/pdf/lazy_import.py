"""Defer importing rarely used modules until a function of theirs is called.

WeasyPrint imports two parts of fontTools for variable fonts and for machines without
HarfBuzz's subsetter: 50 ms of the 250 ms of its import
(docs/decisions/0017-what-makes-it-fast.md).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any


class _LazyModule(ModuleType):
    """A module whose functions and classes are imported when they are called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return partial(_call, self.__name__, name)


def _call(module: str, name: str, *arguments: Any, **named: Any) -> Any:
    return getattr(import_module(module), name)(*arguments, **named)


@contextmanager
def lazy_import(*names: str) -> Iterator[None]:
    """Make imports of these modules lazy, unless they are imported already."""
    new = {name: _LazyModule(name) for name in names if name not in sys.modules}
    sys.modules.update(new)
    try:
        yield
    finally:
        for name in new:
            del sys.modules[name]
