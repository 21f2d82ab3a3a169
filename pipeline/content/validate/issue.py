"""One thing wrong with a text or a file, before its place is known."""

from dataclasses import dataclass

from pipeline.problems import Place, Problem, Rule


@dataclass(frozen=True)
class Issue:
    """A broken rule, what is wrong, and what to do.

    In a text, `snippet` is what was typed there, at or after `line` (counted from 0).
    """

    rule: Rule
    message: str
    hint: str
    snippet: str = ""
    line: int = 0

    def problem(self, place: Place) -> Problem:
        """Return the problem that this issue is at a place."""
        return Problem(self.rule, place, self.message, self.hint)
