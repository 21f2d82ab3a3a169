"""A document that wants too much is a problem that names the limit; the others are made.

Templates and styles are the project's own here, but for content whose time to read is long
although it grows with its size only; other content does not get so far (test_attacks.py).
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.commands.check import read_content
from pipeline.problems import Rule
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import Executor
from pipeline.workers.pool import Limits, open_processes
from tests.conftest import WriteProject

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")

# The processor limit must be reached first, also on a busy machine.
CPU_SECONDS, MEMORY_MIB = 3, 900
MODULES = ("pipeline.pdf.preload", "pipeline.html.templates", "pipeline.tasks.documents")

HINT = (
    "look for very long text, very many rows, a very large or intricate picture, or a "
    "template that repeats without end"
)
MEMORY = "it needed more than "
PROCESSOR = "it took more than 3 seconds of processor time"
# What a template says in the place of its title, of one brief only.
WANT_TOO_MUCH = {
    "a loop": (
        "{% for i in range(10**5) %}{% for j in range(10**5) %}{% endfor %}{% endfor %}",
        PROCESSOR,
        HINT,
    ),
    "a loop in C": (
        "{% for i in range(10**5) if range(10**5) | sum == 0 %}{% endfor %}",
        PROCESSOR,
        HINT,
    ),
    "a long text": ("{{ ('x' * 10**5) | replace('x', 'x' * 10**5) }}", MEMORY, HINT),
    "a text that doubles": (
        "{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m('x') }}",
        MEMORY,
        HINT,
    ),
    "a long list": ("{{ [1] | batch(10**9, 0) | list }}", MEMORY, HINT),
    "many pages": ("<p style='break-after: page'>x</p>" * 201, "it has 20", HINT),
    "boxes in boxes": (
        "<div style='display: flex'>" * 24 + "x" + "</div>" * 24,
        PROCESSOR,
        HINT,
    ),
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Executor]:
    # A process that is forked begins with the address space of the tests before.
    pages = Path("/proc/self/statm")
    used = int(pages.read_text().split()[0]) // 256 if pages.is_file() else 0
    limits = Limits(used + MEMORY_MIB, cpu_seconds=CPU_SECONDS, wall_seconds=300)
    with open_processes(2, limits, MODULES) as workers:
        yield workers


@pytest.mark.parametrize("name", WANT_TOO_MUCH)
def test_a_template_over_a_limit_costs_its_document_alone(
    name: str, write_project: WriteProject, workers: Executor
) -> None:
    wants, said, hint = WANT_TOO_MUCH[name]
    page = (BUNDLED / "templates/brief.html").read_text()
    mine = "{% if brief.language == 'fr' %}" + wants + "{% endif %}</main>"
    root = write_project(
        {
            "templates/brief.html": page.replace("</main>", mine),
            "content/brief/2017/fr.yaml": "title: A\n"
            "sections: [{heading: B, blocks: [{text: C.}]}]\n",
        }
    )
    outcome = build(open_project(root), BuildOptions(), date(2026, 1, 1), executor=workers)
    states = {d.language: d.state for d in outcome.targets}
    assert states["en"] == "built"
    assert states["fr"] in ("blocked", "rejected")
    (problem,) = [p for p in outcome.problems if p.rule is Rule.RESOURCE_LIMIT]
    assert problem.place.file == "content/brief/2017/fr.yaml"
    assert problem.message.startswith(f"this could not be built: {said}")
    assert problem.hint == hint


# 50 texts of 19,000 brackets in 1 MB: Markdown is parsed in 20 s.
BRACKETS = "title: A\nsections: [{heading: B, blocks: [\n" + "".join(
    f"{{text: '{'[' * 19_000}'}},\n" for _ in range(50)
)
SMALL = Limits(cpu_seconds=1, wall_seconds=300)


def test_content_over_a_limit_costs_its_edition_alone(write_project: WriteProject) -> None:
    root = write_project({"content/slow/2017/en.yaml": BRACKETS + "]}]\n"})
    with open_processes(1, SMALL, MODULES) as executor:
        result = build(
            open_project(root), BuildOptions(), date(2026, 1, 1), executor=executor
        )
        checked = read_content(open_project(root), BuildOptions(), None, executor=executor)
    assert {d.slug: d.state for d in result.targets} == {
        "brief": "built",
        "slow": "blocked",
    }
    assert [e.slug for e in checked.editions] == ["brief"]
    for (problem,) in (result.problems, checked.problems):
        assert problem.rule is Rule.RESOURCE_LIMIT
        assert problem.place.file == "content/slow/2017/en.yaml"
        reason = "it took more than 1 seconds of processor time"
        assert problem.message == f"the content could not be read: {reason}"
        assert problem.hint.startswith("look for very long text")
