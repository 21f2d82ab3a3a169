"""A command that the machine stops ends with a message, and damages no file.

Each machine is real: limits of the system, small disks, closed streams, signals. Some pairs
of machine and command are tested always, all of them by `make soak`.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from pipeline.project import BUNDLED
from tests.conftest import briefs, change_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")

SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en]\n"
BRIEF = "title: A title\nsections:\n  - heading: One\n    blocks: [{text: Some words.}]\n"
SESSION = """\
body: {en: Body}
dates: {start: 2018-10-26, end: 2018-11-09}
place: {en: Geneva}
handouts:
  - {brief: brief, copies: {en: 2}}
paper: {size: A4, grams: 90, duplex: true, finish: staple}
"""
PDF = "build/brief/brief_2017_en"
ORDER = "build/sessions/331/331_order.pdf"
COMMANDS: Mapping[str, Sequence[str]] = {
    "build": ["build"],
    "check": ["check"],
    "session": ["session", "331"],
    "pack": ["pack", "331"],
    "print-order": ["print-order", "331", "--csv"],
    "new": ["new", "fresh"],
    "due": ["due", "--ics", "due.ics"],
    "list": ["list"],
    "verify": ["verify", f"{PDF}.pdf", f"{PDF}_press.pdf"],
    "clean": ["clean", "--orphaned"],
}
# A user with no other processes, so that a limit of processes counts those of a test only.
USER = "54321"
AS_USER = ["setpriv", f"--reuid={USER}", "--clear-groups"]
AS_USER += [f"--{kind}-caps=+dac_override,+dac_read_search" for kind in ("inh", "ambient")]
OK, STALE, ENVIRONMENT, INTERRUPTED = 0, 6, 7, 130


@dataclass
class Machine:
    """How a command is run. `codes` are the expected exit codes."""

    root: Path
    before: list[str] = field(default_factory=list)
    environment: dict[str, str | None] = field(default_factory=dict)
    limits: dict[int, int] = field(default_factory=dict)
    signals: Sequence[signal.Signals] = ()
    codes: frozenset[int] = frozenset({OK, STALE, ENVIRONMENT})
    is_silent: bool = False

    def prepare(self) -> None:
        """Set the limits in the new process, and handle SIGINT, which ours may ignore."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for kind, limit in self.limits.items():
            resource.setrlimit(kind, (limit, limit))


def plain(machine: Machine, stack: ExitStack) -> None:
    machine.codes = frozenset({OK, STALE})


def limit(kind: int, most: int, machine: Machine, stack: ExitStack) -> None:
    machine.limits[kind] = most


def processes(most: int, machine: Machine, stack: ExitStack) -> None:
    if os.geteuid() or not shutil.which("setpriv"):
        pytest.skip("only root may be another user")
    machine.before = [*AS_USER, "prlimit", f"--nproc={most}"]


def mount(folder: Path, size: str, stack: ExitStack) -> None:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, check=False).returncode:
        pytest.skip("only root may mount a disk")
    # Lazily: a process that ends is on its disk a moment longer.
    stack.callback(subprocess.run, ["umount", "--lazy", str(folder)], check=True)


def small_temporary_folder(size: str, machine: Machine, stack: ExitStack) -> None:
    folder = machine.root.parent / "temporary-disk"
    mount(folder, size, stack)
    machine.environment["TMPDIR"] = str(folder)


def no_temporary_folder(machine: Machine, stack: ExitStack) -> None:
    machine.environment["TMPDIR"] = str(machine.root / "content/series.yaml")


def long_temporary_folder(machine: Machine, stack: ExitStack) -> None:
    folder = machine.root.parent / ("long" * 25)
    folder.mkdir()
    machine.environment["TMPDIR"] = str(folder)


def other_disk(machine: Machine, stack: ExitStack) -> Path:
    disk = machine.root.parent / "disk"
    mount(disk, "64m", stack)
    machine.root = Path(shutil.copytree(machine.root, disk / "project"))
    return disk


def full_disk(free_kib: int, machine: Machine, stack: ExitStack) -> None:
    disk = other_disk(machine, stack)
    free = shutil.disk_usage(disk).free
    (disk / "fill").write_bytes(bytes(free - free_kib * 1024))


def read_only_disk(machine: Machine, stack: ExitStack) -> None:
    disk = other_disk(machine, stack)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def no_home(machine: Machine, stack: ExitStack) -> None:
    machine.environment["HOME"] = None
    machine.codes = frozenset({OK, STALE})


