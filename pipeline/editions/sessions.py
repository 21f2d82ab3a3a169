"""What each session hands out: its file, and the editions that this means.

    content/sessions/331.yaml -> session -> for each handout, an edition and its languages

Only here sessions meet briefs. The edition handed out is the one that the session names, or
the one current on its first day; one dated later than the session cannot be meant.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.content.discovery import EditionFolder
from pipeline.content.session_loader import find_sessions, load_session
from pipeline.content.validate.texts import nearest
from pipeline.content.yaml_source import Path, Source
from pipeline.editions.current import current_edition
from pipeline.model.schema import Series
from pipeline.model.session import Handout, Session
from pipeline.problems import (
    MOST_REPORTED,
    Place,
    Problem,
    Rule,
    is_blocking,
    sort_and_dedupe,
)
from pipeline.project import Project


@dataclass(frozen=True)
class ResolvedHandout:
    """One edition as it is handed out: the copies in each language of the session.

    `printed_in` says for each of these languages in which one the brief is printed: another
    one where there is no translation and the session takes the default language.
    """

    folder: EditionFolder
    copies: Mapping[str, int]
    printed_in: Mapping[str, str]


@dataclass(frozen=True)
class ResolvedSession:
    """A session with nothing wrong, and what is handed out there, in its order."""

    session: Session
    handed_out: tuple[ResolvedHandout, ...]

    def in_language(self, language: str) -> tuple[ResolvedHandout, ...]:
        """What is handed out to readers of a language."""
        return tuple(given for given in self.handed_out if language in given.copies)


@dataclass(frozen=True)
class ResolvedSessions:
    """The sessions with nothing wrong, the numbers of all, and the problems of others."""

    planned: tuple[ResolvedSession, ...]
    numbers: tuple[int, ...]
    problems: tuple[Problem, ...]


def read_sessions(
    project: Project,
    folders: Sequence[EditionFolder],
    series: Series,
    only: Collection[int] = (),
) -> ResolvedSessions:
    """Read the sessions of a project; with `only`, report on these alone.

    `folders` are all editions of all briefs. The dates of all sessions are compared.
    """
    files, misnamed = find_sessions(project)
    read: list[tuple[Source, Session]] = []
    planned: list[ResolvedSession] = []
    problems: dict[int, list[Problem]] = {}
    for file in files:
        source, session, found = load_session(project, file, series)
        problems[file.number] = found
        if source and session:
            read.append((source, session))
            given = list(_hand_out(_SessionContext(session, source, folders, series)))
            found += [p for p in given if isinstance(p, Problem)]
            # Planned years ahead it need not say yet; whoever makes its handouts asks.
            if not given and file.number in only:
                found.append(_hands_out_nothing(session))
            handed_out = tuple(h for h in given if isinstance(h, ResolvedHandout))
            planned.append(ResolvedSession(session, handed_out))
    for number, problem in _at_once(read):
        problems[number].append(problem)
    asked = [f.number for f in files if not only or f.number in only]
    good = [n for n in asked if not any(is_blocking(p) for p in problems[n])]
    said = [p for n in asked for p in problems[n]]
    return ResolvedSessions(
        tuple(p for p in planned if p.session.number in good),
        tuple(f.number for f in files),
        sort_and_dedupe(said if only else (*misnamed, *said)),
    )


def _hands_out_nothing(session: Session) -> Problem:
    return Problem(
        Rule.MISSING_KEY,
        Place(session.name),
        f"session {session.number} hands out nothing",
        "list the briefs under handouts, each with its copies",
    )


@dataclass(frozen=True)
class _SessionContext:
    """One session, where it was read from, and the briefs that it can mean."""

    session: Session
    source: Source
    folders: Sequence[EditionFolder]
    series: Series

    @cached_property
    def briefs(self) -> Mapping[str, list[EditionFolder]]:
        """The editions of each brief."""
        briefs: dict[str, list[EditionFolder]] = {}
        for folder in self.folders:
            briefs.setdefault(folder.slug, []).append(folder)
        return briefs

    @cached_property
    def there(self) -> str:
        """The names of all briefs."""
        return "there is: " + ", ".join(sorted(self.briefs))


def _hand_out(reading: _SessionContext) -> Iterator[ResolvedHandout | Problem]:
    """Find what each handout means, or say what is wrong with it."""
    seen: dict[EditionFolder, int] = {}
    for index, handout in enumerate(reading.session.facts.handouts):
        path = ("handouts", index)
        folder = _edition(reading, handout, index)
        if isinstance(folder, Problem):
            yield folder
            continue
        if folder in seen:
            yield _twice(reading, folder, path, seen[folder])
        seen.setdefault(folder, index)
        languages = reading.series.languages
        copies = {c: handout.copies[c] for c in languages if c in handout.copies}
        printed = {code: _printed_in(reading, folder, code) for code in copies}
        for code, found in printed.items():
            if found is None:
                yield _no_translation(reading, folder, (*path, "copies", code))
        yield ResolvedHandout(folder, copies, {c: p for c, p in printed.items() if p})


def _printed_in(reading: _SessionContext, folder: EditionFolder, code: str) -> str | None:
    """Choose the language that readers of another one are given; None: there is none."""
    default = reading.series.default_language
    may_stand_in = reading.session.facts.missing_language == "default"
    candidates = (code, default) if may_stand_in else (code,)
    return next((c for c in candidates if c in folder.languages), None)


def _twice(
    reading: _SessionContext, folder: EditionFolder, path: Path, first: int
) -> Problem:
    line = reading.source.place(("handouts", first)).line
    return Problem(
        Rule.DUPLICATE_HANDOUT,
        reading.source.place((*path, "brief")),
        f'"{folder.slug}" of {folder.information_date} is handed out in line {line} too',
        "write all its copies there",
    )


def _no_translation(reading: _SessionContext, folder: EditionFolder, path: Path) -> Problem:
    there = ", ".join(c for c in reading.series.languages if c in folder.languages)
    return Problem(
        Rule.MISSING_LANGUAGE,
        reading.source.key_place(path),
        f'"{folder.slug}" of {folder.information_date} has no text in "{path[-1]}"',
        f"it has: {there}; or hand out the default language, which the cover then says: "
        "missing_language: default",
    )


def _edition(
    reading: _SessionContext, handout: Handout, index: int
) -> EditionFolder | Problem:
    """Find the edition that a handout means, or say why there is none."""
    at, path = reading.source.place, ("handouts", index)
    editions = reading.briefs.get(handout.brief)
    dates = reading.session.facts.dates
    if not editions:
        known = reading.briefs if index < MOST_REPORTED else ()
        return Problem(
            Rule.UNKNOWN_BRIEF,
            at((*path, "brief")),
            f'there is no brief "{handout.brief}"',
            nearest(handout.brief, known, reading.there),
        )
    if handout.edition is None:
        found = current_edition(editions, dates.start)
        why = f'no edition of "{handout.brief}" was there on {dates.start}'
        place = at((*path, "brief"))
    else:
        found = next((f for f in editions if f.information_date == handout.edition), None)
        why = f'"{handout.brief}" has no edition {handout.edition}'
        place = at((*path, "edition"))
        if found and found.information_date.first_day > dates.end:
            why = f"the edition {handout.edition} was not there yet on {dates.end}"
            found = None
    there = "there is: " + ", ".join(str(f.information_date) for f in editions)
    return found or Problem(Rule.UNKNOWN_EDITION, place, why, there)


def _at_once(
    read: Sequence[tuple[Source, Session]],
) -> Iterator[tuple[int, Problem]]:
    """Say of each session that begins before an earlier one has ended that it does."""
    by_date = sorted(read, key=lambda pair: (pair[1].facts.dates.start, pair[1].number))
    for index, (source, session) in enumerate(by_date):
        start = session.facts.dates.start
        for _, other in by_date[:index]:
            if start <= other.facts.dates.end:
                yield (
                    session.number,
                    Problem(
                        Rule.SESSION_DATES,
                        source.place(("dates",)),
                        f"it begins on {start}, while session {other.number} takes place",
                        f"that one ends on {other.facts.dates.end}",
                    ),
                )
                break
