"""Start a brief, or a new edition of a brief: `briefs new`."""

from pathlib import Path

from pipeline.content.discovery import SERIES, find_editions
from pipeline.content.loader import load_series
from pipeline.content.scaffold import start_brief, start_edition
from pipeline.design.overrides import require_usable_overrides
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import open_project


def start(
    root: Path, slug: str, information_date: InformationDate, language: str | None
) -> list[Path]:
    """Write the files of a new brief, or of a new edition; give their paths.

    Raises PipelineError when they cannot be written or `language` is not in the series.
    """
    (root / "content").mkdir(exist_ok=True)
    project = open_project(root)
    require_usable_overrides(project)
    folders, _ = find_editions(project)
    editions = [folder for folder in folders if folder.slug == slug]
    if editions:
        return start_edition(project, editions, information_date)
    series, _ = load_series(project, ())
    default = series.default_language if series else "en"
    if series and language and language not in series.languages:
        message = f'"{language}" is not a language of this series'
        hint = f"available: {', '.join(series.languages)}; add the language there first"
        raise PipelineError(Problem(Rule.UNKNOWN_LANGUAGE, Place(SERIES), message, hint))
    return start_brief(project, slug, information_date, language or default)
