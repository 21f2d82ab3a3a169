"""Let WeasyPrint allocate C arrays of any length without parsing a type for each length.

For each font WeasyPrint asks for arrays such as `hb_codepoint_t[980]`. cffi parses each new
type in 2 ms, 12 of the 230 ms of a document; an open array has the same values.
"""

import re
from typing import Any

_SIZED_ARRAY = re.compile(r"(\w+)\[\d+\]")


class OpenArrays:
    """An `ffi` object that allocates arrays with initial values as open arrays."""

    def __init__(self, ffi: Any) -> None:
        self._ffi = ffi

    def new(self, kind: Any, values: Any = None) -> Any:
        """Allocate a C value of the type that `kind` names."""
        sized = _SIZED_ARRAY.fullmatch(kind) if values is not None else None
        return self._ffi.new(f"{sized[1]}[]" if sized else kind, values)

    def __getattr__(self, name: str) -> Any:
        """Delegate all other attributes."""
        return getattr(self._ffi, name)


def open_arrays() -> None:
    """Let the embedding of fonts use open arrays in this process."""
    from weasyprint.pdf import fonts

    if not isinstance(fonts.ffi, OpenArrays):
        fonts.ffi = OpenArrays(fonts.ffi)
