"""A build by a cluster equals a local build, whatever happens to the machines.

The scheduler and its workers are processes on loopback, with the certificates that
docs/scaling-up.md makes.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from click.testing import Result

from pipeline.cli.arguments import require_tls
from pipeline.problems import JobFailed, PipelineError, WorkersUnavailable
from pipeline.project import BUNDLED, Project
from pipeline.toolchain import PRELOAD, worker_setup
from pipeline.workers.dask import open_cluster, require_scheduler
from pipeline.workers.executor import Executor
from tests import conftest
from tests.conftest import WriteProject
from tests.workers import jobs

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("openssl"), reason="servers run Linux"
)

LOCAL = {
    **os.environ,
    "PYTHONPATH": str(BUNDLED),
    # Each idle process of Dask would profile itself for 4% of a processor.
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
}
NUMBER = 4
SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en]\n"
BRIEF = """\
title: A title of brief {number}
sections:
  - heading: A heading
    blocks:
      - text: Some text that says {number}.
      - picture: {{file: square.svg, alt: A square}}
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" width="40mm" height="40mm">'
    '<rect width="4" height="4" fill="#0a3c6e"/></svg>'
)


def project(number: int = NUMBER) -> dict[str, str | bytes | None]:
    """Some briefs, each with a picture: brief, brief-1 and so on."""
    files: dict[str, str | bytes | None] = {"content/series.yaml": SERIES}
    for each in range(number):
        folder = f"content/brief-{each}/2017" if each else "content/brief/2017"
        files[f"{folder}/en.yaml"] = BRIEF.format(number=each)
        files[f"{folder}/square.svg"] = SVG
    return files


def make_certificates(folder: Path) -> dict[str, str]:
    """Follow the guide; return the environment in which Dask finds the certificates."""
    guide = (BUNDLED / "docs/scaling-up.md").read_text(encoding="utf-8")
    block = re.search(r"```sh certificates\n(.*?)```", guide, re.S)
    assert block
    subprocess.run(["sh", "-ec", block[1]], cwd=folder, check=True, capture_output=True)
    made = folder / "certificates"
    tls = {"CA_FILE": made / "authority.pem"}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        tls |= {f"{role}__CERT": made / "cluster.pem", f"{role}__KEY": made / "cluster.key"}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in tls.items()}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return make_certificates(tmp_path_factory.mktemp("authority"))


@dataclass
class Farm:
    """A scheduler, and the processes that use it."""

    address: str
    environment: Mapping[str, str]
    scheduler: subprocess.Popen[bytes]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self, *command: str | Path, folder: Path = BUNDLED
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", *map(str, command)],
            cwd=folder,
            env=self.environment,
            stderr=subprocess.PIPE,
        )
        self.processes.append(process)
        return process

    def start_worker(self, *options: str | Path) -> subprocess.Popen[bytes]:
        process = self.start("pipeline", *options, "worker", self.address, "--jobs", "1")
        wait_for_line(process, b"is ready")
        return process

    def start_small_worker(
        self,
        root: Path = BUNDLED,
        *,
        cpu_seconds: int = 60,
        wall_seconds: int = 120,
        preload: Sequence[str] = ("tests.workers.jobs",),
    ) -> subprocess.Popen[bytes]:
        """Start a worker for the jobs of a test, which do not need WeasyPrint."""
        limits = str(cpu_seconds), str(wall_seconds)
        process = self.start(
            "tests.workers.run_worker", self.address, root, *limits, *preload
        )
        wait_for_line(process, b"ready")
        return process

    def end_workers(self) -> None:
        """Kill all workers; return when the scheduler has none."""
        from distributed import Client, Security

        workers, self.processes = self.processes[1:], self.processes[:1]
        for process in workers:
            process.kill()
            process.communicate()
        with configured(self.environment):
            options = {"security": Security(), "set_as_default": False}
            with Client(self.address, **options) as client:
                while client.ncores():
                    time.sleep(0.05)

    def start_build(self, root: Path) -> subprocess.Popen[bytes]:
        """Start a build; return when it has built the first document."""
        build = self.start("pipeline", "build", "--cluster", self.address, folder=root)
        wait_for_line(build, b".pdf")
        return build


