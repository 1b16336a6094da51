"""How does a transaction run?

A transaction is one plain function of a SQLAlchemy connection. It runs whole on the thread that
is kept for that connection: one hop there and back, whatever the number of statements, and
nothing on the event loop can cut it in two. (SQLAlchemy's own asyncio layer hops several times a
statement: 1.2 ms of CPU for a transaction that takes 0.3 ms this way.) One connection writes, a few
read, as SQLite's WAL allows; writers that wait share one flush of the disk.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

import sqlalchemy as sa

from bot.ports.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

P = ParamSpec("P")
T = TypeVar("T")

#: seconds a writer waits for another process's transaction
_TIMEOUT = 5.0
_READERS = 2
#: transactions done together, at most
_TOGETHER = 32


class _Connection:
    """A SQLite connection on its own thread, and SQLAlchemy's view of it.

    Transactions that wait while another runs are done together, each in a savepoint of its own: one
    wake-up of the thread and one flush of the disk serve them all.
    """

    def __init__(self, path: Path, begin: str) -> None:
        self._path = path
        self._begin = begin
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._is_open = False

    async def open(self) -> None:
        """Open the connection, and its thread. Raise sqlite3.Error."""
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[object] = loop.create_future()
        self._closed: asyncio.Future[object] = loop.create_future()
        name = f"sqlite {self._begin}"
        # a daemon: a stuck disk must not keep the program from ending
        threading.Thread(target=self._serve, args=(opened,), name=name, daemon=True).start()
        await opened
        self._is_open = True

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a transaction on this connection's thread. Raise sqlite3.ProgrammingError: it is closed."""
        if not self._is_open:
            raise sqlite3.ProgrammingError(f"{self._path} is closed")
        job = _Job(work=work, done=asyncio.get_running_loop().create_future())
        self._jobs.put(job)
        return cast("T", await job.done)

    async def close(self) -> None:
        """Finish what waits; close the connection, if it was opened, and its thread."""
        if self._is_open:
            self._is_open = False
            self._jobs.put(None)
            await self._closed

    def _serve(self, opened: asyncio.Future[object]) -> None:
        """Open the connection; do all that waits, together, again and again; close it."""
        try:
            self._conn = connect(self._path)
        except sqlite3.Error as error:
            _settle([opened], [error])
            return
        engine = sa.create_engine(
            "sqlite://",
            creator=lambda: self._conn,
            poolclass=sa.StaticPool,
            isolation_level="AUTOCOMMIT",
        )
        self._sql = engine.connect()
        _settle([opened], [None])
        while jobs := self._take():
            try:
                results = self._transaction(jobs)
            except Exception as error:  # handed on to those who wait
                results = [error] * len(jobs)
            _settle([job.done for job in jobs], results)
        engine.dispose()
        self._conn.close()
        _settle([self._closed], [None])

    def _take(self) -> list[_Job]:
        """Take what waits, the first of it once it comes; nothing: that was all."""
        jobs = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == _TOGETHER or self._jobs.empty():
                return jobs
            job = self._jobs.get()
        if jobs:
            self._jobs.put(None)  # for the next time
        return jobs

    def _transaction(self, jobs: Sequence[_Job]) -> list[object]:
        """Do the jobs in one transaction; give each one's result or exception."""
        self._conn.execute(self._begin)  # past SQLAlchemy: there is nothing to compile
        try:
            if len(jobs) == 1:
                results = [jobs[0].work(self._sql)]
            else:
                results = [self._nested(job) for job in jobs]
            self._conn.execute("COMMIT")
        except BaseException:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")
            raise
        return results

    def _nested(self, job: _Job) -> object:
        self._conn.execute("SAVEPOINT job")
        try:
            result = job.work(self._sql)
        except Exception as error:  # this job's own; the others go on
            if not self._conn.in_transaction:
                raise  # the disk is full: SQLite has undone everything
            self._conn.execute("ROLLBACK TO job")
            result = error
        self._conn.execute("RELEASE job")
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A transaction that waits."""

    work: Callable[[sa.Connection], object]
    done: asyncio.Future[object]


def _settle(waiting: Sequence[asyncio.Future[object]], results: Sequence[object]) -> None:
    """Hand each its result, or raise it there, if anybody still waits for it."""

    def settle() -> None:
        for one, result in zip(waiting, results, strict=True):
            if one.done():
                continue
            if isinstance(result, Exception):
                one.set_exception(result)
            else:
                one.set_result(result)

    with suppress(RuntimeError):  # the loop is closed: nobody waits
        waiting[0].get_loop().call_soon_threadsafe(settle)


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection on which whoever uses it begins each transaction. Raise sqlite3.Error."""
    connection = sqlite3.connect(
        path, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False
    )
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-8000",
        "mmap_size=0",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _damaged(error: object) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Sqlite:
    """The SQLite file: `write` and `read` run a function in one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self._writer = _Connection(path, "BEGIN IMMEDIATE")
        self._readers = [_Connection(path, "BEGIN") for _ in range(_READERS)]
        self._turn = 0

    async def open(self, wait: float = 0.0) -> None:  # noqa: ARG002 - a file is there or not
        """Open the file. Raise NotSaved when it cannot."""
        try:
            for one in (self._writer, *self._readers):
                await one.open()
        except sqlite3.Error as error:
            await self.close()
            if _damaged(error):
                raise NotSaved(self._broken(error)) from error
            raise NotSaved(
                f"The database {self.path} cannot be opened ({error}). Give Easel a folder that it can "
                "write to, and a file of its own: EASEL_DATA, or EASEL_DATABASE_URL."
            ) from error

    async def close(self) -> None:
        """Finish what runs, then close."""
        await asyncio.gather(*(one.close() for one in (self._writer, *self._readers)))

    async def write(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in a writing transaction. Raise NotSaved when the disk won't."""
        return await self._run(self._writer, lambda sql: work(sql, *args, **kwargs))

    async def read(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in a reading transaction, beside the writer."""
        self._turn = (self._turn + 1) % len(self._readers)
        return await self._run(self._readers[self._turn], lambda sql: work(sql, *args, **kwargs))

    async def _run(self, connection: _Connection, work: Callable[[sa.Connection], T]) -> T:
        try:
            return await connection.run(work)
        except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
            reason = getattr(error, "orig", None) or error
            if _damaged(reason):
                raise NotSaved(self._broken(reason)) from error
            if not isinstance(reason, sqlite3.OperationalError):
                raise  # a slip of ours
            raise NotSaved(f"{self.path}: {reason}") from error

    def _broken(self, reason: object) -> str:
        return (
            f"The database {self.path} is damaged ({reason}). Stop Easel, put a backup in its place, or save "
            f"what can be read: sqlite3 {self.path} .recover | sqlite3 mended.db"
        )

    async def check(self) -> None:
        """Look through the whole file. Raise NotSaved: it is damaged."""
        found = await self.read(lambda sql: sql.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        if found != "ok":
            raise NotSaved(self._broken(" ".join(str(found).split())))
