"""The project's own templates and styles: which of them may not be read, or lead elsewhere.

The bundled ones would take their place without a word. Fonts may be shared by a link: they
are hashed, and nothing in them names another file.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import Project


def require_usable_overrides(project: Project) -> None:
    """Raise PipelineError with everything that `override_problems` finds."""
    if problems := override_problems(project):
        raise PipelineError(*problems)


def override_problems(project: Project) -> list[Problem]:
    """Say which files and folders in `templates/` and `styles/` nobody can use."""
    return [
        problem
        for base in (project.root / "styles", project.root / "templates")
        for path, is_folder in _inside(base)
        if (problem := _find_fault(project, base, path, is_folder))
    ]


def _inside(base: Path) -> Iterator[tuple[str, bool]]:
    """Give the folder and all that is in it, as paths; and whether each is a folder."""
    yield str(base), True
    for folder, folders, files in os.walk(base):
        yield from ((f"{folder}/{name}", True) for name in sorted(folders))
        yield from ((f"{folder}/{name}", False) for name in sorted(files))


def _find_fault(project: Project, base: Path, path: str, is_folder: bool) -> Problem | None:
    if os.path.islink(path) and _leads_out(Path(path), base):  # noqa: PTH114 – asked often
        return _link_problem(project, base, Path(path))
    how = os.R_OK | os.X_OK if is_folder else os.R_OK
    # What is not there went just now, or is a link that leads nowhere.
    if os.access(path, how) or not os.access(path, os.F_OK):
        return None
    return _unreadable_problem(project, base, Path(path), is_folder)


def _leads_out(link: Path, base: Path) -> bool:
    try:
        is_font = link.is_relative_to(base / "fonts")
        return not is_font and not link.resolve().is_relative_to(base.resolve())
    except (OSError, RuntimeError):
        return False  # a link to itself leads nowhere


def _link_problem(project: Project, base: Path, link: Path) -> Problem:
    return Problem(
        Rule.OUTSIDE_PROJECT,
        Place(project.name_of(link)),
        f"it is a link to a place outside {base.name}/",
        "put the file or folder itself here",
    )


def _unreadable_problem(
    project: Project, base: Path, path: Path, is_folder: bool
) -> Problem:
    kind, end, mode = ("folder", "/", "rx") if is_folder else ("file", "", "r")
    return Problem(
        Rule.TEMPLATE if base.name == "templates" else Rule.FILE_UNREADABLE,
        Place(f"{project.name_of(path)}{end}"),
        f"the {kind} cannot be read: permission denied",
        f"its owner can allow it: chmod u+{mode}",
    )
