"""Notice workers at which nothing ends: alive, and of no use.

A process there may be stopped, or the server that starts them: then limits are not kept,
and whoever waits for a job waits for ever. A job ends within its limit, so of the jobs of
a worker one must end within that time.
"""

from collections.abc import Collection, Mapping


class Standstill:
    """Remembers the jobs of each worker, and since when none of them has ended."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._jobs: dict[str, tuple[float, frozenset[str]]] = {}

    def look(self, jobs: Mapping[str, Collection[str]], now: float) -> list[str]:
        """Name the workers at which no job ended for too many seconds."""
        before, self._jobs = self._jobs, {}
        for worker, names in jobs.items():
            since, known = before.get(worker, (now, frozenset()))
            is_still = bool(known) and known.issubset(names)
            self._jobs[worker] = (since if is_still else now, frozenset(names))
        return [w for w, (since, _) in self._jobs.items() if now - since > self._most]
