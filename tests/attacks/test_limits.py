"""A document over a limit is a problem that names the limit; the others are made.

Most cases are templates of the project. One is content that takes long to read, although
the time grows only in proportion to its size. test_attacks.py has content that is refused.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from pipeline.build import build_documents as build
from pipeline.commands.check import read_content
from pipeline.problems import Rule
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import Executor
from pipeline.workers.pool import Limits, open_processes
from tests.conftest import WriteProject, changed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")

# A good document needs less, also on a slow machine.
CPU_SECONDS, MEMORY_MIB = 2, 900
MODULES = ("pipeline.pdf.preload", "pipeline.html.templates", "pipeline.tasks.documents")

HINT = (
    "look for very long text, very many rows, a very large or intricate picture, or a "
    "template that repeats without end"
)
MEMORY = "it needed more than "
PROCESSOR = f"it took more than {CPU_SECONDS} seconds of processor time"
# What a template adds to the end of the page in French, and the start of the message.
OVER_A_LIMIT = {
    # Its steps are loops in C, in which Python handles no signal.
    "a loop": (
        "{% for i in range(10**5) if range(10**5) | sum == 0 %}{% endfor %}",
        PROCESSOR,
    ),
    "a long text": ("{{ ('x' * 10**5) | replace('x', 'x' * 10**5) }}", MEMORY),
    "a text that doubles": (
        "{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m('x') }}",
        MEMORY,
    ),
    "a long list": ("{{ [1] | batch(10**9, 0) | list }}", MEMORY),
    "many pages": ("<p style='break-after: page'>x</p>" * 201, "it has 20"),
    "boxes in boxes": (
        "<div style='display: flex'>" * 24 + "x" + "</div>" * 24,
        PROCESSOR,
    ),
}


@pytest.fixture(scope="module")
def open_workers() -> Iterator[Callable[[int], Executor]]:
    """Yield the function that opens processes once for each limit of processor time."""
    # A process that is forked begins with the address space of the tests before.
    statm = Path("/proc/self/statm")  # its first number counts pages of 4 KiB
    used = int(statm.read_text().split()[0]) // 256 if statm.is_file() else 0
    with ExitStack() as stack:

        @cache
        def workers_with(cpu_seconds: int) -> Executor:
            limits = Limits(used + MEMORY_MIB, cpu_seconds=cpu_seconds, wall_seconds=300)
            return stack.enter_context(open_processes(2, limits, MODULES))

        yield workers_with


@pytest.mark.parametrize("name", OVER_A_LIMIT)
def test_a_template_over_a_limit_costs_its_document_alone(
    name: str, write_project: WriteProject, open_workers: Callable[[int], Executor]
) -> None:
    addition, message = OVER_A_LIMIT[name]
    # No other limit may depend on the speed of the machine.
    workers = open_workers(CPU_SECONDS if message == PROCESSOR else 300)
    page = (BUNDLED / "templates/brief.html").read_text()
    end = "{% if brief.language == 'fr' %}" + addition + "{% endif %}</main>"
    root = write_project(
        {
            "templates/brief.html": changed(page, "</main>", end),
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
    assert problem.message.startswith(f"this could not be built: {message}")
    assert problem.hint == HINT


# 50 texts of 19,000 brackets in 1 MB: Markdown is parsed in 20 s.
BRACKETS = "title: A\nsections: [{heading: B, blocks: [\n" + "".join(
    f"{{text: '{'[' * 19_000}'}},\n" for _ in range(50)
)
SMALL = Limits(cpu_seconds=1, wall_seconds=300)


def test_content_over_a_limit_costs_its_edition_alone(write_project: WriteProject) -> None:
    """A dry run reads all, but renders no PDF, which may take a second."""
    root = write_project({"content/slow/2017/en.yaml": BRACKETS + "]}]\n"})
    with open_processes(1, SMALL, MODULES) as executor:
        options = BuildOptions(dry_run=True)
        result = build(open_project(root), options, date(2026, 1, 1), executor=executor)
        checked = read_content(open_project(root), BuildOptions(), None, executor=executor)
    assert {d.slug: d.state for d in result.targets} == {
        "brief": "stale",
        "slow": "blocked",
    }
    assert [e.slug for e in checked.editions] == ["brief"]
    for (problem,) in (result.problems, checked.problems):
        assert problem.rule is Rule.RESOURCE_LIMIT
        assert problem.place.file == "content/slow/2017/en.yaml"
        reason = "it took more than 1 seconds of processor time"
        assert problem.message == f"the content could not be read: {reason}"
        assert problem.hint.startswith("look for very long text")
