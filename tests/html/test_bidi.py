"""Mixed text: what is wrapped in the HTML, and in which order letters are printed.

The expected orders are those of Chromium 156 for the same sentences without spans. Only
addresses differ: here they are printed better.
"""

import re
from functools import cache

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.html.text.bidi import embedding_levels
from pipeline.html.text.inline_tree import PLACEHOLDER
from pipeline.html.text.markdown import TextStyle, line_html
from pipeline.pdf.fontconfig import load_fonts
from pipeline.problems import PipelineError, Rule
from pipeline.project import BUNDLED
from pipeline.shared_library import load_library

FONTS = (BUNDLED / "styles" / "fonts",)
STYLE = '@page { size: 200mm 400mm } body { font: 12pt/20pt "Brief Arabic" }'
# Language, text, and the printed words from left to right.
ORDERS = [
    ("ar", "نص ONE **TWO** THREE نص", ["نص", "ONE", "TWO", "THREE", "نص"]),
    ("ar", "**نص ONE** TWO نص", ["نص", "ONE", "TWO", "نص"]),
    ("ar", "نص *ONE* TWO.", [".", "ONE", "TWO", "نص"]),
    ("ar", "قبل (ONE **TWO**) بعد", ["بعد", "(", "ONE", "TWO", "(", "قبل"]),
    ("ar", "في **COVID-19** و COVID-19", ["COVID-19", "و", "COVID-19", "في"]),
    ("ar", "**ILO**–**WTO** و ILO–WTO", ["ILO–WTO", "و", "ILO–WTO"]),
    ("ar", "نص (**GB.329/INS/5**) نص", ["نص", "(", "GB.329/INS/5", "(", "نص"]),
    ("ar", "انظر https://www.ilo.org/ar/.", [".", "https://www.ilo.org/ar/", "انظر"]),
    ("ar", "انظر <https://www.ilo.org/>.", [".", "https://www.ilo.org/", "انظر"]),
    ("ar", "[www.ilo.org](https://ilo.org)، نص", ["نص", "،", "www.ilo.org"]),
    ("ar", "نص +41 22 7996111 نص", ["نص", "+41227996111", "نص"]),
    ("ar", "نص 2017-03-09 نص", ["نص", "09-03-2017", "نص"]),
    ("ar", "نص 5/10 و 12.5", ["12.5", "و", "5/10", "نص"]),
    ("ar", "من 2010–2017 و **12**–**15**", ["15–12", "و", "2017–2010", "من"]),
    ("ar", "**12**.5 نص", ["نص", "12.5"]),
    ("ar", "نسبة 35% و **35**%", ["%35", "و", "%35", "نسبة"]),
    ("ar", "قال [Conseil *du* BIT]{lang=fr} نص", ["نص", "Conseil", "du", "BIT", "قال"]),
    ("ar", "نص ISO **9001** نص", ["نص", "ISO", "9001", "نص"]),
    ("ar", "[A **B** c](https://a.org) نص", ["نص", "A", "B", "c"]),
    ("ar", "[A](#a) B [C](#c) نص", ["نص", "A", "B", "C"]),
    ("ar", "السيد J. **Smith**, *ILO*, نص", ["نص", ",", "J.Smith,ILO", "السيد"]),
    ("ar", "A **B**\\\nC **D**", ["A", "B", "C", "D"]),
    ("en", "the مجلس **مدير** نص met", ["the", "نص", "مدير", "مجلس", "met"]),
    (
        "en",
        "the *مجلس **مدير** 12 و 15* met",
        ["the", "15", "و", "12", "مدير", "مجلس", "met"],
    ),
    ("en", "see (مجلس **مدير**) there.", ["see", "(", "مدير", "مجلس", "(", "there."]),
    ("en", "[مجلس **ONE** TWO نص]{lang=ar} met", ["نص", "ONE", "TWO", "مجلس", "met"]),
    ("en", "a مجلس [مدير](#a) نص, and", ["a", "نص", "مدير", "مجلس", ",", "and"]),
    ("en", "مجلس **مدير**: one", ["مدير", "مجلس", ":", "one"]),
    ("en", "12 *مجلس* 34 **مدير** 56", ["12", "56", "مدير", "34", "مجلس"]),
]


@cache
def printed() -> list[str]:
    """The printed letters of each sentence of ORDERS, from left to right."""
    from weasyprint import HTML

    lines = "".join(
        f'<p style="page: p{n}" dir="{"rtl" if language == "ar" else "ltr"}">'
        f"{line_html(text, TextStyle(language=language))}</p>"
        for n, (language, text, _) in enumerate(ORDERS)
    )
    html = HTML(string=f'<style>{STYLE}</style><body><a id="a"></a><a id="c"></a>{lines}')
    pdf = html.write_pdf(font_config=load_fonts(FONTS).configuration)
    _, *pages = pypdfium2.PdfDocument(pdf)  # the first page holds the link targets
    return [letters_of(page) for page in pages]


