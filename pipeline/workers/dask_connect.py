"""Make contact with a cluster: its address, its certificates, its workers and their tools.

A scheduler's port runs whatever code it is sent, so the way to it is TLS, or stays on
this machine. A worker that would give other bytes than this machine is refused.
"""

import ipaddress
import logging
import multiprocessing
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.workers.dask_losses import MOST_LOSSES
from pipeline.workers.dask_probe import CERTIFICATES, knock
from pipeline.workers.pool import isolated_child_env

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

    from pipeline.workers.dask_worker import Station, Tools

_INSTALL = 'install what a cluster needs, in your clone: pip install ".[cluster]"'
# Seconds: to make contact, and without one worker. A new machine takes a minute to start.
_CONTACT = 20
NOBODY = 60
# After how many a scheduler that says nothing is given up, though the way to it is open.
FROZEN = 60
# After how many a worker that says nothing is lost: it is frozen, or cut off.
SILENCE = 30
# Where Dask puts pages about itself, which ask nobody who they are.
NO_PAGES = "127.0.0.1:0"
# A whole address and nothing behind it, for Dask reads it in its own way.
_ADDRESS = re.compile(
    r"(?P<way>tls|tcp)://(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+):(?P<port>[0-9]{1,5})"
)
# What this machine is to a scheduler; each has its certificate.
_ROLES = ("client", "worker")
# What Dask would say on its own; what matters of it becomes a problem.
_LOGS = ("distributed", "tornado", "asyncio")


def why_refused(address: str, *, insecure: bool) -> str:
    """Say why a scheduler must not be at an address; "" when it may."""
    match = _ADDRESS.fullmatch(address)
    if not match or not 0 < int(match["port"]) < 1 << 16:
        return "an address is tls://HOST:PORT"
    if match["way"] == "tls" or insecure or loopback_of(address):
        return ""
    return (
        "without TLS whoever reaches the port can run any program there and here; "
        "use tls://, or --insecure-cluster in a network that is yours alone"
    )


def loopback_of(address: str) -> str | None:
    """Give the host of an address if it is this machine, reached by nobody else."""
    host = urlsplit(address).hostname or ""
    try:
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return None
    return host if is_here else None


def require_dask() -> None:
    """Import Dask, or say how to install it; it reads its configuration first."""
    try:
        import distributed  # noqa: F401 – only whether it is there
    except ImportError as error:
        said = f"a cluster needs packages that are not installed: {error.name}"
        raise PipelineError(say_cluster("distributed", said, _INSTALL)) from error
    except ValueError as error:
        file, why = _configuration(str(error))
        said = f"Dask cannot read its configuration: {why}"
        raise PipelineError(say_cluster(file, said, "correct the file")) from error


def _configuration(said: str) -> tuple[str, str]:
    """Take apart what Dask says of a file that it cannot read: its name, and why."""
    said = " ".join(said.split())
    pattern = r".*file at '(.+?)' is malformed(?:, original error message:| -) (.*)"
    named = re.fullmatch(pattern, said)
    return (named[1], named[2]) if named else ("distributed", said)


def find_security(address: str) -> "Security":
    """Give the certificates that Dask is configured with; `tls://` must have some.

    Where Dask is told to encrypt, `tcp://` is refused, for so does Dask.
    """
    from distributed.security import Security

    security = Security()
    try:
        found = [security.get_connection_args(role) for role in _ROLES]
    except (OSError, ValueError, TypeError) as error:
        said = f"the certificates cannot be read: {_say_unreadable(security)}"
        raise PipelineError(say_cluster(address, said, CERTIFICATES)) from error
    if address.startswith("tcp:") and security.require_encryption:
        said = "Dask is configured to encrypt (require-encryption), and tcp:// does not"
        hint = "use tls://, or set distributed.comm.require-encryption to false"
        raise PipelineError(say_cluster(address, said, hint))
    if address.startswith("tls:") and not all(f.get("ssl_context") for f in found):
        said = "there are no certificates for tls://"
        raise PipelineError(say_cluster(address, said, CERTIFICATES))
    return security


def _say_unreadable(security: "Security") -> str:
    """Say which file cannot be read, for OpenSSL says of none that it cannot."""
    for role in _ROLES:
        for key, file in security.get_tls_config_for_role(role).items():
            if key == "ciphers" or not file:
                continue
            if not isinstance(file, str):
                name = key.replace("_", "-")
                return f"{name} in Dask's configuration is no name of a file: {file!r}"
            if "\n" in file:  # it can stand there itself
                continue
            try:
                Path(file).read_bytes()
            except OSError as error:
                return f"{file}: {(error.strerror or str(error)).lower()}"
    return "a file is damaged, or a key is not the one of its certificate"


@contextmanager
def quiet() -> Iterator[None]:
    """Have Dask say nothing on its own."""
    names = [n for n in logging.root.manager.loggerDict if n.split(".")[0] in _LOGS]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def connect(address: str, security: "Security") -> Iterator["Client"]:
    """Be a client of the scheduler at an address, until the end."""
    from distributed import Client

    knock(address, security, _CONTACT)
    try:
        client = Client(address, security=security, timeout=_CONTACT, set_as_default=False)
    except (OSError, TimeoutError) as error:
        said = "the scheduler answered, and does not any more"
        raise PipelineError(say_cluster(address, said, "build again")) from error
    try:
        yield client
    finally:
        with suppress(Exception):  # it is gone, or will be told by the system
            client.close(timeout=2)


