"""What happens in a thread right now? Said below it, so that its messages need not change for it.

Updates of messages are 50 a minute for a whole workspace; a status is cheap. It goes by itself with the bot's
next message, or after two minutes; it is taken away when the picture is there.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

import structlog

from adapters.slack import render
from adapters.slack.web_api import Lost, Refused
from bot.ports.messages import State

if TYPE_CHECKING:
    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.web_api import Api
    from bot.ports.cards import Card
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.slack")

#: seconds before a drawing is worth a word below its thread, which takes two calls
_SOON = 1.0
#: seconds before Slack takes a status away by itself: it is said again
_AGAIN = 100.0
_METHOD = "assistant.threads.setStatus"


class _Thread:
    """One thread in which something is going on."""

    def __init__(self) -> None:
        self.cards: dict[str, Card] = {}
        self.news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        #: what it says; "": nothing
        self.says = ""


class Progress:
    """The lines below threads."""

    def __init__(self, api: Api, tasks: BackgroundTasks) -> None:
        self._api = api
        self._tasks = tasks
        self._threads: dict[Place, _Thread] = {}

    def note(self, place: Place, card: Card) -> None:
        """Take note of a card as it is now; what is said follows by itself."""
        if place.thread is None or card.kind != "prompt":
            return
        over = render.is_over(card) or card.state is State.HELD
        if over and place not in self._threads:
            return
        thread = self._threads.setdefault(place, _Thread())
        if over:
            thread.cards.pop(card.id, None)
        else:
            thread.cards[card.id] = card
        thread.news.set()
        if thread.task is None:
            work = self._follow(place, thread)
            thread.task = self._tasks.start(work, f"status of {place}")

    async def _follow(self, place: Place, thread: _Thread) -> None:
        """Say what is going on, until nothing is."""
        await asyncio.sleep(_SOON)
        again = False
        try:
            while thread.cards or thread.says:
                thread.news.clear()
                now = _words(thread)
                if now != thread.says or (now and again):
                    await self._say(place, now)
                thread.says = now
                again = False
                if thread.cards:
                    try:
                        await asyncio.wait_for(thread.news.wait(), _AGAIN)
                    except TimeoutError:
                        again = True
        finally:
            if self._threads.get(place) is thread:
                del self._threads[place]

    async def _say(self, place: Place, text: str) -> None:
        try:
            await self._api.call(
                _METHOD,
                # a word may be left out, but must not stay
                within=0.0 if text else math.inf,
                channel_id=place.channel,
                thread_ts=place.thread,
                status=text,
            )
        except (Lost, Refused) as error:
            _log.info("status not said", error=str(error))


def _words(thread: _Thread) -> str:
    drawing = [one for one in thread.cards.values() if one.state is State.DRAWING]
    if not drawing:
        return ""
    waiting = sum(one.state is State.QUEUED for one in thread.cards.values())
    return render.status(drawing[0], waiting)
