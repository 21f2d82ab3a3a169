"""Find the documents that are up to date by their files; finish.py decides on the others.

No file of such a document is parsed, and no slow module is imported for it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.content.discovery import SERIES, EditionFolder, find_editions, languages_of
from pipeline.editions.lifecycle import (
    Editions,
    Lifecycle,
    lifecycle_files,
    read_lifecycles,
)
from pipeline.model.edition_state import STAMPS_WITH_SUCCESSOR, Stamp
from pipeline.problems import Problem
from pipeline.project import Project
from pipeline.state.build_state import BuildState
from pipeline.state.manifest import OutputEntry, load_warning
from pipeline.targets import (
    BuildOptions,
    Document,
    select_documents,
    select_editions,
    stamps_of,
)
from pipeline.tasks.task import Plan, PlanItem, Workspace, keep_task, open_records
from pipeline.toolchain import Toolchain, toolchains_by_profile

if TYPE_CHECKING:
    from pipeline.workers.executor import Executor


@dataclass
class DocumentPlan(Plan):
    """The documents of a build.

    `selected` are the editions, with the stamps of their documents. `stale` are those that
    must be read, as one of their documents may be stale. `up_to_date` has the record of
    each document of the other editions, by name. `languages` are those of the series if
    it is unchanged, else empty. `used_languages` are the languages of all selected
    editions, in every shard.
    """

    selected: Mapping[EditionFolder, Sequence[Stamp]]
    stale: frozenset[EditionFolder]
    up_to_date: Mapping[str, OutputEntry]
    used_languages: Sequence[str]
    languages: Sequence[str]

    def __post_init__(self) -> None:
        self._count_documents()

    def _count_documents(self) -> None:
        numbers = {folder: len([*self._documents(folder)]) for folder in self.selected}
        self.total = sum(numbers.values())
        documents = sum(numbers[folder] for folder in self.stale)
        # Stale editions without documents are read, too, and report problems.
        self.stale_count = documents or len(self.stale)

    def tasks(self, executor: "Executor") -> Iterator[PlanItem]:
        """Yield a task for each document, in order; the next editions are read ahead."""
        edition_tasks = None
        if self.stale:
            from pipeline.tasks.documents import EditionTasks

            edition_tasks = EditionTasks(
                self.workspace,
                self.used_languages,
                executor,
                [folder for folder in self.selected if folder in self.stale],
            )
            self.languages = edition_tasks.languages
            self._count_documents()
        for folder in self.selected:
            documents = self._documents(folder)
            if edition_tasks and folder in self.stale:
                yield from edition_tasks.tasks_of(folder, documents)
            else:
                for document in documents:
                    entry = self.up_to_date[document.name]
                    yield document, keep_task(self.workspace, document, entry)

    def _documents(self, folder: EditionFolder) -> Iterator[Document]:
        languages, stamps = self.languages or folder.languages, self.selected[folder]
        return select_documents(folder, languages, self.workspace.options, stamps)


def plan_documents(
    project: Project,
    options: BuildOptions,
    today: date,
    toolchains: Mapping[str, Toolchain] | None = None,
) -> DocumentPlan:
    """Find the documents that `options` select, and the editions that may be stale.

    `toolchains` are those of an executor that is already open.
    """
    folders, problems = discover(project, options.slugs)
    project, state = open_records(project)
    requested_folders = [f for f in folders if not options.slugs or f.slug in options.slugs]
    editions = load_lifecycles(project, requested_folders, state)
    chosen = [*select_editions(editions, options, today)]
    selected = {folder: stamps_of(editions[folder], options, today) for folder in chosen}
    if options.shard != (1, 1):  # editions without a document in this shard are not read
        selected = {
            folder: stamps
            for folder, stamps in selected.items()
            if any(select_documents(folder, folder.languages, options, stamps))
        }
    toolchains = toolchains or toolchains_by_profile(project, options, state.files)
    workspace = Workspace(
        project, options, state, folders, toolchains, problems, editions, today
    )
    return _split_stale(workspace, selected, languages_of(chosen))


def load_lifecycles(
    project: Project, folders: Iterable[EditionFolder], state: BuildState
) -> Editions:
    """Return the lifecycles of editions by the records; read those whose files changed."""
    editions: dict[EditionFolder, Lifecycle] = {}
    changed: list[EditionFolder] = []
    for folder in folders:
        stored = state.recorded_lifecycle(folder.name, lifecycle_files(folder))
        lifecycle = Lifecycle.from_record(stored) if stored else None
        if lifecycle is None and stored != []:
            changed.append(folder)
        editions[folder] = lifecycle or Lifecycle()
    if changed:
        for folder, lifecycle in read_lifecycles(project, changed).items():
            editions[folder] = lifecycle
            files = lifecycle_files(folder)
            state.record_lifecycle(folder.name, files, lifecycle.to_record())
    return editions


def discover(
    project: Project, slugs: Collection[str]
) -> tuple[tuple[EditionFolder, ...], list[Problem]]:
    """List all editions, and the misnamed folders of the selected briefs, or of all."""
    folders, problems = find_editions(project)
    prefixes = tuple(f"content/{slug}/" for slug in slugs)
    reported = [p for p in problems if not slugs or f"{p.place.file}/".startswith(prefixes)]
    return folders, reported


def _split_stale(
    workspace: Workspace,
    selected: Mapping[EditionFolder, Sequence[Stamp]],
    used_languages: Sequence[str],
) -> DocumentPlan:
    """Separate the editions that may be stale from those that are up to date."""
    state, options = workspace.state, workspace.options
    series = state.unchanged_part(SERIES)
    if (
        series is None
        or series.used_languages != used_languages
        or (options.strict and series.warnings)
    ):
        every = frozenset(selected)
        return DocumentPlan(workspace, selected, every, {}, used_languages, languages=())
    up_to_date: dict[str, OutputEntry] = {}
    stale: set[EditionFolder] = set()
    warnings = []
    for folder, stamps in selected.items():
        # The successor of an edition depends on the day, too, and the record of a frozen
        # file is not that of a file made from the content.
        must_read = options.for_publishing or not STAMPS_WITH_SUCCESSOR.isdisjoint(stamps)
        part = None if must_read else state.unchanged_part(folder.name)
        # Question 1 of build.py: did a file change?
        entries = {
            d.name: state.up_to_date_output(d.name, workspace.toolchains[d.profile])
            for d in select_documents(folder, series.languages, options, stamps)
        }
        if part and all(entries.values()) and not (options.strict and part.warnings):
            up_to_date |= {name: entry for name, entry in entries.items() if entry}
            warnings += part.warnings
        else:
            stale.add(folder)
    # A series that is read again reports its warnings itself.
    warnings = warnings if stale else [*series.warnings, *warnings]
    workspace.problems.extend(map(load_warning, warnings))
    return DocumentPlan(
        workspace, selected, frozenset(stale), up_to_date, used_languages, series.languages
    )
