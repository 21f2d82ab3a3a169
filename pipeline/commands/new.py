"""Start a brief, or a new edition of a brief: `briefs new`."""

from pathlib import Path

from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_series, require_language
from pipeline.content.scaffold import NewFiles, start_brief, start_edition
from pipeline.design.overrides import require_usable_overrides
from pipeline.model.dates import InformationDate
from pipeline.project import Project
from pipeline.state.atomic_write import atomic_create, atomic_write


def create_files(
    root: Path, slug: str, information_date: InformationDate, language: str | None
) -> list[Path]:
    """Write the files of a new brief, or of a new edition; give their paths.

    Raises PipelineError when they cannot be written or `language` is not in the series.
    """
    project = Project(root.resolve())
    require_usable_overrides(project)
    files = new_files(project, slug, information_date, language)
    write_new_folder(project, files)
    return [project.content / name for name in files]


def new_files(
    project: Project, slug: str, information_date: InformationDate, language: str | None
) -> NewFiles:
    """Return the files of a new brief, or of a new edition."""
    folders = find_editions(project)[0] if project.content.is_dir() else ()
    if editions := [folder for folder in folders if folder.slug == slug]:
        return start_edition(project, editions, information_date)
    series, _ = load_series(project, ())
    default = series.default_language if series else "en"
    if series and language:
        require_language(series, language)
    return start_brief(project, slug, information_date, language or default)


def write_new_folder(project: Project, files: NewFiles) -> None:
    """Write new files as one folder, so that either all of them exist or none.

    The folder is the outermost one that is new or empty. If `content/` has other files but
    no series, the series is written first, by itself.
    """
    folder = next(iter(files)).rpartition("/")[0]
    content = project.content
    outer = (content, content / folder.partition("/")[0])
    outermost = next(filter(_is_free, outer), content / folder)
    if outermost != content and (series := files.get("series.yaml")):
        atomic_write(content / "series.yaml", series, "content/series.yaml")
    inside = {
        path.relative_to(outermost).as_posix(): data
        for name, data in files.items()
        if (path := content / name).is_relative_to(outermost)
    }
    atomic_create(outermost, inside, f"content/{folder}")


def _is_free(folder: Path) -> bool:
    try:
        return not folder.is_symlink() and not any(folder.iterdir())
    except FileNotFoundError:
        return True
    except OSError:  # writing it reports the error
        return False
