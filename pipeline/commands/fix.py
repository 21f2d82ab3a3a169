"""Replace invisible and other pasted characters in content: `briefs check --fix`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.content.pasted_text import count_bullets, means_the_same, replace_pasted
from pipeline.content.read_file import read_bytes
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.model.fields import FieldPath
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import Project
from pipeline.state.atomic_write import atomic_write

# A number in curly quotation marks, typed instead of the straight ones of YAML.
_QUOTED_NUMBER = re.compile(r"^[“”„]([0-9][0-9.,%  –-]*)[“”]")


@dataclass(frozen=True)
class ChangedFile:
    """The text of a file before and after."""

    path: Path
    name: str
    before: str
    after: str


def find_fixes(project: Project, slugs: tuple[str, ...]) -> Iterator[ChangedFile]:
    """Find the files of content that can be corrected: those of `slugs`, or all.

    Files that cannot be read are skipped; `briefs check` reports them.
    """
    for path in sorted(project.content.rglob("*.yaml")):
        name = project.name_of(path)
        _, folder, *_ = name.split("/")
        if (slugs and folder not in slugs) or "/." in name:
            continue  # systems and editors use names that begin with a dot
        try:
            before = read_bytes(project, path).decode("utf-8")
        except (PipelineError, UnicodeDecodeError):
            continue
        fixed = _fix_text(name, before)
        if fixed != before:
            yield ChangedFile(path, name, before, fixed)


def _fix_text(name: str, before: str) -> str:
    """Correct a file, unless the result cannot be read or means something else."""
    source, problems = read_yaml(name, before.encode())
    old = _texts_by_path(source)
    if any(isinstance(key, str) and key != key.strip() for path in old for key in path):
        source, old = None, {}  # a hard space before a key is read as a part of it
    bullets = sum(map(count_bullets, old.values()))
    has_lists = not source or bullets == count_bullets(before)
    lines = before.splitlines(keepends=True)
    for problem in (p for p in problems if p.rule is Rule.CURLY_QUOTES):
        row, column = problem.place.line - 1, problem.place.column - 1
        head, rest = lines[row][:column], lines[row][column:]
        lines[row] = head + _QUOTED_NUMBER.sub(r'"\1"', rest, count=1)
    text = "".join(lines)
    after = replace_pasted(text, is_readable=bool(source), has_lists=has_lists)
    new_source, _ = read_yaml(name, after.encode())
    new = _texts_by_path(new_source)
    same = (means_the_same(old[path], new.get(path, "")) for path in old)
    is_safe = new_source and (not source or (old.keys() == new.keys() and all(same)))
    return after if is_safe else before


def _texts_by_path(source: Source | None) -> dict[FieldPath, str]:
    values = source.walk() if source else ()
    return {path: value if isinstance(value, str) else "" for path, value in values}


def apply_fix(project: Project, fix: ChangedFile) -> None:
    """Write a fix. Raises PipelineError if the file changed after it was read."""
    if read_bytes(project, fix.path) != fix.before.encode():
        message = "the file changed after its fix was shown; it was left as it is"
        hint = "run the command again"
        raise PipelineError(Problem(Rule.WRITE_FAILED, Place(fix.name), message, hint))
    atomic_write(fix.path, fix.after.encode(), fix.name)
