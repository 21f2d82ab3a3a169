"""Import modules of libraries when they are used, not when the library is imported.

What was measured: docs/decisions/0017-what-makes-it-fast.md.
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
        load = partial(import_module, self.__name__)
        return lambda *arguments, **keywords: getattr(load(), name)(*arguments, **keywords)


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
