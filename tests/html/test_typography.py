"""Typography changes spaces and marks as the language requires, but no letters."""

import re
import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.html.text import spacing
from pipeline.html.text.markdown import TextStyle, line_html
from pipeline.html.text.typography import typeset_characters, typesetter
from pipeline.pdf.fontconfig import load_fonts
from pipeline.project import BUNDLED

# Visible signs: ~ is a no-break space, _ a narrow no-break space; [ is a left-to-right
# mark, ] a right-to-left mark, around numbers in Arabic text.
VISIBLE = {"\u00a0": "~", "\u202f": "_"}
VISIBLE |= {"\u200e": "[", "\u200f": "]"}

EXAMPLES = {
    "en": [
        ("8.5 km and 28 per cent and 35 %", "8.5~km and 28~per~cent and 35~%"),
        ("CHF 5 and US$ 2 million", "CHF~5 and US$~2~million"),
        ("see No. 5, Fig. 3, p. 12", "see No.~5, Fig.~3, p.~12"),
        ("table 2 and Box 1", "table~2 and Box~1"),
        ("J. R. Smith and Ms. Weber", "J.~R.~Smith and Ms.~Weber"),
        ("Ά. Ω. Παπάς, Δ1994-2000", "Ά.~Ω.~Παπάς, Δ1994-2000"),
        ("Smith, J. R. Title; Weber, A. A title", "Smith, J.~R.~Title; Weber, A. A title"),
        ("on 9 March 2017", "on 9~March 2017"),
        ("10 marchers and 5 minutes", "10~marchers and 5~minutes"),
        ("Box 1 shows 9 March 2017 when 12 were", "Box~1 shows 9~March 2017 when 12~were"),
        (
            "by 30 representatives, or 26. Some, 5, others",
            "by 30 representatives, or 26. Some, 5, others",
        ),
        ("Per cent of 3.8 billion people", "Per~cent of 3.8~billion people"),
        ("2010–2017 and 5–10 %", "2010–2017 and 5–10~%"),
        ("1 250 000 people", "1_250_000~people"),
        ("-3.5%, (-$5) and 5 -7", "−3.5%, (−$5) and 5 -7"),
        ("1994-2000, 2000-1994, 2017-03-09", "1994–2000, 2000-1994, 2017-03-09"),
        ("GB.329-5, ISSN 1994-2000", "GB.329-5, ISSN 1994-2000"),
        ("978-0-1990-2000-2, 10.1/1994-2000", "978-0-1990-2000-2, 10.1/1994-2000"),
        ("COVID-19 and ILO-2016-2017", "COVID-19 and ILO-2016-2017"),
        ("in 2017 300 people", "in 2017 300~people"),
        ("tel. 022 799 611", "tel. 022 799 611"),
        ("+41 22 799 6111", "+41 22 799 6111"),
        ('"Trade" is a "word"', "“Trade” is a “word”"),
        ("'Trade' is a word", "“Trade” is a word"),
        ("\"She said 'no'\"", "“She said ‘no’”"),
        ('"one "two" three"', "“one ‘two’ three”"),
        ('\'one "two\' "three"', '“one "two” "three"'),
        ("“She said 'no'”", "“She said ‘no’”"),
        ("it's the workers' right", "it’s the workers’ right"),
        ("the '90s", "the ’90s"),
        ("5' 6\" tall", "5' 6\" tall"),
        ('"They are 5\' 6" tall"', '"They are 5\' 6" tall"'),
        ('"in 2017", "in 2018"', "“in 2017”, “in 2018”"),
        ('one " and "two"', 'one " and "two"'),
        ("a - b -- c ... (c)", "a - b -- c ... (c)"),
        ("'https://a.org/x'y'", "“https://a.org/x'y”"),
        ("Why ? « x » : y", "Why ? « x » : y"),
    ],
    "fr": [
        ("Pourquoi ?", "Pourquoi_?"),
        ("deux fronts : ici", "deux fronts~: ici"),
        ("« mot »", "«_mot_»"),
        ("«\u00a0mot\u00a0»", "«_mot_»"),
        ("un ; deux !", "un_; deux_!"),
        ("12:30", "12:30"),
        ("Quoi?", "Quoi?"),
        ("en 2016 : 28 pour cent", "en 2016~: 28~pour~cent"),
        ("1 250 emplois", "1_250~emplois"),
        ("en 2016 2017", "en 2016 2017"),
        ('l\'"accord"', "l’«_accord_»"),
        ("\"dire 'oui'\"", "«_dire “oui”_»"),
        ("le 1er mars, M. Dupont, n° 5", "le 1er~mars, M.~Dupont, n°~5"),
    ],
    "es": [
        ("el 35 %", "el 35~%"),
        ("el 9 de marzo", "el 9~de~marzo"),
        ('"hola" y "adiós"', "«hola» y «adiós»"),
        ('¿"Hola"? EE. UU.', "¿«Hola»? EE.~UU."),
        ("núm. 5, 3 millones", "núm.~5, 3~millones"),
    ],
    "pt": [
        ("9 de março, n.º 5", "9~de~março, n.º~5"),
        ('35 % e "sim"', "35~% e “sim”"),
    ],
    "de": [
        ("z. B. am 9. März", "z.~B. am 9.~März"),
        ("\"ja, 'nein'\"", "„ja, ‚nein‘“"),
        ("Nr. 5, § 3, 35 %", "Nr.~5, §~3, 35~%"),
    ],
    "ru": [
        ("в Женеве и на форуме", "в~Женеве и~на форуме"),
        ("труд — это", "труд~— это"),
        ("\"он и 'я'\"", "«он и~„я“»"),
        ("9 марта 2017 г., № 5", "9~марта 2017~г., №~5"),
        ("и т. д., 5 млн", "и~т.~д., 5~млн"),
    ],
    "zh": [
        ('他说"好"。', "他说“好”。"),
        ("\"他说'好'。\"", "“他说‘好’。”"),
        ("2017 年 3 月 5 km", "2017 年 3 月 5 km"),
        ("从1994-2000年", "从1994–2000年"),
    ],
    "ar": [
        ('قال "نعم"', "قال «نعم»"),
        ("35 % و5 km", "[35~%[] و5~km"),
        ("-3.5% و-4، +5", "[−3.5%[] و[−4[]، [+5[]"),
        ("كوفيد-19 COVID-19 و GB.329/5", "كوفيد-19 COVID-19 و GB.329/5"),
        ("1994-2000 و2017-03", "1994–2000 و[2017-03[]"),
        ("الجدول 3", "الجدول~3"),
    ],
    "it": [('"sì" : 1 250', "«sì» : 1_250"), ("-5", "−5")],
}


