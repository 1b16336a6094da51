"""How does a transaction run on Postgres, whoever else writes there?

As on SQLite a transaction is one plain function of a SQLAlchemy connection, run whole on one of a few
threads. What SQLite's only writer gives for free is said by `storage.locks` and by unique constraints:
a transaction that meets another's row is run again, and finds what the other wrote. A lost connection is
opened anew; transactions can be repeated, because events are unique and writes name their attempt.
"""

from __future__ import annotations

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import psycopg
import sqlalchemy as sa
import structlog

from bot.ports.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Callable

_log = structlog.stdlib.get_logger("easel")
P = ParamSpec("P")
T = TypeVar("T")

#: connections, and threads, of one process
_CONNECTIONS = 8
#: seconds for a lost connection or a collision before the caller is told
_TIMEOUT = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5
#: a process that freezes in a transaction must not hold its rows for long
_LIMITS = (
    "SET statement_timeout = '20s'; SET lock_timeout = '5s'; "
    "SET idle_in_transaction_session_timeout = '10s'"
)
_OLDEST = 130000
#: seconds between two looks whether the server is up
_BETWEEN = 1.0
#: a duplicate, a serialisation failure, a deadlock: run again, it finds what the other wrote
_COLLISIONS = {"23505", "40001", "40P01"}
#: the server stops or starts, has no connection left, or is a copy that takes no writes just now
_AWAY = {"25006", "53300", "57P01", "57P02", "57P03", "25P03"}

#: no right to do it
_NOT_ALLOWED = "42501"


