"""Charts on the page: labels do not overlap, and marks differ in grey.

The boxes are those that WeasyPrint lays out with the widths of Pango, in several languages
and profiles; the pixels are those of the PDF.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import combinations, pairwise, product
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageStat

from pipeline.build import build_documents as build
from pipeline.content.loader import load_brand
from pipeline.design.brand_css import brand_css
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.stylesheets import stylesheets_for
from pipeline.design.tokens import Tokens, read_tokens
from pipeline.html.charts.draw import draw_chart
from pipeline.html.charts.shades import Shades
from pipeline.html.charts.theme import ChartTheme, ink_on, read_chart_theme
from pipeline.html.page_view import Design, read_stylesheet
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.model.chart_types import CHART_TYPES
from pipeline.model.colour import (
    BLACK,
    WHITE,
    Colour,
    SoftProof,
    contrast,
    lightness,
    mix,
    parse_colour,
)
from pipeline.model.dates import InformationDate
from pipeline.model.schema import (
    DataRow,
    Edition,
    EditionFacts,
    Figure,
    LanguageVersion,
    Series,
)
from pipeline.pdf.fontconfig import load_fonts
from pipeline.prepress.inks import soft_proof
from pipeline.problems import PipelineError, Rule, is_blocking
from pipeline.project import BASE_URL, BUNDLED, Project, open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets
from tests.conftest import WriteProject
from tests.html.draw_charts import (
    PROFILES,
    ROOT,
    boxes,
    brand,
    figure,
    project,
    rows_of,
    theme,
)
from tests.prepress.samples import PROFILE

# --- In grey ---


def test_marks_differ_in_grey_and_from_the_page() -> None:
    colours = theme().colours
    light = {
        name: lightness(parse_colour(getattr(colours, name)) or WHITE)
        for name in ("strong_rule", "strong", "context", "third", "fourth", "paper")
    }
    # A hatch is as light as its stripes and the paper between them (.7 of 2 mm), whether
    # light is mixed, as an eye does, or values are, as a screen does.
    ink = parse_colour(colours.strong) or WHITE
    assert abs(light["strong"] - light["context"]) >= 12
    assert contrast(parse_colour(colours.context) or WHITE, WHITE) >= 3
    assert contrast(ink, WHITE) >= 3
    for one, other in [
        *((light["strong_rule"], hatched) for hatched in hatches(ink)),
        *((hatched, light["third"]) for hatched in hatches(ink)),
        (light["third"], light["fourth"]),
        (light["strong"], light["fourth"]),
    ]:
        assert abs(one - other) >= 12


@pytest.mark.parametrize("profile", ["office", "large", "press"])
def test_the_two_marks_of_a_row_differ_in_grey_on_paper(profile: str) -> None:
    colours = theme(profile=profile).colours
    names = ("ring", "context", "strong")
    ring, *dots = (lightness(parse_colour(getattr(colours, n)) or WHITE) for n in names)
    assert min(abs(ring - dot) for dot in dots) >= 12


HARBOUR = ROOT / "tests" / "brands" / "harbour"


@pytest.fixture(params=[ROOT, HARBOUR], ids=["own", "harbour"])
def branded(request: pytest.FixtureRequest) -> Project:
    return open_project(request.param)


def theme_of(project: Project, profile: str, proof: SoftProof | None) -> ChartTheme:
    brand, _ = load_brand(project)
    assert brand
    read = partial(read_stylesheet, project, brand)
    tokens = read_tokens(stylesheets_for(project, "en", profile), read, "en", (profile,))
    return read_chart_theme(tokens, read_font_faces(project.font_folders), "en", proof)


def contrasts(fills: Sequence[str], theme: ChartTheme) -> list[float]:
    """The contrast of the chosen ink on each, as it is printed or shown."""
    colours, proof = theme.colours, theme.soft_proof or (lambda colour: colour)
    inks = {"heading": colours.strong_rule, "": colours.ink, "inverse": colours.paper}
    pairs = [(inks[ink_on(fill, theme)], fill) for fill in fills]
    seen = [[proof(parse_colour(colour) or WHITE) for colour in pair] for pair in pairs]
    return [contrast(*pair) for pair in seen]


def test_numbers_in_the_parts_of_a_bar_can_be_read_in_every_brand(branded: Project) -> None:
    theme = theme_of(branded, "screen", None)
    colours = theme.colours
    fills = (colours.strong_rule, colours.strong, colours.third, colours.fourth)
    assert min(contrasts((*fills, colours.paper), theme)) >= 4.5


def test_shades_differ_in_grey_and_a_number_can_be_read_on_each(branded: Project) -> None:
    theme = theme_of(branded, "screen", None)
    ramp = Shades(theme.colours, (Decimal(0), Decimal(100))).ramp
    light = [lightness(parse_colour(colour) or BLACK) for colour in ramp]
    assert all(one - other >= 12 for one, other in pairwise(light))
    assert min(contrasts(ramp, theme)) >= 4.5


def test_a_number_can_be_read_on_each_shade_in_the_inks_of_a_press(
    branded: Project,
) -> None:
    """The darkest blue of a brand is lighter in inks; black is chosen in its place."""
    theme = theme_of(branded, "press", soft_proof(PROFILE))
    ramp = Shades(theme.colours, (Decimal(0), Decimal(100))).ramp
    assert min(contrasts(ramp, theme)) >= 4.5


def test_a_higher_number_has_a_darker_shade() -> None:
    shades = Shades(theme().colours, (Decimal(0), Decimal(100)))
    colours = [shades.colour_of(Decimal(value)) for value in (0, 19, 20, 40, 60, 80, 100)]
    assert colours == [shades.ramp[n] for n in (0, 0, 1, 2, 3, 4, 4)]
    assert shades.colour_of(None) == theme().colours.paper


def hatches(ink: Colour) -> list[float]:
    def grey(value: float) -> Colour:
        return value, value, value

    mixed = mix(ink, WHITE, 0.35)
    # The luminance of a colour follows from its contrast with black.
    light = 0.35 * (contrast(ink, BLACK) * 0.05 - 0.05) + 0.65
    return [lightness(mixed), lightness(grey(1.055 * light ** (1 / 2.4) - 0.055))]


# --- On the page ---

CORPUS: dict[str, tuple[str, str]] = {
    "en": ("Latin America and the Caribbean", "Not covered by any scheme"),
    "de": ("Lateinamerika und die karibischen Staaten", "Nicht sozialversichert"),
    "ar": ("أمريكا اللاتينية ومنطقة البحر الكاريبي", "غير مشمولين بالحماية"),
    "zh": ("拉丁美洲和加勒比地区（2019年）", "没有任何保障的人口"),
}


@dataclass(frozen=True)
class Word:
    """A laid-out label, in CSS pixels from the corner of its chart."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def lay_out(figures: Sequence[Figure], language: str, profile: str) -> Any:
    from weasyprint import HTML

    from pipeline.pdf import render as paint
    from pipeline.pdf.weasyprint_patches.engine import patch_engine

    blocks = [{"figure": figure} for figure in figures]
    version = LanguageVersion.model_validate(
        {"title": "T", "sections": [{"heading": "H", "blocks": blocks}]}
    )
    series = Series.model_validate(
        {"name": "S", "publisher": {"name": "P"}, "languages": [language]}
    )
    edition = Edition(
        "b",
        InformationDate.parse("2017"),
        EditionFacts(),
        (language,),
        {language: version},
        {},
        {},
    )
    view = view_brief(Design(project(), series, brand()), edition, language, profile)
    html = render_html(project(), view)
    fonts = load_fonts(project().font_folders)
    serve = ProjectAssets(project(), brand_css(brand())).serve
    page = HTML(string=html, base_url=BASE_URL, url_fetcher=paint._make_fetcher(serve))
    with (
        patch_engine(),
        fonts.stylesheets.use(page, serve, fonts.configuration, []) as styles,
    ):
        return page.render(**styles)