def visible(text: str) -> str:
    return "".join(VISIBLE.get(letter, letter) for letter in text)


@pytest.mark.parametrize(
    ("language", "typed", "printed"),
    [(language, *pair) for language, pairs in EXAMPLES.items() for pair in pairs],
)
def test_typed_text_is_printed_by_the_rules_of_its_language(
    language: str, typed: str, printed: str
) -> None:
    assert visible(typesetter(language)(typed)) == printed


def test_a_language_may_bind_only_words_before_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(spacing._BEFORE_NUMBER, "el", r"σελ\.")
    assert typesetter("el")("σελ. 3, 35 %") == "σελ.\u00a03, 35\u00a0%"


def test_a_regional_language_has_the_rules_of_its_language() -> None:
    assert typesetter("fr-CH")("Non !") == "Non\u202f!"


@pytest.mark.parametrize(
    ("language", "typed", "printed"),
    [
        ("fr", "« *mot* » *!*", "«_<em>mot</em>_»_<em>!</em>"),
        ("fr", '"*mot*" : oui', "«_<em>mot</em>_»~: oui"),
        ("fr", "28\npour cent", "28~pour~cent"),
        (
            "en",
            '**"One"** and "**two**"',
            "<strong>“One”</strong> and “<strong>two</strong>”",
        ),
        ("en", "the *workers*' right", "the <em>workers</em>’ right"),
        ("en", "[\"a\"](https://x.org/'b')", "<a href=\"https://x.org/'b'\">“a”</a>"),
        (
            "en",
            "<https://x.org/'b'>",
            "<a href=\"https://x.org/'b'\">"
            "<span class=\"address-part\">https://x.org/'b</span>'</a>",
        ),
        (
            "en",
            '"one" ["deux !"]{lang=fr}',
            '“one” <span lang="fr" dir="ltr">«_deux_!_»</span>',
        ),
    ],
)
def test_typography_crosses_markdown_markup(
    language: str, typed: str, printed: str
) -> None:
    style = TextStyle(typeset=typeset_characters, language=language)
    assert visible(line_html(typed, style).replace("&#x27;", "'")) == printed


# --- Any text ---

LANGUAGES = (
    "en",
    "fr",
    "es",
    "pt",
    "de",
    "ru",
    "zh",
    "ar",
    "ar-u-nu-arab",
    "fa-u-nu-arabext",
)
PIECES = (
    *"\"'«»“”„‘’ \u00a0\n.,;:!?()–—-%°§",
    *("a", "B.", "é", "в", "م", "好", "5", "250", "2017", "km", "March", "№", "per cent"),
    *("https://x.org/a'b", "a@b.org", "+41 22 7996111", "GB.329", "\ufffc"),
)
typed_text = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@pytest.mark.parametrize("language", LANGUAGES)
@given(typed_text)
@example('"a \'5" "')
@example("1 000 000 km")
def test_typography_is_idempotent(language: str, text: str) -> None:
    once = typesetter(language)(text)
    assert typesetter(language)(once) == once


def letters_and_digits(text: str) -> str:
    """The letters and the values of the digits, which no rule may change."""
    values = (str(unicodedata.digit(letter, letter)) for letter in text)
    return "".join(letter for letter in values if letter.isalnum())


