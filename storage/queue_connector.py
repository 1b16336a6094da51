"""How does the shared queue reach Postgres, also where the database is away for a while?"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
import structlog
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from typing import LiteralString

    from procrastinate.connector import Notify

T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel.queue")

#: seconds between two tries to reach the database
_RECONNECT = 0.5
#: the channel on which Procrastinate tells of every queue
_ANY_QUEUE = "procrastinate_any_queue_v1"


class ReconnectingConnector(PsycopgConnector):
    """Procrastinate's way to Postgres, which waits where the database is away for a while.

    Its worker ends when a statement fails; so drawings under way go on, and their lanes stay theirs.
    """

    _retries = True
    _away = False

    def stop_retrying(self) -> None:
        """Fail at once from now on, because this process ends."""
        self._retries = False
        self.pool.timeout = 1.0

    async def execute_query_async(
        self,
        query: LiteralString,
        **arguments: Any,  # noqa: ANN401 - Procrastinate's signature
    ) -> None:
        """Run a statement. What is done with a job that was taken from us has no effect."""
        try:
            await self._retry(partial(super().execute_query_async, query, **arguments))
        except ConnectorException as error:
            over = isinstance(error.__cause__, psycopg.errors.RaiseException)
            if self._retries and not over:
                raise
            _log.info("job not ended by us", detail=str(error.__cause__).partition("\n")[0])

    async def execute_query_one_async(
        self,
        query: LiteralString,
        **arguments: Any,  # noqa: ANN401 - as above
    ) -> dict[str, Any]:
        """Run a query for one row."""
        return await self._retry(partial(super().execute_query_one_async, query, **arguments))

    async def execute_query_all_async(
        self,
        query: LiteralString,
        **arguments: Any,  # noqa: ANN401 - as above
    ) -> list[dict[str, Any]]:
        """Run a query for all rows."""
        return await self._retry(partial(super().execute_query_all_async, query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listen until cancelled, to any queue: which ones this process serves changes with its shards."""
        del channels
        await self._retry(partial(super().listen_notify, on_notification, [_ANY_QUEUE]))

    async def _retry(self, work: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                found = await work()
            except (ConnectorException, psycopg.OperationalError) as error:
                reason = error.__cause__ or error
                if not self._retries or not isinstance(reason, psycopg.OperationalError):
                    raise
                if not self._away:
                    _log.warning("the queue waits for its database", error=str(reason).strip())
                self._away = True
            else:
                self._away = False
                return found
            await asyncio.sleep(_RECONNECT)
