"""The gate `search` finds a text only as it is written: in order, with its spaces."""

import pytest

from tools.conformance.script import Phrase
from tools.conformance.search import asked, find_lost


@pytest.mark.parametrize(
    ("text", "extracted"),
    [
        ("decent work", "decent\nwork"),
        ("decent work", "decent\u200f\u00a0work"),
        ("ilo.org/gb/gb-14.htm", "ilo.org/gb/\ngb-14.htm"),
        ("governmental", "govern\u2010\nmental"),
        ("体面劳动", "体面\n劳动"),
        ("مُعدّ", "مُعدّ"),
        ("الأول", "الأول"),
        ("+41 22 7996111", "+41\u00a022\u00a07996111"),
    ],
)
def test_a_text_is_found(text: str, extracted: str) -> None:
    assert find_lost(f"before {extracted} after", [text]) == []


@pytest.mark.parametrize(
    ("text", "extracted"),
    [
        ("decent work", "work decent"),
        ("decent work", "decentwork"),
        ("+41 22 7996111", "7996111 22 +41"),
        ("مُعدّ", "ُم ّعد"),
        ("لاحقاً", "لاحقا ً"),
        ("الأول", "ا\ufef7ول"),
        ("CC-BY-4.0", "-4.0BY-CC"),
    ],
)
def test_a_text_is_lost(text: str, extracted: str) -> None:
    assert find_lost(f"before {extracted} after", [text]) == [text]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("phrases", ["الهاتف مُعدّ", "ثم الأول في 10 حزيران/يونيه 2008", "Global Advocacy"]),
        ("words with marks", ["مُعدّ"]),
        ("words with lam-alef", ["الأول"]),
        ("telephone numbers", ["+41 22 7996111"]),
        ("symbols, addresses", ["GB.329/INS/5", "CC-BY-4.0", "a [at] ilo.org"]),
        ("dates", ["10 حزيران/يونيه 2008"]),
        ("words in brackets", ["حزيران (مجلس", "انظر جنيف)"]),
        ("Latin phrases", ["Global Advocacy"]),
    ],
)
def test_texts_of_each_kind_are_asked(kind: str, wanted: list[str]) -> None:
    script = [
        Phrase("الهاتف مُعدّ: +41 22 7996111"),
        Phrase("ثم الأول في 10 حزيران/يونيه 2008. Global Advocacy، CC-BY-4.0"),
        Phrase("GB.329/INS/5"),
        Phrase("a [at] ilo.org"),
        Phrase("حزيران (مجلس"),
        Phrase("انظر جنيف)"),
        Phrase("صورة الأولى", "Figure"),
    ]
    assert set(wanted) <= set(asked(script, kind))
    assert not any("صورة" in text for text in asked(script, kind))
