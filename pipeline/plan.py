"""Say what is to be made, one edition at a time: read, taken on its way, and forgotten.

A project may have more briefs than memory holds, and the first document need not wait until
the last brief has been read.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.content.discovery import EditionFolder
from pipeline.content.loader import (
    SERIES,
    LoadedPart,
    SeriesSettings,
    read_edition,
    read_series_settings,
)
from pipeline.model.schema import Edition, Series
from pipeline.problems import Problem, is_blocking
from pipeline.project import BRAND_FILE, Project
from pipeline.state.build_state import BuildState
from pipeline.state.manifest import OutputEntry
from pipeline.targets import BuildOptions, Document, select_documents


@dataclass(frozen=True)
class Plan:
    """A document that is asked for, and what it is to be made from.

    With an `entry` it is known that it need not be made; without an `edition` its content
    keeps it from being made. `inputs` name the sets of files that the content is.
    """

    document: Document
    entry: OutputEntry | None = None
    edition: Edition | None = None
    inputs: tuple[str, ...] = ()


class Planner:
    """Reads what must be read, remembers it, and collects in `problems` what is wrong.

    `used` are the languages of all editions, `first` the first editions of their briefs.
    """

    def __init__(
        self,
        project: Project,
        order: BuildOptions,
        memory: BuildState,
        used: Collection[str],
        first: Collection[EditionFolder],
        families: Callable[[], frozenset[str]],
    ) -> None:
        self._project = project
        self._order = order
        self._memory = memory
        self._first = frozenset(first)
        self.problems: list[Problem] = []
        self.setting: SeriesSettings = read_series_settings(project, used, families)
        series = self.setting.series
        languages = series.languages if series else ()
        self._inputs = self._remember(SERIES, self.setting.part, languages, used)

    def plan(
        self,
        chosen: Iterable[EditionFolder],
        untouched: Mapping[str, OutputEntry],
        to_read: Collection[EditionFolder],
    ) -> Iterator[Plan]:
        """Give all documents of the editions `chosen`, in order.

        Of those that need not be read all documents are `untouched`.
        """
        series = self.setting.series
        for folder in chosen:
            known = series.languages if series else folder.languages
            documents = select_documents(folder, known, self._order)
            if folder not in to_read:
                yield from (Plan(d, untouched[d.name]) for d in documents)
            elif series is None:
                yield from (Plan(document) for document in documents)
            else:
                yield from self._read(folder, series, documents)

    def _read(
        self, folder: EditionFolder, series: Series, documents: Iterable[Document]
    ) -> Iterator[Plan]:
        first = folder in self._first
        edition, part = read_edition(self._project, folder, series, first_edition=first)
        inputs = (self._inputs, self._remember(folder.name, part))
        said = (*self.setting.part.problems, *part.problems)
        wrong = {p.place.file for p in said if is_blocking(p, strict=self._order.strict)}
        for document in documents:
            is_good = edition is not None and not is_blocked(document, edition, wrong)
            yield Plan(document, edition=edition if is_good else None, inputs=inputs)

    def _remember(
        self,
        name: str,
        part: LoadedPart,
        languages: Iterable[str] = (),
        used: Iterable[str] = (),
    ) -> str:
        """Remember what a part was read from, and its warnings, unless it has an error."""
        self.problems += part.problems
        if any(is_blocking(problem) for problem in part.problems):
            self._memory.forget_source(name)
        else:
            of = (part.files, part.problems, languages, used)
            self._memory.record_source(name, *of)
        return self._memory.record_set(part.files)


def is_blocked(document: Document, edition: Edition, wrong: Collection[str]) -> bool:
    """Whether something that a document is made from has an error."""
    files = {document.source, f"{document.folder}/edition.yaml", SERIES, BRAND_FILE}
    return document.language not in edition.versions or not files.isdisjoint(wrong)
