"""Read all content that a build needs: the series, the brand, and the editions chosen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pipeline.content.brand import Brand
from pipeline.content.check_brand import Families
from pipeline.content.folders import EditionFolder
from pipeline.content.load import load_brand, load_edition, load_series
from pipeline.content.model import Edition, Series
from pipeline.errors import Problem, in_order
from pipeline.project import Project

SERIES = "content/series.yaml"


@dataclass(frozen=True)
class Part:
    """A part of the content as it was read: the files asked for, and what is wrong."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Content:
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
        return in_order(p for part in self.parts.values() for p in part.problems)


def read_parts(
    project: Project,
    chosen: Iterable[EditionFolder],
    first: Collection[EditionFolder],
    used_languages: Collection[str],
    families: Families,
) -> Content:
    """Read the series, the brand and the editions `chosen`.

    `first` are the first editions of their briefs, `used_languages` those of all editions.
    """
    parts: dict[str, Part] = {}
    editions: list[Edition] = []
    noted, files = project.noting()
    series, problems = load_series(noted, used_languages)
    brand, brand_problems = load_brand(noted, families)
    parts[SERIES] = Part(tuple(files), (*problems, *brand_problems))
    if series is None:
        return Content(None, brand, (), parts)
    for folder in chosen:
        noted, files = project.noting()
        name = f"content/{folder.slug}/{folder.information_date}"
        for listed in (f"content/{folder.slug}/", f"{name}/"):
            noted.note(listed)
        edition, found = load_edition(noted, folder, series, first_edition=folder in first)
        parts[name] = Part(tuple(files), tuple(found))
        editions += [edition] if edition else []
    return Content(series, brand, tuple(editions), parts)
