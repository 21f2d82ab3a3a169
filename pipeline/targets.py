"""Build options, and the files below `build/` that they select.

The names of all targets are defined here. `parse_file_name` finds the kind of a file
by its name, so the names of two kinds must not have the same form.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.content.discovery import EditionFolder
from pipeline.editions.current import current_edition, editions_by_brief
from pipeline.editions.lifecycle import Editions, Lifecycle
from pipeline.model.dates import InformationDate
from pipeline.model.edition_state import STAMP_BY_STATE, EditionState, Stamp
from pipeline.model.profiles import DOCUMENT_PROFILE, PACK_PROFILE, WEB_PROFILE, profile_of
from pipeline.project import Project


@dataclass(frozen=True)
class BuildOptions:
    """The targets to build, and how; empty `slugs` or `languages` mean all.

    `jobs` is the number of worker processes; with 0 this process does the work, without
    limits. `cache` is the folder of the PDF cache; press files need `ghostscript`.
    `editions` restricts a build to what a session hands out: for each brief and information
    date the languages to print. `cluster` is the address of a Dask scheduler, or "local:N"
    for N workers on this machine. `shard` is (2, 5) for the second of five.
    `superseded` stamps an old edition as replaced, `embargoed` lets a session hand out
    editions under embargo, and `unpublished` lets the site have editions that are not
    published. `for_publishing` makes the files that `briefs publish` freezes.
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
    superseded: bool = False
    embargoed: bool = False
    unpublished: bool = False
    for_publishing: bool = False


class State(StrEnum):
    """The state of a target: what a build did with it, or would do."""

    SELECTED = "selected"
    BUILT = "built"
    CACHED = "cached"  # taken from the cache
    PUBLISHED = "published"  # the frozen file was taken
    UP_TO_DATE = "up-to-date"
    STALE = "stale"  # a dry run would build it
    REJECTED = "rejected"  # rendered with an error: the PDF is in build/rejected/
    BLOCKED = "blocked"  # its content has an error; the last good file stays


_SESSION_FILE = "content/sessions/{session}.yaml"
# Patterns of the fields in file names. A language is a `LanguageCode` of model/fields.py.
_FIELD_PATTERNS = {
    "slug": "[a-z0-9-]+",
    "information_date": "[0-9-]+",
    "old": "[0-9-]+(-corr[0-9]+)?",
    "correction": "(-corr[0-9]+)?",
    "language": "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*",
    "session": "[a-z0-9-]+",
    "part": "[A-Za-z0-9-]+",
}


@dataclass(frozen=True, kw_only=True)
class Target:
    """A file to be built: the reason why it is stale, its size, how full its pages are.

    Its record may name further files that are built with it, as for a page of the site.
    `KIND` is the word for it in messages. `format` is its file extension, one of `FORMATS`.
    Three format strings take the fields of the target: `FOLDER` is its folder in `build/`,
    `FILE_NAME` its file name without profile and extension, `SOURCE` its content file. The
    name ends with the profile, unless that is the default, `PROFILE`.
    """

    KIND = FOLDER = FILE_NAME = SOURCE = ""
    FORMATS: tuple[str, ...] = ("pdf",)
    PROFILE = PACK_PROFILE

    state: State = State.SELECTED
    reason: str = ""
    pages: int = 0
    bytes: int = 0
    format: str = "pdf"
    fill: Mapping[str, int] = field(default_factory=dict, compare=False)

    @cached_property
    def name(self) -> str:
        """The path below `build/`."""
        profile = "" if self.profile == self.PROFILE else f"_{self.profile}"
        name = f"{self.FOLDER}/{self.FILE_NAME}".format_map(vars(self))
        return f"{name}{profile}.{self.format}"

    @property
    def source(self) -> str:
        """Its content file, as messages name it."""
        return self.SOURCE.format_map(vars(self))

    if TYPE_CHECKING:  # `dataclass` would take a property for the default

        @property
        def profile(self) -> str: ...

    @property
    def layout(self) -> str:
        """The style sheet in `styles/profiles/` that sets its pages."""
        return profile_of(self.profile).layout

    @property
    def stem(self) -> str:
        """The file name without its extension; it is written into the PDF."""
        return Path(self.name).stem

    @property
    def rejected(self) -> str:
        """The path below `build/` to which its PDF is written if that has an error."""
        return f"rejected/{self.name.rpartition('/')[2]}"


