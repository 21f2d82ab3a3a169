"""A number and its signs have one order, wherever a line of Arabic breaks."""

from collections.abc import Iterator
from datetime import date

import pypdfium2
import pytest

from pipeline.build import build_documents as build
from pipeline.html.text.markdown import TextStyle, line_html
from pipeline.html.text.typography import typeset_characters
from pipeline.pdf.fontconfig import load_fonts
from pipeline.problems import is_blocking
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

FONTS = (BUNDLED / "styles" / "fonts",)
TEXT = (
    "بلغت النسبة -3.5% و35% في 2017-03 ثم (12.5 %) و+4% بين 1994-2000 و-5، 6%، 7% و€8 "
    "وبين **-9**% و*40*%"
)
# The glyphs from left to right: as CLDR has it for `latn`, and for `arab`. A range
# of years may break behind its dash.
SEEN = {
    "ar": "−3.5% 35% 2017-03 (12.5%) +4% −5 7% €8 −9% 40%",
    "ar-u-nu-arab": "٪٣٫٥− ٪٣٥ ٠٣-٢٠١٧ (٪١٢٫٥) ٪٤+ ٥− ٪٧ ٨€ ٪٩− ٪٤٠",
}


def seen(pdf: bytes) -> Iterator[str]:
    """The lines of a PDF, with their glyphs from left to right."""
    for pdf_page in pypdfium2.PdfDocument(pdf):
        page = pdf_page.get_textpage()
        lines: dict[int, list[tuple[float, str]]] = {}
        for index in range(page.count_chars()):
            left, foot, _, _ = page.get_charbox(index, loose=True)
            lines.setdefault(round(foot / 4), []).append(
                (left, page.get_text_range(index, 1))
            )
        for line in lines.values():
            letters = (letter for _, letter in sorted(line))
            yield "".join(c for c in letters if c not in "\u200e\u200f \u00a0\u2060\r\n")


@pytest.mark.parametrize("language", SEEN)
def test_a_number_has_the_same_order_in_columns_of_every_width(language: str) -> None:
    from weasyprint import HTML

    words = line_html(TEXT, TextStyle(typeset=typeset_characters, language=language))
    column = "<p style='width: {}mm; font: 10pt \"Brief Arabic\"'>{}"
    for width in range(20, 120, 4):
        html = f'<html lang="ar" dir="rtl"><body>{column.format(width, words)}'
        pdf = HTML(string=html).write_pdf(font_config=load_fonts(FONTS).configuration)
        lines = " ".join(seen(pdf))
        assert [n for n in SEEN[language].split() if n not in lines] == [], width


@pytest.mark.parametrize(
    ("digits", "number"), [("latin", "−3.5%"), ("arabic-indic", "٪٣٫٥−")]
)
def test_tables_charts_and_pull_figures_have_the_order_of_the_text(
    digits: str, number: str, write_project: WriteProject
) -> None:
    text = """\
title: عنوان
pull_figures: [{figure: -3.5%, text: نص}]
sections:
  - heading: عنوان
    blocks:
      - text: بلغت -3.5% من العمل
      - table: {title: جدول, rows: [[ا, -3.5%]],
                columns: [عام, {heading: ب, align: number}]}
      - figure: {title: شكل, subtitle: نسبة, chart: bar, label: l, value: v,
                 data: [{l: ا, v: -3.5}, {l: ب, v: 2}], alt: ا, source: ا, show_data: true}
"""
    series = "name: N\npublisher: {name: P}\nlanguages: [ar]\ndigits: " + digits
    files = {"content/series.yaml": series, "content/brief/2017/ar.yaml": text}
    root = write_project({**files, "content/brief/2017/en.yaml": None})
    outcome = build(open_project(root), BuildOptions(), date(2018, 1, 1))
    assert [p for p in outcome.problems if is_blocking(p)] == []
    (pdf,) = root.glob("build/brief/*.pdf")
    lines = "\n".join(seen(pdf.read_bytes()))
    # In a chart and its table the unit is said once, above.
    assert lines.count(number) == 3
    assert lines.count(number.strip("%٪")) == 5
