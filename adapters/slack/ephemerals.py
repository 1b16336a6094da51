"""How is something said to one person alone?

Beside the thread where the bot is a member; elsewhere over the response_url of what the person did, which works
five times in half an hour; else in the person's messages with the app. Slack shows nothing of this kind in a thread
without replies: there it is said in the channel.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog

from adapters.slack.web_api import Lost, Refused
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from adapters.slack.render import Shown
    from adapters.slack.web_api import Api
    from bot.ports.messages import Place

Json = dict[str, Any]
_log = structlog.stdlib.get_logger("easel.slack")

_REMEMBERED = 5000
_USES = 5
#: seconds
_LIFE = 29 * 60.0


class Whispers:
    """Says things to one person alone."""

    def __init__(self, api: Api) -> None:
        self._api = api
        #: event → address, when it came, uses
        self._urls: LRU[str, tuple[str, float, int]] = LRU(_REMEMBERED)
        #: threads that are known to have replies
        self._threads: LRU[tuple[str, str], None] = LRU(_REMEMBERED)

    def replied(self, channel: str, thread: str | None) -> None:
        """Note a thread with replies."""
        if thread is not None:
            self._threads[channel, thread] = None

    def _thread(self, place: Place) -> str | None:
        """Give the thread to say something in; None: it would not be seen there."""
        return place.thread if (place.channel, place.thread) in self._threads else None

    def remember(self, event: str, response_url: str | None) -> None:
        """Keep the address that came with what somebody did."""
        if response_url:
            self._urls[event] = (response_url, time.monotonic(), 0)

    async def say(self, place: Place, user: str, shown: Shown, event: str = "") -> bool:
        """Say it; False: it is not possible here."""
        if place.channel.startswith("@"):
            return await self._in_messages(user, shown)
        if place.channel.startswith(
            "D"
        ):  # nobody else reads it, and what is ephemeral would be gone
            return await self._in_messages(place.channel, shown, place.thread)
        return (
            await self._beside(place, user, shown)
            or await self._over_url(event, place, shown)
            or await self._in_messages(user, shown)
        )

    async def _beside(self, place: Place, user: str, shown: Shown) -> bool:
        try:
            await self._api.call(
                "chat.postEphemeral",
                channel=place.channel,
                user=user,
                thread_ts=self._thread(place),
                text=shown.text,
                blocks=list(shown.blocks),
            )
        except (Lost, Refused) as error:
            _log.info("not said beside the thread", error=str(error))
            return False
        return True

    async def _in_messages(self, channel: str, shown: Shown, thread: str | None = None) -> bool:
        try:
            await self._api.call(
                "chat.postMessage",
                twice=False,
                channel=channel,
                thread_ts=thread,
                text=shown.text,
                blocks=list(shown.blocks),
            )
        except (Lost, Refused) as error:
            _log.warning("not said in private", error=str(error))
            return False
        return True

    async def _over_url(self, event: str, place: Place, shown: Shown) -> bool:
        found = self._urls.get(event)
        if found is None:
            return False
        url, since, uses = found
        if uses >= _USES or time.monotonic() - since > _LIFE:
            return False
        self._urls[event] = (url, since, uses + 1)
        body: Json = {"response_type": "ephemeral", "replace_original": False}
        thread = self._thread(place)
        body |= {"thread_ts": thread} if thread else {}
        return await self._api.respond(
            url, {**body, "text": shown.text, "blocks": list(shown.blocks)}
        )
