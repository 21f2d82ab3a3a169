"""A build that is killed at any moment leaves whole files; the next build adds the rest."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.state.file_hashes import hash_bytes
from tests.conftest import WriteProject, briefs

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

# Forks for each line of stdin: the fork builds in a folder, and kills itself before or
# after a file takes its place. The answer is the exit code of the fork.
DRIVER = """
import os, signal, sys
from pathlib import Path
import pipeline.cli.build, pipeline.pdf.preload, pipeline.tasks.documents
from pipeline.cli import main
from pipeline.state import lock

pipeline.cli.build.processors = lambda: 0
rename, seen = Path.replace, []

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def build(root, what, when, count):
    def replace(self, target):
        name = str(target)
        kind = (
            "cache" if "/.cache/" in name else "document" if name.endswith(".pdf") else name
        )
        if not kind.endswith(what):
            return rename(self, target)
        seen.append(name)
        if when == "before" and len(seen) == int(count):
            die()
        rename(self, target)
        if len(seen) == int(count):
            die()

    Path.replace = replace
    if what == "lock":
        lock.json.dumps = lambda _: die()
    main(["--project", root, "build", "-q"])

for line in sys.stdin:
    if not (process := os.fork()):
        build(*line.rstrip("\\n").split("\\t"))
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""
STAGES = [
    ("lock", "before", 1),
    ("document", "before", 1),
    ("document", "after", 1),
    ("document", "before", 2),
    ("document", "after", 2),
    ("cache", "before", 1),
    ("cache", "before", 2),
    ("cache", "after", 2),
    ("manifest.json", "before", 1),
    ("manifest.json", "after", 1),
    ("SHA256SUMS", "before", 1),
    ("SHA256SUMS", "after", 1),
]


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    """A brief in two languages, of which two documents are built."""
    text = "title: A title\nsections:\n  - heading: One\n    blocks: [{text: Words.}]\n"
    return write_project({"content/brief/2017/fr.yaml": text})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of an undisturbed build, by name and hash; filled by `clean`."""
    return {}


@pytest.fixture(scope="module")
def build_and_die() -> Iterator[Callable[..., int]]:
    """Yield a function: it builds in a process that kills itself; returns the exit code."""
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        reader, writer = driver.stdout, driver.stdin
        assert reader
        assert writer

        def build(root: Path, what: str, when: str, count: int) -> int:
            print(root, what, when, count, sep="\t", file=writer, flush=True)
            return int(reader.readline())

        yield build
        writer.close()


def start(root: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", "--project", root, "build", "-q", "--jobs", "2"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def build_here(root: Path) -> None:
    """Build again, without the start of a program and its workers."""
    again = briefs(root, "build", "-q")
    assert (again.exit_code, again.output) == (0, "")


def built_files(root: Path) -> dict[str, str]:
    """The hashes of the files of build/, without the record of file times and the locks."""
    files = (p for p in (root / "build").rglob("*") if p.is_file())
    return {
        file.relative_to(root).as_posix(): hash_bytes(file.read_bytes())
        for file in files
        if file.name not in ("files.json", ".lock", ".holder.json")
    }


@pytest.fixture
def clean(root: Path, whole: dict[str, str]) -> dict[str, str]:
    if not whole:
        process = start(root)
        assert process.communicate(timeout=60) == (None, "")
        assert process.returncode == 0
        whole.update(built_files(root))
        for file in whole:
            (root / file).unlink()
    return whole


def assert_nothing_is_lost(root: Path, clean: dict[str, str]) -> None:
    for name, hashed in built_files(root).items():
        if name.endswith(".pdf"):
            assert hashed == clean[name], f"{name} is not whole"
        elif name.endswith(".json"):
            json.loads((root / name).read_text())
    build_here(root)
    assert built_files(root) == clean


@pytest.mark.parametrize(("what", "when", "count"), STAGES)
def test_killed_at_a_stage(
    root: Path,
    clean: dict[str, str],
    build_and_die: Callable[..., int],
    what: str,
    when: str,
    count: int,
) -> None:
    assert build_and_die(root, what, when, count) == -signal.SIGKILL
    assert_nothing_is_lost(root, clean)


@pytest.mark.parametrize("what", ["manifest.json", "document"])
def test_killed_when_a_document_is_made_again(
    root: Path, clean: dict[str, str], build_and_die: Callable[..., int], what: str
) -> None:
    build_here(root)
    text = root / "content" / "brief" / "2017" / "en.yaml"
    good = text.read_text()
    text.write_text(good.replace("Some", "Other"))
    assert build_and_die(root, what, "before", 1) == -signal.SIGKILL
    for name, hashed in built_files(root).items():
        if name.endswith(".pdf") and hashed != clean.get(name):
            assert (root / name).read_bytes().rstrip().endswith(b"%%EOF")
    text.write_text(good)
    build_here(root)
    left = {n: h for n, h in built_files(root).items() if "/." not in n}
    assert left == {n: h for n, h in clean.items() if "/." not in n}


def workers_of(process: "subprocess.Popen[str]") -> list[int]:
    """The processes that render: children of the fork server, which is a child."""
    return [g for child in children_of(process.pid) for g in children_of(child)]


def children_of(number: int) -> list[int]:
    children = []
    for tasks in Path(f"/proc/{number}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended since it was listed
            children += [int(child) for child in tasks.read_text().split()]
    return children


def is_there(number: int) -> bool:
    try:
        return (
            "Z"
            not in Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        )
    except OSError:
        return False


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_job_of_a_killed_worker_is_run_again(root: Path, clean: dict[str, str]) -> None:
    process = start(root)
    wait_for(lambda: workers_of(process))
    with suppress(ProcessLookupError):  # it has ended by itself
        os.kill(next(iter(workers_of(process)), process.pid), signal.SIGKILL)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGKILL), stderr
    assert_nothing_is_lost(root, clean)


def test_with_a_killed_build_its_workers_end(root: Path, clean: dict[str, str]) -> None:
    process = start(root)
    wait_for(lambda: workers_of(process))
    workers = workers_of(process)
    process.kill()
    process.communicate()
    wait_for(lambda: not any(map(is_there, workers)))
    assert_nothing_is_lost(root, clean)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_build_ends_and_keeps_finished_documents(
    root: Path, clean: dict[str, str], how: signal.Signals
) -> None:
    ours = signal.signal(how, signal.SIG_DFL)  # under nohup it would be ignored there too
    for _ in range(5):  # a build may end before the signal reaches it
        code, message = stop(start(root), how)
        if code != 0:
            break
    signal.signal(how, ours)
    assert (code, message) == (130, "interrupted; finished files stay in build/")
    assert_nothing_is_lost(root, clean)


INTERRUPTED = """
import os, signal, sys, time
from pipeline.cli import process

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

