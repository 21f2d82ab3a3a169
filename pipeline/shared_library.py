"""Load shared libraries of the system by name, without running a program."""

import ctypes
from contextlib import suppress
from functools import cache

from pipeline.problems import PipelineError, Place, Problem, Rule


@cache
def load_library(stem: str, version: int) -> ctypes.CDLL:
    """Load a library by its name on Linux, macOS or Windows; PipelineError if missing.

    ctypes never unloads a library. WeasyPrint's own handles are closed when Python exits,
    and unloading a library while a Pango thread runs in it crashes.
    """
    names = (f"{stem}.so.{version}", f"{stem}.{version}.dylib", f"{stem}-{version}.dll")
    for name in names:
        with suppress(OSError):
            return ctypes.CDLL(name)
    raise PipelineError(missing_library_problem(stem))


def missing_library_problem(name: str) -> Problem:
    """Report that a library, or one that it needs, is not installed."""
    return Problem(
        Rule.SYSTEM_LIBRARY,
        Place("WeasyPrint"),
        f"a system library is missing: {name}",
        "Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
        "libharfbuzz-subset0; Fedora: dnf install pango; macOS: brew install pango",
    )
