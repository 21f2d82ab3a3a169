"""Turn problems into text for people, JSON for programs, and annotations for GitHub.

Text is readable without colour: `file:line:column: message`, then `hint:`. On a terminal
the line itself follows, with a caret under the place. The JSON has a version of its own
(`format`), described in docs/reference/problems.md.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.build import Verified
from pipeline.errors import Problem, Severity
from pipeline.order import Document, Pack

if TYPE_CHECKING:
    from pipeline.paper.drawn import Inks
    from pipeline.paper.preflight import Preflight

JSON_FORMAT = 1
_MAX_LINE = 100
_INKS = ("cyan", "magenta", "yellow", "black")


def problem_text(problem: Problem, *, strict: bool = False) -> str:
    """Say a problem in one line, and its hint in a second."""
    warning = problem.severity is Severity.WARNING and not strict
    label = "warning: " if warning else ""
    text = f"{problem.place}: {label}{problem.message}"
    return f"{text}\n  hint: {problem.hint}" if problem.hint else text


def excerpt(problem: Problem, source: str) -> str:
    """Show the line of a file with a caret under the problem's place; "" if unknown.

    Columns count characters, a terminal counts cells: Chinese letters are two cells wide,
    combining marks none.
    """
    from wcwidth import wcswidth

    place = problem.place
    lines = source.split("\n")
    if not 0 < place.line <= len(lines):
        return ""
    line = lines[place.line - 1].replace("\t", " ")
    start = max(0, place.column - 1 - _MAX_LINE // 2) if len(line) > _MAX_LINE else 0
    shown = line[start : start + _MAX_LINE]
    cells = max(wcswidth(shown[: place.column - 1 - start]), 0)
    margin = f"{place.line:>5} | "
    return f"{margin}{shown}\n{' ' * (len(margin) - 2)}| {' ' * cells}^"


def annotation(problem: Problem, *, strict: bool = False) -> str:
    """Write a problem as a workflow command of GitHub Actions."""
    level = "error" if strict else problem.severity.value
    place = problem.place
    where = f"file={_property(place.file)}"
    if place.line:
        where += f",line={place.line},col={place.column}"
    text = f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message
    return f"::{level} {where},title={problem.rule.id}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def problem_json(problem: Problem) -> dict[str, object]:
    """Give a problem the shape that programs read."""
    return {
        "rule": problem.rule.id,
        "severity": problem.severity.value,
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "message": problem.message,
        "hint": problem.hint,
    }


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
    return json.dumps(shape, ensure_ascii=False, indent=1)


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
    return json.dumps(shape, ensure_ascii=False, indent=1)


def verified_text(verified: Verified) -> str:
    """Answer the one question on a file in one line."""
    verdict = verified.verdict
    if not verdict.document:
        return f"{verdict.file}: not made by this program"
    answers = [f"ours ({verdict.document})"]
    answers.append("untouched" if verdict.untouched else f"changed: {verdict.difference}")
    if verified.current is None:
        answers.append("its brief is not in this project")
    elif verified.is_current:
        answers.append("current")
    else:
        answers.append(f"replaced by the edition of {verified.current}")
    asked = verdict.checked or "not checked, for verapdf is not on PATH"
    claim = verdict.conformance
    answers.append(f"{claim} ({asked})" if claim else "no standard claimed")
    lines = [f"{verdict.file}: " + "; ".join(answers)]
    if verified.preflight:
        lines += (f"  {line}" for line in preflight_lines(verified.preflight))
    return "\n".join(lines)


def preflight_lines(found: "Preflight") -> Iterator[str]:
    """Say what a print shop will see in a press file, in words."""
    for fault in found.faults:
        yield f"wrong: {fault}"
    yield f"printing condition: {found.condition or 'none named'}"
    yield (
        f"size: {_size(found.trim)} after cutting, {found.bleed:g} mm bleed, "
        f"sheet {_size(found.sheet)} with crop marks"
    )
    yield from _ink_lines(found)
    yield "inks of text: " + "; ".join(_inks(inks) for inks in found.text_inks)
    for placed in found.pictures:
        colours = "grey" if placed.is_grey else "colour"
        yield (
            f"picture on page {placed.page}: {_size((placed.width, placed.height))}, "
            f"{placed.resolution} pixels per inch, {colours}"
        )
    if not found.pictures:
        yield "pictures: none; all is drawn, and sharp at any size"
    missing = [name for name, inside in found.fonts if not inside]
    fonts = f"{', '.join(missing)} not embedded" if missing else "all embedded"
    yield f"fonts: {_count(len(found.fonts), 'font')}, {fonts}"


def _ink_lines(found: "Preflight") -> Iterator[str]:
    if not found.ink:
        yield f"ink: not measured: {found.not_measured}"
        return
    most = max(page.most for page in found.ink)
    worst = next(n for n, page in enumerate(found.ink, 1) if page.most == most)
    yield f"most ink on one spot: {most} per cent, on page {worst}"
    for number, page in enumerate(found.ink, 1):
        shares = (f"{ink} {s:g}" for ink, s in zip(_INKS, page.shares, strict=True))
        yield f"ink on page {number}, per cent of it: {', '.join(shares)}"


def _inks(inks: "Inks") -> str:
    """Name inks as printers do: "K 100", "C 97 M 81"."""
    if inks is None:
        return "a pattern"
    letters = zip("CMYK", inks, strict=True)
    named = [f"{letter} {share * 100:.0f}" for letter, share in letters if share >= 0.005]
    return " ".join(named) or "none (white)"


def _size(size: tuple[float, float]) -> str:
    return f"{size[0]:g} × {size[1]:g} mm"


def _preflight_json(found: "Preflight") -> dict[str, object]:
    """Give a preflight the shape that programs read: inks are per cent of C, M, Y, K."""
    return {
        "printing_condition": found.condition,
        "faults": list(found.faults),
        "trim_mm": list(found.trim),
        "bleed_mm": found.bleed,
        "sheet_mm": list(found.sheet),
        "ink": [{"most": page.most, "shares": list(page.shares)} for page in found.ink],
        "ink_not_measured": found.not_measured,
        "text_inks": [_inks(inks) for inks in found.text_inks],
        "pictures": [
            {
                "page": placed.page,
                "size_mm": [placed.width, placed.height],
                "pixels": list(placed.pixels),
                "pixels_per_inch": placed.resolution,
                "grey": placed.is_grey,
            }
            for placed in found.pictures
        ],
        "fonts": [{"name": name, "embedded": inside} for name, inside in found.fonts],
    }


def verified_json(
    verified: Iterable[Verified], problems: Iterable[Problem], exit_code: int
) -> str:
    """Write the answers on several files as JSON."""
    shape = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(p) for p in problems],
        "files": [
            {
                "file": one.verdict.file,
                "document": one.verdict.document,
                "untouched": one.verdict.untouched,
                "difference": one.verdict.difference,
                "current": one.is_current,
                "current_edition": str(one.current or ""),
                "conformance": one.verdict.conformance,
                "checked": one.verdict.checked,
                **({"preflight": _preflight_json(one.preflight)} if one.preflight else {}),
            }
            for one in verified
        ],
    }
    return json.dumps(shape, ensure_ascii=False, indent=1)


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
    parts = [f"{_count(len(documents), thing)}: {done}" if documents else f"no {thing}"]
    parts += [_count(pages, "page")] if pages else []
    return "; ".join([*parts, *problem_counts(problems), f"{seconds:.1f} s"])


def problem_counts(problems: Sequence[Problem]) -> list[str]:
    """Count errors and warnings: ["2 errors", "1 warning"]."""
    found = Counter(p.severity for p in problems)
    return [_count(found[s], s.value) for s in Severity if found[s]]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
