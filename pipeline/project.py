"""Find the files of a project, and the bundled ones.

A project needs only `content/`. Templates and styles are bundled with the program; a file
of the same name in the project's own `templates/` or `styles/` replaces a bundled one.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import product
from pathlib import Path
from stat import S_ISREG

from pipeline.problems import PipelineError, Place, Problem, Rule

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED_IN_WHEEL = _PACKAGE / "bundled"
# A wheel has templates and styles inside the package, a checkout beside it.
BUNDLED = _BUNDLED_IN_WHEEL if _BUNDLED_IN_WHEEL.is_dir() else _PACKAGE.parent
# As `str`: a build makes thousands of paths of files in them.
_PROGRAM_BASE, _BUNDLED_BASE = f"{_PACKAGE.parent}", f"{BUNDLED}"

# Base URL of HTML and CSS, so that relative URLs resolve. The top-level domain is reserved
# (RFC 2606), and no URL is fetched.
BASE_URL = "https://project.invalid/"

# Colours, fonts and logo: the brand of the series, or else that of the design, which is the
# project's or the bundled one.
BRAND_OF_SERIES, BRAND_OF_DESIGN = "content/_brand.yml", "styles/_brand.yml"
BRAND_FILES = BRAND_OF_SERIES, BRAND_OF_DESIGN


# TrueType, OpenType, and either of them compressed for the web.
FONT_SUFFIXES = (".ttf", ".otf", ".woff2")

# Called with the name of a file before it is read, and with name and hash after that.
OnRead = Callable[..., object]
# The arguments of each call of `OnRead`, in order.
ReadLog = dict[tuple[str, str], None]


def _record_nothing(name: str, file_hash: str = "") -> None:
    pass


@dataclass(frozen=True)
class Project:
    """A root folder with `content/` and, optionally, its own templates and styles.

    `on_read` gets the name of each file before it is read, even if it does not exist (not
    so in `find_content`), and the name of each folder, with a trailing slash, before it is
    listed, so that a build can record its inputs. `read` adds the hash of the bytes, as the
    file may have changed after the first call. `output` replaces the folder `build/`;
    messages and records still say `build/`.
    """

    root: Path
    on_read: OnRead = field(default=_record_nothing, compare=False, repr=False)
    output: Path | None = None

    @property
    def content(self) -> Path:
        """The folder that authors write in."""
        return self.root / "content"

    @property
    def build(self) -> Path:
        """The folder of built files."""
        return self.output or self.root / "build"

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
        """The existing folders of fonts: the project's, then the bundled one."""
        # Not resolve(), which raises for a folder that is a link to itself.
        folders = (os.path.realpath(folder / "fonts") for folder in self.style_folders)
        return tuple(folder for f in dict.fromkeys(folders) if (folder := Path(f)).is_dir())

    @property
    def source_folders(self) -> tuple[Path, ...]:
        """All folders that a build reads: content, design, fonts, this program."""
        design = (*self.template_folders, *self.style_folders, *self.font_folders)
        return self.content, *design, _PACKAGE

    def name_of(self, path: Path) -> str:
        """Return a path relative to the project, with forward slashes.

        A bundled file has the name of the project's file that would replace it.
        """
        for base in (self.root, BUNDLED):
            if path.is_relative_to(base):
                return path.relative_to(base).as_posix()
        return path.name

    def brand_file_name(self) -> str:
        """Return the name of the used brand file; it may be a broken link or unreadable."""
        self.on_read(BRAND_OF_SERIES)
        has_own = os.path.lexists(self.root / BRAND_OF_SERIES)
        return BRAND_OF_SERIES if has_own else BRAND_OF_DESIGN

    def find_style(self, name: str) -> Path | None:
        """Find a file below `styles/`: the project's, or the bundled one."""
        self.on_read(f"styles/{name}")
        return _find_inside(self.style_folders, name)

    def read_asset(self, name: str) -> bytes | None:
        """Read a file below `styles/` or `content/` by its name; None if it is missing."""
        folder, _, rest = name.partition("/")
        find = {"styles": self.find_style, "content": self.find_content}.get(folder)
        path = find(rest) if find else None
        with suppress(FileNotFoundError):  # removed since it was found
            return self.read(name, path) if path else None
        return None

    def find_content(self, name: str) -> Path | None:
        """Find a file below `content/`; None if missing or outside it, also by a link."""
        # A missing file is not recorded: it is an error, and a file with an error is read
        # again by the next build.
        if path := _find_inside((self.content,), name):
            self.on_read(f"content/{name}")
        return path

    def content_path(self, name: str) -> Path:
        """The path of a file below `content/`, with its accents encoded as on the disk."""
        paths = [self.content / spelling for spelling in _unicode_forms(name)]
        return next((path for path in paths if os.path.lexists(path)), paths[0])

    def read(self, name: str, path: Path) -> bytes:
        """Read the file at `path`, called `name` in messages, and record its hash."""
        self.on_read(name)
        data = path.read_bytes()
        self.on_read(name, sha256(data).hexdigest())
        return data

    def tracking_reads(self) -> "tuple[Project, ReadLog]":
        """Return a copy of this project, and a log of all files read through the copy."""
        reads: ReadLog = {}

        def on_read(name: str, file_hash: str = "") -> None:
            self.on_read(name, file_hash)
            reads[name, file_hash] = None

        return replace(self, on_read=on_read), reads

    def design_names(self) -> tuple[str, ...]:
        """List all files of templates and styles, of the project and bundled, by name."""
        folders = (*self.template_folders, *self.style_folders)
        names = {f"{f.name}/{name}" for f in folders for name in _files_below(f)}
        return tuple(sorted(names))

    def program_names(self) -> tuple[str, ...]:
        """List the files of the program, by names that `paths_of` accepts."""
        names = (f"{_PACKAGE.name}/{name}" for name in _files_below(_PACKAGE))
        return tuple(sorted(name for name in names if name.endswith((".py", ".txt"))))

    def paths_of(self, name: str) -> Iterator[str]:
        """Yield the possible paths of a file or folder, in order of preference.

        A name that begins with "pipeline/" is a file of the program. Paths are `str`
        for speed: a build with nothing to do needs hundreds of them.
        """
        kind = name.partition("/")[0]
        if kind == "pipeline":
            yield f"{_PROGRAM_BASE}/{name}"
            return
        if kind == "build" and self.output:
            yield f"{self.output}{name[len(kind) :]}"
            return
        root = str(self.root)
        yield from (f"{root}/{spelling}" for spelling in _unicode_forms(name))
        if kind in ("styles", "templates") and root != _BUNDLED_BASE:
            yield f"{_BUNDLED_BASE}/{name}"

    def profiles(self) -> tuple[str, ...]:
        """List the profiles that have a style sheet in `styles/profiles/`; screen is
        first."""
        files = self.style_names("profiles", "*.css")
        names = {name.removesuffix(".css") for name in files}
        return tuple(sorted(names, key=lambda name: (name != "screen", name)))

    def icc_profile_names(self) -> tuple[str, ...]:
        """List the ICC profiles of printing conditions, by name."""
        return tuple(f"styles/icc/{name}" for name in self.style_names("icc", "*.icc"))

    def style_names(self, folder: str, pattern: str) -> tuple[str, ...]:
        """List the files in a folder below `styles/`, by file name."""
        self.on_read(f"styles/{folder}/")
        # A glob from the base does not raise for an unreadable folder.
        files = (f for base in self.style_folders for f in base.glob(f"{folder}/{pattern}"))
        return tuple(sorted({file.name for file in files}))

    def font_names(self) -> tuple[str, ...]:
        """List the font files, by name."""
        files = self.style_names("fonts", "*")
        return tuple(f"styles/fonts/{f}" for f in files if f.endswith(FONT_SUFFIXES))


