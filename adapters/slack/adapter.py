"""How does Slack reach the bot, and the bot Slack?

A canvas is a thread: its root is a command's card, a direct message, or a message that mentions the bot. A card is
one message of the bot, found again by its metadata; its pictures are files of the bot's own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from slack_bolt.adapter.starlette.async_handler import (
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.authorization import AuthorizeResult
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.shared.tasks import BackgroundTasks
from adapters.slack import attachments, parse, render, uploads
from adapters.slack.backlog import CatchingUp
from adapters.slack.card_cache import Standing
from adapters.slack.cards import Cards
from adapters.slack.connection import Socket, app_of
from adapters.slack.doctor import ORG_WIDE
from adapters.slack.ephemerals import Whispers
from adapters.slack.handlers import Hearing
from adapters.slack.manifest import REQUEST_PATH
from adapters.slack.membership import Membership
from adapters.slack.messages import Posts
from adapters.slack.previews import Previews
from adapters.slack.thread_status import Progress
from adapters.slack.uploads import Uploads
from adapters.slack.users import People
from adapters.slack.web_api import Api, Lost, Refused
from bot.ports.cards import Posted
from bot.ports.errors import NotPosted, NotReached

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncApp
    from starlette.requests import Request

    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Attachment, Person, Place

_log = structlog.stdlib.get_logger("easel.slack")

#: bytes of a request in HTTP mode
_MOST_BODY = 2 * 1024 * 1024
#: digits of a request's time
_LONGEST_STAMP = 16
#: seconds before Slack is tried again, where it refuses the token or does not answer
_PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
#: seconds that whoever wants something of Slack waits for the sign-in
_SIGNING_IN = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What there is while Slack is signed in to."""

    team: str
    posts: Posts
    cards: Cards
    whispers: Whispers
    membership: Membership
    app: AsyncApp


