"""Find what is wrong with the files of a logo: there, safe, sharp, and with words.

Takes the brand and the Source it came from; every problem has its line there. Only what a
brief would set is looked at: other sizes and names are for other tools.
"""

from collections.abc import Iterator
from math import ceil

from pipeline.content.validate.images import PictureFile, read_picture
from pipeline.content.yaml_source import Path, Source
from pipeline.model.brand import Brand, Image, Slot
from pipeline.problems import Problem, Rule
from pipeline.project import Project

# The slot in the masthead (--logo-height, --logo-width; a test holds them together): a sign
# as high as four lines of the words beside it, a word as wide as half the masthead.
HEIGHT_MM, WIDTH_MM = 16, 62
# Edges of letters and signs look sharp from here on; a photograph would do with less.
LEAST_DPI = 300
_MM_PER_INCH = 25.4


def check_logo(brand: Brand, source: Source, project: Project) -> Iterator[Problem]:
    """Check the logo that briefs have, and those of single languages."""
    for language in ("", *brand.briefs.logo):
        if found := brand.slot(language):
            yield from _check_slot(brand, *found, source, project)


def _check_slot(
    brand: Brand, path: Path, slot: Slot, source: Source, project: Project
) -> Iterator[Problem]:
    if slot.path and slot.grounds:
        yield from _check_image(brand, slot.grounds[0], path, source, project)
        return
    for ground, image in (("light", slot.light), ("dark", slot.dark)):
        if image is None:
            yield Problem(
                Rule.MISSING_KEY,
                source.key_place(path),
                f'"{ground}" is missing in "{path[-1]}"',
                f"name the logo for {ground} grounds, which may be the same file",
            )
        else:
            yield from _check_image(brand, image, (*path, ground), source, project)


def _check_image(
    brand: Brand, image: Image, path: Path, source: Source, project: Project
) -> Iterator[Problem]:
    if image.path in brand.logo.images:
        path = ("logo", "images", image.path)
    found = brand.image(image)
    place = source.place((*path, "path"))
    if found.alt is None:
        yield Problem(
            Rule.MISSING_KEY,
            place,
            f'"alt" is missing for the logo "{found.path}"',
            "say whose logo it is: {path: …, alt: …}, or give the name under meta",
        )
    file = project.read_style(found.path)
    if file is None:
        names = "" if "." in found.path else ", ".join(brand.logo.images)
        yield Problem(
            Rule.LOGO,
            place,
            f'there is no file "{found.path}" in styles/',
            "give its name relative to styles/, to the letter; nothing is fetched"
            + (f" (images here: {names})" if names else ""),
        )
        return
    picture, faults = read_picture(found.path, file)
    for fault in faults:
        yield Problem(fault.rule, place, fault.message, fault.hint)
    if picture and picture.kind != "SVG":
        yield from (Problem(Rule.LOGO, place, *said) for said in _coarse(found, picture))


def _coarse(image: Image, picture: PictureFile) -> Iterator[tuple[str, str]]:
    fill = max(picture.width / WIDTH_MM, picture.height / HEIGHT_MM)
    dpi = fill * _MM_PER_INCH
    if dpi < LEAST_DPI:
        width, height = (
            ceil(pixels * LEAST_DPI / dpi) for pixels in (picture.width, picture.height)
        )
        yield (
            f'"{image.path}" will print coarsely: {picture.width:,.0f} × '
            f"{picture.height:,.0f} pixels are {dpi:.0f} dpi in the slot of the logo",
            f"use an SVG file, or one of at least {width:,} × {height:,} pixels "
            f"({LEAST_DPI} dpi)",
        )
