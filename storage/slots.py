"""May one more be drawn now, of all that several processes draw together?

Each drawing holds one of so many numbers, leased for a while and renewed while its process lives: what a
process holds that died or froze is free for the others when its lease is over.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import psycopg
import structlog

if TYPE_CHECKING:
    from types import TracebackType

_log = structlog.stdlib.get_logger("easel.queue")

#: seconds that a number is leased for, and between two renewals
_LEASE, _HEARTBEAT = 20.0, 4.0
#: seconds between two looks whether another process is done
_LOOK = 0.25
#: the server's clock is everybody's
_NOW = "extract(epoch from clock_timestamp())"
_TAKE = f"""
    INSERT INTO slots (number, holder, until)
    SELECT n, %(me)s, {_NOW} + %(lease)s FROM generate_series(1, %(most)s) AS n
    WHERE NOT EXISTS (SELECT FROM slots WHERE number = n AND until > {_NOW})
    ORDER BY random() LIMIT 1
    ON CONFLICT (number) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE slots.until <= {_NOW}
    RETURNING number"""  # noqa: S608 - nothing in it is from outside
_GIVE = "DELETE FROM slots WHERE holder = %(me)s AND number = %(number)s RETURNING number"
_GIVE_ALL = "DELETE FROM slots WHERE holder = %(me)s RETURNING number"
_RENEW = f"UPDATE slots SET until = {_NOW} + %(lease)s WHERE holder = %(me)s RETURNING number"  # noqa: S608 - as above


class SharedSlots:
    """At most `most` at once in all processes on a database; a context manager, as a semaphore is.

    Once `give_up` is set nobody waits any more, and who enters has no slot: the process is about to end.
    """

    def __init__(self, url: str, most: int, give_up: asyncio.Event) -> None:
        self._url = url
        self._most = most
        self._give_up = give_up
        self._me = secrets.token_hex(8)
        self._here = asyncio.Semaphore(most)
        self._asking = asyncio.Lock()
        self._speaking = asyncio.Lock()
        self._sql: psycopg.AsyncConnection[Any] | None = None
        self._beating: asyncio.Task[None] | None = None
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
        """Give back all that is still held, and the connection."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        if self._sql is not None:
            await self._ask(_GIVE_ALL)
        if self._sql is not None:
            await self._sql.close()

    async def _take(self) -> bool:
        """Take a number that is free; False: none is, or the database is away."""
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat(), name="slots")
        found = await self._ask(_TAKE, most=self._most)
        if not found:
            return False
        self._mine |= found
        if not self._asking.locked():  # whoever asked for it has left
            await self._give()
        return True

    async def _give(self) -> None:
        if len(self._mine) > self._used:
            await self._ask(_GIVE, number=self._mine.pop())

    async def _beat(self) -> None:
        """Renew what is held; what another process took meanwhile is no longer ours."""
        while True:
            await asyncio.sleep(_HEARTBEAT)
            held = set(self._mine)
            found = await self._ask(_RENEW) if held else set()
            if found is not None and (lost := held - found) & self._mine:
                _log.warning("slots went to another process", slots=sorted(lost))
                self._mine -= lost

    async def _ask(self, query: Any, **about: object) -> set[int] | None:  # noqa: ANN401 - a literal string
        """Ask on a connection of its own; give the numbers that it says. None: the database is away."""
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
                given = {"me": self._me, "lease": _LEASE, **about}
                found = await (await self._sql.execute(query, given)).fetchall()
            except psycopg.Error as error:
                if not self._away:
                    _log.warning("slots wait for their database", error=str(error).strip())
                self._away = True
                broken, self._sql = self._sql, None
                if broken is not None:
                    await broken.close()
                return None
            self._away = False
            return {number for (number,) in found}
