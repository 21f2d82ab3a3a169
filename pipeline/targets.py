"""Build options, and the files below `build/` that they select."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.content.discovery import EditionFolder
from pipeline.editions.current import current_edition
from pipeline.model.dates import InformationDate
from pipeline.model.profiles import DOCUMENT_PROFILE, PACK_PROFILE, profile_of
from pipeline.project import Project


@dataclass(frozen=True)
class BuildOptions:
    """What to build, and how. An empty tuple selects everything.

    `jobs` is the number of worker processes; with 0 this process does the work, without
    limits. `cache` is the folder of the PDF cache; press files need `ghostscript`.
    `editions` restricts a build to what a session hands out: for each brief and information
    date the languages to print. `cluster` is the address of a Dask scheduler, or "local:N"
    for N workers on this machine. `shard` is (2, 5) for the second of five parts.
    """

    slugs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    profiles: tuple[str, ...] = (DOCUMENT_PROFILE,)
    edition: InformationDate | None = None
    all_editions: bool = False
    strict: bool = False
    dry_run: bool = False
    jobs: int = 0
    cache: Path | None = None
    ghostscript: str | None = None
    editions: Mapping[tuple[str, InformationDate], tuple[str, ...]] = field(
        default_factory=dict
    )
    cluster: str | None = None
    shard: tuple[int, int] = (1, 1)


class State(StrEnum):
    """The state of a target: what a build did with it, or would do."""

    SELECTED = "selected"
    BUILT = "built"
    CACHED = "cached"  # taken from the cache
    UP_TO_DATE = "up-to-date"
    STALE = "stale"  # a dry run would build it
    REJECTED = "rejected"  # rendered with an error: the PDF is in build/rejected/
    BLOCKED = "blocked"  # its content has an error; the last good file stays


@dataclass(frozen=True, kw_only=True)
class Target:
    """One file to be built. `reason` says why it is stale; `bytes` is its size."""

    state: State = State.SELECTED
    reason: str = ""
    pages: int = 0
    bytes: int = 0

    @property
    def name(self) -> str:
        """The path below `build/`."""
        raise NotImplementedError

    @property
    def source(self) -> str:
        """The file of content at which problems without a place are reported."""
        raise NotImplementedError

    if TYPE_CHECKING:  # a real property would be taken for the default of the field

        @property
        def profile(self) -> str: ...

    @property
    def layout(self) -> str:
        """The style sheet in `styles/profiles/` that sets its pages."""
        return profile_of(self.profile).layout

    @property
    def rejected(self) -> str:
        """The path below `build/` of its PDF when that has an error."""
        return f"rejected/{self.name.rpartition('/')[2]}"


@dataclass(frozen=True)
class Document(Target):
    """An edition in one language and one profile."""

    slug: str
    information_date: InformationDate
    language: str
    profile: str

    @property
    def name(self) -> str:
        """The path below `build/`; the folder repeats the first part of the file name."""
        stem = f"{self.slug}_{self.information_date}_{self.language}"
        return f"{self.slug}/{stem}{_suffix(self.profile, DOCUMENT_PROFILE)}.pdf"

    @property
    def folder(self) -> str:
        """The folder of its edition, as messages name it."""
        return f"content/{self.slug}/{self.information_date}"

    @property
    def source(self) -> str:
        """The language file, as messages name it."""
        return f"{self.folder}/{self.language}.yaml"


@dataclass(frozen=True)
class Pack(Target):
    """Everything that a session hands out in one language, in one PDF."""

    number: int
    language: str
    profile: str

    @property
    def name(self) -> str:
        """The path below `build/`."""
        suffix = _suffix(self.profile, PACK_PROFILE)
        return f"sessions/{self.number}/{self.number}_{self.language}{suffix}.pdf"

    @property
    def source(self) -> str:
        """The file of the session, as messages name it."""
        return f"content/sessions/{self.number}.yaml"


@dataclass(frozen=True)
class JobSheet(Target):
    """The print order of a session as a PDF for the print shop."""

    number: int
    profile: str = PACK_PROFILE

    @property
    def name(self) -> str:
        """The path below `build/`."""
        return f"sessions/{self.number}/{self.number}_order.pdf"

    @property
    def source(self) -> str:
        """The file of the session, as messages name it."""
        return f"content/sessions/{self.number}.yaml"


def _suffix(profile: str, default: str) -> str:
    return "" if profile == default else f"_{profile}"


def session_numbers(project: Project) -> frozenset[str]:
    """List the sessions that have a file, by file name; no file is opened."""
    return frozenset(file.stem for file in (project.content / "sessions").glob("*.yaml"))


def languages_of(editions: Iterable[EditionFolder]) -> list[str]:
    """List the languages of some editions, sorted."""
    return sorted({language for edition in editions for language in edition.languages})


def first_editions(folders: Sequence[EditionFolder]) -> frozenset[EditionFolder]:
    """Choose the first edition of each brief."""
    return frozenset({folder.slug: folder for folder in reversed(folders)}.values())


def select_editions(
    folders: Iterable[EditionFolder], options: BuildOptions, today: date | None
) -> Iterator[EditionFolder]:
    """Choose the editions that a build is about.

    Without other options that is the edition of each brief that is current `today`; with
    `today=None` all editions.
    """
    by_slug: dict[str, list[EditionFolder]] = {}
    if options.editions:
        named = (f for f in folders if (f.slug, f.information_date) in options.editions)
        yield from (f for f in named if not options.slugs or f.slug in options.slugs)
        return
    for folder in folders:
        if not options.slugs or folder.slug in options.slugs:
            by_slug.setdefault(folder.slug, []).append(folder)
    for editions in by_slug.values():
        if options.edition is not None:
            yield from (e for e in editions if e.information_date == options.edition)
        elif options.all_editions or today is None:
            yield from editions
        elif current := current_edition(editions, today):
            yield current


def select_documents(
    folder: EditionFolder, languages: Sequence[str], options: BuildOptions
) -> Iterator[Document]:
    """List the documents of an edition; `languages` are those of the series, in order."""
    edition = folder.slug, folder.information_date
    available = options.editions.get(edition, folder.languages)
    for language in (code for code in languages if code in available):
        if not options.languages or language in options.languages:
            for profile in options.profiles:
                document = Document(*edition, language, profile)
                if is_in_shard(document, options.shard):
                    yield document


def is_in_shard(document: Document, shard: tuple[int, int]) -> bool:
    """Whether a document belongs to shard K of N.

    The name alone decides, so that a document stays in its shard whatever else there is.
    """
    index, count = shard
    if count == 1:
        return True
    digest = sha256(document.name.encode()).digest()
    return int.from_bytes(digest[:8], "big") % count == index - 1
