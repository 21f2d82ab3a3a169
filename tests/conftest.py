"""Fixtures and functions that several tests use, and the order of the tests."""

import gc
import os
import pickle
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import brotli
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock
from hypothesis import settings

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.cli import main
from pipeline.cli.arguments import count_processors
from pipeline.problems import Problem, Rule
from pipeline.project import BUNDLED, Project, open_project
from pipeline.state.file_hashes import FileHashes, PathsOf
from pipeline.targets import BuildOptions
from pipeline.workers.executor import InlineExecutor
from pipeline.workers.pool import open_processes

_ROOT = Path(__file__).resolve().parents[1]

# As the command does: collecting garbage took an eighth of a build.
gc.set_threshold(100_000)

# The same examples every time, so that a failure can be repeated.
settings.register_profile("briefs", derandomize=True, deadline=None)
settings.load_profile("briefs")

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]

GOOD_PROJECT: dict[str, str | bytes | None] = {
    "content/series.yaml": """\
name: Briefs
publisher: {name: A publisher}
languages: [en, fr]
""",
    "content/brief/2017/en.yaml": """\
title: A title
sections:
  - heading: A heading
    blocks:
      - text: Some text.
""",
}


def write_files(root: Path, files: Mapping[str, str | bytes | None]) -> None:
    """Write files below `root`; None removes a file."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def changed(text: str, old: str, new: str) -> str:
    """Replace `old` in a text by `new`; fail if the text does not contain it."""
    assert old in text, f"the text has no {old!r}"
    return text.replace(old, new)


def change_file(path: Path, old: str, new: str) -> None:
    """Replace `old` in a file by `new`; fail if the file does not contain it."""
    path.write_text(changed(path.read_text("utf-8"), old, new), "utf-8")


def what_is_wrong(problems: Iterable[Problem]) -> list[tuple[Rule, str, str]]:
    """Return rule, place and message of each problem."""
    return [(p.rule, str(p.place), p.message) for p in problems]


def besides_publishing(problems: Iterable[Problem]) -> list[Problem]:
    """Leave out that an edition is not published: true of most projects of tests."""
    return [problem for problem in problems if problem.rule is not Rule.NOT_PUBLISHED]


def briefs(root: Path, *arguments: str | Path) -> Result:
    """Run `briefs` in a project; an exception that it does not handle is raised."""
    words = ["--project", str(root), *map(str, arguments)]
    return CliRunner(catch_exceptions=False).invoke(main, words)


def path_without_checkout() -> list[str]:
    """Return `sys.path` for a snapshot, without a folder that other tests write into."""
    return [path for path in sys.path if path not in ("", str(BUNDLED))]


@pytest.fixture
def write_project(tmp_path: Path) -> WriteProject:
    """Return the function that writes a good project, changed by some `files`.

    A file is text, bytes, or None when it is to be left out. Calling it again changes the
    same project. Its folder is in `tmp_path`, where tests put files outside the project.
    """
    root = tmp_path / "project"

    def write(files: Mapping[str, str | bytes | None]) -> Path:
        write_files(root, {**GOOD_PROJECT, **files})
        return root

    return write


@pytest.fixture(scope="session", autouse=True)
def print_no_annotations() -> Iterator[None]:
    """Let commands print what they print outside GitHub Actions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_ACTIONS", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def work_in_this_process() -> Iterator[None]:
    """Let the commands that tests and fixtures call render and read in this process.

    It loads fonts and style sheets once, and to fork this large process takes as long as to
    read a small project. Files are then read without limits. Commands that a test starts as
    programs, and those with `--jobs`, work in processes as users do.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in ("options", "diff"):
            patch.setattr(f"pipeline.cli.{module}.count_processors", lambda: 0)
        executor = nullcontext(InlineExecutor())
        patch.setattr("pipeline.tasks.reading.open_processes", lambda *_, **__: executor)
        yield


@pytest.fixture(scope="session", autouse=True)
def share_program_hashes() -> Iterator[None]:
    """Let each build in this process know the hashes of the program's own files.

    A build in a new project hashes hundreds of them, which is a quarter of its time. They
    are known as from an earlier build: a file with another size, time or inode is read
    again.
    """
    project = Project(BUNDLED)
    files = FileHashes(project.paths_of, Path(os.devnull))
    for name in (*project.program_names(), *project.design_names()):
        files.hash_of(name)

    def begin(paths_of: PathsOf, record_file: Path) -> FileHashes:
        begun = FileHashes(paths_of, record_file)
        begun._recorded = files._hashed | begun._recorded
        return begun

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.state.build_state.FileHashes", begin)
        yield


@pytest.fixture(scope="session", autouse=True)
def compress_fonts_quickly() -> Iterator[None]:
    """Let fonts of web pages be compressed in a tenth of the time; they are 6% larger.

    A page has about twelve, whose compression takes longer than the page.
    """
    quickly = partial(brotli.compress, quality=7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brotli, "compress", quickly)
        yield


@pytest.fixture(scope="session", autouse=True)
def allow_small_charts() -> Iterator[None]:
    """Let the charts of tests and fixtures have as few numbers as they need.

    `tests/test_invalid.py` tests the warning about them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.content.validate.chart_claims.MIN_NUMBERS", 0)
        yield


