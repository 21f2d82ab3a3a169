"""French ordinals have superscript letters, and are copied as typed."""

import pypdfium2
import pytest

from pipeline.html.text.markdown import TextStyle, line_html
from pipeline.pdf.fontconfig import load_fonts
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)


def raised(text: str, language: str = "fr") -> str:
    """Render a text; superscript is in braces."""
    html = line_html(text, TextStyle(language=language))
    return html.replace("<sup>", "{").replace("</sup>", "}")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("le 1er mars, la 1re fois", "le 1{er} mars, la 1{re} fois"),
        ("2e, 21e, 2es, 2nde, 2d", "2{e}, 21{e}, 2{es}, 2{nde}, 2{d}"),
        ("XXIe, XIXe et IIe", "XXI{e}, XIX{e} et II{e}"),
        (
            "François Ier, Ve République, Xe siècle",
            "François I{er}, V{e} République, X{e} siècle",
        ),
        ("(1er)", "(1{er})"),
        ("le *1er* et **2e**", "le <em>1{er}</em> et <strong>2{e}</strong>"),
        ("[1er]{lang=en}", '<span lang="en" dir="ltr">1er</span>'),
        ("2^e^", "2{e}"),
    ],
)
def test_the_letters_of_an_ordinal_are_superscript(typed: str, printed: str) -> None:
    assert raised(typed) == printed


@pytest.mark.parametrize(
    "text",
    [
        "Le, Ce, De, Me, Xe, Vie, Die",
        "1e5, C1er, A/2e, GB.2e, 2e-3, 5e.2",
        "1 er, 3ex, 1ere",
    ],
)
def test_other_letters_are_not_superscript(text: str) -> None:
    assert raised(text) == text


def test_only_french_text_has_superscript_ordinals() -> None:
    assert raised("1er", "en") == "1er"
    assert raised("[1er]{lang=fr}", "en") == '<span lang="fr" dir="ltr">1{er}</span>'


def test_an_ordinal_is_copied_as_typed_and_not_broken() -> None:
    from weasyprint import CSS, HTML
    from weasyprint.formatting_structure import boxes

    words = "le 1er mars, la 2e fois et le XVIIIe siècle"
    paragraph = "<p style='width: {}mm; font: 10pt \"Brief Sans\"'>{}"
    fonts = load_fonts(FONTS).configuration
    stylesheet = CSS(BUNDLED / "styles" / "type.css", font_config=fonts)
    set_words = line_html(words, TextStyle(language="fr"))
    for width in range(4, 90, 4):
        html = HTML(string=paragraph.format(width, set_words))
        document = html.render(stylesheets=[stylesheet], font_config=fonts)
        (page,) = document.pages
        lines = [
            "".join(
                box.text for box in line.descendants() if isinstance(box, boxes.TextBox)
            )
            for line in page._page_box.descendants()
            if isinstance(line, boxes.LineBox)
        ]
        assert " ".join(lines) == words, width
    copied = pypdfium2.PdfDocument(document.write_pdf())[0].get_textpage().get_text_range()
    assert copied == words
