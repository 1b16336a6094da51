"""How does what Slack sends get here? Over Socket Mode, or as signed HTTP requests.

Bolt runs with `process_before_response`, so that Slack's acknowledgement follows the write. All kinds of payloads have
a listener: what has none is delivered four times.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.context import message_of
from adapters.slack.handlers import Handlers
from adapters.slack.membership import ACCESS_EVENTS
from adapters.slack.sentences import NOT_INSTALLED
from bot.ports.language import _

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import WSMessage
    from slack_bolt.async_app import AsyncBoltContext
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    from adapters.slack.sessions import HttpSessions
    from adapters.slack.workspaces import Workspaces
    from bot.ports.messages import Json
_log = structlog.stdlib.get_logger("easel.slack")

_ANY = re.compile("")
#: seconds between two pings, and between two tries to connect
PING = 10.0
#: seconds between two looks at whether the socket is alive
_WATCH_INTERVAL = 2.0
#: seconds before the SDK may log the same line once more
_SAME_LINE = 300.0


async def _skip_rate_limited(body: Json, next: Any) -> Any:  # noqa: A002, ANN401 - Bolt's own
    """Acknowledge that Slack leaves out events for a while."""
    if body.get("type") == "app_rate_limited":
        minute = body.get("minute_rate_limited")
        _log.warning("Slack leaves out events: too many", minute=minute)
        return BoltResponse(status=200)
    return await next()


def build_app(workspaces: Workspaces, signing_secret: str | None) -> AsyncApp:
    """Return the Bolt app, which has each workspace's handlers take what comes from it."""

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        # listeners look up the workspace: for an organization, that takes the whole payload
        return AuthorizeResult(team_id=team_id, enterprise_id=enterprise_id)

    app = AsyncApp(
        process_before_response=True,
        signing_secret=signing_secret or "",
        authorize=authorize,
        # what is not for us: each is run for every request
        request_verification_enabled=signing_secret is not None,
        ssl_check_enabled=signing_secret is not None,
        url_verification_enabled=signing_secret is not None,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    async def event(body: Json, context: AsyncBoltContext) -> BoltResponse | None:
        ids = _workspace_ids(body, context)
        if body["event"].get("type") in ACCESS_EVENTS:
            await workspaces.note_access(body["event"], *ids)
            return None
        workspace = await workspaces.find(*ids)
        if workspace is None or await workspace.handlers.handle_event(body):
            return None
        return BoltResponse(status=503)  # anything but 200 is no acknowledgement: it comes again

    def acknowledge(
        handle: Callable[[Handlers, Json], Awaitable[Json | None]],
    ) -> Callable[..., Any]:
        async def listener(ack: Any, body: Json, context: AsyncBoltContext) -> None:  # noqa: ANN401 - Bolt's own
            workspace = await workspaces.find(*_workspace_ids(body, context))
            if workspace is not None:
                await ack(**(await handle(workspace.handlers, body) or {}))
            else:
                await ack(**({"text": _(NOT_INSTALLED)} if "command" in body else {}))

        return listener

    async def ignore(_handlers: Handlers, _body: Json) -> None:
        pass

    app.middleware(_skip_rate_limited)
    app.event(_ANY)(event)
    app.command(_ANY)(acknowledge(Handlers.handle_command))
    app.action(_ANY)(acknowledge(Handlers.handle_button))
    app.shortcut(_ANY)(acknowledge(Handlers.handle_shortcut))
    app.view(_ANY)(acknowledge(Handlers.handle_submission))
    app.view_closed(_ANY)(acknowledge(ignore))
    return app


def _workspace_ids(body: Json, context: AsyncBoltContext) -> tuple[str, str | None]:
    """Return the workspace that a payload comes from, and the organization that installed Easel for it, if one did."""
    organization = context.enterprise_id if context.is_enterprise_install else None
    return context.team_id or body.get("team_id") or organization or "", organization


class _Brief(logging.Filter):
    """Makes a line of an outage that the SDK reports whole, every ten seconds; the same one once a while."""

    def __init__(self) -> None:
        super().__init__()
        self._last: tuple[str, float] = ("", 0.0)

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the traceback away, and a line that was just logged."""
        record.exc_info = record.exc_text = None
        line, (before, at) = record.getMessage(), self._last
        if line == before and time.monotonic() - at < _SAME_LINE:
            return False
        self._last = (line, time.monotonic())
        return True


class _Handler(AsyncSocketModeHandler):
    """Acknowledges what the bot itself did at once: each card, and each update of one, is an event too."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as the SDK does
        """Pass on what others did."""
        if _is_own(req.payload):
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        else:
            await super().handle(client, req)


def _is_own(body: Json) -> bool:
    """Return whether an event is about a message of the bot that it was sent to."""
    event = body.get("event") or {}
    if event.get("type") != "message":
        return False
    bots = [one["user_id"] for one in body.get("authorizations") or () if one.get("is_bot")]
    return message_of(event).get("user") in bots


class Socket:
    """The Socket Mode connection, kept alive."""

    def __init__(
        self,
        app: AsyncApp,
        http: HttpSessions,
        app_token: str,
        on_connected: Callable[[float | None], Awaitable[None]],
    ) -> None:
        self._on_connected = on_connected
        logger = logging.getLogger("easel.slack.socket")
        logger.setLevel(logging.INFO)  # without one the SDK writes all it gets into lines for DEBUG
        logger.filters[:] = [_Brief()]
        self._handler = _Handler(
            app, app_token, logger=logger, web_client=http.client(), ping_interval=PING
        )
        self._client = self._handler.client
        self._client.on_message_listeners.append(self._receive)
        self._hello = asyncio.Event()
        #: was this socket's end announced? Then nothing is missed
        self._is_announced = False
        #: when something last came, Unix seconds; None: never
        self._last_alive: float | None = None

    async def run(self) -> None:
        """Connect, and stay connected until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch(), name="slack watchdog")
                tasks.create_task(self._follow_gaps(), name="slack gaps")
                await self._handler.connect_async()  # type: ignore[no-untyped-call] # the SDK has no type here
                await asyncio.Event().wait()
        finally:
            await self._handler.close_async()  # type: ignore[no-untyped-call] # as above

    async def _receive(self, received: WSMessage) -> None:
        """Read what Slack says about the connection itself."""
        text = str(received.data)
        if "envelope_id" not in text[:200]:
            message = json.loads(text) if text.startswith("{") else {}
            kind, reason = message.get("type"), message.get("reason")
            if kind == "disconnect":
                self._is_announced = reason in {"refresh_requested", "warning"}
                _log.info("slack says good-bye", reason=reason)
            elif kind == "hello":
                _log.info("slack connected")
                self._hello.set()
        self._note_alive()

    def _note_alive(self) -> None:
        if not self._hello.is_set():
            self._last_alive = time.time()

    async def _follow_gaps(self) -> None:
        """Have what was missed picked up after each gap."""
        while True:
            await self._hello.wait()
            announced, self._is_announced = self._is_announced, False
            since, self._last_alive = self._last_alive, time.time()
            self._hello.clear()
            if not announced:
                try:
                    await self._on_connected(since)
                except Exception:  # the connection must live, whatever this is
                    _log.exception("not caught up")

    async def _watch(self) -> None:
        """Throw away the ticket of a socket that does not open: the SDK would try a stale one for ever."""
        while True:
            await asyncio.sleep(min(_WATCH_INTERVAL, PING))
            if await self._client.is_connected():
                self._note_alive()
            else:
                self._client.wss_uri = None
