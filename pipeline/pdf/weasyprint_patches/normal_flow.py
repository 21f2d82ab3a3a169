"""Tell whether a box is in normal flow by two of its values.

Repeated: WeasyPrint 70.0 asks 7,000 times for a brief, each time by five method calls.

Instead: the box floats nowhere, and its position is `static` or `relative`.

Same bytes: `float` has no other values than those of the methods, and `position` none.

As a pull request: the body of `Box.is_in_normal_flow`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.formatting_structure.boxes import Box

from pipeline.pdf.weasyprint_patches.attributes import patched


def _is_in_normal_flow(box: Any) -> bool:
    style = box.style
    return style["float"] == "none" and style["position"] in {"static", "relative"}


@contextmanager
def ask_two_values() -> Iterator[None]:
    """Let WeasyPrint tell by two values whether a box is in normal flow."""
    with patched(Box, is_in_normal_flow=_is_in_normal_flow):
        yield
