"""Check a brand: colours, contrast, fonts, logos, printing condition.

The pairs of colours are those that templates and style sheets combine. Only colours that
the file gives are checked; derived ones have enough contrast by construction. Logos that
only other tools use are not checked.
"""

from collections.abc import Iterator
from math import ceil
from pathlib import PurePath

from pipeline.content.validate.images import MM_PER_INCH, read_picture
from pipeline.content.yaml_source import Source
from pipeline.model.brand import (
    BUNDLED_FAMILIES,
    Brand,
    FontStack,
    Image,
    palette_colour,
    resolve_colours,
    source_role,
)
from pipeline.model.colour import GRAPHICS_MIN, TEXT_MIN, contrast, format_colour
from pipeline.model.fields import FieldPath
from pipeline.model.walk import parts_in
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

# Foreground, background, and the contrast needed: for text, then for meaningful graphics.
_PAIRS = (
    *((ink, "background", TEXT_MIN) for ink in ("foreground", "primary", "dark")),
    *((ink, "background", TEXT_MIN) for ink in ("secondary", "tertiary", "danger")),
    *((ink, "light", TEXT_MIN) for ink in ("foreground", "primary", "dark")),
    *((ink, "dark", TEXT_MIN) for ink in ("background", "tint")),
    ("context", "background", GRAPHICS_MIN),
)
_BRIEF_COLOURS = ("defaults", "briefs", "color")
_PALETTE = ("color", "palette")
_COLOUR_MAPPINGS = (("color",), _PALETTE, _BRIEF_COLOURS)
_CONDITION = ("defaults", "briefs", "printing_condition")
# The header of an ICC profile (ICC.1, 7.2): profile class, then colour space.
_PRINTS_CMYK = b"prtrCMYK"
_CONTRAST_HINT = (
    "use a darker colour on a light background, or a lighter one on a dark background; "
    "colours of briefs alone are under defaults: briefs: color"
)
# The slot of the logo in the masthead, as high as four lines of the text beside it. A test
# compares these with --logo-height and --logo-width.
LOGO_HEIGHT_MM, LOGO_WIDTH_MM = 16, 62
# The resolution at which edges of letters and symbols look sharp.
_MIN_LOGO_DPI = 300
_TOKENS_HINT = "set sizes, weights and spaces in styles/tokens.css, and colours as roles"


def check_brand(brand: Brand, source: Source, project: Project) -> Iterator[Problem]:
    """Check a brand."""
    colour_problems = list(_check_colours(brand, source))
    yield from colour_problems
    if not colour_problems:
        yield from _check_contrast(brand, source)
    for path, stack in parts_in(brand, FontStack):
        yield from _check_font_stack(stack, path, source, project)
    if brand.typography.link is not None:
        hint = "links have the colour primary"
        yield _no_effect_problem(source, ("typography", "link"), hint)
    yield from _check_logo(brand, source, project)
    yield from _check_condition(brand, source, project)


def _check_condition(brand: Brand, source: Source, project: Project) -> Iterator[Problem]:
    name = brand.briefs.printing_condition
    file = project.read_asset(f"styles/icc/{name}.icc")
    if file and file[12:20] == _PRINTS_CMYK and file[36:40] == b"acsp":
        return
    if file is not None:
        message = f"styles/icc/{name}.icc is not an ICC profile for printing in CMYK"
        hint = "replace it by the profile from your print shop"
    else:
        available = ", ".join(PurePath(name).stem for name in project.icc_profile_names())
        message = f'the printing condition "{name}" is unknown'
        hint = f"use one of: {available}; or save the profile from your print shop as "
        hint += f"styles/icc/{name}.icc"
    yield Problem(Rule.PRINTING_CONDITION, source.place(_CONDITION), message, hint)


def _check_colours(brand: Brand, source: Source) -> Iterator[Problem]:
    names = ", ".join(brand.color.palette)
    for path, value in source.walk():
        if path[:-1] not in _COLOUR_MAPPINGS or not isinstance(value, str):
            continue
        if path[:-1] != _PALETTE and value in brand.color.palette:
            continue  # an invalid colour of the palette is reported there
        if palette_colour(brand, value) is None:
            hint = 'write a value in quotation marks, such as "#1e2dbe"'
            hint += f", or a name of the palette: {names}" if names else ""
            message = f'"{value}" is not a colour'
            yield Problem(Rule.INVALID_VALUE, source.place(path), message, hint)


