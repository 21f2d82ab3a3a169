"""The data model of `content/_brand.yml`: colours, fonts and a logo.

The format is brand.yml (https://posit-dev.github.io/brand-yml/), so that other tools can
read the same file. Settings of briefs alone are under `defaults: briefs:` and take
precedence. A role without a colour gets one from other roles (`_DERIVED_ROLES`), with
enough contrast to be readable.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.model.colour import (
    GRAPHICS_MIN,
    TEXT_MIN,
    Colour,
    contrast,
    mix,
    parse_colour,
)
from pipeline.model.fields import (
    FieldPath,
    LanguageCode,
    Strict,
    Text,
    one_or_more,
    text_as,
)
from pipeline.model.scripts import SCRIPT_FAMILIES


class _OpenModel(BaseModel):
    """A frozen model that accepts unknown keys."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Name(_OpenModel):
    """The name of an organization, in full and short."""

    full: Text | None = None
    short: Text | None = None


class Meta(_OpenModel):
    """The organization. Its name is the alternative text of a logo without `alt`."""

    name: Annotated[Name, text_as("full")] = Name()


class Image(Strict):
    """A file beside the brand file, or a key of `images`; and its alternative text."""

    path: Text
    alt: Text | None = None


_Image = Annotated[Image, text_as("path")]


class LogoVariants(Strict):
    """One image for all backgrounds (`path`), or one for light and one for dark ones."""

    path: Text | None = None
    alt: Text | None = None
    light: _Image | None = None
    dark: _Image | None = None

    @property
    def light_and_dark(self) -> tuple[Image, Image] | None:
        """The images for light and dark backgrounds; None when one is missing."""
        if self.path:
            image = Image(path=self.path, alt=self.alt)
            return image, image
        return (self.light, self.dark) if self.light and self.dark else None


_LogoVariants = Annotated[LogoVariants, text_as("path")]


class Logo(LogoVariants):
    """One image, or one for each of three sizes. `images` gives names to images."""

    images: dict[str, _Image] = {}
    small: _LogoVariants | None = None
    medium: _LogoVariants | None = None
    large: _LogoVariants | None = None


class Roles(Strict):
    """A colour for each role: a name of the palette, or a value such as "#1e2dbe"."""

    foreground: Text | None = None
    background: Text | None = None
    primary: Text | None = None
    secondary: Text | None = None
    tertiary: Text | None = None
    danger: Text | None = None
    light: Text | None = None
    dark: Text | None = None


class Colours(Roles):
    """The palette and the roles of brand.yml; `primary` is required."""

    palette: dict[str, Text] = {}
    primary: Text
    success: Text | None = None
    info: Text | None = None
    warning: Text | None = None


class BriefRoles(Roles):
    """Roles that are different in a brief, and four that brand.yml does not have."""

    ornament: Text | None = None
    hairline: Text | None = None
    tint: Text | None = None
    context: Text | None = None


class FontStack(Strict):
    """The font families of one kind of text, in order of preference.

    The other keys are accepted because brand.yml has them, and have no effect.
    """

    family: Annotated[tuple[Text, ...], BeforeValidator(one_or_more)] = ()
    size: Any = None
    weight: Any = None
    style: Any = None
    line_height: Annotated[Any, Field(alias="line-height")] = None
    color: Any = None


_FontStack = Annotated[FontStack, text_as("family")]


class FontStacks(Strict):
    """The font families of running text, and of headings and other large text."""

    base: _FontStack = FontStack()
    headings: _FontStack = FontStack()


class Typography(FontStacks):
    """The fonts of a brief, and keys of brand.yml that only other tools use."""

    fonts: Any = None
    monospace: Any = None
    monospace_inline: Annotated[Any, Field(alias="monospace-inline")] = None
    monospace_block: Annotated[Any, Field(alias="monospace-block")] = None
    link: Any = None


class BriefDefaults(Strict):
    """Settings that only briefs use: more roles, shapes, and fonts and logos by language.

    `masthead` is the ornament of the masthead, `markers` is that before headings, and
    `column` decides whether there is a side column for notes and figures.
    `printing_condition` applies to press files and names the ICC profile
    `styles/icc/NAME.icc`.
    """

    color: BriefRoles = BriefRoles()
    typography: dict[LanguageCode, FontStacks] = {}
    logo: dict[LanguageCode, _LogoVariants] = {}
    masthead: Literal["diagonal", "band", "plain"] = "diagonal"
    markers: Literal["triangle", "square", "none"] = "triangle"
    column: Literal["side", "none"] = "side"
    # Sheet-fed offset on coated paper: the most common condition in Europe.
    printing_condition: Text = "FOGRA39"


class Defaults(_OpenModel):
    """Settings by tool; those of other tools are not checked."""

    briefs: BriefDefaults = BriefDefaults()


