"""Covers: a numeral, the line of a chart and a photograph, on the same diagonal."""

import io
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from pipeline.build import build_documents as build
from pipeline.commands.web import build_web
from pipeline.content.loader import load_brand
from pipeline.model.brand import resolve_colours
from pipeline.model.colour import contrast
from pipeline.model.schema import Cover
from pipeline.problems import Severity
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject, briefs, write_files

TODAY = date(2030, 1, 1)
SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, ar]\n"
TEXT = """\
title: {title}
standfirst: {title}
key_messages: [{{say: {title}}}]
pull_figures: [{{figure: "1994", text: {title}}}, {{figure: "187", text: {title}}}]
sections:
  - heading: {title}
    blocks:
      - text: {title}
      - figure:
          title: {title}
          subtitle: {title}
          chart: line
          alt: {title}
          source: {title}
          label: year
          value: [others, share]
          highlight: share
          data: [{rows}]
"""
ROWS = ", ".join(
    f'{{year: "{2000 + n}", others: "{50 + n}", share: "{value}"}}'
    for n, value in enumerate((40, 30, "", 20, 25))
)
PHOTO = 'cover: {kind: photo, file: hall.png, alt: A red hall, credit: "Picture: A. Name"'


def photograph(width: int = 957, height: int = 1000) -> bytes:
    """Red at the top, blue at the foot: the colour on the page shows the focus."""
    picture = Image.new("RGB", (width, height), (200, 0, 0))
    picture.paste((0, 0, 200), (0, height // 2, width, height))
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


@pytest.fixture(scope="module")
def build_cover(
    tmp_path_factory: pytest.TempPathFactory, ghostscript: str
) -> Callable[..., Path]:
    """Return the function that builds a brief with a cover, once."""

    @cache
    def project(cover: str) -> Path:
        root = tmp_path_factory.mktemp("cover")
        write_files(
            root,
            {
                "content/series.yaml": SERIES,
                "content/_brand.yml": (BUNDLED / "content/_brand.yml").read_bytes(),
                "content/brief/2017/edition.yaml": f"{cover}\n",
                "content/brief/2017/en.yaml": TEXT.format(title="A title", rows=ROWS),
                "content/brief/2017/ar.yaml": TEXT.format(title="عنوان", rows=ROWS),
                "content/brief/2017/hall.png": photograph(),
            },
        )
        return root

    @cache
    def make(cover: str, profile: str = "screen", language: str = "en") -> Path:
        """Build a brief with a cover; give its file."""
        root = project(cover)
        options = BuildOptions(
            languages=(language,), profiles=(profile,), ghostscript=ghostscript
        )
        result = build(open_project(root), options, TODAY)
        errors = [p for p in result.problems if p.rule.severity is Severity.ERROR]
        assert errors == []
        return root / "build" / result.targets[0].name

    return make


def words(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as pdf:
        return pdf[0].get_textpage().get_text_range()


def pixels(file: Path) -> Image.Image:
    with pypdfium2.PdfDocument(file) as pdf:
        return pdf[0].render(scale=1).to_pil().convert("RGB")


@pytest.mark.parametrize("cover", ["cover: figure", "cover: chart", PHOTO + "}"])
def test_web_pages_and_redlines_have_no_cover(
    write_project: WriteProject, cover: str
) -> None:
    """So the first pull figure is in their side column."""
    series = SERIES.replace("[en, ar]", "[en]")
    texts = {"content/series.yaml": f"{series}url: https://briefs.example.org\n"}
    for dated, note in (("2017", ""), ("2018", "change_note: New\n")):
        folder = f"content/brief/{dated}"
        texts[f"{folder}/edition.yaml"] = f"{cover}\nstatus: final\n{note}"
        texts[f"{folder}/en.yaml"] = TEXT.format(title=f"Of {dated}", rows=ROWS)
    picture = photograph(1914, 2000)
    pictures = {f"content/brief/{dated}/hall.png": picture for dated in (2017, 2018)}
    root = write_project({**texts, **pictures})
    options = BuildOptions(unpublished=True)
    assert build_web(open_project(root), options, TODAY, single_files=True).problems == ()
    briefs(root, "diff", "brief", "--html", "--pdf")
    pages = [path for path in (root / "build").rglob("*.html") if "brief" in str(path)]
    assert len(pages) > 2
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert re.search("<header[^>]*>", html)[0] == '<header class="masthead">', page  # type: ignore[index]
        assert re.findall(r"class=\"figure-value[^>]*>(\d+)", html) == ["1994", "187"], page
    (redline,) = (root / "build/diff").rglob("*.pdf")
    assert words(redline).count("1994") == 1
    with pypdfium2.PdfDocument(redline) as pdf:
        text = pdf[0].get_textpage()
        _, bottom, _, top = text.get_charbox(text.get_text_range().index("1994"))
        assert top - bottom < 50


def places(picture: Image.Image, colour: tuple[int, int, int]) -> list[tuple[int, int]]:
    """The pixels of a colour in the upper half of a picture."""
    pixels = picture.load()
    assert pixels
    across, down = range(picture.width), range(picture.height // 2)
    return [(x, y) for x in across for y in down if pixels[x, y] == colour]


COVERS = ("cover: figure", "cover: chart", PHOTO + "}")
ALL = ("screen", "office", "a5", "large", "press")


@pytest.mark.parametrize("number", range(len(ALL)), ids=ALL)
@pytest.mark.parametrize("kind", range(len(COVERS)), ids=["figure", "chart", "photo"])
def test_a_cover_fits_in_every_profile(
    build_cover: Callable[..., Path], kind: int, number: int
) -> None:
    """Its texts are legible, its contrasts sufficient: each render checks that.

    The languages take turns, so that each occurs in each profile and with each kind.
    """
    language = ("en", "ar")[(kind + number) % 2]
    assert build_cover(COVERS[kind], ALL[number], language).is_file()


def test_the_numeral_of_a_cover_is_not_in_the_side_column(
    build_cover: Callable[..., Path],
) -> None:
    file = build_cover("cover: figure")
    assert words(file).count("1994") == 1
    with pypdfium2.PdfDocument(file) as pdf:
        text = pdf[0].get_textpage()
        start = text.get_text_range().index("1994")
        _, bottom, _, top = text.get_charbox(start)
        # In the masthead, of 88 points: figures have about 0.7 of that.
        assert top - bottom > 50
        assert bottom > pdf[0].get_height() * 0.6


@pytest.mark.parametrize("profile", ["screen", "a5", "large"])
def test_the_words_of_a_numeral_stand_on_its_baseline(
    build_cover: Callable[..., Path], profile: str
) -> None:
    with pypdfium2.PdfDocument(build_cover("cover: figure", profile)) as pdf:
        text = pdf[0].get_textpage()
        start = text.get_text_range().index("1994")
        _, numeral, _, _ = text.get_charbox(start)  # its words "A title" follow
        _, letter, _, _ = text.get_charbox(text.get_text_range().index("A", start))
    assert abs(numeral - letter) < 1.5  # round digits reach below their baseline


def test_the_line_of_a_cover_is_that_of_the_highlighted_series(
    build_cover: Callable[..., Path],
) -> None:
    """The data fall, so the line is higher at its left end."""
    picture = pixels(build_cover("cover: chart"))
    points = places(picture, (90, 135, 205))
    assert min(points)[0] < 5
    heights = {x: y for x, y in points}
    assert len(heights) == max(heights) - min(heights) + 1  # the gap in the data is bridged
    assert heights[min(heights)] < heights[max(heights)]
    # The diagonal cuts it.
    assert max(heights) < picture.width * 0.85


def test_a_photograph_is_a_figure_with_its_words_and_its_credit(
    build_cover: Callable[..., Path],
) -> None:
    file = build_cover(PHOTO + "}")
    assert "Picture: A." in words(file)
    with pikepdf.open(file) as pdf:
        alts = [
            str(element.Alt)
            for element in pdf.objects
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/Figure"
        ]
    assert "A red hall" in alts


@pytest.mark.parametrize(("top", "colour"), [(0, (200, 0, 0)), (100, (0, 0, 200))])
def test_the_focus_of_a_photograph_is_shown(
    build_cover: Callable[..., Path], top: int, colour: tuple[int, int, int]
) -> None:
    picture = pixels(build_cover(PHOTO + f", focus: {{top: {top}}}}}"))
    colours = picture.getcolors(1 << 20)
    assert colours
    seen = {one: count for count, one in colours}
    assert seen.get(colour, 0) > picture.width * 100
    other = (0, 0, 200) if colour[0] else (200, 0, 0)
    assert seen.get(other, 0) == 0


def test_the_diagonal_of_arabic_is_mirrored(build_cover: Callable[..., Path]) -> None:
    english, arabic = (
        pixels(build_cover(PHOTO + "}", language=language)) for language in ("en", "ar")
    )
    for picture, is_left in ((english, False), (arabic, True)):
        across = [x for x, _ in places(picture, (30, 45, 190))]
        middle = sum(across) / len(across)
        assert (middle < picture.width / 2) == is_left


def test_each_accent_is_distinct_in_grey() -> None:
    """From the dark ground below it."""
    brand, _ = load_brand(open_project(BUNDLED))
    assert brand
    colours = resolve_colours(brand)
    accents = re.findall(r"'(\w+)'", str(Cover.model_fields["accent"].annotation))
    assert len(accents) == 3
    for accent in accents:
        assert contrast(colours[accent], colours["dark"]) > 1.5, accent


def test_an_accent_colours_the_ribbon(build_cover: Callable[..., Path]) -> None:
    plain = pixels(build_cover("cover: type")).getcolors(1 << 20)
    other = pixels(build_cover("cover: {accent: tertiary}"))
    colours = {colour: count for count, colour in other.getcolors(1 << 20) or ()}
    assert colours[(150, 10, 85)] > 1000
    assert plain
    assert dict((c, n) for n, c in plain).get((150, 10, 85), 0) < 1000
