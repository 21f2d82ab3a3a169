"""Find the editions that each session hands out.

    content/sessions/331.yaml -> session -> an edition and its languages for each handout

A handout names its edition, or is the one current on the first day of the session. An
edition dated after the last day of the session cannot be handed out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.content.discovery import EditionFolder
from pipeline.content.session_loader import find_sessions, load_session
from pipeline.content.suggestions import suggestion
from pipeline.content.yaml_source import Source
from pipeline.editions.current import current_edition, editions_by_brief
from pipeline.editions.lifecycle import Editions, Lifecycle
from pipeline.model.edition_state import EditionState
from pipeline.model.schema import Series
from pipeline.model.session import Handout, Session
from pipeline.problems import Place, Problem, Rule, is_blocking, sort_and_dedupe
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
        """Return what is handed out to readers of a language."""
        return tuple(handout for handout in self.handouts if language in handout.copies)


@dataclass(frozen=True)
class ResolvedSessions:
    """The sessions without errors, by date; the slugs of all sessions; the problems."""

    sessions: tuple[ResolvedSession, ...]
    slugs: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_sessions(
    project: Project, editions: Editions, series: Series, only: Collection[str] = ()
) -> ResolvedSessions:
    """Read the sessions of a project; with `only`, report problems of these alone.

    `editions` are all editions of all briefs. The dates of all sessions are compared.
    """
    briefs = editions_by_brief(editions)
    files, misnamed = find_sessions(project)
    loaded: list[tuple[Source, Session]] = []
    resolved: list[ResolvedSession] = []
    problems: dict[str, list[Problem]] = {}
    for slug, path in files.items():
        source, session, own_problems = load_session(project, path, series)
        problems[slug] = own_problems
        if source is None or session is None:
            continue
        loaded.append((source, session))
        results = list(_SessionResolver(session, source, briefs, series).resolve())
        own_problems += [r for r in results if isinstance(r, Problem)]
        # A future session may be empty until a command needs its handouts.
        if not results and slug in only:
            message = f"session {slug} hands out nothing"
            hint = "list the briefs under handouts, each with its copies"
            place = Place(session.file)
            own_problems.append(Problem(Rule.MISSING_KEY, place, message, hint))
        handouts = tuple(r for r in results if isinstance(r, ResolvedHandout))
        resolved.append(ResolvedSession(session, handouts))
    for slug, problem in _compare_sessions(loaded):
        problems[slug].append(problem)
    slugs = [slug for slug in files if not only or slug in only]
    valid_slugs = [slug for slug in slugs if not any(map(is_blocking, problems[slug]))]
    reported = [problem for slug in slugs for problem in problems[slug]]
    resolved.sort(key=lambda r: r.session.sort_key)
    return ResolvedSessions(
        tuple(r for r in resolved if r.session.slug in valid_slugs),
        tuple(files),
        sort_and_dedupe(reported if only else (*misnamed, *reported)),
    )


@dataclass(frozen=True)
class _SessionResolver:
    """Find the edition and the languages of each handout of a session."""

    session: Session
    source: Source
    briefs: Mapping[str, Editions]
    series: Series

    def resolve(self) -> Iterator[ResolvedHandout | Problem]:
        first_index: dict[EditionFolder, int] = {}
        for index, handout in enumerate(self.session.facts.handouts):
            folder = self._find_edition(handout, index)
            if isinstance(folder, Problem):
                yield folder
                continue
            if folder in first_index:
                line = self.source.place(("handouts", first_index[folder])).line
                place = self.source.place(("handouts", index, "brief"))
                message = f"{_edition_title(folder)} is handed out in line {line} too"
                hint = "write all its copies there"
                yield Problem(Rule.DUPLICATE_HANDOUT, place, message, hint)
            first_index.setdefault(folder, index)
            languages = self.series.languages
            copies = {c: handout.copies[c] for c in languages if c in handout.copies}
            printed = {code: self._language_to_print(folder, code) for code in copies}
            for code in (code for code, language in printed.items() if not language):
                place = self.source.key_place(("handouts", index, "copies", code))
                yield self._no_translation_problem(place, folder, code)
            yield ResolvedHandout(folder, copies, {c: p for c, p in printed.items() if p})

    def _language_to_print(self, folder: EditionFolder, code: str) -> str | None:
        """Choose the language printed for readers of `code`; None if there is none."""
        uses_default = self.session.facts.missing_language == "default"
        candidates = (code, self.series.default_language) if uses_default else (code,)
        return next((c for c in candidates if c in folder.languages), None)

    def _no_translation_problem(
        self, place: Place, folder: EditionFolder, code: str
    ) -> Problem:
        available = ", ".join(c for c in self.series.languages if c in folder.languages)
        message = f'{_edition_title(folder)} has no text in "{code}"'
        hint = f"available: {available}. To hand out the default language instead, "
        hint += "set missing_language: default"
        return Problem(Rule.MISSING_LANGUAGE, place, message, hint)

    def _find_edition(self, handout: Handout, index: int) -> EditionFolder | Problem:
        slug, dated, dates = handout.brief, handout.edition, self.session.facts.dates
        editions = self.briefs.get(slug)
        place = self.source.place(("handouts", index, "edition" if dated else "brief"))
        if not editions:
            place = self.source.place(("handouts", index, "brief"))
            available = "available briefs: " + ", ".join(self.briefs)
            hint = suggestion(slug, self.briefs, available, index)
            return Problem(Rule.UNKNOWN_BRIEF, place, f'there is no brief "{slug}"', hint)
        hint = "available editions: " + ", ".join(
            str(folder.information_date) + _state_if_not_current(lifecycle, dates.start)
            for folder, lifecycle in editions.items()
        )
        if dated is None:
            edition = current_edition(editions, dates.start)
            message = f'"{slug}" has no edition current on {dates.start}'
        else:
            edition = next((f for f in editions if f.information_date == dated), None)
            message = f'"{slug}" has no edition {dated}'
            if edition and dated.first_day > dates.end:
                edition = None
                message = f"the edition {dated} is dated after {dates.end}, the last day"
        return edition or Problem(Rule.UNKNOWN_EDITION, place, message, hint)


def _state_if_not_current(lifecycle: Lifecycle, on: date) -> str:
    """Name a state in which an edition cannot be current, in brackets; else ""."""
    state = lifecycle.state(on)
    return "" if state.may_be_current else f" ({state})"


def check_handouts(
    session: ResolvedSession, editions: Editions, on: date, *, embargoed: bool = False
) -> Iterator[Problem]:
    """Report handouts of a session that may not be printed, and unpublished ones.

    With `embargoed` an edition under embargo may be printed.
    """
    for handout in session.handouts:
        folder, dated = handout.folder, handout.folder.information_date
        state = editions[folder].state(on)
        rule, complement, hint = Rule.EDITION_STATE, str(state), ""
        if state is EditionState.DRAFT:
            complement = "a draft"
            hint = f"finish it, and set status: final in {folder.name}/edition.yaml"
        elif state is EditionState.EMBARGOED and not embargoed:
            hint = f"wait until {editions[folder].embargo_until}, or use --embargoed, "
            hint += "which stamps each page"
        elif state is EditionState.WITHDRAWN:
            hint = f"hand out another edition of {folder.slug}, or leave it out"
        elif state is EditionState.FINAL:
            rule, complement = Rule.NOT_PUBLISHED, "not published"
            hint = f"briefs publish {folder.slug} --edition {dated}"
        if hint:
            message = f"{_edition_title(folder)} is {complement}"
            yield Problem(rule, Place(session.session.file), message, hint)


def _edition_title(folder: EditionFolder) -> str:
    return f'"{folder.slug}" of {folder.information_date}'


def _compare_sessions(
    loaded: Iterable[tuple[Source, Session]],
) -> Iterator[tuple[str, Problem]]:
    """Compare each session with the earlier ones; yield problems with its slug.

    An overlap is a warning: a committee may meet in the days of the body that it reports
    to.
    """
    earlier: list[Session] = []
    for source, session in sorted(loaded, key=lambda pair: pair[1].sort_key):
        start, names = session.facts.dates.start, (session.facts.name or {}).items()
        if other := next((o for o in earlier if start <= o.facts.dates.end), None):
            message = f"it begins on {start}, during session {other.slug}"
            hint = f"check the dates: session {other.slug} ends on {other.facts.dates.end}"
            place = source.place(("dates",))
            yield session.slug, Problem(Rule.SESSION_OVERLAP, place, message, hint)
        same_name = (o for o in earlier if names & (o.facts.name or {}).items())
        if other := next(same_name, None):
            message = f"it has the name of session {other.slug}"
            hint = "give it another name: readers cannot tell them apart"
            place = source.place(("name",))
            yield session.slug, Problem(Rule.SAME_SESSION_NAME, place, message, hint)
        earlier.append(session)
