"""Turn the targets of a build, and the list of editions, into text and JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.problems import Problem
from pipeline.report.escape import json_text
from pipeline.report.problems import JSON_FORMAT, count, envelope_json, problem_counts
from pipeline.targets import Document, Pack, State, Target

if TYPE_CHECKING:
    from pipeline.commands.check_pages import MeasuredDocument
    from pipeline.commands.list import ListedEdition

# The words of the summary, in order.
_STATES = {
    State.BUILT: "built",
    State.CACHED: "from the cache",
    State.PUBLISHED: "as published",
    State.UP_TO_DATE: "up to date",
    State.STALE: "stale",
    State.REJECTED: "rejected (see build/rejected)",
    State.BLOCKED: "blocked",
}


def report_json(
    problems: Iterable[Problem],
    targets: Iterable[Target] = (),
    exit_code: int = 0,
    name: str = "documents",
) -> str:
    """Write a report on targets as JSON; `name` is the key of their list."""
    return envelope_json(problems, exit_code, {name: [*map(_target_json, targets)]})


def pages_json(
    problems: Iterable[Problem], measured: "Iterable[MeasuredDocument]", exit_code: int
) -> str:
    """Write a report on a check as JSON, with the documents whose pages were measured."""
    documents = [
        {
            "brief": document.brief,
            "information_date": document.information_date,
            "language": document.language,
            "profile": document.profile,
            "pages": len(document.fill.pages),
            "fill": document.fill.score(),
        }
        for document in measured
    ]
    return envelope_json(problems, exit_code, {"documents": documents})


def _target_json(target: Target) -> dict[str, object]:
    values: dict[str, object] = {"file": f"build/{target.name}"}
    if isinstance(target, Document):
        values["brief"] = target.slug
        values["information_date"] = str(target.information_date)
    if isinstance(target, Pack):
        values["session"] = target.session
    if isinstance(target, Document | Pack):
        values["language"] = target.language
    values |= {
        "profile": target.profile,
        "state": target.state,
        "reason": target.reason,
        "pages": target.pages,
    }
    return values | ({"fill": dict(target.fill)} if target.fill else {})


def summary(
    targets: Sequence[Target],
    problems: Sequence[Problem],
    seconds: float | None,
    noun: str = "document",
) -> str:
    """Sum up a build: "6 documents: 4 built, 2 up to date; 14 pages; 1 warning; 2.1 s".

    The time is left out if it is None.
    """
    states = Counter(target.state for target in targets)
    counts = ", ".join(f"{states[s]} {words}" for s, words in _STATES.items() if states[s])
    pages = sum(target.pages for target in targets)
    parts = [f"{count(len(targets), noun)}: {counts}" if targets else f"no {noun}"]
    parts += [count(pages, "page")] if pages else []
    parts += problem_counts(problems)
    parts += [] if seconds is None else [f"{seconds:.1f} s"]
    return "; ".join(parts)


def editions_text(editions: "Sequence[ListedEdition]") -> str:
    """List editions, one in a line: slug, date, state, whether it is current, PDFs."""
    width = max((len(edition.slug) for edition in editions), default=0)
    return "\n".join(
        f"{edition.slug:<{width}}  {edition.information_date!s:<10}  "
        f"{edition.state:<9}  {'current' if edition.is_current else '-':<7}  "
        + " ".join(_language_state(edition, language) for language in edition.states)
        + _corrections(edition)
        for edition in editions
    )


def _language_state(edition: "ListedEdition", language: str) -> str:
    """Return the state of the PDF of a language, and how many of its texts are outdated."""
    outdated_count = edition.outdated.get(language)
    outdated = f" ({outdated_count} outdated)" if outdated_count else ""
    return f"{language}:{edition.states[language]}{outdated}"


def _corrections(edition: "ListedEdition") -> str:
    """Name the newest correction, and whether it is published."""
    if not edition.corrections:
        return ""
    unpublished = ", not published" if edition.has_unpublished_correction else ""
    return f"  Corr. {edition.corrections}{unpublished}"


def editions_json(editions: "Iterable[ListedEdition]") -> str:
    """Write a list of editions as JSON."""
    listed = [
        {
            "brief": edition.slug,
            "information_date": str(edition.information_date),
            "state": edition.state,
            "corrections": edition.corrections,
            "current": edition.is_current,
            "languages": dict(edition.states),
            "outdated": dict(edition.outdated),
        }
        for edition in editions
    ]
    return json_text({"format": JSON_FORMAT, "editions": listed})
