"""Patches of WeasyPrint: footnotes on the page of their call, earlier breaks, hyphens."""

from contextlib import nullcontext
from typing import Any

from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import lay_out
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
# Lengths whose sums differ in the last digit, and lengths whose sums do not.
HEIGHTS = [29 + step / 10 for step in range(60)]


def pages(height: float) -> int:
    fonts = load_fonts(FONTS)
    from weasyprint import HTML

    html = (
        "<style>@page {size: A5; margin: 17mm 12mm} html {font: 9pt 'Brief Sans'}"
        f"aside {{float: footnote; margin-top: -1pt; height: {height}mm}}</style>"
        "<p>One line and its note.<aside>The note</aside>"
    )
    return len(HTML(string=html).render(font_config=fonts.configuration).pages)


def displaced_notes(*, is_patched: bool) -> list[float]:
    load_fonts(FONTS)
    from pipeline.pdf.weasyprint_patches.footnotes import patch_footnotes

    with patch_footnotes() if is_patched else nullcontext():
        return [height for height in HEIGHTS if pages(height) > 1]


def test_a_note_that_fits_stays_with_its_call() -> None:
    assert displaced_notes(is_patched=True) == []


def displaces_notes(height: float) -> bool:
    """Whether a paragraph sends the note of the text before it to the next page."""
    fonts = load_fonts(FONTS)
    from weasyprint import HTML

    html = (
        "<style>@page {size: A5; margin: 17mm 12mm} html {font: 9pt/12pt 'Brief Sans'}"
        f"div {{height: {height}mm}} aside {{float: footnote; footnote-policy: line}}"
        "</style><div></div><p>Call<aside>Nota bene</aside>.<p>One<br>two<br>three<br>four"
    )
    pages = HTML(string=html).render(font_config=fonts.configuration).pages
    words = [
        {box.text for box in page._page_box.descendants() if hasattr(box, "text")}
        for page in pages
    ]
    call = next(i for i, texts in enumerate(words) if "1" in texts)
    return "Nota bene" not in words[call]


def test_no_paragraph_displaces_earlier_notes() -> None:
    load_fonts(FONTS)
    from pipeline.pdf.weasyprint_patches.footnotes import patch_footnotes

    heights = [130 + step for step in range(30)]
    assert any(displaces_notes(height) for height in heights), "WeasyPrint has been mended"
    with patch_footnotes():
        assert not any(displaces_notes(height) for height in heights)


def test_weasyprint_without_the_patch_displaces_notes() -> None:
    """When this fails, WeasyPrint is fixed and patch_footnotes can go."""
    assert displaced_notes(is_patched=False) != []


def test_the_patch_ends_with_its_context() -> None:
    load_fonts(FONTS)
    from weasyprint.layout import LayoutContext

    from pipeline.pdf.weasyprint_patches.footnotes import patch_footnotes

    original = LayoutContext.layout_footnote
    with patch_footnotes():
        assert LayoutContext.layout_footnote is not original
    assert LayoutContext.layout_footnote is original


def test_the_context_of_lines_has_the_properties_of_a_layout_context() -> None:
    """A property that it lacked would be set as an attribute, for its lines alone."""
    load_fonts(FONTS)
    from weasyprint.layout import LayoutContext

    from pipeline.pdf.weasyprint_patches.footnotes import _LineContext

    names = {n for n, value in vars(LayoutContext).items() if isinstance(value, property)}
    assert names == {"excluded_shapes"}
    assert names <= vars(_LineContext).keys()


# --- Earlier breaks ---

# The source does not fit: rows of the table are removed, so that it follows one.
TABLE_AND_SOURCE = (
    "<html><head><style>@page {size: 200px; margin: 0} html {font: 8px/10px 'Brief Sans'}"
    "table {border-bottom: 3px solid; border-spacing: 0} td, p {padding: 0; margin: 0}"
    "p, tr:last-child {break-before: avoid}</style></head>"
    f"<body><table>{'<tr><td>row' * 19}</table><p>source<br>source"
)


