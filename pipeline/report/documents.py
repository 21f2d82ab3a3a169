"""Turn lists of documents, and of packs, into text and JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.problems import Problem
from pipeline.report.escape import json_text
from pipeline.report.problems import JSON_FORMAT, count, problem_counts, problem_json
from pipeline.targets import Document, Pack

if TYPE_CHECKING:
    pass


def document_json(document: Document) -> dict[str, object]:
    """Give a document the shape that programs read."""
    return {
        "file": f"build/{document.name}",
        "brief": document.slug,
        "information_date": str(document.information_date),
        "language": document.language,
        "profile": document.profile,
        "state": document.state,
        "reason": document.reason,
        "pages": document.pages,
    }


def report_json(
    problems: Iterable[Problem], documents: Iterable[Document] = (), exit_code: int = 0
) -> str:
    """Write a whole report as JSON, for `--json`."""
    shape = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(p) for p in problems],
        "documents": [document_json(d) for d in documents],
    }
    return json_text(shape)


def pack_json(pack: Pack) -> dict[str, object]:
    """Give a pack the shape that programs read."""
    return {
        "file": f"build/{pack.name}",
        "session": pack.number,
        "language": pack.language,
        "profile": pack.profile,
        "state": pack.state,
        "pages": pack.pages,
    }


def packs_json(problems: Iterable[Problem], packs: Iterable[Pack], exit_code: int) -> str:
    """Write the report on the packs of a session as JSON."""
    shape = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(p) for p in problems],
        "packs": [pack_json(pack) for pack in packs],
    }
    return json_text(shape)


def closing_line(
    documents: Sequence[Document | Pack],
    problems: Sequence[Problem],
    seconds: float,
    thing: str = "document",
) -> str:
    """Count what was done: "6 briefs: 4 made, 2 up to date; 14 pages; 1 warning; 2.1 s"."""
    states = Counter(d.state for d in documents)
    words = {
        "made": "made",
        "restored": "from the cache",
        "kept": "up to date",
        "stale": "stale",
        "rejected": "rejected (see build/rejected)",
        "blocked": "not made",
    }
    done = ", ".join(f"{states[s]} {word}" for s, word in words.items() if states[s])
    pages = sum(d.pages for d in documents)
    parts = [f"{count(len(documents), thing)}: {done}" if documents else f"no {thing}"]
    parts += [count(pages, "page")] if pages else []
    return "; ".join([*parts, *problem_counts(problems), f"{seconds:.1f} s"])
