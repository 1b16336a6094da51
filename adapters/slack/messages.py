"""How does a card become one message, and stay one, whatever gets lost on the way?

Each card's id is in its message's metadata. Whoever does not know whether a card was posted, after a crash or
a lost answer, looks for it before posting.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import structlog

from adapters.slack.web_api import LIMITED, Lost, Refused
from bot.ports.cards import Posted
from bot.ports.errors import NotPosted, NotReached

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.slack.membership import Membership
    from adapters.slack.render import Shown
    from adapters.slack.web_api import Api
    from bot.ports.cards import Card
    from bot.ports.messages import Place

Json = dict[str, Any]
_log = structlog.stdlib.get_logger("easel.slack")

_EVENT = "easel_card"
#: messages of a page, and pages, that are looked through for a card
_PAGE = 200
_PAGES = 5
#: seconds by which our clock and Slack's may differ
_SKEW = 300.0
#: seconds after which a card that was never posted may have been posted by another process
_FRESH = 10.0
#: seconds before a message whose answer was lost is looked for
_PAUSES = (0.1, 1.0, 4.0)


class FileGone(Exception):
    """A picture of the message is not at Slack any more."""


class NoUpdateLeft(Exception):
    """Slack's limit lets no message be changed now."""


class BlocksRefused(Exception):
    """This workspace does not take blocks of this kind."""


class Posts:
    """Writes the bot's messages."""

    def __init__(self, api: Api, membership: Membership) -> None:
        self._api = api
        self._membership = membership
        self._since = time.time()
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def put(
        self, place: Place, card: Card, shown: Shown, at: Posted | None, within: float = math.inf
    ) -> Posted:
        """Post a card, or change it where it is.

        `within`: seconds that a change may wait for Slack's limit. Raises NotPosted, FileGone, BlocksRefused, and
        NoUpdateLeft where that is longer.
        """
        try:
            if at is None and not self._is_fresh(card):
                at = await self._find(place, card)
            if at is not None and await self._update(at, shown, within):
                return at
            if at is not None:  # it is gone; perhaps it was replaced, and that was not noted
                at = await self._find(place, card, besides=at.messages[0])
            if at is not None and await self._update(at, shown, within):
                return at
            # one after another in a thread, so that cards stand in the order of asking
            async with self._orders.setdefault(str(place), asyncio.Lock()):
                return await self._post(place, card, shown)
        except (Lost, Refused) as error:
            if isinstance(error, Refused) and "slack file" in str(error):
                raise FileGone(str(error)) from error
            if isinstance(error, Refused) and error.code.startswith("invalid_blocks"):
                raise BlocksRefused(str(error)) from error
            if isinstance(error, Refused) and error.code == LIMITED:
                raise NoUpdateLeft(str(error)) from error
            if isinstance(error, Refused):
                self._membership.refused(place, error.code)
            kind = NotReached if isinstance(error, Lost) else NotPosted
            raise kind(str(error)) from error

    def _is_fresh(self, card: Card) -> bool:
        """Tell whether nobody can have posted it: it is younger than this process, and just asked."""
        return card.created > self._since and time.time() - card.created < _FRESH

    async def _post(self, place: Place, card: Card, shown: Shown) -> Posted:
        doubtful = not self._is_fresh(card)
        for pause in (*_PAUSES, None):
            try:
                answer = await self._api.call(
                    "chat.postMessage",
                    twice=False,
                    channel=place.channel.removeprefix("@"),
                    thread_ts=place.thread,
                    text=shown.text,
                    blocks=list(shown.blocks),
                    unfurl_links=False,
                    unfurl_media=False,
                    metadata={"event_type": _EVENT, "event_payload": {"card": card.id}},
                )
            except Lost:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
                found = await self._find(place, card)
                if found is not None:
                    return found
                doubtful = True
            else:
                self._membership.took(place)
                posted = _posted(place, str(answer["channel"]), str(answer["ts"]))
                if doubtful and place.channel.startswith("@"):
                    await self._only(posted, place, card)
                return posted
        raise Lost("chat.postMessage")

    async def _only(self, posted: Posted, place: Place, card: Card) -> None:
        """Take away an earlier message of a card that somebody was sent by name.

        Only Slack's answer tells in which channel to look; to ask for it takes one more scope.
        """
        room = replace(place, channel=posted.place.channel)
        try:
            earlier = await self._find(room, card, besides=posted.messages[0])
            if earlier is not None:
                await self.remove(earlier)
        except (Lost, NotPosted) as error:
            _log.warning("card perhaps twice", card=card.id, error=str(error))

    async def touch(self, at: Posted, shown: Shown) -> None:
        """Change a message, if that is no trouble. Raises Lost or Refused."""
        await self._update(at, shown, 0.0, twice=False)

    async def _update(
        self, at: Posted, shown: Shown, within: float = math.inf, *, twice: bool = True
    ) -> bool:
        """Change a message; False: somebody deleted it."""
        try:
            await self._api.call(
                "chat.update",
                twice=twice,
                within=within,
                channel=at.place.channel,
                ts=at.messages[0],
                text=shown.text,
                blocks=list(shown.blocks),
            )
        except Refused as error:
            if error.code == "message_not_found":
                return False
            raise
        return True

    async def _find(self, place: Place, card: Card, *, besides: str = "") -> Posted | None:
        """Look for a card that may have been posted; None: it is not there, or cannot be looked for.

        `besides`: the message of it that is known.
        """
        if place.channel.startswith("@"):
            return None  # somebody's messages by their name have no history
        since = f"{card.created - _SKEW:.6f}" if card.created else None
        try:
            async for message in self._messages(place, since):
                about = message.get("metadata") or {}
                payload = about.get("event_payload") or {}
                ours = about.get("event_type") == _EVENT and payload.get("card") == card.id
                if ours and message["ts"] != besides:
                    _log.info("card found again", card=card.id)
                    return _posted(place, place.channel, str(message["ts"]))
        except Refused as error:
            _log.info("card not looked for", card=card.id, error=str(error))
        return None

    async def _messages(self, place: Place, since: str | None) -> AsyncIterator[Json]:
        method = "conversations.history" if place.thread is None else "conversations.replies"
        cursor: str | None = None
        for _ in range(_PAGES):
            answer = await self._api.call(
                method,
                channel=place.channel,
                ts=place.thread,
                oldest=since,
                limit=_PAGE,
                cursor=cursor,
                include_all_metadata="true",
            )
            for message in answer["messages"]:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def remove(self, at: Posted) -> None:
        """Delete a message; one that is gone is well too. Raises NotPosted."""
        if not at.messages:
            return
        try:
            await self._api.call("chat.delete", channel=at.place.channel, ts=at.messages[0])
        except (Lost, Refused) as error:
            if not (isinstance(error, Refused) and error.code == "message_not_found"):
                raise NotPosted(str(error)) from error


def _posted(place: Place, channel: str, ts: str) -> Posted:
    return Posted(place=replace(place, channel=channel, thread=place.thread or ts), messages=(ts,))