@dataclass(frozen=True)
class Document(Target):
    """An edition in one language and one profile; a stamped one has another folder."""

    KIND = "document"
    FOLDER, FILE_NAME = "{slug}", "{slug}_{information_date}_{language}"
    SOURCE = "content/{slug}/{information_date}/{language}.yaml"
    PROFILE = DOCUMENT_PROFILE

    slug: str
    information_date: InformationDate
    language: str
    profile: str
    stamp: Stamp = Stamp.NONE

    @cached_property
    def name(self) -> str:
        """The path below `build/`."""
        folder, _, file = super().name.partition("/")
        return f"{self.stamp or folder}/{file}"


@dataclass(frozen=True)
class Pack(Target):
    """Everything that a session hands out in one language, in one PDF."""

    KIND = "pack"
    FOLDER, FILE_NAME, SOURCE = "sessions/{session}", "{session}_{language}", _SESSION_FILE

    session: str
    language: str
    profile: str


@dataclass(frozen=True)
class JobSheet(Target):
    """The print order of a session as a PDF for the print shop."""

    KIND = "job sheet"
    FOLDER, FILE_NAME, SOURCE = "sessions/{session}", "{session}_order", _SESSION_FILE

    session: str
    profile: str = PACK_PROFILE


@dataclass(frozen=True)
class RedlineFile(Target):
    """The redline of two editions in one language: a PDF or an HTML file.

    `old` is "2017" or "2017-corr1"; `correction` is "" or "-corr1", of the new edition.
    """

    KIND = "redline"
    FOLDER, FILE_NAME = "diff", "{slug}_{old}_{information_date}{correction}_{language}"
    SOURCE = Document.SOURCE
    FORMATS = ("pdf", "html")

    slug: str
    old: str
    information_date: InformationDate
    correction: str
    language: str
    profile: str = PACK_PROFILE


@dataclass(frozen=True)
class SitePage(Target):
    """A page of the site. The class itself is the start page; subclasses are the others."""

    KIND, FOLDER, FILE_NAME, FORMATS = "page", "site", "index", ("html",)
    SOURCE = "content/series.yaml"
    PROFILE = WEB_PROFILE

    profile: str = WEB_PROFILE
    format: str = "html"


@dataclass(frozen=True)
class EditionList(SitePage):
    """The list of all editions of a brief, in each language."""

    FOLDER, SOURCE = "site/{slug}/editions", "content/{slug}"

    slug: str = field(kw_only=True)


@dataclass(frozen=True)
class EditionPage(SitePage):
    """An edition in one language, as HTML."""

    FOLDER, SOURCE = "site/{slug}/{information_date}/{language}", Document.SOURCE

    slug: str = field(kw_only=True)
    information_date: InformationDate = field(kw_only=True)
    language: str = field(kw_only=True)


@dataclass(frozen=True)
class SiteStyles(SitePage):
    """A style sheet of the site. `part` is a language, or "fonts" for the web fonts."""

    FOLDER, FILE_NAME, FORMATS = "site/site.assets", "{part}", ("css",)
    SOURCE = "styles"

    part: str = field(kw_only=True)
    format: str = "css"


@dataclass(frozen=True)
class SingleFile(Target):
    """An edition in one language as one file of HTML, in the folder of its PDF."""

    KIND = "single file"
    FOLDER, FILE_NAME, SOURCE = Document.FOLDER, Document.FILE_NAME, Document.SOURCE
    FORMATS = ("html",)
    PROFILE = WEB_PROFILE

    slug: str = field(kw_only=True)
    information_date: InformationDate = field(kw_only=True)
    language: str = field(kw_only=True)
    profile: str = WEB_PROFILE
    format: str = "html"


# An edition in one language: as HTML, planned in `tasks/site_plans.py`; and as any file.
EditionFile = EditionPage | SingleFile
EditionTarget = Document | EditionFile


@cache
def _name_pattern(name: str, formats: tuple[str, ...]) -> re.Pattern[str]:
    """Compile the pattern of a format string; a repeated field has the same value."""
    for key, pattern in _FIELD_PATTERNS.items():
        name = name.replace(f"{{{key}}}", f"(?P<{key}>{pattern})", 1)
        name = name.replace(f"{{{key}}}", f"(?P={key})")
    return re.compile(rf"{name}(_(?P<profile>.+))?\.({'|'.join(formats)})")


