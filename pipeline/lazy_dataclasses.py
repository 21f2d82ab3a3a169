"""Compile the methods of data classes when they are called, not when a class is made.

Python 3.11 and 3.12 write up to six methods for a data class, and compile the text of each.
A command makes more than 100 classes before its first document, and calls few methods.
"""

import dataclasses
from collections.abc import Callable
from typing import Any, cast

# Only classes of this package are changed, not those of libraries.
_PACKAGE = __name__.partition(".")[0]

Method = Callable[..., Any]


def compile_methods_late() -> None:
    """Let data classes of this package compile their methods late, from this call on.

    Python 3.13 and later compile all methods of a class at once; there this does nothing.
    """
    create: Method | None = getattr(dataclasses, "_create_fn", None)
    if create is None:
        return

    def create_late(name: str, *text: Any, **scope: Any) -> Method:
        module = (scope.get("globals") or {}).get("__name__", "")
        if module.partition(".")[0] != _PACKAGE:
            return cast(Method, create(name, *text, **scope))
        compiled: list[Any] = []

        def method(self: Any, *arguments: Any, **keywords: Any) -> Any:
            if not compiled:
                compiled.append(create(name, *text, **scope))
                for owner in type(self).__mro__:
                    if owner.__dict__.get(name) is method:  # not if it is wrapped
                        compiled[0].__qualname__ = method.__qualname__
                        setattr(owner, name, compiled[0])
            return compiled[0](self, *arguments, **keywords)

        method.__name__ = name
        return method

    dataclasses._create_fn = create_late  # type: ignore[attr-defined]
