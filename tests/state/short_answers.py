"""Build, and compare each result with the summary that a snapshot would have given."""

import sys
import time
from contextlib import chdir, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.problems import PipelineError
from pipeline.project import Project
from pipeline.report.documents import summary
from pipeline.state.snapshot import Snapshot
from pipeline.targets import BuildOptions
from tests.conftest import path_without_checkout


def build_and_compare(
    project: Project, options: BuildOptions, today: date, *more: Any, **how: Any
) -> BuildResult:
    """Build. A short answer must be that of the build, which must have changed nothing.

    Then write a snapshot if nothing is to do. It trusts files that are 10 ms old, not two
    seconds, so that there are more answers than users get.
    """
    _, answer = short_answer(project.root, options, today)
    before = built_files(project)
    try:
        result = build(project, options, today, *more, **how)
    except BaseException:
        assert answer is None
        raise
    if answer is not None:
        assert answer == summary_if_done(result)
        assert built_files(project) == before
    take_snapshot(project, options, today)
    return result


def short_answer(
    root: Path, options: BuildOptions, today: date
) -> tuple[Snapshot, str | None]:
    """Return the snapshot of a build, and what it answers."""
    options = replace(options, dry_run=False, jobs=0, cache=None)
    snapshot = Snapshot(ascii((options, today)), time.monotonic())
    with suppress(FileNotFoundError), chdir(root):
        return snapshot, snapshot.read()
    return snapshot, None


def take_snapshot(project: Project, options: BuildOptions, today: date) -> None:
    """Write the snapshot if a dry run finds nothing to do and no file changes meanwhile."""
    time.sleep(0.02)  # the files of the build before are old enough then
    snapshot, _ = short_answer(project.root, options, today)
    with suppress(PipelineError), chdir(project.root):
        text = summary_if_done(build(project, replace(options, dry_run=True), today))
        if text is not None and not options.dry_run:
            with pytest.MonkeyPatch.context() as patch:
                # Longer than a tick: the time of a file may be that much too early.
                patch.setattr("pipeline.state.file_hashes._TIME_RESOLUTION_NS", 10_000_000)
                patch.setattr(sys, "path", path_without_checkout())
                snapshot.write(project, text, time.monotonic())


def summary_if_done(result: BuildResult) -> str | None:
    """Return the summary of a build that had nothing to do; None for another one."""
    states = {target.state for target in result.targets}
    is_done = not result.problems and states <= {"up-to-date"}
    return summary(result.targets, (), None) if is_done else None


def built_files(project: Project) -> dict[Path, tuple[int, int]]:
    """Identify all files of a build folder but those that only make builds faster."""
    files = (f for f in project.build.rglob("*") if ".cache" not in f.parts)
    return {f: (f.lstat().st_ino, f.lstat().st_ctime_ns) for f in files if f.is_file()}
