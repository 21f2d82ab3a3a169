"""Readers extract Arabic as it is written; the page stays as it is.

Here PDFium extracts; tools/conformance/search.py uses more programs that extract text.
"""

import io
import re
import unicodedata
from collections.abc import Iterator

import pikepdf
import pydyf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import ImageChops

from pipeline.pdf import render as rendering
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.right_to_left import write_right_to_left
from pipeline.problems import Place, Rule
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
STYLE = """
@page { size: 16cm 6cm; margin: 1cm }
body { margin: 0; font: 12pt "Brief Arabic", "Brief Sans" }
"""
MARKED = "مُعدّ بِسْمِ المكوِّنة لاحقاً. تبعاً لسياسة معاً"
ARABIC = f"<p>{MARKED} الأولى [1] (الغاية 8.5)، 10 حزيران/يونيه 2008، جنيف</p>"


def render(body: str, language: str = "ar") -> bytes:
    direction = "rtl" if language == "ar" else "ltr"
    html = (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><title>T</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )
    rendered, _ = rendering.render_pdf(html, lambda name: None, load_fonts(FONTS), Place)
    return rendered.pdf


def open_page(pdf: bytes) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(pdf)[0]


def extract(pdf: bytes) -> str:
    """What PDFium extracts, without marks of direction."""
    text = open_page(pdf).get_textpage().get_text_range()
    text = re.sub("[\u200e\u200f]", "", text).replace("\u00a0", " ")
    return unicodedata.normalize("NFC", " ".join(text.split()))


def fonts_of(pdf: bytes) -> Iterator[tuple[pikepdf.Object, TTFont]]:
    opened = pikepdf.open(io.BytesIO(pdf))
    for font in opened.pages[0].Resources.Font.values():
        (descendant,) = font.DescendantFonts
        data = descendant.FontDescriptor.FontFile2.read_bytes()
        yield descendant, TTFont(io.BytesIO(data))


@pytest.mark.parametrize(
    "text",
    [
        *MARKED.split(),
        "لاحقاً. تبعاً",
        "الأول إلا الآثار ولا",
        "الله",
        "الأول [4]. والثاني",
        "الأول (الثاني) الثالث",
        "الأول (WPSDG) الثالث",
        "الأول (2017)",
        "في عام 2016، في 136 مجلساً",
        "جنيف، 10 حزيران/يونيه 2008.",
        "هدف 8 من أهداف",
        "بنسبة 12.5 في المائة",
        "بلغ 28% من العمال",
        "28%",
        "بلغ 28 % من العمال",
        "١٢٫٥ و٣",
    ],
)
def test_text_is_extracted_as_it_is_written(text: str) -> None:
    wanted = unicodedata.normalize("NFC", text.replace("\u00a0", " "))
    assert wanted in extract(render(f"<p>مجلس {text} عمل</p>"))


def test_a_telephone_number_is_extracted_as_it_is_written() -> None:
    phone = '<span dir=ltr lang=en style="font-family: Brief Sans">+41 22 799 6111</span>'
    for body in (f"<p>هاتف {phone}</p>", f"<div>هاتف</div> <p>هاتف: <b>{phone}</b></p>"):
        assert "هاتف: +41 22 799 6111" in extract(render(body)).replace("هاتف +", "هاتف: +")


def test_marks_and_numbers_in_elements_of_their_own_are_extracted() -> None:
    body = "<p id=x>مجلساً [<a href=#x>1</a>]. <b>معاً</b> في 2017<i>1</i>"
    body += " <b>معاً</b><i>2</i></p>"
    assert extract(render(body)) == "مجلساً [1]. معاً في 20171 معاً2"


def test_no_glyph_moves_by_more_than_a_600th_of_an_inch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = render(ARABIC)
    monkeypatch.setattr("pipeline.pdf.right_to_left.write_right_to_left", lambda *a, **k: 0)
    plain = render(ARABIC)
    assert extract(plain) != extract(written)
    pages = [open_page(p).render(scale=600 / 72).to_pil() for p in (plain, written)]
    difference = ImageChops.difference(*(page.convert("L") for page in pages))
    # A pixel at the edge of a letter: a line of one pixel, nothing that is wider.
    edges = difference.point(lambda value: 255 if value > 64 else 0)
    assert sum(edges.histogram()[1:]) < 500
    assert (
        sum(pages[0].convert("L").point(lambda v: 255 * (v < 64)).histogram()[1:]) > 20_000
    )


