"""Check this machine: libraries, fonts, programs, write access, and a brief as a test."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from importlib.util import find_spec
from pathlib import Path

from pipeline.design.ejected import check_copies
from pipeline.problems import PipelineError, Problem, install_command, is_blocking
from pipeline.project import Project
from pipeline.shared_library import load_library
from pipeline.system_errors import system_problem

# The libraries for text and PDFs: file name, version in it, and name in messages.
_LIBRARIES = (
    ("libpango-1.0", 0, "Pango"),
    ("libpangoft2-1.0", 0, "PangoFT2"),
    ("libharfbuzz", 0, "HarfBuzz"),
    ("libharfbuzz-subset", 0, "HarfBuzz subset"),
    ("libfontconfig", 1, "fontconfig"),
)
# How to install the programs and packages that only some commands need.
_GHOSTSCRIPT_HINT = (
    "Debian and Ubuntu: apt-get install ghostscript; Fedora: dnf install ghostscript; "
    "macOS: brew install ghostscript"
)
_VERAPDF_HINT = "https://verapdf.org, and Java: apt-get install default-jre-headless"
_CLUSTER_HINT = install_command("cluster")
# A large pack, its temporary files and the cache.
_MIN_FREE_MIB = 200
_MIN_PYTHON = (3, 11)
# The beginning of messages about a failed check; for others it is the name of the check.
_FAILURE_TEXTS = {"page": "no brief can be built"}


class FindingState(Enum):
    """OPTIONAL: a part is missing or outdated, but most commands do not need it."""

    OK = "ok"
    MISSING = "missing"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Finding:
    """A result of the examination, and the command that installs a missing part."""

    name: str
    state: FindingState
    text: str
    hint: str = ""


def examine(project: Project, today: date) -> Iterator[Finding]:
    """Yield all findings. A check that fails is a finding, too."""
    checks: tuple[Callable[[Project, date], Iterator[Finding]], ...] = (
        *(_check_python, _check_libraries, _check_fonts, _check_folder, _check_page),
        *(_check_programs, _check_cluster, _check_copies),
    )
    for check in checks:
        name = check.__name__.removeprefix("_check_")
        try:
            yield from check(project, today)
        except PipelineError as error:
            yield from _missing_findings(name, error.problems)
        except Exception as error:  # of a broken installation, which is to be reported
            problem = system_problem(error)
            text = f"{_FAILURE_TEXTS.get(name, name)}: {error!r}"
            hint = problem.hint if problem else "install the program again"
            yield Finding(name, FindingState.MISSING, text, hint)


def _missing_findings(name: str, problems: tuple[Problem, ...]) -> Iterator[Finding]:
    for problem in problems:
        text = f"{_FAILURE_TEXTS.get(name, name)}: {problem.message}"
        yield Finding(name, FindingState.MISSING, text, problem.hint)


def _check_python(project: Project, today: date) -> Iterator[Finding]:
    is_ok = sys.version_info >= _MIN_PYTHON
    text = "Python {}.{}.{}".format(*sys.version_info)
    state = FindingState.OK if is_ok else FindingState.MISSING
    yield Finding("python", state, text, "" if is_ok else "install Python 3.11 or newer")


def _check_libraries(project: Project, today: date) -> Iterator[Finding]:
    for stem, version, name in _LIBRARIES:
        try:
            load_library(stem, version)
        except PipelineError as error:
            (problem,) = error.problems
            text = f"{name}: {problem.message}"
            yield Finding("libraries", FindingState.MISSING, text, problem.hint)
        else:
            yield Finding("libraries", FindingState.OK, name)


def _check_fonts(project: Project, today: date) -> Iterator[Finding]:
    number = len(project.font_names())
    if number:
        yield Finding("fonts", FindingState.OK, f"{number} fonts")
    else:
        hint = "install the program again; its fonts come with it"
        yield Finding("fonts", FindingState.MISSING, "there are no fonts", hint)


def _check_folder(project: Project, today: date) -> Iterator[Finding]:
    folder = project.build if project.build.is_dir() else project.root
    free = shutil.disk_usage(folder).free >> 20
    if not os.access(folder, os.W_OK | os.X_OK):
        hint = f"its owner can allow it: chmod u+rwx {folder}"
        yield Finding("folder", FindingState.MISSING, f"{folder} cannot be written", hint)
    elif free < _MIN_FREE_MIB:
        text = f"only {free} MiB are free in {folder}"
        hint = f"remove files; {_MIN_FREE_MIB} MiB are enough for most series"
        yield Finding("folder", FindingState.MISSING, text, hint)
    else:
        text = f"{folder} can be written; {free:,} MiB are free"
        yield Finding("folder", FindingState.OK, text)


def _check_page(project: Project, today: date) -> Iterator[Finding]:
    """Build a brief in a temporary folder, with all checks of its pages and tags."""
    from pipeline.build import build_documents
    from pipeline.commands.init import SLUG, ProjectSettings, init_project
    from pipeline.model.dates import InformationDate
    from pipeline.targets import BuildOptions

    with tempfile.TemporaryDirectory(prefix="briefs-doctor-") as folder:
        test = Project(Path(folder).resolve())
        settings = ProjectSettings("A publisher", "A series", ("en",), "#0c6b66")
        init_project(test, settings, InformationDate(today.year))
        result = build_documents(test, BuildOptions((SLUG,), jobs=1), today)
        problems = tuple(filter(is_blocking, result.problems))
        yield from _missing_findings("page", problems)
        sizes = [path.stat().st_size for path in test.build.glob("*/*.pdf")]
        if sizes and not problems:
            text = f"a brief was built and checked: {sizes[0]:,} bytes"
            yield Finding("page", FindingState.OK, text)


def _check_programs(project: Project, today: date) -> Iterator[Finding]:
    from pipeline.prepress.ghostscript import ghostscript_version

    version = ghostscript_version(shutil.which("gs"))
    if version == "missing":
        text = "no Ghostscript, which --profile press needs"
        yield Finding("ghostscript", FindingState.OPTIONAL, text, _GHOSTSCRIPT_HINT)
    else:
        yield Finding("ghostscript", FindingState.OK, f"Ghostscript {version}")
    if shutil.which("verapdf"):
        yield Finding("verapdf", FindingState.OK, "veraPDF")
    else:
        text = "no veraPDF, which proves files by a second program"
        yield Finding("verapdf", FindingState.OPTIONAL, text, _VERAPDF_HINT)


def _check_cluster(project: Project, today: date) -> Iterator[Finding]:
    if find_spec("distributed") and find_spec("cryptography"):
        yield Finding("cluster", FindingState.OK, "the packages for --cluster")
    else:
        text = "the packages for --cluster are not installed"
        yield Finding("cluster", FindingState.OPTIONAL, text, _CLUSTER_HINT)


def _check_copies(project: Project, today: date) -> Iterator[Finding]:
    for problem in check_copies(project):
        text = f"{problem.place.file}: {problem.message}"
        yield Finding("copies", FindingState.OPTIONAL, text, problem.hint)
