"""Where things are: the folders of one project, and the ones that came with the program.

A project needs only `content/`. Templates and styles come with the program; a file of the
same name in the project's own `templates/` or `styles/` takes the place of the bundled one.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from pipeline.problems import PipelineError, Place, Problem, Rule

_HERE = Path(__file__).resolve().parent
_WHEEL = _HERE / "bundled"
# In a wheel templates and styles lie inside the package; in a checkout beside it.
BUNDLED = _WHEEL if _WHEEL.is_dir() else _HERE.parent

# The address of the project's root in HTML and CSS, so that relative addresses work. The
# host can never exist (RFC 2606), and no address is looked up.
BASE_URL = "https://project.invalid/"

# The look of a series; its own, or the bundled one.
BRAND_FILE = "styles/_brand.yml"


class Note(Protocol):
    """Is told of a file before it is read, and again with the hash of what was read."""

    def __call__(self, name: str, read: str = "", /) -> object:
        """Note it."""
        ...


# Names and hashes, as a note is told them; a file may come with several.
Notes = dict[tuple[str, str], None]


def _ignore(name: str, read: str = "") -> None:
    """Note nothing."""


@dataclass(frozen=True)
class Project:
    """One root folder with `content/` and, if wanted, its own templates and styles.

    `note` is told the name of each file before it is read, also of one that is not there;
    of a folder, with a slash behind it, before its names are listed. So a build learns
    what its documents are made from. `read` tells it what a file held, for that may have
    changed in between.
    """

    root: Path
    note: Note = field(default=_ignore, compare=False, repr=False)

    @property
    def content(self) -> Path:
        """What authors write."""
        return self.root / "content"

    @property
    def build(self) -> Path:
        """What is made."""
        return self.root / "build"

    @property
    def template_folders(self) -> tuple[Path, Path]:
        """The project's templates, then the bundled ones."""
        return self.root / "templates", BUNDLED / "templates"

    @property
    def style_folders(self) -> tuple[Path, Path]:
        """The project's styles, then the bundled ones."""
        return self.root / "styles", BUNDLED / "styles"

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """The folders of fonts that are there: bundled ones, and the project's own."""
        # Not resolve(), which raises for a folder that is a link to itself.
        folders = (os.path.realpath(folder / "fonts") for folder in self.style_folders)
        return tuple(folder for f in dict.fromkeys(folders) if (folder := Path(f)).is_dir())

    def name_of(self, path: Path) -> str:
        """Name a file as messages do: relative to the project, forward slashes.

        A bundled file is named as the project's file that would replace it.
        """
        for base in (self.root, BUNDLED):
            if path.is_relative_to(base):
                return path.relative_to(base).as_posix()
        return path.name

    def find_style(self, name: str) -> Path | None:
        """Find a style sheet, picture or font list: the project's own, or the bundled."""
        self.note(f"styles/{name}")
        return _first_inside(self.style_folders, name)

    def read_style(self, name: str) -> bytes | None:
        """Read one of them; None when it is not there, or went just now."""
        path = self.find_style(name)
        with suppress(FileNotFoundError):
            return self.read(f"styles/{name}", path) if path else None
        return None

    def find_content(self, name: str) -> Path | None:
        """Find a file under `content/`; None when missing or outside (also by a link)."""
        path = _first_inside((self.content,), name)
        if path:  # what is missing is an error, which is looked at again every time
            self.note(f"content/{name}")
        return path

    def read(self, name: str, path: Path) -> bytes:
        """Read a file that messages call `name`, and note what it held."""
        self.note(name)
        data = path.read_bytes()
        self.note(name, sha256(data).hexdigest())
        return data

    def noting(self) -> "tuple[Project, Notes]":
        """Give this project with a note of its own, and what that will be told."""
        notes: Notes = {}

        def note(name: str, read: str = "") -> None:
            self.note(name, read)
            notes[name, read] = None

        return replace(self, note=note), notes

    def design_names(self) -> tuple[str, ...]:
        """List the templates and style sheets, own and bundled, as messages name them."""
        folders = (*self.template_folders, *self.style_folders)
        files = (f for folder in folders for f in folder.rglob("*") if f.is_file())
        return tuple(sorted({self.name_of(file) for file in files}))

    def program_names(self) -> tuple[str, ...]:
        """List the files of the program, as `paths_of` knows them."""
        return tuple(
            sorted(p.relative_to(_HERE.parent).as_posix() for p in _HERE.rglob("*.py"))
        )

    def paths_of(self, name: str) -> Iterator[str]:
        """Say where a file or folder that messages call `name` may be, the best first.

        What begins with "pipeline/" is the program's own. Text, not paths: it is asked
        hundreds of times in a build with nothing to do.
        """
        kind = name.partition("/")[0]
        if kind == "pipeline":
            yield f"{_HERE.parent}/{name}"
            return
        yield f"{self.root}/{name}"
        if kind in ("styles", "templates") and self.root != BUNDLED:
            yield f"{BUNDLED}/{name}"

    def profiles(self) -> tuple[str, ...]:
        """List the profiles: one style sheet each under `styles/profiles/`."""
        names = {name.removesuffix(".css") for name in self.style_sheets_in("profiles")}
        return tuple(sorted(names, key=lambda name: (name != "screen", name)))

    def style_sheets_in(self, folder: str) -> tuple[str, ...]:
        """List the style sheets of a folder under `styles/`, own and bundled, by name."""
        self.note(f"styles/{folder}/")
        # From the base: a folder that is closed is said later, in words.
        sheets = (s for base in self.style_folders for s in base.glob(f"{folder}/*.css"))
        return tuple(sorted({sheet.name for sheet in sheets}))

    def condition_names(self) -> tuple[str, ...]:
        """List the printing conditions as messages name them: ICC profiles."""
        self.note("styles/icc/")
        folders = (base / "icc" for base in self.style_folders)
        names = {profile.name for folder in folders for profile in folder.glob("*.icc")}
        return tuple(f"styles/icc/{name}" for name in sorted(names))

    def font_names(self) -> tuple[str, ...]:
        """List the font files as messages name them."""
        self.note("styles/fonts/")
        fonts = {font.name for folder in self.font_folders for font in folder.glob("*.ttf")}
        return tuple(f"styles/fonts/{name}" for name in sorted(fonts))


FileSignatures = tuple[tuple[Path, int, int, int, int], ...]


def file_signatures(files: Iterable[Path]) -> FileSignatures:
    """Identify the state of some files; a missing file is left out.

    A change that keeps size and modification time changes the inode or the ctime.
    """
    signatures = []
    for file in files:
        with suppress(OSError):
            stat = file.stat()
            times = stat.st_mtime_ns, stat.st_ctime_ns
            signatures.append((file, stat.st_size, *times, stat.st_ino))
    return tuple(signatures)


def open_project(root: Path) -> Project:
    """Take a folder as a project; refuse one without `content/`."""
    project = Project(root.resolve())
    if not project.content.is_dir():
        raise PipelineError(no_content_problem(root))
    return project


def no_content_problem(root: Path) -> Problem:
    """Say that a folder is no project."""
    return Problem(
        Rule.NO_CONTENT,
        Place("content"),
        f'there is no folder "content" in {root}',
        "change to the project's folder, or name it with --project",
    )


def _first_inside(folders: tuple[Path, ...], name: str) -> Path | None:
    for folder in folders:
        try:
            path = folder / name
            if path.is_file() and (path := path.resolve()).is_relative_to(folder.resolve()):
                return path
        except (OSError, ValueError, RuntimeError):
            continue  # no name of a file, or a link to itself
    return None