def test_the_widths_of_added_glyphs_are_those_of_the_font() -> None:
    """PDF/A-3 (ISO 19005-3, 6.2.11.5)."""
    added = 0
    for descendant, font in fonts_of(render(ARABIC)):
        names, units = font.getGlyphOrder(), font["head"].unitsPerEm
        assert names == font["glyf"].glyphOrder
        for first, widths in zip(descendant.W[::2], descendant.W[1::2], strict=True):
            for glyph, width in enumerate(widths, int(first)):
                advance = font["hmtx"][names[glyph]][0] * 1000 / units
                assert abs(advance - float(width)) < 1
                added += int(first) > 1000
    assert added > 10


def test_the_same_text_gives_the_same_bytes() -> None:
    assert render(ARABIC) == render(ARABIC)


def test_numbers_in_a_document_from_left_to_right_have_no_direction_marks() -> None:
    body = "<p>Note [1] in (2017): +41 22 799 6111</p><p>The word <span lang=ar dir=rtl>"
    pdf = render(f"{body}مُعدّ لاحقاً</span></p>", "en")
    text = open_page(pdf).get_textpage().get_text_range()
    assert "Note [1] in (2017): +41 22 799 6111" in text
    assert "مُعدّ لاحقاً" in extract(pdf)
    assert not re.search("[\u200e\u200f]", text)


def test_text_from_left_to_right_is_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    written = render("<p>Note [1], +41 22 799 6111; ffi, é, 10 %</p>", "en")
    monkeypatch.setattr("pipeline.pdf.right_to_left.write_right_to_left", lambda *a, **k: 0)
    assert written == render("<p>Note [1], +41 22 799 6111; ffi, é, 10 %</p>", "en")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("\u0644\u0627", "\ufefb"),
        ("\u0644\u0623", "\ufef7"),
        ("\u0644\u0625", "\ufef9"),
        ("\u0644\u0622", "\ufef5"),
        ("\u0623\u064f", "\u064f"),
        ("\u0644", "\u0644"),
        ("\u0644\u0644\u0647", "\u0644\u0644\u0647"),
    ],
)
def test_a_font_without_truetype_outlines_has_ligatures_of_its_own(
    given: str, wanted: str
) -> None:
    """Glyphs can be added to TrueType fonts only; in others, ToUnicode names a ligature."""
    pdf = pydyf.PDF()
    line = f"<0001> <{given.encode('utf-16-be').hex()}>".encode()
    unicode = pydyf.Stream([b"begincmap", line, b"endcmap"])
    descriptor = pydyf.Dictionary({"FontFile3": b"9 0 R"})
    page = pydyf.Stream([b"BT", b"/ABCDEF 12 Tf", b"[<0001>] TJ", b"ET"])
    for entry in (unicode, descriptor, page):
        pdf.add_object(entry)
    descendant = pydyf.Dictionary(
        {"FontDescriptor": descriptor.reference, "W": pydyf.Array([1, pydyf.Array([500])])}
    )
    pdf.add_object(descendant)
    font = pydyf.Dictionary(
        {
            "Subtype": "/Type0",
            "BaseFont": b"/ABCDEF+Font",
            "ToUnicode": unicode.reference,
            "DescendantFonts": pydyf.Array([descendant.reference]),
        }
    )
    pdf.add_object(font)
    write_right_to_left(pdf, rtl_document=True)
    text = bytes.fromhex(unicode.stream[1].decode().split("<")[2][:-1])
    assert text.decode("utf-16-be") == wanted
    assert page.stream == [b"BT", b"/ABCDEF 12 Tf", b"[<0001>] TJ", b"ET"]


@pytest.mark.parametrize("text", ["\u0710\u0730", "\u0784\u07a6"], ids=["Syriac", "Thaana"])
def test_a_script_without_a_font_is_a_problem_and_no_crash(text: str) -> None:
    html = f'<!DOCTYPE html><html lang="ar" dir="rtl"><title>T</title><p>{text}</p></html>'
    _, problems = rendering.render_pdf(html, lambda _: None, load_fonts(FONTS), Place)
    assert Rule.MISSING_GLYPH in {problem.rule for problem in problems}
