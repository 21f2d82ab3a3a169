"""Let WeasyPrint make arrays of any length without parsing a name of a type for each.

For each font of each document WeasyPrint asks for arrays such as `hb_codepoint_t[980]`, and
cffi parses that like a page of C: 2 ms for each length that is new, 12 of the 230 ms of a
document. An open array with the same values is the same to C.
"""

import re
from typing import Any

_CLOSED = re.compile(r"(\w+)\[\d+\]")


class OpenArrays:
    """An `ffi` that makes arrays with values open; all else is as it was."""

    def __init__(self, ffi: Any) -> None:
        self._ffi = ffi

    def new(self, kind: Any, values: Any = None) -> Any:
        """Make a value of C. `kind` is the name of a type."""
        closed = _CLOSED.fullmatch(kind) if values is not None else None
        return self._ffi.new(f"{closed[1]}[]" if closed else kind, values)

    def __getattr__(self, name: str) -> Any:
        """Give whatever else is asked for."""
        return getattr(self._ffi, name)


def open_arrays() -> None:
    """Have the embedding of fonts use open arrays, in this process."""
    from weasyprint.pdf import fonts

    if not isinstance(fonts.ffi, OpenArrays):
        fonts.ffi = OpenArrays(fonts.ffi)
