"""Commands are called as functions, in the process of the test."""

import pytest

from pipeline.targets import BuildOptions


@pytest.fixture(autouse=True)
def job_sheets_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make job sheets here; `build_job_sheet` asks for a process, which takes longer."""
    monkeypatch.setattr("pipeline.build.BuildOptions", lambda **_: BuildOptions())
