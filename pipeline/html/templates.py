"""Turn one edition in one language, a front or a job sheet into HTML, by Jinja2.

A template gets one variable, `brief` (view.py), `pack` (pack.py) or `sheet`
(job_sheet.py), and prints its values through filters (filters.py). Undefined names are
errors, everything is escaped, and no content is ever read as a template.
"""

import re
import traceback
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateAssertionError,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.meta import find_referenced_templates

from pipeline.html.filters import FILTERS
from pipeline.html.job_sheet_view import JobSheetView
from pipeline.html.pack_view import PackView
from pipeline.html.view_model import (
    BriefView,
    PackPosition,
    Stamp,
    stamp_templates,
    view_brief,
)
from pipeline.model.brand import Brand
from pipeline.model.schema import Edition, Series
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import OnRead, Project

# The pages that are made; they name the other templates.
_BRIEF, _FRONT, _JOB_SHEET = "brief.html", "pack/front.html", "job_sheet.html"

_SEEN = "docs/designers.md lists what a template sees"
# Jinja2 names the class of Python, with the modules that it lies in.
_UNDEFINED = re.compile(r"'(?:[\w.]+\.)?(\w+?)(?: object)?' has no attribute '(\w+)'")


def render_html(
    project: Project,
    series: Series,
    brand: Brand,
    edition: Edition,
    language: str,
    profile: str,
    code: str = "",
    pack: PackPosition | None = None,
) -> str:
    """Make the HTML of one brief, with the `code` that its imprint carries.

    PipelineError names the template and its line.
    """
    brief = view_brief(project, series, brand, edition, language, profile, code, pack)
    return _render(project, _BRIEF, brief=brief)


def render_front(project: Project, pack: PackView) -> str:
    """Make the HTML of what stands before the briefs of a pack."""
    return _render(project, _FRONT, pack=pack)


def render_job_sheet(project: Project, sheet: JobSheetView) -> str:
    """Make the HTML of what goes to a print shop with the files."""
    return _render(project, _JOB_SHEET, sheet=sheet)


def _render(
    project: Project, name: str, **seen: BriefView | PackView | JobSheetView
) -> str:
    environment = _environment(project.template_folders, stamp_templates(project))
    templates = environment.loader
    if isinstance(templates, _Templates):
        templates.on_read = project.on_read
    try:
        return environment.get_template(name).render(seen)
    except (TemplateError, UnicodeDecodeError) as error:
        raise PipelineError(_template_problem(error, name)) from error
    except (RecursionError, SyntaxError) as error:
        raise PipelineError(_too_deep(error, name)) from error
    except MemoryError:
        raise  # a limit, not a mistake in a line
    except Exception as error:
        place = _template_line(error)
        if place is None or not _arose_in_a_template(error):
            raise  # a bug of ours, not of a template
        message = f"{type(error).__name__}: {error}"
        raise PipelineError(Problem(Rule.TEMPLATE, place, message, _SEEN)) from error


def check_templates(project: Project) -> list[Problem]:
    """Say what is wrong in the pages and in the templates that they name."""
    environment = _environment(project.template_folders, stamp_templates(project))
    loader = FileSystemLoader(project.template_folders)
    problems: list[Problem] = []
    waiting, seen = [_JOB_SHEET, _FRONT, _BRIEF], set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        try:
            source, file, _ = loader.get_source(environment, name)
            parsed = environment.parse(source, name, file)
            environment.compile(parsed, name, file)
            named = find_referenced_templates(parsed)
            waiting += (other for other in named if other and other not in seen)
        except (TemplateError, UnicodeDecodeError) as error:
            problems.append(_template_problem(error, name))
        except (RecursionError, SyntaxError) as error:
            problems.append(_too_deep(error, name))
    return problems


class _Templates(FileSystemLoader):
    """Report each template that is used, whether it is loaded or taken from the cache."""

    on_read: OnRead

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Load a template; Jinja2 asks again before each use whether it is fresh."""
        name = f"templates/{template}"
        self.on_read(name)
        _, file, unchanged = super().get_source(environment, template)
        try:
            data = Path(file).read_bytes()
        except FileNotFoundError as error:  # it went just now
            raise TemplateNotFound(template) from error
        read = sha256(data).hexdigest()
        self.on_read(name, read)

        def is_fresh() -> bool:
            self.on_read(name, read)
            return unchanged()

        return data.decode(), file, is_fresh


@lru_cache(maxsize=2)
def _environment(folders: tuple[Path, ...], stamp: Stamp) -> Environment:
    environment = Environment(
        loader=_Templates(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Else constants are worked out when a template is only looked at: 9 ** (9 ** 9).
        optimized=False,
    )
    environment.filters.update(FILTERS)
    return environment


def _template_problem(error: TemplateError | UnicodeDecodeError, name: str) -> Problem:
    if isinstance(error, UnicodeDecodeError):
        place = Place(f"templates/{name}")
        message = "it or a template in it is not UTF-8 text"
        hint = 'save it again and choose the encoding "UTF-8"'
        return Problem(Rule.TEMPLATE, place, message, hint)
    if isinstance(error, TemplateNotFound):
        place = Place(f"templates/{error.name}")
        hint = "a template is named by its path in templates/, to the letter"
        return Problem(Rule.TEMPLATE, place, "there is no such template", hint)
    said, hint = str(error.message or error), _SEEN
    if isinstance(error, TemplateSyntaxError):
        place = Place(f"templates/{error.name}", error.lineno, 1)
        if not isinstance(error, TemplateAssertionError):  # a filter that is not there
            hint = "check braces and tags here and above: {{ … }}, {% if … %} {% endif %}"
    else:
        place = _template_line(error) or Place(f"templates/{name}")
    if match := _UNDEFINED.fullmatch(said):
        thing = match[1].removesuffix("View").lower()
        return Problem(Rule.TEMPLATE, place, f'{thing} has no "{match[2]}"', hint)
    return Problem(Rule.TEMPLATE, place, said, hint)


def _too_deep(error: BaseException, name: str) -> Problem:
    """Python reads what Jinja2 makes of a template, and goes down only so far."""
    place = _template_line(error) or Place(f"templates/{name}")
    hint = "look for tags or brackets in one another, and templates that include each other"
    return Problem(Rule.TEMPLATE, place, "it is nested too deeply", hint)


def _template_line(error: BaseException) -> Place | None:
    """Find the innermost template line: Jinja2 writes templates into the traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.suffix == ".html":
            start = len(path.parts) - path.parts[::-1].index("templates") - 1
            return Place("/".join(path.parts[start:]), frame.lineno or 0, 1)
    return None


def _arose_in_a_template(error: BaseException) -> bool:
    """Whether an error is the template's own, not that of Python code that it called."""
    path = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
    return path.suffix == ".html" or bool({"jinja2", "markupsafe"} & set(path.parts))
