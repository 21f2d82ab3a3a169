"""Build every document that `make gate` checks: the briefs of two projects.

The pipeline builds them in every language, and in each profile that is not for print only.
`tests/conformance/hard_cases` is a project of nothing but hard cases.
"""

import re
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from pipeline.build import build_documents as build
from pipeline.commands.check import read_content
from pipeline.model.profiles import profile_of
from pipeline.model.schema import Edition, Series
from pipeline.problems import Problem, Rule, is_blocking
from pipeline.project import BUNDLED, Project, open_project
from pipeline.targets import BuildOptions, Document
from pipeline.toolchain import PRELOAD
from pipeline.workers.executor import Executor, InlineExecutor
from pipeline.workers.pool import Limits, open_processes
from tools.conformance import environment

_PAGES = (Rule.SHORT_LAST_PAGE, Rule.BLANK_PAGES)

HARD_CASES = environment.ROOT / "tests" / "conformance" / "hard_cases"
PROJECTS = {"hard_cases": HARD_CASES, "content": environment.ROOT}
# The profiles of the packs that `make gate` checks; () means all. The packs of the hard
# cases have all languages and profiles; those of the samples, which consist of documents
# that are checked in each profile, have the profile that packs have by default. `make soak`
# checks all.
PACK_PROFILES: Mapping[str, tuple[str, ...]] = {"hard_cases": (), "content": ("office",)}
TODAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Made:
    """One PDF, and the content that it was made from."""

    group: str
    document: Document
    path: Path
    project: Project
    series: Series
    edition: Edition

    @property
    def name(self) -> str:
        """The name in reports: "hard_cases/french_2017_fr"."""
        return f"{self.group}/{self.path.stem}"

    @property
    def language(self) -> str:
        """The language that the document is in."""
        return self.document.language


@dataclass(frozen=True)
class Built:
    """The files that were built from one project, and its problems."""

    group: str
    made: tuple[Made, ...]
    problems: tuple[Problem, ...]

    @property
    def warnings(self) -> list[str]:
        """The warnings of the pipeline that are not expected.

        On small pages references and imprint may stand alone. The hard cases are about
        letters and tags: their pages are not filled on purpose, their translations differ.
        """
        return [
            f"{problem.place}: {problem.message}"
            for problem in self.problems
            if not is_blocking(problem) and not _is_expected(problem, self.group)
        ]

    @property
    def errors(self) -> list[str]:
        """What the pipeline refused, as people read it."""
        return [f"{p.place}: {p.message}" for p in self.problems if is_blocking(p)]


def _is_expected(problem: Problem, group: str) -> bool:
    if group != "content":
        return problem.rule in (*_PAGES, Rule.TRANSLATION_DIFFERENCE, Rule.FEW_NUMBERS)
    is_small = problem.message.startswith(("profile a5:", "profile large:"))
    return problem.rule in _PAGES and is_small


def copy_project(source: Path, target: Path) -> Path:
    """Copy the content of a project to where it may be built and broken."""
    shutil.copytree(source / "content", target / "content")
    return target


def profiles_checked(project: Project) -> tuple[str, ...]:
    """The profiles that are not for print only; other tests check the files for print."""
    return tuple(p for p in project.profiles() if not profile_of(p).is_for_print_only)


def open_workers(jobs: int = environment.JOBS) -> AbstractContextManager[Executor]:
    """Open the processes for several builds: each build would start its own."""
    return open_processes(jobs, Limits(), PRELOAD)


def build_project(
    group: str,
    root: Path,
    options: BuildOptions | None = None,
    executor: Executor | None = None,
) -> Built:
    """Build a project, by default in every profile that claims PDF/A and PDF/UA."""
    project = open_project(root)
    options = options or BuildOptions(
        profiles=profiles_checked(project), jobs=environment.JOBS
    )
    outcome = build(project, options, TODAY, executor=executor)
    content = read_content(project, options, TODAY)
    editions = {edition.folder: edition for edition in content.editions}
    if content.series is None:
        return Built(group, (), outcome.problems)
    made = (
        Made(
            group,
            document,
            project.build / document.name,
            project,
            content.series,
            editions[f"{document.slug}/{document.information_date}"],
        )
        for document in outcome.targets
        if document.state in ("built", "published", "up-to-date")
    )
    return Built(group, tuple(made), outcome.problems)


def interface_words(language: str) -> Mapping[str, str]:
    """What a page says by itself, in a language."""
    path = BUNDLED / "templates" / "strings" / f"{language}.yaml"
    words: dict[str, str] = yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: S506 – text only
    return words


def interface_parts(language: str) -> list[str]:
    """What a page says by itself, cut where it inserts a number or a name."""
    words = interface_words(language).values()
    return [part for word in words for part in re.split(r"\{\w+\}", word) if part]


def read_again(root: Path, made: Made, files: Mapping[str, bytes]) -> Edition | None:
    """Read the edition that other `files` give, beside the pictures of the one made."""
    original, folder = made.project.root, Path(made.document.source).parent
    (root / folder).mkdir(parents=True)
    shutil.copy(original / "content" / "series.yaml", root / "content")
    for picture in (original / folder).iterdir():
        if picture.suffix not in (".yaml", ".csv"):
            shutil.copy(picture, root / folder)
    for name, data in files.items():
        (root / folder / name).write_bytes(data)
    project = open_project(root)
    content = read_content(project, BuildOptions(), TODAY, executor=InlineExecutor())
    wrong = any(is_blocking(problem) for problem in content.problems)
    return None if wrong or not content.editions else content.editions[0]
