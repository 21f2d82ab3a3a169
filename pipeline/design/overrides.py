"""Find files in the project's `templates/` and `styles/` that cannot be used.

Without this check the bundled files would silently take their place. Fonts may be symbolic
links: they are hashed, and they refer to no other file.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import BRAND_OF_DESIGN, BRAND_OF_SERIES, BUNDLED, Project

# The limit of state/file_hashes.py: of larger files only the status is hashed.
_MAX_BYTES = 256 << 20


def require_usable_overrides(project: Project) -> None:
    """Raise PipelineError with everything that `override_problems` finds."""
    if problems := override_problems(project):
        raise PipelineError(*problems)


def override_problems(project: Project) -> list[Problem]:
    """List files of a wrong permission, kind, size or name, and unusable links."""
    return [
        problem
        for base in (project.root / "styles", project.root / "templates")
        for path, is_folder in _walk(base)
        if (problem := _check_path(project, base, path, is_folder))
    ]


def _walk(base: Path) -> Iterator[tuple[str, bool]]:
    """Yield a folder and everything in it, each with whether it is a folder."""
    yield str(base), True
    for folder, folders, files in os.walk(base):
        yield from ((f"{folder}/{name}", True) for name in sorted(folders))
        yield from ((f"{folder}/{name}", False) for name in sorted(files))


def _check_path(project: Project, base: Path, path: str, is_folder: bool) -> Problem | None:
    name = project.name_of(Path(path))
    is_link = os.path.islink(path)  # noqa: PTH114 – faster
    if is_link and _points_outside(Path(path), base):
        message = f"it is a link to a place outside {base.name}/"
        hint = "put the file or folder itself here"
        return Problem(Rule.OUTSIDE_PROJECT, Place(name), message, hint)
    kind, slash, flags = ("folder", "/", "rx") if is_folder else ("file", "", "r")
    mode = os.R_OK | os.X_OK if is_folder else os.R_OK
    if not os.access(path, os.F_OK):
        # The file was just removed, or it is an editor's lock: a link such as ".#name".
        if not is_link or os.path.basename(path).startswith(".#"):  # noqa: PTH119 – faster
            return None
        message = f'it is a broken link: "{os.readlink(path)}"'  # noqa: PTH115 – faster
        hint = "put the file itself here, or remove the link"
    elif not os.access(path, mode):
        message = f"the {kind} cannot be read: permission denied"
        hint = f"its owner can allow it: chmod u+{flags}"
    elif not is_folder and not os.path.isfile(path):  # noqa: PTH113 – faster
        message = "it is a pipe, a socket or a device, which is never read"
        hint = "put a file here, or remove it"
    elif not is_folder and os.path.getsize(path) > _MAX_BYTES:  # noqa: PTH202 – faster
        message = f"the file is larger than {_MAX_BYTES >> 20} MiB"
        hint = "put another file here; only fonts have more than a few MiB"
    elif expected := _expected_name(name):
        message = f"a file of this name is not used; the program reads {expected}"
        hint = f"rename it to {expected}, or remove it"
    elif name == BRAND_OF_DESIGN and not _is_used_brand(project):
        message = f"this brand is not used, because the series has {BRAND_OF_SERIES}"
        hint = f"move what you need to {BRAND_OF_SERIES}, and remove this file"
    elif not name.isascii() and not _is_valid_unicode(name):
        message = f"the name of the {kind} is not UTF-8"
        hint = f"rename the {kind}"
    else:
        return None
    rule = Rule.TEMPLATE if base.name == "templates" else Rule.FILE_UNREADABLE
    return Problem(rule, Place(f"{name}{slash}"), message, hint)


def _expected_name(name: str) -> str | None:
    """The name that the program reads, if the file has a similar one."""
    folder, _, file = name.rpartition("/")
    stem = file.partition(".")[0]
    if re.fullmatch(r"styles/_?brand\.ya?ml", name) and name != BRAND_OF_DESIGN:
        return BRAND_OF_DESIGN
    is_strings = folder == "templates/strings" and file.lower().endswith(".yml")
    return f"{folder}/{stem}.yaml" if is_strings else None


def _is_used_brand(project: Project) -> bool:
    """Whether `styles/` has the brand; in the program's own repository that is bundled."""
    return project.root == BUNDLED or project.brand_file_name() == BRAND_OF_DESIGN


def _is_valid_unicode(name: str) -> bool:
    """Whether a name can be written; other bytes of a name are read as surrogates."""
    return not re.search("[\ud800-\udfff]", name)


def _points_outside(link: Path, base: Path) -> bool:
    try:
        is_font = link.is_relative_to(base / "fonts")
        return not is_font and not link.resolve().is_relative_to(base.resolve())
    except (OSError, RuntimeError):
        return False  # a link to itself
