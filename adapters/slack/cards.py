"""How does a card get to its place in Slack, while updates are few?

50 a minute are the whole workspace's. How a turn ends goes out before what only moves or is labelled again; that waits
until there is room, and only its newest state is shown. A reply's first card waits too, for a short while, where there
would be no update left for its end: a quick picture is then posted at once, in one message.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import structlog

from adapters.slack import render
from adapters.slack.card_cache import CardCache, is_changing
from adapters.slack.files import CardImages, Files, files_of, with_files
from adapters.slack.messages import BlocksRefused, FileGone, Messages, UpdatesUsedUp
from adapters.slack.newest import find_newest
from adapters.slack.progress import Previews, ThreadStatus
from adapters.slack.rate_limits import UPDATES_PER_MINUTE
from bot.ports.cards import Posted
from bot.ports.errors import Kind, NotPosted
from bot.ports.language import speak
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.membership import Membership
    from adapters.slack.web_api import WebApi
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.slack")

#: updates of the last minute, and expected ones, up to which a card that only moves is changed, or labelled again
_ROOM_FOR_PROGRESS = 40
_ROOM_FOR_LABELS = UPDATES_PER_MINUTE - 2
#: updates of the last minute up to which that is done whatever is expected
_ALWAYS_ROOM = 10
#: seconds that a card must stay as it is to be worth an update, while it moves
_MIN_AGE = 1.5
#: seconds that a first card waits at most
_MAX_DELAY = 10.0
#: seconds between two looks at whether there is room
_LOOK_INTERVAL = 0.5
#: seconds that a turn's end waits for an update, before its message is replaced; and that anything else does
_MAX_WAIT, _MAX_WAIT_SMALL = 3.0, 1.0
_MAX_MENTIONS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A card that is to be shown, now or once there is room."""

    place: Place
    card: Card
    at: Posted | None
    #: since when it waits, on the monotonic clock
    since: float


