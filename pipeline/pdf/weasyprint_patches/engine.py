"""Apply the patches that make WeasyPrint faster and change no byte of a PDF.

To switch a patch off, delete it from `PATCHES`. The time that each saves was measured:
docs/decisions/0030-engine-patches.md.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pipeline.pdf.weasyprint_patches.cascades import keep_cascades
from pipeline.pdf.weasyprint_patches.column_lines import keep_column_lines
from pipeline.pdf.weasyprint_patches.columns import search_column_height
from pipeline.pdf.weasyprint_patches.first_lines import keep_first_lines
from pipeline.pdf.weasyprint_patches.html_patterns import keep_patterns
from pipeline.pdf.weasyprint_patches.initial_values import start_with_initial_values
from pipeline.pdf.weasyprint_patches.layouts import copy_layouts
from pipeline.pdf.weasyprint_patches.normal_flow import read_two_values
from pipeline.pdf.weasyprint_patches.percentages import keep_percentages
from pipeline.pdf.weasyprint_patches.styles import keep_styles
from pipeline.pdf.weasyprint_patches.written_objects import write_objects_once

PATCHES = (
    *(keep_styles, keep_first_lines, copy_layouts, read_two_values),
    *(keep_patterns, start_with_initial_values, keep_percentages, keep_cascades),
    *(write_objects_once, keep_column_lines, search_column_height),
)


@contextmanager
def patch_engine() -> Iterator[None]:
    """Apply all patches within the context."""
    with ExitStack() as stack:
        for patch in PATCHES:
            stack.enter_context(patch())
        yield
