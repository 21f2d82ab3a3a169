"""What is wrong with a brand, where, and what is not."""

import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.content.loader import load_brand
from pipeline.content.validate import logo as check_logo
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.tokens import read_tokens
from pipeline.model.brand import BUNDLED_FAMILIES, Brand
from pipeline.problems import Problem, Rule, exit_code
from pipeline.project import BUNDLED, open_project

WriteProject = Callable[[Mapping[str, str | bytes]], Path]
FAMILIES = {"Own Sans", "Own Serif"}
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
)
Check = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def check(write_project: WriteProject) -> Check:
    """Give the function that says what is wrong with a brand, in a project with files."""

    def run(text: str, **files: bytes) -> tuple[Problem, ...]:
        names = {f"styles/{name.replace('__', '.')}": data for name, data in files.items()}
        root = write_project({"styles/_brand.yml": text, **names})
        brand, problems = load_brand(open_project(root), lambda: FAMILIES)
        assert (brand is None) == any(p.severity.value == "error" for p in problems)
        return tuple(problems)

    return run


def said(problems: tuple[Problem, ...]) -> list[tuple[str, int, str]]:
    return [(p.rule.id, p.place.line, p.message) for p in problems]


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(height * (b"\0" + width * b"\x80"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, data)
        for kind, data in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    )


def test_the_brand_that_comes_with_the_program_has_nothing_wrong() -> None:
    """And no font is read to say so: `briefs check` would take a tenth longer."""
    brand, problems = load_brand(
        open_project(BUNDLED), lambda: pytest.fail("fonts were read")
    )
    assert isinstance(brand, Brand)
    assert problems == []


def test_the_families_that_come_with_the_program_are_known() -> None:
    assert read_font_faces((BUNDLED / "styles" / "fonts",)).families == BUNDLED_FAMILIES


def test_everything_that_brand_yml_knows_may_be_said(check: Check) -> None:
    """Also what means nothing to a brief, and settings of other tools, even empty ones."""
    text = """\
meta:
  name: {full: Harbour Forum, short: HF}
  link: {home: https://harbour.example, mastodon: https://social.example/@hf}
logo:
  images: {icon: icon.png, wide: {path: wide.png, alt: Wide}}
  small: icon
  medium: {light: own.svg, dark: own.svg}
  large: wide
color:
  palette: {green: "#0b4f4a", gruen: green}
  foreground: black
  background: white
  primary: gruen
  secondary: "#707073"
  tertiary: "#606060"
  success: green
  info: teal
  warning: orange
  danger: darkred
  light: "#f4f4f4"
  dark: "#0b4f4a"
typography:
  fonts:
    - {family: Jura, source: google, weight: [400, 700], style: normal, display: block}
    - {family: Own Sans, source: file, files: [{path: fonts/own.ttf, weight: bold}]}
  base: Own Sans
  headings: {family: Own Serif}
  monospace: Fira Code
  monospace-inline: {family: Fira Code, background-color: green}
  monospace-block: {family: Fira Code, line-height: 1.2}
defaults:
  bootstrap:
  quarto: {format: {html: {toc: true}, revealjs: }}
"""
    assert said(check(text, own__svg=SVG)) == []


def test_what_would_suggest_an_effect_brings_a_warning(check: Check) -> None:
    text = """\
color: {primary: navy}
typography:
  base: {family: Own Sans, size: 1.1rem, line-height: 1.7, weight: 400}
  headings: {style: italic, color: primary}
  link: {decoration: underline}
"""
    problems = check(text)
    assert {p.rule for p in problems} == {Rule.INEFFECTIVE_SETTING}
    assert sorted((p.place.line, p.message.split('"')[1]) for p in problems) == [
        (3, "line-height"),
        (3, "size"),
        (3, "weight"),
        (4, "color"),
        (4, "style"),
        (5, "link"),
    ]


def test_a_colour_that_is_wrong_is_said_once_where_it_is(check: Check) -> None:
    text = (
        'color:\n  palette: {sea: "#0a6b8"}\n  primary: sea\n  dark: sea\n  light: pail\n'
    )
    assert [(rule, line) for rule, line, _ in said(check(text))] == [
        ("invalid-value", 2),
        ("invalid-value", 5),
    ]


def test_a_pair_of_colours_is_said_once_and_at_what_is_given(check: Check) -> None:
    """Without `dark` and the like, headings and more would have the same pale colour."""
    text = 'color:\n  background: "#fffff0"\n  primary: orange\n  tertiary: "#c2c2c4"\n'
    assert [(line, text[:24]) for _, line, text in said(check(text))] == [
        (3, '"primary" (#ffa500) on "'),
        (4, '"tertiary" (#c2c2c4) on '),
    ]


