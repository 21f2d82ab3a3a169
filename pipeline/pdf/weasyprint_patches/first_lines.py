"""Split the first line off a text once for each width, style and text.

Repeated: WeasyPrint 70.0 shapes the same words for the smallest and the largest width of a
box, for each try to place its lines, for each column, and for the next language or profile.

Instead: `split_first_line` keeps its result beside the struts in `FontConfiguration`.

Same bytes: the key has all that the function reads. Its result is numbers and a `Layout`;
the caller changes the `Layout`, so it gets a copy. The result of a text with a tab is not
kept: it depends on `tab-size`, which is not in the key.

As a pull request: `split_first_line` would look up the key in its first lines, and store
the result in its last lines.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.text import line_break
from weasyprint.text.line_break import Layout, split_first_line

from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.pdf.weasyprint_patches.memo import forget_with_new_fonts, is_hashable, memo_of

_LIMIT = 4_000  # lines, of 0.8 kB each
FONT_PROPERTIES = (
    *("font_family", "font_style", "font_stretch", "font_weight", "font_size"),
    *("font_kerning", "font_variant_ligatures", "font_variant_position"),
    *("font_variant_caps", "font_variant_numeric", "font_variant_alternates"),
    *("font_variant_east_asian", "font_feature_settings", "font_variation_settings"),
    *("font_language_override", "lang", "direction", "text_decoration_line"),
)
_LINE_PROPERTIES = (
    *("letter_spacing", "word_spacing", "white_space", "overflow_wrap", "word_break"),
    *("hyphens", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone"),
)
_values_of = itemgetter(*FONT_PROPERTIES, *_LINE_PROPERTIES)


def _copy_layout(layout: Layout) -> Layout:
    copied = object.__new__(Layout)
    vars(copied).update(vars(layout))
    return copied


def _split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> tuple[Any, ...]:
    options = (max_width, justification_spacing, is_line_start, minimum)
    memo = memo_of(style.font_config, "first_lines", _LIMIT)
    key = (text, *options, *_values_of(style))
    is_kept = "\t" not in text and is_hashable(key)
    result = memo.get(key) if is_kept else None
    if result is None:
        result = split_first_line(text, style, context, *options)
        if is_kept:
            memo[key] = result
    layout, *measures = result
    return _copy_layout(layout), *measures


@contextmanager
def keep_first_lines() -> Iterator[None]:
    """Let WeasyPrint split a first line off a text once."""
    owners = (line_break, inline, preferred)
    with (
        patched(*owners, split_first_line=_split_first_line),
        forget_with_new_fonts("first_lines"),
    ):
        yield
