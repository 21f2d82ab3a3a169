"""Run jobs: the interface of all executors, and an executor without other processes."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Future


class Executor(ABC):
    """Runs functions of modules, on arguments that can be pickled."""

    # The number of jobs that may wait, so that no worker is idle; more would fill memory.
    max_queued = 16

    def prepare(  # noqa: B027 – optional
        self, function: Callable[..., Any], *arguments: Any
    ) -> None:
        """Start the workers if they are not running, and let one run a function first."""

    @abstractmethod
    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function, now or soon; its result or exception is in the future."""

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function in a process that has the modules of the calling process."""
        return self.submit(function, *arguments)

    def result(self, future: "Future[Any]", *, retry: bool = True) -> Any:
        """Wait for a job, and give its result. Without `retry` a lost job is given up.

        Raises JobFailed when it exceeded a limit or crashed, PipelineError when the system
        ended its process, WorkersUnavailable when the executor is lost, and otherwise what
        the job raised.
        """
        return future.result()

    def check(self) -> None:  # noqa: B027 – optional
        """Fail the jobs that no process will run, so that no caller waits for them."""


class InlineExecutor(Executor):
    """Runs each job at once in this process, without limits."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function now."""
        from concurrent.futures import Future  # slow: a build with no job needs none

        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:  # raised again when the result is read
            future.set_exception(error)
        return future
