"""Jobs that a worker of a cluster runs in a test; it imports them by name."""

import os
import signal
import sys
import time
from pathlib import Path

from pipeline.workers.received_files import ReceivedFiles


class FileSource:
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


def has_imported(files: ReceivedFiles, text: str) -> list[str]:
    """Return the names of modules in a text that this process has imported."""
    return [name for name in text.split() if name in sys.modules]


def use_memory(files: ReceivedFiles, text: str) -> int:
    return len(bytearray(1 << 31))


def end_worker(files: ReceivedFiles, text: str) -> None:
    """End the worker that this process belongs to: the parent of its fork server."""
    stat = Path(f"/proc/{os.getppid()}/stat").read_text()
    os.kill(int(stat.rpartition(")")[2].split()[1]), signal.SIGKILL)
    time.sleep(1)  # nothing is returned while the worker ends
