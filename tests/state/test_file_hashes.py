"""Unchanged files are not read again, and every change is detected."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.state.file_hashes import UNSTABLE, FileHashes, hash_bytes
from tests.state.damage import damaged_texts

LONG_AGO = 1_500_000_000


def write(path: Path, text: str, mtime: int = LONG_AGO) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (mtime, mtime))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], FileHashes]:
    """Return a function that makes the file hashes of a new build of a folder.

    The clock of its disk is far ahead of every file.
    """
    monkeypatch.setattr("pipeline.state.file_hashes._disk_time", lambda _: 1 << 62)

    def paths_of(name: str) -> Iterator[str]:
        yield f"{tmp_path}/own/{name}"
        yield f"{tmp_path}/bundled/{name}"

    return lambda: FileHashes(paths_of, tmp_path / "record.json")


def save_record(run: FileHashes, tmp_path: Path) -> None:
    record = run.to_bytes()
    assert record is not None
    (tmp_path / "record.json").write_bytes(record)


def test_a_file_of_the_project_comes_before_the_bundled_one(
    files: Callable[[], FileHashes], tmp_path: Path
) -> None:
    write(tmp_path / "bundled" / "a.css", "bundled")
    assert files().hash_of("a.css") == hash_bytes(b"bundled")
    write(tmp_path / "own" / "a.css", "own")
    assert files().hash_of("a.css") == hash_bytes(b"own")
    assert files().hash_of("b.css") == ""


def test_an_untouched_file_is_not_read_again(
    files: Callable[[], FileHashes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "own" / "a.css", "text")
    run = files()
    known = run.hash_of("a.css")
    save_record(run, tmp_path)
    run = files()
    reads = []
    monkeypatch.setattr(Path, "read_bytes", lambda path: reads.append(path) or b"")
    assert run.hash_of("a.css") == known
    assert reads == []
    assert run.to_bytes() is None


@pytest.mark.parametrize("mtime", [LONG_AGO, LONG_AGO - 1000, LONG_AGO + 10**9])
def test_a_change_is_detected_at_any_time_of_the_clock(
    files: Callable[[], FileHashes], tmp_path: Path, mtime: int
) -> None:
    """The same size, and a time that stood still, went back or jumped ahead."""
    write(tmp_path / "own" / "a.css", "one")
    run = files()
    run.hash_of("a.css")
    save_record(run, tmp_path)
    write(tmp_path / "own" / "a.css", "two", mtime)
    assert files().hash_of("a.css") == hash_bytes(b"two")


def test_a_recently_changed_file_is_read_by_the_next_build_too(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.css").write_text("one")
    run = FileHashes(lambda name: iter([tmp_path / name]), tmp_path / "record.json")
    run.hash_of("a.css")
    assert run.to_bytes() is None


def test_the_hash_stays_the_same_during_a_build(
    files: Callable[[], FileHashes], tmp_path: Path
) -> None:
    write(tmp_path / "own" / "a.css", "one")
    run = files()
    first = run.hash_of("a.css")
    write(tmp_path / "own" / "a.css", "two")
    assert run.hash_of("a.css") == first
    run.set_hash("a.css", "written")
    assert run.hash_of("a.css") == "written"


def test_a_folder_is_its_names_in_all_its_places(
    files: Callable[[], FileHashes], tmp_path: Path
) -> None:
    write(tmp_path / "bundled" / "sheets" / "a.css", "one")
    first = files().hash_of("sheets/")
    write(tmp_path / "bundled" / "sheets" / "a.css", "two")
    assert files().hash_of("sheets/") == first
    write(tmp_path / "own" / "sheets" / "b.css", "one")
    assert files().hash_of("sheets/") != first
    assert files().hash_of("none/") == hash_bytes(b"")


def test_a_damaged_record_counts_as_missing(
    files: Callable[[], FileHashes], tmp_path: Path
) -> None:
    write(tmp_path / "own" / "a.css", "one")
    run = files()
    run.hash_of("a.css")
    save_record(run, tmp_path)
    for text in damaged_texts((tmp_path / "record.json").read_text()):
        (tmp_path / "record.json").write_text(text)
        run = files()
        assert run.hash_of("a.css") == hash_bytes(b"one"), text
        if (record := run.to_bytes()) is not None:
            assert b"a.css" in record


def test_removed_files_are_removed_from_the_record(
    files: Callable[[], FileHashes], tmp_path: Path
) -> None:
    for name in ("a.css", "b.css"):
        write(tmp_path / "own" / name, name)
        run = files()
        run.hash_of(name)
        save_record(run, tmp_path)
    (tmp_path / "own" / "a.css").unlink()
    write(tmp_path / "own" / "c.css", "c")
    run = files()
    run.hash_of("c.css")
    save_record(run, tmp_path)
    record = (tmp_path / "record.json").read_text()
    assert "b.css" in record
    assert "a.css" not in record


@pytest.mark.parametrize("name", ["a.css", "b.css", "sheets/"])
def test_the_hash_of_a_file_that_changes_while_it_is_used_is_unstable(
    files: Callable[[], FileHashes], tmp_path: Path, name: str
) -> None:
    """It may have been used as it was in between: "b.css" is not there at first."""
    file = tmp_path / "own" / "sheets" / "c.css"
    write(tmp_path / "own" / "a.css", "one")
    write(file, "one")
    run = files()
    known = run.hash_of(name)
    assert run.stable_hash(name) == known
    write(tmp_path / "own" / "b.css", "two")
    for _ in range(2):
        file.rename(tmp_path / "c.css")
        (tmp_path / "c.css").rename(file)
        write(tmp_path / "own" / "a.css", "one")
    assert run.stable_hash(name) == run.hash_of(name) == UNSTABLE
    assert files().stable_hash(name) not in (UNSTABLE, "")


def test_the_hash_of_what_was_read_counts(
    files: Callable[[], FileHashes], tmp_path: Path
) -> None:
    write(tmp_path / "own" / "a.css", "one")
    run = files()
    run.record("a.css")
    run.record("a.css", hash_bytes(b"one"))
    assert run.stable_hash("a.css") == hash_bytes(b"one")
    run.record("a.css", hash_bytes(b"two"))
    run.record("a.css", hash_bytes(b"one"))
    assert run.stable_hash("a.css") == UNSTABLE
