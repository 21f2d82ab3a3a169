"""Jobs that a worker of a cluster runs in a test; it imports them by name."""

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import click

from pipeline.project import Project
from pipeline.toolchain import worker_setup
from pipeline.workers import dask
from pipeline.workers.dask import ReceivedFiles, run_worker
from pipeline.workers.pool import Limits


class Source:
    """Files for jobs: a shared one, some that a job names, and others."""

    def names(self) -> list[str]:
        return ["shared"]

    def names_in(self, text: str) -> list[str]:
        return [word for word in text.split() if word.startswith("own-")]

    def serve(self, name: str) -> bytes | None:
        return None if name == "nothing" else f"the file {name}".encode()


def read(files: ReceivedFiles, text: str) -> dict[str, bytes | None]:
    """Return the files that a text names."""
    return {name: files.serve(name) for name in text.split()}


def sleep(files: ReceivedFiles, text: str) -> str:
    time.sleep(float(text))
    return text


def use_memory(files: ReceivedFiles, text: str) -> int:
    return len(bytearray(1 << 31))


def end_worker(files: ReceivedFiles, text: str) -> None:
    """End the worker that this process belongs to: the parent of its fork server."""
    stat = Path(f"/proc/{os.getppid()}/stat").read_text()
    os.kill(int(stat.rpartition(")")[2].split()[1]), signal.SIGKILL)
    time.sleep(1)  # nothing is returned while the worker ends


if __name__ == "__main__":
    # A worker whose jobs may use little: ADDRESS ROOT CPU_SECONDS WALL_SECONDS.
    dask._KILL_DELAY = 1
    setup = worker_setup(Project(Path(sys.argv[2])), None)
    setup = replace(setup, limits=Limits(700, *map(int, sys.argv[3:])))
    run_worker(sys.argv[1], setup, 1, lambda own: click.echo("is ready", err=True))
