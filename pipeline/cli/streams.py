"""Write to stdout and stderr, also when they are closed, full, or nobody reads them.

What is said on stderr is said in passing: a run whose words are lost does its work, and
leaves with the code that it would have left with. What is asked for on stdout is the
product: when it cannot be written, the run says so and leaves with 7. A reader who has
had enough, such as `head -1`, has what it wanted.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from pipeline.problems import ExitCode


class _UnwrittenError(Exception):
    """What a command was asked for could not be written."""


class _Stream:
    """A stream that goes quiet when it fails; with `must_write` it says so first."""

    def __init__(self, stream: TextIO, *, must_write: bool) -> None:
        self._stream = stream
        self._must_write = must_write

    def write(self, text: str) -> int:
        if text == "":
            return 0  # Click tries a stream so, and would take the error for its own
        try:
            return self._stream.write(text)
        except OSError as error:
            self._go_quiet(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._go_quiet(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _go_quiet(self, error: OSError) -> None:
        # What is still in its buffer is written at the end; there it must not fail again.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        if self._must_write and not isinstance(error, BrokenPipeError):
            raise _UnwrittenError((error.strerror or str(error)).lower()) from error


@contextmanager
def tolerate_closed_streams() -> Iterator[None]:
    """Let a whole command write to streams that may fail."""
    _open_closed()
    heard = sys.stdout, sys.stderr
    sys.stdout = _Stream(sys.stdout, must_write=True)
    sys.stderr = _Stream(sys.stderr, must_write=False)
    try:
        yield
    except _UnwrittenError as error:
        said = "see whether its disk is full, then do it again"
        sys.stderr.write(f"stdout: the output cannot be written: {error}\n  hint: {said}\n")
        sys.exit(ExitCode.ENVIRONMENT)
    finally:
        sys.stdout, sys.stderr = heard


def _open_closed() -> None:
    """Open what was closed, or the next file opened would get its number, and its words."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115 – to the end
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115 – to the end
