"""Turn what is due into text and JSON."""

from pipeline.commands.due import DueReport
from pipeline.editions.review import DueItem
from pipeline.report.escape import escape_controls
from pipeline.report.problems import count, envelope_json


def due_text(report: DueReport) -> str:
    """List what is due, one item in a line: time left, day, subject, task and hint."""
    rows = [
        (
            _time_left(item.days_left(report.on), needed=item.needed),
            str(item.day),
            _subject(item),
            f"{item.what} ({item.hint})" if item.hint else item.what,
        )
        for item in report.due
    ]
    time, subject = (max((len(row[n]) for row in rows), default=0) for n in (0, 2))
    return "\n".join(
        escape_controls(f"{row[0]:<{time}}  {row[1]}  {row[2]:<{subject}}  {row[3]}")
        for row in rows
    )


def _time_left(days: int, *, needed: bool = True) -> str:
    if days == 0:
        return "today"
    counted = f"{abs(days):,} day{'s' * (abs(days) != 1)}"
    if days > 0:
        return f"in {counted}"
    return f"{counted} late" if needed else f"{counted} ago"


def _subject(item: DueItem) -> str:
    brief = f"{item.brief} {item.information_date}" if item.brief else ""
    session = f"session {item.session}" if item.session else ""
    subject = ": ".join(part for part in (session, brief) if part)
    return f"{subject} {', '.join(item.languages)}".strip()


def due_summary(report: DueReport) -> str:
    """Sum up what is due: the next session, its missing items, the overdue items."""
    parts = []
    if session := report.next_session:
        dates = session.facts.dates
        days = (dates.start - report.on).days
        when = f"begins on {dates.start}, {_time_left(days)}"
        when = when if days >= 0 else f"is on until {dates.end}"
        missing = [item for item in report.due if item.session and item.needed]
        missing_text = count(len(missing), "item") if missing else "nothing"
        parts.append(f"session {session.slug} {when}; {missing_text} missing")
    parts.append(f"{len(report.overdue)} overdue" if report.overdue else "nothing overdue")
    return "; ".join(parts)


def due_json(report: DueReport, exit_code: int) -> str:
    """Write what is due as JSON."""
    session = report.next_session
    next_session = session and {
        "session": session.slug,
        "start": str(session.facts.dates.start),
        "end": str(session.facts.dates.end),
        "days_left": (session.facts.dates.start - report.on).days,
    }
    parts = {
        "on": str(report.on),
        "next_session": next_session,
        "due": [_item_json(item, report) for item in report.due],
    }
    return envelope_json(report.problems, exit_code, parts)


def _item_json(item: DueItem, report: DueReport) -> dict[str, object]:
    return {
        "kind": item.kind,
        "day": str(item.day),
        "days_left": item.days_left(report.on),
        "overdue": item.is_overdue(report.on),
        "needed": item.needed,
        "session": item.session or None,
        "brief": item.brief,
        "information_date": str(item.information_date or ""),
        "languages": list(item.languages),
        "what": item.what,
        "hint": item.hint,
    }
