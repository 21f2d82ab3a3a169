"""Prepare the process that runs a command: signals, garbage collection, plug-ins."""

import atexit
import gc
import os
import signal
import sys
from threading import Timer
from typing import Any

# The exit code that shells use for a program ended by Ctrl-C.
INTERRUPTED = 130


def prepare_process() -> None:
    """Set what a short run needs, and raise KeyboardInterrupt on each termination signal.

    Finished files are then recorded.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        # `nohup` ignores SIGHUP, and this must stay so.
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    # Plug-ins of pydantic that are installed on the machine must not change what is valid.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # Imports and content stay in memory; collecting garbage took an eighth of a cold build.
    gc.set_threshold(100_000)
    # No collection at exit: the system frees the memory.
    atexit.register(gc.freeze)


def _interrupt(number: int, frame: Any) -> None:
    # A failing destructor then prints nothing; an interrupt that it swallows is repeated.
    again = (os.getpid(), number)
    sys.unraisablehook = lambda e: (
        Timer(0.01, os.kill, again).start() if e.exc_type is KeyboardInterrupt else None
    )
    signal.default_int_handler(number, frame)