def wait_for_line(process: subprocess.Popen[bytes], words: bytes) -> None:
    """Read stderr until a line has some words."""
    assert process.stderr
    lines = []
    for line in process.stderr:
        lines.append(line)
        if words in line:
            return
    raise AssertionError(b"".join(lines).decode())


def end_of(process: subprocess.Popen[bytes]) -> str:
    """Wait for the end of a process; return the rest of its stderr."""
    return process.communicate(timeout=120)[1].decode()


@contextmanager
def open_farm(certificates: Mapping[str, str], folder: Path) -> Iterator[Farm]:
    """Start a scheduler that gives up jobs and silent workers early."""
    environment = {
        **LOCAL,
        **certificates,
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "2s",
    }
    command = ["dask", "scheduler", "--protocol", "tls", "--host", "127.0.0.1"]
    command += ["--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    file = folder / "scheduler.json"
    scheduler = subprocess.Popen(
        [sys.executable, "-m", *command, "--scheduler-file", str(file)],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    farm = Farm("", environment, scheduler, [scheduler])
    try:
        while not file.is_file() or not file.read_text().endswith("}"):
            assert scheduler.poll() is None
            time.sleep(0.05)
        farm.address = json.loads(file.read_text())["address"]
        yield farm
    finally:
        for process in reversed(farm.processes):
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def farm(
    certificates: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Farm]:
    with open_farm(certificates, tmp_path_factory.mktemp("farm")) as farm:
        yield farm


@pytest.fixture(scope="module")
def workers(farm: Farm) -> list[subprocess.Popen[bytes]]:
    return [farm.start_worker(), farm.start_worker()]


@pytest.fixture(scope="module")
def empty_farm(
    certificates: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Farm]:
    with open_farm(certificates, tmp_path_factory.mktemp("empty")) as farm:
        yield farm


@pytest.fixture
def workerless(empty_farm: Farm) -> Iterator[Farm]:
    """A scheduler without workers, for tests that freeze or lose theirs, or need others."""
    yield empty_farm
    empty_farm.end_workers()


@pytest.fixture
def own_farm(certificates: Mapping[str, str], tmp_path: Path) -> Iterator[Farm]:
    """A scheduler without workers that a test may kill."""
    with open_farm(certificates, tmp_path) as farm:
        yield farm


@contextmanager
def configured(environment: Mapping[str, str]) -> Iterator[None]:
    """Configure Dask in this process by an environment."""
    import dask

    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        dask.config.refresh()
        try:
            yield
        finally:
            patch.undo()
            dask.config.refresh()


def briefs(
    environment: Mapping[str, str], root: Path, *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    """Run the command as a program."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments)],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def briefs_here(
    environment: Mapping[str, str], root: Path, *arguments: str | Path
) -> Result:
    """Run the command in this process, which has imported Dask."""
    with configured(environment):
        return conftest.briefs(root, *arguments)


@contextmanager
def connect(farm: Farm) -> Iterator[Executor]:
    setup = worker_setup(Project(BUNDLED), None)
    with (
        configured(farm.environment),
        open_cluster(farm.address, setup, 1, ()) as executor,
    ):
        yield executor


@pytest.fixture
def executor(farm: Farm, workers: object) -> Iterator[Executor]:
    with connect(farm) as executor:
        yield executor


def run(executor: Executor, function: Callable[..., object], *texts: str) -> list[object]:
    futures = [executor.submit(function, jobs.FileSource(), text) for text in texts]
    return [executor.result(future) for future in futures]


def states(result: Result) -> list[str]:
    return [document["state"] for document in json.loads(result.stdout)["documents"]]


def number_of_pdfs(root: Path) -> int:
    return len(list((root / "build").glob("*/*.pdf")))


# --- The same bytes ---


def test_a_cluster_gives_the_bytes_and_problems_of_a_local_build(
    farm: Farm, workers: object, write_project: WriteProject
) -> None:
    files = project()
    files["content/brief-1/2017/en.yaml"] = BRIEF.format(number=f"{'wide' * 60} word")
    root = write_project(files)
    command = ("build", "--cluster", farm.address, "--json")
    remote = briefs_here(farm.environment, root, *command)
    records = ("manifest.json", "SHA256SUMS")
    expected = {name: (root / "build" / name).read_bytes() for name in records}
    shutil.rmtree(root / "build")
    local = conftest.briefs(root, "build", "--json")
    assert {name: (root / "build" / name).read_bytes() for name in records} == expected
    assert json.loads(remote.stdout) == json.loads(local.stdout)
    assert states(local).count("rejected") == 1


def test_a_build_with_nothing_to_do_does_not_connect(write_project: WriteProject) -> None:
    root = write_project(project(1))
    assert conftest.briefs(root, "build").exit_code == 0
    assert briefs(LOCAL, root, "build", "--cluster", "tls://x:1").returncode == 0


def test_a_job_gets_shared_own_and_unforeseen_files(executor: Executor) -> None:
    text = "shared own-picture unforeseen nothing"
    expected = {name: jobs.FileSource().serve(name) for name in text.split()}
    executor.prepare(jobs.read, jobs.FileSource(), "shared")
    assert run(executor, jobs.read, *[text] * 4) == [expected] * 4


def test_a_process_for_jobs_does_not_import_dask(executor: Executor) -> None:
    names = "distributed tests.workers.jobs"
    assert run(executor, jobs.has_imported, names) == [["tests.workers.jobs"]]


def test_a_local_job_runs_in_a_process_that_is_not_a_fork_of_this_one(
    executor: Executor,
) -> None:
    assert executor.result(executor.submit_local(os.getppid)) != os.getpid()
    assert executor.result(executor.submit_local(len, "near")) == 4


def test_a_worker_with_another_font_is_refused(
    workerless: Farm, tmp_path: Path, write_project: WriteProject
) -> None:
    root = write_project(project(2))
    fonts = tmp_path / "other" / "styles/fonts"
    fonts.mkdir(parents=True)
    shutil.copy(next((BUNDLED / "styles/fonts").glob("*.ttf")), fonts / "Another.ttf")
    workerless.start_small_worker()
    workerless.start_worker("--project", tmp_path / "other")
    result = briefs_here(
        workerless.environment,
        root,
        "build",
        "--cluster",
        workerless.address,
    )
    assert result.exit_code == 7, result.stderr
    assert re.search(
        r"tls://127\.0\.0\.1:\d+: .*fonts \w{12} on the worker, \w{12} in this build",
        result.stderr,
    )
    assert number_of_pdfs(root) == 0


def test_a_worker_that_joins_later_with_another_font_runs_no_job(
    workerless: Farm, tmp_path: Path
) -> None:
    fonts = tmp_path / "styles/fonts"
    fonts.mkdir(parents=True)
    shutil.copy(next((BUNDLED / "styles/fonts").glob("*.ttf")), fonts / "Another.ttf")
    first = workerless.start_small_worker()
    with connect(workerless) as executor:
        executor.prepare(jobs.read, jobs.FileSource(), "shared")
        workerless.start_worker("--project", tmp_path)
        first.kill()
        with pytest.raises(WorkersUnavailable) as caught:
            run(executor, jobs.read, "shared")
    assert " fonts " in caught.value.problems[0].message


def test_a_worker_that_briefs_did_not_start_is_refused(workerless: Farm) -> None:
    worker = workerless.start("dask", "worker", workerless.address, "--no-dashboard")
    wait_for_line(worker, b"Registered to")
    with connect(workerless) as executor, pytest.raises(WorkersUnavailable):
        executor.prepare(jobs.read, jobs.FileSource(), "shared")


# --- Lost workers and schedulers ---


def run_while(executor: Executor, act: Callable[[], object]) -> None:
    """Run jobs, do something when the first of them has ended, and check their results."""
    futures = [executor.submit(jobs.sleep, jobs.FileSource(), "0.2") for _ in range(6)]
    wait(futures, 60, FIRST_COMPLETED)
    act()
    assert not wait(futures, 60).not_done
    assert [executor.result(future) for future in futures] == ["0.2"] * 6


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_jobs_of_a_worker_that_ends_are_run_by_others(
    farm: Farm,
    workers: list[subprocess.Popen[bytes]],
    executor: Executor,
    number: signal.Signals,
) -> None:
    worker = workers.pop()
    run_while(executor, lambda: worker.send_signal(number))
    assert worker.wait(60) == (0 if number == signal.SIGTERM else -number)
    workers.append(farm.start_worker())


def test_the_jobs_of_a_frozen_worker_are_run_by_others(workerless: Farm) -> None:
    frozen = workerless.start_small_worker()
    workerless.start_small_worker()
    with connect(workerless) as executor:
        run_while(executor, lambda: frozen.send_signal(signal.SIGSTOP))
    frozen.send_signal(signal.SIGCONT)
    assert frozen.wait(60) == 0


def test_a_worker_whose_fork_server_is_frozen_ends(workerless: Farm) -> None:
    frozen = workerless.start_small_worker(wall_seconds=5)
    workerless.start_small_worker()
    children = Path(f"/proc/{frozen.pid}/task/{frozen.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGSTOP)
    with connect(workerless) as executor:
        run_while(executor, lambda: None)
    assert frozen.wait(60) == 1
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)


@pytest.mark.parametrize(
    ("number", "lost", "all_workers"),
    [
        (signal.SIGKILL, 1, 1),
        pytest.param(signal.SIGKILL, 2, 2, marks=pytest.mark.soak),
        pytest.param(signal.SIGSTOP, 1, 2, marks=pytest.mark.soak),
        pytest.param(signal.SIGSTOP, 2, 2, marks=pytest.mark.soak),
    ],
)
def test_local_workers_that_are_killed_or_frozen_are_replaced(
    write_project: WriteProject, number: signal.Signals, lost: int, all_workers: int
) -> None:
    """Two checks of one cluster, because its start takes seconds."""
    psutil = pytest.importorskip("psutil")
    root = write_project(project(12))
    build = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "build", "--cluster", f"local:{all_workers}"],
        cwd=root,
        env=LOCAL,
        stderr=subprocess.PIPE,
    )
    wait_for_line(build, b".pdf")
    processes = psutil.Process(build.pid).children()
    workers = [p for p in processes if any("spawn_main" in word for word in p.cmdline())]
    assert len(workers) == all_workers
    try:
        assert_loopback_and_tls_only([build.pid, *(child.pid for child in processes)])
    finally:
        for worker in workers[:lost]:
            worker.send_signal(number)
        stderr = end_of(build)
    assert build.returncode == 0, stderr
    lines = stderr.splitlines()
    assert [line for line in lines if not line.startswith(("built ", "12 doc"))] == []
    assert number_of_pdfs(root) == 12
    assert not any(worker.is_running() for worker in workers)


def test_a_job_that_ends_each_of_its_workers_fails(workerless: Farm) -> None:
    workers = [workerless.start_small_worker() for _ in range(3)]
    with connect(workerless) as executor:
        with pytest.raises(PipelineError, match=r"lost; the last one was tls://"):
            run(executor, jobs.end_worker, "")
        assert run(executor, jobs.sleep, "0") == ["0"]
    assert [worker.poll() for worker in workers].count(None) == 1


def test_a_job_over_a_limit_ends_no_worker(
    executor: Executor, workers: list[subprocess.Popen[bytes]]
) -> None:
    failed = executor.submit(jobs.use_memory, jobs.FileSource(), "")
    assert run(executor, jobs.sleep, "0.1", "0.1") == ["0.1"] * 2
    with pytest.raises(JobFailed, match="1,536 MiB of memory"):
        executor.result(failed)
    assert [worker.poll() for worker in workers] == [None, None]


def test_a_document_over_a_limit_is_blocked_and_the_others_are_built(
    workerless: Farm, write_project: WriteProject
) -> None:
    files = project(3)
    endless = "<div style='display: flex'>" * 24 + "x" + "</div>" * 24
    masthead = BUNDLED / "templates/components/masthead.html"
    poison = "{% if '1' in brief.title|string %}" + endless + "{% endif %}"
    files["templates/components/masthead.html"] = masthead.read_text() + poison
    root = write_project(files)
    worker = workerless.start_small_worker(root, cpu_seconds=2, preload=PRELOAD)
    command = ("build", "--cluster", workerless.address, "--json")
    result = briefs_here(workerless.environment, root, *command)
    assert worker.poll() is None
    assert result.exit_code == 3, result.stderr
    assert states(result)[1] == "blocked"
    assert number_of_pdfs(root) == 2
    assert json.loads(result.stdout)["problems"][0]["rule"] == "resource-limit"


def test_ctrl_c_keeps_what_is_finished(
    farm: Farm, workers: object, write_project: WriteProject
) -> None:
    root = write_project(project(40))
    build = farm.start_build(root)
    build.send_signal(signal.SIGINT)
    assert "Traceback" not in end_of(build)
    assert build.returncode == 130
    finished = number_of_pdfs(root)
    assert 0 < finished < 40
    dry_run = conftest.briefs(root, "build", "--dry-run", "--json")
    assert states(dry_run).count("stale") == 40 - finished


def test_ctrl_c_in_a_terminal_leaves_no_temporary_files(
    write_project: WriteProject,
) -> None:
    root = write_project(project(30))
    # Not below tmp_path: the paths of sockets are limited to about 100 characters.
    temporary = Path(tempfile.mkdtemp(prefix="briefs-test-"))
    build = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "build", "--cluster", "local:1"],
        cwd=root,
        env={**LOCAL, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for_line(build, b".pdf")
    os.killpg(build.pid, signal.SIGINT)  # as a terminal does
    assert "Traceback" not in end_of(build)
    assert build.returncode == 130
    left = sorted(p.relative_to(temporary) for p in temporary.rglob("*"))
    assert left == []
    temporary.rmdir()


def test_a_lost_scheduler_ends_the_build_and_its_workers(
    own_farm: Farm, write_project: WriteProject
) -> None:
    root = write_project(project(30))
    worker = own_farm.start_worker()
    build = own_farm.start_build(root)
    own_farm.scheduler.kill()
    stderr = end_of(build)
    assert build.returncode == 7, stderr
    assert f"{own_farm.address}: " in stderr
    assert "Traceback" not in stderr
    assert worker.wait(60) == 0
    finished = number_of_pdfs(root)
    assert 0 < finished < 30
    dry_run = conftest.briefs(root, "build", "--dry-run", "--json")
    assert states(dry_run).count("stale") == 30 - finished


def test_a_frozen_scheduler_ends_the_build(
    workerless: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.workers.dask._LOST_TIMEOUT", 2)
    monkeypatch.setattr("pipeline.workers.dask._WATCH_INTERVAL", 0.5)
    workerless.start_small_worker()
    with connect(workerless) as executor:
        assert run(executor, jobs.sleep, "0") == ["0"]
        workerless.scheduler.send_signal(signal.SIGSTOP)
        with pytest.raises(WorkersUnavailable) as caught:
            run(executor, jobs.sleep, "0")
    assert "has not answered" in caught.value.problems[0].message
    workerless.scheduler.send_signal(signal.SIGCONT)


def test_a_cluster_without_workers_ends_the_build(
    workerless: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.workers.dask._LOST_TIMEOUT", 2)
    monkeypatch.setattr("pipeline.workers.dask._WATCH_INTERVAL", 0.5)
    with pytest.raises(PipelineError, match="no worker"), connect(workerless):
        pass
    worker = workerless.start_small_worker()
    with connect(workerless) as executor:
        assert run(executor, jobs.sleep, "0") == ["0"]
        worker.kill()
        with pytest.raises(WorkersUnavailable) as caught:
            run(executor, jobs.sleep, "0")
    assert "no worker" in caught.value.problems[0].message


# --- The connection ---


def test_a_certificate_of_another_authority_is_refused(
    farm: Farm, certificates: Mapping[str, str], tmp_path: Path
) -> None:
    stranger = make_certificates(tmp_path)
    authority = "DASK_DISTRIBUTED__COMM__TLS__CA_FILE"
    # The scheduler that refuses a client closes the connection, often before the client
    # can read the reason.
    refused = {**stranger, authority: certificates[authority]}
    for environment, reason in ((stranger, "verify failed"), (refused, "no connection")):
        with configured(environment), pytest.raises(PipelineError, match=reason):
            require_scheduler(farm.address, "client", 5)


def test_tls_without_certificates_is_refused() -> None:
    with pytest.raises(PipelineError, match="ssl_context"):
        require_scheduler("tls://127.0.0.1:9", "client", 5)


def test_a_certificate_file_that_is_missing_is_named_in_the_hint(
    certificates: Mapping[str, str], tmp_path: Path
) -> None:
    key, file = "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT", str(tmp_path / "gone.pem")
    with (
        configured({**certificates, key: file}),
        pytest.raises(PipelineError) as caught,
    ):
        require_scheduler("tls://127.0.0.1:9", "client", 5)
    assert file in caught.value.problems[0].hint


@pytest.mark.parametrize("command", [("build", "--cluster"), ("worker",)])
def test_a_setting_that_requires_encryption_refuses_tcp(
    command: tuple[str, ...], write_project: WriteProject
) -> None:
    environment = {**LOCAL, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}
    root = write_project(project(1))
    result = briefs_here(environment, root, *command, "tcp://127.0.0.1:9")
    assert result.exit_code == 7, result.stderr
    assert "encryption required" in result.stderr


@contextmanager
def answer_with(greeting: bytes) -> Iterator[str]:
    """Open a port that sends a few bytes to its first caller; yield its address."""

    def answer() -> None:
        with suppress(OSError), listener.accept()[0] as caller:
            caller.sendall(greeting)
            caller.recv(1)  # until the caller hangs up

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            with suppress(OSError):  # it is not connected
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize("greeting", [b"220 mail.example ready\r\n", b""])
def test_another_server_is_not_taken_for_a_scheduler(
    greeting: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.workers.dask._CONNECT_TIMEOUT", 0.2)
    with answer_with(greeting) as address, pytest.raises(PipelineError):
        require_scheduler(address, "client", 1)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "tcp://host.invalid:8786", f"tcp://{'h' * 70}:8786"]
)
def test_an_address_without_a_server_is_a_problem(address: str) -> None:
    with pytest.raises(PipelineError):
        require_scheduler(address, "client", 0.5)


def test_ctrl_c_stops_a_worker_that_waits_for_its_scheduler() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "worker", "tcp://127.0.0.1:9"],
        cwd=BUNDLED,
        env=LOCAL,
        stderr=subprocess.PIPE,
    )
    wait_for_line(worker, b"connecting to tcp://127.0.0.1:9")
    worker.send_signal(signal.SIGINT)
    assert "Traceback" not in end_of(worker)
    assert worker.returncode == 130


def listeners(processes: list[int]) -> set[tuple[str, int]]:
    """Return the hosts, as /proc/net writes them, and ports where processes listen."""
    inodes = set()
    for process in processes:
        for link in Path(f"/proc/{process}/fd").iterdir():
            if match := re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink())):
                inodes.add(match[1])
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    addresses = (p[1].split(":") for p in lines if p[3] == "0A" and p[9] in inodes)
    return {(host, int(port, 16)) for host, port in addresses}


def assert_loopback_and_tls_only(processes: list[int]) -> None:
    """Check that every port is at loopback and closes a connection without TLS."""
    sockets = listeners(processes)
    assert sockets
    for host, port in sockets:
        assert host == "0100007F"
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.settimeout(10)
            connection.sendall(b"GET /health HTTP/1.0\r\n\r\n")
            with suppress(ConnectionResetError):
                assert not connection.recv(4).startswith(b"HTTP")


def test_a_worker_of_a_local_scheduler_listens_at_loopback_with_tls_only(
    workers: list[subprocess.Popen[bytes]],
) -> None:
    assert_loopback_and_tls_only([worker.pid for worker in workers])


@pytest.mark.parametrize(
    ("address", "insecure", "is_refused"),
    [
        ("tls://scheduler.example:8786", False, False),
        ("tcp://127.0.0.1:8786", False, False),
        ("tcp://[::1]:8786", False, False),
        ("tcp://localhost:8786", False, False),
        ("tcp://10.0.0.1:8786", True, False),
        ("tcp://10.0.0.1:8786", False, True),
        ("tcp://localhost.example:8786", False, True),
        ("tcp://127.0.0.1.example:8786", False, True),
        ("tcp://127.0.0.1@10.0.0.1:8786", False, True),
        ("ucx://127.0.0.1:8786", True, True),
        ("inproc://127.0.0.1:8786", True, True),
        ("tls://scheduler.example", False, True),
        ("tls://scheduler.example:port", False, True),
        ("tls://scheduler.example:99999", False, True),
        ("tls://scheduler.example:8786/", False, True),
        ("tls://scheduler.example:8786?x", False, True),
        ("TLS://scheduler.example:8786", False, True),
        ("tls://a:b@scheduler.example:8786", False, True),
        ("scheduler.example:8786", False, True),
    ],
)
def test_an_address_has_tls_or_is_loopback(
    address: str, insecure: bool, is_refused: bool
) -> None:
    try:
        require_tls("--cluster", address, insecure)
    except click.UsageError:
        assert is_refused
    else:
        assert not is_refused


@pytest.mark.parametrize("command", [("build", "--cluster"), ("worker",)])
def test_an_address_without_tls_is_a_usage_error(
    command: tuple[str, ...], write_project: WriteProject
) -> None:
    result = conftest.briefs(write_project(project(1)), *command, "tcp://10.0.0.1:8786")
    assert result.exit_code == 2


def test_a_worker_needs_the_address_of_a_scheduler() -> None:
    assert conftest.briefs(BUNDLED, "worker", "local:2").exit_code == 2


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        (("build", "--cluster"), "not installed"),
        (("worker",), "malformed configuration"),
    ],
)
def test_a_dask_that_cannot_be_imported_is_a_problem(
    command: tuple[str, ...], fault: str, write_project: WriteProject, tmp_path: Path
) -> None:
    environment, file = dict(LOCAL), tmp_path / "dask.yaml"
    if fault == "not installed":
        module = tmp_path / "distributed.py"
        module.write_text("raise ModuleNotFoundError('No module named distributed')")
        environment["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{BUNDLED}"
    else:
        file.write_text("distributed: [")
        environment["DASK_CONFIG"] = str(file)
    root = write_project(project(1))
    result = briefs(environment, root, *command, "tls://127.0.0.1:9")
    assert result.returncode == 7, result.stderr
    expected = "No module named distributed" if fault == "not installed" else str(file)
    assert expected in result.stderr
