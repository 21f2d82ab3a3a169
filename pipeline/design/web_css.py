"""Join the style sheets of a web page: those of a PDF without its pages, and `web.css`."""

import re
from collections.abc import Callable

from pipeline.design.brand_css import brand_css
from pipeline.design.dark import dark_tokens
from pipeline.design.stylesheets import stylesheets_for
from pipeline.model.brand import Brand
from pipeline.model.colour import format_colour
from pipeline.model.profiles import WEB_PROFILE
from pipeline.project import Project

_WEB_STYLESHEET, _REDLINE_STYLESHEET = "web.css", "styles/redline.css"
_COLUMN_STYLESHEET = "styles/web-column.css"
_IMPORT = re.compile(r"@import [^;]*;\n?")
# Margins and running heads, which only printed pages have.
_PAGE_STYLESHEET = "styles/page.css"


def web_css(
    project: Project,
    brand: Brand,
    language: str,
    read: Callable[[str], bytes],
    tokens: dict[str, str],
) -> str:
    """Write the style sheet of the pages in one language.

    `read` returns the content of a style sheet. `tokens` are additional tokens of the light
    design: the colours that the program computes for charts.
    """
    _, *names = stylesheets_for(project, language, WEB_PROFILE, _WEB_STYLESHEET)
    columns = [_COLUMN_STYLESHEET] if brand.briefs.column == "side" else []
    names = [*(n for n in names if n != _PAGE_STYLESHEET), *columns, _REDLINE_STYLESHEET]
    # Imported style sheets are for printed pages only.
    stylesheets = [_IMPORT.sub("", read(name).decode()) for name in names]
    light = "".join(f"  --{name}: {value};\n" for name, value in tokens.items())
    dark = "".join(
        f"    --{name}: {format_colour(colour)};\n"
        for name, colour in dark_tokens(brand).items()
    )
    dark_scheme = "@media screen and (prefers-color-scheme: dark)"
    token_rules = f":root {{\n{light}}}\n{dark_scheme} {{\n  :root {{\n{dark}  }}\n}}\n"
    return "\n".join([brand_css(brand, on_web=True).decode(), *stylesheets, token_rules])
