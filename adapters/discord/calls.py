"""How is Discord asked again where that may help, and what do its error codes mean?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import discord

from bot.ports.errors import NotReached
from bot.ports.retry import retry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

#: seconds between two tries
PAUSES = (0.3, 1.0, 3.0)
#: seconds for one try, uploads and waiting for a rate limit included
_TIMEOUT = 90.0
#: Discord's codes: the interaction was answered already, a thread is there already
ANSWERED, THREAD_IS_THERE = 40060, 160004
#: the message is gone, the thread is archived, the interaction is over, its token is over
GONE, ARCHIVED, OVER, TOKEN_OVER = 10008, 50083, 10062, 50027
#: the bot cannot see it, may not do it; the channel is gone, the thread is locked
NO_ACCESS, NOT_PERMITTED, GONE_CHANNEL, THREAD_LOCKED = 50001, 50013, 10003, 160005


async def insist(call: Callable[[], Awaitable[T]]) -> T:
    """Await a call that may be made twice without harm, again where its outcome is not known.

    Raise what Discord refuses it with, NotReached where no try helps.
    """

    async def attempt() -> T:
        async with asyncio.timeout(_TIMEOUT):
            return await call()

    try:
        return await retry(attempt, is_transient=_is_transient, pauses=PAUSES)
    except Exception as error:
        if not _is_transient(error):
            raise
        raise NotReached(repr(error)) from error


def _is_transient(error: Exception) -> bool:
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == 429
    # a RuntimeError: the session was closed, a new one is on its way
    return isinstance(error, aiohttp.ClientError | OSError | TimeoutError | RuntimeError)
