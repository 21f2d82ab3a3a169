"""The site of the samples, built once for all tests that only read it."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.commands.web import build_web
from pipeline.project import open_project
from pipeline.targets import BuildOptions

URL = "https://briefs.example.org"
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="session")
def samples_site(
    tmp_path_factory: pytest.TempPathFactory, build_samples: Callable[..., object]
) -> Path:
    """The project of the samples with its site; their PDFs are those of other tests."""
    root = tmp_path_factory.getbasetemp()
    root = (root.parent if root.name.startswith("popen-") else root) / "samples-web"
    with FileLock(f"{root}.lock"):
        if not (root / "done").is_file():
            source = build_samples("screen").project.root  # type: ignore[attr-defined]
            shutil.copytree(source, root)
            result = build_web(
                open_project(root), BuildOptions(unpublished=True), TODAY, URL
            )
            assert not [p for p in result.problems if p.rule.severity.name == "ERROR"]
            (root / "done").write_text("")
    return root
