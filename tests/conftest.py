"""What several tests need: a small project with nothing wrong in it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import which

import pytest
from hypothesis import settings

# The same examples every time: a failure is never somebody else's bad luck.
settings.register_profile("briefs", derandomize=True, deadline=None)
settings.load_profile("briefs")

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]

_GOOD: dict[str, str | bytes | None] = {
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


@pytest.fixture
def write_project(tmp_path: Path) -> WriteProject:
    """Give the function that writes a good project, changed by some `files`.

    A file is text, bytes, or None when it is to be left out. Calling it again changes the
    same project; beside its folder, in `tmp_path`, is the world outside.
    """
    root = tmp_path / "project"

    def write(files: Mapping[str, str | bytes | None]) -> Path:
        for name, content in {**_GOOD, **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink(missing_ok=True)
            else:
                data = content.encode() if isinstance(content, str) else content
                path.write_bytes(data)
        return root

    return write


@pytest.fixture(scope="session")
def ghostscript() -> str:
    """The program that press files need; automation has it, a contributor need not."""
    if program := which("gs"):
        return program
    if os.environ.get("CI"):
        pytest.fail("Ghostscript is missing: see .ci/packages")
    pytest.skip("needs Ghostscript: apt-get install ghostscript")


# Run on purpose, never by `make test`: not there, rather than skipped.
_ON_PURPOSE = ("soak",)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long or judges nothing, unless `-m` asks for it."""
    asked = config.getoption("markexpr")
    marks = [mark for mark in _ON_PURPOSE if mark not in asked]
    left_out = [i for i in items if any(i.get_closest_marker(mark) for mark in marks)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes golden files anew; read the difference like code."""
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))
