"""List the style sheets of a document in the order of the cascade, and read them."""

from collections.abc import Callable

from pipeline.project import Project

# From the name of a file ("styles/page.css") to its bytes; None if it is missing.
Serve = Callable[[str], bytes | None]

# The order of the cascade: what comes later wins.
BRAND_STYLESHEET = "_brand.yml"
# The last style sheet of the front of a pack, and of a brief inside a pack.
FRONT_STYLESHEET, PACK_STYLESHEET = "pack/front.css", "pack/brief.css"
_FIRST = (BRAND_STYLESHEET, "tokens.css", "page.css", "type.css")


def stylesheets_for(
    project: Project, language: str, profile: str, extra_stylesheet: str = ""
) -> tuple[str, ...]:
    """List the existing style sheets of a document in the order of their links.

    `extra_stylesheet` is one more name, that of a pack or of a job sheet.
    """
    components = project.style_names("components", "*.css")
    names = [*_FIRST, *(f"components/{name}" for name in components)]
    names += ["digits.css", f"languages/{language}.css", f"profiles/{profile}.css"]
    names += [extra_stylesheet] if extra_stylesheet else []
    return tuple(name for name in names if project.find_style(name))
