"""What is due: editions to be reviewed, and what the next session needs and lacks.

    editions -> the days of their reviews ┐
                                          ├ sorted by urgency
    next session -> what is missing there ┘

The next session is the first that has not ended. What it needs must be there on its first
day: every brief in every language, without errors and not as a draft, its PDFs and the
packs as the content is now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.commands.calendar_file import Event, calendar_file
from pipeline.commands.check import CheckedContent, read_content
from pipeline.commands.print_order import (
    build_command,
    handout_documents,
    paper_profile,
)
from pipeline.commands.session import stale_packs
from pipeline.content.session_loader import find_sessions, load_session
from pipeline.editions.current import current_edition
from pipeline.editions.review import DueItem, Kind, by_urgency, review_day
from pipeline.editions.sessions import ResolvedHandout, read_sessions
from pipeline.model.fields import in_language
from pipeline.model.markdown import plain_text
from pipeline.model.schema import Edition, Series
from pipeline.model.session import Session
from pipeline.problems import Problem, Rule, is_blocking, sort_and_dedupe
from pipeline.project import Project
from pipeline.state.atomic_write import atomic_write
from pipeline.targets import BuildOptions, Document, State

# What a rule says about a session, in the words of this list.
_KINDS: dict[Rule, Kind] = {
    Rule.MISSING_LANGUAGE: "translation",
    Rule.UNKNOWN_BRIEF: "edition",
    Rule.UNKNOWN_EDITION: "edition",
}


@dataclass(frozen=True)
class Agenda:
    """What is due `on` a day, and the days that a calendar shows.

    `problems` are those that keep a day from being known.
    """

    on: date
    due: tuple[DueItem, ...]
    next_session: Session | None
    events: tuple[Event, ...]
    series: Series | None
    problems: tuple[Problem, ...]

    @property
    def overdue(self) -> tuple[DueItem, ...]:
        """What should have been done before."""
        return tuple(d for d in self.due if d.is_overdue(self.on))


def read_agenda(project: Project, on: date) -> Agenda:
    """Find what is due. Writes nothing; needs no network and no clock."""
    checked = read_content(project, BuildOptions(), None)
    series = checked.series
    if series is None:
        return Agenda(on, (), None, (), None, tuple(filter(is_blocking, checked.problems)))
    editions, problems = _current(checked, on)
    sessions, unread = _sessions(project, series)
    upcoming = [s for s in sessions if s.facts.dates.end >= on]
    following = min(upcoming, key=_start, default=None)
    due = [d for e in editions for d in _review(e)]
    if following:
        due += _needs(project, checked, series, following)
    events = [_review_event(e, series) for e in editions if e.facts.review_after]
    events += [_session_event(s, series) for s in sessions]
    problems = [*problems, *unread]
    return Agenda(
        on, by_urgency(due), following, tuple(events), series, sort_and_dedupe(problems)
    )


def _start(session: Session) -> tuple[date, int]:
    return session.facts.dates.start, session.number


def _current(checked: CheckedContent, on: date) -> tuple[list[Edition], list[Problem]]:
    """Give the editions that count, and what is wrong with those that cannot be read."""
    read = {(e.slug, e.information_date): e for e in checked.editions}
    editions: list[Edition] = []
    problems: list[Problem] = []
    for slug in dict.fromkeys(f.slug for f in checked.folders):
        folder = current_edition((f for f in checked.folders if f.slug == slug), on)
        if folder is None:
            continue
        if edition := read.get((slug, folder.information_date)):
            editions.append(edition)
        else:
            within = f"content/{slug}/{folder.information_date}/"
            found = (p for p in checked.problems if p.place.file.startswith(within))
            problems += filter(is_blocking, found)
    return editions, problems


def _sessions(project: Project, series: Series) -> tuple[list[Session], list[Problem]]:
    """Read all sessions by themselves: also one that hands out what is not there."""
    sessions: list[Session] = []
    problems: list[Problem] = []
    for file in find_sessions(project)[0]:
        _, session, found = load_session(project, file, series)
        if session:
            sessions.append(session)
        else:
            problems += filter(is_blocking, found)
    return sessions, problems


def _review(edition: Edition) -> Iterator[DueItem]:
    facts, dated = edition.facts, edition.information_date
    if (after := facts.review_after) is None:
        return
    begun = facts.issued or dated.last_day
    unit = after.unit if after.count > 1 else after.unit.removesuffix("s")
    yield DueItem(
        day=review_day(dated, facts.issued, after),
        kind="review",
        what=f"review it: {after.count} {unit} after {begun}",
        brief=edition.slug,
        information_date=dated,
    )


def _needs(
    project: Project, checked: CheckedContent, series: Series, session: Session
) -> Iterator[DueItem]:
    """Say what a session lacks, all of it due on its first day."""
    plan = read_sessions(project, checked.folders, series, (session.number,))
    day, number = session.facts.dates.start, session.number
    for problem in filter(is_blocking, plan.problems):
        kind = _KINDS.get(problem.rule, "session")
        what = f"{problem.place}: {problem.message}"
        yield DueItem(day, kind, what, problem.hint, session=number)
    profile = paper_profile(session.facts.paper)
    handed_out = [given for p in plan.planned for given in p.handed_out]
    for given in handed_out:
        about = DueItem(
            day,
            "edition",
            "",
            brief=given.folder.slug,
            information_date=given.folder.information_date,
            session=number,
        )
        yield from _lacks(project, checked, given, profile, about)
    packs = stale_packs(project, profile, number)
    if plan.planned and packs:
        chosen = "" if profile == "office" else f" --profile {profile}"
        hint = f"briefs pack {number}{' --booklet' if profile == 'booklet' else chosen}"
        what = "its pack is not there, or not as the content is now"
        languages = tuple(pack.language for pack in packs)
        yield DueItem(day, "pack", what, hint, session=number, languages=languages)


def _lacks(
    project: Project,
    checked: CheckedContent,
    given: ResolvedHandout,
    profile: str,
    about: DueItem,
) -> Iterator[DueItem]:
    """Say what one edition lacks to be handed out."""
    slug, dated = given.folder.slug, given.folder.information_date
    of = (slug, dated)
    edition = next(
        (e for e in checked.editions if (e.slug, e.information_date) == of), None
    )
    if edition and edition.facts.status == "draft":
        hint = f"content/{slug}/{dated}/edition.yaml: status: final"
        yield replace(about, what="it is still a draft", hint=hint)
    for language, printed in given.printed_in.items():
        if printed != language:
            yield replace(
                about,
                kind="translation",
                what=f"no text in {language}: {printed} is handed out, as the session says",
                languages=(language,),
                needed=False,
            )
    targets = handout_documents(project, given, profile, about.day).targets
    documents = [target for target in targets if isinstance(target, Document)]
    wrong = tuple(d.language for d in documents if d.state is State.BLOCKED)
    if wrong:
        hint = f"briefs check {slug}"
        yield replace(about, what="its content has errors", hint=hint, languages=wrong)
    stale = tuple(d.language for d in documents if d.state is State.STALE)
    if stale:
        what = "its PDF is not there, or not as the content is now"
        hint = build_command(about.session or 0, profile)
        yield replace(about, kind="document", what=what, hint=hint, languages=stale)


def _review_event(edition: Edition, series: Series) -> Event:
    (due,) = _review(edition)
    default = series.default_language
    version = edition.versions.get(default) or next(iter(edition.versions.values()), None)
    title = plain_text(version.title) if version else edition.slug
    name = f"{edition.slug} {edition.information_date}"
    return Event(
        id=f"review/{edition.slug}/{edition.information_date}",
        start=due.day,
        end=due.day,
        summary=f"Review: {title}",
        description=f"{name}: {due.what}",
        stamp=edition.facts.issued or edition.information_date.last_day,
    )


def _session_event(session: Session, series: Series) -> Event:
    facts, default = session.facts, series.default_language
    body = plain_text(in_language(facts.body, default, default)[0])
    return Event(
        id=f"session/{session.number}",
        start=facts.dates.start,
        end=facts.dates.end,
        summary=f"{body}, session {session.number}",
        description="\n".join(_handouts(session)),
        stamp=facts.dates.start,
        place=plain_text(in_language(facts.place, default, default)[0]),
    )


def _handouts(session: Session) -> Sequence[str]:
    """One line for each brief: "wpsdg 2017: 120 en, 60 fr"."""
    return [
        f"{h.brief}{f' {h.edition}' if h.edition else ''}: "
        + ", ".join(f"{copies} {code}" for code, copies in h.copies.items())
        for h in session.facts.handouts
    ]


def write_calendar(agenda: Agenda, path: Path) -> None:
    """Write reviews and sessions into a calendar file; it is replaced as a whole."""
    if agenda.series is None:
        return
    series, default = agenda.series, agenda.series.default_language
    name = plain_text(in_language(series.name, default, default)[0])
    data = calendar_file(name, series.url or name, agenda.events)
    atomic_write(path, data, str(path))
