"""How does a card become one message, and stay one, whatever gets lost on the way?

Each card's id is in its message's metadata. Where it is not known whether a card was posted, after a crash or a lost
answer, it is looked for before it is posted.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import structlog

from adapters.slack.web_api import RATE_LIMITED, CallFailed, CallLost, CallRefused
from bot.ports.cards import Posted
from bot.ports.errors import NotPosted, NotReached

if TYPE_CHECKING:
    from adapters.slack.membership import Membership
    from adapters.slack.render import Content
    from adapters.slack.web_api import WebApi
    from bot.ports.cards import Card
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.slack")

_EVENT_TYPE = "easel_card"
#: seconds by which our clock and Slack's may differ
_CLOCK_SKEW = 300.0
#: seconds after which a card that was never posted may have been posted by another process
_FRESH = 5.0
#: seconds before a message whose answer was lost is looked for
_LOST_PAUSES = (0.1, 1.0, 4.0)


class FileGone(Exception):
    """A picture of the message is not at Slack any more."""


class UpdatesUsedUp(Exception):
    """Slack's limit lets no message be changed now."""


class BlocksRefused(Exception):
    """This workspace does not take blocks of this kind."""


class Messages:
    """Writes the bot's messages."""

    def __init__(self, api: WebApi, membership: Membership) -> None:
        self._api = api
        self._membership = membership
        self._started = time.time()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def put(
        self,
        place: Place,
        card: Card,
        content: Content,
        at: Posted | None,
        max_wait: float = math.inf,
    ) -> Posted:
        """Post a card, or change it where it is.

        `max_wait`: seconds that a change may wait for Slack's limit. Raise NotPosted, FileGone, BlocksRefused, and
        UpdatesUsedUp where it takes longer.
        """
        try:
            if at is None and not self._is_fresh(card):
                at = await self._find(place, card)
            if at is not None and await self.update(at, content, max_wait):
                return at
            if at is not None:  # it is gone; it may have been replaced, and that was not noted
                at = await self._find(place, card, besides=at.messages[0])
            if at is not None and await self.update(at, content, max_wait):
                return at
            # one after another in a thread, so that cards stand in the order of asking
            async with self._locks.setdefault(str(place), asyncio.Lock()):
                return await self._post(place, card, content)
        except CallLost as error:
            raise NotReached(str(error)) from error
        except CallRefused as error:
            if "slack file" in str(error):
                raise FileGone(str(error)) from error
            if error.code.startswith("invalid_blocks"):
                raise BlocksRefused(str(error)) from error
            if error.code == RATE_LIMITED:
                raise UpdatesUsedUp(str(error)) from error
            self._membership.note_refused(place, error.code)
            raise NotPosted(str(error)) from error

    def _is_fresh(self, card: Card) -> bool:
        """Return whether nobody can have posted it: it is younger than this process, and just asked."""
        return card.created > self._started and time.time() - card.created < _FRESH

    async def _post(self, place: Place, card: Card, content: Content) -> Posted:
        doubtful = not self._is_fresh(card)
        pauses, answer = iter(_LOST_PAUSES), None
        while answer is None:
            try:
                answer = await self._api.call(
                    "chat.postMessage",
                    idempotent=False,
                    channel=place.channel.removeprefix("@"),
                    thread_ts=place.thread,
                    unfurl_links=False,
                    unfurl_media=False,
                    metadata={"event_type": _EVENT_TYPE, "event_payload": {"card": card.id}},
                    **content.payload(),
                )
            except CallLost:
                pause = next(pauses, None)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
                found = await self._find(place, card)
                if found is not None:
                    return found
                doubtful = True
        self._membership.note_posted(place)
        posted = _posted(place, str(answer["channel"]), str(answer["ts"]))
        if doubtful and place.channel.startswith("@"):
            await self._remove_earlier(posted, place, card)
        return posted

    async def _remove_earlier(self, posted: Posted, place: Place, card: Card) -> None:
        """Delete an earlier message of a card that was sent to a user id.

        Only Slack's answer tells in which channel to look; to ask for it takes one more scope.
        """
        channel = replace(place, channel=posted.place.channel)
        try:
            earlier = await self._find(channel, card, besides=posted.messages[0])
            if earlier is not None:
                await self.remove(earlier)
        except (CallLost, NotPosted) as error:
            _log.warning("card perhaps twice", card=card.id, error=str(error))

    async def update(
        self, at: Posted, content: Content, max_wait: float, *, idempotent: bool = True
    ) -> bool:
        """Change a message; False: somebody deleted it. Raise CallRefused or CallLost."""
        try:
            await self._api.call(
                "chat.update",
                idempotent=idempotent,
                max_wait=max_wait,
                channel=at.place.channel,
                ts=at.messages[0],
                **content.payload(),
            )
        except CallRefused as error:
            if error.code == "message_not_found":
                return False
            raise
        return True

    async def _find(self, place: Place, card: Card, *, besides: str = "") -> Posted | None:
        """Return where a card is that may have been posted; None: nowhere, or it cannot be looked for.

        `besides`: the message of it that is known.
        """
        if place.channel.startswith("@"):
            return None  # a user id has no history
        oldest = card.created - _CLOCK_SKEW if card.created else None
        try:
            async for message in self._api.messages(place.channel, place.thread, oldest):
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                own = metadata.get("event_type") == _EVENT_TYPE and payload.get("card") == card.id
                if own and message["ts"] != besides:
                    _log.info("card found again", card=card.id)
                    return _posted(place, place.channel, str(message["ts"]))
        except CallRefused as error:
            _log.info("card not looked for", card=card.id, error=str(error))
        return None

    async def remove(self, at: Posted) -> None:
        """Delete a message; it may be gone already. Raise NotPosted."""
        if not at.messages:
            return
        try:
            await self._api.call("chat.delete", channel=at.place.channel, ts=at.messages[0])
        except CallFailed as error:
            if not (isinstance(error, CallRefused) and error.code == "message_not_found"):
                raise NotPosted(str(error)) from error


def _posted(place: Place, channel: str, ts: str) -> Posted:
    return Posted(place=replace(place, channel=channel, thread=place.thread or ts), messages=(ts,))
