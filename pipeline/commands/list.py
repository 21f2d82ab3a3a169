"""List editions and the states of their PDFs: `briefs list`."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.build import build_documents
from pipeline.commands.selection import require_known
from pipeline.content.discovery import find_editions
from pipeline.editions.current import current_editions
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.model.dates import InformationDate
from pipeline.model.edition_state import EditionState
from pipeline.problems import Rule
from pipeline.project import Project
from pipeline.targets import BuildOptions, Document


@dataclass(frozen=True)
class ListedEdition:
    """One edition: its state, whether it is current, and its PDF in each language.

    `outdated` counts the outdated texts of its translations.
    """

    slug: str
    information_date: InformationDate
    state: EditionState
    is_current: bool
    states: dict[str, str]
    corrections: int
    has_unpublished_correction: bool
    outdated: Mapping[str, int]


def list_editions(
    project: Project, slugs: tuple[str, ...], today: date
) -> tuple[ListedEdition, ...]:
    """List the editions of some briefs, or of all."""
    folders, _ = find_editions(project)
    require_known("brief", slugs, {folder.slug for folder in folders})
    selected_folders = [folder for folder in folders if not slugs or folder.slug in slugs]
    editions = read_lifecycles(project, selected_folders)
    all_languages = {(f.slug, f.information_date): f.languages for f in selected_folders}
    options = BuildOptions(slugs, editions=all_languages, dry_run=True, jobs=1)
    current = current_editions(editions, today)
    states: dict[tuple[str, InformationDate], dict[str, str]] = defaultdict(dict)
    built = build_documents(project, options, today)
    outdated = Counter(
        p.place.file for p in built.problems if p.rule is Rule.OUTDATED_TRANSLATION
    )
    for target in built.targets:
        if isinstance(target, Document):
            states[target.slug, target.information_date][target.language] = target.state
    return tuple(
        ListedEdition(
            folder.slug,
            folder.information_date,
            lifecycle.state(today),
            folder in current,
            states[folder.slug, folder.information_date],
            lifecycle.corrections,
            lifecycle.has_unpublished_correction,
            {
                language: count
                for language in folder.languages
                if (count := outdated[f"{folder.name}/{language}.yaml"])
            },
        )
        for folder, lifecycle in editions.items()
    )
