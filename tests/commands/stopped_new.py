"""Run `briefs new` once for each operation on the file system, and stop it just before.

An operation is an audit event of Python with a path in the folder of the project, or a
sync. The modes: a fork is killed or interrupted, or the operation fails; if it fails, only
writes count. Standard output has, for each mode and operation: the exit code and the files
after it, and the same of a second run that is not stopped.
"""

import errno
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from pipeline.commands.new import create_files
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError

Outcome = tuple[int, list[str], int, list[str]]
EVENTS = ("open", "os.mkdir", "os.rename", "os.chmod", "os.listdir", "os.scandir")
NEVER = 1 << 30
WENT_ON = 100  # the exit code of a run that succeeds without the operation


class Operations:
    """Count the operations on the files of a folder; stop at one."""

    def __init__(self, folder: str, mode: str, stop: int) -> None:
        self._folder, self._mode, self._stop = folder, mode, stop
        self.count = 0

    def watch(self) -> None:
        """Begin to count; this cannot be undone in a process."""
        fsync = os.fsync

        def counted_fsync(number: int) -> None:
            self._count()
            fsync(number)

        os.fsync = counted_fsync  # type: ignore[assignment]
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in EVENTS:
            return
        reads = event in ("os.listdir", "os.scandir") or "r" in str(arguments[1:2])
        if reads and self._mode in ("full", "read-only"):
            return
        if any(str(argument).startswith(self._folder) for argument in arguments):
            self._count()

    def _count(self) -> None:
        self.count += 1
        if self.count != self._stop:
            return
        if self._mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise {
            "full": OSError(errno.ENOSPC, "No space left on device"),
            "read-only": OSError(errno.EROFS, "Read-only file system"),
            "interrupt": KeyboardInterrupt(),
        }[self._mode]


def run(root: Path, slug: str, mode: str, stop: int) -> NoReturn:
    """Run the command in this process, and end the process."""
    operations = Operations(str(root.parent), mode, stop)
    operations.watch()
    try:
        create_files(root, slug, InformationDate(2018), None)
    except PipelineError as error:
        os._exit(7 if {p.exit_code for p in error.problems} == {7} else 3)
    except KeyboardInterrupt:
        os._exit(130)
    os._exit(0 if operations.count < stop else WENT_ON)


def run_forked(root: Path, slug: str, mode: str, stop: int) -> int:
    """Run the command in a fork; give its exit code."""
    if (number := os.fork()) == 0:
        try:
            run(root, slug, mode, stop)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def files(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def stopped(source: Path, root: Path, slug: str, mode: str) -> list[Outcome]:
    """Stop the command before each operation, until a run needs no further one."""
    outcomes: list[Outcome] = []
    while not outcomes or outcomes[-1][0] != 0:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(source, root)
        code, after = run_forked(root, slug, mode, len(outcomes) + 1), files(root)
        second_code = run_forked(root, slug, mode, NEVER)
        outcomes.append((code, after, second_code, files(root)))
    return outcomes


if __name__ == "__main__":
    source, work, slug, *modes = sys.argv[1:]
    root = Path(work) / "project"
    outcomes = {mode: stopped(Path(source), root, slug, mode) for mode in modes}
    sys.stdout.write(json.dumps(outcomes))
