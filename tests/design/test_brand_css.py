"""The style sheet of a brand, and a project in the design of another organization.

`tests/brands/harbour` is invented; its brand has other colours, fonts and logos, and leaves
out some of the colour roles.
"""

import re
import shutil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.commands.check import read_content
from pipeline.content.loader import load_brand
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.model.brand import Brand, resolve_colours
from pipeline.model.colour import format_colour
from pipeline.model.dates import InformationDate
from pipeline.project import BUNDLED, Project, open_project
from pipeline.targets import BuildOptions

HARBOUR = Path(__file__).resolve().parents[1] / "brands" / "harbour"
PROFILES = ("screen", "office")
TODAY = InformationDate.parse("2020-01-01").first_day
POINTS_PER_MM = 72 / 25.4
# Colours of the bundled brand, which must not be drawn.
BUNDLED_COLOURS = {
    "#12353b",
    "#0c6b66",
    "#84979a",
    "#b5d8d2",
    "#edf5f3",
    "#8c4a1f",
    "#dd9433",
}


def bundled_brand() -> Brand:
    brand, problems = load_brand(open_project(BUNDLED))
    assert problems == []
    assert brand
    return brand


def test_the_style_sheet_has_every_role_and_the_fonts_of_each_language() -> None:
    css = brand_css(bundled_brand()).decode()
    for role, colour in resolve_colours(bundled_brand()).items():
        assert f"  --brand-{role}: {format_colour(colour)};\n" in css
    stack = '--brand-base: "Brief Arabic", "Brief Sans"'
    assert f":root:lang(ar) {{ {stack}; " in css
    assert ':root { --brand-base: "Brief Sans"; ' in css


def test_a_phrase_has_only_the_fonts_of_its_own_language() -> None:
    css = brand_css(bundled_brand()).decode()
    assert ':root [lang|="ar"] { font-family: "Brief Arabic", "Brief Sans" }' in css
    others = "".join(f':not([lang|="{code}"])' for code in ("ar", "fa", "ur", "zh"))
    assert f':root[lang|="ar"] [lang]{others} {{ font-family: "Brief Sans" }}' in css
    assert ':root[lang|="ar"] [dir="ltr"] { font-family: "Brief Sans" }' in css
    assert ':root[lang|="zh"] [dir="ltr"]' not in css


def test_on_the_web_each_text_has_a_similar_font_of_the_system() -> None:
    """It is shown until the font of the brand is loaded. A PDF has none."""
    assert b"sans-serif" not in brand_css(bundled_brand())
    css = brand_css(bundled_brand(), on_web=True).decode()
    stacks = re.findall(r"(?:font-family|--brand-base|--brand-headings): ([^;}]*)", css)
    assert stacks
    assert all(stack.rstrip().endswith('", sans-serif') for stack in stacks)


# --- Another organization ---


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("brands") / "harbour"
    shutil.copytree(HARBOUR, root, ignore=shutil.ignore_patterns("build"))
    return open_project(root)


@pytest.fixture(scope="module")
def built(project: Project) -> BuildResult:
    return build(project, BuildOptions(profiles=PROFILES), TODAY)


def pdf_path(project: Project, slug: str, language: str, profile: str) -> Path:
    end = "" if profile == "screen" else f"_{profile}"
    (path,) = project.build.glob(f"*/{slug}_*_{language}{end}.pdf")
    return path


def test_a_project_with_another_brand_is_built_without_problems(
    built: BuildResult,
) -> None:
    assert built.problems == ()
    assert {document.state for document in built.targets} == {"built"}
    assert len(built.targets) == 3 * len(PROFILES)


def test_only_fonts_of_the_brand_are_embedded(project: Project, built: BuildResult) -> None:
    for document in built.targets:
        with pikepdf.open(project.build / document.name) as opened:
            fonts = {
                str(font.BaseFont).split("+")[1]
                for page in opened.pages
                for font in page.Resources.Font.values()
            }
        assert fonts == {
            "Harbour-Serif",
            "Harbour-Serif-Bold",
            "Harbour-Sans",
            *({"Harbour-Sans-Bold"} & fonts),
        }