def letters_of(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    placed = []
    for index in range(text.count_chars()):
        left, bottom, _, _ = text.get_charbox(index, loose=True)
        placed.append((-round(bottom / 20), left, text.get_text_range(index, 1)))
    return re.sub(r"\s", "", "".join(letter for _, _, letter in sorted(placed)))


@pytest.mark.parametrize("number", range(len(ORDERS)), ids=[text for _, text, _ in ORDERS])
def test_letters_are_printed_in_the_order_of_a_browser(number: int) -> None:
    _, _, words = ORDERS[number]
    seen = (word[::-1] if re.match(r"[\u0600-\u06ff]", word) else word for word in words)
    # Both brackets of a mirrored pair share a glyph, so they are extracted alike.
    assert printed()[number].replace(")", "(") == "".join(seen)


@pytest.mark.parametrize(
    ("language", "typed", "html"),
    [
        ("ar", "نص ONE نص", "نص ONE نص"),
        ("ar", "نص **ONE** نص", "نص <strong>ONE</strong> نص"),
        (
            "ar",
            "**نص ONE** TWO",
            '<strong>نص </strong><span dir="ltr"><strong>ONE</strong> TWO</span>',
        ),
        # Splitting a link would make two links.
        ("ar", "[نص ONE](#a) TWO", '<a href="#a">نص ONE</a> TWO'),
        ("en", "*نص* **نص**", '<span dir="rtl"><em>نص</em> <strong>نص</strong></span>'),
        ("en", "+41 22 7996111", "+41 22 7996111"),
        ("ar", "**٣**٤", '<span dir="ltr"><strong>٣</strong>٤</span>'),
        ("en", "**٣**٤", '<span dir="rtl"><strong>٣</strong>٤</span>'),
        (
            "ar",
            "ann@ilo.org <tel:+4122>",
            '<span dir="ltr"><span dir="ltr">ann@ilo.org</span> '
            '<span dir="ltr"><a href="tel:+4122">tel:+4122</a></span></span>',
        ),
    ],
)
def test_only_runs_that_markup_would_reorder_are_wrapped(
    language: str, typed: str, html: str
) -> None:
    assert line_html(typed, TextStyle(language=language)) == html


PIECES = (
    "ab",
    "مج",
    "12",
    " ",
    "(",
    ")",
    "\\",
    "*",
    "**",
    "[",
    "](#a)",
    "]{lang=ar}",
    "a@b.org",
)
mixed = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(mixed, st.sampled_from(["en", "ar"]))
def test_a_span_changes_no_letter_and_is_closed(text: str, language: str) -> None:
    html = line_html(text, TextStyle(language=language))
    assert PLACEHOLDER not in html
    assert html.count("<span") == html.count("</span>")
    same = line_html(text, TextStyle(language="xx" if language == "en" else "he"))
    assert re.sub("<[^>]+>", "", html) == re.sub("<[^>]+>", "", same)


@pytest.mark.parametrize(
    ("text", "rtl", "levels"),
    [
        ("قبل (ONE) بعد", True, "1111122211111"),
        ("a (قبل) b", False, "000111000"),
        ("ONE (TWO) قبل", True, "2222222221111"),
        ("(ONE قبل", True, "12221111"),
        ("2017-03-09 قبل 1,5 %", True, "22222222221111122211"),
        ("\u06f1\u064b 12%", True, "221222"),
        ("مج 12 abc", False, "111220000"),
        ("12 مج", False, "00011"),
        ("abc", True, "222"),
        ("abc é 中", False, "0000000"),
    ],
)
def test_levels_follow_the_bidirectional_algorithm(
    text: str, rtl: bool, levels: str
) -> None:
    assert embedding_levels(text, rtl=rtl) == list(map(int, levels))


@given(st.text("abمج12٣ -+/.,:%–&()[]\u064b\ufffcé中", min_size=1), st.booleans())
def test_each_character_has_a_level(text: str, rtl: bool) -> None:
    levels = embedding_levels(text, rtl=rtl)
    assert len(levels) == len(text)
    assert set(levels) <= ({1, 2} if rtl else {0, 1, 2})


def test_a_missing_pango_is_a_problem_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(name: str) -> None:
        raise OSError(name)

    load_library.cache_clear()
    monkeypatch.setattr("ctypes.CDLL", refuse)
    with pytest.raises(PipelineError) as caught:
        line_html("نص ONE", TextStyle(language="ar"))
    assert [problem.rule for problem in caught.value.problems] == [Rule.SYSTEM_LIBRARY]
