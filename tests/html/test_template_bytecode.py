"""Compiled templates of the program are kept, and those of a project are not."""

import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.html import template_bytecode
from pipeline.html.sandbox import Sandbox
from pipeline.html.templates import _TemplateLoader
from pipeline.project import BUNDLED

NAME = "components/table.html"


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of bundled templates; bytecode is kept in `tmp_path / "kept"`."""
    folder = tmp_path / "program" / "templates"
    (folder / NAME).parent.mkdir(parents=True)
    (folder / NAME).write_bytes((BUNDLED / "templates" / NAME).read_bytes())
    monkeypatch.setattr(template_bytecode, "_TEMPLATE_FOLDER", folder)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return folder


def load(*folders: Path) -> list[str]:
    """Load a template as a new process does; give the names that were compiled."""
    loader = _TemplateLoader(folders)
    loader.on_read = lambda *_: None
    sandbox = Sandbox(loader)
    compiled: list[str] = []
    compile_template = sandbox.compile

    def note_and_compile(
        source: Any, name: Any = None, filename: Any = None, **options: Any
    ) -> Any:
        compiled.append(name)
        return compile_template(source, name, filename, **options)

    sandbox.compile = note_and_compile  # type: ignore[method-assign, assignment]
    assert sandbox.get_template(NAME).root_render_func
    return compiled


def kept_files(bundled: Path) -> list[Path]:
    return [*bundled.parents[1].joinpath("kept").rglob("template-*")]


def test_a_bundled_template_is_compiled_once(bundled: Path) -> None:
    assert load(bundled) == [NAME]
    assert load(bundled) == []
    assert len(kept_files(bundled)) == 1


def test_a_changed_template_is_compiled_again(bundled: Path) -> None:
    load(bundled)
    file = bundled / NAME
    file.write_bytes(file.read_bytes() + b"{# changed #}")
    assert load(bundled) == [NAME]


def test_a_template_of_a_project_is_neither_kept_nor_replaced(bundled: Path) -> None:
    load(bundled)
    own = bundled.parents[1] / "own"
    (own / NAME).parent.mkdir(parents=True)
    (own / NAME).write_bytes((bundled / NAME).read_bytes())
    assert load(own, bundled) == [NAME]
    assert load(own, bundled) == [NAME]
    assert len(kept_files(bundled)) == 1


@pytest.mark.parametrize("damaged", [b"", b"\0" * 32, None])
def test_a_damaged_file_is_not_used(bundled: Path, damaged: bytes | None) -> None:
    load(bundled)
    (file,) = kept_files(bundled)
    data = file.read_bytes()
    file.write_bytes(data[:-1] if damaged is None else damaged + data[32:])
    assert load(bundled) == [NAME]
    assert file.read_bytes() == data


def test_another_version_compiles_again(
    bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(bundled)
    monkeypatch.setattr("jinja2.__version__", "9")
    assert load(bundled) == [NAME]


def test_a_folder_that_cannot_be_written_is_no_error(
    bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bundled.parents[1] / "file").write_text("")
    monkeypatch.setattr(sys, "pycache_prefix", str(bundled.parents[1] / "file"))
    assert load(bundled) == load(bundled) == [NAME]


def test_nothing_is_written_if_python_writes_no_bytecode(
    bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    load(bundled)
    assert kept_files(bundled) == []


def test_a_constant_is_not_computed_when_a_template_is_compiled() -> None:
    sandbox = Sandbox(_TemplateLoader(()))
    computed: list[Any] = []
    sandbox.filters["note"] = computed.append
    assert sandbox.compile("{{ 'x' | note }}{{ 1 }}")
    assert computed == []
