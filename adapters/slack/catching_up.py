"""What was said while we were away? Looked for in the threads we know, once, in order, after each gap."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog

from adapters.slack.api import Lost, Refused
from bot.queries import PlacesQuery

if TYPE_CHECKING:
    from adapters.slack.api import Api
    from adapters.slack.hearing import Hearing
    from bot.ports import Bot
    from bot.queries import Known

Json = dict[str, Any]
_log = structlog.stdlib.get_logger("easel.slack")

#: threads that are looked through, the most recently used first
_MOST_PLACES = 40
#: messages of one thread
_MOST_MESSAGES = 100
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
            for known in await self._bot.look(query):
                if known.place.workspace == self._team and known.place.thread is not None:
                    await self._thread(known, gap)
        finally:
            self._hearing.caught_up.set()

    async def _thread(self, known: Known, gap: float | None) -> None:
        place = known.place
        since = max(float(known.seen or place.thread or 0), time.time() - _LONGEST)
        if gap is not None:
            since = max(since, gap - _MARGIN)
        try:
            answer = await self._api.call(
                "conversations.replies",
                channel=place.channel,
                ts=place.thread,
                oldest=f"{since:.6f}",
                limit=_MOST_MESSAGES,
            )
        except (Lost, Refused) as error:
            _log.info("thread not looked through", place=str(place), error=str(error))
            return
        missed = [one for one in answer["messages"] if float(one["ts"]) > since]
        for message in missed:
            kind = "im" if place.channel.startswith("D") else "channel"
            await self._hearing.heard({**message, "channel": place.channel, "channel_type": kind})
        if missed:
            _log.info("looked through a thread", place=str(place), messages=len(missed))
