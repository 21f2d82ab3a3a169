"""Render a brief, the front matter of a pack, a job sheet or a web page by Jinja2.

A template gets one variable, `brief` (view_model.py, redline_view.py, web_view.py), `pack`
(pack_view.py), `sheet` (job_sheet_view.py) or `site` (site_view.py), and prints its values
through filters (filters.py), which also get `citation_notes`. Undefined names are errors,
everything is escaped, and content is never interpreted as a template.
"""

import re
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import cast

from jinja2 import (
    Environment,
    FileSystemLoader,
    TemplateAssertionError,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
)
from jinja2.meta import find_referenced_templates

from pipeline.html.page_view import PageView
from pipeline.html.sandbox import Sandbox
from pipeline.html.text.citation_notes import CitationNotes
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import BUNDLED, FileSignatures, OnRead, Project, file_signatures

# The template and its variable, by the name of the class of the values. With names, the
# modules of other kinds of document are not imported.
_TEMPLATES = {
    "BriefView": ("brief.html", "brief"),
    "RedlineView": ("redline.html", "brief"),
    "WebRedlineView": ("web/redline.html", "brief"),
    "PackView": ("pack/front.html", "pack"),
    "PackBackView": ("pack/back.html", "pack"),
    "JobSheetView": ("job_sheet.html", "sheet"),
    "WebView": ("web/brief.html", "brief"),
    "IndexView": ("web/index.html", "site"),
    "BriefEditionsView": ("web/editions.html", "site"),
    "SessionView": ("web/session.html", "site"),
    "NotFoundView": ("web/404.html", "site"),
}

# For pages: ten times the length of the HTML of a document of 200 pages, in characters.
_MAX_TEMPLATE_BYTES, _MAX_PAGE_LENGTH = 256 << 10, 20_000_000
_SURROGATE = re.compile("[\ud800-\udfff]")
# Space, comments and the document type before the root element, and its start tag.
_ROOT_ELEMENT = re.compile(
    r"""((?:\s|<!--.*?-->|<!doctype[^>]*>)*)(<html\b(?:[^>"']|"[^"]*"|'[^']*')*>)?""",
    re.DOTALL | re.IGNORECASE,
)
_STYLE_ATTRIBUTE = re.compile(r"""\sstyle\s*=\s*["']""", re.IGNORECASE)
_FIELDS_HINT = "docs/designers.md lists the fields that a template can use"
# Jinja2 names a Python class with its modules.
_UNDEFINED = re.compile(r"'(?:[\w.]+\.)?(\w+?)(?: object)?' has no attribute '(\w+)'")


def render_html(project: Project, view: PageView) -> str:
    """Render the HTML of a page; PipelineError has the template and its line."""
    name, variable = _TEMPLATES[type(view).__name__]
    environment = _open_environment(project)
    try:
        notes = CitationNotes({reference.id: reference for reference in view.references})
        values = {variable: view, "citation_notes": notes}
        text = _join_within_limit(environment.get_template(name).generate(values))
    except Exception as error:  # a template may raise anything
        if problem := _template_problem(error, name):
            raise PipelineError(problem) from error
        raise
    return _set_paper_tokens(text, view.sheet) if view.sheet else text


def _set_paper_tokens(text: str, tokens: str) -> str:
    """Add the design tokens of the paper size to the style of the root element.

    They are in the HTML, because a document is stale if its HTML changes.
    """
    match = _ROOT_ELEMENT.match(text)
    start, root = (match[1], match[2]) if match else ("", None)
    rest = text[len(start) + len(root or "") :]
    if not root:  # the parser of HTML makes one
        return f'{start}<html style="{tokens}">{rest}'
    styled_root, has_style = _STYLE_ATTRIBUTE.subn(rf"\g<0>{tokens}; ", root, count=1)
    if not has_style:
        styled_root = f'{root[:-1]} style="{tokens}">'
    return f"{start}{styled_root}{rest}"


def _join_within_limit(pieces: Iterator[str]) -> str:
    """Join the pieces of a page; raise an error in the template if they are too long."""
    page: list[str] = []
    length = 0
    for piece in pieces:
        page.append(piece)
        if (length := length + len(piece)) > _MAX_PAGE_LENGTH:
            message = f"the page is longer than {_MAX_PAGE_LENGTH:,} characters"
            cast(Generator[str], pieces).throw(TemplateRuntimeError(message))
    text = "".join(page)
    if "\0" in text or (not text.isascii() and _SURROGATE.search(text)):
        raise TemplateRuntimeError("the page has a NUL or a lone surrogate")
    return text


