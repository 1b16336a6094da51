"""How is something asked of Discord so that it is done once, and done although the network has its moods?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import discord
import structlog

from bot.ports.errors import NotReached

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel.discord")

#: seconds between two tries
PAUSES = (0.3, 1.0, 3.0)
#: seconds for one try, uploads and waiting for a rate limit included
_PATIENCE = 90.0
#: Discord's codes: the interaction was answered already, a thread is there already
ANSWERED, THREAD_IS_THERE = 40060, 160004
#: the message is gone, the thread is archived, the interaction is over, its token is over
GONE, ARCHIVED, OVER, TOKEN_OVER = 10008, 50083, 10062, 50027
#: the bot cannot see it, may not do it; the channel is gone, the thread is locked
NO_ACCESS, NOT_PERMITTED, GONE_CHANNEL, THREAD_LOCKED = 50001, 50013, 10003, 160005


async def insist(make: Callable[[], Awaitable[T]]) -> T:
    """Do what may be done twice without harm, again where the outcome is not known.

    `make` makes the call anew, files too. Raises what Discord refuses it with, NotReached where nothing helps.
    """
    for pause in (*PAUSES, None):
        try:
            async with asyncio.timeout(_PATIENCE):
                return await make()
        except discord.HTTPException as error:
            if error.status < 500 and error.status != 429:
                raise
            problem: Exception = error
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError) as error:
            problem = error  # a RuntimeError: the session was closed, a new one is on its way
        if pause is None:
            raise NotReached(repr(problem)) from problem
        _log.info("asked again", error=repr(problem)[:200])
        await asyncio.sleep(pause)
    raise AssertionError
