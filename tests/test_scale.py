"""Five thousand documents by a cluster on this machine: `make soak`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.project import BUNDLED
from tools.benchmarks.corpus import write_project

BRIEFS = 1667


def build(root: Path) -> list[str]:
    command = [sys.executable, "-m", "pipeline", "--project", str(root), "build"]
    command += ["--cluster", "local:2", "--json"]
    done = subprocess.run(command, cwd=BUNDLED, stdout=subprocess.PIPE, check=True)
    return [document["state"] for document in json.loads(done.stdout)["documents"]]


@pytest.mark.soak
def test_five_thousand_documents_are_made_once(tmp_path: Path) -> None:
    write_project(tmp_path / "project", BRIEFS)
    assert build(tmp_path / "project") == ["built"] * 3 * BRIEFS
    assert build(tmp_path / "project") == ["up-to-date"] * 3 * BRIEFS
    listed = (tmp_path / "project/build/SHA256SUMS").read_text().splitlines()
    assert len(listed) == 3 * BRIEFS + 1
