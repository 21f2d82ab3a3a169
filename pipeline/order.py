"""What is asked for, and the documents that this means."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from pipeline.content.dates import InformationDate
from pipeline.content.folders import EditionFolder
from pipeline.editions.choose import choose_edition


@dataclass(frozen=True)
class Order:
    """What was asked for. Empty means: all of them.

    `jobs` is the number of processes that mark up and paint; with 0 this one does, without
    limits.
    `cache` is a folder of finished PDFs. `cluster` is where other machines paint: an
    address, or "local:N" for N workers on this one. `shard` is (2, 5) for the second of
    five parts of the documents.
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


def choose_editions(
    folders: Iterable[EditionFolder], order: Order, on: date | None
) -> Iterator[EditionFolder]:
    """Choose the editions asked for: those current `on` a day, or all with `on=None`."""
    by_slug: dict[str, list[EditionFolder]] = {}
    for folder in folders:
        if not order.slugs or folder.slug in order.slugs:
            by_slug.setdefault(folder.slug, []).append(folder)
    for editions in by_slug.values():
        if order.edition is not None:
            yield from (e for e in editions if e.information_date == order.edition)
        elif order.all_editions or on is None:
            yield from editions
        elif current := choose_edition(editions, on):
            yield current


def documents_of(
    folder: EditionFolder, languages: Sequence[str], order: Order
) -> Iterator[Document]:
    """List the documents of an edition, in the series' order of `languages`."""
    for language in (c for c in languages if c in folder.languages):
        if not order.languages or language in order.languages:
            for profile in order.profiles:
                of = (folder.slug, folder.information_date, language, profile)
                if is_in_shard((document := Document(*of)).name, order.shard):
                    yield document


def is_in_shard(name: str, shard: tuple[int, int]) -> bool:
    """Say whether a document belongs to a part of the work: the K-th of N.

    By its name alone, so that it stays where it is whatever else is there.
    """
    which, of = shard
    if of == 1:
        return True
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big") % of == which - 1
