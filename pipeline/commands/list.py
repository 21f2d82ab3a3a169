"""List editions and the states of their PDFs: `briefs list`."""

from dataclasses import dataclass
from datetime import date

from pipeline.build import build
from pipeline.content.discovery import find_editions
from pipeline.model.dates import InformationDate
from pipeline.project import Project
from pipeline.targets import BuildOptions, Document, select_editions


@dataclass(frozen=True)
class ListedEdition:
    """One edition: whether it is current, and the state of its PDF in each language."""

    slug: str
    information_date: InformationDate
    is_current: bool
    states: dict[str, str]


def list_editions(
    project: Project, slugs: tuple[str, ...], today: date
) -> tuple[tuple[ListedEdition, ...], frozenset[str]]:
    """List the editions of some briefs, or of all, and the slugs of all briefs."""
    options = BuildOptions(slugs, all_editions=True, dry_run=True, jobs=1)
    folders, _ = find_editions(project)
    current = set(select_editions(folders, BuildOptions(slugs), today))
    states: dict[tuple[str, InformationDate], dict[str, str]] = {}
    for target in build(project, options, today).targets:
        if isinstance(target, Document):
            edition = states.setdefault((target.slug, target.information_date), {})
            edition[target.language] = target.state
    editions = tuple(
        ListedEdition(
            folder.slug,
            folder.information_date,
            folder in current,
            states.get((folder.slug, folder.information_date), {}),
        )
        for folder in folders
        if not slugs or folder.slug in slugs
    )
    return editions, frozenset(folder.slug for folder in folders)
