"""Which lane is drained next, and by which machine? The TurnQueue on Postgres, through Procrastinate.

One job a lane: its `lock` keeps two machines from draining one lane, its `queueing_lock` one wake-up from
becoming many. Each platform has a queue of its own, so that a process is given lanes that it can show; one with
shards has a queue for each, so that who is connected with a workspace draws for it. A
second job with the same lock starts at the next look only, which is why a drain takes all turns of its
lane. What a dead or frozen process holds is taken from it when its heart has not beaten for a while; a
claim names the job that it is made for, so one that comes back can claim nothing (`storage.locks`).
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar

import psycopg
import structlog
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker

from bot.ports.errors import NotSaved, ServedElsewhere, Superseded
from storage import locks
from storage.queue_connector import ReconnectingConnector
from storage.shards import SharedShards

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence

    from procrastinate import JobContext
    from procrastinate.jobs import Job

T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel.queue")

#: the newest migration of Procrastinate whose tables these are; a test compares it with what is installed
NEWEST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
#: seconds between two heartbeats, and after how many without one a process has lost its lanes
_HEARTBEAT, _STALLED = 4.0, 20.0
#: seconds until a lane that was woken while another machine drained it is looked at again
_LOOK = 1.0
#: seconds that a wake-up may take; one that is lost is made good by the next sweep
_WAKE = 2.0
#: seconds before a worker that ended is started again
_PAUSE = 1.0


class SharedQueue:
    """Wakes lanes on whichever machine is free; `most` are drained at once by this process.

    `workspace_of` tells the platform and workspace of a lane that has something to do; None: it has nothing.
    """

    def __init__(
        self,
        url: str,
        platforms: Iterable[str],
        workspace_of: Callable[[str], Awaitable[tuple[str, str] | None]],
        most: int = 64,
    ) -> None:
        self._platforms = sorted(platforms)
        self._workspace_of = workspace_of
        #: of a platform that is shared out: the name of a workspace's queue; None: it is never drained here
        self._queue_of: dict[str, Callable[[str], str | None]] = {}
        #: the queues that are served here; the worker reads this very list at each look
        self._queues = list(self._platforms)
        self._connector = ReconnectingConnector(
            conninfo=url,
            kwargs={"application_name": "easel queue", "connect_timeout": 5},
            min_size=1,
            max_size=4,
            timeout=2.0,
            reconnect_timeout=1.0,  # else it waits as long again as the server was away
        )
        self._app = App(connector=self._connector)
        self._task = self._app.task(name="drain", pass_context=True)(self._job)
        self._worker = Worker(
            self._app,
            queues=self._queues,
            concurrency=most,
            install_signal_handlers=False,
            fetch_job_polling_interval=_LOOK,
            abort_job_polling_interval=3600,  # no job is aborted: a turn is
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_STALLED,
            delete_jobs=DeleteJobCondition.ALWAYS,
        )
        self._drain: Callable[[str], Awaitable[None]] | None = None
        self._draining: dict[str, asyncio.Task[object]] = {}
        self._jobs: set[int | None] = set()
        self._woken: set[str] = set()
        self._lost: set[int | None] = set()
        #: set: this process is about to end
        self.resting = asyncio.Event()
        self._shards = SharedShards(url, self.resting)

    async def open(self) -> None:
        """Connect, and make Procrastinate's tables where there are none. Raises NotSaved."""
        try:
            await self._app.open_async()
            async with self._connector.pool.connection() as sql:
                await sql.execute("SELECT pg_advisory_xact_lock(%s)", [locks.INSTALLATION])
                found = await sql.execute("SELECT to_regclass('procrastinate_jobs')")
                if await found.fetchone() == (None,):
                    await sql.execute(SchemaManager.get_schema())
        except (psycopg.Error, ConnectorException) as error:
            await self.close()
            raise NotSaved(f"EASEL_DATABASE_URL: the queue's tables: {error}") from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._shards.close()
        await self._app.close_async()

    async def hold_shards(
        self, platform: str, count: int, shard_of: Callable[[str], int]
    ) -> AsyncGenerator[frozenset[int], None]:
        """Yield which of a platform's shards are this process's, again and again; their lanes are drained here."""

        def name(shard: int) -> str:
            return f"{platform} {shard} of {count}"

        self._queue_of[platform] = lambda workspace: name(shard_of(workspace))
        others = [one for one in self._queues if not one.startswith(f"{platform} ")]
        async with aclosing(self._shards.hold(platform, count)) as holding:
            try:
                async for held in holding:
                    self._queues[:] = [*others, *map(name, sorted(held))]
                    yield held
            finally:
                self._queues[:] = others

    def serve_workspace(self, platform: str, workspace: str) -> None:
        """Drain the lanes of this workspace of a platform and of no other one."""
        name = f"{platform}/{workspace}"
        self._queue_of[platform] = lambda one: name if one == workspace else None
        others = [one for one in self._queues if one.partition("/")[0] != platform]
        self._queues[:] = [*others, name]

    async def pace(self, key: str, seconds: float) -> None:
        """Wait until nobody has used a key for so many seconds, and use it."""
        await self._shards.pace(key, seconds)

    async def wake(self, lane: str) -> None:
        """Have the lane drained soon, by a process that serves its platform; once more, if it is just now."""
        if lane in self._draining and not self.resting.is_set():
            self._woken.add(lane)
            return
        try:
            async with asyncio.timeout(_WAKE):
                found = await self._workspace_of(lane)
                if found is None:
                    return
                platform, workspace = found
                name = self._queue_of.get(platform)
                queue = name(workspace) if name else platform
                if queue is None:
                    return  # who serves it finds it by itself
                if not await self._waits(lane, queue):
                    job = self._task.configure(queue=queue, lock=lane, queueing_lock=lane)
                    await job.defer_async(lane=lane)
        except AlreadyEnqueued:
            pass  # since just now
        except (TimeoutError, NotSaved, ConnectorException) as error:
            _log.warning("wake-up lost", lane=lane, error=str(error))

    async def _waits(self, lane: str, queue: str) -> bool:
        """Has the lane a job that waits in its queue? To try and fail would fill the server's log."""
        manager = self._app.job_manager
        for job in await manager.list_jobs_async(status="todo", queueing_lock=lane):
            if job.queue == queue:
                return True
            if job.id is not None:  # of when there were other shards: nobody serves that queue
                await manager.cancel_job_by_id_async(job.id, delete_job=True)
        return False

    async def rest(self) -> None:
        """Begin no more drains; those that run go on, and their lanes stay ours."""
        self.resting.set()
        self._worker.stop()  # type: ignore[no-untyped-call] # Procrastinate types most of it, not this

    async def run(self, drain: Callable[[str], Awaitable[None]]) -> None:
        """Drain what is woken, one drain a lane at a time, until cancelled."""
        self._drain = drain
        working = asyncio.create_task(self._work(), name="queue worker")
        try:
            await self._beat()
        finally:
            self.resting.set()
            self._connector.stop_retrying()
            for task in list(self._draining.values()):
                task.cancel()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _work(self) -> None:
        """Take jobs; begin anew where the worker ended, for whatever reason."""
        while self._platforms and not self.resting.is_set():
            try:
                await self._worker.run()  # type: ignore[no-untyped-call] # as above
            except Exception:  # the lanes must go on, whatever this is
                _log.exception("queue worker ended")
                await asyncio.sleep(_PAUSE)

    async def _job(self, context: JobContext, lane: str) -> None:
        """Drain a lane for a job; again while it is woken meanwhile."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        assert self._drain is not None  # noqa: S101 - jobs are taken in `run` only
        locks.job.set(context.job.id)
        self._jobs.add(context.job.id)
        self._draining[lane] = task
        self._woken.add(lane)
        goes_on = False
        try:
            while lane in self._woken:
                self._woken.discard(lane)
                await self._drain(lane)
        except Superseded:
            _log.warning("lane went to another process", lane=lane)
        except ServedElsewhere:
            _log.info("lane is of another process", lane=lane)
            goes_on = True
        except Exception:
            # the store still has the lane's turns; the next wake-up takes them up again
            _log.exception("drain failed", lane=lane)
        finally:
            self._woken.discard(lane)
            del self._draining[lane]
            self._jobs.discard(context.job.id)
        if goes_on:
            await self.wake(lane)  # in the queue of whoever serves it

    async def _beat(self) -> None:
        """Say that this process lives, and take the lanes of those that do not say so."""
        while True:
            await asyncio.sleep(_HEARTBEAT)
            try:
                if self._worker.worker_id is not None:  # at rest Procrastinate says it no more
                    await self._app.job_manager.update_heartbeat(self._worker.worker_id)
                for job in await self._stalled():
                    _log.warning("lane taken over", lane=job.lock)
                    await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                    await self.wake(str(job.lock))
            except Exception:  # the next beat may do better, whatever this is
                _log.exception("heartbeat failed")

    async def _stalled(self) -> Sequence[Job]:
        """Give the jobs of processes whose heart is still, and those that got lost on the way to us."""
        manager = self._app.job_manager
        stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED))
        id_ = self._worker.worker_id
        if id_ is None:
            return stalled
        held = {job.id: job for job in await manager.list_jobs_async(status="doing", worker_id=id_)}
        astray = held.keys() - self._jobs
        # a job may be just beginning or just ending; twice in a row it is neither
        stalled += [held[one] for one in astray & self._lost]
        self._lost = astray
        return stalled
