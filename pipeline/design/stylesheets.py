"""List the style sheets of a document in the order of the cascade; limit their nesting."""

import re
from collections.abc import Callable
from typing import Literal

from pipeline.model.profiles import PROFILES
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

# From the name of a file ("styles/page.css") to its bytes; None if it is missing.
Serve = Callable[[str], bytes | None]

# The last style sheet of the front matter of a pack, and of a brief inside a pack.
FRONT_STYLESHEET, PACK_STYLESHEET = "pack/front.css", "pack/brief.css"
# For a brand without a side column, before the style sheet of the profile.
_ONE_COLUMN = "one-column.css"
# After that of the brand. A later style sheet has precedence.
_BASE_STYLESHEETS = ("tokens.css", "page.css", "type.css")


def stylesheets_for(
    project: Project,
    language: str,
    profile: str,
    extra_stylesheet: str = "",
    column: Literal["side", "none"] = "side",
) -> tuple[str, ...]:
    """List the existing style sheets of a document in the order of their links.

    `extra_stylesheet` is an additional name, as for a pack or a web page. `column` is the
    setting of the brand. It applies only to briefs in a bundled profile.
    """
    components = project.style_names("components", "*.css")
    names = [*_BASE_STYLESHEETS, *(f"components/{name}" for name in components)]
    names += ["digits.css", f"languages/{language}.css"]
    is_brief = profile in PROFILES and extra_stylesheet in ("", PACK_STYLESHEET)
    names += [_ONE_COLUMN] if column == "none" and is_brief else []
    names += [f"profiles/{profile}.css"]
    names += [extra_stylesheet] if extra_stylesheet else []
    existing = (f"styles/{name}" for name in names if project.find_style(name))
    return project.brand_file_name(), *existing


# The bundled style sheets nest four levels. tinycss2 calls itself for each level.
MAX_DEPTH = 50
# Comments, strings and escapes, which may contain brackets; and brackets.
_BRACKET = re.compile(
    r"""/\*.*?(?:\*/|\Z)|(["'])(?:(?!\1)[^\\\n]|\\.)*+\1?|\\.|[\[({})\]]""", re.DOTALL
)
_CLOSED_BY = {"{": "}", "[": "]", "(": ")"}


def nesting_problem(name: str, data: bytes) -> Problem | None:
    """Report the place where a style sheet exceeds `MAX_DEPTH`; None if it does not.

    A closing bracket of another kind closes nothing, as in tinycss2.
    """
    text = data.decode("utf-8", "replace")
    open_blocks: list[str] = []
    for match in _BRACKET.finditer(text):
        if closing := _CLOSED_BY.get(match[0]):
            open_blocks.append(closing)
        elif open_blocks and match[0] == open_blocks[-1]:
            open_blocks.pop()
        if len(open_blocks) > MAX_DEPTH:
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            message = f"the style sheet is nested deeper than {MAX_DEPTH} levels"
            hint = "look for braces or brackets without an end"
            return Problem(Rule.RENDERER, Place(name, line, column), message, hint)
    return None
