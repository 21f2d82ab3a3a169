"""Errors of a brand file are reported at their places."""

import struct
import zlib
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from pipeline.content.loader import load_brand
from pipeline.content.validate.brand import LOGO_HEIGHT_MM, LOGO_WIDTH_MM
from pipeline.design import font_metrics
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.tokens import read_tokens
from pipeline.model.brand import BUNDLED_FAMILIES, Brand
from pipeline.problems import Problem, Rule, exit_code
from pipeline.project import BUNDLED, open_project
from tests.conftest import WriteProject

FAMILIES = {"Own Sans", "Own Serif"}
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
)
Check = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def check(write_project: WriteProject, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Return the function that checks a brand; the argument own__svg is styles/own.svg."""
    fonts = SimpleNamespace(families=FAMILIES, damaged=())
    monkeypatch.setattr(font_metrics, "read_font_faces", lambda _: fonts)

    def run(text: str, **files: bytes) -> tuple[Problem, ...]:
        names = {f"styles/{name.replace('__', '.')}": data for name, data in files.items()}
        root = write_project({"styles/_brand.yml": text, **names})
        brand, problems = load_brand(open_project(root))
        assert (brand is None) == any(p.severity.value == "error" for p in problems)
        return tuple(problems)

    return run


def lines(problems: tuple[Problem, ...]) -> list[tuple[str, int, str]]:
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


def test_the_bundled_brand_has_no_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    """No font is read for this: `briefs check` would take a tenth longer."""
    monkeypatch.setattr(font_metrics, "read_font_faces", pytest.fail)
    brand, problems = load_brand(open_project(BUNDLED))
    assert isinstance(brand, Brand)
    assert problems == []


def test_the_bundled_families_are_those_of_the_fonts() -> None:
    assert read_font_faces((BUNDLED / "styles" / "fonts",)).families == BUNDLED_FAMILIES


def test_every_key_of_brand_yml_is_accepted(check: Check) -> None:
    """Keys without effect on a brief, and settings of other tools, are accepted too."""
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
    assert lines(check(text, own__svg=SVG)) == []


def test_a_setting_without_effect_gives_a_warning(check: Check) -> None:
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


def test_an_invalid_colour_is_reported_once_at_its_place(check: Check) -> None:
    text = (
        'color:\n  palette: {sea: "#0a6b8"}\n  primary: sea\n  dark: sea\n  light: pail\n'
    )
    assert [(rule, line) for rule, line, _ in lines(check(text))] == [
        ("invalid-value", 2),
        ("invalid-value", 5),
    ]


def test_a_pair_of_colours_is_reported_once_at_a_given_colour(check: Check) -> None:
    """Derived colours are not reported."""
    text = 'color:\n  background: "#fffff0"\n  primary: orange\n  tertiary: "#c2c2c4"\n'
    assert [(line, text[:24]) for _, line, text in lines(check(text))] == [
        (3, '"primary" (#ffa500) on "'),
        (4, '"tertiary" (#c2c2c4) on '),
    ]


def test_a_contrast_just_below_the_minimum_is_not_rounded_up(check: Check) -> None:
    """#777777 has 4.478:1; printed as 4.5 it would not be below the minimum."""
    (problem,) = check('color: {primary: "#777777", foreground: black}')
    assert " 4.47:1" in problem.message


def test_small_text_on_the_dark_background_is_checked_too(check: Check) -> None:
    text = "color: {primary: navy, dark: '#555555'}\n"
    text += "defaults: {briefs: {color: {tint: '#aaaaaa'}}}\n"
    (problem,) = check(text)
    assert problem.message.startswith('"tint" (#aaaaaa) on "dark" (#555555) has')
    assert problem.place.line == 2


def test_a_font_is_accepted_when_its_files_are_in_styles(check: Check) -> None:
    head = "color: {primary: navy}\ntypography:\n"
    fonts = "  fonts: [{family: Own Sans, source: google}, {family: Jura, source: bunny}]\n"
    assert lines(check(f"{head}{fonts}  base: Own Sans\n  headings: Own Sans\n")) == []
    assert lines(check(f"{head}{fonts}  base: Jura\n  headings: Own Sans\n")) == [
        ("font-family", 4, 'there is no font of the family "Jura"')
    ]


def test_problems_in_styles_have_the_exit_code_of_the_design(check: Check) -> None:
    assert exit_code(check("color: {primary: nave}")) == 4
    assert exit_code(check("color: {primry: navy}")) == 4
    assert exit_code(check("colour: {primary: navy}")) == 4


# --- The logo ---

LOGO = "meta: {name: Harbour Forum}\ncolor: {primary: navy}\n"


def test_only_logos_that_a_brief_uses_are_checked(check: Check) -> None:
    text = LOGO + "logo: {images: {old: gone.gif}, small: <b>.gif, medium: own.svg}\n"
    assert lines(check(text, own__svg=SVG)) == []


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
def test_a_logo_must_be_a_file_in_styles(place: str, path: str, check: Check) -> None:
    (problem,) = check(LOGO + place.format(path=path))
    assert (problem.rule, problem.place.line) == (Rule.LOGO, 3)


@pytest.mark.parametrize("size", [(733, 20), (20, 189), (733, 189)])
def test_a_logo_of_enough_pixels_prints_sharp(size: tuple[int, int], check: Check) -> None:
    """300 dpi at 16 mm high or 62 mm wide, whichever it fills: 189 or 733 pixels."""
    assert lines(check(LOGO + "logo: own.png", own__png=png(*size))) == []


def test_a_logo_with_too_few_pixels_gives_the_size_it_needs(check: Check) -> None:
    (problem,) = check(LOGO + "logo: own.png", own__png=png(300, 188))
    assert "300 × 188 pixels give 298 dpi" in problem.message
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
def test_a_logo_is_checked_like_a_picture(
    name: str, data: bytes, rule: Rule, check: Check
) -> None:
    (problem,) = check(f"{LOGO}logo: {name.replace('__', '.')}", **{name: data})
    assert (problem.rule, problem.place.line, problem.exit_code) == (rule, 3, 4)


def test_the_slot_of_the_logo_has_the_size_in_the_style_sheets() -> None:
    def read(name: str) -> bytes:
        return (BUNDLED / "styles" / name).read_bytes()

    tokens = read_tokens(["tokens.css"], read, "en", ())
    millimetre = 72 / 25.4
    assert tokens.points("logo-height") == pytest.approx(LOGO_HEIGHT_MM * millimetre)
    assert tokens.points("logo-width") == pytest.approx(LOGO_WIDTH_MM * millimetre)
