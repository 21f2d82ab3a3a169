"""Read one file of the content, and check it against its model."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.content.schema_errors import check_empty_values, explain_schema_errors
from pipeline.content.validate.markdown import check_markdown
from pipeline.content.yaml_source import MAX_BYTES, Source, file_size_problem, read_yaml
from pipeline.model.brand import Brand
from pipeline.problems import PipelineError, Place, Problem, Rule, is_blocking
from pipeline.project import Project

_M = TypeVar("_M", bound=BaseModel)


def read_model(
    project: Project,
    path: Path,
    model: type[_M],
    check: Callable[[_M, Source], Iterable[Problem]] = lambda value, source: (),
) -> tuple[Source | None, _M | None, list[Problem]]:
    """Read a YAML file and validate it; `check` gets the value if it has no error so far.

    The source is None if the file cannot be read as YAML, the value if it has an error.
    """
    try:
        source, problems = read_yaml(project.name_of(path), read_bytes(project, path))
    except PipelineError as error:
        return None, None, [*error.problems]
    if source is None:
        return None, None, problems
    problems += check_empty_values(source)
    if model is not Brand:  # a brand holds names and values, no Markdown
        problems += check_markdown(model, source)
    try:
        value = model.model_validate(source.value)
    except ValidationError as error:
        return source, None, problems + explain_schema_errors(source, model, error)
    if not any(map(is_blocking, problems)):
        problems += check(value, source)
    return source, (None if any(map(is_blocking, problems)) else value), problems


def read_bytes(project: Project, path: Path) -> bytes:
    """Read a regular file inside `content/` or `styles/` of at most `MAX_BYTES`.

    Raises PipelineError for any other file.
    """
    name = project.name_of(path)
    try:
        allowed = (project.content, *project.style_folders)
        if not any(path.resolve().is_relative_to(folder.resolve()) for folder in allowed):
            message = "the file is a link to a place outside content/"
            hint = "put the file itself here"
            raise PipelineError(Problem(Rule.OUTSIDE_PROJECT, Place(name), message, hint))
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise OSError(0, "it is a pipe or a device")  # which may have no end
        if (size := path.stat().st_size) > MAX_BYTES:
            raise PipelineError(file_size_problem(name, size))
        return project.read(name, path)
    except (OSError, RuntimeError) as error:
        # RuntimeError: a link to itself, until Python 3.13.
        reason = getattr(error, "strerror", None) or "it is a link to itself"
        message = f"the file cannot be read: {reason.lower()}"
        hint = "check its permissions, and that it is a file"
        problem = Problem(Rule.FILE_UNREADABLE, Place(name), message, hint)
        raise PipelineError(problem) from None
