"""What can the app do with a response_url?

Five uses in half an hour, anywhere, also where the app is no member.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.slack.methods import chat
from tests.servers.slack.methods.method import Asked
from tests.servers.slack.values import Json, SlackError

if TYPE_CHECKING:
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.person import Person
    from tests.servers.slack.server import SlackServer

USES = 5
LIFE = 30 * 60.0

#: The name under which its faults are switched on and its calls are recorded.
RESPONSE_URL = "response_url"


@dataclass(kw_only=True)
class ResponseUrl:
    """One address, for one person in one channel."""

    person: Person
    channel: Channel
    #: the message that the interaction came from; None: a command
    source: Message | None
    #: the server's clock
    made: float
    uses: int = 0


class ResponseUrls:
    """All that were given out."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self._given: dict[str, ResponseUrl] = {}

    def give(self, kind: str, person: Person, channel: Channel, source: Message | None) -> str:
        """Make an address; `kind` is its first word: commands, actions, app."""
        team, made = person.workspace.id, secrets.token_urlsafe(18)
        path = f"{kind}/{team}/{len(self._given) + 1}/{made}"
        self._given[path] = ResponseUrl(
            person=person, channel=channel, source=source, made=self.slack.clock.now()
        )
        return f"{self.slack.url}/hooks/{path}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        url = self._given.get(request.match_info["path"])
        try:
            body = await request.json()
        except (ValueError, RecursionError):
            return web.Response(status=400, text="invalid_payload")
        given = body if isinstance(body, dict) else {}
        call = self.slack.web_api.record(RESPONSE_URL, given, None)
        struck = await self.slack.web_api.before(request, call)
        if struck is not None:
            return struck
        try:
            await self._use(url, given)
        except SlackError as error:
            call.status, call.answer = 404, error.answer
            return web.json_response({"ok": False, "error": error.code}, status=404)
        call.status, call.answer = 200, {"ok": True}
        self.slack.changes.tell()
        return await self.slack.web_api.after(request, call) or web.Response(text="ok")

    async def _use(self, url: ResponseUrl | None, body: Json) -> None:
        if url is None:
            raise SlackError("no_service")
        if self.slack.clock.now() > url.made + LIFE:
            raise SlackError("expired_url")
        if url.uses >= USES:
            raise SlackError("used_url")
        url.uses += 1
        await self.show(url, body)

    async def show(self, url: ResponseUrl, body: Json) -> Message | None:
        """Do what a body says: replace or delete the source, or show something new."""
        if body.get("delete_original") and url.source is not None:
            await self._delete(url.source)
            return None
        asked = Asked(
            slack=self.slack,
            workspace=url.person.workspace,
            method=RESPONSE_URL,
            args=body,
        )
        content = chat.content_of(asked, chat.LONGEST_TEXT)
        if body.get("replace_original") and url.source is not None:
            return await self._replace(asked, url.source, content)
        return await self._new(asked, url, content)

    async def _delete(self, source: Message) -> None:
        if source.only_for is not None:
            source.deleted = True
            self.slack.changes.tell()
        else:
            await source.channel.workspace.removed(source)

    async def _replace(self, asked: Asked, source: Message, content: Json) -> Message:
        # what one person sees stands in no history, and no event tells of it
        before = source.payload() if source.only_for is None else None
        chat.write(asked, source, content)
        if before is not None:
            now = asked.workspace.next_ts()
            source.edited = {"user": asked.workspace.bot.user_id, "ts": now}
            await asked.workspace.changed(source, before)
        self.slack.changes.tell()
        return source

    async def _new(self, asked: Asked, url: ResponseUrl, content: Json) -> Message:
        in_channel = asked.text("response_type", "ephemeral") == "in_channel"
        thread: Any = asked.text("thread_ts", "") or None
        message = asked.workspace.compose(
            url.channel,
            asked.workspace.bot,
            thread=thread,
            only_for=None if in_channel else url.person,
        )
        chat.write(asked, message, content)
        if in_channel:
            return await asked.workspace.post(message)
        chat.show_ephemeral(asked, message)
        return message
