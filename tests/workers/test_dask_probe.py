"""Who answers at the address of a scheduler, and who does not, each has its sentence."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from pipeline.problems import PipelineError
from pipeline.workers.dask_probe import knock

security = pytest.importorskip("distributed.security")
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="makes certificates")

AUTHORITY = """
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority \
    -keyout authority.key -out authority.pem
openssl req -newkey rsa:2048 -nodes -subj /CN=cluster -keyout key.pem -out cluster.csr
openssl x509 -req -days 2 -in cluster.csr -CA authority.pem -CAkey authority.key \
    -CAcreateserial -out good.pem
openssl x509 -req -days 0 -in cluster.csr -CA authority.pem -CAkey authority.key \
    -CAcreateserial -out old.pem
"""
# How a scheduler begins, and how others do.
LENGTH = (24).to_bytes(8, "little")
GREETING = b"220 mail.example ready\r\n"


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Ours and a stranger's, each with a certificate that is good and one that is old."""
    folders = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("theirs")
    for folder in folders:
        command = ["sh", "-ec", AUTHORITY]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folders


@contextmanager
def answer(begin: bytes, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Say something to whoever calls, until the end; give the address."""

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError):
                way = context.wrap_socket(caller, True) if context else caller
                way.sendall(begin)
                callers.append(way)

    callers: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"{'tls' if context else 'tcp'}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for way in callers:
                way.close()


def certified(folder: Path, name: str = "good") -> "security.Security":
    """Have a certificate, as Dask's configuration says."""
    return security.Security(
        tls_ca_file=str(folder / "authority.pem"),
        tls_client_cert=str(folder / f"{name}.pem"),
        tls_client_key=str(folder / "key.pem"),
        tls_scheduler_cert=str(folder / f"{name}.pem"),
        tls_scheduler_key=str(folder / "key.pem"),
        require_encryption=True,
    )


def scheduler(folder: Path, name: str = "good") -> ssl.SSLContext:
    """Be a scheduler for whoever has a certificate of the same authority."""
    found = certified(folder, name).get_listen_args("scheduler")["ssl_context"]
    assert isinstance(found, ssl.SSLContext)
    return found


def test_a_scheduler_is_there(authorities: tuple[Path, Path]) -> None:
    ours, _ = authorities
    with answer(LENGTH, scheduler(ours)) as address:
        knock(address, certified(ours), 0)
    with answer(LENGTH) as address:
        knock(address, security.Security(), 0)


@pytest.mark.parametrize(
    ("there", "name", "mine", "said"),
    [
        (
            1,
            "good",
            "good",
            "the certificate of the scheduler is not one of your authority",
        ),
        (0, "old", "good", "the certificate of the scheduler has expired"),
        (0, "good", "old", "says that the certificate of this machine has expired"),
    ],
)
def test_certificates_that_do_not_fit(
    authorities: tuple[Path, Path], there: int, name: str, mine: str, said: str
) -> None:
    with (
        answer(LENGTH, scheduler(authorities[there], name)) as address,
        pytest.raises(PipelineError, match=said),
    ):
        knock(address, certified(authorities[0], mine), 0)


def test_a_scheduler_that_does_not_know_our_authority(
    authorities: tuple[Path, Path],
) -> None:
    ours, theirs = authorities
    mine = certified(theirs)
    mine.tls_ca_file = str(ours / "authority.pem")
    with (
        answer(LENGTH, scheduler(ours)) as address,
        pytest.raises(PipelineError, match="refuses the certificate of this machine"),
    ):
        knock(address, mine, 0)


@pytest.mark.parametrize(
    ("begin", "said"),
    [
        (GREETING, "what answers at this address is no scheduler"),
        (b"", "what answers at this address says nothing, as a scheduler would"),
    ],
)
def test_another_program(
    begin: bytes, said: str, authorities: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.workers.dask_probe._ANSWER", 0.3)
    with answer(begin) as address:
        with pytest.raises(PipelineError, match=said):
            knock(address, security.Security(), 0)
        encrypted = address.replace("tcp", "tls")
        said = "does not speak TLS" if begin else said
        with pytest.raises(PipelineError, match=said):
            knock(encrypted, certified(authorities[0]), 0)


@pytest.mark.parametrize("name", ["nobody.invalid", "no..body", "n" * 70])
def test_a_machine_that_nobody_knows_is_not_waited_for(name: str) -> None:
    with pytest.raises(PipelineError, match=f'no machine of the name "{re.escape(name)}"'):
        knock(f"tcp://{name}:8786", security.Security(), 60)


def test_a_scheduler_that_comes_later_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    waited: list[socket.socket] = []

    def come() -> None:
        waited.append(socket.create_server(("127.0.0.1", port)))

        def greet() -> None:
            with waited[0].accept()[0] as caller:
                caller.sendall(LENGTH)

        Thread(target=greet, daemon=True).start()

    knock(f"tcp://127.0.0.1:{port}", security.Security(), 20, come)
    assert len(waited) == 1
    waited[0].close()
