"""Turn an agenda into text and JSON."""

from typing import TYPE_CHECKING

from pipeline.report.escape import escape_controls
from pipeline.report.problems import count, envelope_json

if TYPE_CHECKING:
    from pipeline.commands.due import Agenda
    from pipeline.editions.review import DueItem


def due_text(agenda: "Agenda") -> str:
    """List what is due, one item in a line: time left, day, subject, task and hint."""
    rows = [
        (_time_left(item.days_left(agenda.on)), str(item.day), _subject(item), _task(item))
        for item in agenda.due
    ]
    time, subject = (max((len(row[n]) for row in rows), default=0) for n in (0, 2))
    return "\n".join(
        escape_controls(f"{row[0]:<{time}}  {row[1]}  {row[2]:<{subject}}  {row[3]}")
        for row in rows
    )


def _time_left(days: int) -> str:
    if days == 0:
        return "today"
    counted = f"{abs(days):,} day{'s' * (abs(days) != 1)}"
    return f"in {counted}" if days > 0 else f"{counted} late"


def _subject(item: "DueItem") -> str:
    brief = f"{item.brief} {item.information_date}" if item.brief else ""
    session = f"session {item.session}" if item.session else ""
    subject = ": ".join(part for part in (session, brief) if part)
    return f"{subject} {', '.join(item.languages)}".strip()


def _task(item: "DueItem") -> str:
    return f"{item.what} ({item.hint})" if item.hint else item.what


def agenda_line(agenda: "Agenda") -> str:
    """Sum up an agenda: the next session, its missing items, the overdue items."""
    parts = []
    if session := agenda.next_session:
        dates = session.facts.dates
        days = (dates.start - agenda.on).days
        when = f"begins on {dates.start}, {_time_left(days)}"
        when = when if days >= 0 else f"is on until {dates.end}"
        missing = [item for item in agenda.due if item.session and item.needed]
        missing_text = count(len(missing), "item") if missing else "nothing"
        parts.append(f"session {session.number} {when}; {missing_text} missing")
    parts.append(f"{len(agenda.overdue)} overdue" if agenda.overdue else "nothing overdue")
    return "; ".join(parts)


def agenda_json(agenda: "Agenda", exit_code: int) -> str:
    """Write an agenda as JSON."""
    session = agenda.next_session
    next_session = session and {
        "session": session.number,
        "start": str(session.facts.dates.start),
        "end": str(session.facts.dates.end),
        "days_left": (session.facts.dates.start - agenda.on).days,
    }
    parts = {
        "on": str(agenda.on),
        "next_session": next_session,
        "due": [_item_json(item, agenda) for item in agenda.due],
    }
    return envelope_json(agenda.problems, exit_code, parts)


def _item_json(item: "DueItem", agenda: "Agenda") -> dict[str, object]:
    return {
        "kind": item.kind,
        "day": str(item.day),
        "days_left": item.days_left(agenda.on),
        "overdue": item.is_overdue(agenda.on),
        "needed": item.needed,
        "session": item.session or None,
        "brief": item.brief,
        "information_date": str(item.information_date or ""),
        "languages": list(item.languages),
        "what": item.what,
        "hint": item.hint,
    }
