"""Find files in the project's `templates/` and `styles/` that cannot be used.

Without this check the bundled files would silently take their place. Fonts may be symbolic
links: they are hashed, and they refer to no other file.
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
    """List unreadable files and folders, and links that lead out of them."""
    return [
        problem
        for base in (project.root / "styles", project.root / "templates")
        for path, is_folder in _walk(base)
        if (problem := _path_problem(project, base, path, is_folder))
    ]


def _walk(base: Path) -> Iterator[tuple[str, bool]]:
    """Give a folder and everything in it, each with whether it is a folder."""
    yield str(base), True
    for folder, folders, files in os.walk(base):
        yield from ((f"{folder}/{name}", True) for name in sorted(folders))
        yield from ((f"{folder}/{name}", False) for name in sorted(files))


def _path_problem(
    project: Project, base: Path, path: str, is_folder: bool
) -> Problem | None:
    name = project.name_of(Path(path))
    if os.path.islink(path) and _leads_out(Path(path), base):  # noqa: PTH114 – faster
        message = f"it is a link to a place outside {base.name}/"
        hint = "put the file or folder itself here"
        return Problem(Rule.OUTSIDE_PROJECT, Place(name), message, hint)
    mode = os.R_OK | os.X_OK if is_folder else os.R_OK
    # A path that does not exist was just removed, or is a broken link.
    if os.access(path, mode) or not os.access(path, os.F_OK):
        return None
    kind, slash, flags = ("folder", "/", "rx") if is_folder else ("file", "", "r")
    return Problem(
        Rule.TEMPLATE if base.name == "templates" else Rule.FILE_UNREADABLE,
        Place(f"{name}{slash}"),
        f"the {kind} cannot be read: permission denied",
        f"its owner can allow it: chmod u+{flags}",
    )


def _leads_out(link: Path, base: Path) -> bool:
    try:
        is_font = link.is_relative_to(base / "fonts")
        return not is_font and not link.resolve().is_relative_to(base.resolve())
    except (OSError, RuntimeError):
        return False  # a link to itself
