"""Read all content that a build needs: the series, the brand, and the editions chosen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pipeline.content.discovery import EditionFolder
from pipeline.content.loader import load_brand, load_edition, load_series
from pipeline.content.validate.brand import Families
from pipeline.model.brand import Brand
from pipeline.model.schema import Edition, Series
from pipeline.problems import Problem, sort_and_dedupe
from pipeline.project import Project, ReadLog

SERIES = "content/series.yaml"


@dataclass(frozen=True)
class Part:
    """A part of the content as it was read: the files asked for, and what is wrong."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class SeriesSettings:
    """What all editions share: the series and the brand, if they could be read."""

    series: Series | None
    brand: Brand | None
    part: Part


@dataclass(frozen=True)
class LoadedContent:
    """What was read: the series, the brand, and the editions that could be.

    `parts` tells of each part what it was read from: SERIES (with the brand), and each
    edition by the name of its folder.
    """

    series: Series | None
    brand: Brand | None
    editions: tuple[Edition, ...]
    parts: Mapping[str, Part]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong with it, in the order of files and lines."""
        return sort_and_dedupe(p for part in self.parts.values() for p in part.problems)


def read_series_settings(
    project: Project, used_languages: Collection[str], families: Families
) -> SeriesSettings:
    """Read the series and the brand; `used_languages` are those of all editions."""
    noted, notes = project.tracking_reads()
    series, problems = load_series(noted, used_languages)
    brand, brand_problems = load_brand(noted, families)
    return SeriesSettings(series, brand, _part(notes, (*problems, *brand_problems)))


def read_edition(
    project: Project, folder: EditionFolder, series: Series, *, first_edition: bool
) -> tuple[Edition | None, Part]:
    """Read one edition, and what it was read from."""
    noted, notes = project.tracking_reads()
    for listed in (f"content/{folder.slug}/", f"{folder.name}/"):
        noted.on_read(listed)
    edition, found = load_edition(noted, folder, series, first_edition=first_edition)
    return edition, _part(notes, found)


def _part(notes: ReadLog, problems: Iterable[Problem]) -> Part:
    return Part(tuple(dict.fromkeys(name for name, _ in notes)), tuple(problems))


def read_parts(
    project: Project,
    chosen: Iterable[EditionFolder],
    first: Collection[EditionFolder],
    used_languages: Collection[str],
    families: Families,
) -> LoadedContent:
    """Read the series, the brand and the editions `chosen`, all at once.

    `first` are the first editions of their briefs.
    """
    setting = read_series_settings(project, used_languages, families)
    parts = {SERIES: setting.part}
    editions: list[Edition] = []
    if (series := setting.series) is None:
        return LoadedContent(None, setting.brand, (), parts)
    for folder in chosen:
        is_first = folder in first
        edition, part = read_edition(project, folder, series, first_edition=is_first)
        parts[folder.name] = part
        editions += [edition] if edition else []
    return LoadedContent(series, setting.brand, tuple(editions), parts)
