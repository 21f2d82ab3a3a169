"""Turn a brand into the first style sheet of a page: its colours and fonts by their roles.

Style sheets use the roles (`--brand-primary`); a page knows nothing else of the brand but
its logo.
"""

from collections.abc import Iterator

from pipeline.content.brand import Brand, palette_colour, resolve_colours
from pipeline.content.colour import print_colour


def brand_css(brand: Brand) -> bytes:
    """Write the style sheet; a brand without problems is needed."""
    return ("\n".join(_rules(brand)) + "\n").encode()


def _rules(brand: Brand) -> Iterator[str]:
    colours = [(f"brand-{r}", c) for r, c in resolve_colours(brand).items()]
    for name in brand.color.palette:
        colour = palette_colour(brand, name)
        colours += [(f"palette-{name}", colour)] if colour else []
    lines = "".join(f"  --{name}: {print_colour(c)};\n" for name, c in colours)
    yield f":root {{\n{lines}}}"
    special = [language for language, _ in brand.faces() if language]
    for language, faces in brand.faces():
        base, headings = _stack(faces.base.family), _stack(faces.headings.family)
        root = f':root:lang("{language}")' if language else ":root"
        yield f"{root} {{ --brand-base: {base}; --brand-headings: {headings} }}"
        if language:
            yield from _phrase_rules(
                language, base, _stack(brand.typography.base.family), special
            )


def _phrase_rules(
    language: str, stack: str, latin: str, special: list[str]
) -> Iterator[str]:
    """A phrase in another script than its brief has the fonts of its own language."""
    yield f':root [lang|="{language}"] {{ font-family: {stack} }}'
    others = "".join(f':not([lang|="{code}"])' for code in special)
    yield f':root[lang|="{language}"] [lang]{others} {{ font-family: {latin} }}'


def _stack(families: tuple[str, ...]) -> str:
    return ", ".join('"' + family.replace('"', "") + '"' for family in families)
