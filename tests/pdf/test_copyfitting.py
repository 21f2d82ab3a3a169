"""The spaces of a document change if its last page is nearly empty."""

from typing import Any

import pytest

from pipeline.pdf import copyfitting, document_fitter
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import lay_out
from pipeline.pdf.weasyprint_patches.attributes import patched
from tests.pdf.layouts import FONTS, box, counted_layouts, lines, rendered_pdf

# A page holds 20 lines of 10 px.
STYLE = """
@page { size: 200px 200px; margin: 0 }
html { font: 8px/10px "Brief Sans"; orphans: 1; widows: 1 }
* { margin: 0; padding: 0 }
p { margin-bottom: 10px }
.box { break-inside: avoid }
"""


def document(body: str, profile: str = "screen") -> str:
    """A document of one section."""
    return (
        f'<html lang="en" class="{profile}"><head><title>T</title><style>{STYLE}</style>'
        f'</head><body><main><section class="section">{body}</section></main></body></html>'
    )


def paragraphs(count: int) -> str:
    """As many paragraphs of three lines, each with a space of one line."""
    return "".join(lines(f"p{number}-", 3) for number in range(count))


def page_ends(html: str) -> list[Any]:
    """The last word of each page."""
    with lay_out(html, lambda name: None, load_fonts(FONTS)) as laid_out:
        return [
            [b.text for b in page._page_box.descendants() if getattr(b, "text", "")][-1]
            for page in laid_out.pages
        ]


def test_less_space_saves_a_last_page_with_a_few_lines() -> None:
    html = document(paragraphs(16))
    with patched(copyfitting, _MIN_FILLED=0.0):
        assert len(page_ends(html)) == 4
    assert page_ends(html)[-1] == "p15-2"
    assert len(page_ends(html)) == 3


def test_more_space_brings_text_to_a_last_page_that_cannot_be_saved() -> None:
    """One page has too few spaces to save the place of three lines."""
    html = document(paragraphs(5) + lines("last", 3))
    with patched(copyfitting, _MIN_FILLED=0.0):
        before, _ = page_ends(html)
    after, last = page_ends(html)
    assert last == "last2"
    assert after != before


def test_less_space_closes_a_blank_band() -> None:
    """A text that does not break has a place on the page then."""
    words = "<br>".join(f"w{number}" for number in range(5))
    whole = f'<div class="text"><p style="break-inside: avoid">{words}</p></div>'
    html = document(paragraphs(4) + whole + paragraphs(8))
    with patched(document_fitter, is_well_filled=lambda _: True):
        assert page_ends(html)[0] == "p3-2"
    assert page_ends(html)[0] == "w4"


def test_less_space_brings_a_second_item_to_the_page_of_the_first() -> None:
    """The first item of a list is not alone below its introduction."""
    items = [f'<li style="break-inside: avoid">i{n}<br>i{n}-end</li>' for n in range(5)]
    introduction = "".join(lines(f"p{number}-", 1) for number in range(9))
    html = document(f"{introduction}<ul>{''.join(items)}</ul>{paragraphs(8)}")
    with patched(document_fitter, is_well_filled=lambda _: True):
        assert page_ends(html)[0] == "i0-end"
    assert page_ends(html)[0] == "i1-end"


def test_more_space_is_tried_if_less_does_not_save_the_last_page() -> None:
    """A text that does not break has no place before it, even with less space."""
    end = '<p style="break-inside: avoid">e0<br>e1<br>e2</p>'
    html = document(paragraphs(10) + end)
    with patched(copyfitting, MARGIN_FACTORS=(0.75,)):
        before = page_ends(html)
    after = page_ends(html)
    assert len(after) == len(before)
    assert before[-2] == "p9-2"
    assert after[-2] == "p8-2"


@pytest.mark.parametrize(("count", "first"), [(16, 0.75), (6, 1.4)])
def test_less_space_is_tried_first_if_it_may_save_the_last_page(
    count: int, first: float
) -> None:
    """The last page has three lines: as much as 12 spaces lose, at a quarter of a line."""
    tried = []

    def multiply(spaces: copyfitting.TextSpaces, factor: float) -> None:
        tried.append(factor)

    with (
        patched(copyfitting.TextSpaces, multiply=multiply),
        patched(document_fitter, is_well_filled=lambda _: False),
    ):
        page_ends(document(paragraphs(count)))
    assert tried[0] == first


def test_the_first_layout_remains_if_no_other_is_better() -> None:
    """A break before the last lines: no space brings more to their page."""
    end = '<div style="break-before: page"><p>end</p></div>'
    html = document(lines("a", 15) + box("BOX") + lines("b", 17) + end)
    with patched(copyfitting, _MIN_FILLED=0.0):
        before = rendered_pdf(html)[0].pdf
    assert rendered_pdf(html)[0].pdf == before


@pytest.mark.parametrize("count", [13, 14])
def test_a_document_with_a_full_last_page_is_laid_out_once(count: int) -> None:
    with counted_layouts() as indices:
        page_ends(document(paragraphs(count)))
    assert indices == [0, 1, 2]


def test_the_back_of_a_folded_sheet_may_be_nearly_empty() -> None:
    """Without it the sheet would have a blank page."""
    body = paragraphs(16)
    assert len(page_ends(document(body, "a5"))) == 4
    assert len(page_ends(document(body, "large"))) == 3


def test_what_is_moved_in_another_layout_is_read_where_it_is_written() -> None:
    body = lines("a", 15) + box("BOX") + paragraphs(13)
    rendered, problems = rendered_pdf(document(body))
    assert not [p for p in problems if "reading order" in p.message]
    assert rendered.pdf == rendered_pdf(document(body))[0].pdf