def test_a_contrast_that_falls_just_short_is_not_rounded_up(check: Check) -> None:
    """#777777 has 4.478:1; read as 4.5 the message would contradict itself."""
    (problem,) = check('color: {primary: "#777777", foreground: black}')
    assert " 4.47:1" in problem.message


def test_small_words_are_checked_on_the_dark_ground_too(check: Check) -> None:
    text = "color: {primary: navy, dark: '#555555'}\n"
    text += "defaults: {briefs: {color: {tint: '#aaaaaa'}}}\n"
    (problem,) = check(text)
    assert problem.message.startswith('"tint" (#aaaaaa) on "dark" (#555555) has')
    assert problem.place.line == 2


def test_a_font_from_elsewhere_is_fine_when_its_files_are_here(check: Check) -> None:
    head = "color: {primary: navy}\ntypography:\n"
    fonts = "  fonts: [{family: Own Sans, source: google}, {family: Jura, source: bunny}]\n"
    assert said(check(f"{head}{fonts}  base: Own Sans\n  headings: Own Sans\n")) == []
    assert said(check(f"{head}{fonts}  base: Jura\n  headings: Own Sans\n")) == [
        ("font-family", 4, 'there is no font of the family "Jura"')
    ]


def test_what_is_wrong_in_styles_is_the_designers_to_mend(check: Check) -> None:
    assert exit_code(check("color: {primary: nave}")) == 4
    assert exit_code(check("color: {primry: navy}")) == 4
    assert exit_code(check("colour: {primary: navy}")) == 4


# --- The logo ---

LOGO = "meta: {name: Harbour Forum}\ncolor: {primary: navy}\n"


def test_only_the_files_that_a_brief_would_set_are_looked_at(check: Check) -> None:
    text = LOGO + "logo: {images: {old: gone.gif}, small: <b>.gif, medium: own.svg}\n"
    assert said(check(text, own__svg=SVG)) == []


@pytest.mark.parametrize(
    "place", ["logo: {path}", "defaults: {{briefs: {{logo: {{fr: {path}}}}}}}"]
)
@pytest.mark.parametrize(
    "path",
    [
        "gone.svg",
        "../content/series.yaml",
        "/etc/hostname",
        "https://harbour.example/a.svg",
    ],
)
def test_a_logo_lies_in_styles_and_is_not_fetched(
    place: str, path: str, check: Check
) -> None:
    assert said(check(LOGO + place.format(path=path))) == [
        ("logo", 3, f'there is no file "{path}" in styles/')
    ]


@pytest.mark.parametrize("size", [(733, 20), (20, 189), (733, 189)])
def test_a_logo_of_enough_pixels_prints_sharp(size: tuple[int, int], check: Check) -> None:
    """300 dpi at 16 mm high or 62 mm wide, whichever it fills: 189 or 733 pixels."""
    assert said(check(LOGO + "logo: own.png", own__png=png(*size))) == []


def test_a_logo_with_a_pixel_too_few_says_how_many_it_needs(check: Check) -> None:
    (problem,) = check(LOGO + "logo: own.png", own__png=png(300, 188))
    assert "300 × 188 pixels are 298 dpi" in problem.message
    assert "at least 302 × 189 pixels" in problem.hint


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("own__png", SVG, Rule.PICTURE_TYPE),
        ("own__png", b"GIF89a", Rule.PICTURE_TYPE),
        ("own__png", png(800, 200)[:-30], Rule.PICTURE_DAMAGED),
        ("own__svg", SVG.replace(b"<path", b"<script/><path"), Rule.PICTURE_SVG),
    ],
)
def test_a_logo_is_looked_at_as_pictures_are(
    name: str, data: bytes, rule: Rule, check: Check
) -> None:
    (problem,) = check(f"{LOGO}logo: {name.replace('__', '.')}", **{name: data})
    assert (problem.rule, problem.place.line, problem.exit_code) == (rule, 3, 4)


def test_the_slot_of_the_logo_is_that_of_the_style_sheets() -> None:
    def read(name: str) -> bytes:
        return (BUNDLED / "styles" / name).read_bytes()

    tokens = read_tokens(["tokens.css"], read, "en", ())
    millimetre = 72 / 25.4
    assert tokens.points("logo-height") == pytest.approx(check_logo.HEIGHT_MM * millimetre)
    assert tokens.points("logo-width") == pytest.approx(check_logo.WIDTH_MM * millimetre)
