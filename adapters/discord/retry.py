"""How is a call to Discord retried, and what do its error codes mean?"""

from __future__ import annotations

import asyncio
from enum import IntEnum
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import discord

from bot.ports import retry as shared
from bot.ports.errors import NotReached

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

#: seconds between two tries
PAUSES = (0.3, 1.0, 3.0)
#: seconds for one try, uploads and waiting for a rate limit included
_TIMEOUT = 90.0


class ErrorCode(IntEnum):
    """Those of Discord's error codes that are handled, by Discord's names."""

    UNKNOWN_CHANNEL = 10003
    UNKNOWN_MESSAGE = 10008
    UNKNOWN_WEBHOOK = 10015
    UNKNOWN_INTERACTION = 10062
    ALREADY_ACKNOWLEDGED = 40060
    MISSING_ACCESS = 50001
    MISSING_PERMISSIONS = 50013
    INVALID_WEBHOOK_TOKEN = 50027
    THREAD_ARCHIVED = 50083
    THREAD_ALREADY_CREATED = 160004
    THREAD_LOCKED = 160005


async def retry(call: Callable[[], Awaitable[T]]) -> T:
    """Await a call that may be made twice without harm, again where its outcome is not known.

    Raise HTTPException where Discord refuses it, NotReached where no try helps.
    """

    async def attempt() -> T:
        async with asyncio.timeout(_TIMEOUT):
            return await call()

    try:
        return await shared.retry(attempt, is_transient=_is_transient, pauses=PAUSES)
    except Exception as error:
        if not _is_transient(error):
            raise
        raise NotReached(repr(error)) from error


def _is_transient(error: Exception) -> bool:
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == 429
    # a RuntimeError: the session was closed, a new one is on its way
    return isinstance(error, aiohttp.ClientError | OSError | TimeoutError | RuntimeError)