FileSignatures = tuple[tuple[Path, int, int, int, int], ...]


def file_signatures(files: Iterable[Path]) -> FileSignatures:
    """Identify the state of some files; missing files and other objects are left out.

    A change that keeps size and modification time changes the inode or the ctime.
    """
    signatures = []
    for file in files:
        with suppress(OSError):
            stat = file.stat()
            times = stat.st_mtime_ns, stat.st_ctime_ns
            if S_ISREG(stat.st_mode):
                signatures.append((file, stat.st_size, *times, stat.st_ino))
    return tuple(signatures)


def open_project(root: Path) -> Project:
    """Open the project in a folder. Raises PipelineError if it has no `content/`."""
    project = Project(root.resolve())
    if not project.content.is_dir():
        raise PipelineError(no_content_problem(root))
    return project


def no_content_problem(root: Path) -> Problem:
    """Report a folder without `content/`."""
    message = f'there is no folder "content" in {root}'
    hint = "start a project: briefs init; or name the folder of yours: --project"
    return Problem(Rule.NO_CONTENT, Place("content"), message, hint)


def _files_below(folder: Path) -> Iterator[str]:
    """Yield the paths of all files in a folder, relative to it, with forward slashes.

    Links to folders are not followed. As `str`, because a build lists hundreds of them; a
    listing says which entries are files, so that most need no call of the system.
    """
    start = len(f"{folder}{os.sep}")
    folders = [str(folder)]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file():
                    yield entry.path[start:].replace(os.sep, "/")


def _unicode_forms(name: str) -> tuple[str, ...]:
    """Return a name as typed, and its NFC and NFD forms; macOS may have written NFD."""
    if name.isascii():
        return (name,)
    from unicodedata import normalize  # not imported by a build with nothing to do

    forms = (normalize(form, name) for form in ("NFC", "NFD"))
    return tuple(dict.fromkeys((name, *forms)))


def _find_inside(folders: tuple[Path, ...], name: str) -> Path | None:
    for folder, spelling in product(folders, _unicode_forms(name)):
        try:
            path = os.path.join(folder, spelling)  # noqa: PTH118 – much faster
            if not os.path.isfile(path):  # noqa: PTH113
                continue
            real = os.path.realpath(path)
            has_links = real != path or not path.startswith(f"{folder}{os.sep}")
            if not has_links or Path(real).is_relative_to(os.path.realpath(folder)):
                return Path(real)
        except (OSError, ValueError):
            continue  # an invalid file name
    return None
