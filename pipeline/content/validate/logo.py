"""Check the logos that briefs use: existing, safe, sharp, with an alternative text.

Logos of the brand file that only other tools use are not checked.
"""

from collections.abc import Iterator
from math import ceil

from pipeline.content.validate.images import MM_PER_INCH, read_picture
from pipeline.content.yaml_source import Source
from pipeline.model.brand import Brand, Image
from pipeline.model.fields import FieldPath
from pipeline.problems import Problem, Rule
from pipeline.project import Project

# The slot in the masthead, as high as four lines of the text beside it. A test compares
# these with --logo-height and --logo-width.
HEIGHT_MM, WIDTH_MM = 16, 62
# The resolution at which edges of letters and symbols look sharp.
MIN_DPI = 300


def check_logo(brand: Brand, source: Source, project: Project) -> Iterator[Problem]:
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
        hint = (
            f"give its name relative to {folder}/; check the spelling, and capital letters"
        )
        hint += f" (images here: {names})" if names else ""
        message = f'there is no file "{image.path}" in {folder}/'
        yield Problem(Rule.LOGO, place, message, hint)
        return
    picture, issues = read_picture(image.path, file)
    yield from (issue.problem(place) for issue in issues)
    if picture is None or picture.kind == "SVG":
        return
    sides = picture.width, picture.height
    dpi = max(sides[0] / WIDTH_MM, sides[1] / HEIGHT_MM) * MM_PER_INCH
    if dpi < MIN_DPI:
        width, height = (ceil(pixels * MIN_DPI / dpi) for pixels in sides)
        pixels = f"{sides[0]:,.0f} × {sides[1]:,.0f} pixels give {dpi:.0f} dpi"
        message = f'"{image.path}" has too low a resolution: {pixels}'
        hint = "use an SVG file, or one of at least "
        hint += f"{width:,} × {height:,} pixels ({MIN_DPI} dpi)"
        yield Problem(Rule.LOGO, place, message, hint)