@pytest.fixture
def reader_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands that a test calls read files in processes, within limits."""
    monkeypatch.setattr("pipeline.tasks.reading.open_processes", open_processes)


class Samples(NamedTuple):
    """The briefs of this repository, built in one profile; to be read only."""

    project: Project
    outcome: BuildResult


BuildSamples = Callable[[str], Samples]


@pytest.fixture(scope="session")
def build_samples(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> BuildSamples:
    """Return the function that builds the briefs of `content/` in a profile, once.

    In the profile `screen` these are all editions, in the others the current ones.
    The processes of pytest-xdist share the result: the first that needs a profile builds
    it, and the others wait for the lock.
    """
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        shared = shared.parent

    def samples_in(profile: str) -> Samples:
        root = shared / f"samples-{profile}"
        result = root / "outcome.pickle"
        with FileLock(f"{root}.lock"):
            if not result.is_file():
                shutil.copytree(_ROOT / "content", root / "content", dirs_exist_ok=True)
                is_screen = profile == "screen"
                options = BuildOptions(profiles=(profile,), all_editions=is_screen)
                outcome = build(open_project(root), options, date(2026, 1, 1))
                result.write_bytes(pickle.dumps(outcome))
        outcome = pickle.loads(result.read_bytes())  # noqa: S301 – written above
        return Samples(open_project(root), outcome)

    return cache(samples_in)


@pytest.fixture(scope="session")
def ghostscript() -> str:
    """The program that press files need; automation has it, a contributor need not."""
    if program := shutil.which("gs"):
        return program
    if os.environ.get("CI"):
        pytest.fail("Ghostscript is missing: see .ci/packages")
    pytest.skip("needs Ghostscript: apt-get install ghostscript")


# Marks of tests that `make test` never runs. They are deselected, not skipped.
_ON_PURPOSE = ("soak", "browser", "gate")
# Folders whose tests come first, in this order, and the files of other folders that take
# longest: each is the work of one process, and none may begin when the others end.
_FIRST = [_ROOT / "tests" / name for name in ("attacks", "workers", "")]
_LONG = {
    _ROOT / "tests" / name
    for name in (
        "commands/test_publish.py",
        "html/test_charts_printed.py",
        "html/test_covers.py",
        "pdf/test_engine_patches.py",
        "prepress/test_pdfx.py",
        "preview/test_preview.py",
        "word/test_export.py",
    )
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that take long or need further tools, unless `-m` names their mark.

    Tests of limits, of workers and of the whole product come first. They fork this process
    while it is small, because a limit of memory counts what a fork inherits; and they take
    longest, so that the processes of pytest-xdist end at about the same time.
    """
    expression = config.getoption("markexpr")
    marks = [mark for mark in _ON_PURPOSE if mark not in expression]
    items.sort(
        key=lambda item: (
            [item.path.parent != folder for folder in _FIRST],
            item.path not in _LONG,
        )
    )
    left_out = [i for i in items if any(i.get_closest_marker(mark) for mark in marks)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors, because some tests wait."""
    return count_processors() + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes golden files anew; read the difference like code."""
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))
