"""Turn the folders under `content/` into the list of briefs and editions.

No file is opened: names alone say which briefs exist, at which information dates, in which
languages. So an edition that cannot be read still counts as the current one and never
gives way silently to an older edition.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path, PurePath

from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import Project, no_content_problem

RESERVED = frozenset({"sessions"})
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Data, pictures and an author's own notes may lie beside a brief; other YAML is a mistake.
_KNOWN_ENDINGS = frozenset({".csv", ".jpg", ".jpeg", ".png", ".svg", ".md", ".txt"})
# Files that systems and editors leave behind; nobody's mistake.
_LITTER = re.compile(r"\..*|.*~|#.*#|Thumbs\.db|desktop\.ini")


@dataclass(frozen=True)
class EditionFolder:
    """One edition as its folder tells it: nothing has been read yet."""

    slug: str
    information_date: InformationDate
    path: Path
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        """The folder, as messages name it."""
        return f"content/{self.slug}/{self.information_date}"


def find_editions(project: Project) -> tuple[tuple[EditionFolder, ...], list[Problem]]:
    """List every edition of every brief, by slug and date, and what is misnamed.

    Raises PipelineError for a folder that cannot be listed, or leads out of `content/`:
    what is in it is not gone.
    """
    editions: list[EditionFolder] = []
    problems: list[Problem] = []
    if not project.content.is_dir():
        raise PipelineError(no_content_problem(project.root))
    for entry in _entries_inside(project, project.content):
        if entry.name == "series.yaml" or entry.name in RESERVED:
            continue
        place = Place(f"content/{entry.name}")
        if not _is_folder(entry):
            problems.append(unexpected_file_problem(place))
        elif not SLUG.fullmatch(entry.name):
            problems.append(
                Problem(
                    Rule.SLUG,
                    place,
                    f'"{entry.name}" cannot name a brief',
                    "use small letters, digits and hyphens: trade-and-jobs",
                )
            )
        else:
            found, wrong = _editions_of(project, entry)
            editions += found
            problems += wrong
    return tuple(editions), problems


def _editions_of(
    project: Project, brief: "os.DirEntry[str]"
) -> tuple[list[EditionFolder], list[Problem]]:
    editions: list[EditionFolder] = []
    problems: list[Problem] = []
    for entry in _entries_inside(project, brief.path):
        place = Place(f"content/{brief.name}/{entry.name}")
        if not _is_folder(entry):
            problems.append(unexpected_file_problem(place))
            continue
        try:
            information_date = InformationDate.parse(entry.name)
        except ValueError as error:
            problems.append(
                Problem(
                    Rule.INFORMATION_DATE,
                    place,
                    f'"{entry.name}" is not an information date',
                    str(error),
                )
            )
            continue
        files = entries_of(project, entry.path)
        languages = tuple(
            f.name.removesuffix(".yaml") for f in files if _is_language_file(f.name)
        )
        path = Path(entry.path)
        editions.append(EditionFolder(brief.name, information_date, path, languages))
        strays = [f for f in files if _is_stray(project, f)]
        problems += [
            unexpected_file_problem(Place(f"{place.file}/{f.name}")) for f in strays
        ]
    if not editions and not problems:
        problems.append(
            Problem(
                Rule.MISSING_FILE,
                Place(f"content/{brief.name}"),
                f'the brief "{brief.name}" has no edition',
                f"make a folder named by its information date: {brief.name}/2017",
            )
        )
    return sorted(editions, key=lambda e: e.information_date), problems


def entries_of(project: Project, folder: str | Path) -> "Sequence[os.DirEntry[str]]":
    """List what lies in a folder, by name, without what systems leave behind.

    What the system tells beside the names is not asked for again: of thousands of briefs
    that is half the time.
    """
    try:
        with os.scandir(folder) as entries:
            there = [entry for entry in entries if not _LITTER.fullmatch(entry.name)]
    except OSError as error:
        raise PipelineError(
            Problem(
                Rule.FILE_UNREADABLE,
                Place(project.name_of(Path(folder))),
                f"the folder cannot be listed: {error.strerror}",
                "its owner can allow it: chmod u+rx",
            )
        ) from error
    return sorted(there, key=attrgetter("name"))


def _entries_inside(project: Project, folder: str | Path) -> "Sequence[os.DirEntry[str]]":
    """List a folder. Raises PipelineError for folders in it that lead out of `content/`."""
    there = entries_of(project, folder)
    if outside := [e for e in there if e.is_symlink() and _leads_out(project, e)]:
        raise PipelineError(*(_link_problem(project, entry) for entry in outside))
    return there


def _leads_out(project: Project, link: "os.DirEntry[str]") -> bool:
    """Whether a link leads to a folder outside; files are told apart when they are read."""
    if not _is_folder(link):
        return False
    return not Path(link.path).resolve().is_relative_to(project.content.resolve())


def _link_problem(project: Project, link: "os.DirEntry[str]") -> Problem:
    return Problem(
        Rule.OUTSIDE_PROJECT,
        Place(project.name_of(Path(link.path))),
        "it is a link to a place outside content/",
        "put the folder itself here",
    )


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to itself


def _is_language_file(name: str) -> bool:
    return name.endswith(".yaml") and name != "edition.yaml"


def _is_stray(project: Project, entry: "os.DirEntry[str]") -> bool:
    if entry.name.endswith(".yaml") or _is_known(entry.name):
        return False
    # Pictures and data may have a folder of their own.
    inside = entries_of(project, entry.path) if _is_folder(entry) else ()
    return not any(_is_known(file.name) for file in inside)


def _is_known(name: str) -> bool:
    return PurePath(name).suffix.lower() in _KNOWN_ENDINGS


_HOLDS = (
    "content/ holds series.yaml and, for each brief, <slug>/<information-date>/"
    "edition.yaml and <language>.yaml"
)


def unexpected_file_problem(place: Place, hint: str = _HOLDS) -> Problem:
    """Say that nothing uses a file."""
    return Problem(Rule.UNEXPECTED_FILE, place, "nothing here uses this file", hint)
