"""A build keeps only the editions in memory that it is building."""

import gc
from collections.abc import Callable
from datetime import date
from typing import Any

from pipeline.build import build_documents as build
from pipeline.model.schema import Edition
from pipeline.project import open_project
from pipeline.targets import BuildOptions, Document
from pipeline.workers.executor import InlineExecutor
from tests.conftest import WriteProject
from tools.benchmarks.tiny import TinyPdfExecutor

GOOD = "title: Title\nsections: [{heading: Heading, blocks: [{text: Some text.}]}]\n"


def test_editions_are_forgotten_when_their_documents_are_finished(
    write_project: WriteProject,
) -> None:
    briefs = {f"content/brief-{number:02}/2017/en.yaml": GOOD for number in range(40)}
    project = open_project(write_project(briefs))
    held: list[int] = []

    def look(document: Document, total: int) -> None:
        assert total == 41
        held.append(sum(type(one) is Edition for one in gc.get_objects()))

    gc.freeze()  # what earlier tests hold is not counted, or looked at
    try:
        build(project, BuildOptions(), date(2026, 1, 1), look, executor=TinyPdfExecutor())
    finally:
        gc.unfreeze()
    assert len(held) == 41
    assert 0 < max(held) <= InlineExecutor.max_queued + 2


def test_an_error_in_the_last_brief_does_not_block_the_first(
    write_project: WriteProject,
) -> None:
    wrong = {"content/zebra/2017/en.yaml": f"{GOOD}colour: red\n"}
    project = open_project(write_project(wrong))
    outcome = build(project, BuildOptions(), date(2026, 1, 1), executor=TinyPdfExecutor())
    assert [d.state for d in outcome.targets] == ["built", "blocked"]
    assert [p.message for p in outcome.problems] == ['unknown key "colour"']


class Recorder(InlineExecutor):
    """Records the order of jobs."""

    def __init__(self) -> None:
        self.jobs: list[str] = []

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Record a job, and run it."""
        self.jobs.append(function.__name__)
        return super().submit(function, *arguments)


def test_the_first_document_is_rendered_before_the_next_editions_are_read(
    write_project: WriteProject,
) -> None:
    briefs = {f"content/brief-{number}/2017/en.yaml": GOOD for number in range(8)}
    project = open_project(write_project(briefs))
    executor = Recorder()
    build(project, BuildOptions(dry_run=True), date(2026, 1, 1), executor=executor)
    read, render = "_read_edition", "render_document"
    assert executor.jobs[:8] == ["_read_settings", read, render, *[read] * 5]
    assert executor.jobs[8:10] == [render, read]