@pytest.mark.parametrize("language", LANGUAGES)
@given(typed_text | st.text(max_size=30))
def test_no_letter_is_lost_or_changed(language: str, text: str) -> None:
    printed = typeset_characters(text, language)
    assert len(printed) == len(text)
    assert letters_and_digits("".join(printed)) == letters_and_digits(text)


@pytest.mark.parametrize("language", LANGUAGES)
@given(typed_text, typed_text)
def test_addresses_stay_as_they_were_typed(language: str, before: str, after: str) -> None:
    for kept in ("https://x.org/a'b5", "a5@b.org", "+41 22 7996111"):
        text = f"{before} {kept} {after}"
        start = len(before) + 1
        printed = typeset_characters(text, language)[start : start + len(kept)]
        assert "".join(printed) == kept


# --- On the page ---

FONTS = (BUNDLED / "styles" / "fonts",)
# A text, and what no line of it may begin or end with, however narrow the column.
BREAKS = {
    "zh": (
        '国际**劳工**。组织汇集*政府*、"雇主"和**工人**，讨论（*贸易*）政策**就**》业的"**影响**"。[好](#a)；',
        r"^[。、，；：）》”]|[（“]$",
    ),
    "fr": (
        'Les *mots* ; les **uns** : « *mot* » ! et "*oui*" ? et **28** % ou 1 250 000 km',
        r"^(?:[»;:!?%]|250|000|km)|[«]\s*$",
    ),
    "en": (
        "from **2010** to 2017, No. **5**, *J.* R. Smith",
        r"^(?:5|R|S)",
    ),
    "ru": ("**в** Женеве *труд* — это **и** т. д.", r"^(?:Женеве|—|[тд]\.)"),
}


def lines_of(language: str, text: str, widths: Iterable[int]) -> list[str]:
    """The lines of a paragraph at each width in millimetres."""
    from weasyprint import CSS, HTML
    from weasyprint.formatting_structure import boxes

    text_html = line_html(text, TextStyle(typeset=typeset_characters, language=language))
    font = "Brief SC" if language == "zh" else "Brief Sans"
    style = f'@page {{ size: 20cm 400cm }} p {{ font: 10pt "{font}" }}'
    paragraphs = (
        f'<p lang="{language}" style="width: {w}mm">{text_html}</p>' for w in widths
    )
    html = HTML(string=f'<style>{style}</style><body id="a">{"".join(paragraphs)}')
    fonts = load_fonts(FONTS).configuration
    stylesheet = CSS(BUNDLED / "styles" / "type.css", font_config=fonts)
    (page,) = html.render(stylesheets=[stylesheet], font_config=fonts).pages
    return [
        "".join(box.text for box in line.descendants() if isinstance(box, boxes.TextBox))
        for line in page._page_box.descendants()
        if isinstance(line, boxes.LineBox)
    ]


@pytest.mark.parametrize("language", BREAKS)
def test_lines_do_not_break_where_the_language_forbids(language: str) -> None:
    text, forbidden = BREAKS[language]
    lines = lines_of(language, text, range(18, 80, 4))
    assert len(lines) > 20
    assert [line for line in lines if re.search(forbidden, line)] == []


def test_beside_citations_a_line_ends_only_between_two_of_them() -> None:
    text = "Said so [@a] [@b]\n[@c; @d] here [@e]."
    lines = lines_of("en", text, range(6, 60, 2))
    assert {line for line in lines if line.startswith("[")} >= {"[b]", "[c, d]"}
    assert [line for line in lines if re.match(r"\[[ae]|[],.]", line)] == []
    assert "[c," in lines


@pytest.mark.parametrize(
    ("language", "typed", "printed"),
    [
        ("de", "\"Wasser und 'Öl'\"", "„Wasser und ‚Öl‘“"),
        ("hi", '"पानी" सुरक्षित', "“पानी” सुरक्षित"),
        ("ja", '当局は"水は安全"と述べた', "当局は「水は安全」と述べた"),
        ("he", 'הרשות: "המים בטוחים" בארה"ב', 'הרשות: ”המים בטוחים” בארה"ב'),
        ("sv", "Hon sa: \"Det är 'rent' vatten\"", "Hon sa: ”Det är ’rent’ vatten”"),
        ("sw", '"Maji" ni salama', "“Maji” ni salama"),
        ("it", '"Acqua"', "«Acqua»"),
    ],
)
def test_quotation_marks_of_any_language_are_those_of_cldr(
    language: str, typed: str, printed: str
) -> None:
    assert typesetter(language)(typed) == printed


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("hi", "12 मार्च 2025"),
        ("he", "12 במרץ 2025"),
        ("sw", "12 Machi 2025"),
        ("sw", "5 km"),
        ("it", "35 %"),
        ("tlh", "5 km"),  # a language that CLDR does not have
    ],
)
def test_a_number_stays_with_its_unit_and_its_month(language: str, typed: str) -> None:
    expected = typed.replace(" ", "\u00a0", 1)
    if language == "he":  # the month has a preposition, so the name is not recognized
        expected = typed
    assert typesetter(language)(typed) == expected
