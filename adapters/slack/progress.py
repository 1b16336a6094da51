"""How is a drawing's progress shown in Slack, while updates are 50 a minute for a whole workspace?

As a status below its thread, which is cheap: it goes by itself with the bot's next message, or after two minutes, and is
cleared when the picture is there. Where a thread asked for previews, as previews, while nothing else needs the calls:
each takes an upload and an update. They rest after a 429, and end before their drawing's own picture is shown.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from typing import TYPE_CHECKING

import structlog

from adapters.slack import render, sentences
from adapters.slack.files import SHOWABLE, Files, NeverProcessed
from adapters.slack.newest import find_newest
from adapters.slack.web_api import CallFailed
from bot.ports.language import _
from bot.ports.limits import (
    MAX_UPLOADED_PREVIEWS,
    MAX_UPLOADED_PREVIEWS_A_MINUTE,
    PREVIEW_UPLOAD_INTERVAL,
)
from bot.ports.messages import State

if TYPE_CHECKING:
    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.card_cache import CardCache
    from adapters.slack.messages import Messages
    from adapters.slack.rate_limits import RateLimits
    from adapters.slack.web_api import WebApi
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card, Posted, Preview
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.slack")

#: seconds before a drawing is worth a status, which takes two calls
_DELAY = 1.0
#: seconds, before Slack clears a status by itself, after which it is set again
_REFRESH = 100.0
#: seconds without previews after a 429
_REST = 300.0


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

    def __init__(self, api: WebApi, bot: Bot, tasks: BackgroundTasks) -> None:
        self._api = api
        self._bot = bot
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
                        async with asyncio.timeout(_REFRESH):
                            await thread.changed.wait()
                    except TimeoutError:
                        refresh = True
                        await self._drop_over(place, thread)
        finally:
            del self._threads[place]

    async def _drop_over(self, place: Place, thread: _Thread) -> None:
        """Forget cards that are over: another process may have drawn them."""
        for card in list(thread.cards.values()):
            newest = await find_newest(self._bot, place, card)
            if newest.revision > card.revision:
                self.note(place, newest)

    async def _set(self, place: Place, status: str) -> None:
        await self._api.try_call(
            "assistant.threads.setStatus",
            max_wait=0.0 if status else math.inf,  # one may be left out, but must not stay
            channel_id=place.channel,
            thread_ts=place.thread,
            status=status,
        )


class _Drawing:
    """A drawing whose previews are shown."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.count = 0
        #: when the last one was begun, on the monotonic clock
        self.since = 0.0
        self.files: list[str] = []
        #: held while the message is being changed
        self.changing = asyncio.Lock()
        self.is_over = False

    def is_due(self, now: float) -> bool:
        """Return whether one more may be shown now."""
        busy = self.task is not None and not self.task.done()
        early = self.count > 0 and now - self.since < PREVIEW_UPLOAD_INTERVAL
        return not busy and not early and self.count < MAX_UPLOADED_PREVIEWS


class Previews:
    """The previews of all drawings, by card."""

    def __init__(
        self,
        limits: RateLimits,
        files: Files,
        messages: Messages,
        cache: CardCache,
        tasks: BackgroundTasks,
    ) -> None:
        self._limits = limits
        self._files = files
        self._messages = messages
        self._cache = cache
        self._tasks = tasks
        self._drawings: dict[str, _Drawing] = {}
        self._recent: deque[float] = deque(maxlen=MAX_UPLOADED_PREVIEWS_A_MINUTE)

    def note(self, card: Card, at: Posted) -> None:
        """Have a card's newest preview shown, if it may be now."""
        preview = card.preview
        if preview is None or preview.media_type not in SHOWABLE:
            return
        drawing, now = self._drawings.get(card.id) or _Drawing(), time.monotonic()
        full = len(self._recent) == self._recent.maxlen and now - self._recent[0] < 60
        if full or not drawing.is_due(now) or self._limits.was_limited(_REST):
            return
        self._drawings[card.id] = drawing
        self._recent.append(now)
        drawing.count, drawing.since = drawing.count + 1, now
        show = self._show(drawing, card, preview, at)
        drawing.task = self._tasks.start(show, f"preview of {card.id}")

    async def _show(self, drawing: _Drawing, card: Card, preview: Preview, at: Posted) -> None:
        name = f"preview.{SHOWABLE[preview.media_type]}"
        try:
            file = await self._files.upload_image(name, preview.data, _(sentences.PREVIEW_ALT))
            drawing.files.append(file)
            async with drawing.changing:
                if not drawing.is_over:
                    content = render.card(card, {}, preview=file)
                    await self._messages.update(at, content, 0.0, idempotent=False)
                    self._cache.note(card, at, content)
        except (CallFailed, NeverProcessed) as error:
            _log.info("preview not shown", card=card.id, error=str(error))

    def shown(self, card: Card) -> str | None:
        """Return the file of the preview that a card shows; None: none."""
        drawing = self._drawings.get(card.id)
        return drawing.files[-1] if drawing and drawing.files and not drawing.is_over else None

    def stop(self, card: Card) -> None:
        """Change nothing more for a card whose drawing is over."""
        if card.id in self._drawings:
            self._drawings[card.id].is_over = True

    async def wait_until_stopped(self, card: Card) -> None:
        """Wait until a change that is on its way has arrived: the drawing's end must come after it."""
        drawing = self._drawings.get(card.id)
        if drawing is not None and drawing.is_over:
            async with drawing.changing:
                pass

    def forget(self, card: Card) -> None:
        """Delete the files of a drawing that is over and shown."""
        drawing = self._drawings.pop(card.id, None)
        if drawing is not None:
            self._tasks.start(self._delete_files(drawing), f"previews of {card.id}")

    async def _delete_files(self, drawing: _Drawing) -> None:
        if drawing.task is not None:
            await asyncio.wait([drawing.task])
        await self._files.delete(drawing.files)
