"""A template reaches nothing but its variable: each attack is a problem of its line.

Each attack is rendered twice: by Jinja2 without the sandbox, where it must succeed, and by
the program. docs/security.md lists them.
"""

import re
import warnings
from datetime import date
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from pipeline.commands.check import read_content
from pipeline.html.filters import FILTERS
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import BriefView, view_brief
from pipeline.problems import ExitCode, PipelineError, Problem, Rule
from pipeline.project import Project, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

Page = tuple[Project, BriefView]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
MARK = re.compile(r"(?<=<!-- template attacks -->\n).*?(?=<!-- end -->)", re.DOTALL)
# Printed by an attack that succeeds: a variable of the environment that the test sets, a
# constant of a module, or the name of a class of the program.
LOOT = re.compile("PERSICARIA|project.invalid|TextMeasurer")

# How an attack that has reached the globals of a function goes on, and one that has reached
# all classes.
_OS = "['__builtins__']['__import__']('os').getenv('LOOT')"
_GETENV = (
    "| selectattr('__name__', 'eq', '_wrap_close') | map(attribute='__init__.__globals__')"
    " | first).getenv('LOOT')"
)
_CONSTANT = "{0.plain_text.__globals__[BASE_URL]}"
_MACRO = "{% macro m() %}{{ caller }}{% endmacro %}"

ATTACKS = {
    "the global `cycler`": "{{ cycler.__init__.__globals__.os.getenv('LOOT') }}",
    "the global `joiner`": "{{ joiner.__init__.__globals__.os.getenv('LOOT') }}",
    "the global `namespace`": "{{ namespace.__init__.__globals__.os.getenv('LOOT') }}",
    "the global `lipsum`": "{{ lipsum.__globals__['os'].getenv('LOOT') }}",
    "the global `dict`": f"{{{{ (dict.__base__.__subclasses__() {_GETENV} }}}}",
    "the global `range`": f"{{{{ (range.__base__.__subclasses__() {_GETENV} }}}}",
    "the classes above a text": "{{ (''.__class__.__mro__[1].__subclasses__()"
    f" {_GETENV} }}}}",
    "`mro`": f"{{{{ (''.__class__.mro()[1].__subclasses__() {_GETENV} }}}}",
    "a method of the variable": f"{{{{ brief.plain_text.__globals__{_OS} }}}}",
    "brackets": f"{{{{ brief['plain_text']['__globals__']{_OS} }}}}",
    "an escaped name": f"{{{{ brief['plain_text']['\\x5f_globals_\\x5f']{_OS} }}}}",
    "the filter `attr`": "{{ (brief | attr('plain_text') | attr('__globals__'))"
    f"{_OS} }}}}",
    "the filter `map`": "{{ ([brief] | map(attribute='plain_text.__globals__') | first)"
    f"{_OS} }}}}",
    "the filter `groupby`": "{{ ([brief] | groupby('plain_text.__globals__') | first)[0]"
    f"{_OS} }}}}",
    "the frame of a generator": "{{ (brief.languages | map('upper')).gi_frame.f_builtins"
    "['__import__']('os').getenv('LOOT') }}",
    "a macro": f"{_MACRO}{{{{ m._func.__globals__{_OS} }}}}",
    "the block of a call": "{% macro m() %}{{ caller._func.__globals__"
    f"{_OS} }}}}{{% endmacro %}}{{% call m() %}}{{% endcall %}}",
    "a loop": "{% for i in [1] %}{{ loop.__init__.__globals__.t.sys.modules.os"
    ".getenv('LOOT') }}{% endfor %}",
    "`self`": "{{ self._TemplateReference__context.environment.__class__.__init__"
    f".__globals__{_OS} }}}}",
    "an imported template": "{% import 'other.html' as other %}"
    f"{{{{ other.__init__.__globals__{_OS} }}}}",
    "an undefined name": f"{{{{ nothing.__init__.__globals__{_OS} }}}}",
    "markup": f"{{{{ brief.qr.format.__globals__{_OS} }}}}",
    "`format`": f"{{{{ '{_CONSTANT}'.format(brief) }}}}",
    "`format` of markup": f"{{{{ ('{_CONSTANT}' | safe).format(brief) }}}}",
    "`format` that is kept": f"{{% set f = '{_CONSTANT}'.format %}}{{{{ f(brief) }}}}",
    "`format_map`": "{{ '{a.plain_text.__globals__[BASE_URL]}'.format_map({'a': brief}) }}",
    "a pickle for pydantic": "{{ brief.version.parse_raw('cos\\ngetenv\\n(S\"LOOT\"\\ntR.',"
    " proto='pickle', allow_pickle=true) }}",
    "a private field": "{{ brief._measurer }}",
    "a change of strings that pages share": "{% set x = brief.strings.update("
    "{'kind': 'PERSICARIA'}) %}{{ brief.strings.kind }}",
    "a change of the variable": "{% set x = brief.__dict__.update("
    "{'slug': 'PERSICARIA'}) %}{{ brief.slug }}",
}
# What would take very long, or much memory; the limits of processes (test_limits.py) end
# the rest.
TOO_MUCH = {
    "{% for i in range(10**9) %}{% endfor %}": "Range too big",
    "{{ 'x' * 10**9 }}": "longer than 100,000",
    "{{ 10**9 * [1] }}": "longer than 100,000",
    "{{ 9 ** (9 ** 9) }}": "the number is too large",
    "{{ 'x' | center(10**9) }}": "No filter named 'center'",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}": "nested too deeply",
    "{% include 'brief.html' %}": "nested too deeply",
    "{% for i in range(10**5) %}" + "x" * 1000 + "{{ i }}{% endfor %}": "20,000,000",
    "{{ brief | prose }}": "TypeError",
    "{{ '@nothing' | source }}": "there is no reference",
}


