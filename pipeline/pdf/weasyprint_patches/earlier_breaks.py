"""Correct the height of a box that WeasyPrint divides again at an earlier page break."""

from contextlib import AbstractContextManager
from typing import Any

from pipeline.pdf.weasyprint_patches.attributes import patched


def patch_earlier_breaks() -> AbstractContextManager[None]:
    """Reduce the height of a box after WeasyPrint moved its last children to the next page.

    If a source line does not fit below its table, WeasyPrint moves rows of the table, which
    is already laid out, to the next page with it. Without this patch the table keeps its
    height, and its lower border is drawn below the space of the moved rows.
    """
    from weasyprint.layout import block

    original = block.find_earlier_page_break

    def find_earlier_page_break(context: Any, children: Any, *arguments: Any) -> Any:
        page_break = original(context, children, *arguments)
        if page_break and all(page_break[0][-1] is not child for child in children):
            _shrink_to_children(page_break[0][-1])
        return page_break

    return patched(block, find_earlier_page_break=find_earlier_page_break)


def _shrink_to_children(box: Any) -> None:
    box.remove_decoration(start=False, end=True)
    box.height = max(
        child.position_y + child.margin_height() - box.content_box_y()
        for child in box.children
        if child.is_in_normal_flow()
    )
