"""Turn the targets of a build into text and JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.problems import Problem
from pipeline.report.escape import json_text
from pipeline.report.problems import JSON_FORMAT, count, problem_counts, problem_json
from pipeline.targets import Document, Pack, State, Target

# The order and the words of the summary.
_COUNTED = {
    State.BUILT: "built",
    State.CACHED: "from the cache",
    State.UP_TO_DATE: "up to date",
    State.STALE: "stale",
    State.REJECTED: "rejected (see build/rejected)",
    State.BLOCKED: "blocked",
}


def report_json(
    problems: Iterable[Problem], targets: Iterable[Target] = (), exit_code: int = 0
) -> str:
    """Write the report on documents as JSON, for `--json`."""
    return _report("documents", problems, targets, exit_code)


def packs_json(problems: Iterable[Problem], packs: Iterable[Target], exit_code: int) -> str:
    """Write the report on the packs of a session as JSON."""
    return _report("packs", problems, packs, exit_code)


def _report(
    name: str, problems: Iterable[Problem], targets: Iterable[Target], exit_code: int
) -> str:
    shape = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(problem) for problem in problems],
        name: [_target_json(target) for target in targets],
    }
    return json_text(shape)


def _target_json(target: Target) -> dict[str, object]:
    shape: dict[str, object] = {"file": f"build/{target.name}"}
    if isinstance(target, Document):
        shape["brief"] = target.slug
        shape["information_date"] = str(target.information_date)
    if isinstance(target, Pack):
        shape["session"] = target.number
    if isinstance(target, Document | Pack):
        shape["language"] = target.language
    return shape | {
        "profile": target.profile,
        "state": target.state,
        "reason": target.reason,
        "pages": target.pages,
    }


def summary(
    targets: Sequence[Target],
    problems: Sequence[Problem],
    seconds: float,
    thing: str = "document",
) -> str:
    """Sum a build up: "6 documents: 4 built, 2 up to date; 14 pages; 1 warning; 2.1 s"."""
    states = Counter(target.state for target in targets)
    done = ", ".join(f"{states[s]} {words}" for s, words in _COUNTED.items() if states[s])
    pages = sum(target.pages for target in targets)
    parts = [f"{count(len(targets), thing)}: {done}" if targets else f"no {thing}"]
    parts += [count(pages, "page")] if pages else []
    return "; ".join([*parts, *problem_counts(problems), f"{seconds:.1f} s"])
