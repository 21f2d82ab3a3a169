"""Load, build and render from another program: what `import briefs_pdf` gives.

No function prints, exits or handles a signal. Each works in worker processes, so that the
program that calls it imports no WeasyPrint. What is public, and what it promises:
docs/python-api.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.build import build_documents
from pipeline.commands.selection import (
    UnknownName,
    require_known,
    require_profiles,
    require_selection,
)
from pipeline.content.discovery import find_editions
from pipeline.editions.current import current_edition, current_editions
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.model.edition_state import EditionState
from pipeline.problems import BriefsError, Problem, is_blocking
from pipeline.project import open_project
from pipeline.system_errors import system_problem
from pipeline.targets import BuildOptions, Document, State
from pipeline.toolchain import PRELOAD, find_ghostscript
from pipeline.workers.executor import Executor

# The folder of a project, or a `LoadedProject`, which is a path too.
Root = str | PathLike[str]
# The fork server lives as long as the program, so it imports the readers of content, too.
_PRELOAD = (*PRELOAD, "pipeline.tasks.documents", "pipeline.html.templates")
_STATES_WITH_FILE = (State.BUILT, State.CACHED, State.PUBLISHED)


@dataclass(frozen=True)
class LoadedEdition:
    """An edition of a brief, and its titles by language; no titles if it has an error.

    `information_date` is its version: "2017", "2017-03" or "2017-03-09".
    """

    slug: str
    information_date: str
    state: EditionState
    is_current: bool
    languages: tuple[str, ...]
    titles: Mapping[str, str]


@dataclass(frozen=True)
class LoadedProject:
    """The editions of a project, and what `briefs check` reports about it.

    It can be passed as `root`: `build(project)` reads the files of the folder again.
    """

    root: Path
    editions: tuple[LoadedEdition, ...]
    problems: tuple[Problem, ...]

    def __fspath__(self) -> str:
        return str(self.root)


@dataclass(frozen=True)
class BuiltDocument:
    """One document after a build; `reason` is why it was stale.

    The file at `path` exists unless the document was never built. `pages` and `bytes` are 0
    if the state says that it was not built.
    """

    slug: str
    information_date: str
    language: str
    profile: str
    state: State
    path: Path
    pages: int
    bytes: int
    reason: str


@dataclass(frozen=True)
class BuiltProject:
    """All documents of a build, in order, and all problems."""

    documents: tuple[BuiltDocument, ...]
    problems: tuple[Problem, ...]


@contextmanager
def _raises_briefs_errors() -> Iterator[None]:
    """Turn the errors of the operating system that a function raises into BriefsError."""
    try:
        yield
    except BriefsError:
        raise
    except Exception as error:  # a bug, unless it is an error of the system
        if (problem := system_problem(error)) is None:
            raise
        raise BriefsError(problem) from error


@_raises_briefs_errors()
def load(root: Root, *, as_of: date | None = None) -> LoadedProject:
    """Read and check all editions of a project, as `briefs check` does.

    `as_of` is the day that decides which editions are current, by default today. Raises
    BriefsError if the folder has no `content/`, or cannot be read.
    """
    from pipeline.commands.check import check  # slow: it imports pydantic
    from pipeline.model.markdown import plain_text

    project = open_project(Path(root))
    day = as_of or _today()
    with _open_workers(1) as executor:
        checked = check(project, (), executor=executor)
    titles = {
        f"content/{edition.folder}": {
            language: plain_text(version.title)
            for language, version in edition.versions.items()
        }
        for edition in checked.editions
    }
    current = current_editions(checked.lifecycles, day)
    editions = tuple(
        LoadedEdition(
            folder.slug,
            str(folder.information_date),
            lifecycle.state(day),
            folder in current,
            folder.languages,
            titles.get(folder.name, {}),
        )
        for folder, lifecycle in checked.lifecycles.items()
    )
    return LoadedProject(project.root, editions, checked.problems)


@_raises_briefs_errors()
def build(
    root: Root,
    *,
    slugs: Sequence[str] = (),
    languages: Sequence[str] = (),
    profiles: Sequence[str] = ("screen",),
    edition: str | None = None,
    all_editions: bool = False,
    as_of: date | None = None,
    strict: bool = False,
    dry_run: bool = False,
    jobs: int = 1,
) -> BuiltProject:
    """Build the stale documents of a project into `build/`, as `briefs build` does.

    Empty `slugs` or `languages` mean all. A document with an error is in the result, with
    its problems, and keeps its last good file. `jobs` is the number of worker processes.
    Raises UnknownName for a name that does not exist, and BriefsError if nothing can be
    built, as when another build is running in the folder.
    """
    project = open_project(Path(root))
    dates = {str(f.information_date): f.information_date for f in find_editions(project)[0]}
    require_known("edition", (edition,) if edition else (), dates)
    options = BuildOptions(
        tuple(slugs),
        tuple(languages),
        tuple(profiles),
        dates[edition] if edition else None,
        all_editions,
        strict,
        dry_run,
        jobs,
        cache=project.build / ".cache",
        ghostscript=find_ghostscript(profiles),
    )
    require_profiles(project, options.profiles)
    require_selection(project, options)
    with _open_workers(jobs) as executor:
        result = build_documents(project, options, as_of or _today(), executor=executor)
    documents = (target for target in result.targets if isinstance(target, Document))
    return BuiltProject(
        tuple(
            BuiltDocument(
                document.slug,
                str(document.information_date),
                document.language,
                document.profile,
                document.state,
                project.build / document.name,
                document.pages,
                document.bytes,
                document.reason,
            )
            for document in documents
        ),
        result.problems,
    )


@_raises_briefs_errors()
def render_pdf(
    root: Root,
    slug: str,
    language: str,
    *,
    profile: str = "screen",
    edition: str | None = None,
    as_of: date | None = None,
    strict: bool = False,
) -> bytes:
    """Return the PDF of a brief in one language: the bytes that `briefs build` writes.

    `build/` is neither read nor written. Without `edition` it is the one current on the day
    `as_of`, by default today. A draft or an embargoed edition is rendered, with a stamp,
    only if `edition` names it. Raises UnknownName for a name that does not exist, and
    BriefsError if the content or its pages have an error, or with `strict` a warning.
    """
    project, day = open_project(Path(root)), as_of or _today()
    folders, _ = find_editions(project)
    require_known("brief", (slug,), {folder.slug for folder in folders})
    by_date = {str(f.information_date): f for f in folders if f.slug == slug}
    if edition is None:
        current = current_edition(read_lifecycles(project, by_date.values()), day)
        if current is None:
            dates = ", ".join(by_date)
            raise UnknownName(
                f"no edition of {slug} is current on {day}; name one: {dates}"
            )
        edition = str(current.information_date)
    require_known("edition", (edition,), by_date, f" of {slug}")
    folder = by_date[edition]
    require_known("language", (language,), folder.languages, f" of {slug} {edition}")
    require_profiles(project, (profile,))
    options = BuildOptions(
        (slug,),
        (language,),
        (profile,),
        folder.information_date,
        strict=strict,
        ghostscript=find_ghostscript((profile,)),
    )
    with TemporaryDirectory(prefix="briefs-") as output, _open_workers(1) as executor:
        project = replace(project, output=Path(output).resolve())
        result = build_documents(project, options, day, executor=executor)
        # A published edition with a correction that is not published has two documents; the
        # first one is the published one.
        for target in result.targets[:1]:
            if target.state in _STATES_WITH_FILE:
                return (project.build / target.name).read_bytes()
    other_files = folder.other_files(language)
    problems = (p for p in result.problems if p.place.file not in other_files)
    raise BriefsError(*(p for p in problems if is_blocking(p, strict=strict)))


def _today() -> date:
    return date.today()  # noqa: DTZ011 – the local day


@contextmanager
def _open_workers(jobs: int) -> Iterator[Executor]:
    """Open worker processes without a fork of this program, which may have threads."""
    if jobs < 1:
        raise ValueError(f"jobs is {jobs}; a build needs at least one process")
    from pipeline.workers.pool import Limits, open_processes

    with open_processes(jobs, Limits(), _PRELOAD, can_fork=False) as executor:
        yield executor
