"""Jobs that a worker of a cluster runs in a test; it imports them by their name."""

import os
import signal
import sys
import time
from pathlib import Path

from pipeline.workers.dask_worker import Received
from pipeline.workers.pool import Limits
from pipeline.workers.remote import work_elsewhere


class Source:
    """Files for jobs: one that all share, one that a job names, and a hidden one."""

    def names(self) -> list[str]:
        return ["shared"]

    def names_in(self, text: str) -> list[str]:
        return [word for word in text.split() if word.startswith("own-")]

    def serve(self, name: str) -> bytes | None:
        return None if name == "nothing" else f"the file {name}".encode()


def read(files: Received, text: str) -> dict[str, bytes | None]:
    """Give the files that a text names."""
    return {name: files.serve(name) for name in text.split()}


def nap(files: Received, text: str) -> str:
    time.sleep(float(text))
    return text


def eat_memory(files: Received, text: str) -> int:
    return len(bytearray(1 << 31))


def end_worker(files: Received, text: str) -> None:
    """End the worker that this process belongs to: the parent of its server."""
    time.sleep(0.5)  # so that there is a time between two of them
    os.kill(_parent(os.getppid()), signal.SIGKILL)
    time.sleep(60)


def _parent(process: int) -> int:
    stat = Path(f"/proc/{process}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


if __name__ == "__main__":
    # A worker that allows little: ADDRESS ROOT.
    work_elsewhere(Path(sys.argv[2]), sys.argv[1], 1, limits=Limits(700, 3, 20))
