"""Where things are: the folders of one project, and the ones that came with the program.

A project needs only `content/`. Templates and styles come with the program; a file of the
same name in the project's own `templates/` or `styles/` takes the place of the bundled one.
"""

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError, Place, Problem, Rule

_HERE = Path(__file__).resolve().parent
_WHEEL = _HERE / "bundled"
# In a wheel templates and styles lie inside the package; in a checkout beside it.
BUNDLED = _WHEEL if _WHEEL.is_dir() else _HERE.parent


@dataclass(frozen=True)
class Project:
    """One root folder with `content/` and, if wanted, its own templates and styles."""

    root: Path

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
        folders = dict.fromkeys((f / "fonts").resolve() for f in self.style_folders)
        return tuple(folder for folder in folders if folder.is_dir())

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
        return _first_inside(self.style_folders, name)

    def find_content(self, name: str) -> Path | None:
        """Find a file under `content/`; None when missing or outside (also by a link)."""
        return _first_inside((self.content,), name)

    def profiles(self) -> tuple[str, ...]:
        """List the profiles: one style sheet each under `styles/profiles/`."""
        names = {
            sheet.stem
            for folder in self.style_folders
            for sheet in (folder / "profiles").glob("*.css")
        }
        return tuple(sorted(names, key=lambda name: (name != "screen", name)))


def open_project(root: Path) -> Project:
    """Take a folder as a project; refuse one without `content/`."""
    project = Project(root.resolve())
    if not project.content.is_dir():
        raise PipelineError(
            Problem(
                Rule.NO_CONTENT,
                Place("content"),
                f'there is no folder "content" in {root}',
                "change to the project's folder, or name it with --project",
            )
        )
    return project


def _first_inside(folders: tuple[Path, ...], name: str) -> Path | None:
    for folder in folders:
        try:
            path = (folder / name).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file():
                return path
        except (OSError, ValueError, RuntimeError):
            continue  # no name of a file, or a link to itself
    return None
