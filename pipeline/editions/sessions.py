"""Find the editions that each session hands out.

    content/sessions/331.yaml -> session -> an edition and its languages for each handout

A handout names its edition, or means the one current on the first day of the session. An
edition dated after the last day of the session cannot be handed out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.content.discovery import EditionFolder
from pipeline.content.session_loader import find_sessions, load_session
from pipeline.content.spelling import suggestion
from pipeline.content.yaml_source import Source
from pipeline.editions.current import current_edition
from pipeline.model.fields import FieldPath
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
    """One edition, and its copies by language of the readers.

    `printed_in` maps each of these languages to the one printed. They differ if there is no
    translation and the session replaces it by the default language.
    """

    folder: EditionFolder
    copies: Mapping[str, int]
    printed_in: Mapping[str, str]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are printed."""
        return tuple(dict.fromkeys(self.printed_in.values()))


@dataclass(frozen=True)
class ResolvedSession:
    """A session without errors, and what it hands out, in order."""

    session: Session
    handouts: tuple[ResolvedHandout, ...]

    def in_language(self, language: str) -> tuple[ResolvedHandout, ...]:
        """Give what is handed out to readers of a language."""
        return tuple(handout for handout in self.handouts if language in handout.copies)


@dataclass(frozen=True)
class ResolvedSessions:
    """The sessions without errors, the numbers of all, and the problems."""

    sessions: tuple[ResolvedSession, ...]
    numbers: tuple[int, ...]
    problems: tuple[Problem, ...]


def read_sessions(
    project: Project,
    folders: Sequence[EditionFolder],
    series: Series,
    only: Collection[int] = (),
) -> ResolvedSessions:
    """Read the sessions of a project; with `only`, report these alone.

    `folders` are all editions of all briefs. The dates of all sessions are compared.
    """
    files, misnamed = find_sessions(project)
    briefs: dict[str, list[EditionFolder]] = {}
    for folder in folders:
        briefs.setdefault(folder.slug, []).append(folder)
    read: list[tuple[Source, Session]] = []
    resolved: list[ResolvedSession] = []
    problems: dict[int, list[Problem]] = {}
    for file in files:
        source, session, problems[file.number] = load_session(project, file, series)
        if source is None or session is None:
            continue
        read.append((source, session))
        results = list(_resolve(_SessionContext(session, source, briefs, series)))
        problems[file.number] += [r for r in results if isinstance(r, Problem)]
        # A future session may be empty until a command asks for its handouts.
        if not results and file.number in only:
            message = f"session {session.number} hands out nothing"
            hint = "list the briefs under handouts, each with its copies"
            problem = Problem(Rule.MISSING_KEY, Place(session.name), message, hint)
            problems[file.number].append(problem)
        handouts = tuple(r for r in results if isinstance(r, ResolvedHandout))
        resolved.append(ResolvedSession(session, handouts))
    for number, problem in _overlaps(read):
        problems[number].append(problem)
    numbers = [f.number for f in files if not only or f.number in only]
    good = [n for n in numbers if not any(map(is_blocking, problems[n]))]
    reported = [problem for number in numbers for problem in problems[number]]
    return ResolvedSessions(
        tuple(r for r in resolved if r.session.number in good),
        tuple(f.number for f in files),
        sort_and_dedupe(reported if only else (*misnamed, *reported)),
    )


@dataclass(frozen=True)
class _SessionContext:
    """A session, its file, and the briefs that it may hand out."""

    session: Session
    source: Source
    briefs: Mapping[str, list[EditionFolder]]
    series: Series


