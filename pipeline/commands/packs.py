"""Everything for a session as a few functions: its packs.

    session -> editions -> briefs, painted one behind the other -> front -> build/sessions/

A pack is one PDF for each language. The pages of a pack are counted beside those of each
brief, so a brief is painted when it is known how many come before it; the front, which says
where each begins, comes last. Packs of several languages are made side by side.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline.build import (
    families_of,
    first_editions,
    languages_of,
    open_painters,
    toolchain_of,
    write_records,
)
from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.content.loader import SERIES, LoadedContent, load_series, read_parts
from pipeline.design.overrides import require_usable_overrides
from pipeline.editions.sessions import (
    ResolvedHandout,
    ResolvedSession,
    ResolvedSessions,
    read_sessions,
)
from pipeline.model.dates import InformationDate
from pipeline.model.schema import Series
from pipeline.prepress.toolchain import booklet_tools
from pipeline.problems import PipelineError, Problem, is_blocking, sort_and_dedupe
from pipeline.project import BRAND_FILE, Project
from pipeline.state.atomic_write import atomic_write
from pipeline.state.build_state import BuildState
from pipeline.state.fingerprints import digest
from pipeline.state.manifest import OutputEntry, store_warning
from pipeline.targets import Pack, PackOptions

if TYPE_CHECKING:
    from pipeline.binding import Bound
    from pipeline.workers.pool import Executor

Progress = Callable[[Pack, int], None]


@dataclass(frozen=True)
class PackOutcome:
    """The packs of a session as they are now, and everything wrong that was met."""

    packs: tuple[Pack, ...]
    problems: tuple[Problem, ...]


def make_packs(
    project: Project,
    order: PackOptions,
    progress: Progress = lambda *_: None,
    workers: "Executor | None" = None,
) -> PackOutcome:
    """Make the packs of a session that are stale; finish the good ones when some are wrong.

    Without `workers` processes are opened as `order.jobs` says.
    """
    plan = _plan(project, order)
    with ExitStack() as stack:
        if plan.stale:
            from pipeline.state.lock import build_lock

            stack.enter_context(build_lock(project.build))
            # Another build may have finished while the folder was not ours yet.
            if not plan.memory.is_current():
                plan = _plan(project, order)
        if plan.stale:
            number = min(order.jobs, len(plan.stale))
            workers = workers or stack.enter_context(open_painters(number, dry_run=False))
        return _make_all(plan, workers, progress)


def stale_packs(project: Project, order: PackOptions) -> tuple[Pack, ...]:
    """Say which packs of a session are not there, or not as they would be now."""
    return _plan(project, order).stale


def languages_handed_out(project: Project, number: int) -> frozenset[str]:
    """Say in which languages a session hands anything out; none if it cannot be read."""
    series, _ = load_series(project, ())
    found = _read_session(project, find_editions(project)[0], series, number)
    return frozenset(c for plan in found.planned for c in plan.session.languages)


def editions_handed_out(
    project: Project, number: int
) -> dict[tuple[str, InformationDate], tuple[str, ...]]:
    """Name the editions that a session hands out, and the languages they are printed in.

    Raises PipelineError if the session is wrong.
    """
    series, problems = load_series(project, ())
    found = _read_session(project, find_editions(project)[0], series, number)
    if wrong := [p for p in (*problems, *found.problems) if is_blocking(p)]:
        raise PipelineError(*wrong)
    given = (h for plan in found.planned for h in plan.handed_out)
    return {
        (h.folder.slug, h.folder.information_date): tuple(
            dict.fromkeys(h.printed_in.values())
        )
        for h in given
    }


@dataclass(frozen=True)
class Plan:
    """What is to be done for a session, and what is known of it already.

    `kept` are the packs that are up to date. `read` names the set of files that the session
    was read from.
    """

    project: Project
    order: PackOptions
    memory: BuildState
    tools: Mapping[str, str]
    series: Series | None
    folders: tuple[EditionFolder, ...]
    session: ResolvedSession | None
    packs: tuple[Pack, ...]
    kept: Mapping[str, OutputEntry]
    read: str
    problems: tuple[Problem, ...]

    @property
    def stale(self) -> tuple[Pack, ...]:
        """The packs that have to be made."""
        return tuple(pack for pack in self.packs if pack.name not in self.kept)


def _plan(project: Project, order: PackOptions) -> Plan:
    """Read the session, and find the packs none of whose files changed."""
    require_usable_overrides(project)
    memory = BuildState(project.build, project.paths_of)
    project = replace(project, note=memory.files.note)
    tools = toolchain_of(project, memory.files) | booklet_tools()
    noted, notes = project.noting()
    folders, _ = find_editions(project)
    series, problems = load_series(noted, ())
    found = _read_session(noted, folders, series, order.number)
    session = next(iter(found.planned), None)
    packs = tuple(_packs_of(session, series, order)) if session and series else ()
    said = (*problems, *found.problems)
    kept: dict[str, OutputEntry] = {}
    for pack in packs:
        entry = memory.untouched(pack.name, tools)
        if entry and not (order.strict and (entry.warnings or said)):
            kept[pack.name] = entry
    read = memory.record_read(notes)
    return Plan(
        *(project, order, memory, tools, series, folders, session, packs, kept, read),
        problems=said,
    )


def _read_session(
    noted: Project, folders: Sequence[EditionFolder], series: Series | None, number: int
) -> ResolvedSessions:
    """Read all sessions, for no two may take place at once, and report on one."""
    if series is None:
        return ResolvedSessions((), (), ())
    return read_sessions(noted, folders, series, (number,))


def _packs_of(
    session: ResolvedSession, series: Series, order: PackOptions
) -> Iterator[Pack]:
    for language in series.languages:
        asked = not order.languages or language in order.languages
        if asked and session.in_language(language):
            yield Pack(order.number, language, order.profile)


def _make_all(plan: Plan, workers: "Executor | None", progress: Progress) -> PackOutcome:
    """Make what is stale, report every pack in order, and remember what was done."""
    problems = [*plan.problems]
    content = _read(plan) if plan.stale and workers else None
    bound = _bind_stale(plan, content, workers) if content and workers else iter(())
    problems += content.problems if content else ()
    finished: list[Pack] = []
    try:
        for pack in plan.packs:
            if entry := plan.kept.get(pack.name):
                problems += plan.memory.warnings(entry)
                done = replace(pack, state="kept", pages=entry.pages, bytes=entry.bytes)
            else:
                done, found = _finish(plan, pack, next(bound, None), content)
                problems += found
            finished.append(done)
            progress(done, len(plan.packs))
    finally:
        # Also when somebody stops it: what is finished need not be made again.
        if plan.stale:
            problems += write_records(plan.project, plan.memory, plan.folders)
    return PackOutcome(tuple(finished), sort_and_dedupe(problems))


def _read(plan: Plan) -> LoadedContent:
    """Read the editions that go into any pack to be made."""
    given = [h for pack in plan.stale for h in _handed_out(plan, pack)]
    chosen = list(dict.fromkeys(h.folder for h in given))
    return read_parts(
        plan.project,
        chosen,
        first_editions(plan.folders),
        languages_of(chosen),
        partial(families_of, plan.project),
    )


def _handed_out(plan: Plan, pack: Pack) -> tuple[ResolvedHandout, ...]:
    return plan.session.in_language(pack.language) if plan.session else ()


def _bind_stale(
    plan: Plan, content: LoadedContent, workers: "Executor"
) -> "Iterator[Bound]":
    from pipeline.binding import Bindery, bind, bind_together
    from pipeline.design.stylesheets import stylesheets_for
    from pipeline.make import Shared
    from pipeline.painting import prepare_painting

    if plan.session is None or content.series is None or content.brand is None:
        return iter(())
    # Before templates are read: what changes while they are is made again the next time.
    plan.memory.track(plan.project.design_names())
    wrong = (p for p in content.problems if is_blocking(p, strict=plan.order.strict))
    bindery = Bindery(
        Shared(Project(plan.project.root), content.series, content.brand),
        {f"content/{edition.folder}": edition for edition in content.editions},
        frozenset(p.place.file for p in wrong),
        plan.tools,
        workers,
        plan.order.strict,
    )
    session, first = plan.session.session, plan.stale[0]
    sheets = stylesheets_for(bindery.shared.project, first.language, first.layout)
    workers.prepare(prepare_painting, bindery.shared.shelf, first.language, sheets)
    return bind_together(
        [bind(bindery, pack, session, _handed_out(plan, pack)) for pack in plan.stale]
    )


def _finish(
    plan: Plan, pack: Pack, bound: "Bound | None", content: LoadedContent | None
) -> tuple[Pack, tuple[Problem, ...]]:
    """Let a good pack take the place of the one before; a bad one leaves it there."""
    if bound is None or content is None:
        return replace(pack, state="blocked"), ()
    if not bound.pdf:
        return replace(pack, state="blocked"), bound.problems
    memory, name = plan.memory, pack.name
    try:
        atomic_write(plan.project.build / name, bound.pdf, f"build/{name}")
    except PipelineError as error:
        return replace(pack, state="blocked"), (*bound.problems, *error.problems)
    memory.record_output_entry(name, _record(plan, pack, bound, content))
    made = replace(pack, state="made", pages=bound.pages, bytes=len(bound.pdf))
    return made, bound.problems


def _record(plan: Plan, pack: Pack, bound: "Bound", content: LoadedContent) -> OutputEntry:
    """Remember what a pack was made from, and the warnings to be said again."""
    manifest, used = plan.memory.manifest, plan.memory.files.used
    names = {SERIES, *(_folder_name(h) for h in _handed_out(plan, pack))}
    parts = [part for name, part in content.parts.items() if name in names]
    warnings = [p for part in parts for p in part.problems]
    files = [plan.memory.record_set(part.files) for part in parts]
    return OutputEntry(
        source=bound.source,
        inputs=[plan.read, *files, plan.memory.record_read(bound.files)],
        program=plan.memory.record_set(plan.project.program_names()),
        assets=manifest.remember_set(
            {
                name: used(name) if name == BRAND_FILE else hashed
                for name, hashed in bound.assets.items()
            }
        ),
        pdf=digest(bound.pdf),
        pages=bound.pages,
        bytes=len(bound.pdf),
        toolchain=manifest.remember_toolchain(plan.tools),
        warnings=[store_warning(p) for p in (*warnings, *bound.problems)],
    )


def _folder_name(given: ResolvedHandout) -> str:
    return f"content/{given.folder.slug}/{given.folder.information_date}"