def charts_on(pages: Sequence[Any]) -> Iterator[tuple[float, float, list[Word]]]:
    """The width and height of each chart, and its labels."""
    for page in pages:
        for box in page._page_box.descendants(placeholders=True):
            box = getattr(box, "_box", box)
            element = box.element
            if element is None or "chart" not in (element.get("class") or "").split():
                continue
            if box.element_tag == "div":
                yield box.width, box.height, list(_words(box))


def _words(chart: Any) -> Iterator[Word]:
    from weasyprint.formatting_structure.boxes import TextBox

    for child in (getattr(child, "_box", child) for child in chart.children):
        for box in child.descendants() if child.element_tag == "span" else ():
            if isinstance(box, TextBox) and box.text.strip():
                left = box.position_x - chart.content_box_x()
                base = box.position_y + box.baseline - chart.content_box_y()
                top, bottom = (
                    base - 0.72 * (size := box.style["font_size"]),
                    base + 0.15 * size,
                )
                yield Word(box.text, left, top, left + box.width, bottom)


def faults(pages: Sequence[Any]) -> list[str]:
    """Labels that overlap, or leave their chart, by half a pixel (at the top: 2.5)."""
    overlaps = []
    for width, height, words in charts_on(pages):
        for word in words:
            if word.left < -0.5 or word.right > width + 0.5:
                overlaps.append(f"{word.text} leaves its chart")
            if word.top < -2.5 or word.bottom > height + 0.5:
                overlaps.append(f"{word.text} leaves its chart upwards or downwards")
        for one, other in combinations(words, 2):
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            if across > 0.5 and down > 0.5:
                overlaps.append(f"{one.text} touches {other.text}")
    return overlaps


