"""What was said while we were away? Looked for in the threads that we know, in order, once after each gap."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from adapters.slack.web_api import CallFailed
from bot.ports.queries import PlacesQuery

if TYPE_CHECKING:
    from adapters.slack.handlers import Handlers
    from adapters.slack.web_api import WebApi
    from bot.ports.adapter import Bot
    from bot.ports.messages import Json, Place
    from bot.ports.queries import KnownPlace
_log = structlog.stdlib.get_logger("easel.slack")

#: threads that are read, the most recently used first
_MAX_THREADS = 40
#: seconds before a message that is not on disk is handled again
_RETRY_PAUSES = (0.5, 2.0, 10.0, 30.0)
#: seconds back that are read, however long we were away
_MAX_AGE = 3 * 24 * 3600.0
#: seconds before a gap that are read with it
_MARGIN = 60.0


class Backlog:
    """Picks up what was said in our absence."""

    def __init__(self, api: WebApi, bot: Bot, handlers: Handlers, team: str) -> None:
        self._api = api
        self._bot = bot
        self._handlers = handlers
        self._team = team

    async def catch_up(self, since: float | None) -> None:
        """Handle what was said since a time, Unix seconds; None: since each thread's last message."""
        self._handlers.caught_up.clear()
        try:
            query = PlacesQuery(platform="slack", workspace=self._team, limit=_MAX_THREADS)
            for known in await self._bot.query(query):
                if known.place.workspace == self._team and known.place.thread is not None:
                    try:
                        await self._read_thread(known, since)
                    except Exception:  # whatever is in one thread, the others are read
                        _log.exception("thread not read", place=str(known.place))
        finally:
            self._handlers.caught_up.set()

    async def _read_thread(self, known: KnownPlace, since: float | None) -> None:
        place = known.place
        oldest = max(float(known.seen or place.thread or 0), time.time() - _MAX_AGE)
        if since is not None:
            oldest = max(oldest, since - _MARGIN)
        missed = 0
        try:
            async for message in self._api.messages(place.channel, place.thread, oldest):
                if float(message["ts"]) <= oldest:
                    continue
                if not await self._handle(place, message):
                    _log.error("what was said before is not on disk", place=str(place))
                    return  # in order or not at all
                missed += 1
        except CallFailed as error:
            _log.info("thread not read", place=str(place), error=str(error))
        if missed:
            _log.info("read a thread", place=str(place), messages=missed)

    async def _handle(self, place: Place, message: Json) -> bool:
        """Handle a message; False: it is not on disk, after some tries."""
        kind = "im" if place.channel.startswith("D") else "channel"
        event = {**message, "channel": place.channel, "channel_type": kind}
        for pause in (*_RETRY_PAUSES, None):
            if await self._handlers.handle_message(event):
                return True
            if pause is not None:
                await asyncio.sleep(pause)
        return False
