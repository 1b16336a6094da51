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
from adapters.slack import attachments, render
from adapters.slack.backlog import Backlog
from adapters.slack.cards import Cards
from adapters.slack.connection import Socket, build_app
from adapters.slack.doctor import ORG_WIDE
from adapters.slack.ephemerals import Ephemerals
from adapters.slack.handlers import Handlers
from adapters.slack.manifest import REQUEST_PATH
from adapters.slack.membership import Membership
from adapters.slack.parse import BotContext
from adapters.slack.users import Users
from adapters.slack.web_api import CallLost, CallRefused, WebApi
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

#: bytes of a request in HTTP mode, and digits of its time
_MAX_BODY = 2 * 1024 * 1024
_MAX_TIMESTAMP = 16
#: seconds before Slack is tried again, where it refuses the token or does not answer; the last one again and again
_SIGN_IN_PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
#: seconds before listening starts again after a failure
_RESTART_PAUSE = 5.0
#: seconds that whoever wants something of Slack waits for the sign-in
_SIGN_IN_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What there is while Slack is signed in to."""

    team: str
    app: AsyncApp
    cards: Cards
    ephemerals: Ephemerals
    membership: Membership


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
        self._api = WebApi(token, url)
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._tasks = BackgroundTasks()
        self._session: _Session | None = None
        self._signed_in = asyncio.Event()

    async def run(self, bot: Bot) -> None:
        """Listen until cancelled; goes on after whatever goes wrong."""
        await self._api.open()
        try:
            while True:
                try:
                    await self._listen(bot)
                except Exception:  # the other adapters must live
                    _log.exception("slack adapter failed, starting again")
                    await asyncio.sleep(_RESTART_PAUSE)
        finally:
            self._signed_in.clear()
            await self._tasks.close()
            await self._api.close()

    async def _listen(self, bot: Bot) -> None:
        me = await self._sign_in()
        context = BotContext(team=str(me.team_id), bot=str(me.bot_user_id))
        users, ephemerals = Users(self._api, self._tasks), Ephemerals(self._api)
        membership = Membership(self._api, ephemerals)
        handlers = Handlers(
            bot=bot,
            api=self._api,
            users=users,
            ephemerals=ephemerals,
            membership=membership,
            tasks=self._tasks,
            context=context,
        )
        app = build_app(handlers, me, None if self._app_token else self._signing_secret)
        self._session = _Session(
            team=context.team,
            app=app,
            cards=Cards(self._api, bot, context.team, membership, self._tasks),
            ephemerals=ephemerals,
            membership=membership,
        )
        self._signed_in.set()
        backlog = Backlog(self._api, bot, handlers, context.team)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(users.follow_groups(), name="slack groups")
            if self._app_token:
                socket = Socket(app, self._api, self._app_token, backlog.catch_up)
                tasks.create_task(socket.run(), name="slack socket")
            else:
                tasks.create_task(backlog.catch_up(None), name="slack backlog")
                await asyncio.Event().wait()

    async def _sign_in(self) -> AuthorizeResult:
        """Ask who we are, until Slack says so."""
        pauses = iter(_SIGN_IN_PAUSES)
        while True:
            pause = next(pauses, _SIGN_IN_PAUSES[-1])
            try:
                me = await self._api.call("auth.test")
            except CallRefused as error:
                _log.error("Slack refuses the bot token; see `easel doctor`", code=error.code)
            except CallLost as error:
                _log.warning("Slack cannot be reached", error=str(error))
            else:
                if me.get("team_id"):
                    _log.info("signed in to Slack", workspace=me.get("team"), team=me["team_id"])
                    return AuthorizeResult(
                        enterprise_id=me.get("enterprise_id"),
                        team_id=me["team_id"],
                        bot_id=me.get("bot_id"),
                        bot_user_id=me["user_id"],
                        bot_token=self._api.token,
                    )
                _log.error(ORG_WIDE)
                pause = _SIGN_IN_PAUSES[-1]
            await asyncio.sleep(pause)

    async def _wait_for_session(self, place: Place | None = None) -> _Session:
        """Return what there is once Slack is signed in to.

        Raise NotPosted for another workspace's place, NotReached where Slack lets nobody in.
        """
        try:
            await asyncio.wait_for(self._signed_in.wait(), _SIGN_IN_TIMEOUT)
        except TimeoutError:
            raise NotReached("not signed in to Slack") from None
        assert self._session is not None  # noqa: S101 - set before the event
        if place is not None and place.workspace != self._session.team:
            raise NotPosted(f"{place} is in another workspace than {self._session.team}")
        return self._session

    # what the bot asks

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post the card, or update it where it is. Raise NotPosted."""
        if render.is_silent(card):
            return at or Posted(place=place)
        return await (await self._wait_for_session(place)).cards.show(place, card, at)

    async def check_place(self, place: Place, event: str) -> None:  # noqa: ARG002 - the port's
        """Raise CannotPost where a picture cannot be posted at this place now."""
        await (await self._wait_for_session(place)).membership.check(place)

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:
        """Show a card to one person alone; False: not possible here."""
        session = await self._wait_for_session(place)
        posted = session.cards.find(card)
        place = posted.place if posted is not None else place
        content = render.card(card, {}, private=True, thread=place.thread)
        return await session.ephemerals.post(place, person.id, content, event)

    async def read_attachment(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Read a file that somebody sent."""
        await self._wait_for_session()
        async for chunk in attachments.read(self._api, attachment):
            yield chunk

    async def rename_thread(self, place: Place, title: str) -> None:
        """Do nothing: Slack's threads have no names."""

    async def remove_card(self, posted: Posted) -> None:
        """Delete a card, and the pictures that were uploaded for it."""
        await (await self._wait_for_session(posted.place)).cards.remove(posted)

    # HTTP mode

    def routes(self) -> list[BaseRoute]:
        """Return the route of HTTP mode, guarded by Slack's signature; none in Socket Mode."""
        if self._app_token or not self._signing_secret:
            return []
        return [Route(REQUEST_PATH, self._handle_request, methods=["POST"])]

    async def _handle_request(self, request: Request) -> Response:
        if self._session is None:
            return Response("Easel is signing in to Slack.", 503)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BODY:
                return Response("That is too much.", 413)
        timestamp = request.headers.get("x-slack-request-timestamp", "0")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < _MAX_TIMESTAMP):
            return Response("That is no request of Slack's.", 401)
        try:
            bolt_request = to_async_bolt_request(request, bytes(body))
        except ValueError:
            return Response("That is no request of Slack's.", 400)
        return to_starlette_response(await self._session.app.async_dispatch(bolt_request))