def check_templates(project: Project) -> list[Problem]:
    """Find syntax errors in the templates, and includes of missing ones."""
    environment = _open_environment(project)
    loader = _TemplateLoader(project.template_folders)
    loader.on_read = project.on_read
    problems: list[Problem] = []
    names, seen = [name for name, _ in _TEMPLATES.values()], set[str]()
    while names:
        name = names.pop()
        seen.add(name)
        try:
            source, file, _ = loader.get_source(environment, name)
            parsed = environment.parse(source, name, file)
            environment.compile(parsed, name, file)
            included = find_referenced_templates(parsed)
            names += (other for other in included if other and other not in seen)
        except Exception as error:  # compiling may raise anything
            if not (problem := _template_problem(error, name)):
                raise
            problems.append(problem)
    return problems


class _TemplateLoader(FileSystemLoader):
    """A loader that records each template in use, even if it is cached."""

    on_read: OnRead

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Load a template; Jinja2 calls `is_fresh` before each later use."""
        name = f"templates/{template}"
        self.on_read(name)
        for folder in self.searchpath:
            with suppress(OSError, ValueError):
                if Path(folder, template).stat().st_size > _MAX_TEMPLATE_BYTES:
                    message = f"the template is larger than {_MAX_TEMPLATE_BYTES >> 10} KiB"
                    raise TemplateSyntaxError(message, 1, template)
        _, file, unchanged = super().get_source(environment, template)
        try:
            data = Path(file).read_bytes()
        except FileNotFoundError as error:  # removed after super().get_source()
            raise TemplateNotFound(template) from error
        digest = sha256(data).hexdigest()
        self.on_read(name, digest)

        def is_fresh() -> bool:
            self.on_read(name, digest)
            return unchanged()

        return data.decode(), file, is_fresh


def _open_environment(project: Project) -> Sandbox:
    # Projects without templates of their own share what is compiled.
    folders = tuple(folder for folder in project.template_folders if folder.is_dir())
    files = (file for folder in folders for file in sorted(folder.rglob("*.*")))
    environment = _make_environment(folders, file_signatures(files))
    if isinstance(environment.loader, _TemplateLoader):
        environment.loader.on_read = project.on_read
    return environment


@lru_cache(maxsize=2)
def _make_environment(folders: tuple[Path, ...], signatures: FileSignatures) -> Sandbox:
    """Make an environment; if the `signatures` of the files change, make a new one."""
    return Sandbox(_TemplateLoader(folders))


def _template_problem(error: Exception, name: str) -> Problem | None:
    """Turn an error into a problem of a template; None if it is a bug of the program."""
    place, message, hint = _template_line(error), str(error), _FIELDS_HINT
    if isinstance(error, UnicodeDecodeError):
        place = None
        message = "this template or one that it includes is not UTF-8 text"
        hint = "save it again with the encoding UTF-8"
    elif isinstance(error, TemplateNotFound):
        place, message = Place(f"templates/{error.name}"), "there is no such template"
        hint = "write the path of the template in templates/, with the same capital letters"
    elif isinstance(error, TemplateSyntaxError):
        # For an unclosed comment, Jinja2 gives the path in place of the name.
        template = str(error.name).rpartition("/templates/")[2]
        place = Place(f"templates/{template}", error.lineno, 1)
        message = str(error.message or error)
        if not isinstance(error, TemplateAssertionError):  # an unknown filter
            hint = "check braces and tags here and above: {{ … }}, {% if … %} {% endif %}"
    elif isinstance(error, RecursionError | SyntaxError):
        message = "the template is nested too deeply"
        hint = "look for nested tags or brackets, and templates that include each other"
    elif match := _UNDEFINED.fullmatch(message):
        # "JobSheetView" is "job sheet" in a message.
        view = re.sub("(?<!^)(?=[A-Z])", " ", match[1].removesuffix("View"))
        message = f'{view.lower()} has no "{match[2]}"'
    elif not isinstance(error, TemplateError):
        # The worker reports an exceeded limit of memory.
        if isinstance(error, MemoryError) or not _is_template_error(error):
            return None
        message = f"{type(error).__name__}: {error}"
    return Problem(Rule.TEMPLATE, place or Place(f"templates/{name}"), message, hint)


def _template_line(error: BaseException) -> Place | None:
    """Find the innermost line of a template in the traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.suffix == ".html":
            start = len(path.parts) - path.parts[::-1].index("templates") - 1
            return Place("/".join(path.parts[start:]), frame.lineno or 0, 1)
    return None


def _is_template_error(error: BaseException) -> bool:
    """Whether a template is wrong, not Python code that a bundled template called."""
    paths = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    template = next((p for p in reversed(paths) if p.suffix == ".html"), None)
    if template == paths[-1] or {"jinja2", "markupsafe"} & set(paths[-1].parts):
        return True
    return template is not None and not template.is_relative_to(BUNDLED)
