"""The short answer of a build with nothing to do is right, or is not given."""

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.__main__ import describe_command
from pipeline.cli import main
from pipeline.project import BUNDLED, Project
from pipeline.state import snapshot
from pipeline.state.lock import build_lock
from pipeline.state.manifest import checksum_bytes, manifest_bytes, read_manifest
from pipeline.state.snapshot import Snapshot
from tests.conftest import GOOD_PROJECT, path_without_checkout, write_files

EN, FR = "content/brief/2017/en.yaml", "content/brief/2017/fr.yaml"
PDF = "build/brief/brief_2017_en.pdf"
SNAPSHOT, MANIFEST = "build/.cache/snapshot", "build/manifest.json"
FONT, SHEET = "styles/fonts/Own.ttf", "styles/own.css"
DONE = "1 document: 1 up to date; 1 page"
SUMMARY = re.compile(r"\d+\.\d s$", re.MULTILINE)


def run_command(*arguments: str, started: float | None = None) -> Result:
    """Run a command in this process, with a snapshot, as `python -m pipeline` does."""
    started = time.monotonic() if started is None else started
    sys.argv[1:] = arguments or ("build",)
    snapshot = Snapshot(describe_command(), started)
    return CliRunner(catch_exceptions=False).invoke(main, sys.argv[1:], obj=snapshot)


def answer(*arguments: str) -> str | None:
    """Return the short answer; None if the real build would run."""
    sys.argv[1:] = arguments or ("build",)
    return Snapshot(describe_command(), time.monotonic()).read()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every file old: the clock of the disk is far ahead, so that no test waits."""
    monkeypatch.setattr("pipeline.state.file_hashes._disk_time", lambda _: 1 << 62)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a style sheet and a font of its own, built."""
    root = tmp_path_factory.mktemp("built")
    font = (BUNDLED / "styles/fonts/BriefSans-Bold.ttf").read_bytes()
    files = {SHEET: "", "outside.ttf": font, "content/brief/2017/a.csv": "a"}
    write_files(root, {**GOOD_PROJECT, **files})
    (root / "styles/fonts").mkdir()
    (root / FONT).symlink_to("../../outside.ttf")
    with chdir(root), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["briefs"])
        assert run_command("build", "-q").output == ""
    return root


