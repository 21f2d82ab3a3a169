"""Stop a pool of Pebble when the system kills one of its processes.

The process may leave an incomplete message in the shared pipe, or a lock that is never
released. Pebble would wait for ever.
"""

from concurrent.futures.process import BrokenProcessPool
from typing import Any

from pipeline.lazy_import import lazy_import
from pipeline.workers.forking import KILLED_EXIT_CODES

with lazy_import("asyncio", "pebble.asynchronous"):
    from pebble import ProcessPool
    from pebble.pool.base_pool import PoolStatus
    from pebble.pool.process import PoolManager


class _StrictPoolManager(PoolManager):
    def update_workers(self) -> None:
        """Handle the processes that have ended."""
        expired = self.worker_manager.inspect_workers()
        is_broken = any(code in KILLED_EXIT_CODES for _, code in expired)
        if is_broken:  # before a job of such a process fails, and is submitted again
            self.context.status = PoolStatus.ERROR
        for worker in expired:
            self.handle_worker_expiration(worker)
        if is_broken:
            raise BrokenProcessPool("the system ended a process")
        self.worker_manager.create_workers()  # type: ignore[no-untyped-call]


def make_pool(context: Any, **settings: Any) -> ProcessPool:
    """Make a pool of processes of a context of `multiprocessing`; it has not started."""
    pool = ProcessPool(context=context, **settings)
    pool._pool_manager = _StrictPoolManager(pool._context, context)
    return pool
