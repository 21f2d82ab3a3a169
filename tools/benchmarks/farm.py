"""Measure the processor time of each part of a cluster on this machine.

    python -m tools.benchmarks.farm ROOT WORKERS

builds the project at ROOT with WORKERS workers of one process each, and prints the seconds
of the command, the scheduler and the workers, to estimate the time with more machines.
"""

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tools.benchmarks.corpus import slug_of

_CHILD_SUBREAPER = 36
ROOT = Path(__file__).resolve().parents[2]
BRIEFS = [sys.executable, "-m", "pipeline"]


@dataclass(frozen=True)
class Farm:
    """A cluster on this machine: address, scheduler and workers (process ids)."""

    address: str
    scheduler: int
    workers: tuple[int, ...]

    def seconds(self) -> tuple[float, float]:
        """Return the processor time of the scheduler, and of all workers."""
        return _seconds(self.scheduler), sum(map(_seconds, self.workers))


def _seconds(pid: int) -> float:
    parent = psutil.Process(pid)
    times = [p.cpu_times() for p in (parent, *parent.children(recursive=True))]
    return float(
        sum(t.user + t.system + t.children_user + t.children_system for t in times)
    )


@contextmanager
def open_farm(number: int) -> Iterator[Farm]:
    """Start a scheduler and workers with one process each."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes: list[subprocess.Popen[bytes]] = []

    def start(*command: str | Path) -> subprocess.Popen[bytes]:
        arguments = [sys.executable, "-m", *map(str, command)]
        devnull = subprocess.DEVNULL
        process = subprocess.Popen(
            arguments, env=environment, stdout=devnull, stderr=devnull
        )
        processes.append(process)
        return process

    with TemporaryDirectory(prefix="briefs-farm-") as folder:
        file = Path(folder) / "scheduler.json"
        loopback = (
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--dashboard-address",
            "127.0.0.1:0",
        )
        scheduler = start("dask", "scheduler", *loopback, "--scheduler-file", file)
        try:
            while not file.is_file() or '"address"' not in (text := file.read_text()):
                time.sleep(0.05)
            address = text.partition('"address": "')[2].partition('"')[0]
            work = ("pipeline", "worker", address, "--jobs", "1")
            workers = tuple(start(*work).pid for _ in range(number))
            time.sleep(3)
            yield Farm(address, scheduler.pid, workers)
        finally:
            for process in reversed(processes):
                process.terminate()
            for process in processes:
                process.wait(30)


def build(farm: Farm, root: Path, *options: str) -> tuple[float, int]:
    """Build a project with the farm.

    Returns the processor seconds of the command itself, and the most memory it used (MiB).
    """
    command = [*BRIEFS, "build", "--quiet", "--cluster", farm.address, *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    devnull = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=root, env=environment, stderr=devnull)
    command_seconds, max_mib = 0.0, 0
    with suppress(psutil.NoSuchProcess):
        while process.poll() is None:
            measured = psutil.Process(process.pid)
            times = measured.cpu_times()
            command_seconds = times.user + times.system
            max_mib = max(max_mib, measured.memory_info().rss >> 20)
            time.sleep(0.1)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return command_seconds, max_mib


def main(root: Path, number: int) -> None:
    """Build one brief to warm up the workers; then build all briefs and measure."""
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1)
    with open_farm(number) as farm:
        build(farm, root, slug_of(0))
        shutil.rmtree(root / "build")
        before, children_before = farm.seconds(), _children_seconds()
        started = time.perf_counter()
        command_seconds, _ = build(farm, root, "--jobs", "1")
        elapsed = time.perf_counter() - started
        time.sleep(1)  # orphaned processes, which are now children of this one, end
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        local = _children_seconds() - children_before
        after = farm.seconds()
    documents = len(list((root / "build").glob("*/*.pdf")))
    scheduler, workers = (a - b for a, b in zip(after, before, strict=True))
    print(  # noqa: T201 – its report
        f"{documents} documents, {number} workers: {elapsed:.1f} s; of processors: "
        f"local {local:.1f} s (the command itself {command_seconds:.1f} s), "
        f"scheduler {scheduler:.1f} s, workers {workers:.1f} s"
    )


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
