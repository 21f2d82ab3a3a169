"""Run jobs on other machines, by Dask, as `Executor` run them here.

Files go to each worker once, by their hash. Every worker has the same tools as this
machine, or the build ends and says which differ. A lost worker's jobs are run again by the
others; one that loses two is given up. Results are checked by their hash
(docs/decisions/0022-a-cluster-by-dask.md).
"""

import pickle
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import (
    CancelledError,
    Future,
    InvalidStateError,
    ThreadPoolExecutor,
)
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.problems import JobFailed, WorkersUnavailable
from pipeline.state.fingerprints import digest
from pipeline.workers.dask_connect import (
    FROZEN,
    NOBODY,
    compare,
    connect,
    find_security,
    lose,
    quiet,
    require_dask,
    say_cluster,
    say_frozen,
    say_nobody,
    say_unlike,
)
from pipeline.workers.dask_hang import Standstill
from pipeline.workers.dask_losses import is_given_up
from pipeline.workers.executor import Executor
from pipeline.workers.pool import Limits

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

    from pipeline.workers.dask_worker import Job, Reply, Tools, Wanting

# Jobs that each process of a worker has before it, so that it never waits for this machine.
_AHEAD = 2
# Of a job: how often a worker may ask for files, leave, or send a damaged result.
_ROUNDS = 6
# Seconds between two looks at who is there.
_LOOK = 5
# Seconds that a job may be on its way, beyond the limit that its worker keeps.
_SLACK = 30


class Source(Protocol):
    """Where jobs get files by name: the first argument of each job."""

    def names(self) -> Iterable[str]:
        """Name what every job may ask for."""
        ...

    def names_in(self, text: str) -> Iterable[str]:
        """Name what a job with this text, its second argument, asks for besides."""
        ...

    def serve(self, name: str) -> bytes | None:
        """Give a file, None when it is not there."""
        ...


@dataclass(frozen=True)
class _Parcel:
    """A job on its way: its future here, where its files are, how often it was sent.

    `worker` is the one that was sent its files, and is to run it if it is still there.
    """

    future: "Future[Any]"
    source: Source
    job: "Job"
    sent: int = 0
    worker: str = ""


