"""Which unfinished pictures are shown in Slack? Those that a thread asked for, while nothing else needs the calls.

Each takes an upload and one of the 50 updates a minute that the whole workspace has. They rest after a limit was
met, and end before their drawing's own picture is shown.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

import structlog

from adapters.slack import pictures, render
from adapters.slack.files import NeverProcessed, Sending
from adapters.slack.web_api import Lost, Refused
from bot.ports import limits

if TYPE_CHECKING:
    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.card_cache import Standing
    from adapters.slack.messages import Posts
    from adapters.slack.web_api import Api
    from bot.ports.cards import Card, Posted

_log = structlog.stdlib.get_logger("easel.slack")

#: seconds without any after a limit of Slack's
_REST = 300.0


class _Drawing:
    """A drawing whose unfinished pictures are shown."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.count = 0
        #: when the last one was begun, on the monotonic clock
        self.since = 0.0
        self.files: list[str] = []
        #: held while the message is being changed
        self.changing = asyncio.Lock()
        self.over = False


class Previews:
    """The unfinished pictures of all drawings, by card."""

    def __init__(self, api: Api, posts: Posts, standing: Standing, tasks: BackgroundTasks) -> None:
        self._api = api
        self._posts = posts
        self._standing = standing
        self._tasks = tasks
        self._sending = Sending(api)
        self._drawings: dict[str, _Drawing] = {}
        self._recent: deque[float] = deque(maxlen=limits.MAX_UPLOADED_PREVIEWS_A_MINUTE)

    def note(self, card: Card, at: Posted) -> None:
        """Have a card's newest unfinished picture shown, if it may be now."""
        if card.preview is None or card.preview.media_type not in pictures.SHOWABLE:
            return
        one, now = self._drawings.get(card.id) or _Drawing(), time.monotonic()
        busy = one.task is not None and not one.task.done()
        soon = one.count > 0 and now - one.since < limits.PREVIEW_UPLOAD_INTERVAL
        full = (
            len(self._recent) == limits.MAX_UPLOADED_PREVIEWS_A_MINUTE
            and now - self._recent[0] < 60
        )
        if (
            busy
            or soon
            or full
            or one.count == limits.MAX_UPLOADED_PREVIEWS
            or self._api.limits.met(_REST)
        ):
            return
        self._drawings[card.id] = one
        self._recent.append(now)
        one.count, one.since = one.count + 1, now
        one.task = self._tasks.start(self._show(one, card, at), f"preview of {card.id}")

    async def _show(self, one: _Drawing, card: Card, at: Posted) -> None:
        assert card.preview is not None  # noqa: S101 - looked at before
        name = f"preview.{pictures.SHOWABLE[card.preview.media_type]}"
        try:
            file = await self._sending.shown(name, card.preview.data, render.UNFINISHED)
            one.files.append(file)
            async with one.changing:
                if not one.over:
                    shown = render.card(card, {}, preview=file)
                    await self._posts.touch(at, shown)
                    self._standing.note(card, at, shown)
        except (Lost, Refused, NeverProcessed) as error:
            _log.info("preview not shown", card=card.id, error=str(error))

    def of(self, card: Card) -> str | None:
        """Give the file of what is shown of a drawing; None: nothing is."""
        one = self._drawings.get(card.id)
        return one.files[-1] if one is not None and one.files and not one.over else None

    def stop(self, card: Card) -> None:
        """Change nothing more for a card whose drawing is over."""
        if card.id in self._drawings:
            self._drawings[card.id].over = True

    async def stopped(self, card: Card) -> None:
        """Wait until a change that is on its way has arrived: the drawing's end must come after it."""
        one = self._drawings.get(card.id)
        if one is not None and one.over:
            async with one.changing:
                pass

    def forget(self, card: Card) -> None:
        """Delete the files of a drawing that is over and shown."""
        one = self._drawings.pop(card.id, None)
        if one is not None:
            self._tasks.start(self._deleted(one), f"previews of {card.id}")

    async def _deleted(self, one: _Drawing) -> None:
        if one.task is not None:
            await asyncio.wait([one.task])
        for file in one.files:
            try:
                await self._api.call("files.delete", file=file)
            except (Lost, Refused) as error:
                _log.info("preview not deleted", file=file, error=str(error))
