"""The fork server is a fork of the command, and behaves as a program of its own."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.project import BUNDLED

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forked only on Linux")

# Prints, for the fork server and the process that tracks semaphores: its number, whether it
# was forked, how often it has the file open that the command opened, and its handling of
# signals.
_SCRIPT = """
import _thread, os, signal, sys, time
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from pipeline.workers.pool import Limits, open_processes

signal.signal(signal.SIGTERM, lambda *_: None)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
__file__ = os.path.realpath(sys.executable)
kept = open(__file__)
if "thread" in sys.argv:
    # As one of a library, which `threading` does not know.
    _thread.start_new_thread(time.sleep, (30,))
with open_processes(1, Limits(), ["json"]) as executor:
    assert executor.result(executor.submit(pow, 2, 5)) == 32
    for process in (
        forkserver._forkserver._forkserver_pid, resource_tracker._resource_tracker._pid
    ):
        proc = Path("/proc", str(process))
        command = Path("/proc/self/cmdline").read_bytes()
        forked = proc.joinpath("cmdline").read_bytes() == command
        files = [os.readlink(file) for file in proc.joinpath("fd").iterdir()]
        lines = proc.joinpath("status").read_text().splitlines()
        status = dict(line.split(":\\t") for line in lines)
        masks = status["SigIgn"], status["SigCgt"]
        print(process, forked, files.count(__file__), *masks, flush=True)
    if "wait" in sys.argv:
        time.sleep(30)
"""


def _start(*arguments: str) -> tuple[subprocess.Popen[str], list[list[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, *arguments],
        env={**os.environ, "PYTHONPATH": str(BUNDLED)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    lines = [process.stdout.readline().split() for _ in range(2)]
    return process, lines


def _end(process: subprocess.Popen[str]) -> None:
    with process:
        process.kill()


def test_server_and_tracker_are_forked_with_no_file_of_the_command() -> None:
    process, lines = _start("wait")
    _end(process)

    assert [line[1] for line in lines] == ["True", "True"]
    assert [line[2] for line in lines] == ["0", "0"]


def test_signals_are_handled_as_in_a_new_program() -> None:
    process, ((_, _, _, ignored, caught), _) = _start("wait")
    _end(process)

    def has(mask: str, number: int) -> bool:
        return bool(int(mask, 16) >> (number - 1) & 1)

    assert has(ignored, signal.SIGHUP)  # as `nohup` wants it
    assert not has(ignored, signal.SIGTERM)
    assert not has(caught, signal.SIGTERM)


_EXCEED = """
import os, sys
from multiprocessing import forkserver
from pathlib import Path
from pipeline.problems import JobFailed
from pipeline.workers.pool import Limits, open_processes

with open_processes(1, Limits(memory_mib=512, cpu_seconds=1), ["json"]) as executor:
    for function, *arguments in (bytearray, 1 << 30), (pow, 3, 10**9):
        try:
            executor.result(executor.submit(function, *arguments))
        except JobFailed as error:
            print(error)
    server = Path("/proc", str(forkserver._forkserver._forkserver_pid), "cmdline")
    print(server.read_bytes() == Path("/proc/self/cmdline").read_bytes())
"""


def test_its_processes_have_the_limits_of_a_job() -> None:
    environment = {**os.environ, "PYTHONPATH": str(BUNDLED)}
    command = [sys.executable, "-c", _EXCEED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "it needed more than 512 MiB of memory",
        "it took more than 1 seconds of processor time",
        "True",
    ], done.stderr


def test_a_process_with_threads_is_not_forked() -> None:
    process, lines = _start("wait", "thread")
    _end(process)

    assert [line[1] for line in lines] == ["False", "False"]


def test_both_end_when_the_command_is_killed() -> None:
    process, lines = _start("wait")
    numbers = [int(line[0]) for line in lines]
    assert all(Path("/proc", str(number)).exists() for number in numbers)

    _end(process)

    until = time.monotonic() + 30
    while any(map(_is_alive, numbers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(_is_alive, numbers))


def _is_alive(number: int) -> bool:
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{number}/stat").read_text()
    return False


# What a server or a notebook does, which has threads: it opens processes with
# `can_fork=False`.
_SERVER = """
import multiprocessing, os, sys
from threading import Event, Thread
from pipeline.workers import forking
from pipeline.workers.pool import Limits, open_processes

def power():
    with open_processes(1, Limits(), ["json"], can_fork=False) as executor:
        return executor.result(executor.submit(pow, 2, 5))
"""


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _SERVER + code],
        env={**os.environ, "PYTHONPATH": str(BUNDLED)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_program_with_threads_keeps_its_stderr() -> None:
    """Other threads may be writing to it."""
    code = (
        "replaced = []; os.dup2 = lambda *a: replaced.append(a)\nprint(power(), replaced)"
    )
    assert _run(code) == "32 []\n"


def test_a_fork_of_a_program_that_has_a_fork_server_starts_its_own() -> None:
    code = """
print(power(), flush=True)
context = multiprocessing.get_context("fork")
child = context.Process(target=lambda: print(power(), flush=True))
child.start()
child.join()
print(child.exitcode)
"""
    assert _run(code) == "32\n32\n0\n"


def test_threads_that_start_processes_restore_stderr_and_script() -> None:
    code = """
main = sys.modules["__main__"]
main.__file__ = "script.py"
before = os.fstat(2)

def begin():
    with forking.silent_children():
        is_inside.set()
        may_leave.wait(0.5)

def begin_meanwhile():
    is_inside.wait()
    with forking.silent_children():
        may_leave.set()
        first.join()

is_inside, may_leave = Event(), Event()
first, second = Thread(target=begin), Thread(target=begin_meanwhile)
for each in first, second: each.start()
for each in first, second: each.join()
print(os.path.samestat(before, os.fstat(2)), main.__file__)
"""
    assert _run(code) == "True script.py\n"
