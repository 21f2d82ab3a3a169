"""What `styles/_brand.yml` may say: colours, fonts and a logo.

By the convention of brand.yml (https://posit-dev.github.io/brand-yml/), so that one file
serves other tools too; what only a brief needs stands under `defaults.briefs`. Colours are
resolved here: a role that is not given follows from those that are, as `_ORIGIN` says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.content.colour import Colour, mix, read_colour
from pipeline.content.model import LanguageCode, Text

BRAND_FILE = "styles/_brand.yml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _text_as(key: str) -> BeforeValidator:
    return BeforeValidator(lambda v: {key: v} if isinstance(v, str) else v)


class Image(_Strict):
    """A file of a logo, relative to `styles/`, and the words that stand for it."""

    path: Text
    alt: Text


class Variants(_Strict):
    """A logo for light grounds, and one for dark grounds: names of images."""

    light: Text
    dark: Text


def _for_both_grounds(value: Any) -> Any:
    return {"light": value, "dark": value} if isinstance(value, str) else value


Slot = Annotated[Variants, BeforeValidator(_for_both_grounds)]


class Logo(_Strict):
    """One file (`path` and `alt`), or several under `images` of which `medium` chooses."""

    path: Text | None = None
    alt: Text | None = None
    images: dict[str, Image] = {}
    small: Slot | None = None
    medium: Slot | None = None
    large: Slot | None = None


class Colours(_Strict):
    """Names of the palette or values such as "#1e2dbe", by their role."""

    palette: dict[str, Text] = {}
    foreground: Text
    background: Text | None = None
    primary: Text
    secondary: Text | None = None
    tertiary: Text | None = None
    success: Text | None = None
    info: Text | None = None
    warning: Text | None = None
    danger: Text | None = None
    light: Text | None = None
    dark: Text | None = None


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Face(_Strict):
    """The families of one kind of text, the first choice first; nothing else has effect."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    family: Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(_one_or_more)]
    size: Any = None
    weight: Any = None
    style: Any = None
    line_height: Annotated[Any, Field(alias="line-height")] = None
    color: Any = None


class FontFile(_Strict):
    """Where a family comes from: files in `styles/fonts/`, for nothing is fetched."""

    family: Text
    source: Text
    files: Any = None


class LanguageFaces(_Strict):
    """The families of a language whose letters the others lack."""

    base: Annotated[Face, _text_as("family")]
    headings: Annotated[Face, _text_as("family")]


class Typography(_Strict):
    """The families of running text, and of headings and everything set large."""

    fonts: tuple[FontFile, ...] = ()
    base: Annotated[Face, _text_as("family")]
    headings: Annotated[Face, _text_as("family")]
    monospace: Any = None
    monospace_inline: Annotated[Any, Field(alias="monospace-inline")] = None
    monospace_block: Annotated[Any, Field(alias="monospace-block")] = None
    link: Any = None


class PrintColours(_Strict):
    """Roles that brand.yml does not know."""

    ornament: Text | None = None
    hairline: Text | None = None
    tint: Text | None = None
    context: Text | None = None


class BriefDefaults(_Strict):
    """What only a brief needs: more roles, fonts and logos by language."""

    color: PrintColours = PrintColours()
    typography: dict[LanguageCode, LanguageFaces] = {}
    logo: dict[LanguageCode, Slot] = {}


class Defaults(BaseModel):
    """Settings by tool; those of other tools are theirs."""

    model_config = ConfigDict(extra="allow", frozen=True)

    briefs: BriefDefaults = BriefDefaults()


class Brand(_Strict):
    """The look of a series (`styles/_brand.yml`)."""

    meta: Any = None
    logo: Logo | None = None
    color: Colours
    typography: Typography
    defaults: Defaults = Defaults()

    @property
    def briefs(self) -> BriefDefaults:
        """What only a brief needs."""
        return self.defaults.briefs

    def images(self, language: str) -> tuple[Image, Image] | None:
        """The logo of a language for light and for dark grounds; None without one."""
        if self.logo is None:
            return None
        slot = self.briefs.logo.get(language) or self.logo.medium
        if slot:
            return self.logo.images[slot.light], self.logo.images[slot.dark]
        if self.logo.path is None or self.logo.alt is None:
            return None
        image = Image(path=self.logo.path, alt=self.logo.alt)
        return image, image

    def faces(self) -> Iterator[tuple[str, LanguageFaces]]:
        """The fonts of each language that has its own; "" is for all the others."""
        yield (
            "",
            LanguageFaces(base=self.typography.base, headings=self.typography.headings),
        )
        yield from sorted(self.briefs.typography.items())


@dataclass(frozen=True)
class Origin:
    """What a role that is not given is made of: a share of another role over the paper."""

    role: str
    share: float = 1.0


# In an order in which each follows from those before it.
_ORIGIN: Mapping[str, Origin | None] = {
    "foreground": None,
    "background": None,
    "primary": None,
    "secondary": Origin("foreground"),
    "tertiary": Origin("primary"),
    "dark": Origin("primary"),
    "light": Origin("primary", 0.08),
    "danger": Origin("foreground"),
    "ornament": Origin("tertiary"),
    "hairline": Origin("foreground", 0.3),
    "tint": Origin("primary", 0.3),
    "context": Origin("secondary"),
}
ROLES = tuple(_ORIGIN)


def palette_colour(brand: Brand, name: str) -> Colour | None:
    """The colour of a palette's name or of a value; None when there is none."""
    seen: set[str] = set()
    while name in brand.color.palette and name not in seen:
        seen.add(name)
        name = brand.color.palette[name]
    return read_colour(name)


def given_colour(brand: Brand, role: str) -> str | None:
    """What the file gives for a role."""
    part = brand.color if role in Colours.model_fields else brand.briefs.color
    value: str | None = getattr(part, role)
    return "#ffffff" if value is None and role == "background" else value


def resolve_colours(brand: Brand) -> dict[str, Colour]:
    """Give each role its colour. The brand must be free of problems."""
    found: dict[str, Colour] = {}
    for role, origin in _ORIGIN.items():
        given = given_colour(brand, role)
        colour = palette_colour(brand, given) if given else None
        if colour is None and origin:
            colour = mix(found[origin.role], found["background"], origin.share)
        if colour is None:
            raise ValueError(f"no colour for {role}")
        found[role] = colour
    return found
