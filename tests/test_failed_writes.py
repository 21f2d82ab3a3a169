"""Whatever happens to the machine, what was there is whole, and the next build goes on.

Kills are in test_kills.py; here are disks, folders, names, links and clocks.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.project import BUNDLED, Project, open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.documents import render_document
from pipeline.workers.executor import InlineExecutor
from tests.conftest import WriteProject, briefs, change_file
from tests.state.short_answers import build_and_compare as build
from tests.state.short_answers import built_files, short_answer, take_snapshot

EN = "content/brief/2017/en.yaml"
DAY = date(2026, 1, 1)


def run(root: Path, *arguments: str) -> tuple[int, str]:
    """Run the command in this process; give its exit code and what it output.

    A short answer of a snapshot must be that of the command.
    """
    project, options = Project(root), BuildOptions()
    _, answer = short_answer(root, options, date.today())  # noqa: DTZ011
    is_build = arguments[:1] in ((), ("build",))
    files = built_files(project)
    done = briefs(root, *(arguments or ("build", "--quiet")))
    if is_build and answer is not None:
        assert (done.exit_code, done.stderr) == (0, "")
        assert built_files(project) == files
    if is_build and done.exit_code == 0:
        take_snapshot(project, options, date.today())  # noqa: DTZ011
    return done.exit_code, done.stderr


# Several commands, one after the other; their exit codes and what they output.
SEVERAL = """
import json, sys
from click.testing import CliRunner
from pipeline.cli import main
done = [CliRunner().invoke(main, [command]) for command in sys.argv[1:]]
print(json.dumps([(each.exit_code, each.stderr) for each in done]))
"""


def run_several(
    root: Path, *commands: str, before: Sequence[str] = ()
) -> list[tuple[int, str]]:
    """Run commands in a process of their own, which may be another user's, or hang."""
    done = subprocess.run(
        [*before, sys.executable, "-c", SEVERAL, *commands],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(BUNDLED)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(each) for each in json.loads(done.stdout)]


def built_pdfs(root: Path) -> dict[str, bytes]:
    """The finished documents of a project, by name."""
    return {f.name: f.read_bytes() for f in sorted((root / "build").glob("*/*.pdf"))}


def parts(root: Path) -> list[Path]:
    """List the incomplete files."""
    return [f for f in (root / "build").rglob("*") if f.name.endswith(".part")]


def change(root: Path) -> None:
    change_file(root / EN, "Some", "Other")


@contextmanager
def small_files() -> Iterator[None]:
    """Let the system refuse files over 8 KiB, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def project(write_project: WriteProject) -> Path:
    """A project whose documents are built."""
    root = write_project({})
    assert run(root) == (0, "")
    return root


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
def test_a_file_that_does_not_fit_leaves_the_old_one(project: Path) -> None:
    before = built_pdfs(project)
    change(project)
    with small_files():
        code, output = run(project)
    assert code == 7
    assert "cannot be written: file too large" in output
    assert built_pdfs(project) == before
    assert parts(project) == []
    assert run(project) == (0, "")
    assert built_pdfs(project) != before


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Yield a function that mounts a disk of its own with some options."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if os.geteuid() or subprocess.run(command, check=False).returncode:
            pytest.skip("only root may mount a disk")
        return folder

    yield mount
    with suppress(OSError):
        subprocess.run(["umount", str(folder)], check=False, stderr=subprocess.DEVNULL)


def move_build(root: Path, disk: Path) -> None:
    """Move the build folder to another disk."""
    shutil.copytree(root / "build", disk / "build")
    shutil.rmtree(root / "build")
    (root / "build").symlink_to(disk / "build")


def test_a_full_disk_keeps_the_existing_files(
    project: Path, disk: Callable[[str], Path]
) -> None:
    before = built_pdfs(project)
    folder = disk("size=1m")
    move_build(project, folder)
    rest = shutil.disk_usage(folder).free
    (folder / "fill").write_bytes(bytes(rest - 16384))
    change(project)
    code, output = run(project)
    assert code == 7
    assert "no space left on device" in output
    assert built_pdfs(project) == before
    assert parts(project) == []
    (folder / "fill").unlink()
    assert run(project) == (0, "")
    assert built_pdfs(project) != before


def test_a_read_only_disk_is_reported(project: Path, disk: Callable[[str], Path]) -> None:
    before = built_pdfs(project)
    folder = disk("size=4m")
    move_build(project, folder)
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    change(project)
    code, output = run(project)
    assert code == 7
    assert "the folder cannot be written: read-only file system" in output
    assert built_pdfs(project) == before
    code, output = run(project, "clean")
    assert code == 7
    assert "the folder cannot be written: read-only file system" in output


COMMANDS = ("build", "check", "list")
# Without these capabilities, root cannot read what the mode of a file forbids.
AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def test_an_unreadable_design_is_reported(write_project: WriteProject) -> None:
    """The bundled design does not replace it."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may read everything")
    sheet, folder, other = "styles/own.css", "styles/components/", "templates/"
    root = write_project({sheet: "", f"{folder}own.css": "", f"{other}own.html": ""})
    as_anybody = () if os.geteuid() else AS_ANYBODY
    closed = "cannot be read: permission denied\n  hint: its owner can allow it: chmod u+r"
    for name in (sheet, folder, other):
        (root / name).chmod(0)
    several = run_several(root, *COMMANDS, before=as_anybody)
    (root / "styles").chmod(0)
    one = run_several(root, *COMMANDS, before=as_anybody)
    for name in ("styles", folder, other):
        (root / name).chmod(0o700)
    templates = f"{other}: the folder {closed}x\n"
    sheets = f"{folder}: the folder {closed}x\n{sheet}: the file {closed}\n"
    for done, expected in (
        (several, sheets + templates),
        (one, f"styles/: the folder {closed}x\n{templates}"),
    ):
        for code, output in done:
            assert code == 4
            assert output.startswith(expected)


