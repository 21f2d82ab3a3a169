"""Prepare the process of a command: signals, threads, garbage collection, plug-ins."""

import atexit
import gc
import os
import signal
import sys
import threading
from typing import Any

from pipeline.system_errors import require_memory, system_problem

# The exit code that shells use for a program ended by Ctrl-C.
INTERRUPTED = 130
# Seconds after which an interrupt that a destructor caught is raised again, and after which
# an interrupted command exits without saving. Saving the records of 50,000 documents takes
# 5 s.
_REPEAT_AFTER, _EXIT_AFTER = 0.01, 60
# Address space for the imports of a command; with less, pydantic crashes by a signal.
_MIN_MEMORY_MIB = 128
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_received_signals: list[int] = []


def prepare_process() -> None:
    """Treat a signal to terminate as Ctrl-C, and configure Python for a short run.

    Raises PipelineError if there is too little memory for any command.
    """
    require_memory(_MIN_MEMORY_MIB)
    _treat_termination_as_interrupt(os.getpid())
    threading.excepthook = _print_bugs_of_threads
    # Plug-ins of pydantic that are installed on the machine must not change what is valid.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # Imports and content stay in memory; collecting garbage took an eighth of a full build.
    gc.set_threshold(100_000)
    # No collection at exit: the system frees the memory.
    atexit.register(gc.freeze)


def _treat_termination_as_interrupt(pid: int) -> None:
    """Raise KeyboardInterrupt at the first signal, so that finished files are recorded.

    Later signals are ignored, because the command is already ending.
    """
    numbers = [getattr(signal, name) for name in _SIGNALS]
    # `nohup` ignores SIGHUP, and this must stay so.
    numbers = [n for n in numbers if signal.getsignal(n) is not signal.SIG_IGN]

    def interrupt(number: int, frame: Any) -> None:
        if os.getpid() != pid:  # a fork that has not set its own handlers yet
            os._exit(INTERRUPTED)
        _received_signals.append(number)
        for later_number in numbers:
            signal.signal(later_number, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, lambda *_: os._exit(INTERRUPTED))
        signal.setitimer(signal.ITIMER_REAL, _EXIT_AFTER)
        sys.unraisablehook = _repeat_interrupt
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, interrupt)


def was_interrupted() -> bool:
    """Whether a termination signal was received: any exception may then result from it."""
    return bool(_received_signals)


def end_interrupted() -> int:
    """Return the exit code of an interrupted command, and let Python exit with it."""
    # After an interrupt in `exec`, as dataclasses call it, Python would end itself by
    # SIGINT, although the interrupt was caught; the next `exec` clears this.
    exec("")  # noqa: S102 – a constant
    return INTERRUPTED


def _repeat_interrupt(unraisable: Any) -> None:
    """Raise an interrupt again that a destructor has caught; print nothing."""
    if unraisable.exc_type is KeyboardInterrupt:
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, _REPEAT_AFTER)


def _print_bugs_of_threads(arguments: threading.ExceptHookArgs) -> None:
    """Print the traceback of a thread, unless the operating system caused the error.

    The main thread waits for the thread's work, and reports errors of the operating system.
    """
    if not (arguments.exc_value and system_problem(arguments.exc_value)):
        threading.__excepthook__(arguments)
