"""A file that changes while a build reads it, and changes back, is read again.

The changes are real; the tests choose their moment.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.content import loader
from pipeline.html.page_view import read_page_strings
from pipeline.project import BUNDLED, Project, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject, change_file
from tests.state.short_answers import build_and_compare as build
from tools.benchmarks.tiny import TinyPdfExecutor

DAY = date(2026, 1, 1)
EN = "content/brief/2017/en.yaml"
CSV = "content/brief/2017/data.csv"
TEXT = """\
title: {}
sections:
  - heading: One
    blocks:
      - figure:
          title: It grows
          subtitle: Per cent
          chart: bar
          data: data.csv
          label: where
          value: share
          alt: Two bars.
          source: Ours.
"""
TEMPLATE, STRINGS = "templates/components/masthead.html", "templates/strings/en.yaml"
TOKENS, EXTRA = "styles/tokens.css", "styles/components/extra.css"

WhileChanged = Callable[[], AbstractContextManager[None]]


@contextmanager
def changed_file(file: Path, old: str, new: str) -> Iterator[None]:
    """Change a file for a while."""
    text = file.read_text(encoding="utf-8")
    change_file(file, old, new)
    yield
    file.write_text(text, encoding="utf-8")


@contextmanager
def replaced_folder(file: Path, old: str, new: str) -> Iterator[None]:
    """Replace the folder for a while: watching its old files reports no change."""
    aside = file.parent.rename(file.parents[1] / "aside")
    shutil.copytree(aside, file.parent)
    with changed_file(file, old, new):
        yield
    shutil.rmtree(file.parent)
    aside.rename(file.parent)


@contextmanager
def removed_file(file: Path, *_: str) -> Iterator[None]:
    """Remove a file for a while."""
    aside = file.rename(file.parents[2] / "aside")
    yield
    aside.rename(file)


class ChangingExecutor(TinyPdfExecutor):
    """Changes files while the HTML of documents is rendered."""

    def __init__(self, during: WhileChanged) -> None:
        super().__init__()
        self.during = during

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Render HTML while the change lasts."""
        with self.during():
            return super().submit_local(function, *arguments)


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    """A brief with a chart, and templates and styles of its own; it is built."""
    own = {name: (BUNDLED / name).read_text() for name in (TEMPLATE, STRINGS, TOKENS)}
    more = {EXTRA: "h2 { orphans: 2 }", CSV: "where,share\nhere,1\nthere,2\n"}
    root = write_project({EN: TEXT.format("First"), **own, **more})
    assert states(root) == ["built"]
    return root


def states(root: Path, workers: TinyPdfExecutor | None = None) -> list[str]:
    outcome = build(
        open_project(root), BuildOptions(), DAY, executor=workers or TinyPdfExecutor()
    )
    assert [str(p.place) for p in outcome.problems] == []
    return [d.state for d in outcome.targets]


def pdf(root: Path) -> bytes:
    return (root / "build/brief/brief_2017_en.pdf").read_bytes()


CASES = {
    "a text": (changed_file, EN, "Second", "Other"),
    "a text in another folder": (replaced_folder, EN, "Second", "Other"),
    "data": (changed_file, CSV, "there,2", "there,3"),
    "data in another folder": (replaced_folder, CSV, "there,2", "there,3"),
    "a template": (changed_file, TEMPLATE, "<", "<p>More</p><"),
    "a template in another folder": (replaced_folder, TEMPLATE, "<", "<p>More</p><"),
    "interface strings": (changed_file, STRINGS, "Source", "Origin"),
    "interface strings in another folder": (replaced_folder, STRINGS, "Source", "Origin"),
    "a size": (changed_file, TOKENS, "--table: 8.5pt", "--table: 9.5pt"),
    "a size in another folder": (
        replaced_folder,
        TOKENS,
        "--table: 8.5pt",
        "--table: 9.5pt",
    ),
    "a style sheet that is away": (removed_file, EXTRA, "", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_changed_during_a_build_is_read_again(
    root: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, name, old, new = CASES[case]
    (root / EN).write_text(TEXT.format("Second"))
    during = partial(change, root / name, old, new)
    if name.startswith("content/"):
        load = loader.load_edition

        def load_meanwhile(*arguments: Any, **options: Any) -> Any:
            with during():
                return load(*arguments, **options)

        monkeypatch.setattr(loader, "load_edition", load_meanwhile)
        assert states(root) == ["built"]
        monkeypatch.undo()
    else:
        assert states(root, ChangingExecutor(during)) == ["built"]
    wrong = pdf(root)
    assert states(root) == ["built"]
    assert pdf(root) != wrong
    assert states(root) == ["up-to-date"]


def test_a_template_that_keeps_its_size_and_time_is_read_again(root: Path) -> None:
    """The processes of `--watch` keep what they have read."""
    file = root / TEMPLATE
    stat, text = file.stat(), file.read_text(encoding="utf-8")
    file.write_text(text.replace("<div", "<nav", 1).replace("</div", "</nav", 1))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (
        *(stat.st_size, stat.st_mtime_ns),
    )
    before = pdf(root)
    assert states(root) == ["built"]
    assert pdf(root) != before


def test_a_file_removed_just_before_it_is_read_counts_as_missing(root: Path) -> None:
    names: list[str] = []

    def delete_at_second_use(name: str, read: str = "") -> None:
        names.append(name)
        if names.count(name) == 2:  # it was looked for, and is to be read
            (root / name).unlink()

    project = Project(root, delete_at_second_use)
    assert project.read_asset(EXTRA) is None
    assert read_page_strings(project, "en")["source"]  # those that are bundled
    assert not (root / STRINGS).exists()
