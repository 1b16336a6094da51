"""May one more be drawn now, of all that several processes draw together?

Each drawing holds one of so many numbers: an advisory lock of Postgres, which the server gives back by
itself when the process or its connection ends.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import psycopg
import structlog

if TYPE_CHECKING:
    from types import TracebackType

_log = structlog.stdlib.get_logger("easel.queue")

#: the first key of these locks; any number would do
_KEY = 0xEA5E4
#: seconds between two looks whether another process is done
_LOOK = 0.25
_TAKE = (
    "SELECT n FROM generate_series(1, %(most)s) AS n "
    "WHERE CASE WHEN n = ANY(%(mine)s) THEN false ELSE pg_try_advisory_lock(%(key)s, n) END LIMIT 1"
)


class SharedSlots:
    """At most `most` at once in all processes on a database; a context manager, as a semaphore is.

    Once `give_up` is set nobody waits any more, and who enters has no slot: the process is about to end.
    """

    def __init__(self, url: str, most: int, give_up: asyncio.Event) -> None:
        self._url = url
        self._most = most
        self._give_up = give_up
        self._here = asyncio.Semaphore(most)
        self._asking = asyncio.Lock()
        self._speaking = asyncio.Lock()
        self._sql: psycopg.AsyncConnection[Any] | None = None
        self._mine: set[int] = set()
        self._used = 0
        self._away = False

    async def __aenter__(self) -> Self:
        """Wait for a slot."""
        await self._here.acquire()
        try:
            async with self._asking:
                while len(self._mine) <= self._used and not self._give_up.is_set():
                    if not await asyncio.shield(self._take()):
                        with suppress(TimeoutError):
                            await asyncio.wait_for(self._give_up.wait(), _LOOK)
                self._used += 1
        except BaseException:
            self._here.release()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back."""
        self._used -= 1
        self._here.release()
        await asyncio.shield(self._give())

    async def close(self) -> None:
        """Give the connection back, and with it all that is still held."""
        if self._sql is not None:
            await self._sql.close()

    async def _take(self) -> bool:
        """Take a number that is free; False: none is, or the database is away."""
        about = {"most": self._most, "mine": list(self._mine), "key": _KEY}
        row = await self._ask(_TAKE, about)
        if row is None:
            return False
        self._mine.add(row[0])
        if not self._asking.locked():  # whoever asked for it has left
            await self._give()
        return True

    async def _give(self) -> None:
        if len(self._mine) > self._used:
            number = self._mine.pop()
            await self._ask("SELECT pg_advisory_unlock(%(key)s, %(n)s)", {"key": _KEY, "n": number})

    async def _ask(self, query: Any, about: dict[str, object]) -> tuple[Any, ...] | None:  # noqa: ANN401 - a literal string, with parameters
        """Ask on a connection of its own; where that is lost, so are the numbers."""
        async with self._speaking:
            try:
                if self._sql is None:
                    self._sql = await psycopg.AsyncConnection.connect(
                        self._url,
                        autocommit=True,
                        application_name="easel slots",
                        connect_timeout=5,
                        tcp_user_timeout=10_000,
                    )
                found = await (await self._sql.execute(query, about)).fetchone()
            except psycopg.Error as error:
                if not self._away:
                    _log.warning("slots wait for their database", error=str(error).strip())
                self._away = True
                self._mine.clear()
                broken, self._sql = self._sql, None
                if broken is not None:
                    await broken.close()
                return None
            self._away = False
            return found
