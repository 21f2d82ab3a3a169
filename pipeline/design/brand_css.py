"""Generate the first style sheet of a page from a brand: colours and fonts by role.

The other style sheets refer to the roles only (`--brand-primary`, `--brand-base`).
"""

from collections.abc import Iterator

from pipeline.model.brand import Brand, resolve_colours
from pipeline.model.colour import format_colour
from pipeline.model.scripts import direction

# The `content` of a pseudo-element: "" makes a box, drawn by its borders; none makes none.
_MASTHEADS = {
    "diagonal": '--brand-diagonal: ""; --brand-band: 0; ',
    "band": "--brand-diagonal: none; --brand-band: 2.5mm; ",
    "plain": "--brand-diagonal: none; --brand-band: 0; ",
}
_MARKERS = {
    "triangle": '--brand-marker: ""; --brand-marker-ground: transparent',
    "square": '--brand-marker: ""; --brand-marker-ground: var(--brand-ornament)',
    "none": "--brand-marker: none; --brand-marker-ground: transparent",
}


def brand_css(brand: Brand, *, on_web: bool = False) -> bytes:
    """Write the style sheet of a valid brand.

    `on_web` adds a generic font, which the browser uses until the web font is loaded.
    """
    fallback = ", sans-serif" if on_web else ""
    return ("\n".join(_brand_rules(brand, fallback)) + "\n").encode()


def _brand_rules(brand: Brand, fallback: str) -> Iterator[str]:
    colours = resolve_colours(brand).items()
    lines = "".join(f"  --brand-{role}: {format_colour(c)};\n" for role, c in colours)
    yield f":root {{\n{lines}}}"
    shapes = _MASTHEADS[brand.briefs.masthead] + _MARKERS[brand.briefs.markers]
    yield f":root {{ {shapes} }}"
    families = [
        (language, _stack(base) + fallback, _stack(headings) + fallback)
        for language, base, headings in brand.font_families()
    ]
    (_, latin, _), *others = families
    languages = [language for language, _, _ in others]
    for language, base, headings in families:
        root = f":root:lang({language})" if language else ":root"
        yield f"{root} {{ --brand-base: {base}; --brand-headings: {headings} }}"
        if language:
            yield from _phrase_rules(language, base, latin, languages)


def _phrase_rules(
    language: str, own_stack: str, latin_stack: str, languages_with_fonts: list[str]
) -> Iterator[str]:
    """Write the rules for other languages in a text: each has the fonts of its language."""
    yield f':root [lang|="{language}"] {{ font-family: {own_stack} }}'
    others = "".join(f':not([lang|="{code}"])' for code in languages_with_fonts)
    yield f':root[lang|="{language}"] [lang]{others} {{ font-family: {latin_stack} }}'
    if direction(language) == "rtl":
        # A PDF font maps each glyph to one character, and a bracket has the same glyph in
        # both directions. In a font of their own, brackets of Latin runs map correctly.
        yield f':root[lang|="{language}"] [dir="ltr"] {{ font-family: {latin_stack} }}'


def _stack(families: tuple[str, ...]) -> str:
    return ", ".join('"' + family.replace('"', "") + '"' for family in families)
