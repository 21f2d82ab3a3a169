"""Columns on pages: a text beside a number, and the unit of a figure."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from pipeline.build import build_documents as build
from pipeline.problems import Severity
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

TEXT = """\
title: A title
key_messages: [{say: A message}]
pull_figures: [{figure: 52%, text: of the catch}, {figure: 81 700 tonnes, text: in 2024}]
sections:
  - heading: A heading
    blocks:
      - table:
          title: A table
          columns: [Port, {heading: Price, align: number}, Guard]
          rows: [[Rize, "62.50", Quay], [Sinop, "71.25", Quay]]
"""
EDITION = "contact: {name: A. Name, email: name@example.org}\n"
Box = tuple[float, float, float, float]


@pytest.fixture
def find_words(write_project: WriteProject) -> Callable[..., list[Box]]:
    def find(profile: str, *words: str) -> list[Box]:
        """Build a brief; give left, bottom, right and top of words on page 1."""
        root = write_project(
            {
                "content/series.yaml": "name: A\npublisher: {name: B}\nlanguages: [en]\n",
                "content/brief/2017/edition.yaml": EDITION,
                "content/brief/2017/en.yaml": TEXT,
            }
        )
        result = build(
            open_project(root), BuildOptions(profiles=(profile,)), date(2030, 1, 1)
        )
        assert [p for p in result.problems if p.rule.severity is Severity.ERROR] == []
        suffix = "" if profile == "screen" else f"_{profile}"
        return [_box(root / "build/brief", word, suffix) for word in words]

    return find


def _box(folder: Path, word: str, suffix: str) -> Box:
    (file,) = folder.glob(f"*_en{suffix}.pdf")
    with pypdfium2.PdfDocument(file) as pdf:
        text = pdf[0].get_textpage()
        start = text.get_text_range().index(word)
        boxes = [text.get_charbox(start + n) for n in range(len(word))]
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


@pytest.mark.parametrize("profile", ["screen", "a5"])
def test_a_number_does_not_touch_the_text_of_the_next_column(
    find_words: Callable[..., list[Box]], profile: str
) -> None:
    price, guard = find_words(profile, "62.50", "Quay")
    assert guard[0] - price[2] > 15  # points, of text of 8


def test_a_unit_stands_beside_its_figure_where_there_is_room(
    find_words: Callable[..., list[Box]],
) -> None:
    number, unit = find_words("large", "700", "tonnes")
    assert abs(number[1] - unit[1]) < 1


def test_a_unit_without_room_is_set_smaller_below_its_figure(
    find_words: Callable[..., list[Box]],
) -> None:
    for profile in ("screen", "a5"):
        number, unit = find_words(profile, "700", "tonnes")
        assert unit[3] < number[1]
        # Letters with ascenders are about as high as digits.
        assert unit[3] - unit[1] < 0.8 * (number[3] - number[1])
