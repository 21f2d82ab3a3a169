"""Import WeasyPrint with precompiled C declarations, so that cffi need not parse them.

WeasyPrint declares functions of Pango, HarfBuzz and fontconfig as C text, which cffi parses
at each start by a parser written in Python. That takes a third of WeasyPrint's import;
`tools/compile_declarations.py` does it once, and writes `c_declarations.py`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from types import ModuleType

from _cffi_backend import FFI

from pipeline.pdf.c_declarations import DECLARATIONS, DIGEST


class CompiledFFI(FFI):  # type: ignore[misc]  # cffi has no types
    """An FFI whose declarations are compiled, so that `cdef` has nothing to do."""

    def cdef(self, text: str) -> None:
        """Raise RuntimeError if other declarations were compiled."""
        if declarations_digest(text) != DIGEST:
            raise RuntimeError("run tools/compile_declarations.py: WeasyPrint has changed")


def declarations_digest(text: str) -> str:
    """Hash the text of C declarations."""
    return sha256(text.encode()).hexdigest()


@contextmanager
def compiled_cffi() -> Iterator[None]:
    """Let an import of WeasyPrint use a `cffi` that has only the compiled declarations."""
    if "weasyprint" in sys.modules or "cffi" in sys.modules:
        yield
        return
    cffi = ModuleType("cffi")
    cffi.FFI = partial(CompiledFFI, "weasyprint", **DECLARATIONS)  # type: ignore[attr-defined]
    sys.modules["cffi"] = cffi
    try:
        yield
    finally:
        del sys.modules["cffi"]