def drawn_colours(file: Path) -> set[str]:
    """The colours of all fills and strokes on the pages, also in drawings."""
    colours: set[str] = set()
    with pikepdf.open(file) as opened:
        streams = [
            *opened.pages,
            *(
                pdf_object
                for pdf_object in opened.objects
                if isinstance(pdf_object, pikepdf.Stream)
                and pdf_object.get("/Subtype") == "/Form"
            ),
        ]
        for stream in streams:
            for numbers, operator in pikepdf.parse_content_stream(stream):
                if str(operator) in ("rg", "RG", "sc", "SC", "scn", "SCN"):
                    values = [float(n) for n in numbers if not isinstance(n, pikepdf.Name)]
                    if len(values) == 3:
                        colours.add(format_colour((values[0], values[1], values[2])))
    return colours


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("slug", ["quays", "tides"])
def test_only_colours_of_the_brand_are_drawn(
    slug: str, profile: str, project: Project, built: BuildResult
) -> None:
    content = read_content(project, BuildOptions(), TODAY)
    assert content.brand
    palette = {format_colour(c) for c in resolve_colours(content.brand).values()}
    drawn = drawn_colours(pdf_path(project, slug, "en", profile))
    assert not drawn & BUNDLED_COLOURS
    # The transparent side of a triangle is drawn too, in invisible black.
    assert drawn <= palette | {"#000000"}
    # Headings, figures, labels, triangles and panels are there to be drawn.
    assert {"#0b4f4a", "#0a6b8f", "#9a3412", "#e08a1e"} <= drawn or slug == "tides"


SCALE = 4


def drawn_page(file: Path) -> Image.Image:
    return pypdfium2.PdfDocument(file)[0].render(scale=SCALE).to_pil().convert("RGB")


def colour_at(page: Image.Image, right_mm: float, top_mm: float) -> str:
    """The colour at a point, measured from the right and upper edges."""
    x = page.width - right_mm * POINTS_PER_MM * SCALE
    red, green, blue = page.getpixel((int(x), int(top_mm * POINTS_PER_MM * SCALE)))
    return f"#{red:02x}{green:02x}{blue:02x}"


@pytest.mark.parametrize(
    ("profile", "ground"), [("screen", "#0b4f4a"), ("office", "#ebf3f6")]
)
def test_masthead_ribbon_and_band_have_colours_of_the_brand(
    profile: str, ground: str, project: Project, built: BuildResult
) -> None:
    page = drawn_page(pdf_path(project, "tides", "en", profile))
    assert colour_at(page, 100, 5) == ground
    column = {colour_at(page, 3, 30 + step) for step in range(60)}
    assert ("#0a6b8f" in column) is ("#e08a1e" in column) is (profile == "screen")
    assert {ground, "#ffffff"} <= column


def figures(file: Path) -> list[tuple[str, list[float]]]:
    """The alternative text and the position of each figure in millimetres."""
    with pikepdf.open(file) as opened:
        height = float(opened.pages[0].MediaBox[3])
        boxes = []
        for pdf_object in opened.objects:
            if (
                isinstance(pdf_object, pikepdf.Dictionary)
                and pdf_object.get("/S") == "/Figure"
            ):
                left, low, right, high = (float(n) for n in pdf_object.A.BBox)
                box = [left, height - high, right - left, high - low]
                boxes.append(
                    (str(pdf_object.Alt), [round(n / POINTS_PER_MM, 1) for n in box])
                )
    return boxes


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("language", "size"), [("en", [16.0, 16.0]), ("fr", [62.0, 12.4])])
def test_the_logo_is_read_once_and_keeps_its_ratio(
    language: str, size: list[float], profile: str, project: Project, built: BuildResult
) -> None:
    boxes = figures(pdf_path(project, "quays", language, profile))
    alternatives = {
        "fr": "Forum des ports",
        "en": {"screen": "The Harbour Forum"}.get(profile),
    }
    logos = [
        box for alt, box in boxes if alt == (alternatives[language] or "Harbour Forum")
    ]
    left = {"screen": 19.0, "office": 22.0}[profile]
    assert logos == [[left, 12.0, *size]]


