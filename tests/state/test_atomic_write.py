"""A file is replaced as a whole or not at all."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from pipeline.problems import PipelineError, Rule
from pipeline.state.atomic_write import atomic_write


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    atomic_write(tmp_path / "a" / "b.pdf", b"new", "build/a/b.pdf")
    assert (tmp_path / "a" / "b.pdf").read_bytes() == b"new"


def test_nothing_but_the_file_is_left_behind(tmp_path: Path) -> None:
    atomic_write(tmp_path / "b.pdf", b"old", "b.pdf")
    atomic_write(tmp_path / "b.pdf", b"new", "b.pdf")
    assert [p.name for p in tmp_path.iterdir()] == ["b.pdf"]
    assert (tmp_path / "b.pdf").read_bytes() == b"new"
    assert (tmp_path / "b.pdf").stat().st_mode & 0o777 == 0o644


def test_a_failed_write_leaves_the_old_file_and_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "b.pdf"
    target.write_bytes(b"old")

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(PipelineError) as caught:
        atomic_write(target, b"new", "build/b.pdf")
    (problem,) = caught.value.problems
    assert problem.rule is Rule.WRITE_FAILED
    assert problem.message == "the file cannot be written: no space left on device"
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["b.pdf"]


@pytest.mark.parametrize("where", ["pathlib.Path.open", "os.fsync", "pathlib.Path.replace"])
def test_a_write_that_is_stopped_leaves_the_old_file_and_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    target = tmp_path / "b.pdf"
    target.write_bytes(b"old")
    original_open = Path.open if where == "pathlib.Path.open" else None

    def stop(*arguments: Any) -> None:
        if original_open:
            original_open(*arguments).close()
        raise KeyboardInterrupt

    monkeypatch.setattr(where, stop)
    with pytest.raises(KeyboardInterrupt):
        atomic_write(target, b"new", "build/b.pdf")
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["b.pdf"]


def make(kind: str, path: Path) -> None:
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.with_name("aim").write_bytes(b"old")
        path.symlink_to("aim")
    elif kind == "link to nothing":
        path.symlink_to("nothing")
    else:
        try:
            os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
        except PermissionError:
            pytest.skip("only root can make a device")


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "link to nothing", "device"])
def test_what_is_no_file_is_never_replaced(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "b.pdf"
    make(kind, target)
    before = sorted((p.name, p.lstat().st_ino) for p in tmp_path.iterdir())
    with pytest.raises(PipelineError) as caught:
        atomic_write(target, b"new", "build/b.pdf")
    (problem,) = caught.value.problems
    assert problem.rule is Rule.WRITE_FAILED
    assert f"this is a {kind.split()[0]}" in problem.message
    assert sorted((p.name, p.lstat().st_ino) for p in tmp_path.iterdir()) == before
    if kind == "link":
        assert (tmp_path / "aim").read_bytes() == b"old"


def test_a_file_in_place_of_the_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(PipelineError, match=r"build/a/b\.pdf: the file cannot be written"):
        atomic_write(tmp_path / "a" / "b.pdf", b"new", "build/a/b.pdf")
