"""Give a new style all initial values that nothing can change.

Repeated: WeasyPrint 70.0 computes each initial value of each style when it is first read:
14,000 for a brief, most of them of properties that no style sheet declares.

Instead: a style starts with the initial values of all properties that are not inherited,
not computed, and not declared for it, by a physical or a logical name.

Same bytes: these are the values that `__missing__` would set.

As a pull request: these lines in `__init__` of both classes of styles.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

from pipeline.pdf.weasyprint_patches.attributes import patched

# `page` is taken from the parent; reading the others also sets `style.specified`.
_OTHERS = {"page", "position", "float", "display"}
_VALUES = {
    name: value
    for name, value in INITIAL_VALUES.items()
    if name not in INHERITED | INITIAL_NOT_COMPUTED | _OTHERS
    and not name.startswith("text_decoration_")
}
# The physical names that a logical one decides, such as those of `margin_inline_start`.
_PHYSICAL: dict[str, set[str]] = {}
for _name, _function in PHYSICAL_FUNCTIONS.items():
    for _direction in ("ltr", "rtl"):
        _logical = _function(block="ttb", inline=_direction)
        _PHYSICAL.setdefault(_logical, set()).add(_name)

_start = ComputedStyle.__init__
_start_anonymous = AnonymousStyle.__init__


def _start_with_values(style: Any, parent: Any, declared: Any, *rest: Any) -> None:
    _start(style, parent, declared, *rest)
    dict.update(style, _VALUES)
    for name in declared:
        dict.pop(style, name, None)
        for physical in _PHYSICAL.get(name, ()):
            dict.pop(style, physical, None)


def _start_anonymous_with_values(style: Any, parent: Any) -> None:
    dict.update(style, _VALUES)
    _start_anonymous(style, parent)


@contextmanager
def start_with_initial_values() -> Iterator[None]:
    """Let styles start with their initial values."""
    with (
        patched(ComputedStyle, __init__=_start_with_values),
        patched(AnonymousStyle, __init__=_start_anonymous_with_values),
    ):
        yield