class Cards:
    """Shows cards, the newest state of each."""

    def __init__(
        self,
        api: WebApi,
        bot: Bot,
        team: str,
        membership: Membership,
        tasks: BackgroundTasks,
        on_end: Callable[[str], None],
    ) -> None:
        self._bot = bot
        self._limits = api.limits
        self._membership = membership
        self._tasks = tasks
        #: told of the person of each card that will not change by itself any more
        self._on_end = on_end
        self._cache = CardCache()
        self._files = Files(api)
        self._images = CardImages(self._files, team, bot)
        self._messages = Messages(api, membership)
        self._previews = Previews(api.limits, self._files, self._messages, self._cache, tasks)
        self._status = ThreadStatus(api, bot, tasks)
        #: does the workspace take pictures side by side?
        self._has_carousels = True
        self._pending: dict[str, _Pending] = {}
        #: cards whose asker was mentioned with the picture
        self._mentioned: LRU[str, None] = LRU(_MAX_MENTIONS)
        self._flushing: asyncio.Task[None] | None = None
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def find(self, card: Card) -> Posted | None:
        """Return where a card is; None: not known."""
        return self._cache.find(card)

    async def remove(self, posted: Posted) -> None:
        """Delete a card, and the pictures that were uploaded for it. Raise NotPosted."""
        await self._messages.remove(posted)
        await self._files.delete(files_of(posted))

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Show a card now, or have it shown as soon as there is room. Raise NotPosted."""
        if not is_changing(card):
            self._previews.stop(card)
        earlier = self._pending.pop(card.id, None)
        since = earlier.since if earlier else time.monotonic()
        at = self._cache.find(card) or at
        pending = _Pending(place=place, card=card, at=at, since=since)
        if not self._has_room(pending):
            return self._put_off(pending)
        self._cache.expect(card)
        async with self._locks.setdefault(card.id, asyncio.Lock()):
            self._pending.pop(card.id, None)  # what was put off meanwhile is older
            return await self._show_now(pending)

    def _put_off(self, one: _Pending) -> Posted:
        """Have a card shown later, and show below its thread what it is about."""
        self._pending[one.card.id] = one
        if self._flushing is None or self._flushing.done():
            self._flushing = self._tasks.start(self._flush(), "cards that wait")
        at = self._cache.find(one.card) or one.at or Posted(place=one.place)
        self._status.note(at.place, one.card)
        return at

    def _has_room(self, one: _Pending) -> bool:
        """Return whether a card may be shown now."""
        used, expected = self._limits.used("chat.update"), self._cache.expected_updates()
        age = time.monotonic() - one.since
        if not (one.at and one.at.messages):
            may_wait = is_changing(one.card) and one.place.thread is not None
            return not may_wait or age > _MAX_DELAY or used + expected < UPDATES_PER_MINUTE
        if is_changing(one.card) and one.card.preview is None and age < _MIN_AGE:
            return False
        if self._cache.is_awaited(one.card) or used < _ALWAYS_ROOM:
            return True
        room = _ROOM_FOR_PROGRESS if is_changing(one.card) else _ROOM_FOR_LABELS
        return used + expected < room

    async def _flush(self) -> None:
        """Show the cards that wait, the oldest first, as room comes."""
        while self._pending:
            await asyncio.sleep(_LOOK_INTERVAL)
            for id_ in list(self._pending):
                one = self._pending.get(id_)
                if one is None or not self._has_room(one):
                    continue
                self._cache.expect(one.card)
                async with self._locks.setdefault(id_, asyncio.Lock()):
                    pending = self._pending.pop(id_, None)
                    if pending is None:
                        continue  # something newer was shown
                    place = pending.at.place if pending.at else pending.place
                    newest = await find_newest(self._bot, place, pending.card)
                    is_there = pending.at is not None and pending.at.messages
                    if is_there and newest is not pending.card and not is_changing(newest):
                        continue  # another process drew it, and shows it
                    try:
                        await self._show_now(replace(pending, card=newest))
                    except NotPosted as error:
                        _log.info("card not shown later", card=id_, error=str(error))

    async def _show_now(self, one: _Pending) -> Posted:
        with speak(one.card.language):  # what waited may be of a channel that speaks another
            return await self._show_in_its_language(one)

    async def _show_in_its_language(self, one: _Pending) -> Posted:
        place, card = one.place, one.card
        before = self._cache.find(card)
        try:
            posted = await self._put(place, card, before or one.at)
        except UpdatesUsedUp:
            return self._put_off(one)
        except FileGone:
            self._images.forget(card)
            try:
                posted = await self._put(place, card, _without_files(before or one.at))
            except (FileGone, UpdatesUsedUp) as error:
                raise NotPosted(str(error)) from error
        if is_changing(card):
            self._previews.note(card, posted)
        else:
            self._previews.forget(card)
            self._on_end(card.person.id)
        if before is None:
            if place.thread is None:
                warn = self._membership.warn_if_outside(posted.place, card)
                self._tasks.start(warn, "membership")
            if card.document is not None:
                await self._images.share(card.document, posted.place)
        if card.mention is not None and card.id not in self._mentioned:
            self._mentioned[card.id] = None
            self._tasks.start(self._mention(posted.place, card), f"mention for {card.id}")
        self._status.note(posted.place, card)
        return posted

    async def _mention(self, place: Place, card: Card) -> None:
        """Tell who asked that their picture is there, in a message of its own that is posted once."""
        own = replace(card, id=f"{card.id}/mention")
        try:
            await self._messages.put(place, own, render.mention(card), None)
        except NotPosted as error:
            _log.info("nobody mentioned", card=card.id, error=str(error))

    async def _put(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Upload a card's pictures, and show the card in its thread, unless it looks like that already."""
        # where a picture could not be posted, the card says so without it
        has_images = card.problem is None or card.problem.kind is not Kind.NOT_POSTED
        pictures = await self._images.find(card, at) if has_images else {}
        preview = self._previews.shown(card)
        content = render.card(card, pictures, carousel=self._has_carousels, preview=preview)
        await self._previews.wait_until_stopped(card)
        before = self._cache.find(card)
        if before is not None and self._cache.is_shown(card, content):
            return before
        message = _without_files(at)
        awaited = self._cache.is_awaited(card)
        try:
            max_wait = self._max_wait(at) if awaited else _MAX_WAIT_SMALL
            posted = await self._messages.put(place, card, content, message, max_wait)
        except UpdatesUsedUp:
            if at is None or not awaited:
                raise
            _log.info("card posted again, since updates are few", card=card.id)
            await self._messages.remove(at)
            posted = await self._messages.put(place, card, content, None)
        except BlocksRefused as error:
            if not self._has_carousels:
                raise NotPosted(str(error)) from error
            _log.warning("blocks refused, going on with simpler ones", error=str(error))
            self._has_carousels = False
            return await self._put(place, card, at)
        posted = with_files(posted, pictures)
        if has_images:
            used = {one.file for one in pictures.values()}
            await self._files.delete(file for file in files_of(at) if file not in used)
        self._cache.note(card, posted, content)
        return posted

    def _max_wait(self, at: Posted | None) -> float:
        """Return the seconds that a turn's end may wait for an update; a thread's root cannot be replaced."""
        root = at is None or not at.messages or at.place.thread == at.messages[0]
        return math.inf if root else _MAX_WAIT


def _without_files(at: Posted | None) -> Posted | None:
    """Return where a card's message is, without its files; None: it has none yet."""
    return replace(at, messages=at.messages[:1]) if at is not None and at.messages else None
