"""Which numbers of a name does this process hold, of all that share a Postgres database, and until when?

A lease is a row. What a process holds that died or froze is free for the others when its lease is over.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import psycopg
import structlog

_log = structlog.stdlib.get_logger("easel.queue")

#: the server's clock is everybody's
NOW = "extract(epoch from clock_timestamp())"
_TAKE = f"""
    INSERT INTO leases (name, number, holder, until)
    SELECT %(name)s, n, %(me)s, {NOW} + %(seconds)s FROM generate_series(1, %(highest)s) AS n
    WHERE NOT EXISTS (SELECT FROM leases WHERE name = %(name)s AND number = n AND until > {NOW})
    ORDER BY random() LIMIT %(most)s
    ON CONFLICT (name, number) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE leases.until <= {NOW}
    RETURNING number"""  # noqa: S608 - nothing in it is from outside
_RENEW = f"""
    UPDATE leases SET until = {NOW} + %(seconds)s WHERE holder = %(me)s AND name = %(name)s
    RETURNING number"""  # noqa: S608 - as above
_RELEASE = """
    DELETE FROM leases WHERE holder = %(me)s AND name = %(name)s AND number = ANY(%(numbers)s)
    RETURNING number"""
_RELEASE_ALL = "DELETE FROM leases WHERE holder = %(me)s RETURNING number"
_COUNT = f"SELECT count(*) FROM leases WHERE name = %(name)s AND until > {NOW}"  # noqa: S608 - as above


class Leases:
    """The leases of one process, on a connection of its own. Each verb returns None where the database is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._me = secrets.token_hex(8)
        self._lock = asyncio.Lock()
        self._sql: psycopg.AsyncConnection[Any] | None = None
        self._is_away = False

    async def take(self, name: str, highest: int, seconds: float, most: int = 1) -> set[int] | None:
        """Take up to `most` free numbers of a name, from 1 to `highest`; return them."""
        return await self._ask(_TAKE, name=name, highest=highest, seconds=seconds, most=most)

    async def renew(self, name: str, seconds: float) -> set[int] | None:
        """Hold what is held of a name for so many seconds more; return it."""
        return await self._ask(_RENEW, name=name, seconds=seconds)

    async def release(self, name: str, *numbers: int) -> None:
        """Release numbers of a name."""
        await self._ask(_RELEASE, name=name, numbers=list(numbers))

    async def count(self, name: str) -> int | None:
        """Return how many numbers of a name are held by anybody."""
        found = await self._ask(_COUNT, name=name)
        return None if found is None else next(iter(found))

    async def close(self) -> None:
        """Release everything that is still held, and the connection."""
        if self._sql is not None:
            await self._ask(_RELEASE_ALL)
        if self._sql is not None:
            await self._sql.close()

    async def _ask(self, query: Any, **about: object) -> set[int] | None:  # noqa: ANN401 - a literal string
        async with self._lock:
            try:
                if self._sql is None:
                    self._sql = await psycopg.AsyncConnection.connect(
                        self._url,
                        autocommit=True,
                        application_name="easel leases",
                        connect_timeout=5,
                        tcp_user_timeout=10_000,
                    )
                given = {"me": self._me, **about}
                found = await (await self._sql.execute(query, given)).fetchall()
            except psycopg.Error as error:
                if not self._is_away:
                    _log.warning("leases wait for their database", error=str(error).strip())
                self._is_away = True
                broken, self._sql = self._sql, None
                if broken is not None:
                    await broken.close()
                return None
            self._is_away = False
            return {number for (number,) in found}
