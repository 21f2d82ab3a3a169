"""Tasks run side by side; a lost executor loses no finished task."""

import pytest

from pipeline.problems import Place, Problem, Rule, WorkersUnavailable
from pipeline.workers.executor import InlineExecutor
from pipeline.workers.scheduler import Task, finished_task, run_tasks


def fail() -> Task[str]:
    """A task that loses the executor before it yields a job."""
    yield from ()
    raise WorkersUnavailable(Problem(Rule.CLUSTER, Place("tls://host"), "lost", "again"))


def test_a_task_that_loses_the_executor_has_no_result() -> None:
    results: list[str] = []
    with pytest.raises(WorkersUnavailable):
        results.extend(run_tasks([finished_task("first"), fail()], InlineExecutor()))
    assert results == ["first"]
