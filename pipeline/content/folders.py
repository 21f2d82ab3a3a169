"""Turn the folders under `content/` into the list of briefs and editions.

No file is opened: names alone say which briefs exist, at which information dates, in which
languages. So an edition that cannot be read still counts as the current one and never
gives way silently to an older edition.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.content.dates import InformationDate
from pipeline.errors import Place, Problem, Rule
from pipeline.project import Project

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
    """List every edition of every brief, by slug and date, and what is misnamed."""
    editions: list[EditionFolder] = []
    problems: list[Problem] = []
    for folder in entries_of(project.content):
        place = Place(project.name_of(folder))
        if folder.name == "series.yaml" or folder.name in RESERVED:
            continue
        if not folder.is_dir():
            problems.append(say_stray(place))
        elif not SLUG.fullmatch(folder.name):
            problems.append(
                Problem(
                    Rule.SLUG,
                    place,
                    f'"{folder.name}" cannot name a brief',
                    "use small letters, digits and hyphens: trade-and-jobs",
                )
            )
        else:
            found, wrong = _editions_of(project, folder)
            editions += found
            problems += wrong
    return tuple(editions), problems


def _editions_of(
    project: Project, brief: Path
) -> tuple[list[EditionFolder], list[Problem]]:
    editions: list[EditionFolder] = []
    problems: list[Problem] = []
    for folder in entries_of(brief):
        place = Place(project.name_of(folder))
        if not folder.is_dir():
            problems.append(say_stray(place))
            continue
        try:
            information_date = InformationDate.parse(folder.name)
        except ValueError as error:
            problems.append(
                Problem(
                    Rule.INFORMATION_DATE,
                    place,
                    f'"{folder.name}" is not an information date',
                    str(error),
                )
            )
            continue
        files = list(entries_of(folder))
        languages = tuple(f.stem for f in files if _is_language_file(f))
        editions.append(EditionFolder(brief.name, information_date, folder, languages))
        problems += [say_stray(Place(project.name_of(f))) for f in files if _is_stray(f)]
    if not editions and not problems:
        problems.append(
            Problem(
                Rule.MISSING_FILE,
                Place(project.name_of(brief)),
                f'the brief "{brief.name}" has no edition',
                f"make a folder named by its information date: {brief.name}/2017",
            )
        )
    return sorted(editions, key=lambda e: e.information_date), problems


def entries_of(folder: Path) -> Iterator[Path]:
    """List what lies in a folder, by name, without what systems leave behind."""
    return iter(sorted(p for p in folder.iterdir() if not _LITTER.fullmatch(p.name)))


def _is_language_file(path: Path) -> bool:
    return path.suffix == ".yaml" and path.stem != "edition"


def _is_stray(path: Path) -> bool:
    if path.suffix == ".yaml" or path.suffix.lower() in _KNOWN_ENDINGS:
        return False
    # Pictures and data may have a folder of their own.
    inside = path.iterdir() if path.is_dir() else ()
    return not any(p.suffix.lower() in _KNOWN_ENDINGS for p in inside)


_HOLDS = (
    "content/ holds series.yaml and, for each brief, <slug>/<information-date>/"
    "edition.yaml and <language>.yaml"
)


def say_stray(place: Place, hint: str = _HOLDS) -> Problem:
    """Say that nothing uses a file."""
    return Problem(Rule.STRAY_FILE, place, "nothing here uses this file", hint)