def html_of(project: Project, profile: str) -> str:
    content = read_content(project, BuildOptions(("quays",)), TODAY)
    assert content.series
    assert content.brand
    (edition,) = content.editions
    design = Design(project, content.series, content.brand)
    return render_html(project, view_brief(design, edition, "en", profile))


def test_the_logo_suits_its_background(project: Project) -> None:
    """A background may be set in an imported style sheet."""
    assert re.findall(r'<img src="([^"]*)"', html_of(project, "screen")) == [
        "https://project.invalid/content/sign-light.svg"
    ]
    assert re.findall(r'<img src="([^"]*)"', html_of(project, "office")) == [
        "https://project.invalid/content/sign.svg"
    ]


def test_the_qr_code_has_colours_of_the_brand(project: Project) -> None:
    svg = html_of(project, "screen").rpartition("<svg")[2].partition("</svg>")[0]
    assert set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg)) <= {
        "#0b4f4a",
        "#fff",
        "#ffffff",
    }
    assert "#0b4f4a" in svg


def test_a_chart_has_colours_of_the_brand(project: Project) -> None:
    svg = html_of(project, "screen").partition("<svg")[2].partition("</svg>")[0]
    colours = set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg))
    assert colours == {"#0a6b8f", "#777c7c", "#0b4f4a"}


def test_the_whole_page_has_the_background_of_the_brand(
    project: Project, tmp_path: Path
) -> None:
    root = tmp_path / "cream"
    shutil.copytree(project.root, root, ignore=shutil.ignore_patterns("build", "quays"))
    brand = root / "content" / "_brand.yml"
    text = brand.read_text(encoding="utf-8")
    brand.write_text(text.replace("  primary:", '  background: "#fdf6e3"\n  primary:'))
    cream = open_project(root)
    assert build(cream, BuildOptions(), TODAY).problems == ()
    page = drawn_page(pdf_path(cream, "tides", "en", "screen"))
    assert {colour_at(page, 2, 290), colour_at(page, 105, 200)} == {"#fdf6e3"}
    # The diagonal corner of the masthead has the background of the page.
    assert colour_at(page, 2, 80) == "#fdf6e3"


def test_a_brand_without_shapes_draws_no_ornament(project: Project, tmp_path: Path) -> None:
    root = tmp_path / "plain"
    shutil.copytree(project.root, root, ignore=shutil.ignore_patterns("build", "quays"))
    brand = root / "content" / "_brand.yml"
    text = brand.read_text(encoding="utf-8")
    shapes = "    masthead: plain\n    markers: none\n    color: {ornament"
    brand.write_text(text.replace("    color: {ornament", shapes), encoding="utf-8")
    plain = open_project(root)
    assert build(plain, BuildOptions(), TODAY).problems == ()
    drawn = [drawn_colours(pdf_path(p, "tides", "en", "screen")) for p in (project, plain)]
    assert ["#e08a1e" in colours for colours in drawn] == [True, False]


def test_a_changed_brand_makes_its_documents_stale(
    project: Project, built: BuildResult
) -> None:
    brand = project.root / "content" / "_brand.yml"
    text = brand.read_text(encoding="utf-8")
    try:
        brand.write_text(text.replace("#9a3412", "#7a2a10"), encoding="utf-8")
        stale = build(project, BuildOptions(("tides",), dry_run=True), TODAY)
    finally:
        brand.write_text(text, encoding="utf-8")
    (document,) = stale.targets
    assert (document.state, document.reason) == ("stale", "content/_brand.yml changed")


def test_a_brand_of_one_colour_works_in_every_language(tmp_path: Path) -> None:
    """Without `typography` the bundled fonts cover Arabic and Chinese."""
    shutil.copytree(BUNDLED / "content" / "global-advocacy", tmp_path / "content" / "brief")
    shutil.copy(BUNDLED / "content" / "series.yaml", tmp_path / "content")
    (tmp_path / "content" / "_brand.yml").write_text("color: {primary: '#0a6b8f'}\n")
    options = BuildOptions(languages=("ar", "zh"))
    result = build(open_project(tmp_path), options, TODAY)
    assert [d.state for d in result.targets] == ["built", "built"]
