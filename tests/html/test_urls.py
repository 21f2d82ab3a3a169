"""An address breaks where no hyphen is expected, and is copied whole."""

import re
from datetime import date

import pypdfium2
import pytest

from pipeline.build import build_documents as build
from pipeline.html.text.markdown import TextStyle, line_html
from pipeline.html.text.urls import address_html
from pipeline.pdf.fontconfig import load_fonts
from pipeline.problems import Severity
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

FONTS = (BUNDLED / "styles" / "fonts",)
ADDRESS = "https://www.un-example.org/public/a-long-name/gb-14-1.htm?lang=en&page-no=5"
LONG = "https://hlpf.un.org/inputs/international-labour-organization.ilo_1"
NO_SIGNS = "https://example.org/" + "abcdefghij" * 4 + ".htm"
TEXT = """\
title: A title
key_messages: [{say: A message}]
sections: [{heading: A heading, blocks: [{text: A text}]}]
"""
PART, LONG_PART = '<span class="address-part">', '<span class="address-long">'


@pytest.mark.parametrize(
    ("address", "html"),
    [
        ("https://ilo.org", "https://ilo.org"),
        ("un-org.example", f"{PART}un-org.example</span>"),
        (
            "https://www.example.org/a/b-c?d=1&e=2",
            f"https://<wbr>www.example.org/<wbr>{PART}a/b-c?d=1&amp;e=2</span>",
        ),
        (
            "wto.org/english/en/wto_ilo_e.htm/ab",
            f"wto.org/<wbr>english/<wbr>{PART}en/wto_ilo_e.htm/ab</span>",
        ),
        (
            "briefs.example.org/arabic/2017/ar",
            f"briefs.example.org/<wbr>{PART}arabic/2017/ar</span>",
        ),
        (
            "https://example.org/" + "ab-" * 12,
            f"https://<wbr>example.org/<wbr>{LONG_PART}"
            + f"{PART}ab-ab-</span><wbr>" * 5
            + f"{PART}ab-ab-</span></span>",
        ),
        (
            "somebody.else@multilateral-cooperation.org",
            f"{LONG_PART}somebody.else@<wbr>multilateral-<wbr>cooperation.org</span>",
        ),
        (
            "https://example.org/" + "a" * 51,
            "https://<wbr>example.org/<wbr>aaaa" + "<wbr>a" * 44 + "aaa",
        ),
    ],
)
def test_an_address_has_marks_where_it_may_break(address: str, html: str) -> None:
    assert address_html(address) == html


def test_addresses_in_a_text_may_break_and_telephone_numbers_not() -> None:
    assert line_html("See https://www.example.org/news.", TextStyle()) == (
        "See https://<wbr>www.example.org/<wbr>news."
    )
    assert "<wbr>" in line_html("<https://www.example.org/a_b>", TextStyle())
    assert line_html("+41 22 799-61-11", TextStyle()) == "+41 22 799-61-11"


def lines_of(address: str, width: int, column: str) -> list[str]:
    """The lines of a sentence with an address; a line wider than its column is refused."""
    from weasyprint import CSS, HTML

    fonts = load_fonts(FONTS).configuration
    stylesheet = CSS(BUNDLED / "styles" / "type.css", font_config=fonts)
    words = line_html(f"See <{address}> now", TextStyle())
    style = f"width: {width}mm; font: 10pt 'Brief Sans'"
    html = f'<div class="{column}"><p style="{style}">{words}'
    pdf = HTML(string=html).write_pdf(stylesheets=[stylesheet], font_config=fonts)
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    text = page.get_text_range().replace("\ufffe", "-")
    assert re.sub(r"\s", "", text) == f"See{address}now", width
    boxes = [page.get_rect(number) for number in range(page.count_rects())]
    assert max(box[2] for box in boxes) - boxes[0][0] <= width / 25.4 * 72 + 0.1, (
        address,
        width,
    )
    return text.split("\r\n")


@pytest.mark.parametrize("address", [ADDRESS, LONG, NO_SIGNS])
def test_an_address_breaks_after_a_slash_only_and_is_copied_whole(address: str) -> None:
    for width in range(88, 150, 4):  # mm, wider than the longest part
        for line in lines_of(address, width, "text")[:-1]:
            assert re.search(r"/$|See$", line) or line.endswith(address), (width, line)


@pytest.mark.parametrize("address", [LONG, NO_SIGNS])
def test_a_part_longer_than_a_narrow_column_breaks_within(address: str) -> None:
    ends = set()
    for width in range(50, 84, 3):
        lines = lines_of(address, width, "side")
        assert not any(line.startswith(".") for line in lines), lines
        parts = [re.sub("See|now", "", line) for line in lines]
        assert all(sum(map(str.isalnum, part)) >= 4 for part in parts if part.strip()), (
            lines
        )
        ends |= {line.strip()[-1] for line in lines[:-1]}
    assert ends <= set("/-e1") if address == LONG else "j" in ends


@pytest.mark.parametrize(
    ("longest", "lines"),
    [
        (40, ["kbk.example.org/", "kiyi-isiklari/2026-11-02/tr"]),
        (25, ["kbk.example.org/", "kiyi-", "isiklari/2026-11-02/tr"]),
        (18, ["kbk.example.org/", "kiyi-", "isiklari/", "2026-11-02/", "tr"]),
    ],
)
def test_a_part_wider_than_its_column_breaks_within(longest: int, lines: list[str]) -> None:
    html = address_html(
        "kbk.example.org/kiyi-isiklari/2026-11-02/tr", lambda part: len(part) <= longest
    )
    pieces = [re.sub("<[^>]*>", "", piece) for piece in html.split("<wbr>")]
    assert "".join(pieces) == "kbk.example.org/kiyi-isiklari/2026-11-02/tr"
    assert pieces == lines


CONTACT = "contact: {name: A. Name, phone: +41 22 1}"
LONG_SLUG = "a-brief-with-a-name-of-many-letters-2"


@pytest.mark.parametrize(
    ("slug", "paper", "contact"),
    [
        ("hamsi-kotasi", "A4", ""),
        ("hamsi-kotasi", "Letter", CONTACT),
        (LONG_SLUG, "A4", CONTACT),
        (LONG_SLUG, "Letter", ""),
    ],
)
def test_the_address_of_an_edition_fits_into_the_imprint_of_large_print(
    write_project: WriteProject, slug: str, paper: str, contact: str
) -> None:
    series = "name: A\npublisher: {name: B}\nlanguages: [en]\n"
    series += f"paper: {paper}\nurl: https://notlar.kbk.example\nlicence: CC-BY-4.0\n"
    root = write_project(
        {
            "content/series.yaml": series,
            f"content/{slug}/2026-10/edition.yaml": contact,
            f"content/{slug}/2026-10/en.yaml": TEXT,
        }
    )
    result = build(open_project(root), BuildOptions(profiles=("large",)), date(2030, 1, 1))
    assert [p for p in result.problems if p.rule.severity is Severity.ERROR] == []
    (file,) = (root / "build").rglob(f"{slug}*.pdf")
    with pypdfium2.PdfDocument(file) as pdf:
        text = pdf[len(pdf) - 1].get_textpage().get_text_range()
    assert f"notlar.kbk.example/{slug}/2026-10/en" in re.sub(r"\s", "", text).replace(
        "\ufffe", "-"
    )
    # A label and a licence stand on one line.
    assert "Licence: CC-BY-4.0." in text