class Postgres:
    """The database behind a `postgresql://` URL: `write` and `read` run a function in one transaction."""

    def __init__(self, url: str) -> None:
        self.url = normalize_url(url)
        self.name = "Postgres"
        self._engine = build_engine(self.url)
        self._reading = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._threads = ThreadPoolExecutor(_CONNECTIONS, "postgres")

    async def open(self, wait: float = 0.0) -> None:
        """Reach the server, within `wait` seconds where it is not up yet. Raise NotSaved with a sentence."""
        loop, until, waits = asyncio.get_running_loop(), time.monotonic() + wait, False
        while True:
            try:
                return await loop.run_in_executor(self._threads, self._greet)
            except (psycopg.Error, sa.exc.SQLAlchemyError) as error:
                if time.monotonic() > until or not _starts(error):
                    await self.close()
                    raise NotSaved(why(self.url, error)) from error
                if not waits:
                    _log.warning("waiting for the database", why=why(self.url, error))
                waits = True
            except NotSaved:
                await self.close()
                raise
            await asyncio.sleep(_BETWEEN)

    async def check(self) -> None:
        """Its server looks after its own files."""

    def _greet(self) -> None:
        with self._engine.connect() as sql:
            server = sql.connection.driver_connection
            assert isinstance(server, psycopg.Connection)  # noqa: S101 - `connect` made it
            about = server.info
            version = about.parameter_status("server_version") or ""
            self.name = f"Postgres {version.partition(' ')[0]} at {about.host}, {about.dbname}"
            if about.server_version < _OLDEST:
                raise NotSaved("EASEL_DATABASE_URL: Easel needs Postgres 13 or newer.")
            if about.parameter_status("server_encoding") != "UTF8":
                raise NotSaved(
                    "EASEL_DATABASE_URL: the database does not hold Unicode. Make it with: "
                    "createdb --encoding=UTF8 --template=template0 easel"
                )

    async def close(self) -> None:
        """Finish what runs, then close."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    async def write(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in a writing transaction. Raise NotSaved when it cannot."""
        return await self._run(self._engine, lambda sql: work(sql, *args, **kwargs))

    async def read(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in a reading transaction: it sees one moment."""
        return await self._run(self._reading, lambda sql: work(sql, *args, **kwargs))

    async def _run(self, engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
        """Run a transaction; again while that can help and time is left."""
        loop = asyncio.get_running_loop()
        until, pause = time.monotonic() + _TIMEOUT, _FIRST_PAUSE
        while True:
            try:
                return await loop.run_in_executor(self._threads, _transaction, engine, work)
            except sa.exc.DBAPIError as error:
                if not _told(error):
                    raise
                if not _passes(error) or time.monotonic() > until:
                    raise NotSaved(why(self.url, error)) from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _transaction(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    with engine.begin() as sql:
        return work(sql)


def _passes(error: sa.exc.DBAPIError) -> bool:
    """Can the same transaction do better a moment later?"""
    state = _state(error)
    if state is None:  # it did not come from the server
        return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
    return error.connection_invalidated or state in _COLLISIONS | _AWAY


def _told(error: sa.exc.DBAPIError) -> bool:
    """Is it the server's state (a full disk, a lock not given, no right), and no slip of ours?"""
    operational = isinstance(error, sa.exc.OperationalError)
    return operational or _passes(error) or _state(error) == _NOT_ALLOWED


def _state(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", error), "sqlstate", None)


def _starts(error: BaseException) -> bool:
    """May it be up in a moment: nobody answers, or the server says that it starts?"""
    said = str(getattr(error, "orig", None) or error)
    refused = (
        "Connection refused",
        "No such file or directory",
        "timeout expired",
        "Name or service",
    )
    return any(one in said for one in (*refused, "starting up", "Temporary failure in name"))


def normalize_url(url: str) -> str:
    """Return a URL as psycopg reads it."""
    return re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql://", url)


def build_engine(url: str) -> sa.Engine:
    """Build what opens connections as transactions need them, and keeps them."""
    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(url),
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_use_lifo=True,
        pool_recycle=1800,
    )
    sa.event.listen(engine, "before_cursor_execute", _without_nul, retval=True)
    return engine


def connect(url: str) -> psycopg.Connection[Any]:
    """Open a connection. Raise psycopg.Error."""
    connection = psycopg.connect(
        url,
        autocommit=True,
        application_name="easel",
        client_encoding="utf8",
        connect_timeout=5,
        tcp_user_timeout=10_000,
    )
    try:
        connection.execute(_LIMITS)
        connection.autocommit = False
    except BaseException:
        connection.close()
        raise
    return connection


def _without_nul(
    _sql: sa.Connection,
    _cursor: object,
    statement: str,
    given: Any,  # noqa: ANN401 - as above
    _context: object,
    _many: bool,  # noqa: FBT001 - as above
) -> tuple[str, Any]:
    """Take NUL out of texts: SQLite holds it, Postgres does not, people can send it."""
    rows = given if isinstance(given, list) else [given]
    for row in (row for row in rows if isinstance(row, dict)):
        for name, value in row.items():
            if isinstance(value, str) and "\0" in value:
                row[name] = value.replace("\0", "")
    return statement, given


def why(url: str, error: BaseException) -> str:
    """Say what is wrong with a database, for whoever runs Easel; never its password."""
    said = str(getattr(error, "orig", None) or error).partition("\n")[0]
    said = said.rpartition(" failed: ")[2].removeprefix("FATAL:  ")
    try:
        about = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return f"EASEL_DATABASE_URL is no address of a database ({said}). Write postgresql://user:password@host/name."
    host, user, name = about.get("host", "this machine"), about.get("user"), about.get("dbname")
    where = f"EASEL_DATABASE_URL: Postgres at {host}"
    if "authentication failed" in said or "no password supplied" in said:
        return f"{where} refuses the user {user} or the password. Correct them."
    if re.search(r'database "[^"]*" does not exist', said):
        return f"{where} has no database {name}. Create it: createdb {name}"
    if _state(error) == _NOT_ALLOWED:
        return f"{where} does not let {user} make tables. Allow it: GRANT CREATE ON SCHEMA public TO {user}"
    if _state(error) is None:
        return f"{where} cannot be reached ({said}). Start it, or correct the address."
    return f"{where}: {said}"