def test_a_design_of_pipes_devices_huge_files_and_odd_names_is_refused_and_not_read(
    write_project: WriteProject,
) -> None:
    fonts, sheet, folder = "styles/fonts/", "styles/tokens.css", "templates/"
    root = write_project({f"{fonts}a.ttf": "", f"{folder}a.html": ""})
    os.mkfifo(root / fonts / "pipe.ttf")
    (root / fonts / "zero.ttf").symlink_to("/dev/zero")
    os.mkfifo(root / sheet)
    os.truncate(root / f"{folder}a.html", 1 << 40)
    for name in (f"{fonts}\udcff.ttf", f"{folder}\udcff.html"):
        (root / name).touch()
    odd = "it is a pipe, a socket or a device, which is never read"
    for code, output in run_several(root, *COMMANDS):
        assert code == 4
        assert f"{folder}a.html: the file is larger than 256 MiB\n" in output
        for name in (f"{fonts}pipe.ttf", f"{fonts}zero.ttf", sheet):
            assert f"{name}: {odd}\n" in output
        for name in (f"{fonts}\\udcff.ttf", f"{folder}\\udcff.html"):
            assert f"{name}: the name of the file is not UTF-8\n" in output


@pytest.mark.parametrize(("link", "code"), [(".#a.css", 0), ("a.css", 4)])
def test_a_link_to_nothing_is_an_error_but_the_lock_of_an_editor_is_none(
    write_project: WriteProject, link: str, code: int
) -> None:
    root = write_project({"styles/components/b.css": ""})
    (root / "styles/components" / link).symlink_to("somebody@machine.1234:5678")
    assert run(root, "check")[0] == code


def test_links_that_lead_to_themselves_end(project: Path) -> None:
    before = built_pdfs(project)
    (project / "content/brief/2017/loop").symlink_to("loop")
    (project / "content/brief/round").symlink_to(project / "content")
    code, output = run(project)
    assert code in (0, 3)
    assert "content/brief" in output
    assert built_pdfs(project) == before


def test_names_with_spaces_accents_and_signs_change_no_byte(
    project: Path, tmp_path: Path
) -> None:
    other = tmp_path / "Sitzung im März, “final” 📄 №1" / "a b"
    shutil.copytree(project, other, ignore=shutil.ignore_patterns("build"))
    assert run(other, "build", "--quiet", "--cache", str(tmp_path / "c d é")) == (0, "")
    assert built_pdfs(other) == built_pdfs(project)


@pytest.mark.parametrize("year", [1971, 2037])
def test_a_clock_that_jumps_hides_no_change(project: Path, year: int) -> None:
    before = built_pdfs(project)
    seconds = (year - 1970) * 365 * 86400
    for file in (project / "content").rglob("*.yaml"):
        os.utime(file, (seconds, seconds))
    assert run(project) == (0, "")
    assert built_pdfs(project) == before
    change(project)
    os.utime(project / EN, (seconds, seconds))
    assert run(project) == (0, "")
    assert built_pdfs(project) != before


class InterferingExecutor(InlineExecutor):
    """Calls a function between rendering to HTML and to PDF."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Render to HTML, then do it."""
        done = self.submit(function, *arguments)
        if function is render_document:
            self.act()
        return done


def test_a_style_sheet_removed_during_a_build_is_a_problem(
    write_project: WriteProject,
) -> None:
    sheet = "styles/components/extra.css"
    root = write_project({sheet: "h1 { color: #123456 }\n"})
    executor = InterferingExecutor(lambda: (root / sheet).unlink(missing_ok=True))
    outcome = build(open_project(root), BuildOptions(), DAY, executor=executor)
    assert {d.state for d in outcome.targets} == {"rejected"}
    assert any(sheet in p.message or p.place.file == sheet for p in outcome.problems)
    again = build(open_project(root), BuildOptions(), DAY)
    assert {d.state for d in again.targets} == {"built"}


def test_a_text_changed_during_a_build_is_stale_afterwards(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    build(
        open_project(root),
        BuildOptions(),
        DAY,
        executor=InterferingExecutor(lambda: change(root)),
    )
    stale = build(open_project(root), BuildOptions(dry_run=True), DAY)
    assert any(d.state == "stale" for d in stale.targets)