def corpus(language: str) -> list[Figure]:
    long, part = CORPUS[language]
    many = [
        {"r": f"{long} {n}" if n % 3 else f"{n}", "a": str(n * 7 % 12), "b": str(n + 1)}
        for n in range(12)
    ]
    some = many[:7]
    years = [
        {
            "y": str(year),
            **{f"{long} {c}": str(n + year % 7) for n, c in enumerate("abcde")},
        }
        for year in (1995, 2000, 2003, 2004, 2019)
    ]
    names = list(years[0])[1:]
    shares = [{"r": long, f"{part} 1": "5", f"{part} 2": "2", "c": "3", f"{part} 4": "90"}]
    months = [
        {"m": f"2016-{n:02}", "a": str(n), "b": None if n > 7 else "3"}
        for n in range(1, 13)
    ]
    big = [
        {"r": "Total", "a": "-12345678901.25", "b": "99999999999.75"},
        {"r": "x", "a": "1", "b": "2"},
    ]
    wide = [
        {"y": str(y), **{c: "-99999999999.75" for c in "abcdefgh"}} for y in (2000, 2001)
    ]
    notes = [
        {"at": str(year), "text": f"{long} {year}"}
        | ({"until": str(year + 2)} if year > 2010 else {})
        for year in (1995, 2003, 2004, 2005, 2012, 2017)
    ]
    return [
        figure("bar", many, "a", highlight="3"),
        figure("bar", some, "a", approximate={"6": long, f"{long} 5": part}),
        figure("dot", some, ["a", "b"], names={"a": part, "b": long}),
        figure("slope", many[:10], ["a", "b"], names={"a": part, "b": long}),
        figure("line", years, names),
        figure("stacked", shares, list(shares[0])[1:]),
        figure("small-multiples", years, names),
        figure("line", months, ["a", "b"], highlight="b", names={"a": long}),
        figure("dot", big, ["a", "b"]),
        figure("slope", [{**row, "r": str(n)} for n, row in enumerate(big)], ["a", "b"]),
        figure("bar", big, "a"),
        figure("stacked", [{"r": "x", "a": "99999999999.75", "b": "1"}], ["a", "b"]),
        figure("line", wide, ["a"]),
        figure("small-multiples", wide, list("abcdefgh")),
        figure("small-multiples", months, ["a", "b"]),
        figure("line", years, names, annotations=notes),
        figure("tiles", some, "a", highlight="3"),
        figure("tiles", big, "a"),
        figure("heat", some, ["a", "b"], names={"a": part, "b": long}, highlight="3"),
        figure("heat", big, ["a", "b"]),
        figure("range", some, ["a", "b"], names={"a": part, "b": long}, highlight="3"),
        figure("range", big, ["a", "b"]),
    ]


def test_every_chart_type_has_a_sample() -> None:
    assert {figure.chart for figure in corpus("en")} == set(CHART_TYPES)


