"""Find what is wrong with a file that lies beside a brief: a picture or data, by its name.

Refused: what lies outside `content/`, also through a link, and what is no file.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.problems import Rule
from pipeline.project import Project

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class FileIssue:
    """One thing wrong with a file that a text names; its place is where it is named."""

    rule: Rule
    message: str
    hint: str


def file_fault(project: Project, folder: str, name: str) -> FileIssue | None:
    """Say what is wrong with a file named in an edition: nothing, outside, or missing."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name:
        return _outside(name)
    if project.find_content(f"{folder}/{name}"):
        return None
    path = project.content / folder / name
    try:
        if path.is_symlink() and not path.exists():
            return _missing(f'"{name}" is a link that leads nowhere')
        if path.exists() and not path.resolve().is_relative_to(project.content.resolve()):
            return _outside(name)
        if path.is_dir():
            return _missing(f'"{name}" is a folder')
    except (OSError, ValueError, RuntimeError):
        pass  # no name of a file, or a link to itself
    return _missing(
        f'there is no file "{name}" beside the brief',
        "names must match to the letter, capitals included",
    )


def bytes_fault(name: str, size: int, limit: int, hint: str) -> FileIssue | None:
    """Say that a picture has too many bytes, if so."""
    if size <= limit:
        return None
    has, may = size / _MEGABYTE, limit / _MEGABYTE
    message = f'"{name}" has {has:,.1f} MB; the limit is {may:.0f} MB'
    return FileIssue(Rule.PICTURE_SIZE, message, hint)


def _outside(name: str) -> FileIssue:
    return FileIssue(
        Rule.OUTSIDE_PROJECT,
        f'"{name}" lies outside the project',
        "put the file beside the brief and give its name only",
    )


def _missing(message: str, hint: str = "put the file itself beside the brief") -> FileIssue:
    return FileIssue(Rule.MISSING_PICTURE, message, hint)
