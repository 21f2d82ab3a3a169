"""An address breaks where no hyphen is expected, and is copied whole."""

import re

import pypdfium2
import pytest

from pipeline.html.text.markdown import TextStyle, line_html
from pipeline.html.text.urls import address_html
from pipeline.pdf.fontconfig import load_fonts
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
ADDRESS = "https://www.un-example.org/public/a-long-name/gb-14-1.htm?lang=en&page-no=5"
PART = '<span class="address-part">'


@pytest.mark.parametrize(
    ("address", "html"),
    [
        ("https://www.ilo.org", "https://www.ilo.org"),
        ("un-org.example", f"{PART}un-org.example</span>"),
        (
            "https://www.example.org/a/b-c?d=1&e=2",
            f"https://<wbr>www<wbr>.example<wbr>.org/<wbr>a/<wbr>{PART}b-c</span><wbr>?d=1&amp;e=2",
        ),
        (
            "briefs.example.org/arabic/2017/ar",
            "briefs<wbr>.example<wbr>.org/<wbr>arabic/2017/ar",
        ),
        (
            "https://example.org/" + "a-" * 21,
            "https://<wbr>example<wbr>.org/<wbr>" + "a-" * 21,
        ),
    ],
)
def test_an_address_has_marks_where_it_may_break(address: str, html: str) -> None:
    assert address_html(address) == html


def test_addresses_in_a_text_may_break_and_telephone_numbers_not() -> None:
    assert line_html("See https://www.example.org/a_b.", TextStyle()) == (
        "See https://<wbr>www<wbr>.example<wbr>.org/<wbr>a_b."
    )
    assert "<wbr>" in line_html("<https://www.example.org/a_b>", TextStyle())
    assert line_html("+41 22 799-61-11", TextStyle()) == "+41 22 799-61-11"


def test_no_line_ends_after_a_hyphen_of_an_address_and_it_is_copied_whole() -> None:
    from weasyprint import CSS, HTML

    fonts = load_fonts(FONTS).configuration
    sheet = CSS(BUNDLED / "styles" / "type.css", font_config=fonts)
    words = line_html(f"See {ADDRESS} now", TextStyle())
    ends = set()
    for width in range(34, 120, 4):
        html = f"<p style='width: {width}mm; font: 10pt \"Brief Sans\"'>{words}"
        pdf = HTML(string=html).write_pdf(stylesheets=[sheet], font_config=fonts)
        text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
        assert re.sub(r"\s", "", text) == f"See{ADDRESS}now", width
        ends |= {line[-1] for line in text.split("\r\n")[:-1]}
        assert not re.search(r"[-\ufffe\u0002]\r\n", text), width
    assert "/" in ends
