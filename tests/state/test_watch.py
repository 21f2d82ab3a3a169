from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.state.watch import watch_changes


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def watch(*folders: Path) -> "Iterator[set[str]]":
    changes = watch_changes(folders)
    assert next(changes) == set()
    return changes


def test_a_file_that_changes_is_named(content: Path) -> None:
    changes = watch(content)
    (content / "en.yaml").touch()
    assert str(content / "en.yaml") in next(changes)


def test_a_folder_may_be_created_while_watching(content: Path, tmp_path: Path) -> None:
    styles = tmp_path / "styles"
    changes = watch(content, styles)
    styles.mkdir()
    assert str(styles) in next(changes)
    (styles / "page.css").touch()
    assert str(styles / "page.css") in next(changes)


def test_a_folder_may_be_replaced_while_watching(content: Path) -> None:
    changes = watch(content)
    content.rename(content.with_name("old"))
    assert next(changes)
    content.mkdir()
    assert str(content) in next(changes)
    (content / "en.yaml").touch()
    assert str(content / "en.yaml") in next(changes)


def test_the_only_folder_may_be_absent_for_a_while(content: Path) -> None:
    changes = watch(content)
    content.rmdir()
    assert str(content) in next(changes)
    content.mkdir()
    assert str(content) in next(changes)