def _check_contrast(brand: Brand, source: Source) -> Iterator[Problem]:
    colours = resolve_colours(brand)
    checked: list[set[str]] = []
    for ink_role, background_role, needed in _PAIRS:
        ink = source_role(brand, ink_role)
        background = source_role(brand, background_role)
        if ink is None or background is None or {ink, background} in checked:
            continue
        checked.append({ink, background})
        ratio = contrast(colours[ink], colours[background])
        if ratio < needed:
            ink_name = f'"{ink}" ({format_colour(colours[ink])})'
            background_name = f'"{background}" ({format_colour(colours[background])})'
            shown = f"{int(ratio * 100) / 100:.2f}"  # cut, not rounded: 4.496 is not 4.5
            message = f"{ink_name} on {background_name} has a contrast of {shown}:1; "
            message += f"the minimum is {needed}:1"
            mappings = _BRIEF_COLOURS, ("color",)
            paths = ((*keys, role) for role in (ink, background) for keys in mappings)
            place = source.place(next((p for p in paths if p in source.spans), ()))
            yield Problem(Rule.CONTRAST, place, message, _CONTRAST_HINT)


def _check_font_stack(
    stack: FontStack, path: FieldPath, source: Source, project: Project
) -> Iterator[Problem]:
    for family in (name for name in stack.family if name not in BUNDLED_FAMILIES):
        from pipeline.design.font_metrics import read_font_faces  # slow: HarfBuzz

        fonts = read_font_faces(project.font_folders)
        available = fonts.families
        if family not in available:
            for file in fonts.damaged:
                hint = "it is damaged, or of another type: save or download it again"
                place, message = Place(project.name_of(file)), "the file is not a font"
                yield Problem(Rule.FONT_FAMILY, place, message, hint)
            place = source.find((*path, "family"), family)
            message = f'there is no font of the family "{family}"'
            hint = "put its static font files (.ttf, .otf, .woff2) into styles/fonts/; "
            hint += "available families: " + ", ".join(sorted(available))
            yield Problem(Rule.FONT_FAMILY, place, message, hint)
    for key in stack.model_fields_set - {"family"}:
        yield _no_effect_problem(source, (*path, key.replace("_", "-")), _TOKENS_HINT)


def _no_effect_problem(source: Source, path: FieldPath, hint: str) -> Problem:
    message = f'"{path[-1]}" has no effect on a brief'
    return Problem(Rule.INEFFECTIVE_SETTING, source.key_place(path), message, hint)


def _check_logo(brand: Brand, source: Source, project: Project) -> Iterator[Problem]:
    """Check the default logo, and those of single languages."""
    logos = (brand.find_logo(language) for language in ("", *brand.briefs.logo))
    for path, logo in filter(None, logos):
        if logo.path and logo.light_and_dark:
            yield from _check_image(brand, logo.light_and_dark[0], path, source, project)
            continue
        for background, image in (("light", logo.light), ("dark", logo.dark)):
            if image:
                yield from _check_image(brand, image, (*path, background), source, project)
                continue
            message = f'"{background}" is missing in "{path[-1]}"'
            hint = f"name the logo for {background} backgrounds; it may be the same file"
            yield Problem(Rule.MISSING_KEY, source.key_place(path), message, hint)


def _check_image(
    brand: Brand, image: Image, path: FieldPath, source: Source, project: Project
) -> Iterator[Problem]:
    if image.path in brand.logo.images:
        path = ("logo", "images", image.path)
    image = brand.image(image)
    place = source.place((*path, "path"))
    if image.alt is None:
        message = f'"alt" is missing for the logo "{image.path}"'
        hint = "name the organization: {path: …, alt: …}, or give the name under meta"
        yield Problem(Rule.MISSING_KEY, place, message, hint)
    folder = source.file.partition("/")[0]
    file = project.read_asset(f"{folder}/{image.path}")
    if file is None:
        names = "" if "." in image.path else ", ".join(brand.logo.images)
        hint = f"give its name relative to {folder}/; "
        hint += "check the spelling, and capital letters"
        hint += f" (images here: {names})" if names else ""
        message = f'there is no file "{image.path}" in {folder}/'
        yield Problem(Rule.LOGO, place, message, hint)
        return
    picture, issues = read_picture(image.path, file)
    yield from (issue.problem(place) for issue in issues)
    if picture is None or picture.kind == "SVG":
        return
    sides = picture.width, picture.height
    dpi = max(sides[0] / LOGO_WIDTH_MM, sides[1] / LOGO_HEIGHT_MM) * MM_PER_INCH
    if dpi < _MIN_LOGO_DPI:
        width, height = (ceil(pixels * _MIN_LOGO_DPI / dpi) for pixels in sides)
        pixels = f"{sides[0]:,.0f} × {sides[1]:,.0f} pixels give {dpi:.0f} dpi"
        message = f'"{image.path}" has too low a resolution: {pixels}'
        hint = "use an SVG file, or one of at least "
        hint += f"{width:,} × {height:,} pixels ({_MIN_LOGO_DPI} dpi)"
        yield Problem(Rule.LOGO, place, message, hint)