@pytest.mark.parametrize("language", CORPUS)
def test_charts_of_office_are_those_of_screen(language: str) -> None:
    """Thus what is true of their labels in one profile is true in the other."""
    screen, office = theme(language, "screen"), theme(language, "office")
    colours = replace(office.colours, ring=screen.colours.ring)
    assert vars(office) | {"colours": colours} == vars(screen)


def proportions(language: str, profile: str) -> tuple[float, float]:
    """The width of a chart and the distance of its lines, for the size of its letters."""
    chart = theme(language, profile)
    return chart.main_width / chart.size, chart.leading / chart.size


@pytest.mark.parametrize("language", CORPUS)
def test_charts_of_screen_have_more_room_than_those_of_two_other_profiles(
    language: str,
) -> None:
    """Thus labels that fit in these do in "screen", which is laid out in English only."""
    width, leading = proportions(language, "screen")
    assert width > proportions(language, "large")[0]
    assert leading > proportions(language, "a5")[1]


@pytest.mark.parametrize(
    ("language", "profile"),
    [("en", "screen"), *product(("de", "ar", "zh"), ("a5", "large"))],
)
def test_labels_do_not_overlap_or_leave_their_chart(language: str, profile: str) -> None:
    from pipeline.pdf.checks.contrast import find_contrast_issues
    from pipeline.pdf.checks.layout_boxes import measure_pages
    from pipeline.pdf.checks.overflow import find_layout_issues

    figures = corpus(language)
    pages = lay_out(figures, language, profile).pages
    assert len(list(charts_on(pages))) == len(figures)
    assert faults(pages)[:3] == []
    assert find_contrast_issues(pages) == []
    # In large print the chart of 12 long names may be too high for a page, and is cut.
    issues = find_layout_issues(measure_pages(pages))
    assert [i for i in issues if i.rule is Rule.OVERLAP or "wider" in i.message] == []


TWO: list[DataRow] = [{"r": "A", "a": "1", "b": "3"}, {"r": "B", "a": "5", "b": "2"}]
TIME: list[DataRow] = [
    {"y": "2000", "a": "1", "b": "9", "c": "14"},
    {"y": "2010", "a": "1", "b": "9", "c": "14"},
]


@pytest.mark.parametrize(
    ("drawn", "tag", "marks"),
    [
        # The numbers of marks, in the order in which each must differ from the next.
        (figure("bar", rows_of(5, 5, 5), "n", highlight="B"), "path", [0, 1, 2]),
        (
            figure(
                "stacked",
                [{"r": "A", **dict(zip("abcd", "5555", strict=True))}],
                list("abcd"),
            ),
            "path",
            [0, 1, 2, 3],
        ),
        (figure("stacked", [{"r": "A", "a": "5", "b": "5"}], ["a", "b"]), "path", [0, 1]),
        (figure("dot", [{"r": "A", "a": "1", "b": "9"}], ["a", "b"]), "circle", [0, 1]),
        (figure("slope", TWO, ["a", "b"], highlight="A"), "circle", [0, 2]),
        (figure("line", TIME, ["a", "b", "c"]), "path", [0, 1, 2]),
        (figure("small-multiples", TIME, ["a", "b"]), "path", [0, 1]),
    ],
    ids=["bar", "four parts", "two parts", "dot", "slope", "line", "small-multiples"],
)
def test_printed_in_grey_neighbouring_marks_differ(
    drawn: Figure, tag: str, marks: list[int]
) -> None:
    """In the pixels of the page, without colour, neighbours are 12 steps of L* apart."""
    chart = draw_chart(drawn, drawn.data.rows, theme())
    document = lay_out([drawn], "en", "screen")
    scale = 6.0
    page = pypdfium2.PdfDocument(document.write_pdf())[0]
    image = page.render(scale=scale, grayscale=True).to_pil()
    ((left, top),) = _corners(document.pages)
    greys = []
    for number in marks:
        x0, y0, x1, y1 = boxes(chart, tag)[number]
        if tag == "path" and y1 - y0 < 1:  # a line: the middle of its first dash
            x1, y0, y1 = x0 + 1.5, y0 - 0.3, y1 + 0.3
        elif tag == "circle":
            middle, y1 = (x0 + x1) / 2, y0 + (y1 - y0) / 2
            x0, x1, y0 = middle - 0.4, middle + 0.4, y1 - 0.4
        else:  # beside the number
            x1 = x0 + (x1 - x0) * 0.4
        box = [round((left + x0) * scale), round((top + y0) * scale)]
        box += [round((left + x1) * scale), round((top + y1) * scale)]
        greys.append(ImageStat.Stat(image.crop(tuple(box))).mean[0] / 255)
    lights = [lightness((value, value, value)) for value in greys]
    assert all(abs(one - other) >= 12 for one, other in pairwise(lights)), lights


