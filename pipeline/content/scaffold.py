"""Create a brief from the bundled example, or a new edition from the latest one."""

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from pipeline.content.discovery import RESERVED, SLUG, EditionFolder, slug_problem
from pipeline.content.yaml_source import Span, read_yaml
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import Project

# Facts of one edition, which a new edition must not inherit.
_NOT_INHERITED = ("status", "issued", "change_note", "symbol", "identifiers")


def start_brief(
    project: Project, slug: str, information_date: InformationDate, language: str
) -> list[Path]:
    """Write the first edition of a brief; return the files written."""
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        raise PipelineError(slug_problem(Place(f"content/{slug}"), slug))
    folder = _new_folder(project, slug, information_date)
    example = next(f / "new" for f in project.template_folders if (f / "new").is_dir())
    written = [
        _copy(example / "edition.yaml", folder / "edition.yaml", language),
        _copy(example / "brief.yaml", folder / f"{language}.yaml", language),
    ]
    series = project.content / "series.yaml"
    if not series.exists():
        written.append(_copy(example / "series.yaml", series, language))
    return written


def start_edition(
    project: Project, editions: Iterable[EditionFolder], information_date: InformationDate
) -> list[Path]:
    """Copy the latest edition to a new information date, as a draft; return the files."""
    latest = max(editions, key=lambda e: e.information_date)
    facts = latest.path / "edition.yaml"
    draft = "status: draft\n"
    if facts.exists():
        draft = _as_draft(project.name_of(facts), facts.read_bytes())
    folder = _new_folder(project, latest.slug, information_date)
    files = [f for f in latest.path.iterdir() if f.is_file() and f.name[0] != "."]
    written = {Path(shutil.copyfile(file, folder / file.name)) for file in files}
    facts = folder / "edition.yaml"
    facts.write_text(draft, encoding="utf-8")
    return sorted({*written, facts})


def _as_draft(name: str, data: bytes) -> str:
    """Return the facts of a new edition as YAML text.

    Lines and comments of the latest edition are kept if possible; otherwise, for example
    when all keys are on one line, the facts are written again without comments. Raises
    PipelineError when the file cannot be read.
    """
    source, problems = read_yaml(name, data)
    if source is None or not isinstance(source.value, dict):
        hint = "write keys and values: key: value"
        no_keys = Problem(Rule.WRONG_TYPE, Place(name), "the file has no keys", hint)
        raise PipelineError(*(problems or [no_keys]))
    kept = {k: v for k, v in source.value.items() if k not in _NOT_INHERITED}
    lines = source.text.splitlines(keepends=True)
    status = source.spans.get(("status",))
    # In place of the old status, or below the comment at the top of the file.
    top = (i for i, line in enumerate(lines) if not line.startswith("#"))
    index = status.key.line - 1 if status else next(top, 0)
    for key in set(_NOT_INHERITED) & set(source.value):
        for number in _lines_of(source.spans[(key,)], lines):
            lines[number] = ""
    lines.insert(index, "status: draft\n")
    draft = "".join(lines).lstrip("\n")
    again, _ = read_yaml(name, draft.encode())
    if again and again.value == {"status": "draft", **kept}:
        return draft
    return yaml.safe_dump({"status": "draft", **kept}, allow_unicode=True, sort_keys=False)


def _lines_of(span: Span, lines: Sequence[str]) -> range:
    """The lines of a key and its value, counted from 0, without comments after them."""
    last = span.last_line
    while last > span.key.line and re.match(r"\s*(#.*)?$", lines[last - 1]):
        last -= 1
    return range(span.key.line - 1, last)


def _new_folder(project: Project, slug: str, information_date: InformationDate) -> Path:
    folder = project.content / slug / str(information_date)
    if folder.exists():
        place, hint = Place(project.name_of(folder)), "edit it, or use another --dated"
        message = "this edition already exists"
        raise PipelineError(Problem(Rule.INFORMATION_DATE, place, message, hint))
    folder.mkdir(parents=True)
    return folder


def _copy(source: Path, target: Path, language: str) -> Path:
    """Copy a file of the example, whose texts are marked as English, for a language."""
    text = source.read_text(encoding="utf-8")
    text = text.replace("{en: ", f"{{{language}: ").replace("[en]", f"[{language}]")
    target.write_text(text, encoding="utf-8")
    return target
