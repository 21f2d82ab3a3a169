"""Check a file that content names: it must be a regular file inside `content/`."""

from pathlib import PurePosixPath

from pipeline.content.validate.issue import Issue
from pipeline.problems import Rule
from pipeline.project import Project

_MEGABYTE = 1_000_000


def named_file_issue(project: Project, folder: str, name: str) -> Issue | None:
    """Check a file named in the edition of a `folder`; None when it can be read."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name:
        return _outside_issue(name)
    if project.find_content(f"{folder}/{name}"):
        return None
    path = project.content / folder / name
    try:
        if path.is_symlink() and not path.exists():
            return _missing_issue(f'"{name}" is a link to a file that does not exist')
        if path.exists() and not path.resolve().is_relative_to(project.content.resolve()):
            return _outside_issue(name)
        if path.is_dir():
            return _missing_issue(f'"{name}" is a folder')
    except (OSError, ValueError, RuntimeError):
        pass  # not a possible name of a file, or a link to itself
    message = f'there is no file "{name}" beside the brief'
    return _missing_issue(message, "check the spelling, and capital letters")


def file_size_issue(name: str, size: int, limit: int, hint: str) -> Issue | None:
    """Report a picture of more bytes than the limit; None when it is smaller."""
    if size <= limit:
        return None
    megabytes = f"{size / _MEGABYTE:,.1f} MB; the limit is {limit / _MEGABYTE:.0f} MB"
    return Issue(Rule.PICTURE_SIZE, f'"{name}" has {megabytes}', hint)


def _outside_issue(name: str) -> Issue:
    hint = "put the file beside the brief and give its name only"
    return Issue(Rule.OUTSIDE_PROJECT, f'"{name}" is outside the project', hint)


def _missing_issue(
    message: str, hint: str = "put the file itself beside the brief"
) -> Issue:
    return Issue(Rule.MISSING_PICTURE, message, hint)
