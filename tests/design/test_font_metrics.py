"""Fonts read by HarfBuzz: families, coverage, and widths of texts."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from pipeline.design.font_metrics import BOLD, read_font_faces
from pipeline.project import BUNDLED

FONTS = BUNDLED / "styles" / "fonts"
BUNDLED_FACES = read_font_faces((FONTS,))


def test_every_font_file_has_a_family_weight_and_slant() -> None:
    faces = {(face.family, face.weight, face.italic) for face in BUNDLED_FACES.faces}
    assert faces == {
        *(("Brief Sans", weight, False) for weight in (400, 600, 700)),
        *(("Brief Sans", weight, True) for weight in (400, 700)),
        *(("Brief Display", weight, False) for weight in (300, 500, 600, 700)),
        *(("Brief Arabic", weight, False) for weight in (400, 700)),
        *(("Brief SC", weight, False) for weight in (400, 700)),
    }


def test_a_family_covers_its_letters_and_no_others() -> None:
    assert BUNDLED_FACES.covers(["Brief Sans"], "é")
    assert not BUNDLED_FACES.covers(["Brief Sans"], "中")
    assert BUNDLED_FACES.covers(["Brief Sans", "Brief SC"], "中")
    assert not BUNDLED_FACES.covers([], "é")


def test_the_width_of_a_word_includes_kerning() -> None:
    font = TTFont(FONTS / "BriefDisplay-Bold.ttf")
    cmap, advances = font.getBestCmap(), font["hmtx"]
    letters = sum(advances[cmap[ord(letter)]][0] for letter in "Tea")
    width = BUNDLED_FACES.width("Tea", ["Brief Display"], BOLD)
    assert 0.9 * letters < width * font["head"].unitsPerEm < letters


def test_arabic_letters_are_joined_before_they_are_measured() -> None:
    families = ["Brief Arabic"]
    apart = sum(BUNDLED_FACES.width(letter, families) for letter in "العمل")
    assert BUNDLED_FACES.width("العمل", families) < 0.9 * apart


def test_each_letter_is_measured_in_the_first_family_that_has_it() -> None:
    def width(text: str, *families: str) -> float:
        return BUNDLED_FACES.width(text, families)

    mixed = width("ab中", "Brief Sans", "Brief SC")
    assert mixed == pytest.approx(width("ab", "Brief Sans") + width("中", "Brief SC"))
    assert width("中", "Brief Sans") == 0


def test_the_nearest_weight_replaces_a_missing_one() -> None:
    def width(weight: int) -> float:
        return BUNDLED_FACES.width("Trade", ["Brief Arabic"], weight)

    assert width(300) == width(400) != width(700) == width(900)


def test_a_file_that_is_not_a_font_adds_no_family(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert read_font_faces((tmp_path,)).families == frozenset()


def test_a_space_has_the_font_of_its_word_and_figures_have_one_width() -> None:
    def width(text: str, *families: str, tabular_digits: bool = False) -> float:
        return BUNDLED_FACES.width(text, families, BOLD, tabular_digits=tabular_digits)

    # Chinese fonts have a space too, which is not the one that Pango sets between words.
    assert width("a b", "Brief SC", "Brief Sans") == width("a b", "Brief Sans")
    assert width("77.7", "Brief Display") != width("88.8", "Brief Display")
    assert width("77.7", "Brief Display", tabular_digits=True) == width(
        "88.8", "Brief Display", tabular_digits=True
    )


def test_a_digit_has_space_before_its_ink() -> None:
    def bearing(text: str) -> float:
        return BUNDLED_FACES.bearing(text, ["Brief Display"], BOLD)

    assert 0.02 < bearing("1") < bearing("56") == bearing("5") < 0.08
    assert bearing("") == 0


def test_letters_reach_below_and_above_digits() -> None:
    def vertical_extents(text: str) -> tuple[float, float]:
        return BUNDLED_FACES.vertical_extents(text, ["Brief Display", "Brief Arabic"], BOLD)

    (digits, top), (letters, tall) = vertical_extents("12"), vertical_extents("12 żyg Ż")
    assert digits < 0.02 < 0.2 < letters
    assert top < 0.75 < 0.9 < tall
    assert vertical_extents("من")[0] > 0.2
    assert vertical_extents("") == (0, 0)
