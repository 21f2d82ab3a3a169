"""Turn days into a calendar file (RFC 5545) that calendar programs subscribe to.

Nothing comes from the clock: an event has the same identity and the same bytes as long as
its content has, so a program that reads the file again changes what it had.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True)
class Event:
    """Something that takes one or more whole days, `start` and `end` among them.

    `id` tells it from all others of the series; `stamp` is the day of what it follows from.
    """

    id: str
    start: date
    end: date
    summary: str
    description: str
    stamp: date
    place: str = ""


def calendar_file(name: str, series: str, events: Iterable[Event]) -> bytes:
    """Write the events of a series, under a `name` that people see.

    `series` is its web address or, without one, its name: what makes ids its own.
    """
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Briefs//briefs due//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for event in sorted(events, key=lambda e: (e.start, e.id)):
        entry = icalendar.Event()
        entry.add("uid", str(uuid5(NAMESPACE_URL, f"{series}#{event.id}")))
        entry.add("dtstamp", datetime.combine(event.stamp, time(), UTC))
        entry.add("dtstart", event.start)
        if event.start < event.end < date.max:
            # The end of whole days is the first day after them.
            entry.add("dtend", event.end + timedelta(days=1))
        entry.add("summary", event.summary)
        entry.add("description", event.description)
        if event.place:
            entry.add("location", event.place)
        entry.add("transp", "TRANSPARENT")
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