@pytest.fixture
def copied(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a copy of the project."""
    for name in os.environ:
        if name.startswith(("LD_", "_BRIEFS_")):
            monkeypatch.delenv(name)
    root = shutil.copytree(built, tmp_path / "project", symlinks=True)
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "argv", ["briefs"])
    monkeypatch.setattr(sys, "path", path_without_checkout())
    return root


@pytest.fixture
def up_to_date(copied: Path) -> Path:
    """The same, after a build that had nothing to do."""
    assert run_command("build", "-q").output == ""
    return copied


@pytest.fixture
def root(copied: Path, clock: None) -> Path:
    """The same, with a snapshot."""
    assert run_command().exit_code == 0
    assert answer() == DONE
    return copied


def write(name: str, text: str) -> Callable[[Path], object]:
    def act(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    return act


def own(name: str) -> Callable[[Path], object]:
    """Return the project a copy of a bundled file."""
    return write(name, (BUNDLED / name).read_text(encoding="utf-8"))


def same_size_and_time(root: Path) -> None:
    file = root / EN
    stat, text = file.stat(), file.read_text()
    file.write_text(text.replace("Some", "Much"))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def exchange_link(root: Path) -> None:
    """Exchange a link for one to a file with the same size and time of modification."""
    shutil.copy2(root / "outside.ttf", root / "content/other.ttf")
    (root / FONT).unlink()
    (root / FONT).symlink_to("../../content/other.ttf")


def replace_file_of_link(root: Path) -> None:
    shutil.copy2(root / "outside.ttf", root / "new")
    (root / "new").replace(root / "outside.ttf")


def move_out(root: Path) -> None:
    """Have a link to a file outside take its place: its inode and times are the same."""
    (root / EN).rename(root.parent / "outside.yaml")
    (root / EN).symlink_to(root.parent / "outside.yaml")


def move_build(root: Path) -> None:
    (root / "build").rename(root.parent / "built")
    (root / "build").symlink_to(root.parent / "built")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a text": write(EN, "title: [\n"),
    "a text with the same size and time": same_size_and_time,
    "a text that was touched": lambda root: (root / EN).touch(),
    "a text that was removed": lambda root: (root / EN).unlink(),
    "a text that nobody may read": lambda root: (root / EN).chmod(0),
    "a text that moved out": move_out,
    "a new language": write(FR, "title: T\n"),
    "facts where there were none": write("content/brief/2017/edition.yaml", "symbol: A\n"),
    "a picture in a new folder": write("content/brief/2017/maps/a.svg", "<svg/>"),
    "a later edition": write("content/brief/2018/en.yaml", "title: T\n"),
    "another brief": write("content/other/2018/en.yaml", "title: T\n"),
    "a session": write("content/sessions/331.yaml", "number: 331\n"),
    "a style sheet": write(SHEET, "p { }"),
    "a new style sheet": write("styles/components/new.css", ""),
    "a new profile": write("styles/profiles/new.css", ""),
    "the brand": own("styles/_brand.yml"),
    "a brand of the series": write("content/_brand.yml", "color: {primary: navy}"),
    "a template": own("templates/components/box.html"),
    "words of the page": own("templates/strings/en.yaml"),
    "a new font": lambda root: shutil.copy(
        root / "outside.ttf", root / "styles/fonts/B.ttf"
    ),
    "a folder of styles that nobody may read": lambda root: (root / "styles").chmod(0),
    "the link of a font": exchange_link,
    "the file that a link names": replace_file_of_link,
    "a built file that was removed": lambda root: (root / PDF).unlink(),
    "a built file that was touched": lambda root: (root / PDF).touch(),
    "a built file that was changed": write(PDF, "%PDF-1.7"),
    "the manifest": write(MANIFEST, "{}"),
    "no sums": lambda root: (root / "build/SHA256SUMS").unlink(),
    "damaged sums": write("build/SHA256SUMS", "#"),
    "a rejected file": write("build/rejected/brief_2017_en.pdf", "%PDF-1.7"),
    "a link in build": lambda root: (root / "build/new").symlink_to(root),
    "a link in the cache": lambda root: (root / "build/.cache/new").symlink_to(root),
    "a pipe in the cache": lambda root: os.mkfifo(root / "build/.cache/new"),
    "a link to build": move_build,
    "no build": lambda root: shutil.rmtree(root / "build"),
    "no content": lambda root: (root / "content").rename(root / "other"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_after_a_change_the_snapshot_is_not_used(root: Path, case: str) -> None:
    CHANGES[case](root)
    assert answer() is None


@pytest.mark.parametrize("case", ["a rejected file", "damaged sums", "a template"])
def test_after_a_repair_the_snapshot_is_used(root: Path, case: str) -> None:
    CHANGES[case](root)
    assert run_command().exit_code == 0
    run_command()
    assert answer() == DONE
    assert "brief_2017_en.pdf" in (root / "build/SHA256SUMS").read_text()
    assert not (root / "build/rejected/brief_2017_en.pdf").exists()


@pytest.mark.parametrize("name", ["sessions", "rejected"])
def test_after_a_new_file_in_build_the_snapshot_is_not_used(
    up_to_date: Path, clock: None, name: str
) -> None:
    (up_to_date / "build" / name).mkdir()
    run_command()
    assert answer() == DONE
    (up_to_date / "build" / name / "new").touch()
    assert answer() is None


def test_a_built_file_of_any_kind_is_listed(up_to_date: Path, clock: None) -> None:
    """No document is HTML; the manifest names one here, as a later kind of target may."""
    manifest, html = (
        read_manifest(up_to_date / MANIFEST),
        (up_to_date / PDF).with_suffix(".html"),
    )
    shutil.copy(up_to_date / PDF, html)
    entry = manifest.targets["brief/brief_2017_en.pdf"]
    manifest.targets["brief/brief_2017_en.html"] = entry
    (up_to_date / MANIFEST).write_bytes(manifest_bytes(manifest))
    (up_to_date / "build/SHA256SUMS").write_bytes(checksum_bytes(manifest))
    run_command()
    assert answer() == DONE
    html.touch()
    assert answer() is None


def test_every_listed_file_is_compared(root: Path) -> None:
    """A number of every fifth file is changed, as a change of the file would change it."""
    text = (root / SNAPSHOT).read_bytes()
    *head, listed, names = text.split(b"\n", 4)
    numbers = listed.split()
    paths = names.decode().split("\0")
    assert len(numbers) == 4 * len(paths)
    last = len(paths) - 1
    places = [*range(4), *(4 * n + n % 4 for n in (*range(1, last, 5), last))]
    for place in places:
        changed = numbers.copy()
        changed[place] = b"%d" % (int(numbers[place]) + 1)
        (root / SNAPSHOT).write_bytes(b"\n".join([*head, b" ".join(changed), names]))
        assert answer() is None, paths[place // 4]
    (root / SNAPSHOT).write_bytes(text)
    assert answer() == DONE


def test_tools_and_program_are_listed(root: Path) -> None:
    """Their files cannot be changed by a test; those that are listed are compared."""
    paths = (root / SNAPSHOT).read_text().split("\n", 4)[-1].split("\0")
    program = {str(file) for file in (BUNDLED / "pipeline").rglob("*.py")}
    design = {str(f) for n in ("styles", "templates") for f in (BUNDLED / n).rglob("*.*")}
    folders = {folder for folder in sys.path if Path(folder).exists()}
    assert program | design | folders <= set(paths)
    libraries = [Path(path).name for path in paths if ".so" in path]
    for stem in ("libpango-1.0", "libharfbuzz", "libfontconfig"):
        assert any(name.startswith(f"{stem}.so") for name in libraries)
    for path in paths:
        if ".so." in path and path.startswith("/usr/"):
            assert str(Path(path).parent) in paths


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "brief"),
        ("build", "--lang", "en"),
        ("build", "-q"),
        ("build", "--project", "."),
        ("--project", ".", "build"),
        ("check",),
        ("--help",),
        (),
    ],
)
def test_for_another_command_the_snapshot_is_not_used(
    root: Path, arguments: tuple[str, ...]
) -> None:
    sys.argv[1:] = arguments
    assert Snapshot(describe_command(), time.monotonic()).read() is None


def test_a_build_with_other_output_has_no_snapshot(root: Path) -> None:
    for arguments in (("--explain",), ("--json",), ("--dry-run",), ("--cache", "cache")):
        for _ in range(2):
            assert run_command("build", *arguments).exit_code == 0
        assert answer("build", *arguments) is None, arguments


ELSEWHERE: dict[str, Callable[[pytest.MonkeyPatch], object]] = {
    "day": lambda patch: patch.setattr(time, "localtime", lambda: (2026, 1, 2, 0)),
    "Python": lambda patch: patch.setattr(sys, "version", "3.99"),
    "packages": lambda patch: patch.syspath_prepend("content"),
    "user": lambda patch: patch.setattr(os, "geteuid", lambda: 12345),
    "group": lambda patch: patch.setattr(os, "getgroups", lambda: [12345]),
    "libraries": lambda patch: patch.setenv("LD_LIBRARY_PATH", "/nowhere"),
    "preloaded library": lambda patch: patch.setenv("LD_PRELOAD", "/nowhere"),
    "completion": lambda patch: patch.setenv("_BRIEFS_COMPLETE", "bash_complete"),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_the_snapshot_compares_more_than_files(
    root: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        ELSEWHERE[case](patch)
        assert answer() is None
    assert answer() == DONE


def test_the_time_zone_decides_the_day(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = []
    try:
        for zone in ("UTC+14", "UTC-14"):  # 28 hours apart
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            run_command()
            days.append(describe_command())
            assert answer() == DONE
        monkeypatch.setenv("TZ", "UTC+14")
        time.tzset()
        assert answer() is None
    finally:
        monkeypatch.undo()
        time.tzset()
    assert days[0] != days[1]


def test_in_a_copied_project_the_snapshot_is_not_used(root: Path) -> None:
    """As when CI restores `build/`: sizes, times of modification and paths are the same."""
    for name in ("build", "content"):
        shutil.copytree(root / name, root.parent / name)
        shutil.rmtree(root / name)
        shutil.copytree(root.parent / name, root / name)
    shutil.copytree(root / "styles", root.parent / "styles", symlinks=True)
    assert (root / SNAPSHOT).exists()
    assert answer() is None


FORGED: dict[str, Callable[[list[str]], list[str]]] = {
    "no file": lambda lines: [*lines[:3], "", ""],
    "no manifest": lambda lines: [
        *lines[:3],
        lines[3].split(" ", 4)[4],
        lines[4].partition("\0")[2],
    ],
    "another version": lambda lines: ["briefs snapshot 2", *lines[1:]],
    "a number too many": lambda lines: [*lines[:3], f"{lines[3]} 1", lines[4]],
    "no number": lambda lines: [*lines[:3], f"x{lines[3]}", lines[4]],
    "an escape": lambda lines: [*lines[:2], "\x1b[2J", *lines[3:]],
    "a letter": lambda lines: [*lines[:2], "\u202e", *lines[3:]],
    "no line": lambda lines: [],
    "zeros": lambda lines: ["\0" * 1000],
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_snapshot_is_not_used(root: Path, case: str) -> None:
    lines = (root / SNAPSHOT).read_text().split("\n", 4)
    (root / SNAPSHOT).write_text("\n".join(FORGED[case](lines)))
    assert answer() is None


def test_a_cut_snapshot_is_not_used(root: Path) -> None:
    data = (root / SNAPSHOT).read_bytes()
    for length in range(0, len(data), 211):
        (root / SNAPSHOT).write_bytes(data[:length])
        assert answer() is None, length


def test_a_snapshot_that_is_no_file_of_this_user_is_not_used(root: Path) -> None:
    file = root / SNAPSHOT
    if os.geteuid() == 0:
        os.chown(file, 12345, 12345)
        assert answer() is None
        os.chown(file, 0, 0)
        assert answer() == DONE
    other = file.rename(root.parent / "other")
    file.symlink_to(other)
    assert answer() is None
    file.unlink()
    os.mkfifo(file)
    assert answer() is None


def test_recently_changed_files_are_not_trusted(up_to_date: Path) -> None:
    """With the real clock: they may change again within one of its ticks."""
    (up_to_date / EN).touch()  # to copy and to build took a while
    run_command()
    assert answer() is None
    time.sleep(2.1)
    run_command(started=time.monotonic() - 60)  # as if the build had begun earlier
    assert answer() is None
    run_command()
    assert answer() == DONE


def test_a_slow_disk_makes_no_file_older(
    up_to_date: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that changed after the command began is not trusted, however long it takes to
    list the files.
    """
    listed = snapshot._decisive_paths

    def list_slowly(project: Project) -> Iterator[str]:
        time.sleep(0.2)
        return listed(project)

    monkeypatch.setattr(snapshot, "_decisive_paths", list_slowly)
    monkeypatch.setattr("pipeline.state.file_hashes._TIME_RESOLUTION_NS", 0)
    time.sleep(0.05)
    started = time.monotonic()
    time.sleep(0.05)
    (up_to_date / EN).touch()
    run_command(started=started)
    assert answer() is None
    run_command()
    assert answer() == DONE


def test_nothing_is_written_while_another_build_runs(up_to_date: Path, clock: None) -> None:
    """It writes the records that are damaged, and a short answer would leave them so."""
    sums = (up_to_date / "build/SHA256SUMS").read_text()
    (up_to_date / "build/SHA256SUMS").write_text("#")
    with build_lock(up_to_date / "build"):
        assert run_command().exit_code == 0
        assert answer() is None
    run_command()
    run_command()
    assert answer() == DONE
    assert (up_to_date / "build/SHA256SUMS").read_text() == sums


def test_an_unwritable_folder_changes_no_answer(up_to_date: Path, clock: None) -> None:
    (up_to_date / SNAPSHOT).mkdir()
    result = run_command()
    assert (result.exit_code, result.stdout) == (0, "")
    assert answer() is None


def test_warnings_are_printed_again(root: Path) -> None:
    """They depend on the terminal and on GitHub, so such a build has no snapshot."""
    (root / FR).write_text((root / EN).read_text().replace("A title", "Un titre"))
    write("content/brief/2017/data.txt", "x")(root)
    write("content/brief/odd.xyz", "x")(root)
    first = run_command()
    for _ in range(2):
        again = run_command()
        assert "warning" in again.stderr
        assert SUMMARY.sub("", again.stderr).splitlines()[:-1] == [
            line
            for line in SUMMARY.sub("", first.stderr).splitlines()
            if "built" not in line
        ]
        assert answer() is None


def test_clean_removes_the_snapshot(root: Path) -> None:
    assert run_command("clean").exit_code == 0
    assert not (root / "build/.cache").exists()
