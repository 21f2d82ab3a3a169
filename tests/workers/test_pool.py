"""Jobs in processes with limits: a job that harms its process harms no other job."""

import ctypes
import os
import pickle
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.problems import (
    ExitCode,
    JobFailed,
    PipelineError,
    Place,
    Problem,
    Rule,
    WorkersUnavailable,
)
from pipeline.project import BUNDLED
from pipeline.workers.executor import Executor, InlineExecutor
from pipeline.workers.pool import Limits, open_processes

LIMITS = Limits(memory_mib=512, cpu_seconds=1, wall_seconds=30)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with open_processes(2, LIMITS, ()) as executor:
        yield executor


def double(number: int) -> int:
    return 2 * number


class Fickle:
    """Can be pickled only by the thread that made it, like a value that changes later."""

    def __init__(self) -> None:
        self.maker = threading.get_ident()

    def __reduce__(self) -> tuple[object, ...]:
        if threading.get_ident() != self.maker:
            raise RuntimeError("dictionary changed size during iteration")
        return int, ("21",)


def eat_memory() -> int:
    return len(bytearray(1 << 30))


def eat_time() -> None:
    while True:
        pass


def crash() -> None:
    ctypes.string_at(0)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(9)


def recurse() -> None:
    recurse()


def refuse() -> None:
    raise PipelineError(Problem(Rule.FONTS, Place("styles/fonts"), "none", "hint"))


def temporary() -> str:
    return tempfile.mkdtemp()


def test_a_job_is_pickled_when_it_is_submitted(executor: Executor) -> None:
    for submit in (executor.submit, executor.submit_local):
        assert submit(double, Fickle()).result(20) == 42


HARMFUL_JOBS = {
    eat_memory: "it needed more than 512 MiB of memory",
    eat_time: "it took more than 1 seconds of processor time",
    crash: "its process was ended by SIGSEGV",
    leave: "its process exited with code 9",
}