def redirect(streams: str, machine: Machine, stack: ExitStack) -> None:
    machine.before = ["bash", "-c", f'set -o pipefail; "$@" {streams}', "bash"]
    machine.is_silent = True


def stop(signals: Sequence[signal.Signals], machine: Machine, stack: ExitStack) -> None:
    machine.signals = signals
    machine.codes = frozenset({OK, STALE, INTERRUPTED})


MACHINES: dict[str, Callable[[Machine, ExitStack], None]] = {
    "plain": plain,
    **{
        f"{number} open files": partial(limit, resource.RLIMIT_NOFILE, number)
        for number in (6, 8, 12, 16, 24, 48, 70)
    },
    **{
        f"{mib} MiB of memory": partial(limit, resource.RLIMIT_AS, mib << 20)
        for mib in (40, 100, 128, 130, 140, 160, 200, 300, 770, 900)
    },
    **{
        f"files of {kib} KiB": partial(limit, resource.RLIMIT_FSIZE, kib << 10)
        for kib in (0, 1, 4, 8, 16, 32, 64)
    },
    **{
        f"{number} processes": partial(processes, number)
        for number in (1, 2, 3, 4, 6, 8, 12)
    },
    **{
        f"temporary folder of {kib} KiB": partial(small_temporary_folder, f"{kib}k")
        for kib in (4, 32, 64, 128)
    },
    "no temporary folder": no_temporary_folder,
    "long temporary folder": long_temporary_folder,
    **{f"disk with {kib} KiB": partial(full_disk, kib) for kib in (0, 4, 16, 64)},
    "read-only disk": read_only_disk,
    "no HOME": no_home,
    "full stdout": partial(redirect, ">/dev/full"),
    "full stderr": partial(redirect, "2>/dev/full"),
    "closed pipe": partial(redirect, "| true"),
    "closed streams": partial(redirect, "<&- >&- 2>&-"),
    "Ctrl-C": partial(stop, [signal.SIGINT]),
    "Ctrl-C twice": partial(stop, [signal.SIGINT] * 2),
    "termination twice": partial(stop, [signal.SIGTERM] * 2),
    "all signals": partial(stop, [signal.SIGHUP, signal.SIGTERM, signal.SIGINT]),
}
ALWAYS = [
    ("16 open files", "build"),
    ("16 open files", "new"),
    ("130 MiB of memory", "session"),
    ("160 MiB of memory", "verify"),
    ("files of 16 KiB", "verify"),
    ("temporary folder of 32 KiB", "session"),
    ("3 processes", "build"),
    ("3 processes", "verify"),
    ("read-only disk", "new"),
    ("disk with 16 KiB", "pack"),
    ("full stdout", "print-order"),
    ("closed pipe", "print-order"),
    ("Ctrl-C twice", "build"),
]


def change(root: Path) -> None:
    change_file(root / "content/brief/2017/en.yaml", "Some", "Other")


def pdfs(root: Path) -> dict[str, bytes]:
    """The finished files of a project; those of the cache are checked when read."""
    files = sorted((root / "build").glob("*/**/*.pdf"))
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in files
        if "/.cache/" not in str(file)
    }


