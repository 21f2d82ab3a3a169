"""Check a file that content names; and issues, which become problems at a place."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

SMALLER_HINT = "make it smaller: 1,370 pixels across are enough (300 dpi at 116 mm)"


@dataclass(frozen=True)
class Issue:
    """A broken rule, what is wrong, and what to do.

    In a text, `snippet` is what was typed there, at or after `line` (counted from 0).
    """

    rule: Rule
    message: str
    hint: str
    snippet: str = ""
    line: int = 0

    def problem(self, place: Place) -> Problem:
        """Return the problem that this issue is at a place."""
        return Problem(self.rule, place, self.message, self.hint)


def named_file_issue(project: Project, folder: str, name: str) -> Issue | None:
    """Check a file named in the edition of a `folder`; None when it is there."""
    hint = "put the file into the folder of the edition and give its name only"
    outside = Issue(Rule.OUTSIDE_PROJECT, f'"{name}" is outside the project', hint)
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name:
        return outside
    if project.find_content(f"{folder}/{name}"):
        return None
    path = project.content / folder / name
    message = f'there is no file "{name}" in the folder of the edition'
    hint = "check the spelling, and capital letters"
    # Not a possible name of a file, or a link to itself.
    with suppress(OSError, ValueError, RuntimeError):
        is_broken_link = path.is_symlink() and not path.exists()
        if path.exists() and not path.resolve().is_relative_to(project.content.resolve()):
            return outside
        if is_broken_link or path.is_dir():
            kind = "a link to a file that does not exist" if is_broken_link else "a folder"
            message, hint = f'"{name}" is {kind}', "put the file itself there"
    return Issue(Rule.MISSING_PICTURE, message, hint)


def file_size_issue(name: str, size: int, limit: int, hint: str) -> Issue | None:
    """Report a picture of more bytes than the limit; None when it is smaller."""
    if size <= limit:
        return None
    sizes = f"{size / 1e6:,.1f} MB; the limit is {limit / 1e6:.0f} MB"
    return Issue(Rule.PICTURE_SIZE, f'"{name}" has {sizes}', hint)
