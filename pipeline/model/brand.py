"""What `styles/_brand.yml` may say: colours, fonts and a logo.

By the convention of brand.yml (https://posit-dev.github.io/brand-yml/), so that one file
serves other tools too; what only a brief needs stands under `defaults: briefs:`, and wins
there. Colours are resolved here: a role that is not given follows from those that are, as
`_ORIGIN` says, and never so that it cannot be read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.model.colour import GRAPHICS, TEXT, Colour, contrast, mix, read_colour
from pipeline.model.schema import FieldPath, LanguageCode, Text, text_as


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class Name(_Open):
    """The name of an organization, in full and short."""

    full: Text | None = None
    short: Text | None = None


class Meta(_Open):
    """Whose brand it is. Only the name has a use: it stands for a logo without `alt`."""

    name: Annotated[Name, text_as("full")] = Name()


class Image(_Strict):
    """A file, relative to `styles/`, or a name of `images`; the words that stand for it."""

    path: Text
    alt: Text | None = None


_Image = Annotated[Image, text_as("path")]


class Slot(_Strict):
    """One image for every ground (`path`), or one for light and one for dark grounds."""

    path: Text | None = None
    alt: Text | None = None
    light: _Image | None = None
    dark: _Image | None = None

    @property
    def grounds(self) -> tuple[Image, Image] | None:
        """The images for light and for dark grounds; None when there are not both."""
        if self.path:
            image = Image(path=self.path, alt=self.alt)
            return image, image
        return (self.light, self.dark) if self.light and self.dark else None


_Slot = Annotated[Slot, text_as("path")]


class Logo(Slot):
    """One image, or some for three sizes. Those under `images` have names."""

    images: dict[str, _Image] = {}
    small: _Slot | None = None
    medium: _Slot | None = None
    large: _Slot | None = None


class Roles(_Strict):
    """Names of the palette, or values such as "#1e2dbe", by what they are for."""

    foreground: Text | None = None
    background: Text | None = None
    primary: Text | None = None
    secondary: Text | None = None
    tertiary: Text | None = None
    danger: Text | None = None
    light: Text | None = None
    dark: Text | None = None


class Colours(Roles):
    """The roles of brand.yml; a brief needs the first of them at least."""

    palette: dict[str, Text] = {}
    primary: Text
    success: Text | None = None
    info: Text | None = None
    warning: Text | None = None


class BriefRoles(Roles):
    """The same roles where a brief differs, and four that brand.yml does not know."""

    ornament: Text | None = None
    hairline: Text | None = None
    tint: Text | None = None
    context: Text | None = None


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Face(_Strict):
    """The families of one kind of text, the first choice first; nothing else has effect."""

    family: Annotated[tuple[Text, ...], BeforeValidator(_one_or_more)] = ()
    size: Any = None
    weight: Any = None
    style: Any = None
    line_height: Annotated[Any, Field(alias="line-height")] = None
    color: Any = None


_Face = Annotated[Face, text_as("family")]


class Faces(_Strict):
    """The families of running text, and of headings and everything set large."""

    base: _Face = Face()
    headings: _Face = Face()


class Typography(Faces):
    """What other tools need besides: where fonts come from, and what a brief has not."""

    fonts: Any = None
    monospace: Any = None
    monospace_inline: Annotated[Any, Field(alias="monospace-inline")] = None
    monospace_block: Annotated[Any, Field(alias="monospace-block")] = None
    link: Any = None


class BriefDefaults(_Strict):
    """What only a brief needs: more roles, fonts and logos by language.

    `printing_condition` is that of press files; it names an ICC profile,
    `styles/icc/NAME.icc`.
    """

    color: BriefRoles = BriefRoles()
    typography: dict[LanguageCode, Faces] = {}
    logo: dict[LanguageCode, _Slot] = {}
    # Sheet-fed offset on coated paper: what print shops in Europe mostly assume.
    printing_condition: Text = "FOGRA39"


class Defaults(_Open):
    """Settings by tool; those of other tools are theirs."""

    briefs: BriefDefaults = BriefDefaults()


class Brand(_Strict):
    """The look of a series (`styles/_brand.yml`)."""

    meta: Meta = Meta()
    logo: Annotated[Logo, text_as("path")] = Logo()
    color: Colours
    typography: Typography = Typography()
    defaults: Defaults = Defaults()

    @property
    def briefs(self) -> BriefDefaults:
        """What only a brief needs."""
        return self.defaults.briefs

    def slot(self, language: str) -> tuple[FieldPath, Slot] | None:
        """The slot that a language takes its logo from, and where; None without one."""
        own = ("defaults", "briefs", "logo", language)
        slots: list[tuple[FieldPath, Slot | None]] = [(own, self.briefs.logo.get(language))]
        slots += [(("logo", size), getattr(self.logo, size)) for size in _SIZES]
        slots += [(("logo",), self.logo)]
        filled = ((path, s) for path, s in slots if s and (s.path or s.light or s.dark))
        return next(filled, None)

    def images(self, language: str) -> tuple[Image, Image] | None:
        """The logo of a language for light and for dark grounds; None without one."""
        _, slot = self.slot(language) or ((), Slot())
        if slot.grounds is None:
            return None
        light, dark = slot.grounds
        return self.image(light), self.image(dark)

    def image(self, image: Image) -> Image:
        """Look up a name under `images`; without `alt` the name of the organization."""
        named = self.logo.images.get(image.path, image)
        name = self.meta.name
        alt = image.alt or named.alt or name.full or name.short
        return Image(path=named.path, alt=alt)

    def faces(self) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """The families of text and headings by language; "" is for all the others."""
        base, headings = _families(self.typography, _BASE, ())
        headings = headings or (base if self.typography.base.family else _HEADINGS)
        yield "", base, headings
        given = self.briefs.typography
        for language in sorted({*given, *_OWN_LETTERS}):
            first = () if language in given else _OWN_LETTERS[language]
            own = _families(given.get(language, Faces()), base, headings)
            yield language, (*first, *own[0]), (*first, *own[1])


# Where a logo is looked for: the medium size is that of heads of pages.
_SIZES = ("medium", "large", "small")
# The families that come with the program, and those of a brand that names none.
BUNDLED_FAMILIES = frozenset({"Brief Arabic", "Brief Display", "Brief SC", "Brief Sans"})
_BASE, _HEADINGS = ("Brief Sans",), ("Brief Display", "Brief Sans")
# The bundled family with the letters of a language, where a brand names none for it.
_OWN_LETTERS = {"ar": ("Brief Arabic",), "zh": ("Brief SC",)}


def _families(
    faces: Faces, base: tuple[str, ...], headings: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    own = faces.base.family
    return own or base, faces.headings.family or own or headings


@dataclass(frozen=True)
class Origin:
    """What a role that is not given is made of: a share of another role over a ground.

    Of several shares the first counts whose contrast with all of `against` is as `needed`.
    """

    role: str
    shares: tuple[float, ...] = (1.0,)
    against: tuple[str, ...] = ()
    needed: float = TEXT
    ground: str = "background"


# In an order in which each follows from those before it. The last share always is that of
# a colour which is checked itself.
_ORIGIN: Mapping[str, Origin] = {
    "secondary": Origin("foreground", (0.7, 0.85, 1.0), ("background",)),
    "tertiary": Origin("primary"),
    # Darker than the ribbon that lies on it.
    "dark": Origin("primary", (0.55,), ground="foreground"),
    "light": Origin("primary", (0.08, 0.05, 0.02, 0.0), ("foreground", "primary", "dark")),
    "danger": Origin("foreground"),
    "ornament": Origin("tertiary"),
    "hairline": Origin("foreground", (0.3,)),
    "tint": Origin("primary", (0.3, 0.2, 0.1, 0.0), ("dark",)),
    "context": Origin("foreground", (0.45, 0.6, 0.8, 1.0), ("background",), GRAPHICS),
}
# By the convention of brand.yml.
_ALWAYS = {"foreground": "#000000", "background": "#ffffff"}


def palette_colour(brand: Brand, name: str) -> Colour | None:
    """The colour of a palette's name or of a value; None when there is none."""
    seen: set[str] = set()
    while name in brand.color.palette and name not in seen:
        seen.add(name)
        name = brand.color.palette[name]
    return read_colour(name)