@dataclass(frozen=True)
class Samples:
    """A project whose files are built, and the files before and after its text changes."""

    root: Path
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, ghostscript: str) -> Samples:
    """Build the samples; the clock of the disk is far ahead, so that hashes are kept."""
    root = tmp_path_factory.mktemp("machines") / "project"
    for name, text in {
        "content/series.yaml": SERIES,
        "content/brief/2017/en.yaml": BRIEF,
        "content/sessions/331.yaml": SESSION,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.state.file_hashes._disk_time", lambda _: 1 << 62)
        assert briefs(root, "session", "331").exit_code == OK
    changed = Path(shutil.copytree(root, root.parent / "changed"))
    change(changed)
    assert briefs(changed, "session", "331").exit_code == OK
    return Samples(root, pdfs(root), pdfs(changed))


def marked(mark: str) -> Iterator[int]:
    """The processes whose environment has a mark."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes():
                yield int(folder.name)


def catches(process: "subprocess.Popen[bytes]", number: int) -> bool:
    """Whether a process handles a signal itself."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    mask = status.partition("SigCgt:")[2].split()
    return bool(mask) and bool(int(mask[0], 16) >> (number - 1) & 1)


def send(process: "subprocess.Popen[bytes]", signals: Sequence[signal.Signals]) -> None:
    """Send signals one after the other, when the command handles them."""
    while process.poll() is None and not catches(process, signal.SIGTERM):
        time.sleep(0.01)
    time.sleep(0.2)
    for number in signals:
        process.send_signal(number)
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("machine", "command"),
    [
        pytest.param(
            *pair, marks=() if pair in ALWAYS else pytest.mark.soak, id=" - ".join(pair)
        )
        for pair in ((machine, command) for machine in MACHINES for command in COMMANDS)
    ],
)
def test_a_failing_machine_damages_no_file(
    machine: str, command: str, samples: Samples, tmp_path: Path
) -> None:
    if machine == "files of 0 KiB" and command == "new":
        pytest.skip("no file can be written, and so no edition")
    root = Path(shutil.copytree(samples.root, tmp_path / "project"))
    if command != "print-order":
        change(root)
    mark = f"MACHINE-{uuid4().hex}"
    with ExitStack() as stack:
        # Not below tmp_path: the paths of sockets are limited to about 100 characters.
        temporary = Path(stack.enter_context(TemporaryDirectory(prefix="machine-")))
        temporary.chmod(0o777)
        setup = Machine(root)
        MACHINES[machine](setup, stack)
        named = {"TMPDIR": str(temporary), "PYTHONPATH": str(BUNDLED), "TEST": mark}
        environment = {**os.environ, **named, **setup.environment}
        process = subprocess.Popen(
            [*setup.before, sys.executable, "-m", "pipeline", *COMMANDS[command]],
            cwd=setup.root,
            env={name: value for name, value in environment.items() if value is not None},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=setup.prepare,
        )
        stack.callback(lambda: [os.kill(each, signal.SIGKILL) for each in marked(mark)])
        send(process, setup.signals)
        stdout, stderr = (text.decode() for text in process.communicate(timeout=120))
        assert process.returncode in setup.codes, stderr
        for words in ("Traceback", "Exception ignored", "Fatal Python", "object address"):
            assert words not in stdout + stderr
        if process.returncode and not setup.is_silent:
            assert stdout + stderr
        # A job sheet that orders the old files is removed.
        is_order_outdated = command == "session" and f"removed {ORDER}" in stderr
        assert_whole(setup.root, samples, {ORDER} if is_order_outdated else set())
        until = time.monotonic() + 10
        while [*marked(mark)] and time.monotonic() < until:
            time.sleep(0.02)
        assert [*marked(mark)] == []
        assert [*temporary.iterdir()] == []


def assert_whole(root: Path, samples: Samples, removed: Collection[str]) -> None:
    """Check that each file is the old or the new one, and that no file is incomplete."""
    now = pdfs(root)
    for name in samples.old.keys() - removed:
        assert now.get(name) in (samples.old[name], samples.new.get(name)), name
    assert [*(root / "build").rglob("*.part")] == []
    for record in ("manifest.json", ".cache/files.json"):
        json.loads((root / "build" / record).read_text())


def test_the_table_has_the_machines_that_are_always_tested() -> None:
    assert {pair[0] for pair in ALWAYS} <= MACHINES.keys()
    assert {pair[1] for pair in ALWAYS} <= COMMANDS.keys()


def test_a_command_does_not_begin_with_less_memory_than_its_imports_need(
    samples: Samples,
) -> None:
    """With 74 MiB, pydantic ended this command by SIGABRT."""
    command = COMMANDS["print-order"]
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--project", samples.root, *command],
        cwd=BUNDLED,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_AS, (127 << 20,) * 2),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ENVIRONMENT
    assert done.stderr == (
        "system: the limit of memory (KiB) is 130,048; the command needs 131,072\n"
        "  hint: raise it: ulimit -v 131072\n"
    )


@pytest.mark.parametrize("options", [[], ["--cluster", "local:1"]])
def test_a_temporary_folder_with_a_long_path_is_reported(
    options: Sequence[str], samples: Samples, tmp_path: Path
) -> None:
    if options:
        pytest.importorskip("distributed")
    root = Path(shutil.copytree(samples.root, tmp_path / "project"))
    change(root)
    machine = Machine(root)
    long_temporary_folder(machine, ExitStack())
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--project", root, "build", *options],
        cwd=BUNDLED,
        env={**os.environ, "TMPDIR": str(machine.environment["TMPDIR"])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ENVIRONMENT
    assert done.stderr == (
        "system: the path of the temporary folder is too long\n"
        "  hint: set TMPDIR to a folder with a short path, such as /tmp\n"
    )
