"""Find what is wrong with a brand: colours, contrast, fonts, logo.

Takes the brand and the Source it came from; every problem has its line there. The pairs of
colours are those that the templates and style sheets set upon each other.
"""

from collections.abc import Collection, Iterator

from pipeline.content.brand import (
    ROLES,
    Brand,
    Colours,
    Face,
    Variants,
    given_colour,
    palette_colour,
    resolve_colours,
)
from pipeline.content.colour import GRAPHICS, TEXT, contrast, print_colour
from pipeline.content.model import parts_in
from pipeline.content.source import Path, Source
from pipeline.errors import Problem, Rule
from pipeline.project import Project

# What stands on what: text, then graphics that carry meaning.
_TEXTS = (
    *(("foreground", ground) for ground in ("background", "light")),
    *(("primary", ground) for ground in ("background", "light")),
    *(("dark", ground) for ground in ("background", "light")),
    *((role, "background") for role in ("secondary", "tertiary", "danger")),
    *((role, "dark") for role in ("background", "tint")),
)
_GRAPHICS = (("primary", "background"), ("context", "background"))


def check_brand(
    brand: Brand, source: Source, project: Project, families: Collection[str]
) -> Iterator[Problem]:
    """`families` are those of the fonts that are there."""
    wrong = list(_check_colours(brand, source))
    yield from wrong
    if not wrong:
        yield from _check_contrast(brand, source)
    yield from _check_fonts(brand, source, families)
    yield from _check_logo(brand, source, project)


def _colour_path(role: str) -> Path:
    inside = ("color",) if role in Colours.model_fields else ("defaults", "briefs", "color")
    return (*inside, role)


def _check_colours(brand: Brand, source: Source) -> Iterator[Problem]:
    palette = brand.color.palette
    named: list[tuple[Path, str]] = [
        (("color", "palette", name), value) for name, value in palette.items()
    ]
    roles = [role for role in Colours.model_fields if role != "palette"]
    roles += [role for role in ROLES if role not in roles]
    named += [
        (_colour_path(role), given)
        for role in roles
        if source.has(_colour_path(role)) and (given := given_colour(brand, role))
    ]
    for path, value in named:
        if palette_colour(brand, value) is None:
            yield Problem(
                Rule.WRONG_VALUE,
                source.place(path),
                f'"{value}" is no colour',
                'write a value in quotation marks, such as "#1e2dbe", or a name of the '
                "palette" + (": " + ", ".join(palette) if palette else ""),
            )


def _check_contrast(brand: Brand, source: Source) -> Iterator[Problem]:
    colours = resolve_colours(brand)
    pairs = [(*pair, TEXT) for pair in _TEXTS] + [(*pair, GRAPHICS) for pair in _GRAPHICS]
    for ink, ground, needed in pairs:
        ratio = contrast(colours[ink], colours[ground])
        if ratio < needed:
            path = _colour_path(ink)
            yield Problem(
                Rule.CONTRAST,
                source.place(path if source.has(path) else _colour_path("primary")),
                f'"{ink}" ({print_colour(colours[ink])}) on "{ground}" '
                f"({print_colour(colours[ground])}) has a contrast of {ratio:.2f}:1, "
                f"and needs {needed}:1",
                "take a darker colour on a light ground, a lighter one on a dark ground "
                "(WCAG 2.2, AA)",
            )


def _check_fonts(
    brand: Brand, source: Source, families: Collection[str]
) -> Iterator[Problem]:
    for path, part in parts_in(brand):
        if isinstance(part, Face):
            yield from _check_face(part, path, source, families)
    for index, font in enumerate(brand.typography.fonts):
        if font.source != "file":
            yield Problem(
                Rule.FONT_FAMILY,
                source.place(("typography", "fonts", index, "source")),
                f'the family "{font.family}" would have to be fetched, and nothing is',
                "put its static TrueType files (.ttf) into styles/fonts/; source: file",
            )
    for language, faces in brand.briefs.typography.items():
        for name, face in (("base", faces.base), ("headings", faces.headings)):
            path = ("defaults", "briefs", "typography", language, name)
            yield from _check_face(face, path, source, families)


def _check_face(
    face: Face, path: Path, source: Source, families: Collection[str]
) -> Iterator[Problem]:
    for family in face.family:
        if family not in families:
            yield Problem(
                Rule.FONT_FAMILY,
                source.find(path, family),
                f'there is no font of the family "{family}"',
                "put its static TrueType files (.ttf) into styles/fonts/; there are: "
                + ", ".join(sorted(families)),
            )
    for key in face.model_fields_set - {"family"}:
        yield Problem(
            Rule.NO_EFFECT,
            source.key_place((*path, key.replace("_", "-"))),
            f'"{key.replace("_", "-")}" has no effect on a brief',
            "sizes, weights and spaces are tokens of styles/tokens.css",
        )


def _check_logo(brand: Brand, source: Source, project: Project) -> Iterator[Problem]:
    logo = brand.logo
    if logo is None:
        return
    if logo.path is not None and logo.alt is None:
        yield Problem(
            Rule.MISSING_KEY,
            source.key_place(("logo",)),
            '"alt" is missing in "logo"',
            "say whose logo it is",
        )
    sizes = ("small", "medium", "large")
    slots: list[tuple[Path, Variants | None]] = [
        (("logo", size), getattr(logo, size)) for size in sizes
    ]
    slots += [
        (("defaults", "briefs", "logo", language), slot)
        for language, slot in brand.briefs.logo.items()
    ]
    for path, slot in slots:
        for name in dict.fromkeys((slot.light, slot.dark)) if slot else ():
            if name not in logo.images:
                yield Problem(
                    Rule.LOGO,
                    source.find(path, name),
                    f'the logo has no image "{name}"',
                    "images are listed under logo: images: {name: {path: …, alt: …}}"
                    + (", and are: " + ", ".join(logo.images) if logo.images else ""),
                )
    files: list[tuple[Path, str]] = [
        (("logo", "images", name, "path"), image.path)
        for name, image in logo.images.items()
    ]
    files += [(("logo", "path"), logo.path)] if logo.path else []
    for path, name in files:
        yield from _check_file(name, path, source, project)


def _check_file(
    name: str, path: Path, source: Source, project: Project
) -> Iterator[Problem]:
    if project.find_style(name) is None:
        yield Problem(
            Rule.LOGO,
            source.place(path),
            f'there is no file "{name}" in styles/',
            "paths of a logo are relative to styles/; names must match to the letter",
        )