def _subclasses(target_class: type[Target]) -> list[type[Target]]:
    direct = target_class.__subclasses__()
    return [*direct, *(c for subclass in direct for c in _subclasses(subclass))]


def parse_file_name(name: str) -> tuple[type[Target], Mapping[str, str]]:
    """Find the class and the fields of a file name; else give `Target` and no fields."""
    for cls in Target.__subclasses__():
        if match := _name_pattern(cls.FILE_NAME, cls.FORMATS).fullmatch(name):
            return cls, match.groupdict("")
    return Target, {}


def source_of(name: str) -> str:
    """Return the content file of a built or a rejected file; "" for other files."""
    for cls in _subclasses(Target):
        folders = [cls.FOLDER, *(["rejected"] if "pdf" in cls.FORMATS else ())]
        folders += filter(None, Stamp if cls is Document else ())
        for pattern in (f"{folder}/{cls.FILE_NAME}" for folder in folders):
            if match := _name_pattern(pattern, cls.FORMATS).fullmatch(name):
                return cls.SOURCE.format_map(match.groupdict(""))
    return ""


def sources_in(project: Project, folders: Iterable[EditionFolder]) -> frozenset[str]:
    """List the content files of sessions and editions that targets are built from."""
    sessions = (project.content / "sessions").glob("*.yaml")
    sources = [_SESSION_FILE.format(session=file.stem) for file in sessions]
    for folder in folders:
        sources += (f"{folder.name}/{language}.yaml" for language in folder.languages)
    return frozenset(sources)


def select_editions(
    editions: Editions, options: BuildOptions, today: date | None
) -> Iterator[EditionFolder]:
    """Choose the editions of a build.

    Without other options that is the edition of each brief that is current `today`, and the
    drafts that are newer; with `today=None` all editions. `all_editions` leaves out
    editions that are embargoed, future or withdrawn.
    """
    folders = [f for f in editions if not options.slugs or f.slug in options.slugs]
    if options.editions:
        yield from (f for f in folders if (f.slug, f.information_date) in options.editions)
    elif options.edition is not None:
        yield from (f for f in folders if f.information_date == options.edition)
    elif today is None:
        yield from folders
    else:
        by_slug = editions_by_brief({folder: editions[folder] for folder in folders})
        for brief_editions in by_slug.values():
            yield from _select_by_state(brief_editions, options, today)


def _select_by_state(
    editions: Editions, options: BuildOptions, today: date
) -> Iterator[EditionFolder]:
    current = current_edition(editions, today)
    for folder, lifecycle in editions.items():
        state, information_date = lifecycle.state(today), folder.information_date
        if state is EditionState.DRAFT:
            is_newer = current is None or information_date > current.information_date
            is_selected = is_newer or options.all_editions
        else:
            is_available = state.may_be_current and information_date.first_day <= today
            is_selected = folder == current or (options.all_editions and is_available)
        if is_selected:
            yield folder


def stamps_of(
    lifecycle: Lifecycle, options: BuildOptions, today: date
) -> tuple[Stamp, ...]:
    """List the stamps of an edition: it is built once with each.

    A published edition with a correction that is not published is built as published, and
    with the correction as a draft.
    """
    if options.for_publishing:
        return (Stamp.NONE,)
    stamp = STAMP_BY_STATE.get(lifecycle.state(today), Stamp.NONE)
    if options.superseded and not stamp:
        stamp = Stamp.SUPERSEDED
    if lifecycle.has_unpublished_correction and not stamp and not options.editions:
        return stamp, Stamp.DRAFT
    return (stamp,)


def select_documents(
    folder: EditionFolder,
    languages: Sequence[str],
    options: BuildOptions,
    stamps: Sequence[Stamp],
) -> Iterator[Document]:
    """List the documents of an edition; `languages` are those of the series, in order."""
    edition = folder.slug, folder.information_date
    available = options.editions.get(edition, folder.languages)
    for language in (code for code in languages if code in available):
        if not options.languages or language in options.languages:
            for profile, stamp in product(options.profiles, stamps):
                document = Document(*edition, language, profile, stamp)
                if is_in_shard(document, options.shard):
                    yield document


def is_in_shard(document: Document, shard: tuple[int, int]) -> bool:
    """Whether a document belongs to shard K of N.

    Only its name decides, so a new document moves no other one to another shard.
    """
    index, count = shard
    if count == 1:
        return True
    digest = sha256(document.name.encode()).digest()
    return int.from_bytes(digest[:8], "big") % count == index - 1
