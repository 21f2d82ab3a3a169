"""Write reviews and sessions as a calendar file (RFC 5545) for subscription.

An event keeps its identity and its bytes while its content is unchanged, so that a program
that reads the file again updates its events. Nothing depends on the clock.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from pipeline.commands.due import DueReport
from pipeline.editions.review import DueItem
from pipeline.model.fields import Localized, in_language
from pipeline.model.markdown import plain_text
from pipeline.model.schema import Edition, Series
from pipeline.model.session import Session


def due_calendar(report: DueReport, series: Series) -> bytes:
    """Write the reviews and sessions of a series as a calendar."""
    name = _plain_text(series.name, series)
    calendar = Calendar()
    calendar.add("prodid", "-//Briefs//briefs due//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    events = [_review_event(edition, item, series) for edition, item in report.reviews]
    events += [_session_event(session, series) for session in report.sessions]
    for event in sorted(events, key=lambda event: event.decoded("dtstart")):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(
    series: Series, id: str, created: date, start: date, end: date, **texts: str
) -> Event:
    """Return an event of whole days, from `start` to `end` inclusive."""
    event = Event()
    name = series.url or _plain_text(series.name, series)
    event.add("uid", str(uuid5(NAMESPACE_URL, f"{name}#{id}")))
    event.add("dtstamp", datetime.combine(created, time(), UTC))
    event.add("dtstart", start)
    if start < end < date.max:
        event.add("dtend", end + timedelta(days=1))  # the first day after it
    for key, text in texts.items():
        event.add(key, text)
    event.add("transp", "TRANSPARENT")
    return event


def _review_event(edition: Edition, item: DueItem, series: Series) -> Event:
    version = edition.versions.get(series.default_language)
    version = version or next(iter(edition.versions.values()), None)
    title = plain_text(version.title) if version else edition.slug
    return _event(
        series,
        f"review/{edition.slug}/{edition.information_date}",
        edition.facts.issued or edition.information_date.last_day,
        *(item.day, item.day),
        summary=f"Review: {title}",
        description=f"{edition.slug} {edition.information_date}: {item.what}",
    )


def _session_event(session: Session, series: Series) -> Event:
    facts = session.facts
    handouts = [
        f"{h.brief}{f' {h.edition}' if h.edition else ''}: "
        + ", ".join(f"{copies} {code}" for code, copies in h.copies.items())
        for h in facts.handouts
    ]
    return _event(
        series,
        f"session/{session.slug}",
        *(facts.dates.start, facts.dates.start, facts.dates.end),
        summary=", ".join(_session_names(session, series)),
        description="\n".join(handouts),
        location=_plain_text(facts.place, series),
    )


def _session_names(session: Session, series: Series) -> Iterator[str]:
    if session.facts.body:
        yield _plain_text(session.facts.body, series)
    name = session.facts.name
    yield _plain_text(name, series) if name else f"session {session.slug}"


def _plain_text(text: Localized, series: Series) -> str:
    """Return a text in the default language of the series, without Markdown."""
    default = series.default_language
    return plain_text(in_language(text, default, default)[0])
