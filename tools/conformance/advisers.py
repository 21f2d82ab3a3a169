"""Run two further validators, whose findings are advice: page-validation and outloud.

page-validation is an independent engine for the rules that veraPDF checks; outloud adds
rules about meaning (a file name as alternative text) and guesses. disagreements.py explains
where they disagree with veraPDF.

    python advisers.py FILE...      what the tests start in the environment of the tools

prints one line of JSON per file: the findings of each adviser, by rule.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ADVISERS = ("page", "outloud")

# Of one file: adviser -> rule -> an example of what it says.
Advice = dict[str, dict[str, str]]


def ask(paths: Iterable[Path]) -> dict[Path, Advice]:
    """Check files, in a process of the environment of the tools."""
    from tools.conformance import environment

    files = list(paths)
    done = subprocess.run(
        [environment.PYTHON, __file__, *files],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return dict(zip(files, map(json.loads, done.stdout.splitlines()), strict=True))


def advise(path: str) -> Advice:
    """Check one file; needs the environment of the tools."""
    return {"page": _ask_page(path), "outloud": _ask_outloud(path)}


def _ask_page(path: str) -> dict[str, str]:
    import page

    found: dict[str, str] = {}
    for profile in ("ua1", "3a"):
        try:
            failures: list[Any] = page.validate_pdf(path, profile=profile).failures
        except page.PageError as error:
            found[f"{profile} unreadable"] = str(error)
            continue
        for failure in failures:
            found.setdefault(f"{profile} {failure.rule_id}", failure.message)
    return found


def _ask_outloud(path: str) -> dict[str, str]:
    import outloud

    result = outloud.check(path)
    found = {"unreadable": result.error} if result.error else {}
    for finding in result.sorted_findings():
        if finding.severity in ("error", "warning"):
            found.setdefault(finding.rule, finding.message)
    return found


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(json.dumps(advise(name)) + "\n")
