"""How is something said to one person alone?

As an ephemeral message where the bot is a member; elsewhere over the response_url of what the person did, which works
five times in half an hour; else in the person's direct messages with the app. Slack shows no ephemeral message in a
thread without replies: there it is shown in the channel.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.ports.lru import LRU

if TYPE_CHECKING:
    from adapters.slack.render import Content
    from adapters.slack.web_api import WebApi
    from bot.ports.messages import Place

_MAX_ENTRIES = 5000
#: uses of a response_url, and the seconds that it lives
_MAX_USES = 5
_URL_TTL = 29 * 60.0


class Ephemerals:
    """Says things to one person alone."""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        #: response_url by event, when it came, its uses
        self._urls: LRU[str, tuple[str, float, int]] = LRU(_MAX_ENTRIES)
        #: threads that are known to have replies
        self._threads: LRU[tuple[str, str], None] = LRU(_MAX_ENTRIES)

    def note_reply(self, channel: str, thread: str | None) -> None:
        """Note that a thread has replies."""
        if thread is not None:
            self._threads[channel, thread] = None

    def note_url(self, event: str, response_url: str | None) -> None:
        """Note the response_url that came with what somebody did."""
        if response_url:
            self._urls[event] = (response_url, time.monotonic(), 0)

    async def post(self, place: Place, user: str, content: Content, event: str = "") -> bool:
        """Say something to a person; False: it is not possible here."""
        if place.channel.startswith("@"):
            return await self._post_message(content, channel=user)
        if place.channel.startswith("D"):  # nobody else reads it, and an ephemeral would be gone
            return await self._post_message(content, channel=place.channel, thread_ts=place.thread)
        thread = place.thread if (place.channel, place.thread) in self._threads else None
        posted = await self._api.try_call(
            "chat.postEphemeral",
            channel=place.channel,
            user=user,
            thread_ts=thread,
            **content.payload(),
        )
        return (
            posted is not None
            or await self._respond(event, thread, content)
            or await self._post_message(content, channel=user)
        )

    async def _post_message(self, content: Content, **where: Any) -> bool:  # noqa: ANN401 - arguments
        posted = await self._api.try_call(
            "chat.postMessage", idempotent=False, **where, **content.payload()
        )
        return posted is not None

    async def _respond(self, event: str, thread: str | None, content: Content) -> bool:
        url, since, uses = self._urls.get(event) or ("", 0.0, 0)
        if not url or uses >= _MAX_USES or time.monotonic() - since > _URL_TTL:
            return False
        self._urls[event] = (url, since, uses + 1)
        body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False}
        body |= {"thread_ts": thread} if thread else {}
        return await self._api.respond(url, {**body, **content.payload()})
