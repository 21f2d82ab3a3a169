"""Start a brief from the model brief, or a new edition from the latest one."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline.content.dates import InformationDate
from pipeline.content.folders import RESERVED, SLUG, EditionFolder
from pipeline.content.source import read_yaml
from pipeline.errors import PipelineError, Place, Problem, Rule
from pipeline.project import Project

# What a new edition must not inherit: it has not been issued, and its news is its own.
_OWN_TO_AN_EDITION = ("status", "issued", "change_note", "symbol", "identifiers")


def start_brief(
    project: Project, slug: str, information_date: InformationDate, language: str
) -> list[Path]:
    """Write the first edition of a brief from the model brief; give the files written."""
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        raise PipelineError(
            Problem(
                Rule.SLUG,
                Place(f"content/{slug}"),
                f'"{slug}" cannot name a brief',
                "use small letters, digits and hyphens: trade-and-jobs",
            )
        )
    folder = _new_folder(project, slug, information_date)
    model = _model_folder(project)
    written = [
        _copy(model / "edition.yaml", folder / "edition.yaml"),
        _copy(model / "brief.yaml", folder / f"{language}.yaml"),
    ]
    series = project.content / "series.yaml"
    if not series.exists():
        written.append(_copy(model / "series.yaml", series))
    return written


def start_edition(
    project: Project,
    editions: Iterable[EditionFolder],
    information_date: InformationDate,
) -> list[Path]:
    """Copy the latest edition to a new information date, as a draft without its history."""
    latest = max(editions, key=lambda e: e.information_date)
    folder = _new_folder(project, latest.slug, information_date)
    written = [
        _copy(file, folder / file.name)
        for file in sorted(latest.path.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]
    facts = folder / "edition.yaml"
    old = facts.read_text(encoding="utf-8-sig") if facts.exists() else ""
    facts.write_text("status: draft\n" + _without(old), encoding="utf-8")
    return sorted({*written, facts})


def _without(text: str) -> str:
    """Leave out the lines of the keys that belong to one edition only."""
    source, _ = read_yaml("edition.yaml", text.encode())
    if source is None or not isinstance(source.value, dict):
        return text
    lines = text.splitlines(keepends=True)
    for key in _OWN_TO_AN_EDITION:
        if key in source.value:
            span = source.spans[(key,)]
            for number in range(span.key.line, span.last_line + 1):
                lines[number - 1] = ""
    return re.sub(r"\A\s*\n", "", "".join(lines))


def _new_folder(project: Project, slug: str, information_date: InformationDate) -> Path:
    folder = project.content / slug / str(information_date)
    if folder.exists():
        name = project.name_of(folder)
        raise PipelineError(
            Problem(
                Rule.INFORMATION_DATE,
                Place(name),
                "this edition is already there",
                "edit it, or give another date with --dated",
            )
        )
    folder.mkdir(parents=True)
    return folder


def _model_folder(project: Project) -> Path:
    return next(f / "new" for f in project.template_folders if (f / "new").is_dir())


def _copy(source: Path, target: Path) -> Path:
    return Path(shutil.copyfile(source, target))
