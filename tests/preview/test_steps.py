"""What a save costs, counted in files and jobs, and what it shows without a result."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import pytest

from pipeline.content.discovery import find_editions
from pipeline.model.edition_state import Stamp
from pipeline.preview import update
from pipeline.preview.state import PreviewState, Selection
from pipeline.problems import BriefsError, PipelineError, WorkersUnavailable
from pipeline.project import Project, open_project
from pipeline.state.build_state import FILES
from pipeline.state.file_hashes import FileHashes
from pipeline.system_errors import memory_problem
from pipeline.targets import BuildOptions
from pipeline.toolchain import toolchains_by_profile
from pipeline.workers.executor import InlineExecutor
from tests.conftest import WriteProject

BRIEF = "title: A title\nsections:\n  - heading: One\n    blocks:\n      - text: "
SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr, es]\n"


class RecordingExecutor(InlineExecutor):
    """Counts its jobs: of the process that renders, and of the one that reads."""

    def __init__(self) -> None:
        self.jobs: Counter[tuple[str, str]] = Counter()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        self.jobs["render", function.__name__] += 1
        return super().submit(function, *arguments)

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        self.jobs["read", function.__name__] += 1
        return super().submit(function, *arguments)


class Saves:
    """Shows a brief of several pages again and again, in this process."""

    def __init__(self, root: Path, language: str) -> None:
        self.project, self.options = open_project(root), BuildOptions(profiles=("screen",))
        self.state = PreviewState(Selection("brief", "2017", language))
        common = self.project, self.options, self.state, lambda: date(2026, 1, 1)
        with patch.object(update, "work_after_each_change") as watch:
            update.update_preview(*common, lambda *_: "")
        self.work = watch.call_args[0][2]
        files = FileHashes(self.project.paths_of, self.project.build / FILES)
        self.tools = toolchains_by_profile(self.project, self.options, files)

    def show(self) -> Counter[tuple[str, str]]:
        """Show it once; give the jobs."""
        executor = RecordingExecutor()
        self.work(executor, self.tools)
        assert self.state.shown.rendered.pages, self.state.shown.status
        return executor.jobs


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    text = BRIEF + "Each of these words is on a page. " * 500
    files = {f"content/brief/2017/{code}.yaml": text for code in ("en", "fr", "es")}
    return write_project({**files, "content/series.yaml": SERIES})


def test_two_processes_draw_the_pages(root: Path) -> None:
    saves = Saves(root, "en")
    jobs = saves.show()
    drawn = [jobs[process, "draw_page"] for process in ("render", "read")]
    assert sum(drawn) == len(saves.state.shown.rendered.pages) > 2
    assert max(drawn) - min(drawn) <= 1


@pytest.mark.parametrize("error", [PipelineError, WorkersUnavailable])
def test_without_a_result_the_last_pages_stay_below_the_problem(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: type[BriefsError]
) -> None:
    def fail(*_: object, **options: object) -> NoReturn:
        raise error(memory_problem("no process can be started"))

    saves = Saves(root, "en")
    saves.show()
    pages = saves.state.shown.rendered
    monkeypatch.setattr(update, "preview_document", fail)
    saves.show()
    assert saves.state.shown.rendered is pages
    assert "no process can be started" in str(saves.state.shown.status)


@pytest.mark.parametrize(("language", "others"), [("en", {"fr", "es"}), ("fr", {"es"})])
def test_only_the_shown_language_and_the_original_are_read(
    root: Path, monkeypatch: pytest.MonkeyPatch, language: str, others: set[str]
) -> None:
    read: set[str] = set()
    real = Project.read

    def recording(self: Any, name: str, path: Path) -> bytes:
        read.add(name)
        return real(self, name, path)

    monkeypatch.setattr(Project, "read", recording)
    Saves(root, language).show()
    texts = {Path(name).stem for name in read if name.startswith("content/brief/")}
    assert texts == {"en", "fr", "es"} - others


@pytest.mark.parametrize(
    ("languages", "shown"), [("[fr, en, es]", "fr"), ("[de, fr, en]", "en"), ("[", "en")]
)
def test_the_default_language_is_shown_first(
    root: Path, languages: str, shown: str
) -> None:
    (root / "content/series.yaml").write_text(SERIES.replace("[en, fr, es]", languages))
    project = open_project(root)
    (folder,), _ = find_editions(project)
    chosen = update._choose_document(project, folder, Selection("brief"), Stamp.NONE)
    assert chosen.language == shown


def test_a_save_hashes_no_font_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    real = FileHashes._hash_file

    def recording(self: FileHashes, name: str) -> str:
        hashed.append(name)
        return real(self, name)

    saves = Saves(root, "en")
    monkeypatch.setattr(FileHashes, "_hash_file", recording)
    saves.show()
    assert [name for name in hashed if name.endswith(".ttf")]
    hashed.clear()
    saves.show()
    assert not [name for name in hashed if name.endswith(".ttf")]