def compare(client: "Client", address: str, tools: "Tools") -> int:
    """Wait for a worker, compare the tools of all; give the number of their processes."""
    from pipeline.workers.dask_worker import names_of_tools, tell_tools

    try:
        client.wait_for_workers(1, timeout=NOBODY)
        with suppress(ValueError):  # it takes no code: then its own number holds
            client.run_on_scheduler(_lose_as_we_do(MOST_LOSSES - 1, SILENCE))
        told = client.run(tell_tools, on_error="return")
        # One that does not answer is lost, and its jobs are run by others.
        found = {w: has for w, has in told.items() if not isinstance(has, OSError)}
        problems = [
            say_unlike(tools, worker, has)
            for worker, has in sorted(found.items())
            if isinstance(has, Exception) or not has or any(names_of_tools(tools, has))
        ]
        slots = sum(client.nthreads().values())
    except (OSError, TimeoutError) as error:
        raise PipelineError(say_nobody(address)) from error
    if problems or not found:
        raise PipelineError(*problems or [say_nobody(address)])
    return int(slots)


def _lose_as_we_do(failures: int, silence: float) -> Callable[..., None]:
    """Give a function that has jobs given up later than Dask would, silent workers sooner.

    Dask gives a job up with its fourth worker, and looks every five minutes who has said
    nothing for five. It is sent as code, for a scheduler need not have this program.
    """

    def lose_as_we_do(dask_scheduler: Any) -> None:
        dask_scheduler.allowed_failures = failures
        if dask_scheduler.worker_ttl and dask_scheduler.worker_ttl > silence:
            dask_scheduler.worker_ttl = silence
            look = dask_scheduler.periodic_callbacks["worker-ttl"]
            look.stop()
            look.callback_time = silence * 100  # in milliseconds: a tenth
            look.start()

    return lose_as_we_do


def lose(worker: str) -> Callable[..., Any]:
    """Give a function that has a scheduler part with a worker, as one that is lost."""

    async def lose(dask_scheduler: Any) -> None:
        await dask_scheduler.remove_worker(worker, stimulus_id="briefs-lose")

    return lose


def say_unlike(tools: "Tools", worker: str, has: "Tools | Exception") -> Problem:
    """Say how a worker differs from this machine."""
    from pipeline.workers.dask_worker import names_of_tools

    hint = "start it with `briefs worker`, in an environment like this one"
    if isinstance(has, Exception):
        said = f"the worker cannot run this program: {has}"
    elif not has:
        said = "the worker was not started by `briefs worker`"
    else:
        named = "; ".join(names_of_tools(tools, has))
        said = f"the worker would give other bytes: {named}"
        hint = "install the same versions and fonts there, and start it again"
    return say_cluster(worker, said, hint)


def say_nobody(address: str) -> Problem:
    """Say that a cluster has no worker."""
    said = f"the cluster has had no worker for {NOBODY} seconds"
    return say_cluster(address, said, f"start some: briefs worker {address}")


def say_frozen(address: str) -> Problem:
    """Say that a scheduler is there and does nothing."""
    said = f"the scheduler of the cluster has said nothing for {FROZEN} seconds"
    hint = "look at its machine, start it and its workers again, and build again"
    return say_cluster(address, said, hint)


def say_cluster(address: str, said: str, hint: str) -> Problem:
    """Say what is wrong with a scheduler or a worker, by its address."""
    return Problem(Rule.CLUSTER, Place(address), said, hint)


@contextmanager
def open_here(
    number: int, make_station: Callable[[], "Station"]
) -> Iterator[tuple[str, "Security"]]:
    """Start a cluster on this machine: a scheduler, and `number` workers as processes.

    Gives its address and its certificates, which are made for it and exist in memory only.
    """
    require_dask()
    from distributed import LocalCluster
    from distributed.security import Security

    security = Security.temporary()
    with (
        quiet(),
        TemporaryDirectory(prefix="briefs-") as work,
        LocalCluster(
            n_workers=0,
            security=security,
            protocol="tls://",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": NO_PAGES, "local_directory": work},
        ) as scheduler,
    ):
        address = str(scheduler.scheduler_address)
        begin = multiprocessing.get_context("spawn").Process
        of = (address, make_station, security)
        workers = [begin(target=_work_here, args=of) for _ in range(number)]
        try:
            with isolated_child_env():
                for worker in workers:
                    worker.start()
            yield address, security
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.join(_CONTACT)


def _work_here(
    address: str, make_station: Callable[[], "Station"], security: "Security"
) -> None:
    """Be a worker of this machine's own cluster: a process of its own.

    Ctrl-C is for who started it, who tells it to end: told twice it would not clean up.
    """
    from pipeline.workers.dask_worker import run_station

    os.setsid()
    # Told before it has begun it cleans up too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with quiet():
        run_station(address, make_station(), security)
