"""Use the values of a style as the key of its strut, not a text made of them.

Repeated: WeasyPrint 70.0 looks up the strut of a style 1,100 times for a brief, and each
time joins the texts of 16 values.

Instead: the key is the tuple of the same values.

Same bytes: values whose texts differ are not equal. A value that cannot be in a key, which
no style sheet gives, leaves the key a text.

As a pull request: `_font_style_cache_key` would return the tuple.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.line_break import _font_style_cache_key

from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.pdf.weasyprint_patches.memo import is_hashable

_FONT = (
    *("font_family", "font_style", "font_stretch", "font_weight"),
    *("font_variant_ligatures", "font_variant_position", "font_variant_caps"),
    *("font_variant_numeric", "font_variant_alternates", "font_variant_east_asian"),
    *("font_feature_settings", "font_variation_settings", "font_language_override", "lang"),
)
_values_of = itemgetter(*_FONT)
_sized_values_of = itemgetter(*_FONT, "font_size", "line_height")


def _key(style: Any, include_size: bool = False) -> Any:
    key = (_sized_values_of if include_size else _values_of)(style)
    return key if is_hashable(key) else _font_style_cache_key(style, include_size)


@contextmanager
def use_values_as_keys() -> Iterator[None]:
    """Let WeasyPrint find a strut by the values of its style."""
    with patched(line_break, _font_style_cache_key=_key):
        yield
