"""A build by a cluster is the build at home, whatever happens to the machines.

A real scheduler and its workers are processes on loopback; the way between them is TLS,
with the certificates that docs/scaling-up.md makes.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from pipeline.problems import JobFailed, PipelineError, WorkersUnavailable
from pipeline.project import BUNDLED, Project
from pipeline.state.fingerprints import digest
from pipeline.workers.dask import Cluster, open_cluster
from pipeline.workers.dask_connect import find_security, why_refused
from pipeline.workers.dask_worker import Wanting
from pipeline.workers.executor import Executor, InlineExecutor
from pipeline.workers.pool import Limits
from pipeline.workers.remote import tools_of
from tests.workers import jobs

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("openssl"), reason="as servers are"
)

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]
PYTHON = sys.executable
HOME = {**os.environ, "PYTHONPATH": str(BUNDLED)}
NUMBER = 6
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


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Follow the guide; give the environment that has Dask find what it made."""
    folder = tmp_path_factory.mktemp("authority")
    guide = (BUNDLED / "docs/scaling-up.md").read_text(encoding="utf-8")
    block = re.search(r"```sh certificates\n(.*?)```", guide, re.S)
    assert block
    subprocess.run(["sh", "-ec", block[1]], cwd=folder, check=True, capture_output=True)
    made = folder / "certificates"
    tls = {"CA_FILE": made / "authority.pem"}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        tls |= {f"{role}__CERT": made / "cluster.pem", f"{role}__KEY": made / "cluster.key"}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in tls.items()}


@dataclass
class Farm:
    """A scheduler, and workers that are started and killed."""

    address: str
    environment: Mapping[str, str]
    scheduler: subprocess.Popen[bytes]
    processes: list[subprocess.Popen[bytes]]

    def start(self, *command: str | Path, at: Path = BUNDLED) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [PYTHON, "-m", *map(str, command)],
            cwd=at,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.processes.append(process)
        return process

    def start_worker(self, *options: str | Path) -> subprocess.Popen[bytes]:
        process = self.start("pipeline", *options, "worker", self.address, "--jobs", "1")
        wait_for_line(process, b"paints for")
        return process


def wait_for_line(process: subprocess.Popen[bytes], words: bytes) -> list[bytes]:
    """Read what a process says until it says some words."""
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if words in line:
            return said
    raise AssertionError(b"".join(said).decode())


