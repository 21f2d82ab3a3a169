"""Start a brief from the model brief, or a new edition from the latest one."""

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from pipeline.content.discovery import RESERVED, SLUG, EditionFolder
from pipeline.content.yaml_source import Span, read_yaml
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Place, Problem, Rule
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
        _copy(model / "edition.yaml", folder / "edition.yaml", language),
        _copy(model / "brief.yaml", folder / f"{language}.yaml", language),
    ]
    series = project.content / "series.yaml"
    if not series.exists():
        written.append(_copy(model / "series.yaml", series, language))
    return written


def start_edition(
    project: Project,
    editions: Iterable[EditionFolder],
    information_date: InformationDate,
) -> list[Path]:
    """Copy the latest edition to a new information date, as a draft without its history."""
    latest = max(editions, key=lambda e: e.information_date)
    facts = latest.path / "edition.yaml"
    draft = "status: draft\n"
    if facts.exists():
        draft = _as_draft(project.name_of(facts), facts.read_bytes())
    folder = _new_folder(project, latest.slug, information_date)
    written = [
        Path(shutil.copyfile(file, folder / file.name))
        for file in sorted(latest.path.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]
    facts = folder / "edition.yaml"
    facts.write_text(draft, encoding="utf-8")
    return sorted({*written, facts})


def _as_draft(name: str, data: bytes) -> str:
    """Write the facts of a new edition: those of the latest, without what was its own.

    Lines and comments stay as they are where they can; facts spelt otherwise (all on one
    line, say) are written anew. PipelineError when the file cannot be read.
    """
    source, problems = read_yaml(name, data)
    if source is None or not isinstance(source.value, dict):
        hint = "write keys and values: key: value"
        no_keys = Problem(Rule.WRONG_TYPE, Place(name), "the file has no keys", hint)
        raise PipelineError(*(problems or [no_keys]))
    kept = {k: v for k, v in source.value.items() if k not in _OWN_TO_AN_EDITION}
    lines = source.text.splitlines(keepends=True)
    status = source.spans.get(("status",))
    # Where the status stood, or below the comment that opens the file.
    at = status.key.line - 1 if status else _opening(lines)
    for key in set(_OWN_TO_AN_EDITION) & set(source.value):
        for number in _lines_of(source.spans[(key,)], lines):
            lines[number] = ""
    lines.insert(at, "status: draft\n")
    draft = "".join(lines).lstrip("\n")
    again, _ = read_yaml(name, draft.encode())
    if again and again.value == {"status": "draft", **kept}:
        return draft
    return yaml.safe_dump({"status": "draft", **kept}, allow_unicode=True, sort_keys=False)


def _opening(lines: Sequence[str]) -> int:
    """Count the lines of the comment that a file begins with."""
    return next((i for i, line in enumerate(lines) if not line.startswith("#")), 0)


def _lines_of(span: Span, lines: Sequence[str]) -> range:
    """The lines of a key and its value, counted from 0, without comments that follow."""
    last = span.last_line
    while last > span.key.line and re.match(r"\s*(#.*)?$", lines[last - 1]):
        last -= 1
    return range(span.key.line - 1, last)


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


def _copy(source: Path, target: Path, language: str) -> Path:
    """Copy a file of the model brief, whose words are marked as English, for a language."""
    text = source.read_text(encoding="utf-8")
    text = text.replace("{en: ", f"{{{language}: ").replace("[en]", f"[{language}]")
    target.write_text(text, encoding="utf-8")
    return target
