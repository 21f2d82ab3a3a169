"""Read an edition as it was published, from the texts and data attached to its files.

The attachments are written to a temporary folder and read like other content, with all
checks. Pictures are not attached; the pictures of the present edition are used.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.content.discovery import EditionFolder
from pipeline.content.loader import load_edition
from pipeline.content.yaml_source import read_yaml
from pipeline.editions.ledger import Publication
from pipeline.editions.publication import check_frozen_files, copies_of, frozen_name
from pipeline.editions.text_changes import find_attachment, read_attachments
from pipeline.model.schema import Edition, Series
from pipeline.problems import Place, Problem, Rule, is_blocking
from pipeline.project import Project

_HINT = "restore the file, and the pictures that its text names, from version control"


def read_published(
    project: Project, folder: EditionFolder, series: Series, publication: Publication
) -> tuple[Edition | None, tuple[Problem, ...]]:
    """Read the texts of a publication in all its languages; None with the reasons."""
    files = publication.files.values()
    if damaged := tuple(check_frozen_files(project, folder.slug, files)):
        return None, damaged
    place = Place(frozen_name(folder.slug, next(iter(files))))
    with TemporaryDirectory() as temporary:
        root = Path(temporary).resolve()
        path = root / folder.name
        for language in publication.texts:
            copies = copies_of(folder, language, publication)
            attached = read_attachments(project, copies)
            _write_attachments(project, folder, path, language, attached)
        published = replace(folder, path=path, languages=tuple(publication.texts))
        edition, loading_problems = load_edition(
            Project(root), published, series, first_edition=True
        )
    errors = dict.fromkeys(p.message for p in loading_problems if is_blocking(p))
    problems = tuple(
        Problem(Rule.FROZEN_FILE, place, f"its text cannot be read: {message}", _HINT)
        for message in errors
    )
    return (None if problems else edition), problems


def _write_attachments(
    project: Project,
    folder: EditionFolder,
    path: Path,
    language: str,
    attached: Mapping[str, bytes],
) -> None:
    """Write the attachments and the present pictures under their names in content."""
    stem = f"{folder.slug}_{folder.information_date}_{language}"
    files = {
        f"{n}.yaml": find_attachment(attached, f"_{n}.yaml") for n in (language, "edition")
    }
    source, _ = read_yaml("", files[f"{language}.yaml"])
    values = (value for _, value in source.walk()) if source else ()
    parts = [value for value in values if isinstance(value, dict)]
    charts = (part for part in parts if "chart" in part and "data" in part)
    for number, chart in enumerate(charts, 1):
        if isinstance(chart["data"], str):
            files[chart["data"]] = find_attachment(attached, f"{stem}_figure-{number}.csv")
    for part in parts:
        picture = part.get("picture")
        name = picture.get("file") if isinstance(picture, dict) else None
        if isinstance(name, str):
            image = project.find_content(f"{folder.slug}/{folder.information_date}/{name}")
            files[name] = image.read_bytes() if image else b""
    for name, data in files.items():
        file = path / name
        # An attachment may be forged: its file names must not point outside the folder.
        if data and file.resolve().is_relative_to(path):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