class Cluster:
    """Sends jobs to the workers of a cluster; what is near is done by those at `home`."""

    def __init__(
        self, client: "Client", address: str, tools: "Tools", home: Executor, slots: int
    ) -> None:
        self.ahead = max(home.ahead, _AHEAD * slots)
        self._client = client
        self._address = address
        self._tools = tools
        self._home = home
        self._shared: dict[str, str] = {}
        self._files: dict[str, bytes] = {}
        self._supplied: set[str] = set()
        self._is_prepared = False
        self._lock = Lock()
        # Dask's future for each of ours: without it Dask would forget the job.
        self._sent: dict[Future[Any], Any] = {}
        # What is on its way, by Dask's name for it, and which workers each job lost, when.
        self._parcels: dict[str, _Parcel] = {}
        self._losses: defaultdict[Future[Any], dict[str, float]] = defaultdict(dict)
        client.subscribe_topic("all", self._note_loss)
        self._end = Event()
        self._post = ThreadPoolExecutor(4, "briefs-post")
        Thread(target=self._look, daemon=True).start()
        Thread(target=self._listen, daemon=True).start()

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Send the files that all jobs share, and let all processes run a function."""
        if self._is_prepared:
            return
        self._is_prepared = True
        from pipeline.workers.dask_worker import prepare_processes

        source, *rest = arguments
        files = {name: source.serve(name) for name in source.names()}
        self._shared, self._files = _hashes(files), _by_hash(files)
        with self._contact():
            self._share(self._client.nthreads())
            job = self._job(function, rest, {})
            self._client.run(prepare_processes, job, on_error="ignore")

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function of a module on some worker; a `Source` is its first argument."""
        source, *rest = arguments
        names = (n for n in source.names_in(rest[0]) if n not in self._shared)
        own = {name: source.serve(name) for name in names}
        job = self._job(function, rest, _hashes(own))
        parcel = _Parcel(Future(), source, job)
        self._sent[parcel.future] = None
        self._send(parcel)
        return parcel.future

    def submit_near(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run a function on this machine."""
        return self._home.submit_near(function, *arguments)

    def result(self, future: "Future[Any]") -> Any:
        """Wait for a job. Raises Gone when the scheduler or all workers are."""
        if future not in self._sent:
            return self._home.result(future)
        try:
            return future.result()
        finally:
            with self._lock:
                del self._sent[future]

    def stop(self) -> None:
        """Take back what is not done."""
        self._end.set()
        with self._lock:
            waiting = [sent for sent in self._sent.values() if sent is not None]
        with suppress(Exception):  # also when there is nobody any more
            self._client.cancel(waiting, force=True)
        self._post.shutdown(wait=False, cancel_futures=True)

    def _job(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        own: Mapping[str, str],
    ) -> "Job":
        from pipeline.workers.dask_worker import Job

        return Job(function, tuple(arguments), {**own, **self._shared}, self._tools)

    def _send(self, parcel: _Parcel) -> None:
        from pipeline.workers.dask_worker import run_job

        if parcel.future.done():
            return  # it was given up
        if parcel.sent >= _ROUNDS:
            self._end_of(
                parcel.future, error=JobFailed("no worker of the cluster could finish it")
            )
            return
        parcel = replace(parcel, sent=parcel.sent + 1)
        key = f"briefs-{uuid.uuid4().hex}"
        self._parcels[key] = parcel
        first = parcel.worker
        where = {"workers": [first], "allow_other_workers": True} if first else {}
        try:
            sent = self._client.submit(run_job, parcel.job, key=key, pure=False, **where)
            with self._lock:
                if key in self._parcels and parcel.future in self._sent:
                    self._sent[parcel.future] = sent
            sent.add_done_callback(lambda done: self._hand_over(parcel, done))
        except Exception:  # the client is closed, in one of many ways
            self._end_of(parcel.future, error=self._gone())

    def _hand_over(self, parcel: _Parcel, done: Any) -> None:
        """Have an answer read by a thread of ours: Dask has only one for all."""
        with suppress(RuntimeError):  # stopped meanwhile
            self._post.submit(self._answer, parcel, done)

    def _answer(self, parcel: _Parcel, done: Any) -> None:
        """Take an answer. When its worker went with it Dask has it made again: wait."""
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        try:
            reply = done.result()
            if self._parcels.pop(done.key, None) is not None:
                self._take(parcel, reply)
        except KilledWorker as killed:
            lost = list(self._losses[parcel.future]) or [killed.last_worker.address]
            self._end_of(parcel.future, error=_lost(lost))
        except (CancelledError, CommClosedError, TimeoutError):
            if self._sent.get(parcel.future) is done:  # else it was sent again
                self._end_of(parcel.future, error=self._gone())
        except Exception as error:  # a bug, there or here: it keeps its traceback
            self._end_of(parcel.future, error=error)

    def _take(self, parcel: _Parcel, reply: "Reply") -> None:
        from pipeline.workers.dask_worker import Done, Failed, Unlike, Wanting

        if isinstance(reply, Done) and digest(reply.pickled) == reply.hashed:
            self._end_of(parcel.future, pickle.loads(reply.pickled))  # noqa: S301 – from our workers
        elif isinstance(reply, Failed):
            self._end_of(parcel.future, error=reply.error)
        elif isinstance(reply, Unlike):
            unlike = say_unlike(self._tools, reply.worker, reply.tools)
            self._end_of(parcel.future, error=WorkersUnavailable(unlike))
        elif isinstance(reply, Wanting):
            self._supply(parcel, reply)
        else:
            self._send(parcel)

    def _supply(self, parcel: _Parcel, wanting: "Wanting") -> None:
        """Send a worker the files that it lacks, and the job once more."""
        from pipeline.workers.dask_worker import receive_files

        files = {name: parcel.source.serve(name) for name in wanting.names}
        known = {**parcel.job.files, **_hashes(files)}
        parcel = replace(parcel, job=replace(parcel.job, files=known))
        where, found = [wanting.worker], _by_hash(files)
        with suppress(OSError, ValueError, KeyError):  # it was lost meanwhile
            self._client.run(receive_files, found, workers=where, on_error="ignore")
        self._send(replace(parcel, worker=wanting.worker))

    def _free(self, workers: Iterable[str]) -> None:
        """Send jobs again that are meant for a worker which is not there any more.

        Dask gives them to another one when there is another one. When there was none, they
        would wait for theirs for ever, whoever comes.
        """
        there = set(workers)
        for key, parcel in list(self._parcels.items()):
            is_lost = bool(parcel.worker) and parcel.worker not in there
            if is_lost and self._parcels.pop(key, None) is not None:
                before = self._sent.get(parcel.future)
                self._send(replace(parcel, sent=parcel.sent - 1, worker=""))
                if before is not None:
                    self._client.cancel([before], force=True)

    def _note_loss(self, event: tuple[float, Mapping[str, Any]]) -> None:
        """Note for each job the workers that it lost.

        Dask forgets them when a job is sent anew. This is told of everything that happens
        to workers, by Dask's own thread.
        """
        said = event[1]
        if said.get("action") != "remove-worker" or said.get("expected"):
            return
        for name in said["processing-tasks"]:
            if parcel := self._parcels.get(name):
                lost = self._losses[parcel.future]
                lost[said["worker"]] = event[0]
                if is_given_up(lost.values()):
                    with suppress(RuntimeError):  # stopped meanwhile
                        self._post.submit(self._take_back, parcel.future, list(lost))

    def _take_back(self, future: "Future[Any]", lost: Sequence[str]) -> None:
        """Give a job up, wherever it is."""
        sent = self._sent.get(future)
        self._end_of(future, error=_lost(lost))
        if sent is not None:
            with suppress(Exception):  # it has ended by itself
                self._client.cancel([sent], force=True)

    def _end_of(
        self,
        future: "Future[Any]",
        result: Any = None,
        error: BaseException | None = None,
    ) -> None:
        """Give a job its result; what Dask still has of it can go."""
        _settle(future, result, error)
        with self._lock:
            if (sent := self._sent.get(future)) is not None:
                self._parcels.pop(sent.key, None)
                self._sent[future] = None
            self._losses.pop(future, None)

    def _share(self, workers: Iterable[str]) -> None:
        """Send the files that all jobs share to workers that came since the last time."""
        from pipeline.workers.dask_worker import receive_files

        if self._files and (new := sorted(set(workers) - self._supplied)):
            self._client.run(receive_files, self._files, workers=new, on_error="ignore")
            self._supplied.update(new)

    def _look(self) -> None:
        """Keep step with the workers; end all jobs when there has been none for a while."""
        alone = 0
        standstill = Standstill(Limits().clock + _SLACK)
        while not self._end.wait(_LOOK):
            with suppress(Exception):  # a scheduler that is gone is noticed by the jobs
                workers = self._client.nthreads()
                self._free(workers)
                self._share(workers)
                slots = sum(workers.values())
                alone = 0 if slots else alone + _LOOK
                self.ahead = max(self._home.ahead, _AHEAD * slots)
                jobs = self._client.processing()
                for worker in standstill.look(jobs, time.monotonic()):
                    self._client.run_on_scheduler(lose(worker))
            if alone > NOBODY:
                self._give_up(WorkersUnavailable(say_nobody(self._address)))

    def _listen(self) -> None:
        """End all jobs when the scheduler says nothing: its process or machine is frozen.

        What else asks it waits without a limit.
        """
        client, heard = self._client, time.monotonic()
        while not self._end.wait(_LOOK):
            with suppress(Exception):  # one that is gone is noticed by the jobs
                client.sync(client.scheduler.ncores, callback_timeout=_LOOK)
                heard = time.monotonic()
            if time.monotonic() - heard > FROZEN:
                self._give_up(WorkersUnavailable(say_frozen(self._address)))
                return

    def _give_up(self, error: WorkersUnavailable) -> None:
        with self._lock:
            waiting = list(self._sent)
        for future in waiting:
            _settle(future, error=error)

    def _gone(self) -> WorkersUnavailable:
        said = "the scheduler of the cluster is gone"
        hint = "start it again, and build again: what is finished stays"
        return WorkersUnavailable(say_cluster(self._address, said, hint))

    @contextmanager
    def _contact(self) -> Iterator[None]:
        try:
            yield
        except (OSError, TimeoutError, CancelledError) as error:
            raise self._gone() from error


@contextmanager
def open_cluster(
    address: str, tools: "Tools", home: Executor, security: "Security | None" = None
) -> Iterator[Executor]:
    """Open the cluster whose scheduler is at `address`.

    `tools` are those of this machine: name -> version. Raises PipelineError when nobody
    answers, there is no worker, or one has other tools.
    """
    require_dask()
    with quiet(), connect(address, security or find_security(address)) as client:
        slots = compare(client, address, tools)
        cluster = Cluster(client, address, tools, home, slots)
        try:
            yield cluster
        finally:
            cluster.stop()


def _lost(workers: Sequence[str]) -> JobFailed:
    named = ", ".join(workers)
    return JobFailed(f"the workers that had it were lost, one after the other: {named}")


def _by_hash(files: Mapping[str, bytes | None]) -> dict[str, bytes]:
    return {digest(data): data for data in files.values() if data is not None}


def _hashes(files: Mapping[str, bytes | None]) -> dict[str, str]:
    return {n: digest(d) if d is not None else "" for n, d in files.items()}


def _settle(
    future: "Future[Any]", result: Any = None, error: BaseException | None = None
) -> None:
    with suppress(InvalidStateError):  # it was given up already
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
