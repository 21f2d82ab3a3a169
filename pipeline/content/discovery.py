"""Turn the folders under `content/` into the list of briefs and editions.

Only names are read, no files. So an edition with errors is still the current one, and is
not silently replaced by an older edition.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path, PurePath

from pipeline.model.dates import InformationDate
from pipeline.model.edition_state import Stamp
from pipeline.model.normalization import slugify
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import BRAND_OF_SERIES, Project, no_content_problem

SERIES = "content/series.yaml"
_FILES = frozenset({"series.yaml", "terms.yaml", "_brand.yml"})
_RESERVED = frozenset({"sessions"})
# Folders of `build/` for other files; no brief may have their names, or "sessions".
_FOLDERS_OF_BUILD = frozenset({*Stamp, "diff", "rejected", "site"})
# The folder of a brief that holds what was published of it; `editions/ledger.py` reads it.
PUBLISHED = "published"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Pictures, works and citation styles, which editions may share; data; notes of an author.
_SHARED_EXTENSIONS = frozenset({".jpg", ".jpeg", ".png", ".svg", ".bib", ".json", ".csl"})
_DATA_EXTENSIONS = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"})
_ACCEPTED_EXTENSIONS = _SHARED_EXTENSIONS | _DATA_EXTENSIONS | {".md", ".txt"}
# YAML by the other extension, in capitals, or saved by an editor of plain text.
_MISNAMED = re.compile(r"(.+?)\.ya?ml(\.txt)?", re.IGNORECASE)
_BRAND = re.compile(r"_?brand\.ya?ml(\.txt)?", re.IGNORECASE)
# Files of systems and editors, which are ignored.
_IGNORED = re.compile(r"\..*|.*~|#.*#|Thumbs\.db|desktop\.ini")


@dataclass(frozen=True)
class EditionFolder:
    """One edition, known by the names of its folder and files only."""

    slug: str
    information_date: InformationDate
    path: Path
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        """The path of the folder, as in messages."""
        return f"content/{self.path_in_content}"

    @property
    def path_in_content(self) -> str:
        """The path of the folder below `content/`."""
        return f"{self.slug}/{self.information_date}"

    def other_files(self, language: str) -> frozenset[str]:
        """Name the language files that a document in one language does not depend on."""
        others = (code for code in self.languages if code != language)
        return frozenset(f"{self.name}/{code}.yaml" for code in others)


def languages_of(editions: Iterable[EditionFolder]) -> list[str]:
    """List the languages of some editions, sorted."""
    return sorted({language for edition in editions for language in edition.languages})


def first_editions(folders: Iterable[EditionFolder]) -> frozenset[EditionFolder]:
    """Choose the first edition of each brief."""
    return frozenset({f.slug: f for f in reversed([*folders])}.values())


def ledger_name(slug: str) -> str:
    """Name the ledger of a brief."""
    return f"content/{slug}/{PUBLISHED}/ledger.yaml"


def find_editions(project: Project) -> tuple[tuple[EditionFolder, ...], list[Problem]]:
    """List every edition of every brief, by slug and date, and report wrong names.

    Raises PipelineError for a folder that cannot be listed, or is a link to a place outside
    `content/`: its editions would otherwise seem to be deleted.
    """
    if not project.content.is_dir():
        raise PipelineError(no_content_problem(project.root))
    results = list(_scan_content(project))
    editions = [result for result in results if isinstance(result, EditionFolder)]
    problems = [result for result in results if isinstance(result, Problem)]
    return tuple(sorted(editions, key=attrgetter("slug", "information_date"))), problems


def _scan_content(project: Project) -> Iterator[EditionFolder | Problem]:
    for entry in _entries_inside(project, project.content):
        place = Place(f"content/{entry.name}")
        if entry.name in _FILES | _RESERVED:
            continue
        if not _is_folder(entry):
            # A picture may be a logo of the brand; works and their style are shared.
            extension = PurePath(entry.name).suffix.lower()
            if extension not in _SHARED_EXTENSIONS:
                yield unexpected_file_problem(place)
        elif not is_slug(entry.name):
            yield slug_problem(place, entry.name)
        elif editions := list(_scan_brief(project, entry)):
            yield from editions
        else:
            message = f'the brief "{entry.name}" has no edition'
            hint = f"create a folder named by its information date: {entry.name}/2017"
            yield Problem(Rule.MISSING_FILE, place, message, hint)


def _scan_brief(
    project: Project, brief: "os.DirEntry[str]"
) -> Iterator[EditionFolder | Problem]:
    for entry in _entries_inside(project, brief.path):
        place = Place(f"content/{brief.name}/{entry.name}")
        if not _is_folder(entry):
            yield unexpected_file_problem(place)
            continue
        if entry.name == PUBLISHED:
            continue
        try:
            information_date = InformationDate.parse(entry.name)
        except ValueError as error:
            message = f'"{entry.name}" is not an information date'
            yield Problem(Rule.INFORMATION_DATE, place, message, str(error))
            continue
        files = entries_of(project, entry.path)
        names = [f.name for f in files if f.name != "edition.yaml"]
        languages = tuple(n.removesuffix(".yaml") for n in names if n.endswith(".yaml"))
        yield EditionFolder(brief.name, information_date, Path(entry.path), languages)
        for file in (file for file in files if _is_unexpected(project, file)):
            yield unexpected_file_problem(Place(f"{place.file}/{file.name}"))


def entries_of(project: Project, folder: str | Path) -> "Sequence[os.DirEntry[str]]":
    """List a folder by name, without files of systems and editors.

    Directory entries know whether they are folders, which halves the time for thousands of
    briefs.
    """
    try:
        with os.scandir(folder) as listing:
            entries = [entry for entry in listing if not _IGNORED.fullmatch(entry.name)]
    except OSError as error:
        place = Place(project.name_of(Path(folder)))
        message = f"the folder cannot be listed: {error.strerror}"
        hint = "its owner can allow it: chmod u+rx"
        problem = Problem(Rule.FILE_UNREADABLE, place, message, hint)
        raise PipelineError(problem) from error
    return sorted(entries, key=attrgetter("name"))


def _entries_inside(project: Project, folder: str | Path) -> "Sequence[os.DirEntry[str]]":
    """List a folder. Raises PipelineError for links in it to folders outside `content/`."""
    entries = entries_of(project, folder)
    message, hint = "it is a link to a place outside content/", "put the folder itself here"
    problems = [
        Problem(Rule.OUTSIDE_PROJECT, Place(project.name_of(path)), message, hint)
        for path in (Path(entry.path) for entry in entries if entry.is_symlink())
        # Links to files are checked when the files are read.
        if path.is_dir() and not path.resolve().is_relative_to(project.content.resolve())
    ]
    if problems:
        raise PipelineError(*problems)
    return entries


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to itself


def _is_unexpected(project: Project, entry: "os.DirEntry[str]") -> bool:
    # Pictures and data may be in a subfolder.
    files = (entry, *(entries_of(project, entry.path) if _is_folder(entry) else ()))
    extensions = {PurePath(file.name).suffix.lower() for file in files}
    return not (entry.name.endswith(".yaml") or extensions & _ACCEPTED_EXTENSIONS)


_FOLDER_HINT = (
    "content/ holds series.yaml and, for each brief, <slug>/<information-date>/"
    "edition.yaml and <language>.yaml"
)


def unexpected_file_problem(place: Place, hint: str = _FOLDER_HINT) -> Problem:
    """Report a file that is not used."""
    name = PurePath(place.file).name
    if (match := _MISNAMED.fullmatch(name)) and not name.endswith(".yaml"):
        hint = f"the name must end with .yaml: rename it to {match[1]}.yaml"
    if _BRAND.fullmatch(name):
        hint = f"the program reads {BRAND_OF_SERIES}: rename the file"
    return Problem(Rule.UNEXPECTED_FILE, place, "this file is not used", hint)


def is_slug(name: str) -> bool:
    """Whether a brief may have this name."""
    return bool(SLUG.fullmatch(name)) and name not in _RESERVED | _FOLDERS_OF_BUILD


def name_hint(name: str, example: str) -> str:
    """Explain how to write the name of a brief or a session, with a name or an example."""
    proposed = slugify(name)
    example = proposed if is_slug(proposed) else example
    return f"use lower-case letters, a to z without accents, digits and hyphens: {example}"


def slug_problem(place: Place, name: str) -> Problem:
    """Report a name that is not a valid slug of a brief."""
    hint = name_hint(name, "trade-and-jobs")
    if name in _FOLDERS_OF_BUILD:
        hint = f"build/{name} has another purpose; choose another name"
    return Problem(Rule.SLUG, place, f'"{name}" is not a valid name of a brief', hint)
