"""A footnote that fits stays on the page of its call."""

from contextlib import nullcontext

from pipeline.pdf.fontconfig import load_fonts
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


def strays(*, mended: bool) -> list[float]:
    load_fonts(FONTS)
    from pipeline.pdf.weasyprint_patches.footnotes import patch_footnotes

    with patch_footnotes() if mended else nullcontext():
        return [height for height in HEIGHTS if pages(height) > 1]


def test_a_note_that_fits_stays_with_its_call() -> None:
    assert strays(mended=True) == []


def pushed_away(height: float) -> bool:
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
    assert any(pushed_away(height) for height in heights), "WeasyPrint has been mended"
    with patch_footnotes():
        assert not any(pushed_away(height) for height in heights)


def test_weasyprint_without_the_patch_displaces_notes() -> None:
    """When this fails, WeasyPrint is fixed and patch_footnotes can go."""
    assert strays(mended=False) != []


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
