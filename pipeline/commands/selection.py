"""Refuse names that do not exist in a project: briefs, editions, languages, profiles."""

from collections.abc import Collection, Iterable, Sequence

from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.model.dates import InformationDate
from pipeline.model.profiles import PROFILES
from pipeline.project import Project
from pipeline.targets import BuildOptions


class UnknownName(LookupError):
    """A name that does not exist, or not for this purpose; the message names others."""


def require_selection(
    project: Project, options: BuildOptions, session: str | None = None
) -> None:
    """Refuse briefs, languages and editions that do not exist, or that `session` lacks."""
    folders, _ = find_editions(project)
    editions = {(f.slug, f.information_date): f.languages for f in folders}
    editions = dict(options.editions) if session else editions
    where = f" at session {session}" if session else ""
    require_known("brief", options.slugs, {slug for slug, _ in editions}, where)
    chosen = {
        e: c for e, c in editions.items() if not options.slugs or e[0] in options.slugs
    }
    languages = {code for codes in chosen.values() for code in codes}
    require_known("language", options.languages, languages, where)
    if options.edition:
        dates = {str(dated) for _, dated in chosen}
        require_known("edition", (str(options.edition),), dates)


def find_brief(
    project: Project, slug: str, dates: Iterable[InformationDate]
) -> dict[InformationDate, EditionFolder]:
    """List the editions of a brief; refuse a brief, or `dates`, that do not exist."""
    folders, _ = find_editions(project)
    require_known("brief", (slug,), {folder.slug for folder in folders})
    editions = {f.information_date: f for f in folders if f.slug == slug}
    require_known("edition", [*map(str, dates)], {*map(str, editions)}, f" of {slug}")
    return editions


def require_profiles(project: Project, profiles: Sequence[str]) -> None:
    """Refuse profiles that neither the program nor the project has."""
    require_known("profile", profiles, {*project.profiles(), *PROFILES})


def require_known(
    kind: str, names: Sequence[str], valid_names: Collection[str], where: str = ""
) -> None:
    """Refuse a name that is not one of `valid_names`; suggest the nearest, or list all."""
    for name in names:
        if name not in valid_names:
            from pipeline.content.suggestions import suggestion

            listed = ", ".join(sorted(valid_names)) or "none"
            hint = suggestion(name, valid_names, f"available: {listed}")
            raise UnknownName(f'no {kind} "{name}"{where}; {hint}')
