"""Does the bot read what people reply? Only where it is in the channel; elsewhere the asker learns it, once.

A command works in every public channel, and so does its card; but replies reach members only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from adapters.slack import render
from adapters.slack.api import Lost, Refused

if TYPE_CHECKING:
    from adapters.slack.api import Api
    from adapters.slack.whispers import Whispers
    from bot.faces import Card
    from bot.values import Place

_log = structlog.stdlib.get_logger("easel.slack")

#: channels that are remembered
_REMEMBERED = 10_000


class Membership:
    """The channels that the bot is known to be in."""

    def __init__(self, api: Api, whispers: Whispers) -> None:
        self._api = api
        self._whispers = whispers
        self._in: set[str] = set()

    def heard(self, channel: str) -> None:
        """Note a channel that something was heard from."""
        if len(self._in) < _REMEMBERED:
            self._in.add(channel)

    async def check(self, place: Place, card: Card) -> None:
        """Tell who began a canvas that replies are not read there, where that is so."""
        if place.channel in self._in or not card.event.startswith(("command/", "view/")):
            return
        try:
            await self._api.call("conversations.history", channel=place.channel, limit=1)
        except Refused as error:
            if error.code == "not_in_channel":
                shown = render.whisper(render.NOT_A_MEMBER)
                await self._whispers.say(place, card.person.id, shown, card.event)
        except Lost as error:
            _log.info("membership not known", error=str(error))
        else:
            self.heard(place.channel)
