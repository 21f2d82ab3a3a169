"""Missing settings of a brand are derived from the given ones."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.brand import Brand, resolve_colours, source_role
from pipeline.model.colour import GRAPHICS_MIN, TEXT_MIN, contrast, format_colour
from pipeline.project import BUNDLED


def brand_of(text: str) -> Brand:
    return Brand.model_validate(yaml.load(text, Loader=yaml.CBaseLoader))  # noqa: S506


def printed(text: str) -> dict[str, str]:
    colours = resolve_colours(brand_of(text))
    return {role: format_colour(colour) for role, colour in colours.items()}


BLUE = 'color: {primary: "#1e2dbe"}\n'


# --- Colours ---


def test_a_primary_colour_is_enough() -> None:
    assert printed(BLUE) == {
        "foreground": "#000000",
        "background": "#ffffff",
        "primary": "#1e2dbe",
        "secondary": "#4d4d4d",
        "tertiary": "#1e2dbe",
        "dark": "#101969",
        "light": "#edeefa",
        "danger": "#000000",
        "ornament": "#1e2dbe",
        "hairline": "#b2b2b2",
        "tint": "#bbc0eb",
        "context": "#8c8c8c",
    }


def test_a_role_is_a_value_or_a_name_of_the_palette_even_through_another_name() -> None:
    text = """\
color:
  palette: {lava: "#960a55", red: lava, white: "#fafafa"}
  primary: red
  background: white
  dark: black
"""
    colours = printed(text)
    assert colours["primary"] == "#960a55"
    assert colours["background"] == "#fafafa"
    assert colours["dark"] == "#000000"


def test_names_of_the_palette_in_a_circle_have_no_colour() -> None:
    brand = brand_of("color: {palette: {a: b, b: a}, primary: a}")
    with pytest.raises(ValueError, match="primary"):
        resolve_colours(brand)


def test_a_colour_of_briefs_takes_precedence() -> None:
    text = 'color: {primary: blue, dark: navy}\ndefaults: {briefs: {color: {dark: "#111"}}}'
    assert printed(text)["dark"] == "#111111"


def test_the_origin_of_a_role_is_the_role_whose_colour_it_has() -> None:
    brand = brand_of(BLUE)
    assert source_role(brand, "tertiary") == "primary"
    assert source_role(brand, "ornament") == "primary"
    assert source_role(brand, "foreground") == "foreground"
    assert source_role(brand, "tint") is None


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF), st.integers(0xE0, 0xFF))
def test_derived_colours_have_enough_contrast_if_the_given_ones_have(
    primary: int, foreground: int, paper: int
) -> None:
    """So a contrast problem is always about a given colour."""
    grounds = f'foreground: "#{foreground:06x}", background: "#{paper:02x}{2 * "ff"}"'
    text = f'color: {{primary: "#{primary:06x}", {grounds}}}'
    c = resolve_colours(brand_of(text))
    if (
        min(contrast(c[role], c["background"]) for role in ("primary", "foreground"))
        < TEXT_MIN
    ):
        return
    for ink in ("secondary", "tertiary", "danger", "dark"):
        assert contrast(c[ink], c["background"]) >= TEXT_MIN
    for ink in ("foreground", "primary", "dark"):
        assert contrast(c[ink], c["light"]) >= TEXT_MIN
    assert contrast(c["tint"], c["dark"]) >= TEXT_MIN
    assert contrast(c["context"], c["background"]) >= GRAPHICS_MIN


# --- Fonts ---


def test_a_brand_without_fonts_has_the_bundled_ones() -> None:
    arabic = ("Brief Arabic", "Brief Sans"), ("Brief Arabic", "Brief Display", "Brief Sans")
    assert list(brand_of(BLUE).font_families()) == [
        ("", ("Brief Sans",), ("Brief Display", "Brief Sans")),
        *((language, *arabic) for language in ("ar", "fa", "ur")),
        ("zh", ("Brief SC", "Brief Sans"), ("Brief SC", "Brief Display", "Brief Sans")),
    ]


def test_headings_have_the_font_of_the_text_unless_they_have_their_own() -> None:
    brand = brand_of(BLUE + "typography: {base: Own Sans}")
    assert next(brand.font_families()) == ("", ("Own Sans",), ("Own Sans",))
    assert (
        "zh",
        ("Brief SC", "Own Sans"),
        ("Brief SC", "Own Sans"),
    ) in brand.font_families()
    two = brand_of(BLUE + "typography: {headings: {family: [Own Serif, Own Sans]}}")
    assert next(two.font_families()) == ("", ("Brief Sans",), ("Own Serif", "Own Sans"))


def test_a_language_may_have_its_own_fonts_or_only_one_of_them() -> None:
    text = """\
color: {primary: navy}
typography: {base: Own Sans}
defaults: {briefs: {typography: {zh: {base: Own SC}, ar: {headings: Own Kufi}}}}
"""
    faces = list(brand_of(text).font_families())
    assert ("ar", ("Own Sans",), ("Own Kufi",)) in faces
    assert ("zh", ("Own SC",), ("Own SC",)) in faces


# --- The logo ---


def logo(text: str, language: str = "en") -> list[tuple[str, str | None]] | None:
    images = brand_of(BLUE + text).images(language)
    return [(image.path, image.alt) for image in images] if images else None


@pytest.mark.parametrize(
    "text",
    [
        "logo: a.svg",
        "logo: {path: a.svg}",
        "logo: {medium: a.svg}",
        "logo: {medium: {path: a.svg}}",
        "logo: {medium: {light: a.svg, dark: {path: a.svg}}}",
        "logo: {images: {a: a.svg}, medium: a}",
        "logo: {images: {a: {path: a.svg}}, medium: {light: a, dark: a}, large: b.svg}",
        "logo: {large: a.svg, small: b.svg}",
        "logo: {small: a.svg}",
    ],
)
def test_a_logo_has_the_forms_of_brand_yml(text: str) -> None:
    assert logo(text) == [("a.svg", None), ("a.svg", None)]


def test_a_logo_has_a_file_for_each_ground() -> None:
    text = """\
logo:
  images: {blue: {path: b.svg, alt: Blue}, white: {path: w.svg, alt: White}}
  medium: {light: blue, dark: white}
defaults: {briefs: {logo: {fr: {path: f.svg, alt: Bleu}}}}
"""
    assert logo(text) == [("b.svg", "Blue"), ("w.svg", "White")]
    assert logo(text, "fr") == [("f.svg", "Bleu"), ("f.svg", "Bleu")]


@pytest.mark.parametrize(
    ("meta", "alt"),
    [
        ("name: Harbour Forum", "Harbour Forum"),
        ("name: {full: Harbour Forum, short: HF}", "Harbour Forum"),
        ("name: {short: HF}", "HF"),
        ("link: {home: https://harbour.example}", None),
    ],
)
def test_the_name_of_the_organization_is_the_alternative_text_of_a_logo(
    meta: str, alt: str | None
) -> None:
    assert logo(f"meta: {{{meta}}}\nlogo: a.svg") == [("a.svg", alt)] * 2


def test_a_brand_without_a_logo_has_no_images() -> None:
    assert logo("") is None
    assert logo("logo: {images: {a: a.svg}}") is None
    assert logo("logo: {medium: {light: a.svg}}") is None


def test_the_bundled_brand_has_no_logo() -> None:
    """The logo of the ILO is legally protected (README.md)."""
    bundled = brand_of((BUNDLED / "styles" / "_brand.yml").read_text(encoding="utf-8"))
    assert bundled.images("en") is None