def end_of_table(page: Any) -> tuple[float, float, float]:
    """Where a table ends on a page, where its last row ends, and its border."""
    from weasyprint.formatting_structure.boxes import TableBox, TableRowBox

    parts = [*page._page_box.descendants()]
    (table,) = [box for box in parts if isinstance(box, TableBox)]
    row = [box for box in parts if isinstance(box, TableRowBox)][-1]
    end = table.content_box_y() + table.height
    return end, row.position_y + row.height, table.border_bottom_width


def test_a_table_ends_below_the_last_row_that_is_left() -> None:
    with lay_out(TABLE_AND_SOURCE, lambda name: None, load_fonts(FONTS)) as laid_out:
        end, row, border = end_of_table(laid_out.pages[0])
    assert end == row
    assert border == 0


def test_weasyprint_without_the_patch_draws_a_rule_below_rows_it_removed() -> None:
    """When this fails, WeasyPrint is fixed and patch_earlier_breaks can go."""
    fonts = load_fonts(FONTS)
    from weasyprint import HTML

    rendered = HTML(string=TABLE_AND_SOURCE).render(font_config=fonts.configuration)
    end, row, border = end_of_table(rendered.pages[0])
    assert end > row
    assert border > 0


# --- Hyphens ---

RUSSIAN = (
    "Административный совет Международной организации труда рассматривает предложения "
    "правительств относительно либерализации международной торговли, совершенствования "
    "законодательства, распространения профессионального образования. "
)


def lines_of(html: str, width: float) -> list[str]:
    """The text of each line."""
    fonts = load_fonts(FONTS)
    from weasyprint import HTML
    from weasyprint.formatting_structure.boxes import LineBox

    style = f"width: {width}mm; font: 10pt 'Brief Sans'; hyphens: auto"
    html = f'<html lang="ru"><div style="{style}">{html}'
    pages = HTML(string=html).render(font_config=fonts.configuration).pages
    lines = [b for b in pages[0]._page_box.descendants() if isinstance(b, LineBox)]
    return ["".join(getattr(b, "text", "") for b in x.descendants()) for x in lines]


def hyphens_in_a_row(html: str, width: float) -> int:
    """The most lines in a row that end with a hyphen."""
    ends = [line[-1:] for line in lines_of(html, width)]
    runs = "".join("-" if end == "‐" else " " for end in ends).split()
    return max(map(len, runs), default=0)


def test_the_last_word_of_a_text_has_no_hyphen() -> None:
    load_fonts(FONTS)
    from pipeline.pdf.weasyprint_patches.engine import patch_engine
    from pipeline.pdf.weasyprint_patches.hyphens import limit_hyphens

    texts = ("Каждая сессия международной организации", "перед каждой <b>сессией</b>.")
    cases = [(f"<p>{text}", width) for text in texts for width in range(30, 60)]

    def has_hyphen(html: str, width: float) -> bool:
        *_, before, last = ["", *lines_of(html, width)]
        return before.endswith("‐") and " " not in last.strip()

    assert any(has_hyphen(*case) for case in cases), "WeasyPrint prevents it"
    with patch_engine(), limit_hyphens():
        assert [case for case in cases if has_hyphen(*case)] == []


def test_at_most_two_lines_in_a_row_end_with_a_hyphen() -> None:
    load_fonts(FONTS)
    from pipeline.pdf.weasyprint_patches.engine import patch_engine
    from pipeline.pdf.weasyprint_patches.hyphens import limit_hyphens

    texts = [
        f"<p>{RUSSIAN}",
        f"<p>{RUSSIAN.replace('торговли', '<b>торговли</b>')}",
        f"<div style='columns: 2; column-gap: 2mm; width: 104mm'>{RUSSIAN * 2}</div>",
    ]
    cases = [(text, width) for text in texts for width in range(44, 70, 2)]
    assert any(hyphens_in_a_row(*case) > 2 for case in cases), "WeasyPrint has a limit"
    with patch_engine(), limit_hyphens():
        assert [case for case in cases if hyphens_in_a_row(*case) > 2] == []
        # In a column narrower than the words, a hyphen is better than a cut word.
        assert hyphens_in_a_row(f"<p>{RUSSIAN}", 11) > 2
