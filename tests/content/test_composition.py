"""Letters with accents are the same in both forms of Unicode, also in names of files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from unicodedata import normalize

import pytest

from pipeline.content.replace_text import replace_text
from pipeline.model.normalization import compose
from pipeline.project import open_project
from tests.conftest import briefs

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]
NAME = "ağ-içi"
BRIEF = f"""\
title: Balıkçılık ve İskele
sections:
  - heading: Şekil
    blocks:
      - figure:
          title: Hamsi azaldı, iştavrit arttı
          subtitle: bin ton
          chart: bar
          data: {NAME}.csv
          label: yıl
          value: iştavrit
          alt: Çubuklar.
          source: The authors
      - picture: {{file: {NAME}.svg, alt: Ağ}}
"""
DATA = "yıl,iştavrit\nçok,3\naz,2\nhiç,1\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"/>'


@pytest.mark.parametrize("in_text", ["NFC", "NFD"])
@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
def test_a_file_and_a_column_are_found_in_both_forms(
    write_project: WriteProject, in_text: str, on_disk: str
) -> None:
    name = normalize(on_disk, NAME)
    root = write_project(
        {
            "content/brief/2017/en.yaml": normalize(in_text, BRIEF),
            f"content/brief/2017/{name}.csv": normalize(on_disk, DATA),
            f"content/brief/2017/{name}.svg": SVG,
        }
    )
    checked = briefs(root, "check")
    assert (checked.exit_code, checked.stderr.count("error")) == (0, 0), checked.stderr
    assert briefs(root, "build").exit_code == 0
    assert "1 up to date" in briefs(root, "build").stderr
    (root / f"content/brief/2017/{name}.csv").write_text(DATA.replace("3", "4"), "utf-8")
    assert "1 built" in briefs(root, "build").stderr


def test_a_text_in_the_other_form_does_not_outdate_its_translation(
    write_project: WriteProject,
) -> None:
    english = "title: Ağ\nsections: [{heading: Şey, blocks: [{text: İş ve çay.}]}]\n"
    root = write_project(
        {
            "content/series.yaml": "name: N\npublisher: {name: P}\nlanguages: [en, fr]\n",
            "content/brief/2017/en.yaml": english,
            "content/brief/2017/fr.yaml": english,
        }
    )
    file = root / "content/brief/2017/en.yaml"
    assert briefs(root, "translate", "brief", "--to", "fr", "--accept").exit_code == 0
    file.write_text(normalize("NFD", english), "utf-8")
    assert "changed after this was translated" not in briefs(root, "check").stderr
    file.write_text(english.replace("çay", "su"), "utf-8")
    assert "changed after this was translated" in briefs(root, "check").stderr


def test_a_text_is_replaced_in_a_file_in_the_other_form() -> None:
    data = normalize("NFD", "title: Ağ # şerh\nstandfirst: Çay\n").encode()
    new = replace_text("en.yaml", data, ("title",), normalize("NFD", "İş"))
    assert new == "title: İş # şerh\nstandfirst: Çay\n".encode()


def test_a_letter_of_a_name_is_no_other_letter() -> None:
    """NFC writes U+795E for U+FA19, which has another shape."""
    assert compose("\ufa19 s\u0327") == "\ufa19 ş"


def test_the_path_of_a_file_is_that_of_the_disk(write_project: WriteProject) -> None:
    name = normalize("NFD", "brief/2017/ağ.csv")
    project = open_project(write_project({f"content/{name}": "a\n"}))
    assert project.find_content("brief/2017/ağ.csv") == project.content_path(name)
    assert project.content_path("brief/2017/yok.csv").name == "yok.csv"