def given_colour(brand: Brand, role: str) -> str | None:
    """What the file gives for a role; black on white is always given."""
    value: str | None = getattr(brand.briefs.color, role)
    value = value or getattr(brand.color, role, None)
    return value or _ALWAYS.get(role)


def origin_of(brand: Brand, role: str) -> str | None:
    """The role whose colour a role has: itself, or one it copies; None for a mixture."""
    while given_colour(brand, role) is None:
        origin = _ORIGIN[role]
        if origin.shares != (1.0,):
            return None
        role = origin.role
    return role


def resolve_colours(brand: Brand) -> dict[str, Colour]:
    """Give each role its colour. The brand must be free of problems."""
    found: dict[str, Colour] = {}
    for role in (*_ALWAYS, "primary", *_ORIGIN):
        given = given_colour(brand, role)
        colour = palette_colour(brand, given) if given else _follow(found, _ORIGIN[role])
        if colour is None:
            raise ValueError(f"no colour for {role}")
        found[role] = colour
    return found


def _follow(found: Mapping[str, Colour], origin: Origin) -> Colour:
    mixtures = [
        mix(found[origin.role], found[origin.ground], share) for share in origin.shares
    ]
    stands_out = (
        mixed
        for mixed in mixtures
        if all(contrast(mixed, found[role]) >= origin.needed for role in origin.against)
    )
    return next(stands_out, mixtures[-1])
