"""Write problems as SARIF 2.1.0 (OASIS), which code hosts show beside the changed lines."""

from collections.abc import Iterable
from urllib.parse import quote

from pipeline import __version__
from pipeline.problems import Problem, Severity
from pipeline.report.escape import escape_controls, json_text

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Iterable[Problem], *, strict: bool = False) -> str:
    """Write a log of one run: its rules, and a result for each problem."""
    listed = list(problems)
    rules = sorted({problem.rule.id for problem in listed})
    driver = {
        "name": "briefs",
        "semanticVersion": __version__,
        "rules": [{"id": rule} for rule in rules],
    }
    results = [_result(problem, rules.index(problem.rule.id), strict) for problem in listed]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(problem: Problem, rule_index: int, strict: bool) -> dict[str, object]:
    place = problem.place
    is_error = strict or problem.severity is Severity.ERROR
    message = f"{place.cell}: {problem.message}" if place.cell else problem.message
    address = {"uri": quote(place.file), "uriBaseId": "%SRCROOT%"}
    location: dict[str, object] = {"artifactLocation": address}
    if place.line:
        region = {"startLine": place.line, "startColumn": max(place.column, 1)}
        location["region"] = region
    return {
        "ruleId": problem.rule.id,
        "ruleIndex": rule_index,
        "level": "error" if is_error else "warning",
        "message": {"text": escape_controls(f"{message}. Hint: {problem.hint}")},
        "locations": [{"physicalLocation": location}],
    }
