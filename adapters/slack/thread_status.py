"""What is happening in a thread right now? Shown below it as a status, so that its messages need not change for it.

Updates of messages are 50 a minute for a whole workspace; a status is cheap. It goes by itself with the bot's next
message, or after two minutes; it is cleared when the picture is there.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from adapters.slack import render
from bot.ports.messages import State

if TYPE_CHECKING:
    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.web_api import WebApi
    from bot.ports.cards import Card
    from bot.ports.messages import Place

#: seconds before a drawing is worth a status, which takes two calls
_DELAY = 1.0
#: seconds, before Slack clears a status by itself, after which it is set again
_REFRESH = 100.0


class _Thread:
    """One thread in which something is going on."""

    def __init__(self) -> None:
        self.cards: dict[str, Card] = {}
        self.changed = asyncio.Event()

    def status(self) -> str:
        """Return what its status should be; "": nothing."""
        drawing = [one for one in self.cards.values() if one.state is State.DRAWING]
        waiting = sum(one.state is State.QUEUED for one in self.cards.values())
        return render.status(drawing[0], waiting) if drawing else ""


class ThreadStatus:
    """The statuses below threads."""

    def __init__(self, api: WebApi, tasks: BackgroundTasks) -> None:
        self._api = api
        self._tasks = tasks
        self._threads: dict[Place, _Thread] = {}

    def note(self, place: Place, card: Card) -> None:
        """Note a card as it is now; the status follows by itself."""
        if place.thread is None or card.kind != "prompt":
            return
        over = render.is_over(card) or card.state is State.HELD
        thread = self._threads.get(place)
        if thread is None:
            if over:
                return
            thread = self._threads[place] = _Thread()
            self._tasks.start(self._follow(place, thread), f"status of {place}")
        if over:
            thread.cards.pop(card.id, None)
        else:
            thread.cards[card.id] = card
        thread.changed.set()

    async def _follow(self, place: Place, thread: _Thread) -> None:
        """Keep a thread's status, until nothing is going on."""
        shown, refresh = "", False
        try:
            await asyncio.sleep(_DELAY)
            while thread.cards or shown:
                thread.changed.clear()
                status = thread.status()
                if status != shown or (status and refresh):
                    await self._set(place, status)
                shown, refresh = status, False
                if thread.cards:
                    try:
                        await asyncio.wait_for(thread.changed.wait(), _REFRESH)
                    except TimeoutError:
                        refresh = True
        finally:
            del self._threads[place]

    async def _set(self, place: Place, status: str) -> None:
        await self._api.try_call(
            "assistant.threads.setStatus",
            max_wait=0.0 if status else math.inf,  # one may be left out, but must not stay
            channel_id=place.channel,
            thread_ts=place.thread,
            status=status,
        )
