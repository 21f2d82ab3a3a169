"""Turn problems into text for people, JSON for programs, and annotations for GitHub.

Text is readable without colour: `file:line:column: message`, then `hint:`. On a terminal
the line itself follows, with a caret under the place. The JSON has a version of its own
(`format`), described in docs/reference/problems.md.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import Problem, Severity
from pipeline.order import Document, Pack

if TYPE_CHECKING:
    from pipeline.deadlines import Agenda
    from pipeline.editions.due import Due
    from pipeline.paper.drawn import Inks
    from pipeline.paper.order import Line, PrintOrder, Total
    from pipeline.paper.preflight import Preflight
    from pipeline.print_orders import Ordered
    from pipeline.production.manifest import Entry
    from pipeline.verifying import Traced, Verified

JSON_FORMAT = 1
_MAX_LINE = 100
_INKS = ("cyan", "magenta", "yellow", "black")


def problem_text(problem: Problem, *, strict: bool = False) -> str:
    """Say a problem in one line, and its hint in a second."""
    warning = problem.severity is Severity.WARNING and not strict
    label = "warning: " if warning else ""
    text = f"{problem.place}: {label}{problem.message}"
    return f"{text}\n  hint: {problem.hint}" if problem.hint else text


def fold_warnings(problems: Iterable[Problem]) -> list[Problem]:
    """Say a warning that several files have in the same words once, where it comes first.

    What one file has at several places stays as it is. For people only.
    """
    alike: dict[tuple[object, ...], list[str]] = {}
    kept: list[tuple[Problem, list[str]]] = []
    for problem in problems:
        is_warning = problem.severity is Severity.WARNING
        said = (problem.rule, problem.message, problem.hint) if is_warning else ()
        files = alike.setdefault(said, []) if said else []
        file = problem.place.file
        if not files or file == files[0]:
            kept.append((problem, files))
        if file not in files:
            files.append(file)
    return [_also_in(problem, len(files) - 1) for problem, files in kept]


def _also_in(problem: Problem, more: int) -> Problem:
    if more < 1:
        return problem
    return replace(
        problem, message=f"{problem.message} (and in {_count(more, 'more file')})"
    )


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


def collected_json(
    entries: "Mapping[str, Entry]", problems: Iterable[Problem], exit_code: int
) -> str:
    """Write what was collected as JSON; `entries` are documents by name."""
    shape = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(p) for p in problems],
        "documents": [
            {"file": f"build/{name}", "state": "collected", "pages": entry.pages}
            for name, entry in entries.items()
        ],
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


def verified_text(verified: "Verified") -> str:
    """Answer the one question on a file in one line."""
    from pipeline.production.verify import NOT_COMPARED

    verdict = verified.verdict
    if not verdict.document:
        return f"{verdict.file}: not made by this program"
    answers = [f"ours ({verdict.document})"]
    was_changed = f"changed: {verdict.difference}" if verdict.is_compared else NOT_COMPARED
    answers.append("untouched" if verdict.untouched else was_changed)
    if verified.session:
        kind = "job sheet" if verdict.document.endswith("_order") else "pack"
        there = f"the {kind} of" if verified.is_current else "not in this project:"
        answers.append(f"{there} session {verified.session}")
        if verdict.changed_files:
            answers.append(f"no longer as ordered: {', '.join(verdict.changed_files)}")
        elif kind == "job sheet":
            answers.append("the files are as ordered")
        for traced in verified.traced:
            if traced.exit_code:
                said = ", ".join(_standing(traced))
                answers.append(f"{_edition_name(traced)} in it: {said}")
    elif verified.traced:
        answers += (said for traced in verified.traced for said in _standing(traced))
    elif verified.current is None:
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
    bleed = "not known" if found.bleed is None else f"{found.bleed:g} mm"
    yield (
        f"size: {_size(found.trim)} after cutting, {bleed} bleed, "
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


def _size(size: tuple[float, float] | None) -> str:
    if size is None:
        return "not known"
    return f"{size[0]:g} × {size[1]:g} mm"


def _preflight_json(found: "Preflight") -> dict[str, object]:
    """Give a preflight the shape that programs read: inks are per cent of C, M, Y, K."""
    return {
        "printing_condition": found.condition,
        "faults": list(found.faults),
        "trim_mm": found.trim and list(found.trim),
        "bleed_mm": found.bleed,
        "sheet_mm": found.sheet and list(found.sheet),
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


def traced_text(traced: "Traced") -> str:
    """Answer the one question on a code in one line."""
    answers = [_edition_name(traced)]
    if traced.changed is False:
        answers.append("the text is as it stands now")
    return f"{traced.code}: " + "; ".join([*answers, *_standing(traced)])


def _edition_name(traced: "Traced") -> str:
    from babel import Locale

    try:
        language = Locale.parse(traced.language, sep="-").get_display_name("en")
    except (ValueError, LookupError):
        language = None
    edition = f"{traced.slug} {traced.information_date}"
    return f"{edition} in {language or traced.language}"


def _standing(traced: "Traced") -> list[str]:
    """Say of a printed edition whether it has other words now, and whether it counts."""
    answers = []
    if traced.changed is None:
        answers.append("its content has errors, so its text cannot be compared")
    elif traced.changed:
        answers.append("its text was changed since it was printed")
    current = traced.current
    if traced.is_current:
        answers.append("current")
    elif current is None or current.information_date < traced.information_date:
        answers.append("not current yet")
    else:
        note = f' ("{current.change_note}")' if current.change_note else ""
        answers.append(f"replaced by the edition of {current.information_date}{note}")
        if traced.language not in current.languages:
            there = ", ".join(current.languages)
            answers.append(f"which is not in this language, but in {there}")
    return answers


def _traced_json(traced: "Traced") -> dict[str, object]:
    current = traced.current
    return {
        "code": traced.code,
        "brief": traced.slug,
        "information_date": str(traced.information_date),
        "language": traced.language,
        "text_changed": traced.changed,
        "current": traced.is_current,
        "current_edition": str(current.information_date) if current else "",
        "current_languages": list(current.languages) if current else [],
        "change_note": current.change_note if current else "",
    }


def verified_json(
    verified: "Iterable[Verified]",
    traced: "Iterable[Traced]",
    problems: Iterable[Problem],
    exit_code: int,
) -> str:
    """Write the answers on several files and codes as JSON."""
    shape = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(p) for p in problems],
        "files": [
            {
                "file": one.verdict.file,
                "document": one.verdict.document,
                "untouched": one.verdict.untouched if one.verdict.is_compared else None,
                "difference": one.verdict.difference,
                "current": one.is_current,
                "current_edition": str(one.current or ""),
                "editions": [_traced_json(traced) for traced in one.traced],
                "conformance": one.verdict.conformance,
                "checked": one.verdict.checked,
                **({"preflight": _preflight_json(one.preflight)} if one.preflight else {}),
                **(
                    {"changed_files": list(files)}
                    if (files := one.verdict.changed_files)
                    else {}
                ),
            }
            for one in verified
        ],
        "codes": [_traced_json(one) for one in traced],
    }
    return json.dumps(shape, ensure_ascii=False, indent=1)


def due_text(agenda: "Agenda") -> str:
    """List what is due, a line each: when, by which day, about what, and what to do."""
    on = agenda.on
    lines = [
        (_when(due.days_left(on)), str(due.day), _about(due), due.what, due.hint)
        for due in agenda.due
    ]
    when, about = (max((len(line[n]) for line in lines), default=0) for n in (0, 2))
    return "\n".join(
        f"{line[0]:<{when}}  {line[1]}  {line[2]:<{about}}  {line[3]}"
        + (f" ({line[4]})" if line[4] else "")
        for line in lines
    )


def _when(days_left: int) -> str:
    if days_left == 0:
        return "today"
    days = f"{abs(days_left):,} day{'s' * (abs(days_left) != 1)}"
    return f"in {days}" if days_left > 0 else f"{days} late"


def _about(due: "Due") -> str:
    brief = f"{due.brief} {due.information_date}" if due.brief else ""
    session = f"session {due.session}" if due.session else ""
    about = ": ".join(part for part in (session, brief) if part)
    return " ".join([about, ", ".join(due.languages)]).strip()


def agenda_line(agenda: "Agenda") -> str:
    """Say what the next session is, and how much is overdue."""
    said = []
    if session := agenda.next_session:
        dates = session.facts.dates
        begins = (dates.start - agenda.on).days
        when = f"begins on {dates.start}, {_when(begins)}"
        when = when if begins >= 0 else f"is on until {dates.end}"
        lacks = [due for due in agenda.due if due.session and due.needed]
        missing = f"{_count(len(lacks), 'thing')} missing" if lacks else "nothing missing"
        said.append(f"session {session.number} {when}; {missing}")
    said.append(f"{len(agenda.overdue)} overdue" if agenda.overdue else "nothing overdue")
    return "; ".join(said)


def agenda_json(agenda: "Agenda", exit_code: int) -> str:
    """Write what is due as JSON."""
    session = agenda.next_session
    shape = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(p) for p in agenda.problems],
        "on": str(agenda.on),
        "next_session": {
            "session": session.number,
            "start": str(session.facts.dates.start),
            "end": str(session.facts.dates.end),
            "days_left": (session.facts.dates.start - agenda.on).days,
        }
        if session
        else None,
        "due": [_due_json(due, agenda) for due in agenda.due],
    }
    return json.dumps(shape, ensure_ascii=False, indent=1)


def _due_json(due: "Due", agenda: "Agenda") -> dict[str, object]:
    return {
        "kind": due.kind,
        "day": str(due.day),
        "days_left": due.days_left(agenda.on),
        "overdue": due.is_overdue(agenda.on),
        "needed": due.needed,
        "session": due.session or None,
        "brief": due.brief,
        "information_date": str(due.information_date or ""),
        "languages": list(due.languages),
        "what": due.what,
        "hint": due.hint,
    }


def order_line(order: "PrintOrder") -> str:
    """Sum an order up: "14 files: 1,015 copies; 3,140 sheets; 17.6 kg"."""
    total = order.total
    parts = [
        f"{_count(len(order.lines), 'file')}: {total.copies:,} copies",
        f"{total.sheets:,} sheets",
    ]
    if total.weight_kg is not None:
        parts.append(f"{total.weight_kg:,.1f} kg")
    return "; ".join(parts)


def order_json(ordered: "Ordered", job_sheet: str, withdrawn: str, exit_code: int) -> str:
    """Write a print order as JSON, or what keeps it from being written."""
    shape: dict[str, object] = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(p) for p in ordered.problems],
        "job_sheet": job_sheet,
        "withdrawn": withdrawn,
        "order": None,
    }
    if order := ordered.order:
        stock = order.stock
        shape["order"] = {
            "session": order.session,
            "paper": {
                "size": stock.size,
                "grams": stock.grams,
                "duplex": stock.duplex,
                "finish": stock.finish,
            },
            "files": [
                {
                    "file": line.file,
                    "brief": line.brief,
                    "information_date": line.information_date,
                    "language": line.language,
                    "sha256_begins": line.checksum,
                    "page_mm": [float(edge) for edge in line.page],
                    "pages": line.pages,
                    "given_to": dict(line.copies),
                    "sheets_per_copy": line.sheets_of_a_copy,
                    "copies": line.number,
                    **_paper_json(line),
                }
                for line in order.lines
            ],
            "languages": {c: _total_json(total) for c, total in order.totals.items()},
            "total": _total_json(order.total),
        }
    return json.dumps(shape, ensure_ascii=False, indent=1)


def _total_json(total: "Total") -> dict[str, object]:
    return {"copies": total.copies, **_paper_json(total)}


def _paper_json(printed: "Line | Total") -> dict[str, object]:
    weight = printed.weight_kg
    return {
        "sheets": printed.sheets,
        "weight_kg": None if weight is None else round(float(weight), 3),
    }


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
