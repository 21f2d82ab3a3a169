"""Tasks run side by side; a lost executor loses no finished task."""

from collections.abc import Iterator
from concurrent.futures import Future
from threading import Timer

import pytest

from pipeline.problems import Place, Problem, Rule, WorkersUnavailable
from pipeline.tasks.task import attempt
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


def test_a_lost_executor_is_not_an_error_of_the_target() -> None:
    """Also if an error of the system is its cause, as when the pool of processes breaks."""
    job = Future[str]()
    lost = WorkersUnavailable(Problem(Rule.CLUSTER, Place("system"), "lost", "again"))
    lost.__cause__ = OSError("the process ended")
    job.set_exception(lost)

    def wait() -> Task[str]:
        return (yield job)

    with pytest.raises(WorkersUnavailable):
        [*run_tasks([attempt(wait(), "content/brief/2017")], InlineExecutor())]


def test_tasks_continue_while_the_next_one_waits_for_a_job() -> None:
    rendered, read = Future[str](), Future[str]()

    def first() -> Task[str]:
        yield rendered
        read.set_result("read")
        return "first"

    def tasks() -> Iterator[Task[str] | Future[str]]:
        yield first()
        Timer(0.01, rendered.set_result, ["rendered"]).start()
        yield read
        assert read.done()
        yield finished_task("second")

    assert [*run_tasks(tasks(), InlineExecutor())] == ["first", "second"]
