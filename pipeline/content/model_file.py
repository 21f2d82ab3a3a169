"""One YAML file -> its source and a value of its model, or what is wrong with it."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.content.schema_errors import explain_schema_errors
from pipeline.content.validate import texts as check
from pipeline.content.yaml_source import MAX_BYTES, Source, read_yaml, too_large
from pipeline.model.brand import Brand
from pipeline.problems import Place, Problem, Rule, is_blocking
from pipeline.project import Project

_M = TypeVar("_M", bound=BaseModel)


def read_model(
    project: Project, path: Path, model: type[_M]
) -> tuple[Source | None, _M | None, list[Problem]]:
    """Read a file as a model says; None for what is no YAML, or no such value."""
    name = project.name_of(path)
    data, problems = read_bytes(project, path)
    if data is None:
        return None, None, problems
    source, problems = read_yaml(name, data)
    if source is None:
        return None, None, problems
    problems += check.check_empty_values(source)
    if model is not Brand:  # it holds names and values, no Markdown
        problems += check.check_words(model, source)
    try:
        value = model.model_validate(source.value)
    except ValidationError as error:
        return source, None, problems + explain_schema_errors(source, model, error)
    return source, (None if any(is_blocking(p) for p in problems) else value), problems


def read_bytes(project: Project, path: Path) -> tuple[bytes | None, list[Problem]]:
    """Read a file that lies in `content/` or `styles/`, is a file, and is not too large."""
    name = project.name_of(path)
    try:
        inside = (project.content, *project.style_folders)
        if not any(path.resolve().is_relative_to(folder.resolve()) for folder in inside):
            return None, [
                Problem(
                    Rule.OUTSIDE_PROJECT,
                    Place(name),
                    "the file is a link to a place outside content/",
                    "put the file itself here",
                )
            ]
        if path.exists() and not (path.is_file() or path.is_dir()):
            return None, [_unreadable(name, "it is a pipe or a device")]
        if (size := path.stat().st_size) > MAX_BYTES:
            return None, [too_large(name, size)]
        # What lies outside or has no end was not to be read for a note either.
        return project.read(name, path), []
    except (OSError, RuntimeError) as error:
        # RuntimeError: a link to itself, until Python 3.13.
        reason = getattr(error, "strerror", None) or "it is a link to itself"
        return None, [_unreadable(name, reason.lower())]


def _unreadable(name: str, reason: str) -> Problem:
    message = f"the file cannot be read: {reason}"
    hint = "check its permissions, and that it is a file"
    return Problem(Rule.FILE_UNREADABLE, Place(name), message, hint)
