"""Find the targets that are certainly up to date; `finish` decides on the others.

For documents none of whose files changed, nothing is opened and no slow module imported.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from pipeline.content.discovery import SERIES, EditionFolder, find_editions
from pipeline.problems import Problem
from pipeline.project import Project
from pipeline.state.build_state import BuildState
from pipeline.state.manifest import OutputEntry, load_warning
from pipeline.targets import (
    BuildOptions,
    Document,
    languages_of,
    select_documents,
    select_editions,
)
from pipeline.tasks.task import Plan, TargetTask, Workspace, up_to_date
from pipeline.toolchain import Toolchain, toolchains_by_profile
from pipeline.workers.scheduler import finished_task

if TYPE_CHECKING:
    from pipeline.workers.executor import Executor


@dataclass
class DocumentPlan(Plan):
    """The documents of a build.

    `changed` are the editions that must be read. `fresh` holds the entries of the documents
    of all others, whose languages are those of the unchanged series, `languages`.
    `used_languages` are the languages of all selected editions, in every shard.
    """

    selected: tuple[EditionFolder, ...]
    changed: frozenset[EditionFolder]
    fresh: Mapping[str, OutputEntry]
    used_languages: Sequence[str]
    languages: Sequence[str]

    def __post_init__(self) -> None:
        self._count()

    def _count(self) -> None:
        numbers = {folder: len([*self._documents(folder)]) for folder in self.selected}
        self.total = sum(numbers.values())
        documents = sum(numbers[folder] for folder in self.changed)
        # Changed editions without documents are read, too, and report problems.
        self.stale_count = documents or len(self.changed)

    def tasks(self, executor: "Executor") -> Iterator[TargetTask]:
        """Give a task for each document, in order; editions are read one by one."""
        document_tasks = None
        if self.changed:
            from pipeline.tasks.documents import DocumentTasks

            document_tasks = DocumentTasks(self.workspace, self.used_languages, executor)
            self.languages = document_tasks.languages
            self._count()
        for folder in self.selected:
            documents = self._documents(folder)
            if document_tasks and folder in self.changed:
                yield from document_tasks.tasks_of(folder, documents)
            else:
                for document in documents:
                    entry = self.fresh[document.name]
                    done = up_to_date(self.workspace, document, entry)
                    yield document, finished_task(done)

    def _documents(self, folder: EditionFolder) -> Iterator[Document]:
        languages = self.languages or folder.languages
        return select_documents(folder, languages, self.workspace.options)


def plan_documents(
    project: Project,
    options: BuildOptions,
    today: date,
    toolchains: Mapping[str, Toolchain] | None = None,
) -> DocumentPlan:
    """Find the documents that `options` select, and the editions whose files changed.

    `toolchains` are those of an executor that is already open.
    """
    folders, problems = discover(project, options.slugs)
    editions = tuple(select_editions(folders, options, today))
    selected = editions
    if options.shard != (1, 1):  # editions without a document in this shard are not read
        selected = tuple(
            e for e in editions if any(select_documents(e, e.languages, options))
        )
    state = BuildState(project.build, project.paths_of)
    project = replace(project, on_read=state.files.record)
    toolchains = toolchains or toolchains_by_profile(project, options, state.files)
    workspace = Workspace(project, options, state, folders, toolchains, problems)
    return _split(workspace, selected, languages_of(editions))


def discover(
    project: Project, slugs: Collection[str]
) -> tuple[tuple[EditionFolder, ...], list[Problem]]:
    """List all editions, and the misnamed folders: of the briefs asked for, or of all."""
    folders, problems = find_editions(project)
    asked = tuple(f"content/{slug}/" for slug in slugs)
    named = [p for p in problems if not slugs or f"{p.place.file}/".startswith(asked)]
    return folders, named


def _split(
    workspace: Workspace, selected: tuple[EditionFolder, ...], used_languages: Sequence[str]
) -> DocumentPlan:
    """Separate the editions whose files changed from those that need not be read."""
    state, options = workspace.state, workspace.options
    series = state.unchanged_source(SERIES)
    if (
        series is None
        or series.used_languages != used_languages
        or (options.strict and series.warnings)
    ):
        return DocumentPlan(
            workspace, selected, frozenset(selected), {}, used_languages, ()
        )
    fresh: dict[str, OutputEntry] = {}
    changed: set[EditionFolder] = set()
    warnings = []
    for folder in selected:
        source = state.unchanged_source(folder.name)
        entries = {
            d.name: state.unchanged_output(d.name, workspace.toolchains[d.profile])
            for d in select_documents(folder, series.languages, options)
        }
        found = {name: entry for name, entry in entries.items() if entry}
        is_fresh = source is not None and len(found) == len(entries)
        if source and is_fresh and not (options.strict and source.warnings):
            fresh |= found
            warnings += source.warnings
        else:
            changed.add(folder)
    # A series that is read again reports its warnings itself.
    warnings = warnings if changed else [*series.warnings, *warnings]
    workspace.problems.extend(map(load_warning, warnings))
    return DocumentPlan(
        workspace, selected, frozenset(changed), fresh, used_languages, series.languages
    )
