"""Find what is wrong with a brand: colours, contrast, fonts.

Takes the brand and the Source it came from; every problem has its line there. The pairs of
colours are those that the templates and style sheets set upon each other. Only what the
file gives can be wrong: what is left out follows so that it can be read.
"""

from collections.abc import Callable, Collection, Iterator
from pathlib import PurePath

from pipeline.content.validate.logo import check_logo
from pipeline.content.yaml_source import Path, Source
from pipeline.model.brand import (
    BUNDLED_FAMILIES,
    Brand,
    Face,
    origin_of,
    palette_colour,
    resolve_colours,
)
from pipeline.model.colour import GRAPHICS, TEXT, contrast, print_colour
from pipeline.model.schema import parts_in
from pipeline.problems import Problem, Rule
from pipeline.project import Project

# Asked only about families that do not come with the program: to read fonts takes 25 ms.
Families = Callable[[], Collection[str]]

# What stands on what: text, then graphics that carry meaning.
_PAIRS = (
    *((ink, "background", TEXT) for ink in ("foreground", "primary", "dark")),
    *((ink, "background", TEXT) for ink in ("secondary", "tertiary", "danger")),
    *((ink, "light", TEXT) for ink in ("foreground", "primary", "dark")),
    *((ink, "dark", TEXT) for ink in ("background", "tint")),
    ("context", "background", GRAPHICS),
)
_OF_BRIEFS = ("defaults", "briefs", "color")
_PALETTE = ("color", "palette")
_HOLD_COLOURS = (("color",), _PALETTE, _OF_BRIEFS)
_CONDITION = ("defaults", "briefs", "printing_condition")
# The head of an ICC profile (ICC.1, 7.2): its class, then its colour space; its signature.
_ICC_HEAD = 128
_PRINTS_CMYK = b"prtrCMYK"
_TOKENS = "sizes, weights and spaces are tokens of styles/tokens.css, colours are roles"


def check_brand(
    brand: Brand, source: Source, project: Project, families: Families
) -> Iterator[Problem]:
    """`families` gives those of the fonts that are there."""
    wrong = list(_check_colours(brand, source))
    yield from wrong
    if not wrong:
        yield from _check_contrast(brand, source)
    for path, part in parts_in(brand):
        if isinstance(part, Face):
            yield from _check_face(part, path, source, families)
    if brand.typography.link is not None:
        yield _no_effect(source, ("typography", "link"), "links have the colour primary")
    yield from check_logo(brand, source, project)
    yield from _check_condition(brand, source, project)


def _check_condition(brand: Brand, source: Source, project: Project) -> Iterator[Problem]:
    name = brand.briefs.printing_condition
    file = project.read_style(f"icc/{name}.icc")
    head = (file or b"")[:_ICC_HEAD]
    if head[12:20] == _PRINTS_CMYK and head[36:40] == b"acsp":
        return
    there = ", ".join(PurePath(name).stem for name in project.condition_names())
    yield Problem(
        Rule.PRINTING_CONDITION,
        source.place(_CONDITION),
        f"styles/icc/{name}.icc is no ICC profile of a press with four inks"
        if file is not None
        else f'there is no printing condition "{name}"',
        "put the profile from your print shop there"
        if file is not None
        else f"there is: {there}; "
        f"or put the ICC profile from your print shop there as styles/icc/{name}.icc",
    )


def _check_colours(brand: Brand, source: Source) -> Iterator[Problem]:
    names = ", ".join(brand.color.palette)
    for path, value in source.walk():
        if path[:-1] not in _HOLD_COLOURS or not isinstance(value, str):
            continue
        if path[:-1] != _PALETTE and value in brand.color.palette:
            continue  # what is wrong there is said there
        if palette_colour(brand, value) is None:
            yield Problem(
                Rule.INVALID_VALUE,
                source.place(path),
                f'"{value}" is no colour',
                'write a value in quotation marks, such as "#1e2dbe"'
                + (f", or a name of the palette: {names}" if names else ""),
            )


def _check_contrast(brand: Brand, source: Source) -> Iterator[Problem]:
    colours = resolve_colours(brand)
    said: set[frozenset[str]] = set()
    for typed_ink, typed_ground, needed in _PAIRS:
        ink, ground = origin_of(brand, typed_ink), origin_of(brand, typed_ground)
        if ink is None or ground is None or frozenset((ink, ground)) in said:
            continue
        said.add(frozenset((ink, ground)))
        ratio = contrast(colours[ink], colours[ground])
        if ratio < needed:
            yield Problem(
                Rule.CONTRAST,
                source.place(_where(ink, source) or _where(ground, source) or ()),
                f'"{ink}" ({print_colour(colours[ink])}) on "{ground}" '
                # Cut off, not rounded: 4.496 is less than 4.5.
                f"({print_colour(colours[ground])}) has a contrast of "
                f"{int(ratio * 100) / 100:.2f}:1, and needs {needed}:1",
                "take a darker colour on a light ground, a lighter one on a dark ground; "
                "or give briefs one of their own, under defaults: briefs: color",
            )


def _where(role: str, source: Source) -> Path | None:
    """Where the file gives a role; what only a brief has wins, as it does on the page."""
    paths = ((*inside, role) for inside in (_OF_BRIEFS, ("color",)))
    return next((path for path in paths if source.has(path)), None)


def _check_face(
    face: Face, path: Path, source: Source, families: Families
) -> Iterator[Problem]:
    for family in face.family:
        if family not in BUNDLED_FAMILIES and family not in families():
            yield Problem(
                Rule.FONT_FAMILY,
                source.find((*path, "family"), family),
                f'there is no font of the family "{family}"',
                "put its static TrueType files (.ttf) into styles/fonts/, for nothing is "
                "fetched; there are: " + ", ".join(sorted(families())),
            )
    for key in face.model_fields_set - {"family"}:
        name = key.replace("_", "-")
        yield _no_effect(source, (*path, name), _TOKENS)


def _no_effect(source: Source, path: Path, instead: str) -> Problem:
    return Problem(
        Rule.INEFFECTIVE_SETTING,
        source.key_place(path),
        f'"{path[-1]}" has no effect on a brief',
        instead,
    )