class Brand(Strict):
    """The brand of a series: its colours, fonts and logo (`content/_brand.yml`)."""

    meta: Meta = Meta()
    logo: Annotated[Logo, text_as("path")] = Logo()
    color: Colours
    typography: Typography = Typography()
    defaults: Defaults = Defaults()

    @property
    def briefs(self) -> BriefDefaults:
        return self.defaults.briefs

    def find_logo(self, language: str) -> tuple[FieldPath, LogoVariants] | None:
        """Return the path and the value of the logo of a language; None without one."""
        own = ("defaults", "briefs", "logo", language)
        slots: dict[FieldPath, LogoVariants | None] = {own: self.briefs.logo.get(language)}
        slots |= {("logo", size): getattr(self.logo, size) for size in _LOGO_SIZES}
        slots |= {("logo",): self.logo}
        filled = ((p, s) for p, s in slots.items() if s and (s.path or s.light or s.dark))
        return next(filled, None)

    def images(self, language: str) -> tuple[Image, Image] | None:
        """The logo of a language for light and dark backgrounds; None without one."""
        _, slot = self.find_logo(language) or ((), LogoVariants())
        if slot.light_and_dark is None:
            return None
        light, dark = slot.light_and_dark
        return self.image(light), self.image(dark)

    def image(self, image: Image) -> Image:
        """Resolve a key of `images`; complete `alt` by the name of the organization."""
        named = self.logo.images.get(image.path, image)
        name = self.meta.name
        alt = image.alt or named.alt or name.full or name.short
        return Image(path=named.path, alt=alt)

    def font_families(self) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Yield language, families of text, families of headings; "" is the default."""
        own = self.typography
        base = own.base.family or _BASE_FAMILIES
        headings = own.headings.family or own.base.family or _HEADING_FAMILIES
        yield "", base, headings
        by_language = self.briefs.typography
        for language in sorted({*by_language, *SCRIPT_FAMILIES}):
            if faces := by_language.get(language):
                text = faces.base.family or base
                yield language, text, faces.headings.family or faces.base.family or headings
            else:
                first = SCRIPT_FAMILIES[language]
                yield language, (*first, *base), (*first, *headings)


# Sizes of logos in order of preference; brand.yml has the medium size for page headers.
_LOGO_SIZES = ("medium", "large", "small")
# The bundled families, and the ones that a brand without families gets.
_BASE_FAMILIES, _HEADING_FAMILIES = ("Brief Sans",), ("Brief Display", "Brief Sans")
BUNDLED_FAMILIES = frozenset(_HEADING_FAMILIES).union(*SCRIPT_FAMILIES.values())


class _Derived(NamedTuple):
    """The colour of a role that is not given: a share of `role` mixed into `background`.

    The first of `shares` whose contrast with all of `against` is at least `min_contrast`
    is used.
    """

    role: str
    shares: tuple[float, ...] = (1.0,)
    against: tuple[str, ...] = ()
    min_contrast: float = TEXT_MIN
    background: str = "background"


# Each role depends only on those above it. If no share has enough contrast, the last one is
# used; `content/validate/brand.py` checks its contrast.
_DERIVED_ROLES: Mapping[str, _Derived] = {
    "secondary": _Derived("foreground", (0.7, 0.85, 1.0), ("background",)),
    "tertiary": _Derived("primary"),
    # Darker than the diagonal of the masthead, on top of it.
    "dark": _Derived("primary", (0.55,), background="foreground"),
    "light": _Derived("primary", (0.08, 0.05, 0.02, 0), ("foreground", "primary", "dark")),
    "danger": _Derived("foreground"),
    "ornament": _Derived("tertiary"),
    "hairline": _Derived("foreground", (0.3,)),
    "tint": _Derived("primary", (0.3, 0.2, 0.1, 0), ("dark",)),
    "context": _Derived("foreground", (0.45, 0.6, 0.8, 1.0), ("background",), GRAPHICS_MIN),
}
# Defaults of brand.yml.
_DEFAULT_COLOURS = {"foreground": "#000000", "background": "#ffffff"}


def palette_colour(brand: Brand, name: str) -> Colour | None:
    """Resolve a name of the palette, or read a value; None when it is no colour."""
    seen: set[str] = set()
    while name in brand.color.palette and name not in seen:
        seen.add(name)
        name = brand.color.palette[name]
    return parse_colour(name)


def _given_colour(brand: Brand, role: str) -> str | None:
    own: str | None = getattr(brand.briefs.color, role)
    return own or getattr(brand.color, role, None) or _DEFAULT_COLOURS.get(role)


def source_role(brand: Brand, role: str) -> str | None:
    """The role that gives a role its colour, often itself; None for a mixture."""
    while _given_colour(brand, role) is None:
        derived = _DERIVED_ROLES[role]
        if derived.shares != (1.0,):
            return None
        role = derived.role
    return role


def resolve_colours(brand: Brand) -> dict[str, Colour]:
    """Return the colour of each role. The brand must be free of problems."""
    colours: dict[str, Colour] = {}
    for role in (*_DEFAULT_COLOURS, "primary", *_DERIVED_ROLES):
        if name := _given_colour(brand, role):
            colour = palette_colour(brand, name)
            if colour is None:
                raise ValueError(f"no colour for {role}")
            colours[role] = colour
        else:
            derived = _DERIVED_ROLES[role]
            for share in derived.shares:
                mixture = mix(colours[derived.role], colours[derived.background], share)
                contrasts = (contrast(mixture, colours[r]) for r in derived.against)
                if all(ratio >= derived.min_contrast for ratio in contrasts):
                    break
            colours[role] = mixture
    return colours
