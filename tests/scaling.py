"""Measure how the work of a function grows with its input.

Quadratic work cannot be seen in counted calls when it is inside a C function, so this is
processor time; it does not contain the time of other processes. 16 times the input is 16
times the time when the work is linear and 256 times when it is quadratic; the limit is
four times away from both.
"""

import gc
import time
from collections.abc import Callable
from typing import Any

GROWTH = 16
LIMIT = 64


def assert_linear(run: Callable[[Any], object], small: Any, large: Any) -> None:
    """Fail if `large`, GROWTH times as much as `small`, takes LIMIT times as long."""
    run(small)  # imports and caches
    shortest = min(_seconds(run, small) for _ in range(3))
    assert _seconds(run, large) < LIMIT * shortest


def _seconds(run: Callable[[Any], object], value: Any) -> float:
    """Return the processor time of one call, without that of collecting garbage.

    How often Python collects depends on what was made before.
    """
    gc.disable()
    began = time.process_time()
    run(value)
    seconds = time.process_time() - began
    gc.enable()
    return seconds
