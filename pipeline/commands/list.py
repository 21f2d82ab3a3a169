"""List editions and the states of their PDFs: `briefs list`."""

from dataclasses import dataclass
from datetime import date

from pipeline.build import build
from pipeline.content.discovery import find_editions
from pipeline.editions.current import current_editions
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.model.dates import InformationDate
from pipeline.model.edition_state import EditionState
from pipeline.project import Project
from pipeline.targets import BuildOptions, Document


@dataclass(frozen=True)
class ListedEdition:
    """One edition: its state, whether it is current, and its PDF in each language."""

    slug: str
    information_date: InformationDate
    state: EditionState
    is_current: bool
    states: dict[str, str]
    corrections: int = 0
    has_unpublished_correction: bool = False


def list_editions(
    project: Project, slugs: tuple[str, ...], today: date
) -> tuple[tuple[ListedEdition, ...], frozenset[str]]:
    """List the editions of some briefs, or of all, and the slugs of all briefs."""
    folders, _ = find_editions(project)
    asked = [folder for folder in folders if not slugs or folder.slug in slugs]
    editions = read_lifecycles(project, asked)
    every = {(f.slug, f.information_date): f.languages for f in asked}
    options = BuildOptions(slugs, editions=every, dry_run=True, jobs=1)
    current = current_editions(editions, today)
    states: dict[tuple[str, InformationDate], dict[str, str]] = {}
    for target in build(project, options, today).targets:
        if isinstance(target, Document):
            edition = states.setdefault((target.slug, target.information_date), {})
            edition[target.language] = target.state
    listed = tuple(
        ListedEdition(
            folder.slug,
            folder.information_date,
            lifecycle.state(today),
            folder in current,
            states.get((folder.slug, folder.information_date), {}),
            lifecycle.corrections,
            lifecycle.has_unpublished_correction,
        )
        for folder, lifecycle in editions.items()
    )
    return listed, frozenset(folder.slug for folder in folders)
