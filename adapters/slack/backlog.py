"""What was said while we were away? Looked for in the threads we know, once, in order, after each gap."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import structlog

from adapters.slack.web_api import Lost, Refused
from bot.ports.queries import PlacesQuery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.slack.handlers import Hearing
    from adapters.slack.web_api import Api
    from bot.ports.adapter import Bot
    from bot.ports.messages import Place
    from bot.ports.queries import KnownPlace

Json = dict[str, Any]
_log = structlog.stdlib.get_logger("easel.slack")

#: threads that are looked through, the most recently used first
_MOST_PLACES = 40
#: messages of a page, and pages of one thread
_PAGE = 200
_MOST_PAGES = 10
#: seconds before a message that is not on disk is taken again
_PAUSES = (0.5, 2.0, 10.0, 30.0)
#: seconds back that are looked at, however long we were away
_LONGEST = 3 * 24 * 3600.0
#: seconds before a gap that are looked at with it
_MARGIN = 60.0


class CatchingUp:
    """Picks up what was said in our absence."""

    def __init__(self, api: Api, bot: Bot, hearing: Hearing, team: str) -> None:
        self._api = api
        self._bot = bot
        self._hearing = hearing
        self._team = team

    async def after(self, gap: float | None) -> None:
        """Look for what was said since a time, Unix seconds; None: since each thread's last message."""
        self._hearing.caught_up.clear()
        try:
            query = PlacesQuery(platform="slack", workspace=self._team, limit=_MOST_PLACES)
            for known in await self._bot.query(query):
                if known.place.workspace == self._team and known.place.thread is not None:
                    try:
                        await self._thread(known, gap)
                    except Exception:  # whatever is in one thread, the others are looked through
                        _log.exception("thread not looked through", place=str(known.place))
        finally:
            self._hearing.caught_up.set()

    async def _thread(self, known: KnownPlace, gap: float | None) -> None:
        place = known.place
        since = max(float(known.seen or place.thread or 0), time.time() - _LONGEST)
        if gap is not None:
            since = max(since, gap - _MARGIN)
        missed = 0
        try:
            async for message in self._messages(place, since):
                if not await self._taken(place, message):
                    _log.error("what was said before is not on disk", place=str(place))
                    return  # in order or not at all
                missed += 1
        except (Lost, Refused) as error:
            _log.info("thread not looked through", place=str(place), error=str(error))
        if missed:
            _log.info("looked through a thread", place=str(place), messages=missed)

    async def _messages(self, place: Place, since: float) -> AsyncIterator[Json]:
        """Give what was said in a thread since a time, in order."""
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            answer = await self._api.call(
                "conversations.replies",
                channel=place.channel,
                ts=place.thread,
                oldest=f"{since:.6f}",
                limit=_PAGE,
                cursor=cursor,
            )
            for message in answer["messages"]:
                if float(message["ts"]) > since:
                    yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _taken(self, place: Place, message: Json) -> bool:
        """Take a message; False: it is not on disk, after some tries."""
        kind = "im" if place.channel.startswith("D") else "channel"
        event = {**message, "channel": place.channel, "channel_type": kind}
        for pause in (*_PAUSES, None):
            if await self._hearing.heard(event):
                return True
            if pause is not None:
                await asyncio.sleep(pause)
        return False
