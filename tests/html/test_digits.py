"""Native digits: which numbers have them, and which belong to a Latin word."""

from decimal import Decimal

import pytest

from pipeline.html.text.digits import locale_with_numbering
from pipeline.html.text.typography import format_number, typesetter

MINUS = "\u2212"
NATIVE = set("٠١٢٣٤٥٦٧٨٩٪٫٬")


@pytest.mark.parametrize(
    ("language", "digits", "tag"),
    [
        ("ar", "latin", "ar"),
        ("ar", "arabic-indic", "ar-u-nu-arab"),
        ("fa", "arabic-indic", "fa-u-nu-arabext"),
        ("ur", "arabic-indic", "ur-u-nu-arabext"),
        ("en", "arabic-indic", "en"),
    ],
)
def test_digits_are_chosen_for_the_languages_that_have_them(
    language: str, digits: str, tag: str
) -> None:
    assert locale_with_numbering(language, digits) == tag  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("عام 2017", "عام ٢٠١٧"),
        ("12.5 و 1,250 و 1,250.5", "١٢٫٥ و ١٬٢٥٠ و ١٬٢٥٠٫٥"),
        ("35%", "٣٥٪"),
        ("35 %", "٣٥\u00a0٪"),
        ("+4% و-5", "+٤٪ و−٥"),
        ("1.2.3 و 5/10 و 2017-03-09", "١.٢.٣ و ٥/١٠ و ٢٠١٧-٠٣-٠٩"),
        ("GB.329/INS/5", "GB.329/INS/5"),
        ("(GB.329) في 2017", "(GB.329) في ٢٠١٧"),
        ("ISO 9001 و COVID-19", "ISO 9001 و COVID-19"),
        ("210 × 297 mm", "٢١٠ × ٢٩٧\u00a0mm"),
        ("6 ÷ 2", "٦ ÷ ٢"),
        ("Été 2017", "Été 2017"),
        ("+41 22 7996111 و 5", "+41 22 7996111 و ٥"),
        ("https://a.org/5 و a5@b.org", "https://a.org/5 و a5@b.org"),
    ],
)
def test_arabic_numbers_have_native_digits_and_latin_words_keep_theirs(
    typed: str, printed: str
) -> None:
    assert typesetter("ar-u-nu-arab")(typed) == printed
    assert NATIVE.isdisjoint(typesetter("ar")(typed))


def test_persian_has_its_own_forms_of_the_digits() -> None:
    assert typesetter("fa-u-nu-arabext")("2456") == "۲۴۵۶"


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("en", "1,250.50"),
        ("fr", "1\u202f250,50"),
        ("es", "1250,50"),
        ("de", "1.250,50"),
        ("ru", "1\u00a0250,50"),
        ("zh", "1,250.50"),
        ("ar", "1,250.50"),
        ("ar-u-nu-arab", "١٬٢٥٠٫٥٠"),
        ("fa-u-nu-arabext", "۱٬۲۵۰٫۵۰"),
    ],
)
def test_a_number_is_printed_by_the_rules_of_its_language(
    language: str, printed: str
) -> None:
    assert format_number(Decimal("1250.50"), language) == printed
    # In Arabic marks keep the sign at the left of Latin digits.
    before, behind = ("\u200e", "\u200e\u200f") if language == "ar" else ("", "")
    negative = format_number(Decimal("-1250.50"), language)
    assert negative == f"{before}{MINUS}{printed}{behind}"
