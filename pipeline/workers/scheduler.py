"""Run tasks concurrently, and give their results in order.

A task is a generator: it yields a job that it waits for (a future), is sent the result of
that job or thrown its exception, and returns its own result at its end.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.problems import WorkersUnavailable
from pipeline.workers.executor import Executor

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
Task = Generator["Future[Any]", Any, T]

# The maximum of tasks that have begun. Finished ones wait until earlier ones have finished.
_MAX_BEGUN = 256
# Seconds without a finished job after which the executor is checked.
_CHECK_INTERVAL = 1


def finished_task(result: T) -> Task[T]:
    """Return a task that ends at once."""
    yield from ()
    return result


class _RunningTask(Generic[T]):
    def __init__(self, task: Task[T]) -> None:
        self._task = task
        self._has_ended = False
        self.job: Future[Any] | None = None
        self.result: list[T] = []

    def advance(self, executor: Executor, *, retry: bool = True) -> None:
        """Run the task until it ends, or waits for a job that is not done."""
        while not self._has_ended and (self.job is None or self.job.done()):
            self._resume(executor, retry=retry)

    def _resume(self, executor: Executor, *, retry: bool) -> None:
        """Give the task the result of its job, and take its next job, or its own result."""
        resume: Callable[[Any], Future[Any]] = self._task.send
        try:
            value = executor.result(self.job, retry=retry) if self.job else None
        except Exception as error:
            resume, value = self._task.throw, error
        self.job, self._has_ended = None, True  # unless it gives another job
        try:
            self.job = resume(value)
            self._has_ended = False
        except StopIteration as end:
            self.result = [end.value]


def run_tasks(tasks: "Iterable[Task[T] | Future[Any]]", executor: Executor) -> Generator[T]:
    """Run tasks concurrently, at most as many as `executor` queues; yield results in order.

    A task is taken from `tasks` when a place in the queue is free. A job among the tasks
    must end before the next task is taken; running tasks continue. If the generator is
    closed early, tasks whose jobs are done are still finished. If the executor is lost,
    they are finished, too, and their results are yielded before `WorkersUnavailable` is
    raised.
    """
    running: deque[_RunningTask[T]] = deque()
    try:
        for item in tasks:
            job = None if isinstance(item, Generator) else item
            if isinstance(item, Generator):
                running.append(_RunningTask(item))
            yield from _finished_results(running, executor, executor.max_queued, job)
        yield from _finished_results(running, executor, 0)
    except WorkersUnavailable:
        yield from _finish_ready(running, executor)
        raise
    finally:
        for _ in _finish_ready(running, executor):
            pass  # after a bug, or closed early: no caller takes the results of these tasks


def _finished_results(
    running: deque[_RunningTask[T]],
    executor: Executor,
    max_queued: int,
    awaited: "Future[Any] | None" = None,
) -> Generator[T]:
    """Yield the first results, until at most `max_queued` tasks wait for jobs.

    The job `awaited` has ended then, too.
    """
    while True:
        for task in running:
            task.advance(executor)
        if running and running[0].result:
            yield running.popleft().result[0]
            continue
        jobs = [task.job for task in running if task.job]
        must_wait = len(jobs) > max_queued or len(running) > _MAX_BEGUN
        if awaited and not awaited.done():
            jobs.append(awaited)
        elif not must_wait:
            return
        from concurrent.futures import FIRST_COMPLETED, wait  # not without a job

        if not wait(jobs, timeout=_CHECK_INTERVAL, return_when=FIRST_COMPLETED).done:
            executor.check()


def _finish_ready(running: deque[_RunningTask[T]], executor: Executor) -> Generator[T]:
    """Finish the tasks whose jobs are done, and drop the others."""
    while running:
        task = running.popleft()
        with suppress(WorkersUnavailable):
            task.advance(executor, retry=False)
        if task.result:
            yield task.result[0]
