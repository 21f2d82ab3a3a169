"""Hyphenate at most two lines in a row, and not the last word of a text.

WeasyPrint 70 has no `hyphenate-limit-lines` and no `hyphenate-limit-last`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.pdf.weasyprint_patches.attributes import patched

_MAX_HYPHENATED_LINES = 2


def _hyphens_before(context: Any) -> int:
    """Count the lines directly before the one that is laid out which end with a hyphen."""
    return int(getattr(context, "hyphens_in_a_row", 0))


def _is_in_last_word(text: str, resume_at: int | None) -> bool:
    """Whether a line ends within the last word of a text; the place is in bytes."""
    if resume_at is None:
        return False
    before, after = text.encode()[:resume_at], text.encode()[resume_at:].strip()
    is_letter = before[-1:].isalnum() or before[-1:] > b"\x7f"
    return is_letter and bool(after) and b" " not in after


def _is_hyphenated(line: Any) -> bool:
    from weasyprint.formatting_structure.boxes import TextBox

    texts = [box for box in line.descendants() if isinstance(box, TextBox)]
    return bool(texts) and texts[-1].text.endswith(texts[-1].style["hyphenate_character"])


@contextmanager
def limit_hyphens() -> Iterator[None]:
    """Hyphenate no third line in a row and no last word that fits into a line."""
    from weasyprint.layout import block, inline

    split, lay_out_lines = inline.split_first_line, block.iter_line_boxes

    def split_first_line(
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,
    ) -> Any:
        rest = (context, max_width, justification_spacing, is_line_start)
        allowed = split(text, style, *rest)
        if style["hyphens"] != "auto" or (
            _hyphens_before(context) < _MAX_HYPHENATED_LINES
            and not _is_in_last_word(text, allowed[2])
        ):
            return allowed
        unhyphenated = style.copy()
        unhyphenated["hyphens"] = "manual"
        manual = split(text, unhyphenated, *rest)
        is_too_long = is_line_start and max_width is not None and manual[3] > max_width
        return allowed if is_too_long else manual

    def iter_line_boxes(context: Any, *arguments: Any) -> Iterator[Any]:
        lines, count = lay_out_lines(context, *arguments), 0
        while True:
            # A line may have boxes with lines of their own.
            outer, context.hyphens_in_a_row = _hyphens_before(context), count
            try:
                line_and_resume = next(lines, None)
            finally:
                context.hyphens_in_a_row = outer
            if line_and_resume is None:
                return
            count = count + 1 if _is_hyphenated(line_and_resume[0]) else 0
            yield line_and_resume

    with (
        patched(inline, split_first_line=split_first_line),
        patched(block, iter_line_boxes=iter_line_boxes),
    ):
        yield
