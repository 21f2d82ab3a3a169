"""List what is due: reviews of editions, and what the next session lacks: `briefs due`.

The next session is the first that has not ended. Due on its first day are: each brief that
it hands out, in its languages, final and without errors, and up-to-date PDFs and packs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter

from pipeline.commands.check import CheckedContent, read_content
from pipeline.commands.print_order import build_command, handout_documents, paper_profile
from pipeline.content.session_loader import find_sessions, load_session
from pipeline.editions.current import current_editions
from pipeline.editions.review import DueItem, DueKind, by_urgency, review_day
from pipeline.editions.sessions import ResolvedHandout, read_sessions
from pipeline.model.edition_state import EditionState
from pipeline.model.schema import Edition, Series
from pipeline.model.session import Session
from pipeline.problems import Problem, Rule, is_blocking, sort_and_dedupe
from pipeline.project import Project
from pipeline.targets import BuildOptions, State
from pipeline.tasks.packs import plan_packs

# The kind of item that a problem of a session becomes; "session" for other rules.
_KINDS: dict[Rule, DueKind] = {
    Rule.MISSING_LANGUAGE: "translation",
    Rule.UNKNOWN_BRIEF: "edition",
    Rule.UNKNOWN_EDITION: "edition",
}


@dataclass(frozen=True)
class DueReport:
    """All due items as of the day `on`, and all reviews and sessions for a calendar.

    `problems` are the errors because of which a due day could not be computed.
    """

    on: date
    series: Series | None
    due: tuple[DueItem, ...] = ()
    next_session: Session | None = None
    reviews: tuple[tuple[Edition, DueItem], ...] = ()
    sessions: tuple[Session, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def overdue(self) -> tuple[DueItem, ...]:
        """The items whose day has passed."""
        return tuple(item for item in self.due if item.is_overdue(self.on))


def read_due(project: Project, on: date) -> DueReport:
    """Find what is or will be due, as of the day `on`. Writes nothing."""
    checked = read_content(project, BuildOptions(), None)
    series = checked.series
    if series is None:
        return DueReport(on, None, problems=tuple(filter(is_blocking, checked.problems)))
    editions, problems = _current_editions(checked, on)
    sessions, session_problems = _read_sessions(project, series)
    reviews = [(e, item) for e in editions if (item := _review_item(e))]
    due = [item for _, item in reviews]
    next_session = next((s for s in sessions if s.facts.dates.end >= on), None)
    if next_session:
        due += _session_items(project, checked, series, next_session)
    return DueReport(
        on,
        series,
        by_urgency(due),
        next_session,
        tuple(reviews),
        tuple(sessions),
        sort_and_dedupe((*problems, *session_problems)),
    )


def _current_editions(
    checked: CheckedContent, on: date
) -> tuple[list[Edition], list[Problem]]:
    """Return the current editions, and the errors of those that could not be read."""
    read = checked.by_folder
    chosen = current_editions(checked.lifecycles, on)
    current = [folder.name for folder in checked.folders if folder in chosen]
    unread = tuple(f"{name}/" for name in current if name not in read)
    errors = filter(is_blocking, checked.problems)
    problems = [p for p in errors if p.place.file.startswith(unread)]
    return [read[name] for name in current if name in read], problems


def _read_sessions(project: Project, series: Series) -> tuple[list[Session], list[Problem]]:
    """Read each session by itself, so that one with a missing brief is read; sort them."""
    sessions: list[Session] = []
    problems: list[Problem] = []
    for path in find_sessions(project)[0].values():
        _, session, file_problems = load_session(project, path, series)
        if session:
            sessions.append(session)
        else:
            problems += filter(is_blocking, file_problems)
    return sorted(sessions, key=attrgetter("sort_key")), problems


def _review_item(edition: Edition) -> DueItem | None:
    facts, information_date = edition.facts, edition.information_date
    if (after := facts.review_after) is None:
        return None
    start = facts.issued or information_date.last_day
    unit = after.unit if after.count > 1 else after.unit.removesuffix("s")
    return DueItem(
        day=review_day(information_date, facts.issued, after),
        kind="review",
        what=f"review it: {after.count} {unit} after {start}",
        brief=edition.slug,
        information_date=information_date,
    )


def _session_items(
    project: Project, checked: CheckedContent, series: Series, session: Session
) -> Iterator[DueItem]:
    resolved = read_sessions(project, checked.lifecycles, series, (session.slug,))
    due = partial(DueItem, session.facts.dates.start, session=session.slug)
    for problem in filter(is_blocking, resolved.problems):
        kind = _KINDS.get(problem.rule, "session")
        yield due(kind, f"{problem.place}: {problem.message}", problem.hint)
    profile = paper_profile(session.facts.paper)
    for handout in (h for s in resolved.sessions for h in s.handouts):
        yield from _handout_items(project, checked, handout, profile, session)
    options = BuildOptions(profiles=(profile,), dry_run=True)
    day = session.facts.dates.start
    packs = plan_packs(project, options, session.slug, day).stale
    if resolved.sessions and packs:
        short = {"office": "", "booklet": " --booklet"}
        option = short.get(profile, f" --profile {profile}")
        hint = f"briefs pack {session.slug}{option}"
        languages = tuple(pack.language for pack in packs)
        yield due("pack", "its pack is missing or stale", hint, languages=languages)


def _handout_items(
    project: Project,
    checked: CheckedContent,
    handout: ResolvedHandout,
    profile: str,
    session: Session,
) -> Iterator[DueItem]:
    folder, day = handout.folder, session.facts.dates.start
    due = partial(
        DueItem,
        day,
        brief=folder.slug,
        information_date=folder.information_date,
        session=session.slug,
    )
    lifecycle = checked.lifecycles[folder]
    state, hint = lifecycle.state(day), f"{folder.name}/edition.yaml"
    if state is EditionState.DRAFT:
        yield due("edition", "it is still a draft", f"{hint}: status: final")
    elif state is EditionState.EMBARGOED:
        yield due("edition", f"embargoed until {lifecycle.embargo_until}", hint)
    elif state is EditionState.WITHDRAWN:
        yield due("edition", "it was withdrawn", "hand out another edition")
    for language, printed in handout.printed_in.items():
        if printed != language:
            what = f"no text in {language}; {printed} is handed out, as the session allows"
            yield due("translation", what, languages=(language,), needed=False)
    for language in handout.languages:
        if outdated := _count_outdated(checked, f"{folder.name}/{language}.yaml"):
            what = (
                "1 text is outdated" if outdated == 1 else f"{outdated} texts are outdated"
            )
            hint = f"briefs translate {folder.slug} --to {language}"
            yield due("translation", what, hint, languages=(language,))
    documents, _ = handout_documents(project, [handout], profile, day)
    if blocked := tuple(d.language for d in documents if d.state is State.BLOCKED):
        hint = f"briefs check {folder.slug}"
        yield due("edition", "its content has errors", hint, languages=blocked)
    if stale := tuple(d.language for d in documents if d.state is State.STALE):
        hint = build_command(session.slug, profile)
        yield due("document", "its PDF is missing or stale", hint, languages=stale)


def _count_outdated(checked: CheckedContent, file: str) -> int:
    return sum(
        problem.rule is Rule.OUTDATED_TRANSLATION and problem.place.file == file
        for problem in checked.problems
    )
