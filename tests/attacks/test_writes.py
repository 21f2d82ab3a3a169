"""Commands write nothing outside the files that are theirs, and print no forged lines.

A build folder, a cache and their records may come from elsewhere: from a pull request, or
from the cache of another job.
"""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.output import print_target
from pipeline.model.dates import InformationDate
from pipeline.state.file_hashes import read_record, record_bytes
from pipeline.state.manifest import FORMAT
from pipeline.targets import Document
from tests.conftest import WriteProject, briefs

TEXT = "title: Other\nsections: [{heading: H, blocks: [{text: Words.}]}]\n"
FORGED = "x\n::error::forged.part"
# Names in the build folder that are links to a file or folder outside.
LINKS = (
    *(".holder.json", ".lock", "manifest.json", "SHA256SUMS"),
    *("brief", "rejected", "sessions", "sessions/331", ".cache", ".cache/ab"),
)


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the files of a folder, with their bytes and times."""
    return {
        file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()
    }


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("file", ".x.part", "brief_2017_en.pdf", "files.json"):
        (folder / name).write_bytes(b"mine")
    return folder


@pytest.mark.parametrize("command", [("build",), ("build", "--strict"), ("clean",)])
@pytest.mark.parametrize("name", LINKS)
def test_a_link_in_the_build_folder_is_not_followed(
    command: tuple[str, ...], name: str, write_project: WriteProject, outside: Path
) -> None:
    root = write_project({})
    link = root / "build" / name
    link.parent.mkdir(parents=True)
    is_file = name.endswith(("json", "lock", "SUMS"))
    link.symlink_to(outside / "file" if is_file else outside)
    before = state_of(outside)
    result = briefs(root, *command)
    assert result.exit_code == 7
    assert f"build/{name}: this is a link" in result.stderr
    assert state_of(outside) == before
    assert link.is_symlink()


def test_a_pipe_in_the_build_folder_is_not_opened(write_project: WriteProject) -> None:
    root = write_project({})
    (root / "build").mkdir()
    os.mkfifo(root / "build" / ".holder.json")
    result = briefs(root, "build")
    assert result.exit_code == 7
    assert "build/.holder.json: this is a pipe" in result.stderr


@pytest.mark.parametrize("kind", ["link", "pipe", "device", "folder"])
def test_a_calendar_replaces_no_link_pipe_device_or_folder(
    kind: str, write_project: WriteProject, outside: Path
) -> None:
    root = write_project({})
    file = root / "due.ics"
    if kind == "link":
        file.symlink_to(outside / "file")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        try:
            os.mknod(file, stat.S_IFCHR | 0o600, os.makedev(1, 3))
        except PermissionError:
            pytest.skip("only root can make a device")
    inode = file.lstat().st_ino
    result = briefs(root, "due", "--ics", file)
    # Click refuses a folder itself.
    assert result.exit_code == (2 if kind == "folder" else 7)
    assert file.lstat().st_ino == inode
    assert (outside / "file").read_bytes() == b"mine"


def test_names_of_files_forge_no_line(write_project: WriteProject) -> None:
    root = write_project({f"content/brief/2017/{FORGED}.csv": "a,b\n1,2\n"})
    assert briefs(root, "build").exit_code == 0
    unfinished = root / "build" / "a" / "b" / "c" / f".{FORGED}"
    unfinished.parent.mkdir(parents=True)
    unfinished.write_bytes(b"")
    results = [
        briefs(root, "clean", "--dry-run"),
        briefs(root, "clean"),
        briefs(root, "new", "brief", "--dated", "2018"),
    ]
    for result in results:
        lines = (result.stdout + result.stderr).splitlines()
        assert not [line for line in lines if line.startswith("::")]
    assert all("\\n::error::" in result.stdout for result in results)


def test_the_reason_of_a_build_forges_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    reason = f"styles/{FORGED} changed"
    brief = Document("brief", InformationDate(2017), "en", "screen", reason=reason)
    print_target(brief, True)
    assert len(capsys.readouterr().err.splitlines()) == 1


# The second build does not select this brief, and so takes over its records.
OTHER = "other/other_2017_en.pdf"
FORGERIES: dict[str, Callable[[Any], Any]] = {
    "a toolchain with a line end": lambda record: (
        record["toolchains"].update(a={"weasyprint": "70.0\n" + "0" * 64 + "  forged"}),
        record["targets"][OTHER].update(toolchain="a"),
    ),
    "a target outside": lambda record: record["targets"].update(
        {"../forged.pdf": record["targets"][OTHER]}
    ),
    "a target with a line end": lambda record: record["targets"].update(
        {"brief/a\nforged.pdf": record["targets"][OTHER]}
    ),
    "a hash with a line end": lambda record: record["targets"][OTHER].update(
        file_hash="0" * 64 + "  forged.pdf\n" + "0" * 64
    ),
    "numbers in place of sets": lambda record: record.update(
        sets=dict.fromkeys(record["sets"], 5)
    ),
    "a text in place of a warning": lambda record: record["targets"][OTHER].update(
        warnings=[["forged"]]
    ),
    "a list in place of parts": lambda record: record.update(parts=["a"]),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_manifest_counts_as_none(name: str, write_project: WriteProject) -> None:
    root = write_project({"content/other/2017/en.yaml": TEXT})
    assert briefs(root, "build").exit_code == 0
    manifest = root / "build" / "manifest.json"
    record = read_record(manifest, FORMAT)
    FORGERIES[name](record)
    manifest.write_bytes(record_bytes(FORMAT, record))
    result = briefs(root, "build", "brief", "--json")
    assert result.exit_code == 0
    (document,) = json.loads(result.stdout)["documents"]
    assert document["state"] == "cached"
    assert b"forged" not in (root / "build" / "SHA256SUMS").read_bytes()
    assert briefs(root, "build").exit_code == 0
    assert (root / "build" / OTHER).is_file()


def test_a_forged_record_of_files_counts_as_none(write_project: WriteProject) -> None:
    root = write_project({})
    assert briefs(root, "build").exit_code == 0
    for files in (None, ["a"], {"a": 5}, {"a": []}, {"a": [1]}):
        record = record_bytes(2, {"files": files})
        (root / "build" / ".cache" / "files.json").write_bytes(record)
        assert briefs(root, "build").exit_code == 0
