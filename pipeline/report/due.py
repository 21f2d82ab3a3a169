"""Turn what is due into text and JSON."""

from typing import TYPE_CHECKING

from pipeline.report.escape import escape_controls, json_text
from pipeline.report.problems import JSON_FORMAT, count, problem_json

if TYPE_CHECKING:
    from pipeline.commands.due import Agenda
    from pipeline.editions.review import DueItem


def due_text(agenda: "Agenda") -> str:
    """List what is due, a line each: when, by which day, about what, and what to do."""
    on = agenda.on
    lines = [
        (_when(due.days_left(on)), str(due.day), _about(due), due.what, due.hint)
        for due in agenda.due
    ]
    when, about = (max((len(line[n]) for line in lines), default=0) for n in (0, 2))
    return "\n".join(
        escape_controls(
            f"{line[0]:<{when}}  {line[1]}  {line[2]:<{about}}  {line[3]}"
            + (f" ({line[4]})" if line[4] else "")
        )
        for line in lines
    )


def _when(days_left: int) -> str:
    if days_left == 0:
        return "today"
    days = f"{abs(days_left):,} day{'s' * (abs(days_left) != 1)}"
    return f"in {days}" if days_left > 0 else f"{days} late"


def _about(due: "DueItem") -> str:
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
        missing = f"{count(len(lacks), 'thing')} missing" if lacks else "nothing missing"
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
    return json_text(shape)


def _due_json(due: "DueItem", agenda: "Agenda") -> dict[str, object]:
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
