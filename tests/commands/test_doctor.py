"""`briefs doctor` names what a machine lacks, also when a library is missing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import briefs

ROOT = Path(__file__).resolve().parents[2]
# Python imports this module when it starts, also in worker processes.
HIDE = """
import ctypes, os
hidden = os.environ["HIDDEN"]
class Hidden(ctypes.CDLL):
    def __init__(self, name, *arguments, **options):
        if hidden in str(name):
            raise OSError(f"cannot load library {name!r}")
        super().__init__(name, *arguments, **options)
ctypes.CDLL = Hidden
import cffi
dlopen = cffi.FFI.dlopen
def hide(self, name, *arguments):
    if name and hidden in str(name):
        raise OSError(f"cannot load library {name!r}")
    return dlopen(self, name, *arguments)
cffi.FFI.dlopen = hide
"""


@pytest.mark.parametrize(
    "library", ["libpango-1.0", "libpangoft2", "harfbuzz-subset", "fontconfig"]
)
def test_a_missing_library_is_a_finding_with_an_install_command(
    library: str, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDE)
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    result = subprocess.run(
        [sys.executable, "-m", "pipeline", "--project", str(tmp_path), "doctor", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "HIDDEN": library},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (7, "")
    missing = [f for f in json.loads(result.stdout)["findings"] if f["state"] == "missing"]
    assert {"libraries", "page"} <= {finding["name"] for finding in missing}
    assert all("apt-get install libpango" in finding["hint"] for finding in missing)


def test_a_machine_with_everything_builds_a_brief_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    result = briefs(tmp_path, "doctor")
    assert result.exit_code == 0, result.output
    assert "a brief was built and checked" in result.stdout
    assert "missing" not in result.stdout.replace("not installed", "")
    assert [*tmp_path.iterdir()] == []


def test_a_missing_optional_part_is_not_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = briefs(tmp_path, "doctor")
    assert result.exit_code == 0
    assert "optional  no Ghostscript" in result.stdout
    assert "apt-get install ghostscript" in result.stdout


@pytest.mark.parametrize("free", [10 << 20, None])
def test_a_disk_that_is_full_or_fails_is_a_finding(
    free: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def usage(folder: Path) -> object:
        if free is None:
            raise OSError(5, "Input/output error")
        return SimpleNamespace(free=free)

    monkeypatch.setattr("shutil.disk_usage", usage)
    result = briefs(tmp_path, "doctor")
    assert result.exit_code == 7
    assert "only 10 MiB are free" in result.stdout or "folder: OSError(5" in result.stdout
    assert "a brief was built" in result.stdout
