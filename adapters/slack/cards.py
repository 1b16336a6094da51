"""How does a card get to its place in Slack, while updates are few?

50 a minute are the whole workspace's. How a turn ends goes out before what only moves or is labelled anew; that waits
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

from adapters.slack import render, uploads
from adapters.slack.card_cache import moves
from adapters.slack.messages import BlocksRefused, FileGone, NoUpdateLeft
from adapters.slack.rate_limits import UPDATES
from adapters.slack.web_api import Lost, Refused
from bot.ports.cards import Posted
from bot.ports.errors import NotPosted
from bot.ports.lru import LRU
from bot.ports.messages import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.card_cache import Standing
    from adapters.slack.membership import Membership
    from adapters.slack.messages import Posts
    from adapters.slack.previews import Previews
    from adapters.slack.thread_status import Progress
    from adapters.slack.uploads import Uploads
    from adapters.slack.web_api import Api
    from bot.ports.cards import Card
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.slack")

#: updates of the last minute, and expected ones, up to which a card that only moves is changed, or labelled anew
_FOR_PROGRESS = 40
_FOR_LABELS = UPDATES - 2
#: updates of the last minute up to which that is done whatever is expected
_ALWAYS = 10
#: seconds that a card must stay as it is to be worth an update, while it moves
_PASSING = 1.5
#: seconds that a first card waits at most
_HELD = 10.0
#: mentions that are remembered
_REMEMBERED = 4096
#: seconds between two looks at whether there is room
_LOOK = 0.5
#: seconds that a turn's end waits for an update, before its message is replaced; and that anything else does
_WITHIN = 3.0
_WITHIN_SMALL = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Later:
    """A card that waits for room."""

    place: Place
    card: Card
    at: Posted | None
    #: since when it waits, on the monotonic clock
    since: float


class Cards:
    """Shows cards, the newest state of each."""

    def __init__(  # noqa: PLR0913 - the adapter's parts, each once
        self,
        *,
        api: Api,
        uploads: Uploads,
        posts: Posts,
        previews: Previews,
        progress: Progress,
        membership: Membership,
        standing: Standing,
        tasks: BackgroundTasks,
    ) -> None:
        self._api = api
        self._uploads = uploads
        self._posts = posts
        self._previews = previews
        self._progress = progress
        self._membership = membership
        self._standing = standing
        self._tasks = tasks
        #: does the workspace take pictures beside each other?
        self._beside = True
        self._later: dict[str, _Later] = {}
        #: cards with whose picture its asker was mentioned
        self._mentioned: LRU[str, None] = LRU(_REMEMBERED)
        self._flushing: asyncio.Task[None] | None = None
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Show a card now, or have it shown as soon as there is room. Raises NotPosted."""
        at = self._standing.where(card) or at
        if not moves(card):
            self._previews.stop(card)
        waiting = self._later.pop(card.id, None)
        later = _Later(
            place=place, card=card, at=at, since=waiting.since if waiting else time.monotonic()
        )
        if not self._has_room(later):
            return self._wait(later)
        self._standing.expect(card)
        async with self._locks.setdefault(card.id, asyncio.Lock()):
            self._later.pop(card.id, None)  # what was put off meanwhile is older
            return await self._now(later)

    def _wait(self, one: _Later) -> Posted:
        """Have a card shown later, and say below its thread what it is about."""
        self._later[one.card.id] = one
        if self._flushing is None or self._flushing.done():
            self._flushing = self._tasks.start(self._flush(), "cards that wait")
        where = self._standing.where(one.card) or one.at or Posted(place=one.place)
        self._progress.note(where.place, one.card)
        return where

    def _has_room(self, one: _Later) -> bool:
        """Tell whether a card may be shown now."""
        used, owed = self._api.limits.used("chat.update"), self._standing.owed()
        if not (one.at and one.at.messages):
            waits = moves(one.card) and one.place.thread is not None
            late = time.monotonic() - one.since > _HELD
            return not waits or late or used + owed < UPDATES
        passing = moves(one.card) and one.card.preview is None
        if passing and time.monotonic() - one.since < _PASSING:
            return False
        if self._standing.is_news(one.card) or used < _ALWAYS:
            return True
        return used + owed < (_FOR_PROGRESS if moves(one.card) else _FOR_LABELS)

    async def _flush(self) -> None:
        """Show what waits, the oldest first, as room comes."""
        while self._later:
            await asyncio.sleep(_LOOK)
            for id_ in list(self._later):
                one = self._later.get(id_)
                if one is None or not self._has_room(one):
                    continue
                self._standing.expect(one.card)
                async with self._locks.setdefault(id_, asyncio.Lock()):
                    newest = self._later.pop(id_, None)
                    if newest is None:
                        continue  # something newer was shown
                    try:
                        await self._now(newest)
                    except NotPosted as error:
                        _log.info("card not shown later", card=id_, error=str(error))

    async def _now(self, one: _Later) -> Posted:
        place, card = one.place, one.card
        before = self._standing.where(card)
        try:
            posted = await self._put(place, card, before or one.at)
        except NoUpdateLeft:
            return self._wait(one)
        except FileGone:
            self._uploads.forget(card)
            try:
                posted = await self._put(place, card, _message(before or one.at))
            except (FileGone, NoUpdateLeft) as error:
                raise NotPosted(str(error)) from error
        if moves(card):
            self._previews.note(card, posted)
        else:
            self._previews.forget(card)
        if place.thread is None and before is None:
            self._tasks.start(self._membership.tell(posted.place, card), "membership")
        if card.document is not None and before is None:
            await self._uploads.hand_out(card.document, posted.place)
        if card.mention is not None and card.id not in self._mentioned:
            self._mentioned[card.id] = None
            self._tasks.start(self._mention(posted.place, card), f"mention for {card.id}")
        self._progress.note(posted.place, card)
        return posted

    async def _mention(self, place: Place, card: Card) -> None:
        """Tell who asked that their picture is there, in a message of its own that is posted once."""
        own = replace(card, id=f"{card.id}/mention")
        try:
            await self._posts.put(place, own, render.mention(card), None)
        except NotPosted as error:
            _log.info("nobody mentioned", card=card.id, error=str(error))

    async def _put(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Have a card's pictures at Slack, and the card in its thread, unless it stands there so."""
        pictures = {}
        shows = card.problem is None or card.problem.kind is not Kind.NOT_POSTED
        if shows:
            pictures = await self._uploads.pictures(card, at.messages if at else ())
        unfinished = self._previews.of(card)
        shown = render.card(card, pictures, beside=self._beside, preview=unfinished)
        await self._previews.stopped(card)
        before = self._standing.where(card)
        if before is not None and self._standing.looks_so(card, shown):
            return before
        try:
            posted = await self._posts.put(place, card, shown, _message(at), self._within(card, at))
        except NoUpdateLeft:
            if at is None or not self._standing.is_news(card):
                raise
            _log.info("card posted anew, since updates are few", card=card.id)
            await self._posts.remove(at)
            posted = await self._posts.put(place, card, shown, None)
        except BlocksRefused as error:
            if not self._beside:
                raise NotPosted(str(error)) from error
            _log.warning("blocks refused, going on with simpler ones", error=str(error))
            self._beside = False
            return await self._put(place, card, at)
        posted = replace(posted, messages=(posted.messages[0], *uploads.remembered(pictures)))
        if at is not None and shows:  # what it shows no more was deleted
            now = {one.file for one in pictures.values()}
            await self.delete(one for one in uploads.files_in(at.messages) if one not in now)
        self._standing.note(card, posted, shown)
        return posted

    def _within(self, card: Card, at: Posted | None) -> float:
        """Give the seconds that a change may wait for Slack's limit; a thread's root cannot be replaced."""
        if not self._standing.is_news(card):
            return _WITHIN_SMALL
        root = at is None or not at.messages or at.place.thread == at.messages[0]
        return math.inf if root else _WITHIN

    async def delete(self, files: Iterable[str]) -> None:
        """Delete files that no card shows any more."""
        for file in files:
            try:
                await self._api.call("files.delete", file=file)
            except (Lost, Refused) as error:
                _log.info("file not deleted", file=file, error=str(error))


def _message(at: Posted | None) -> Posted | None:
    """Give where a card's message is, without its files; None: it has none yet."""
    return replace(at, messages=at.messages[:1]) if at is not None and at.messages else None
