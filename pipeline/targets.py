"""What is asked for, and the documents that this means."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from pipeline.content.discovery import EditionFolder
from pipeline.editions.current import current_edition
from pipeline.model.dates import InformationDate
from pipeline.project import Project

# Profiles without a style sheet: sheets made of the pages that another profile sets.
SHEETS_OF = {"booklet": "a5"}
# Profiles that are for printing only, and claim neither PDF/A nor PDF/UA.
FOR_PRINTING = ("booklet", "press")


@dataclass(frozen=True)
class BuildOptions:
    """What was asked for. Empty means: all of them.

    `jobs` is the number of processes that mark up and paint; with 0 this one does, without
    limits.
    `cache` is a folder of finished PDFs, `ghostscript` the program that press files need.
    `editions` are the only ones meant, as a session names them: briefs and dates, with the
    languages that they are printed in.
    `cluster` is where other machines paint: an address, or "local:N" for N workers on this
    one. `shard` is (2, 5) for the second of five parts of the documents.
    """

    slugs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ("screen",)
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


@dataclass(frozen=True, slots=True)
class Document:
    """One file to be made: an edition in one language and one profile.

    `state` is "planned", then "made", "restored" (from the cache), "kept" (up to date),
    "stale" (a dry run would make it), "rejected" (made with an error: see build/rejected/)
    or "blocked" (its content has an error, so it was not made and the file that was there
    stays).
    """

    slug: str
    information_date: InformationDate
    language: str
    profile: str
    state: str = "planned"
    reason: str = ""
    pages: int = 0
    bytes: int = 0

    @property
    def name(self) -> str:
        """The path below `build/`; folder and file name agree by construction."""
        profile = "" if self.profile == "screen" else f"_{self.profile}"
        file = f"{self.slug}_{self.information_date}_{self.language}{profile}.pdf"
        return f"{self.slug}/{file}"

    @property
    def layout(self) -> str:
        """The profile whose style sheet sets its pages."""
        return SHEETS_OF.get(self.profile, self.profile)

    @property
    def rejected(self) -> str:
        """Where below `build/` its PDF goes when there is an error in it."""
        return f"rejected/{self.name.partition('/')[2]}"

    def as_kept(self, pages: int, bytes: int) -> "Document":
        """This document as one that is up to date."""
        return replace(self, state="kept", pages=pages, bytes=bytes)

    @property
    def source(self) -> str:
        """The language file, as messages name it."""
        return f"{self.folder}/{self.language}.yaml"

    @property
    def folder(self) -> str:
        """The edition's folder, as messages name it."""
        return f"content/{self.slug}/{self.information_date}"


@dataclass(frozen=True)
class PackOptions:
    """What was asked for of a session. No languages means: all that it hands out.

    The profile `booklet` makes sheets of pages of A5, to be folded and stitched.
    """

    number: int
    languages: tuple[str, ...] = ()
    profile: str = "office"
    strict: bool = False
    jobs: int = 0


@dataclass(frozen=True)
class Pack:
    """One PDF to be made for a session: all that is handed out there in one language.

    `state` is "planned", then "made", "kept" (up to date) or "blocked" (something in it has
    an error, so it was not made and the file that was there stays).
    """

    number: int
    language: str
    profile: str
    state: str = "planned"
    reason: str = ""
    pages: int = 0
    bytes: int = 0

    @property
    def name(self) -> str:
        """The path below `build/`. Packs are for paper, so `office` needs no name."""
        profile = "" if self.profile == "office" else f"_{self.profile}"
        return f"sessions/{self.number}/{self.number}_{self.language}{profile}.pdf"

    @property
    def layout(self) -> str:
        """The profile whose style sheet sets its pages."""
        return SHEETS_OF.get(self.profile, self.profile)

    @property
    def source(self) -> str:
        """The file of the session, as messages name it."""
        return f"content/sessions/{self.number}.yaml"


def session_numbers(project: Project) -> frozenset[str]:
    """Say which sessions have a file. Nothing is opened, and nothing slow imported."""
    return frozenset(file.stem for file in (project.content / "sessions").glob("*.yaml"))


def existing_packs(project: Project, names: Iterable[str]) -> Iterator[str]:
    """Choose of files below `build/` the packs whose sessions are there."""
    numbers = session_numbers(project)
    for name in names:
        kind, _, rest = name.partition("/")
        if kind == "sessions" and rest.partition("/")[0] in numbers:
            yield name


def select_editions(
    folders: Iterable[EditionFolder], order: BuildOptions, on: date | None
) -> Iterator[EditionFolder]:
    """Choose the editions asked for: those current `on` a day, or all with `on=None`."""
    by_slug: dict[str, list[EditionFolder]] = {}
    if order.editions:
        named = (f for f in folders if (f.slug, f.information_date) in order.editions)
        yield from (f for f in named if not order.slugs or f.slug in order.slugs)
        return
    for folder in folders:
        if not order.slugs or folder.slug in order.slugs:
            by_slug.setdefault(folder.slug, []).append(folder)
    for editions in by_slug.values():
        if order.edition is not None:
            yield from (e for e in editions if e.information_date == order.edition)
        elif order.all_editions or on is None:
            yield from editions
        elif current := current_edition(editions, on):
            yield current


def select_documents(
    folder: EditionFolder, languages: Sequence[str], order: BuildOptions
) -> Iterator[Document]:
    """List the documents of an edition, in the series' order of `languages`."""
    edition = folder.slug, folder.information_date
    there = order.editions.get(edition, folder.languages)
    for language in (c for c in languages if c in there):
        if not order.languages or language in order.languages:
            for profile in order.profiles:
                of = (folder.slug, folder.information_date, language, profile)
                if is_in_shard(document := Document(*of), order.shard):
                    yield document


def is_in_shard(document: Document, shard: tuple[int, int]) -> bool:
    """Say whether a document belongs to a part of the work: the K-th of N.

    By its name alone, so that it stays where it is whatever else is there.
    """
    which, of = shard
    if of == 1:
        return True
    return (
        int.from_bytes(sha256(document.name.encode()).digest()[:8], "big") % of == which - 1
    )
