"""Create a brief from the bundled example, or a new edition from the latest one.

Nothing is written here: the result is the content of each file, by its path below
`content/`.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import yaml

from pipeline.content.discovery import EditionFolder, is_slug, slug_problem
from pipeline.content.yaml_source import Span, read_yaml
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import Project

NewFiles = dict[str, bytes]
# Facts of one edition, which a new edition must not inherit.
_NOT_INHERITED = (
    *("status", "issued", "change_note", "symbol", "identifiers"),
    *("embargo_until", "corrections", "withdrawn"),
)


def start_brief(
    project: Project, slug: str, information_date: InformationDate, language: str
) -> NewFiles:
    """Return the files of the first edition of a brief, and series.yaml if missing."""
    if not is_slug(slug):
        raise PipelineError(slug_problem(Place(f"content/{slug}"), slug))
    folder = _new_folder(project, slug, information_date)
    example = next(f / "new" for f in project.template_folders if (f / "new").is_dir())
    brief = find_example(project, language) or example / "brief.yaml"
    files = {
        f"{folder}/edition.yaml": _localized(project, example / "edition.yaml", language),
        f"{folder}/{language}.yaml": _localized(project, brief, language),
    }
    if not (project.content / "series.yaml").exists():
        files["series.yaml"] = _localized(project, example / "series.yaml", language)
    kinds = dict(zip(files, ("edition", "brief", "series"), strict=False))
    return {name: _schema_line(project, name, kinds[name]) + files[name] for name in files}


def start_session(
    project: Project, slug: str, year: int, language: str, name: str
) -> NewFiles:
    """Return the file of a session without handouts; `name` has its name by language."""
    examples = (folder / "new" / "session.yaml" for folder in project.template_folders)
    example = next(file for file in examples if file.is_file())
    text = _localized(project, example, language).decode()
    text = text.replace(f"{language}: Name of the meeting", name, 1).replace(
        "2025-", f"{year}-"
    )
    file = f"sessions/{slug}.yaml"
    return {file: _schema_line(project, file, "session") + text.encode()}


def find_example(project: Project, language: str) -> Path | None:
    """Find the example of a brief in a language, or else the one in English.

    An example of the project comes before a bundled one.
    """
    for folder in project.template_folders:
        with suppress(OSError):  # a folder that cannot be read is reported by itself
            for name in (f"brief.{language}.yaml", "brief.yaml"):
                if (file := folder / "new" / name).is_file():
                    return file
    return None


def start_edition(
    project: Project, editions: Iterable[EditionFolder], information_date: InformationDate
) -> NewFiles:
    """Copy the files of the latest edition to a new information date, as a draft.

    An older date is refused: it is usually a typing error, and the edition that was the
    first would then need a change note.
    """
    latest = max(editions, key=lambda e: e.information_date)
    folder = _new_folder(project, latest.slug, information_date)
    if information_date < latest.information_date:
        message = f"the newest edition, {latest.information_date}, is of a later date"
        hint = "use a later --dated; write the files of an older edition by hand"
        place = Place(f"content/{folder}")
        raise PipelineError(Problem(Rule.INFORMATION_DATE, place, message, hint))
    files = {
        f"{folder}/{path.name}": _read_source_file(project, path)
        for path in sorted(latest.path.iterdir())
        if path.is_file() and path.name[0] != "."
    }
    name = f"{folder}/edition.yaml"
    if name in files:
        files[name] = _as_draft(f"{latest.name}/edition.yaml", files[name]).encode()
    else:
        files[name] = b"status: draft\n"
    return dict(sorted(files.items()))


def _read_source_file(project: Project, path: Path) -> bytes:
    """Read a file. Raises PipelineError if it cannot be read, or is outside `content/`."""
    place = Place(project.name_of(path))
    try:
        is_content = path.is_relative_to(project.content)
        if is_content and not project.find_content(place.file.removeprefix("content/")):
            message = "it is a link to a place outside content/"
            hint = "put the file itself here"
            raise PipelineError(Problem(Rule.OUTSIDE_PROJECT, place, message, hint))
        return path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {(error.strerror or str(error)).lower()}"
        hint = "its owner can allow it: chmod u+r"
        problem = Problem(Rule.FILE_UNREADABLE, place, message, hint)
        raise PipelineError(problem) from error


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
    inherited = {k: v for k, v in source.value.items() if k not in _NOT_INHERITED}
    facts = {"status": "draft", **inherited}
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
    parsed, _ = read_yaml(name, draft.encode())
    if parsed and parsed.value == facts:
        return draft
    return yaml.safe_dump(facts, allow_unicode=True, sort_keys=False)


def _lines_of(span: Span, lines: Sequence[str]) -> range:
    """The lines of a key and its value, counted from 0, without comments after them."""
    last = span.last_line
    while last > span.key.line and re.match(r"\s*(#.*)?$", lines[last - 1]):
        last -= 1
    return range(span.key.line - 1, last)


def _new_folder(project: Project, slug: str, information_date: InformationDate) -> str:
    """Name the folder of a new edition. Raises PipelineError if it exists."""
    name = f"{slug}/{information_date}"
    if (project.content / name).exists():
        place, hint = Place(f"content/{name}"), "edit it, or use another --dated"
        message = "this edition already exists"
        raise PipelineError(Problem(Rule.INFORMATION_DATE, place, message, hint))
    return name


def _schema_line(project: Project, name: str, kind: str) -> bytes:
    """Return the line by which an editor finds the schema of a file, if there is one."""
    schema = f"schemas/{kind}.schema.json"
    if not (project.root / schema).is_file():
        return b""
    path = "../" * (name.count("/") + 1) + schema
    return f"# yaml-language-server: $schema={path}\n".encode()


def _localized(project: Project, source: Path, language: str) -> bytes:
    """Read a file of the example, with `language` in place of `en` at its texts."""
    text = _read_source_file(project, source).decode()
    text = text.replace("{en: ", f"{{{language}: ").replace("[en]", f"[{language}]")
    return text.encode()
