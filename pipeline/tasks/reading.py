"""Read editions in worker processes, within the limits of a job; and read a session."""

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.content.discovery import SERIES, EditionFolder, find_editions, ledger_name
from pipeline.content.loader import (
    LoadedContent,
    LoadedPart,
    load_series,
    read_edition,
    read_series_settings,
)
from pipeline.editions.ledger import Publication
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.editions.publication import check_publication
from pipeline.model.schema import Edition, Series
from pipeline.problems import JobFailed, PipelineError, Place, Problem, Rule, is_blocking
from pipeline.project import Project, ReadLog
from pipeline.workers.executor import Executor
from pipeline.workers.pool import Limits, open_processes

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pipeline.editions.sessions import ResolvedSession

# Processes of a command that only reads; with more, the main process is the bottleneck.
_MAX_PROCESSES = 4
_LIMIT_HINT = "look for very long text, very many values, or a very large picture"


@dataclass(frozen=True)
class ReadEdition:
    """An edition, which is None if it has an error.

    `part` has the files that were read, and all problems, including those of the ledger.
    `publication` is what was published of the edition, None if nothing was.
    """

    folder: EditionFolder
    edition: Edition | None
    part: LoadedPart
    publication: Publication | None = None


class ContentReader:
    """Reads the parts of a project's content in the processes of an executor.

    The project records their files: folders before they are listed, and the hash of each
    file as it was read.
    """

    def __init__(
        self, project: Project, executor: Executor, today: date | None = None
    ) -> None:
        """Read for the day `today`, which hints name; None if the day does not matter."""
        self._project = project
        self._executor = executor
        self._today = today

    def settings(self, used_languages: Collection[str]) -> LoadedContent:
        """Read the series and the brand; `used_languages` are those of all editions."""
        job = self._submit(_read_settings, tuple(used_languages))
        try:
            loaded: LoadedContent = self._result(job)
        except JobFailed as error:
            part = LoadedPart((), (_limit_problem(SERIES, error),))
            return LoadedContent(None, None, (), {SERIES: part})
        return loaded

    def start(
        self, folder: EditionFolder, series: Series, *, is_first: bool, language: str = ""
    ) -> "Future[Any]":
        """Start to read an edition; `is_first` means that it is the first one of its brief.

        With a `language`, only that text and the original are read.
        """
        for folder_name in (f"content/{folder.slug}/", f"{folder.name}/"):
            self._project.on_read(folder_name)
        arguments = folder, series, is_first, language
        return self._submit(_read_edition, *arguments, self._today)

    def edition(self, folder: EditionFolder, job: "Future[Any]") -> ReadEdition:
        """Wait for an edition; an exceeded limit or a killed process is its problem."""
        try:
            read: ReadEdition = self._result(job)
        except JobFailed as error:
            file = f"/{folder.languages[0]}.yaml" if len(folder.languages) == 1 else ""
            problem = _limit_problem(folder.name + file, error)
            return ReadEdition(folder, None, LoadedPart((), (problem,)))
        except PipelineError as error:
            return ReadEdition(folder, None, LoadedPart((), error.problems))
        return read

    def published(
        self, folder: EditionFolder, series: Series, publication: Publication
    ) -> tuple[Edition | None, tuple[Problem, ...]]:
        """Read an edition as it was published; None, with problems, after an error."""
        job = self._submit(_read_published, folder, series, publication)
        try:
            read: tuple[Edition | None, tuple[Problem, ...]] = self._result(job)
        except JobFailed as error:
            return None, (_limit_problem(ledger_name(folder.slug), error),)
        return read

    def read_parts(
        self,
        folders: Iterable[EditionFolder],
        first_editions: Collection[EditionFolder],
        used_languages: Collection[str],
    ) -> LoadedContent:
        """Read the series, the brand and the editions in `folders`.

        `first_editions` are those of all briefs.
        """
        settings = self.settings(used_languages)
        if (series := settings.series) is None:
            return settings
        jobs = [(f, self.start(f, series, is_first=f in first_editions)) for f in folders]
        read = {folder.name: self.edition(folder, job) for folder, job in jobs}
        editions = tuple(r.edition for r in read.values() if r.edition)
        parts = {**settings.parts, **{name: r.part for name, r in read.items()}}
        return LoadedContent(series, settings.brand, editions, parts)

    def _submit(self, function: Any, *arguments: Any) -> "Future[Any]":
        return self._executor.submit_local(function, self._project.root, *arguments)

    def _result(self, job: "Future[Any]") -> Any:
        result, reads = self._executor.result(job)
        for name, hashed in reads:
            self._project.on_read(name, hashed)
        return result


@contextmanager
def open_readers(files: int) -> Iterator[Executor]:
    """Open processes that read `files` files of content, for a command without a build."""
    number = max(1, min(_MAX_PROCESSES, os.cpu_count() or 1, files))
    with open_processes(number, Limits(), (), local=number) as executor:
        yield executor


def _read_settings(
    root: Path, used_languages: Collection[str]
) -> tuple[LoadedContent, ReadLog]:
    project, reads = Project(root).tracking_reads()
    return read_series_settings(project, used_languages), reads


def _read_edition(
    root: Path,
    folder: EditionFolder,
    series: Series,
    is_first: bool,
    language: str,
    today: date | None,
) -> tuple[ReadEdition, ReadLog]:
    project, reads = Project(root).tracking_reads()
    edition, part = read_edition(
        project, folder, series, first_edition=is_first, language=language
    )
    publication, problems = check_publication(project, folder, edition, series, today)
    files = dict.fromkeys((*part.files, *(name for name, _ in reads)))
    part = LoadedPart(tuple(files), (*part.problems, *problems))
    return ReadEdition(folder, edition, part, publication), reads


def _read_published(
    root: Path, folder: EditionFolder, series: Series, publication: Publication
) -> tuple[tuple[Edition | None, tuple[Problem, ...]], ReadLog]:
    from pipeline.editions.published_edition import read_published

    project, reads = Project(root).tracking_reads()
    return read_published(project, folder, series, publication), reads


def _limit_problem(source: str, error: JobFailed) -> Problem:
    message = f"the content could not be read: {error}"
    return Problem(Rule.RESOURCE_LIMIT, Place(source), message, _LIMIT_HINT)


def read_session(
    project: Project, slug: str, today: date, *, embargoed: bool = False
) -> tuple[Series | None, "ResolvedSession | None", list[Problem]]:
    """Read the series and one session; each is None if it has an error.

    An edition that may not be printed `today` is an error of its session. All sessions are
    read, to warn if this one overlaps with another or has the same name.
    """
    # Here, because a document needs no model of sessions.
    from pipeline.editions.sessions import check_handouts, read_sessions

    series, problems = load_series(project, ())
    if series is None:
        return None, None, problems
    editions = read_lifecycles(project, find_editions(project)[0])
    sessions = read_sessions(project, editions, series, (slug,))
    session = next(iter(sessions.sessions), None)
    problems += sessions.problems
    if session:
        problems += check_handouts(session, editions, today, embargoed=embargoed)
        session = None if any(map(is_blocking, problems)) else session
    return series, session, problems