def _corners(pages: Sequence[Any]) -> Iterator[tuple[float, float]]:
    for page in pages:
        for box in page._page_box.descendants(placeholders=True):
            html = getattr(box, "element", None)
            if (
                html is not None
                and html.get("class") == "chart"
                and box.element_tag == "div"
            ):
                yield box.content_box_x() * 0.75, box.content_box_y() * 0.75


WORDS = st.text(st.sampled_from("abcdefgh ÄÉ-"), min_size=1, max_size=24).map(
    lambda text: " ".join(text.split()) or "x"
)
VALUES = st.none() | st.decimals(-999, 9999, places=1).map(str)


@st.composite
def data(draw: Any) -> tuple[list[DataRow], list[str]]:
    rows = draw(st.integers(2, 8))
    labels = draw(st.lists(WORDS, min_size=rows, max_size=rows, unique=True))
    values = draw(st.lists(st.tuples(VALUES, VALUES), min_size=rows, max_size=rows))
    values[0] = ("1", "2")
    names = draw(st.lists(WORDS, min_size=2, max_size=2, unique=True))
    names = [f"{name} {n}" for n, name in enumerate(names)]
    made = [
        {"": label, names[0]: one, names[1]: other}
        for label, (one, other) in zip(labels, values, strict=True)
    ]
    return made, names


@settings(max_examples=8)
@given(data(), st.sampled_from(PROFILES))
def test_labels_do_not_overlap_for_any_rows(
    made: tuple[list[DataRow], list[str]], profile: str
) -> None:
    rows, names = made
    time = [{**row, "": str(1990 + n * n)} for n, row in enumerate(rows)]
    parts = [{k: v.lstrip("-") if v and k else v for k, v in row.items()} for row in rows]
    figures = [
        Figure.model_validate(
            {
                "title": "T",
                "subtitle": "Number",
                "chart": kind,
                "data": table,
                "label": "l",
                "value": names[:1] if kind == "bar" else names,
                "alt": "A.",
                "source": "S.",
            }
        )
        for kind, table in [
            *(
                (kind, [{"l": r.pop(""), **r} for r in map(dict, rows)])
                for kind in ("bar", "dot", "slope")
            ),
            ("stacked", [{"l": r.pop(""), **r} for r in map(dict, parts)]),
            *(
                (kind, [{"l": r.pop(""), **r} for r in map(dict, time)])
                for kind in ("line", "small-multiples")
            ),
        ]
    ]
    assert faults(lay_out(figures, "en", profile).pages)[:3] == []


def test_a_missing_token_of_charts_is_a_design_problem() -> None:
    with pytest.raises(PipelineError) as error:
        read_chart_theme(Tokens({}), read_font_faces((BUNDLED / "styles" / "fonts",)), "en")
    (problem,) = error.value.problems
    assert str(problem.place) == "styles/tokens.css"
    assert "--table" in problem.message


@pytest.mark.parametrize("profile", PROFILES)
def test_a_chart_is_built_in_every_profile(
    profile: str, write_project: WriteProject
) -> None:
    block = json.dumps(
        {
            "title": "T",
            "subtitle": "Number",
            "chart": "bar",
            "data": [{"l": "Wages A", "v": "1234567"}, {"l": "B", "v": "300"}],
            "label": "l",
            "value": "v",
            "alt": "A.",
            "source": "S.",
        }
    )
    text = f"title: T\nsections:\n  - heading: H\n    blocks:\n      - figure: {block}\n"
    root = write_project({"content/brief/2017/en.yaml": text})
    outcome = build(open_project(root), BuildOptions(profiles=(profile,)), date(2018, 1, 1))
    assert [problem for problem in outcome.problems if is_blocking(problem)] == []
