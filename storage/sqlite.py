"""How does a transaction run?

A transaction is one plain function of a SQLAlchemy connection. It runs whole on the thread that
aiosqlite keeps for that connection: one hop there and back, whatever the number of statements, and
nothing on the event loop can cut it in two. (SQLAlchemy's own asyncio layer hops several times a
statement: 1.2 ms of CPU for a transaction that takes 0.3 ms this way.) One connection writes, a few
read, as SQLite's WAL allows; writers that wait share one flush of the disk.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

import aiosqlite
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


class _Connection(aiosqlite.Connection):
    """A SQLite connection on its own thread, and SQLAlchemy's view of it.

    Transactions that wait while another runs are done together, each in a savepoint of its own: one
    flush of the disk serves them all.
    """

    def __init__(self, path: Path, begin: str) -> None:
        super().__init__(lambda: connect(path), iter_chunk_size=64)
        self._begin = begin
        self._thread.daemon = True  # a stuck disk must not keep the program from ending
        self._engine = sa.create_engine(
            "sqlite://",
            creator=lambda: self._conn,
            poolclass=sa.StaticPool,
            isolation_level="AUTOCOMMIT",
        )
        self._sql: sa.Connection | None = None
        #: in the order in which the thread comes to them
        self._waiting: deque[_Job] = deque()

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a transaction on this connection's thread."""
        job = _Job(work=work)
        self._waiting.append(job)
        return cast("T", await self._execute(self._do, job))  # type: ignore[no-untyped-call] # aiosqlite types its public half only

    def _do(self, job: _Job) -> object:
        """Return a job's result, or raise it. Where it was not done with one before, do it with all that wait."""
        if not job.is_done:
            count = min(len(self._waiting), _TOGETHER)
            jobs = [self._waiting.popleft() for _ in range(count)]
            try:
                results = self._transaction(jobs)
            except Exception as error:  # handed on to those who wait
                results = [error] * count
            for one, result in zip(jobs, results, strict=True):
                one.is_done, one.result = True, result
        if isinstance(job.result, Exception):
            raise job.result
        return job.result

    def _transaction(self, jobs: Sequence[_Job]) -> list[object]:
        """Do the jobs in one transaction; give each one's result or exception."""
        if self._sql is None:
            self._sql = self._engine.connect()
        sql = self._sql
        self._conn.execute(self._begin)  # past SQLAlchemy: there is nothing to compile
        try:
            if len(jobs) == 1:
                results = [jobs[0].work(sql)]
            else:
                results = [self._nested(sql, job) for job in jobs]
            self._conn.execute("COMMIT")
        except BaseException:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")
            raise
        return results

    def _nested(self, sql: sa.Connection, job: _Job) -> object:
        self._conn.execute("SAVEPOINT job")
        try:
            result = job.work(sql)
        except Exception as error:  # this job's own; the others go on
            if not self._conn.in_transaction:
                raise  # the disk is full: SQLite has undone everything
            self._conn.execute("ROLLBACK TO job")
            result = error
        self._conn.execute("RELEASE job")
        return result

    async def end(self) -> None:
        """Finish what waits; close the connection and its thread, if it was opened."""
        if self._connection is None:
            if self._thread.ident is not None:  # it failed to open, and is ending by itself
                await asyncio.to_thread(self._thread.join, 1.0)
            return
        await self._execute(self._engine.dispose)  # type: ignore[no-untyped-call] # as above
        await self.close()


@dataclass(slots=True, kw_only=True)
class _Job:
    """A transaction that waits, or was done."""

    work: Callable[[sa.Connection], object]
    is_done: bool = False
    #: what it gave, or its exception
    result: object = None


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
                await one
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
        await asyncio.gather(*(one.end() for one in (self._writer, *self._readers)))

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
