"""Start a project: series, brand, one brief, and files for editors and GitHub."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

from pipeline.commands.schema import schema_files, vscode_files
from pipeline.commands.strings import untranslated_strings
from pipeline.content.scaffold import NewFiles, start_brief, start_session
from pipeline.model.dates import InformationDate
from pipeline.model.markdown import escape_markdown
from pipeline.model.yaml_text import quoted
from pipeline.project import BUNDLED, Project
from pipeline.state.atomic_write import atomic_create, atomic_write

SLUG, SESSION = "first-brief", "first-meeting"
# The line of the example that says how to choose another paper.
_PAPER_LINE = re.compile(r"^# paper: .*\n", re.MULTILINE)
# Files beside `content/`, by the names of their examples in `templates/new/`.
_EXAMPLES = {".gitignore": "gitignore", ".github/workflows/briefs.yml": "workflow.yml"}


@dataclass(frozen=True)
class ProjectSettings:
    """The settings of a new project. The first of the `languages` is the default one.

    `paper` is a value of `paper` in series.yaml. `meeting` is the name of a meeting in each
    of the first languages; with none there is no example of a session.
    """

    organization: str
    series: str
    languages: Sequence[str]
    colour: str
    paper: str = "A4"
    meeting: Sequence[str] = ()


def init_project(
    project: Project, settings: ProjectSettings, information_date: InformationDate
) -> list[str]:
    """Write the files of a new project; give the names of those that were written.

    A file that exists is kept. `content/`, which makes the folder a project, is written
    last and as a whole; if that fails, what was written before is removed.
    """
    written: list[str] = []
    try:
        for name, data in _files_beside_content(settings.languages).items():
            if not os.path.lexists(project.root / name):
                written.append(name)
                atomic_write(project.root / name, data, name)
        content = _content_files(project, settings, information_date)
        atomic_create(project.content, content, "content")
    except BaseException:  # also Ctrl+C: what was written is removed, then it is raised
        for name in reversed(written):
            with suppress(OSError):  # a folder above it is not empty
                (project.root / name).unlink(missing_ok=True)
                for folder in PurePath(name).parents[:-1]:
                    (project.root / folder).rmdir()
        raise
    return [*(f"content/{name}" for name in sorted(content)), *written]


def _files_beside_content(languages: Sequence[str]) -> dict[str, bytes]:
    examples = {name: _read_example(file) for name, file in _EXAMPLES.items()}
    names = {code: f"templates/strings/{code}.yaml" for code in languages}
    strings = {
        name: untranslated_strings(code)
        for code, name in names.items()
        if not (BUNDLED / name).is_file()
    }
    return {**schema_files(), **vscode_files(), **examples, **strings}


def _content_files(
    project: Project, settings: ProjectSettings, information_date: InformationDate
) -> NewFiles:
    """Return the files of `content/`: those of a new brief, with the settings filled in."""
    language = settings.languages[0]
    files = start_brief(project, SLUG, information_date, language)
    names = {
        "Name of the series": settings.series,
        "Name of the organization": settings.organization,
    }
    series = files["series.yaml"].decode()
    for example, name in names.items():
        series = series.replace(f"{{{language}: {example}}}", _quoted_markdown(name), 1)
    series = series.replace(f"[{language}]", f"[{', '.join(settings.languages)}]", 1)
    if settings.paper != "A4":
        line = f"paper: {settings.paper}\n"
        series, count = _PAPER_LINE.subn(line, series)
        series += "" if count else line
    brand = _read_example("_brand.yml").decode()
    brand = brand.replace("#0c6b66", settings.colour)
    brand = brand.replace("Name of the organization", quoted(settings.organization))
    files |= {"series.yaml": series.encode(), "_brand.yml": brand.encode()}
    if settings.meeting:
        meeting = zip(settings.languages, settings.meeting, strict=False)
        name = ", ".join(f"{code}: {_quoted_markdown(text)}" for code, text in meeting)
        files |= start_session(project, SESSION, information_date.year, language, name)
    return files


def _quoted_markdown(text: str) -> str:
    """Quote a text for a key that holds Markdown, with escapes for all marks in it."""
    return quoted(escape_markdown(text))


def _read_example(name: str) -> bytes:
    return (BUNDLED / "templates" / "new" / name).read_bytes()