def _resolve(context: _SessionContext) -> Iterator[ResolvedHandout | Problem]:
    """Find the edition and the languages of each handout."""
    first: dict[EditionFolder, int] = {}
    for index, handout in enumerate(context.session.facts.handouts):
        path = ("handouts", index)
        folder = _find_edition(context, handout, index)
        if isinstance(folder, Problem):
            yield folder
            continue
        if folder in first:
            yield _duplicate_problem(context, folder, path, first[folder])
        first.setdefault(folder, index)
        languages = context.series.languages
        copies = {c: handout.copies[c] for c in languages if c in handout.copies}
        printed = {code: _printed_in(context, folder, code) for code in copies}
        for code, language in printed.items():
            if language is None:
                yield _no_translation_problem(context, folder, (*path, "copies", code))
        yield ResolvedHandout(folder, copies, {c: p for c, p in printed.items() if p})


def _printed_in(context: _SessionContext, folder: EditionFolder, code: str) -> str | None:
    """Choose the language printed for readers of `code`; None if there is none."""
    default = context.series.default_language
    uses_default = context.session.facts.missing_language == "default"
    candidates = (code, default) if uses_default else (code,)
    return next((c for c in candidates if c in folder.languages), None)


def _duplicate_problem(
    context: _SessionContext, folder: EditionFolder, path: FieldPath, first: int
) -> Problem:
    line = context.source.place(("handouts", first)).line
    return Problem(
        Rule.DUPLICATE_HANDOUT,
        context.source.place((*path, "brief")),
        f'"{folder.slug}" of {folder.information_date} is handed out in line {line} too',
        "write all its copies there",
    )


def _no_translation_problem(
    context: _SessionContext, folder: EditionFolder, path: FieldPath
) -> Problem:
    known = ", ".join(c for c in context.series.languages if c in folder.languages)
    return Problem(
        Rule.MISSING_LANGUAGE,
        context.source.key_place(path),
        f'"{folder.slug}" of {folder.information_date} has no text in "{path[-1]}"',
        f"it has: {known}; or set missing_language: default to hand out the default "
        "language, which is then named on the cover",
    )


def _find_edition(
    context: _SessionContext, handout: Handout, index: int
) -> EditionFolder | Problem:
    """Find the edition of a handout."""
    place, path = context.source.place, ("handouts", index)
    editions = context.briefs.get(handout.brief)
    dates = context.session.facts.dates
    if not editions:
        known = context.briefs if index < MOST_REPORTED else ()
        listed = f"there is: {', '.join(sorted(context.briefs))}"
        return Problem(
            Rule.UNKNOWN_BRIEF,
            place((*path, "brief")),
            f'there is no brief "{handout.brief}"',
            suggestion(handout.brief, known, listed),
        )
    key = "brief" if handout.edition is None else "edition"
    if handout.edition is None:
        edition = current_edition(editions, dates.start)
        message = f'"{handout.brief}" has no edition current on {dates.start}'
    else:
        named = (f for f in editions if f.information_date == handout.edition)
        edition = next(named, None)
        message = f'"{handout.brief}" has no edition {handout.edition}'
        if edition and edition.information_date.first_day > dates.end:
            message = (
                f"the edition {handout.edition} is dated after {dates.end}, the last day"
            )
            edition = None
    hint = "there is: " + ", ".join(str(f.information_date) for f in editions)
    return edition or Problem(Rule.UNKNOWN_EDITION, place((*path, key)), message, hint)


def _overlaps(
    read: Sequence[tuple[Source, Session]],
) -> Iterator[tuple[int, Problem]]:
    """Report each session that begins before an earlier one has ended, by its number."""
    by_date = sorted(read, key=lambda pair: (pair[1].facts.dates.start, pair[1].number))
    for index, (source, session) in enumerate(by_date):
        start = session.facts.dates.start
        earlier = (other for _, other in by_date[:index])
        other = next((o for o in earlier if start <= o.facts.dates.end), None)
        if other:
            message = f"it begins on {start}, during session {other.number}"
            hint = f"session {other.number} ends on {other.facts.dates.end}"
            place = source.place(("dates",))
            yield session.number, Problem(Rule.SESSION_DATES, place, message, hint)
