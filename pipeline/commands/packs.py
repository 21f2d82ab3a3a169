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
from pipeline.content.loader import load_series
from pipeline.content.reader import SERIES, Content, read_parts
from pipeline.design.overrides import refuse_wrong_files
from pipeline.editions.sessions import HandedOut, PlannedSession, Sessions, read_sessions
from pipeline.model.dates import InformationDate
from pipeline.model.schema import Series
from pipeline.prepress.toolchain import booklet_tools
from pipeline.problems import PipelineError, Problem, in_order, stops
from pipeline.project import BRAND_FILE, Project
from pipeline.state.atomic_write import write_whole
from pipeline.state.build_state import Memory
from pipeline.state.fingerprints import digest
from pipeline.state.manifest import Entry, note_warning
from pipeline.targets import Pack, PackOrder

if TYPE_CHECKING:
    from pipeline.binding import Bound
    from pipeline.workers.pool import Workers

Progress = Callable[[Pack, int], None]


@dataclass(frozen=True)
class PackOutcome:
    """The packs of a session as they are now, and everything wrong that was met."""

    packs: tuple[Pack, ...]
    problems: tuple[Problem, ...]


def make_packs(
    project: Project,
    order: PackOrder,
    progress: Progress = lambda *_: None,
    workers: "Workers | None" = None,
) -> PackOutcome:
    """Make the packs of a session that are stale; finish the good ones when some are wrong.

    Without `workers` processes are opened as `order.jobs` says.
    """
    plan = _plan(project, order)
    with ExitStack() as stack:
        if plan.stale:
            from pipeline.state.lock import only_build_in

            stack.enter_context(only_build_in(project.build))
            # Another build may have finished while the folder was not ours yet.
            if not plan.memory.is_current():
                plan = _plan(project, order)
        if plan.stale:
            number = min(order.jobs, len(plan.stale))
            workers = workers or stack.enter_context(open_painters(number, dry_run=False))
        return _make_all(plan, workers, progress)


def stale_packs(project: Project, order: PackOrder) -> tuple[Pack, ...]:
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
    if wrong := [p for p in (*problems, *found.problems) if stops(p)]:
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
    order: PackOrder
    memory: Memory
    tools: Mapping[str, str]
    series: Series | None
    folders: tuple[EditionFolder, ...]
    session: PlannedSession | None
    packs: tuple[Pack, ...]
    kept: Mapping[str, Entry]
    read: str
    problems: tuple[Problem, ...]

    @property
    def stale(self) -> tuple[Pack, ...]:
        """The packs that have to be made."""
        return tuple(pack for pack in self.packs if pack.name not in self.kept)


def _plan(project: Project, order: PackOrder) -> Plan:
    """Read the session, and find the packs none of whose files changed."""
    refuse_wrong_files(project)
    memory = Memory(project.build, project.paths_of)
    project = replace(project, note=memory.files.note)
    tools = toolchain_of(project, memory.files) | booklet_tools()
    noted, notes = project.noting()
    folders, _ = find_editions(project)
    series, problems = load_series(noted, ())
    found = _read_session(noted, folders, series, order.number)
    session = next(iter(found.planned), None)
    packs = tuple(_packs_of(session, series, order)) if session and series else ()
    said = (*problems, *found.problems)
    kept: dict[str, Entry] = {}
    for pack in packs:
        entry = memory.untouched(pack.name, tools)
        if entry and not (order.strict and (entry.warnings or said)):
            kept[pack.name] = entry
    read = memory.note_read(notes)
    return Plan(
        *(project, order, memory, tools, series, folders, session, packs, kept, read),
        problems=said,
    )


def _read_session(
    noted: Project, folders: Sequence[EditionFolder], series: Series | None, number: int
) -> Sessions:
    """Read all sessions, for no two may take place at once, and report on one."""
    if series is None:
        return Sessions((), (), ())
    return read_sessions(noted, folders, series, (number,))


def _packs_of(session: PlannedSession, series: Series, order: PackOrder) -> Iterator[Pack]:
    for language in series.languages:
        asked = not order.languages or language in order.languages
        if asked and session.in_language(language):
            yield Pack(order.number, language, order.profile)


def _make_all(plan: Plan, workers: "Workers | None", progress: Progress) -> PackOutcome:
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
    return PackOutcome(tuple(finished), in_order(problems))


def _read(plan: Plan) -> Content:
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


def _handed_out(plan: Plan, pack: Pack) -> tuple[HandedOut, ...]:
    return plan.session.in_language(pack.language) if plan.session else ()


def _bind_stale(plan: Plan, content: Content, workers: "Workers") -> "Iterator[Bound]":
    from pipeline.binding import Bindery, bind, bind_together
    from pipeline.design.stylesheets import sheets_of
    from pipeline.make import Shared
    from pipeline.painting import prepare_painting

    if plan.session is None or content.series is None or content.brand is None:
        return iter(())
    # Before templates are read: what changes while they are is made again the next time.
    plan.memory.look_at(plan.project.design_names())
    wrong = (p for p in content.problems if stops(p, strict=plan.order.strict))
    bindery = Bindery(
        Shared(Project(plan.project.root), content.series, content.brand),
        {f"content/{edition.folder}": edition for edition in content.editions},
        frozenset(p.place.file for p in wrong),
        plan.tools,
        workers,
        plan.order.strict,
    )
    session, first = plan.session.session, plan.stale[0]
    sheets = sheets_of(bindery.shared.project, first.language, first.layout)
    workers.prepare(prepare_painting, bindery.shared.shelf, first.language, sheets)
    return bind_together(
        [bind(bindery, pack, session, _handed_out(plan, pack)) for pack in plan.stale]
    )


def _finish(
    plan: Plan, pack: Pack, bound: "Bound | None", content: Content | None
) -> tuple[Pack, tuple[Problem, ...]]:
    """Let a good pack take the place of the one before; a bad one leaves it there."""
    if bound is None or content is None:
        return replace(pack, state="blocked"), ()
    if not bound.pdf:
        return replace(pack, state="blocked"), bound.problems
    memory, name = plan.memory, pack.name
    try:
        write_whole(plan.project.build / name, bound.pdf, f"build/{name}")
    except PipelineError as error:
        return replace(pack, state="blocked"), (*bound.problems, *error.problems)
    memory.note_document(name, _record(plan, pack, bound, content))
    made = replace(pack, state="made", pages=bound.pages, bytes=len(bound.pdf))
    return made, bound.problems


def _record(plan: Plan, pack: Pack, bound: "Bound", content: Content) -> Entry:
    """Remember what a pack was made from, and the warnings to be said again."""
    manifest, used = plan.memory.manifest, plan.memory.files.used
    names = {SERIES, *(_folder_name(h) for h in _handed_out(plan, pack))}
    parts = [part for name, part in content.parts.items() if name in names]
    warnings = [p for part in parts for p in part.problems]
    files = [plan.memory.note_files(part.files) for part in parts]
    return Entry(
        source=bound.source,
        inputs=[plan.read, *files, plan.memory.note_read(bound.files)],
        program=plan.memory.note_files(plan.project.program_names()),
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
        warnings=[note_warning(p) for p in (*warnings, *bound.problems)],
    )


def _folder_name(given: HandedOut) -> str:
    return f"content/{given.folder.slug}/{given.folder.information_date}"