@pytest.mark.parametrize(
    ("job", "method"),
    [
        *((job, "submit") for job in HARMFUL_JOBS),
        # Both methods set the limit of time in the same way, and to reach it takes seconds.
        *((job, "submit_local") for job in HARMFUL_JOBS if job != eat_time),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
def test_a_harmful_job_fails_with_its_reason_and_the_others_run(
    executor: Executor, job: Callable[[], object], method: str
) -> None:
    submit = getattr(executor, method)
    lost = submit(job)
    others = [submit(double, number) for number in range(4)]
    with pytest.raises(JobFailed, match=HARMFUL_JOBS[job]):
        executor.result(lost)
    assert [executor.result(other) for other in others] == [0, 2, 4, 6]


UNDER_A_LOWER_LIMIT = """
import resource
from pipeline.workers.pool import Limits, open_processes
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
with open_processes(1, Limits(memory_mib=4096), ()) as executor:
    assert executor.result(executor.submit(len, "four")) == 4
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
def test_a_lower_limit_of_the_machine_is_kept() -> None:
    subprocess.run([sys.executable, "-c", UNDER_A_LOWER_LIMIT], check=True, timeout=60)


IN_A_LARGE_PROGRAM = """
import mmap
from pipeline.workers.pool import Limits, open_processes
large = mmap.mmap(-1, 2 << 30)
with open_processes(1, Limits(memory_mib=512), ()) as executor:
    assert executor.result(executor.submit_local(eval, "len(bytes(100 << 20))"))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
def test_the_memory_of_the_program_that_forks_a_process_is_not_counted() -> None:
    subprocess.run([sys.executable, "-c", IN_A_LARGE_PROGRAM], check=True, timeout=60)


def test_a_job_that_takes_too_long_is_ended() -> None:
    with open_processes(1, Limits(wall_seconds=1), ()) as executor:
        with pytest.raises(JobFailed, match="it took longer than 1 seconds"):
            executor.result(executor.submit(time.sleep, 60))
        # `len` needs no import, which would take a second on a slow machine.
        assert executor.result(executor.submit(len, "four")) == 4


def test_processor_time_is_counted_for_each_job() -> None:
    with open_processes(1, LIMITS, ()) as executor:
        for _ in range(3):  # 2 seconds of one job are too much
            assert executor.result(executor.submit(spend, 0.75)) == "spent"


def spend(seconds: float) -> str:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return "spent"


def test_the_exception_of_a_job_is_raised_by_result(executor: Executor) -> None:
    with pytest.raises(PipelineError) as caught:
        executor.result(executor.submit(refuse))
    assert caught.value.problems[0].place == Place("styles/fonts")
    with pytest.raises(RecursionError):
        executor.result(executor.submit(recurse))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not fork")
def test_a_local_process_has_the_imports_of_this_one(executor: Executor) -> None:
    assert executor.result(executor.submit_local(has_pytest)) is True


def has_pytest() -> bool:
    return "pytest" in sys.modules


def prepared(folder: str, job: object) -> None:
    (Path(folder) / f"{os.getpid()}").touch()
    job()  # type: ignore[operator]


@pytest.mark.parametrize("job", [os.getpid, refuse, kill])
def test_a_process_is_prepared_before_jobs(tmp_path: Path, job: object) -> None:
    with open_processes(1, LIMITS, ()) as executor:
        executor.prepare(prepared, str(tmp_path), job)
        assert executor.result(executor.submit(double, 2)) == 4
        assert len(list(tmp_path.iterdir())) == 1


def test_only_one_process_is_prepared(tmp_path: Path) -> None:
    with open_processes(2, Limits(), ()) as executor:
        for _ in range(2):
            executor.prepare(prepared, str(tmp_path), os.getpid)
        jobs = [executor.submit(time.sleep, 0.2) for _ in range(4)]
        for job in jobs:
            executor.result(job)
        until = time.monotonic() + 60  # one that is slow is still being prepared
        while not list(tmp_path.iterdir()) and time.monotonic() < until:
            time.sleep(0.05)
        assert len(list(tmp_path.iterdir())) == 1


def test_a_pool_has_stopped_before_the_next_one_starts() -> None:
    """It closes pipes until then, whose numbers the pipes of the next one may get."""
    before = {*threading.enumerate()}
    with open_processes(1, LIMITS, ()) as first:
        assert first.result(first.submit(double, 2)) == 4
        of_the_first = {*threading.enumerate()} - before
    assert of_the_first
    with open_processes(1, LIMITS, ()):
        assert not of_the_first & {*threading.enumerate()}


@pytest.mark.parametrize("method", ["submit", "submit_local"])
def test_jobs_run_after_an_idle_process_was_killed(method: str) -> None:
    with open_processes(1, LIMITS, ()) as executor:
        submit = getattr(executor, method)
        for _ in range(3):
            os.kill(executor.result(submit(os.getpid)), signal.SIGKILL)
            waiting = [submit(double, number) for number in range(3)]
            assert [executor.result(one) for one in waiting] == [0, 2, 4]


SCRIPT = """
import sys
from pathlib import Path
from pipeline.workers.pool import Limits, open_processes
with Path(sys.argv[1]).open("a") as file:
    file.write("run ")
if __name__ == "__main__":
    with open_processes(2, Limits(), ()) as executor:
        assert executor.result(executor.submit(len, "four")) == 4
        assert executor.result(executor.submit_local(len, "four")) == 4
"""


def test_the_script_that_opens_an_executor_is_run_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(tmp_path / "runs")]
    environment = {**os.environ, "PYTHONPATH": str(BUNDLED)}
    subprocess.run(command, check=True, timeout=60, env=environment)
    assert (tmp_path / "runs").read_text() == "run "


def test_the_inline_executor_gives_the_same_results() -> None:
    InlineExecutor().prepare(refuse)
    assert InlineExecutor().result(InlineExecutor().submit(double, 4)) == 8
    assert InlineExecutor().result(InlineExecutor().submit_local(double, 4)) == 8
    with pytest.raises(PipelineError):
        InlineExecutor().result(InlineExecutor().submit(refuse))


def test_temporary_files_are_removed_at_the_end() -> None:
    with open_processes(1, LIMITS, ()) as executor:
        folder = Path(executor.result(executor.submit(temporary)))
        assert folder.is_dir()
    assert not folder.exists()


def test_stopping_does_not_wait_for_the_jobs() -> None:
    with suppress(KeyboardInterrupt), open_processes(1, LIMITS, ()) as executor:
        job = executor.submit(time.sleep, 60)
        raise KeyboardInterrupt
    assert not job.done() or job.cancelled()


def test_a_pipeline_error_can_be_pickled() -> None:
    error = PipelineError(Problem(Rule.FONTS, Place("a", 1, 2), "none", "some"))
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 – our own
    assert copy.problems == error.problems


def test_a_broken_pool_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pebble import ProcessPool

    schedule, broken = ProcessPool.schedule, [True, True]

    def fail_first(self: object, *arguments: object, **named: object) -> object:
        if broken and broken.pop():
            raise RuntimeError("Unexpected error within the Pool")
        return schedule(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(ProcessPool, "schedule", fail_first)
    with open_processes(1, LIMITS, ()) as executor:
        assert executor.result(executor.submit(double, 2)) == 4
        broken += [True] * 5
        with pytest.raises(WorkersUnavailable, match="end while they start"):
            executor.result(executor.submit(double, 2))


@pytest.mark.parametrize("method", ["submit", "submit_local"])
def test_a_job_whose_process_the_system_kills_is_tried_again_once(
    executor: Executor, method: str, tmp_path: Path
) -> None:
    submit, tries = getattr(executor, method), tmp_path / "tries"
    assert executor.result(submit(kill_at_first, tries)) == "done"
    assert tries.read_text() == "tried tried "
    lost, other = submit(kill), submit(double, 2)
    with pytest.raises(PipelineError, match=r"\(SIGKILL\) at each of 2 tries") as caught:
        executor.result(lost)
    assert caught.value.problems[0].exit_code is ExitCode.ENVIRONMENT
    assert executor.result(other) == 4
    with pytest.raises(WorkersUnavailable):
        executor.result(submit(kill), retry=False)


def kill_at_first(tries: Path) -> str:
    with tries.open("a") as file:
        file.write("tried ")
    if tries.read_text() == "tried ":
        kill()
    return "done"


@pytest.mark.parametrize("method", ["submit", "submit_local"])
def test_a_process_that_is_killed_while_it_answers_stops_no_job(
    method: str, tmp_path: Path
) -> None:
    """Pebble would wait for the rest of the message, and so would all jobs."""
    with open_processes(1, LIMITS, (), local=1) as executor:
        submit, tries = getattr(executor, method), tmp_path / "tries"
        began = time.monotonic()
        waiting = [submit(answer_by_half_at_first, tries), submit(double, 2)]
        assert [executor.result(one) for one in waiting] == ["done", 4]
        assert time.monotonic() - began < LIMITS.wall_seconds / 2


def answer_by_half_at_first(tries: Path) -> str:
    if not tries.exists():
        tries.touch()
        frame = sys._getframe()
        while "channel" not in frame.f_locals:  # up to that of Pebble, which calls jobs
            assert frame.f_back
            frame = frame.f_back
        answer = frame.f_locals["channel"].writer.fileno()
        os.write(answer, struct.pack("!i", 10**6) + b"half")
        kill()
    return "done"


def test_a_job_does_not_fail_when_its_fork_server_is_killed(tmp_path: Path) -> None:
    with open_processes(1, LIMITS, ()) as executor:
        tries = tmp_path / "tries"
        assert executor.result(executor.submit(kill_server_at_first, tries)) == "done"


def kill_server_at_first(tries: Path) -> str:
    if not tries.exists():
        tries.touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return "done"


@pytest.mark.parametrize("loop", ["task_scheduler_loop", "message_manager_loop"])
def test_a_job_runs_after_a_thread_of_its_pool_has_ended(
    loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory that runs out ends a thread of Pebble; its jobs would wait for ever."""
    with monkeypatch.context() as patch, open_processes(1, LIMITS, ()) as executor:
        patch.setattr(f"pebble.pool.process.{loop}", lambda _: time.sleep(0.5))
        lost = executor.submit(double, 2)
        patch.undo()
        assert executor.result(lost) == 4


UNDER_A_LIMIT = """
import resource, sys
from pipeline.problems import PipelineError
from pipeline.workers.pool import Limits, open_processes
kind, soft, hard = map(int, sys.argv[1:])
resource.setrlimit(kind, (soft, hard))
try:
    with open_processes(1, Limits(), ()) as executor:
        print(executor.result(executor.submit(len, "four")))
except PipelineError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
@pytest.mark.parametrize(
    ("kind", "soft", "hard", "expected"),
    [
        (resource.RLIMIT_NOFILE, 32, 32, "open files is 32; the command needs 68"),
        (resource.RLIMIT_NOFILE, 32, 128, "4"),
        (resource.RLIMIT_AS, 400 << 20, 1 << 30, "409,600; the command needs 786,432"),
    ],
)
def test_a_system_that_allows_too_little_is_a_problem_at_once(
    kind: int, soft: int, hard: int, expected: str
) -> None:
    command = [sys.executable, "-c", UNDER_A_LIMIT, *map(str, (kind, soft, hard))]
    environment = {**os.environ, "PYTHONPATH": str(BUNDLED)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    assert expected in done.stdout


def test_a_job_that_waits_ends_when_the_processes_are_stopped() -> None:
    """Otherwise a worker of a cluster would need 30 s to end."""
    ends: list[type[BaseException]] = []
    with open_processes(1, Limits(), ()) as executor:
        futures = [executor.submit(time.sleep, 60) for _ in range(3)]

        def wait_for_last() -> None:
            try:
                executor.result(futures[-1])
            except BaseException as error:
                ends.append(type(error))

        thread = threading.Thread(target=wait_for_last, daemon=True)
        thread.start()
    thread.join(20)
    assert ends == [CancelledError]