class Destroyed:
    def __del__(self):
        interrupt()

signal.signal(signal.SIGINT, signal.default_int_handler)
process.prepare_process()
process._EXIT_AFTER, main = 0.2, os.getpid()
try:
    {act}
    time.sleep(60)
except KeyboardInterrupt:
    {end}
    sys.exit(process.end_interrupted())
"""


@pytest.mark.parametrize(
    ("act", "end"),
    [
        ("interrupt()", "interrupt(); os.kill(os.getpid(), signal.SIGTERM)"),
        ("Destroyed()", ""),
        ("exec('interrupt()')", ""),
        ("interrupt()", "time.sleep(60)"),
        ("os.fork() or interrupt(); os.wait(); interrupt()", "print(os.getpid() == main)"),
    ],
    ids=["twice", "in a destructor", "in exec", "and hangs", "in a forked process"],
)
def test_an_interrupt_ends_a_command_once_and_silently(
    act: str, end: str, tmp_path: Path
) -> None:
    (tmp_path / "interrupted.py").write_text(INTERRUPTED.format(act=act, end=end))
    done = subprocess.run(
        [sys.executable, "-m", "interrupted"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "")
    assert done.stdout in ("", "True\n")


# As pydantic does: the interrupt becomes an exception of another kind.
HIDDEN = """
import os, signal
from pipeline.cli import main
from pipeline.commands import list as command

def hide(*_):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise ValueError("KeyboardInterrupt: ") from None

signal.signal(signal.SIGINT, signal.default_int_handler)
command.list_editions = hide
main(["list"], prog_name="briefs")
"""


def test_an_interrupt_that_another_exception_hides_has_no_traceback(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HIDDEN],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "interrupted; finished files stay in build/\n"
    assert done.returncode == 130


def test_an_interrupt_while_the_program_is_loaded_has_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "interrupted\n")


@pytest.mark.parametrize("number", range(3))
def test_killed_at_random(root: Path, clean: dict[str, str], number: int) -> None:
    kill_at_random(root, random.Random(number))  # noqa: S311 – no secret
    assert_nothing_is_lost(root, clean)


@pytest.mark.soak
def test_killed_two_hundred_times(root: Path, clean: dict[str, str]) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311
    print(f"SEED={seed}")  # noqa: T201 – to repeat the run
    chance = random.Random(seed)  # noqa: S311
    for _ in range(200):
        kill_at_random(root, chance)
        if chance.random() < 0.3:
            assert_nothing_is_lost(root, clean)
            # A PDF that is current is not put into the cache again.
            for file in (f for f in built_files(root) if "/.cache/" not in f):
                if chance.random() < 0.7:
                    (root / file).unlink()
    assert_nothing_is_lost(root, clean)


def stop(process: subprocess.Popen[str], how: signal.Signals) -> tuple[int, str]:
    """The exit code and the messages of a build that is sent this signal while it works."""
    wait_for(lambda: workers_of(process) or process.poll() is not None)
    process.send_signal(how)
    _, stderr = process.communicate(timeout=60)
    return process.returncode, stderr.strip()


def kill_at_random(root: Path, chance: random.Random) -> None:
    process = start(root)
    time.sleep(chance.uniform(0.05, 2.0))
    victims = [process.pid, *workers_of(process)]
    with suppress(ProcessLookupError):  # it has ended by itself
        os.kill(chance.choice(victims), signal.SIGKILL)
    process.communicate(timeout=60)