class SlackAdapter:
    """One workspace, by its bot token."""

    name = "slack"
    live = False
    previews = None  # only where people ask for them: updates of messages are few

    def __init__(
        self,
        token: str,
        *,
        app_token: str | None = None,
        signing_secret: str | None = None,
        url: str | None = None,
    ) -> None:
        self._api = Api(token, url)
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._tasks = BackgroundTasks()
        self._parts: _Parts | None = None
        self._signed_in = asyncio.Event()
        self._standing = Standing()

    async def run(self, bot: Bot) -> None:
        """Listen until cancelled; goes on after whatever goes wrong."""
        await self._api.open()
        try:
            while True:
                try:
                    await self._listen(bot)
                except Exception:  # the other adapters must live
                    _log.exception("slack adapter failed, starting again")
                    await asyncio.sleep(_PAUSES[2])
        finally:
            self._signed_in.clear()
            await self._tasks.close()
            await self._api.close()

    async def _listen(self, bot: Bot) -> None:
        me = await self._sign_in()
        here = parse.Here(team=str(me.team_id), bot=str(me.bot_user_id), names={})
        people, whispers = People(self._api, self._tasks), Whispers(self._api)
        membership = Membership(self._api, whispers)
        posts = Posts(self._api, membership)
        hearing = Hearing(
            bot=bot,
            api=self._api,
            people=people,
            whispers=whispers,
            membership=membership,
            tasks=self._tasks,
            me=here,
        )
        app = app_of(hearing, me, None if self._app_token else self._signing_secret)
        catching_up = CatchingUp(self._api, bot, hearing, here.team)
        cards = Cards(
            api=self._api,
            uploads=Uploads(self._api, here.team, bot),
            posts=posts,
            previews=Previews(self._api, posts, self._standing, self._tasks),
            progress=Progress(self._api, self._tasks),
            membership=membership,
            standing=self._standing,
            tasks=self._tasks,
        )
        self._parts = _Parts(
            team=here.team,
            posts=posts,
            cards=cards,
            whispers=whispers,
            membership=membership,
            app=app,
        )
        self._signed_in.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(people.follow_groups(), name="slack groups")
            if self._app_token:
                socket = Socket(app, self._api, self._app_token, catching_up.after)
                tasks.create_task(socket.run(), name="slack socket")
            else:
                tasks.create_task(catching_up.after(None), name="slack catching up")
                await asyncio.Event().wait()

    async def _sign_in(self) -> AuthorizeResult:
        """Ask who we are, until Slack says so."""
        tries = 0
        while True:
            try:
                me = await self._api.call("auth.test")
            except Refused as error:
                _log.error("Slack refuses the bot token; see `easel doctor`", code=error.code)
            except Lost as error:
                _log.warning("Slack cannot be reached", error=str(error))
            else:
                if not me.get("team_id"):
                    _log.error(ORG_WIDE)
                    await asyncio.sleep(_PAUSES[-1])
                    continue
                _log.info("signed in to Slack", workspace=me.get("team"), team=me["team_id"])
                return AuthorizeResult(
                    enterprise_id=me.get("enterprise_id"),
                    team_id=me["team_id"],
                    bot_id=me.get("bot_id"),
                    bot_user_id=me["user_id"],
                    bot_token=self._api.token,
                )
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1

    async def _there(self, place: Place | None = None) -> _Parts:
        """Give the parts, once Slack is signed in to.

        Raises NotPosted for another workspace's place, NotReached where Slack lets nobody in.
        """
        try:
            await asyncio.wait_for(self._signed_in.wait(), _SIGNING_IN)
        except TimeoutError:
            raise NotReached("not signed in to Slack") from None
        assert self._parts is not None  # noqa: S101 - set before the event
        if place is not None and place.workspace != self._parts.team:
            raise NotPosted(f"{place} is in another workspace than {self._parts.team}")
        return self._parts

    # what the bot asks

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post the card, or update it where it is. Raises NotPosted."""
        if render.is_silent(card):
            return at or Posted(place=place)
        return await (await self._there(place)).cards.show(place, card, at)

    async def check_place(self, place: Place, event: str) -> None:  # noqa: ARG002 - the port's
        """Raise CannotPost where a picture cannot be posted at this place now."""
        await (await self._there(place)).membership.check(place)

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:
        """Show a card to one person alone; False: not possible here."""
        parts = await self._there(place)
        standing = self._standing.where(card)
        at = standing.place if standing is not None else place
        shown = render.card(card, {}, private=True, thread=at.thread)
        return await parts.whispers.say(at, person.id, shown, event)

    async def read_attachment(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Read a file that somebody sent."""
        await self._there()
        async for piece in attachments.read(self._api, attachment):
            yield piece

    async def rename_thread(self, place: Place, title: str) -> None:
        """Nothing to do: Slack's threads have no names."""

    async def remove_card(self, posted: Posted) -> None:
        """Delete a card, and the pictures that were uploaded for it."""
        parts = await self._there(posted.place)
        await parts.posts.remove(posted)
        await parts.cards.delete(uploads.files_in(posted.messages))

    # HTTP mode

    def routes(self) -> list[BaseRoute]:
        """Give the route of HTTP mode, guarded by Slack's signature; none in Socket Mode."""
        if self._app_token or not self._signing_secret:
            return []
        return [Route(REQUEST_PATH, self._request, methods=["POST"])]

    async def _request(self, request: Request) -> Response:
        if self._parts is None:
            return Response("Easel is signing in to Slack.", 503)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _MOST_BODY:
                return Response("That is too much.", 413)
        stamp = request.headers.get("x-slack-request-timestamp", "0")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < _LONGEST_STAMP):
            return Response("That is no request of Slack's.", 401)
        try:
            said = to_async_bolt_request(request, bytes(body))
        except ValueError:
            return Response("That is no request of Slack's.", 400)
        return to_starlette_response(await self._parts.app.async_dispatch(said))
