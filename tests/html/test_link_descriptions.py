"""Each link says in words where it leads, in the language of the page."""

import re
from html import unescape

import pytest

from pipeline.project import open_project
from tests.conftest import WriteProject
from tests.html.rendered import html_of

BRIEF = """
title: A brief
sections:
  - heading: One
    id: first
    blocks:
      - text: |
          [a](#first) [b](#numbers) [c](#rules) [@world; @agenda] [d](https://www.ilo.org/gb)
          <https://ilo.org/gb/> [e](mailto:ann@ilo.org) <ann@ilo.org> [f](tel:+41227996111)
      - table:
          id: numbers
          title: Two *numbers*
          columns: [A, B]
          rows: [[a, "1"]]
      - box:
          id: rules
          title: The rules
          text: Some.
references:
  - id: world
    text: ILO. *Global Advocacy*.
    url: https://www.ilo.org/advocacy/
  - id: agenda
    text: %s
""" % ("word " * 40)
SERIES = "name: S\npublisher: {name: P}\nlanguages: [en, fr, es, ru, ar, zh]\n"
EDITION = """
contact:
  name: Ann
  phone: "+41 22 799 61 11"
  email: ann@ilo.org
  web: www.ilo.org
"""
AGENDA = "word " * 23 + "word…"
WORDS = {
    "en": [
        "One",
        "Table 1: Two numbers",
        "Box 1: The rules",
        "Reference 1: ILO. Global Advocacy.",
        f"Reference 2: {AGENDA}",
        "Web: ilo.org, d",
        "Web: https://ilo.org/gb/",
        "E-mail: ann@ilo.org, e",
        "E-mail: ann@ilo.org",
        "Tel: +41227996111, f",
        "Web: ilo.org, ILO. Global Advocacy.",
    ],
    "fr": ["One", "Tableau 1 : Two numbers", "Encadré 1 : The rules"],
    "es": ["One", "Cuadro 1: Two numbers", "Recuadro 1: The rules"],
    "ru": ["One", "Таблица 1: Two numbers", "Вставка 1: The rules"],
    "ar": ["One", "الجدول 1: Two numbers", "الإطار 1: The rules"],
    "zh": ["One", "表1：Two numbers", "专栏1：The rules"],
}
CONTACT = {language: ["ann@ilo.org", "www.ilo.org"] for language in WORDS}
CONTACT["zh"] = ["电子邮件：ann@ilo.org", "网址：www.ilo.org"]


@pytest.mark.parametrize("language", WORDS)
def test_links_have_words(write_project: WriteProject, language: str) -> None:
    root = write_project(
        {
            "content/series.yaml": SERIES,
            "content/brief/2017/edition.yaml": EDITION,
            "content/brief/2017/en.yaml": BRIEF,
            f"content/brief/2017/{language}.yaml": BRIEF,
        }
    )
    html = html_of(open_project(root), "brief", language)
    labels = [
        " ".join(unescape(label).split())
        for label in re.findall(r'<a [^>]*?aria-label="([^"]*)"', html)
    ]
    contact, labels = labels[:3], labels[3:]
    assert [label.rpartition(" ")[2] for label in contact[1:]] == CONTACT[language]
    assert labels[: len(WORDS[language])] == WORDS[language]
    assert len(contact + labels) == len(re.findall("<a ", html)) == 14


def test_a_page_names_its_footnotes_and_its_qr_code(write_project: WriteProject) -> None:
    series = "name: S\npublisher: {name: P}\nlanguages: [en]\nurl: https://p.org\n"
    brief = "title: A\nsections: [{heading: B, blocks: [{text: C}]}]\n"
    files = {"content/series.yaml": series, "content/brief/2017/en.yaml": brief}
    html = html_of(open_project(write_project(files)), "brief")
    assert 'data-footnote="Footnote {number}"' in html
    assert "<title>QR code: the web address of this brief</title>" in html
    assert html.count("https://p.org/brief/2017/en") == 1


def test_an_address_is_decoded_if_people_can_read_it(write_project: WriteProject) -> None:
    text = "[a](mailto:%C3%A9@b.org) [b](mailto:a%00@b.org) [c](tel:%E2%80%AE1)"
    brief = f"title: A\nsections: [{{heading: B, blocks: [{{text: '{text}'}}]}}]\n"
    html = html_of(
        open_project(write_project({"content/brief/2017/en.yaml": brief})), "brief"
    )
    labels = re.findall(r'<a href="(?:mailto|tel):[^>]*?aria-label="([^"]*)"', html)
    assert labels == ["E-mail: é@b.org, a", "E-mail: a%00@b.org, b", "Tel: %E2%80%AE1, c"]
