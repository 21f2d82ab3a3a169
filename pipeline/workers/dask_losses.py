"""Say when a job has lost so many workers that it is given up.

Workers that are started again together take a job with them several times: it is moved to
one that is about to go. That says nothing of the job, so it counts once.
"""

from collections.abc import Iterable
from itertools import pairwise

# Losses that count before a job is given up, and at most so many of any kind: a document
# that ends whoever has it must not go through all workers.
_LOSSES = 2
MOST_LOSSES = 8
# Seconds within which workers go together.
_TOGETHER = 5


def is_given_up(losses: Iterable[float]) -> bool:
    """Whether a job that lost workers at these moments, in seconds, is given up."""
    moments = sorted(losses)
    apart = sum(1 for before, after in pairwise(moments) if after - before > _TOGETHER)
    return bool(moments) and (apart + 1 >= _LOSSES or len(moments) >= MOST_LOSSES)
