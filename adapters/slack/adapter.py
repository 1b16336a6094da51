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
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.slack import attachments, render
from adapters.slack.connection import Socket, build_app
from adapters.slack.installations import Installations, OAuthClient, build_flow
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, REQUEST_PATH
from adapters.slack.membership import NO_ACCESS
from adapters.slack.sessions import open_sessions
from adapters.slack.workspaces import InstalledWorkspaces, TokenWorkspace, Workspaces
from bot.ports.cards import Posted
from bot.ports.errors import CannotPost, EaselError, NotPosted, NotReached, ServedElsewhere
from bot.ports.secret_store import LostKey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
    from starlette.requests import Request

    from adapters.slack.sessions import HttpSessions
    from adapters.slack.workspaces import Workspace
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Attachment, Person, Place

_log = structlog.stdlib.get_logger("easel.slack")

#: bytes of a request in HTTP mode, and digits of its time
_MAX_BODY = 2 * 1024 * 1024
_MAX_TIMESTAMP = 16
#: seconds before listening starts again after a failure
_RESTART_PAUSE = 5.0
#: seconds that whoever wants something of Slack waits for the sign-in
_SIGN_IN_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What there is while Slack is signed in to."""

    app: AsyncApp
    workspaces: Workspaces
    #: None: nobody can install it
    flow: AsyncOAuthFlow | None


class SlackAdapter:
    """The workspace of a bot token, or all that install Easel through an OAuth client."""

    name = "slack"
    live = False
    previews = None  # only where people ask for them: updates of messages are few

    def __init__(
        self,
        access: str | OAuthClient,
        *,
        app_token: str | None = None,
        signing_secret: str | None = None,
        url: str | None = None,
        receives: bool = True,
    ) -> None:
        self._access = access
        self._receives = receives
        self._url = url
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._session: _Session | None = None
        self._signed_in = asyncio.Event()

    def is_direct(self, place: Place) -> bool:
        """Return whether it is somebody's direct messages with the app."""
        return place.channel.startswith(("D", "@"))

    def locale_of(self, place: Place) -> str:  # noqa: ARG002 - the port's
        """Return nothing: workspaces and channels have no language in Slack."""
        return ""

    async def run(self, bot: Bot) -> None:
        """Listen until cancelled; goes on after whatever goes wrong."""
        if isinstance(self._access, str):
            await bot.serve_workspace(self.name, "")
        async with open_sessions(self._url) as http:
            while True:
                try:
                    await self._listen(bot, http)
                except Exception:  # the other adapters must live
                    _log.exception("slack adapter failed, starting again")
                    await asyncio.sleep(_RESTART_PAUSE)

    async def _listen(self, bot: Bot, http: HttpSessions) -> None:
        workspaces, flow = self._build_workspaces(bot, http)
        try:
            await workspaces.open()
            app = build_app(workspaces, None if self._app_token else self._signing_secret)
            self._session = _Session(app=app, workspaces=workspaces, flow=flow)
            self._signed_in.set()
            if not self._receives:
                await asyncio.Event().wait()
            if self._app_token:
                await Socket(app, http, self._app_token, workspaces.catch_up).run()
            await workspaces.catch_up(None)
            await asyncio.Event().wait()
        finally:
            self._signed_in.clear()
            self._session = None
            await workspaces.close()

    def _build_workspaces(
        self, bot: Bot, http: HttpSessions
    ) -> tuple[Workspaces, AsyncOAuthFlow | None]:
        access = self._access
        if isinstance(access, str):
            return TokenWorkspace(bot, http, access), None
        installations = Installations(bot.secrets, http, access.id, access.secret)
        flow = build_flow(access, http, installations, bot.secrets)
        return InstalledWorkspaces(bot, http, installations), flow

    async def _wait_for_session(self) -> _Session:
        """Return what there is once Slack is signed in to. Raise NotReached where Slack lets nobody in."""
        try:
            async with asyncio.timeout(_SIGN_IN_TIMEOUT):
                await self._signed_in.wait()
        except TimeoutError:
            raise NotReached("not signed in to Slack") from None
        assert self._session is not None  # noqa: S101 - set before the event
        return self._session

    async def _find_workspace(self, team: str) -> Workspace:
        """Return a workspace. Raise NotPosted where Easel isn't in it, NotReached where that is not known now."""
        session = await self._wait_for_session()
        try:
            workspace = await session.workspaces.find(team)
        except (EaselError, LostKey) as error:
            raise NotReached(str(error)) from error
        if workspace is None and session.workspaces.are_others_elsewhere:
            raise ServedElsewhere(f"this process has no token of the workspace {team}")
        if workspace is None:
            raise NotPosted(f"Easel isn't in the workspace {team}")
        return workspace

    # what the bot asks

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post the card, or update it where it is. Raise NotPosted."""
        if render.is_silent(card):
            return at or Posted(place=place)
        return await (await self._find_workspace(place.workspace)).cards.show(place, card, at)

    async def check_place(self, place: Place, event: str) -> None:  # noqa: ARG002 - the port's
        """Raise CannotPost where a picture cannot be posted at this place now."""
        try:
            workspace = await self._find_workspace(place.workspace)
        except NotReached:
            raise
        except NotPosted as error:
            raise CannotPost(str(error), problem=NO_ACCESS) from error
        await workspace.membership.check(place)

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:
        """Show a card to one person alone; False: not possible here."""
        workspace = await self._find_workspace(place.workspace)
        posted = workspace.cards.find(card)
        place = posted.place if posted is not None else place
        content = render.card(card, {}, private=True, thread=place.thread)
        return await workspace.ephemerals.post(place, person.id, content, event)

    async def read_attachment(self, place: Place, attachment: Attachment) -> AsyncIterator[bytes]:
        """Read a file that somebody sent, with the token of the workspace it was sent in."""
        workspace = await self._find_workspace(place.workspace)
        async for chunk in attachments.read(workspace.api, attachment):
            yield chunk

    async def rename_thread(self, place: Place, title: str) -> None:
        """Do nothing: Slack's threads have no names."""

    async def name_place(self, place: Place) -> str:
        """Return the name of a public channel; ""."""
        workspace = await self._find_workspace(place.workspace)
        return await workspace.membership.name_public(place.channel)

    async def remove_card(self, posted: Posted) -> None:
        """Delete a card, and the pictures that were uploaded for it."""
        await (await self._find_workspace(posted.place.workspace)).cards.remove(posted)

    # what comes over HTTP

    def routes(self) -> list[BaseRoute]:
        """Return the route of HTTP mode, guarded by Slack's signature, and those of the installation."""
        routes: list[BaseRoute] = []
        if self._signing_secret and not self._app_token:
            routes.append(Route(REQUEST_PATH, self._handle_request, methods=["POST"]))
        if isinstance(self._access, OAuthClient):
            routes += (
                Route(path, self._handle_installation, methods=["GET"])
                for path in (INSTALL_PATH, REDIRECT_PATH)
            )
        return routes

    async def _handle_installation(self, request: Request) -> Response:
        if self._session is None or self._session.flow is None:
            return Response("Easel is signing in to Slack.", 503)
        flow, asked = self._session.flow, to_async_bolt_request(request, b"")
        begins = request.url.path == INSTALL_PATH
        handle = flow.handle_installation if begins else flow.handle_callback
        return to_starlette_response(await handle(asked))

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