@contextmanager
def open_farm(certificates: Mapping[str, str], folder: Path) -> Iterator[Farm]:
    environment = {**HOME, **certificates}
    environment |= {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "4s"}
    file = folder / "scheduler.json"
    command = ["dask", "scheduler", "--protocol", "tls", "--host", "127.0.0.1"]
    command += ["--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    scheduler = subprocess.Popen(
        [PYTHON, "-m", *command],
        env=environment,
        stdout=subprocess.DEVNULL,
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
            process.wait()
            if process.stderr:
                process.stderr.close()


@pytest.fixture(scope="module")
def farm(
    certificates: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Farm]:
    with open_farm(certificates, tmp_path_factory.mktemp("farm")) as farm:
        yield farm


@pytest.fixture(scope="module")
def workers(farm: Farm) -> list[subprocess.Popen[bytes]]:
    return [farm.start_worker(), farm.start_worker()]


def briefs(
    environment: Mapping[str, str], root: Path, *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-m", "pipeline", *map(str, arguments)],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_every_byte_is_that_of_a_build_at_home(
    farm: Farm, workers: object, write_project: WriteProject
) -> None:
    files = project()
    # Problems too: an empty last page, a picture with a fault, a wide word.
    files["content/brief-1/2017/en.yaml"] = BRIEF.format(number=f"{'wide' * 60} word")
    root = write_project(files)
    there = briefs(farm.environment, root, "build", "--cluster", farm.address, "--json")
    records = ("manifest.json", "SHA256SUMS")
    first = {name: (root / "build" / name).read_bytes() for name in records}
    shutil.rmtree(root / "build")
    here = briefs(farm.environment, root, "build", "--json")
    assert {name: (root / "build" / name).read_bytes() for name in records} == first
    assert json.loads(there.stdout) == json.loads(here.stdout)
    states = [document["state"] for document in json.loads(here.stdout)["documents"]]
    assert sorted(states) == ["built"] * (NUMBER - 1) + ["rejected"]
    again = briefs(farm.environment, root, "build", "brief", "--cluster", "tls://x:1")
    assert again.returncode == 0, again.stderr  # nobody is asked when nothing is to do


@contextmanager
def configured(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have Dask in this process know the certificates."""
    import dask

    for name, value in farm.environment.items():
        monkeypatch.setenv(name, value)
    dask.config.refresh()
    yield
    monkeypatch.undo()
    dask.config.refresh()


@pytest.fixture
def cluster(
    farm: Farm, workers: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Executor]:
    tools = tools_of(Project(BUNDLED))
    with (
        configured(farm, monkeypatch),
        open_cluster(farm.address, tools, InlineExecutor()) as cluster,
    ):
        cluster.prepare(jobs.read, jobs.Source(), "shared")
        yield cluster


def test_files_come_to_workers_by_name_also_when_nobody_foresaw_them(
    cluster: Executor,
) -> None:
    text = "shared own-picture hidden nothing"
    expected = {name: jobs.Source().serve(name) for name in text.split()}
    given = [cluster.submit(jobs.read, jobs.Source(), text) for _ in range(8)]
    assert [cluster.result(one) for one in given] == [expected] * 8
    assert cluster.result(cluster.submit_near(len, "near")) == 4


def test_a_job_over_a_limit_costs_no_worker(cluster: Executor) -> None:
    waiting = [cluster.submit(jobs.nap, jobs.Source(), "0.1") for _ in range(4)]
    lost = cluster.submit(jobs.eat_memory, jobs.Source(), "")
    with pytest.raises(JobFailed, match="it needed more than 1,536 MiB of memory"):
        cluster.result(lost)
    assert [cluster.result(one) for one in waiting] == ["0.1"] * 4


def test_a_damaged_result_is_made_again(
    cluster: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = iter(["damaged"])
    monkeypatch.setattr(
        "pipeline.workers.dask.digest", lambda data: next(hashes, digest(data))
    )
    assert cluster.result(cluster.submit(jobs.nap, jobs.Source(), "0")) == "0"
    assert next(hashes, None) is None


def test_a_worker_that_is_lost_before_it_gets_its_files_costs_nothing(
    cluster: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(cluster, Cluster)
    supply, lost = cluster._supply, iter(["tls://127.0.0.1:1"])

    def supply_another(parcel: object, wanting: Wanting) -> None:
        worker = next(lost, wanting.worker)
        supply(parcel, replace(wanting, worker=worker))  # type: ignore[arg-type]

    monkeypatch.setattr(cluster, "_supply", supply_another)
    given = cluster.result(cluster.submit(jobs.read, jobs.Source(), "unforeseen"))
    assert given == {"unforeseen": b"the file unforeseen"}
    assert next(lost, None) is None


def start_build(farm: Farm, root: Path) -> subprocess.Popen[bytes]:
    """Begin a build; come back when it has made the first document."""
    build = farm.start("pipeline", "build", "--cluster", farm.address, at=root)
    wait_for_line(build, b"built")
    return build


def end_of(process: subprocess.Popen[bytes]) -> str:
    """Wait for the end of a process; give the rest of what it says."""
    return process.communicate(timeout=90)[1].decode()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_in_the_middle_costs_nothing(
    farm: Farm,
    workers: list[subprocess.Popen[bytes]],
    write_project: WriteProject,
    how: signal.Signals,
) -> None:
    root = write_project(project(16))
    build = start_build(farm, root)
    worker = workers.pop()
    worker.send_signal(how)
    said = end_of(build)
    assert worker.wait(20) == (0 if how == signal.SIGTERM else -how)
    workers.append(farm.start_worker())
    assert build.returncode == 0, said
    assert "16 documents: 16 made" in said


def test_ctrl_c_keeps_what_is_done_and_takes_back_the_rest(
    farm: Farm, workers: object, write_project: WriteProject
) -> None:
    root = write_project(project(40))
    build = start_build(farm, root)
    build.send_signal(signal.SIGINT)
    began = time.monotonic()
    said = end_of(build)
    assert time.monotonic() - began < 8
    assert (build.returncode, said.splitlines()[-1]) == (
        130,
        "stopped; what was finished stays",
    )
    made = len(list((root / "build").glob("*/*.pdf")))
    assert 0 < made < 40
    again = briefs(farm.environment, root, "build", "--cluster", farm.address, "--json")
    states = [document["state"] for document in json.loads(again.stdout)["documents"]]
    assert states.count("up-to-date") == made
    assert states.count("built") == 40 - made


@pytest.mark.parametrize("then", ["_send", "_answer"])
def test_jobs_of_workers_that_are_all_started_again_are_run_by_the_new_ones(
    certificates: Mapping[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    then: str,
) -> None:
    monkeypatch.setattr("pipeline.workers.dask._LOOK", 0.3)
    with open_farm(certificates, tmp_path) as farm, configured(farm, monkeypatch):
        first = farm.start_worker()
        with open_cluster(
            farm.address, tools_of(Project(BUNDLED)), InlineExecutor()
        ) as cluster:
            assert isinstance(cluster, Cluster)
            go_on, is_late = getattr(cluster, then), Event()

            def go_on_too_late(parcel: Any, *done: Any) -> None:
                if parcel.worker and first.poll() is None:
                    first.kill()
                    first.wait()
                    while cluster._client.nthreads():
                        time.sleep(0.05)
                    is_late.set()
                go_on(parcel, *done)

            monkeypatch.setattr(cluster, then, go_on_too_late)
            given = cluster.submit(jobs.read, jobs.Source(), "own-picture")
            assert is_late.wait(20)
            farm.start_worker()
            assert given.result(20) == {"own-picture": b"the file own-picture"}


@pytest.mark.parametrize("at_once", [True, False])
def test_a_frozen_worker_is_lost(
    certificates: Mapping[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at_once: bool,
) -> None:
    monkeypatch.setattr("pipeline.workers.dask_connect.SILENCE", 2)
    with open_farm(certificates, tmp_path) as farm, configured(farm, monkeypatch):
        frozen, _ = farm.start_worker(), farm.start_worker()
        if at_once:
            frozen.send_signal(signal.SIGSTOP)
        with open_cluster(
            farm.address, tools_of(Project(BUNDLED)), InlineExecutor()
        ) as cluster:
            given = [cluster.submit(jobs.nap, jobs.Source(), "0.2") for _ in range(6)]
            frozen.send_signal(signal.SIGSTOP)
            assert [one.result(20) for one in given] == ["0.2"] * 6
        frozen.send_signal(signal.SIGCONT)
        assert frozen.wait(20) == 0  # it was given up: the system starts another one


def test_a_frozen_scheduler_is_given_up(
    certificates: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.workers.dask.FROZEN", 2)
    monkeypatch.setattr("pipeline.workers.dask._LOOK", 0.5)
    with open_farm(certificates, tmp_path) as farm, configured(farm, monkeypatch):
        farm.start_worker()
        with open_cluster(
            farm.address, tools_of(Project(BUNDLED)), InlineExecutor()
        ) as cluster:
            one = cluster.submit(jobs.nap, jobs.Source(), "0")
            assert cluster.result(one) == "0"
            farm.scheduler.send_signal(signal.SIGSTOP)
            other = cluster.submit(jobs.nap, jobs.Source(), "0")
            with pytest.raises(WorkersUnavailable) as gone:
                other.result(20)
        farm.scheduler.send_signal(signal.SIGCONT)
    assert "has said nothing for" in gone.value.problems[0].message


def test_a_worker_whose_processes_do_not_start_is_lost(
    certificates: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.workers.dask._LOOK", 0.3)
    monkeypatch.setattr("pipeline.workers.dask.Limits", lambda: Limits(clock=2))
    monkeypatch.setattr("pipeline.workers.dask._SLACK", 0)
    with open_farm(certificates, tmp_path) as farm, configured(farm, monkeypatch):
        stuck, _ = farm.start_worker(), farm.start_worker()
        children = Path(f"/proc/{stuck.pid}/task/{stuck.pid}/children").read_text()
        for child in children.split():
            os.kill(int(child), signal.SIGSTOP)
        with open_cluster(
            farm.address, tools_of(Project(BUNDLED)), InlineExecutor()
        ) as cluster:
            given = [cluster.submit(jobs.nap, jobs.Source(), "0.2") for _ in range(6)]
            assert [one.result(20) for one in given] == ["0.2"] * 6
        for child in children.split():
            os.kill(int(child), signal.SIGKILL)


def test_a_document_that_ends_two_workers_is_given_up(
    certificates: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.workers.dask_losses._TOGETHER", 0.2)
    with open_farm(certificates, tmp_path) as farm, configured(farm, monkeypatch):
        workers = [farm.start_worker() for _ in range(4)]
        with open_cluster(
            farm.address, tools_of(Project(BUNDLED)), InlineExecutor()
        ) as cluster:
            cluster.prepare(jobs.read, jobs.Source(), "shared")
            lost = cluster.submit(jobs.end_worker, jobs.Source(), "own-picture")
            with pytest.raises(JobFailed, match=r"were lost, .*(tls://[\d.:]+(, )?){2}$"):
                cluster.result(lost)
            assert cluster.result(cluster.submit(jobs.nap, jobs.Source(), "0")) == "0"
        time.sleep(0.5)
        # The third may have begun before it was given up.
        assert [worker.poll() for worker in workers].count(None) in (1, 2)


def test_a_document_over_a_limit_is_a_problem_as_at_home(
    certificates: Mapping[str, str], tmp_path: Path, write_project: WriteProject
) -> None:
    files = project(3)
    endless = "<div style='display: flex'>" * 24 + "x" + "</div>" * 24
    masthead = BUNDLED / "templates/components/masthead.html"
    poison = "{% if '1' in brief.title|string %}" + endless + "{% endif %}"
    files["templates/components/masthead.html"] = masthead.read_text() + poison
    root = write_project(files)
    with open_farm(certificates, tmp_path) as farm:
        process = farm.start("tests.workers.jobs", farm.address, root)
        done = briefs(farm.environment, root, "build", "--cluster", farm.address, "--json")
        assert process.poll() is None
    assert done.returncode == 3, done.stderr
    report = json.loads(done.stdout)
    states = {d["file"]: d["state"] for d in report["documents"]}
    assert list(states.values()) == ["built", "blocked", "built"]
    assert (
        "it took more than 3 seconds of processor time" in report["problems"][0]["message"]
    )


def test_a_worker_with_another_font_is_refused_by_name(
    certificates: Mapping[str, str], tmp_path: Path, write_project: WriteProject
) -> None:
    root = write_project(project(2))
    other = tmp_path / "other" / "styles/fonts"
    other.mkdir(parents=True)
    font = next((BUNDLED / "styles/fonts").glob("*.ttf"))
    shutil.copy(font, other / "Another.ttf")
    with open_farm(certificates, tmp_path) as farm:
        farm.start_worker()
        farm.start_worker("--project", tmp_path / "other")
        done = briefs(farm.environment, root, "build", "--cluster", farm.address)
    assert done.returncode == 7, done.stderr
    assert re.search(
        r"tls://127\.0\.0\.1:\d+: the worker would give other bytes: "
        r"fonts \w{12} there, \w{12} here\n",
        done.stderr,
    )
    assert done.stderr.count("would give other bytes") == 1
    assert not list((root / "build").glob("*/*.pdf"))


def test_a_worker_that_comes_later_is_compared_too(
    certificates: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tools_of(Project(BUNDLED))
    with open_farm(certificates, tmp_path) as farm, configured(farm, monkeypatch):
        first = farm.start_worker()
        with open_cluster(farm.address, tools, InlineExecutor()) as cluster:
            other = tmp_path / "other" / "styles/fonts"
            other.mkdir(parents=True)
            shutil.copy(next((BUNDLED / "styles/fonts").glob("*.ttf")), other / "A.ttf")
            farm.start_worker("--project", tmp_path / "other")
            first.kill()
            with pytest.raises(WorkersUnavailable, match="would give other bytes: fonts"):
                cluster.result(cluster.submit(jobs.read, jobs.Source(), "shared"))


def test_when_the_scheduler_vanishes_what_is_finished_stays(
    certificates: Mapping[str, str], tmp_path: Path, write_project: WriteProject
) -> None:
    root = write_project(project(30))
    with open_farm(certificates, tmp_path) as farm:
        worker = farm.start_worker()
        build = start_build(farm, root)
        farm.scheduler.kill()
        said = end_of(build)
        assert worker.wait(15) == 0  # it does not wait for what it paints
    assert build.returncode == 7, said
    assert f"{farm.address}: the scheduler of the cluster is gone\n" in said
    assert "Traceback" not in said
    made = len(list((root / "build").glob("*/*.pdf")))
    assert 0 < made < 30
    listed = briefs(HOME, root, "build", "--dry-run", "--json")
    states = [document["state"] for document in json.loads(listed.stdout)["documents"]]
    assert (states.count("up-to-date"), states.count("stale")) == (made, 30 - made)


def test_a_worker_of_somebody_else_is_refused() -> None:
    from distributed import LocalCluster
    from distributed.security import Security

    with (
        LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=False,
            dashboard_address="127.0.0.1:0",
            protocol="tcp://",
            host="127.0.0.1",
        ) as foreign,
        pytest.raises(PipelineError, match="not started by `briefs worker`"),
        open_cluster(foreign.scheduler_address, {}, InlineExecutor(), Security()),
    ):
        pass


def test_nobody_at_an_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.workers.dask_connect._CONTACT", 1)
    with (
        pytest.raises(PipelineError, match="no scheduler answers at this address"),
        open_cluster("tcp://127.0.0.1:9", {}, InlineExecutor()),
    ):
        pass


def test_tls_without_certificates_is_said() -> None:
    with pytest.raises(PipelineError, match="there are no certificates for tls://"):
        find_security("tls://127.0.0.1:8786")


def test_certificates_that_cannot_be_read_are_named(
    certificates: Mapping[str, str], write_project: WriteProject, tmp_path: Path
) -> None:
    root, name = write_project(project(1)), "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT"
    for file, said in (
        (tmp_path / "gone.pem", f"{tmp_path}/gone.pem: no such file or directory"),
        (certificates["DASK_DISTRIBUTED__COMM__TLS__CA_FILE"], "a key is not the one of"),
        (5, "cert in Dask's configuration is no name of a file: 5"),
    ):
        environment = {**HOME, **certificates, name: str(file)}
        done = briefs(environment, root, "build", "--cluster", "tls://127.0.0.1:9")
        assert done.returncode == 7, done.stderr
        assert said in done.stderr


def test_somebody_with_another_certificate_is_turned_away(
    farm: Farm, workers: object, write_project: WriteProject, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    guide = (BUNDLED / "docs/scaling-up.md").read_text(encoding="utf-8")
    block = re.search(r"```sh certificates\n(.*?)```", guide, re.S)
    assert block
    subprocess.run(["sh", "-ec", block[1]], cwd=stranger, check=True, capture_output=True)
    environment = {
        name: str(stranger / "certificates" / Path(value).name) if "TLS" in name else value
        for name, value in farm.environment.items()
    }
    root = write_project(project(1))
    done = briefs(environment, root, "build", "--cluster", farm.address)
    assert done.returncode == 7
    said = f"{farm.address}: the certificate of the scheduler is not one of your authority"
    assert said in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("distributed: [", "while parsing a flow node expected the node content"),
        ("- tls", "config files must have a dict as the top level object"),
    ],
)
@pytest.mark.parametrize("command", [("build", "--cluster"), ("worker",)])
def test_a_configuration_that_dask_cannot_read_is_named(
    command: tuple[str, ...], text: str, said: str, write_project: WriteProject
) -> None:
    root = write_project(project(1))
    file = root / "dask.yaml"
    file.write_text(text)
    environment = {**HOME, "DASK_CONFIG": str(file)}
    done = briefs(environment, root, *command, "tls://127.0.0.1:9")
    assert done.returncode == 7, done.stderr
    assert f"{file}: Dask cannot read its configuration: {said}" in done.stderr


@pytest.mark.parametrize("command", [("build", "--cluster"), ("worker",)])
def test_where_dask_is_to_encrypt_an_open_address_is_refused(
    command: tuple[str, ...], write_project: WriteProject
) -> None:
    environment = {**HOME, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}
    root = write_project(project(1))
    done = briefs(environment, root, *command, "tcp://127.0.0.1:9")
    assert done.returncode == 7, done.stderr
    assert "Dask is configured to encrypt (require-encryption)" in done.stderr


def test_a_worker_has_the_address_of_a_scheduler() -> None:
    done = briefs(HOME, BUNDLED, "worker", "local:2")
    assert done.returncode == 2
    assert "local:N is for `briefs build` alone" in done.stderr


def test_a_worker_that_waits_for_its_scheduler_says_so_once_and_can_be_stopped() -> None:
    worker = subprocess.Popen(
        [PYTHON, "-m", "pipeline", "worker", "tcp://127.0.0.1:9"],
        cwd=BUNDLED,
        env=HOME,
        stderr=subprocess.PIPE,
    )
    wait_for_line(worker, b"waiting for a scheduler at tcp://127.0.0.1:9")
    time.sleep(1)
    worker.send_signal(signal.SIGINT)
    assert worker.communicate(timeout=5)[1] == b"stopped; what was finished stays\n"
    assert worker.returncode == 130


@pytest.mark.parametrize(
    ("address", "insecure", "refused"),
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
def test_the_way_to_a_scheduler_is_tls_or_stays_here(
    address: str, insecure: bool, refused: bool
) -> None:
    assert bool(why_refused(address, insecure=insecure)) is refused


def test_a_worker_on_this_machine_listens_to_nobody_else(
    farm: Farm, workers: list[subprocess.Popen[bytes]]
) -> None:
    inodes = set()
    for process in workers:
        for link in Path(f"/proc/{process.pid}/fd").iterdir():
            if match := re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink())):
                inodes.add(match[1])
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    listening = "0A"
    hosts = {p[1].split(":")[0] for p in lines if p[3] == listening and p[9] in inodes}
    assert hosts == {"0100007F"}


@pytest.mark.parametrize("command", [("build", "--cluster"), ("worker",)])
def test_an_open_address_is_a_usage_error(
    command: tuple[str, ...], write_project: WriteProject
) -> None:
    root = write_project(project(1))
    done = briefs(HOME, root, *command, "tcp://10.0.0.1:8786")
    assert done.returncode == 2
    assert "use tls://, or --insecure-cluster" in " ".join(done.stderr.split())


@pytest.mark.parametrize("command", [("build", "--cluster"), ("worker",)])
def test_an_install_without_dask_says_what_to_install(
    command: tuple[str, ...], write_project: WriteProject, tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "distributed.py").write_text("raise ModuleNotFoundError(name='distributed')")
    environment = {**os.environ, "PYTHONPATH": f"{hidden}{os.pathsep}{BUNDLED}"}
    root = write_project(project(1))
    done = briefs(environment, root, *command, "tls://127.0.0.1:9")
    assert done.returncode == 7, done.stderr
    assert 'in your clone: pip install ".[cluster]"' in done.stderr


def test_ctrl_c_on_a_terminal_leaves_no_folders_behind(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root, temporary = write_project(project(30)), tmp_path / "temporary"
    temporary.mkdir()
    build = subprocess.Popen(
        [PYTHON, "-m", "pipeline", "build", "--cluster", "local:2"],
        cwd=root,
        env={**HOME, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for_line(build, b"built")
    os.killpg(build.pid, signal.SIGINT)  # as a terminal does
    end_of(build)
    assert build.returncode == 130
    assert list(temporary.iterdir()) == []


def test_a_cluster_on_this_machine_needs_no_certificates(
    write_project: WriteProject,
) -> None:
    root = write_project(project(3))
    done = briefs(HOME, root, "build", "--cluster", "local:2")
    assert done.returncode == 0, done.stderr
    assert "3 documents: 3 made" in done.stderr
