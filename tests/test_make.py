"""Documents are made by processes, and lost nowhere on the way."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.build import Order, build
from pipeline.production.workers import Here
from pipeline.project import open_project

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]


class JustDone(Future[Any]):
    """Is done from the second time on that somebody asks."""

    asked = 0

    def done(self) -> bool:
        """Say whether the job is done."""
        self.asked += 1
        return self.asked >= 2


class Punctual(Here):
    """Finishes each job between two questions."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a function now, and seem to be at it still."""
        future = JustDone()
        future.set_result(function(*arguments))
        return future


def test_a_job_that_ends_between_two_questions_is_not_taken_for_the_last(
    write_project: WriteProject,
) -> None:
    project = open_project(write_project({}))
    outcome = build(project, Order(), date(2026, 1, 1), workers=Punctual())
    assert [d.state for d in outcome.documents] == ["made"]
