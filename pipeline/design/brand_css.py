"""Turn a brand into the first style sheet of a page: its colours and fonts by their roles.

Style sheets use the roles (`--brand-primary`, `--brand-base`); a page knows nothing else of
the brand but its logo.
"""

from collections.abc import Iterator

from pipeline.model.brand import Brand, resolve_colours
from pipeline.model.colour import print_colour
from pipeline.model.languages import direction


def brand_css(brand: Brand) -> bytes:
    """Write the style sheet; a brand without problems is needed."""
    return ("\n".join(_rules(brand)) + "\n").encode()


def _rules(brand: Brand) -> Iterator[str]:
    colours = resolve_colours(brand).items()
    lines = "".join(f"  --brand-{role}: {print_colour(c)};\n" for role, c in colours)
    yield f":root {{\n{lines}}}"
    (_, latin, _), *others = faces = list(brand.faces())
    special = [language for language, _, _ in others]
    for language, base, headings in faces:
        root = f':root:lang("{language}")' if language else ":root"
        stacks = f"--brand-base: {_stack(base)}; --brand-headings: {_stack(headings)}"
        yield f"{root} {{ {stacks} }}"
        if language:
            yield from _phrase_rules(language, _stack(base), _stack(latin), special)


def _phrase_rules(
    language: str, stack: str, latin: str, special: list[str]
) -> Iterator[str]:
    """A phrase in another script than its brief has the fonts of its own language."""
    yield f':root [lang|="{language}"] {{ font-family: {stack} }}'
    others = "".join(f':not([lang|="{code}"])' for code in special)
    yield f':root[lang|="{language}"] [lang]{others} {{ font-family: {latin} }}'
    if direction(language) == "rtl":
        # A bracket has one glyph for both directions, and that glyph one meaning in a PDF:
        # in fonts of their own, those of Latin runs are copied and heard as they are meant.
        yield f':root[lang|="{language}"] [dir="ltr"] {{ font-family: {latin} }}'


def _stack(families: tuple[str, ...]) -> str:
    return ", ".join('"' + family.replace('"', "") + '"' for family in families)
