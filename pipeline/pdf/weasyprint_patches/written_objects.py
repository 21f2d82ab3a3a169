"""Convert each PDF object to bytes once, and dispatch values by type.

Repeated: pydyf 0.13 writes and compresses each object twice, for the file and for the
identifier in its trailer. It tests each of 17,000 values for up to three types.

Instead: an object keeps its bytes while the file is written, and the type of a value finds
the function that writes it.

Same bytes: nothing changes an object between the writes; `_WRITERS` converts as pydyf.

As a pull request: `PDF.write` would hash the bytes that it has written, and `_to_bytes`
would look the type up first.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pydyf
from pydyf import PDF, Array, Dictionary, Stream, String

from pipeline.pdf.weasyprint_patches.attributes import patched

_write = PDF.write
_to_bytes = pydyf._to_bytes
_DATA = {kind: kind.data for kind in (Array, Dictionary, Stream, String)}


def _write_float(value: float) -> bytes:
    if value.is_integer():
        return b"%d" % value
    return f"{value:f}".rstrip("0").encode("ascii")


_WRITERS: dict[type, Any] = {
    bytes: lambda value: value,
    str: lambda value: value.encode("ascii"),
    int: lambda value: b"%d" % value,
    float: _write_float,
}


def _to_bytes_by_type(value: Any) -> bytes:
    writer = _WRITERS.get(type(value), _to_bytes)
    written: bytes = writer(value)
    return written


def _write_once(pdf: Any, *arguments: Any, **named: Any) -> None:
    for item in pdf.objects:
        item.kept_bytes = None
    _write(pdf, *arguments, **named)


def _data_once(kind: type) -> property:
    get_data = _DATA[kind].fget

    def data(value: Any) -> bytes:
        attributes = vars(value)
        result: bytes | None = attributes.get("kept_bytes")
        if result is None:
            result = get_data(value)
            if "kept_bytes" in attributes:
                attributes["kept_bytes"] = result
        return result

    return property(data)


@contextmanager
def write_objects_once() -> Iterator[None]:
    """Let pydyf write each object as bytes once."""
    with (
        ExitStack() as stack,
        patched(PDF, write=_write_once),
        patched(pydyf, _to_bytes=_to_bytes_by_type),
    ):
        for kind in _DATA:
            stack.enter_context(patched(kind, data=_data_once(kind)))
        yield
