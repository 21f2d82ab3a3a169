"""A brief in each language with strings, read back from its pages."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from pipeline.build import build_documents as build
from pipeline.model.scripts import SCRIPTS
from pipeline.problems import is_blocking
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.conftest import write_files

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = sorted(file.stem for file in (ROOT / "templates" / "strings").glob("*.yaml"))

EDITION = (
    "issued: 2017-10-26\nsymbol: GB.329/INS/5\ncontact: {name: Ann Lee, phone: +41 22 7}\n"
)
# The word that the brief in a language repeats, and what its pages must contain, without
# spaces.
SAID = {
    "ar": ("العمل", ["الشكل1.", "مارس2017", "العمل1,250", "التالية:الإنجليزية."]),
    "de": (
        "Arbeit",
        ["Abbildung1.", "März2017", "Arbeit1.250", "WeitereSprachen:Englisch."],
    ),
    "en": ("Work", ["Figure1.", "March2017", "Work1,250", "Issued26October2017."]),
    "es": ("Trabajo", ["Gráfico1.", "marzode2017", "Trabajo1250", "tambiénen:inglés."]),
    "fr": ("Travail", ["Figure1.", "mars2017", "Travail1250", "Existeaussien:anglais."]),
    "pt": ("Trabalho", ["Gráfico1.", "marçode2017", "Trabalho1.250", "tambémem:inglês."]),
    "ru": ("Труд", ["Рисунок1.", "март2017г.", "Труд1250", "Выпущено26октября2017г.GB"]),
    "zh": (
        "工作",
        ["图1", "2017年3月", "工作1,250", "信息日期2017年3月。发布日期2017年10月26日。"],
    ),
}


@cache
def type_css() -> Any:
    from weasyprint import CSS

    return CSS(filename=ROOT / "styles" / "type.css")


@pytest.mark.parametrize("language", [*chain(*(s.languages for s in SCRIPTS)), "ja", "ko"])
def test_emphasis_is_not_slanted_in_a_script_without_italics(language: str) -> None:
    from weasyprint import HTML

    html = f"<html lang={language}-x><p><em>a <span lang=en>b</span> <i lang=ko>c</i></em>"
    (page,) = HTML(string=html).render(stylesheets=[type_css()]).pages
    styles = {
        box.element_tag: (box.style["font_style"], box.style["font_weight"])
        for box in page._page_box.descendants()
        if box.element_tag in ("em", "span", "i")
    }
    emphasis = ("normal", 700 if language in ("zh", "ja", "ko") else 400)
    assert styles["em"] == emphasis
    assert styles["span"] == ("italic", 400)
    assert styles["i"][0] == "normal"


# Long words in Latin and Cyrillic script; only German and Russian break them in body text.
LONG = "Arbeitsmarktpolitik Übereinkommen Beschäftigung Wirtschaftswachstum " * 4
LONG += "предпринимательство законодательство трудоустройство сотрудничество " * 4


def brief(word: str) -> str:
    return f"""\
title: {word}
sections:
  - heading: {word}
    id: part
    blocks:
      - text: |
          {word} [{word}](#part) **{word}** 2017.[^1] [@a; @b]

          1. {word}

          {LONG}

          [^1]: {word}.
      - figure:
          title: {word}
          subtitle: {word}
          chart: bar
          data: [{{a: {word}, b: 1250}}, {{a: {word}., b: -35.5}}]
          label: a
          value: b
          alt: {word}
          source: {word}
references:
  - {{id: a, text: {word}}}
  - {{id: b, text: {word}}}
"""


Copy = Callable[..., str]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Return the function that builds a brief in a language, once."""
    return cache(partial(copy, tmp_path_factory))


def copy(folders: pytest.TempPathFactory, language: str, more: str = "") -> str:
    """Build one brief; return the text copied from its pages."""
    codes = dict.fromkeys(("en", language))
    series = f"name: S\npublisher: {{name: P}}\nlanguages: [{', '.join(codes)}]\n{more}"
    folder = "content/work/2017-03"
    files = {f"{folder}/{code}.yaml": brief(SAID[code][0]) for code in codes}
    files |= {"content/series.yaml": series, f"{folder}/edition.yaml": EDITION}
    root = folders.mktemp(language)
    write_files(root, files)
    outcome = build(
        open_project(root), BuildOptions(("work",), (language,)), date(2018, 1, 1)
    )
    assert [p for p in outcome.problems if is_blocking(p)] == []
    pdf = pypdfium2.PdfDocument(root / "build" / outcome.targets[0].name)
    return "".join(page.get_textpage().get_text_bounded() for page in pdf)


def joined(text: str) -> str:
    """The copied text without line breaks."""
    return re.sub(r"[\s\u200e\u200f\u2060\ufffe]", "", unicodedata.normalize("NFKC", text))


def test_every_language_has_a_text() -> None:
    assert sorted(SAID) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_in_a_language_is_read_back(language: str, copied: Copy) -> None:
    text = joined(copied(language))
    for words in SAID[language][1]:
        assert words in text
    assert "35" in text


def test_all_numbers_in_arabic_have_the_digits_of_the_series(copied: Copy) -> None:
    text = joined(copied("ar", "digits: arabic-indic\n"))
    for words in ("الشكل١.", "مارس٢٠١٧", "١٬٢٥٠", "٣٥٫٥", "أكتوبر٢٠١٧."):
        assert words in text
    # The symbol and the telephone number of EDITION and its code, and nothing else.
    text = re.sub("[0-9A-Z]{5}-[0-9A-Z]{5}", "", text)
    assert set(re.findall("[0-9]+", text)) <= {"329", "5", "41227"}


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "pt", "ru"])
def test_body_text_is_hyphenated_in_german_and_russian_only(
    language: str, copied: Copy
) -> None:
    # PDFium has a mark of its own for a hyphen that breaks a word.
    hyphens = copied(language).count("\x02")
    assert (hyphens > 0) == (language in ("de", "ru"))