@pytest.fixture
def page(write_project: WriteProject, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv("LOOT", "PERSICARIA")
    project = open_project(write_project({}))
    content = read_content(project, BuildOptions(), date(2030, 1, 1))
    assert content.series
    assert content.brand
    (edition,) = content.editions
    design = Design(project, content.series, content.brand)
    return project, view_brief(design, edition, "en", "screen", "7QK3M-F92TX")


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_succeeds_without_the_sandbox(name: str, page: Page) -> None:
    templates = DictLoader({"brief.html": ATTACKS[name], "other.html": ""})
    environment = Environment(loader=templates, autoescape=True)
    environment.filters.update(FILTERS)
    _, view = page
    strings = dict(view.strings)
    try:
        # pydantic warns that `parse_raw` is old.
        with warnings.catch_warnings(action="ignore"):
            printed = environment.get_template("brief.html").render(brief=view)
    except ValueError as error:  # it does not accept what it has unpickled
        printed = str(error)
    view.strings.update(strings)  # type: ignore[attr-defined]  # other tests share them
    assert LOOT.search(printed)


def problem_of(page: Page, template: str) -> Problem:
    """Render a page whose second line is this template; give its problem."""
    project, view = page
    folder = project.root / "templates"
    folder.mkdir()
    (folder / "brief.html").write_text("<p>\n" + template)
    (folder / "other.html").write_text("")
    with pytest.raises(PipelineError) as caught:
        render_html(project, view)
    (problem,) = caught.value.problems
    assert problem.rule is Rule.TEMPLATE
    assert problem.exit_code is ExitCode.DESIGN
    return problem


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_a_problem_of_its_line(name: str, page: Page) -> None:
    problem = problem_of(page, ATTACKS[name])
    assert str(problem.place) == "templates/brief.html:2:1"
    assert not LOOT.search(problem.message)


@pytest.mark.parametrize("template", TOO_MUCH)
def test_a_template_that_takes_too_much_is_a_problem_of_its_line(
    template: str, page: Page
) -> None:
    problem = problem_of(page, template)
    assert problem.place.file == "templates/brief.html"
    assert problem.place.line in (1, 2)  # an include of itself ends in any line
    assert TOO_MUCH[template] in problem.message


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ " + "9" * 5000 + " }}", "4300 digits"),
        ("{{ '\\ud800' }}", "a lone surrogate"),
        ("\0", "a NUL"),
        (" " * 300_000, "larger than 256 KiB"),
        ("{# a", "Missing end of comment tag"),
    ],
)
def test_a_template_that_is_no_page_is_a_problem(
    template: str, message: str, page: Page
) -> None:
    problem = problem_of(page, template)
    assert problem.place.file == "templates/brief.html"
    assert message in problem.message


def test_a_template_reads_no_private_value_by_printing_its_variable(page: Page) -> None:
    assert "TextMeasurer" not in repr(page[1])


def test_the_attacks_are_in_the_guide(update_golden: bool) -> None:
    rows = "".join(f"- {name}\n" for name in ATTACKS)
    text = PAGE.read_text(encoding="utf-8")
    if update_golden:
        PAGE.write_text(MARK.sub(lambda _: rows, text), encoding="utf-8")
        return
    listed = MARK.search(text)
    assert listed
    assert listed[0] == rows
