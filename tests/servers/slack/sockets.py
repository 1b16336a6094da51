"""How does Socket Mode work: tickets, greetings, envelopes, acknowledgements, good-byes?"""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from tests.servers.slack.delivery import Attempt, Envelope
    from tests.servers.slack.server import SlackServer
    from tests.servers.slack.values import Json

#: seconds that a ticket is good for
TICKET = 30.0
#: seconds between a good-bye and the closing of a socket that the app keeps open
LINGER = 10.0


@dataclass(kw_only=True, eq=False)
class Socket:
    """One open connection of the app."""

    number: int
    wire: web.WebSocketResponse
    request: web.Request
    #: it was said good-bye to: nothing new goes there
    leaving: bool = False
    #: ids of the tries that went over it
    carried: set[str] = field(default_factory=set)

    def drop(self) -> None:
        """Cut it, without a closing handshake."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Sockets:
    """All connections of the app; a Carrier."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.open: list[Socket] = []
        #: upgrades that were let in since the start
        self.opened = 0
        #: upgrades that were refused, with the reason: closed, unknown_ticket, stale_ticket
        self.refused: list[str] = []
        self.refusing = False
        self._tickets: dict[str, float] = {}
        self._turn = 0

    # coming in

    def ticket(self) -> str:
        """Return the address for one connection, good for half a minute."""
        made = secrets.token_urlsafe(24)
        self._tickets[made] = self.slack.clock.now() + TICKET
        base = self.slack.url.replace("http://", "ws://")
        return f"{base}/link/?ticket={made}&app_id={self.slack.app_id}"

    def expire_tickets(self) -> None:
        for one in self._tickets:
            self._tickets[one] = 0.0

    async def upgrade(self, request: web.Request) -> web.StreamResponse:
        reason = self._reason_to_refuse(request.query.get("ticket", ""))
        if reason is not None:
            self.refused.append(reason)
            self.slack.changes.tell()
            return web.Response(status=503 if reason == "closed" else 403, text=reason)
        self._tickets.pop(request.query["ticket"])
        wire = web.WebSocketResponse(max_msg_size=2**24)
        await wire.prepare(request)
        self.opened += 1
        socket = Socket(number=self.opened, wire=wire, request=request)
        await self._greet(socket)
        try:
            await self._listen(socket)
        finally:
            if socket in self.open:
                self.open.remove(socket)
            self.slack.changes.tell()
        return wire

    def _reason_to_refuse(self, ticket: str) -> str | None:
        if self.refusing:
            return "closed"
        if ticket not in self._tickets:
            return "unknown_ticket"
        return "stale_ticket" if self._tickets[ticket] < self.slack.clock.now() else None

    async def _greet(self, socket: Socket) -> None:
        hello = {
            "type": "hello",
            "num_connections": len(self.open) + 1,
            "debug_info": {
                "host": f"applink-{socket.number}",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self.slack.app_id},
        }
        await socket.wire.send_str(json.dumps(hello))
        await socket.wire.ping(f"Ping from applink-{socket.number}".encode())
        self.open.append(socket)
        self.slack.changes.tell()

    # what the app says

    async def _listen(self, socket: Socket) -> None:
        async for message in socket.wire:
            if message.type is WSMsgType.TEXT:
                self._receive(socket, message.data)

    def _receive(self, socket: Socket, text: str) -> None:
        """Take an acknowledgement; one over another socket than the envelope's does not count."""
        answer = json.loads(text)
        attempt = answer["envelope_id"]
        if attempt in socket.carried:
            self.slack.delivery.by_attempt[attempt].acknowledge(answer.get("payload"))

    # what the app is told

    async def carry(self, envelope: Envelope, attempt: Attempt) -> None:
        """Send it over one of the sockets, each in its turn."""
        staying = [one for one in self.open if not one.leaving and not one.wire.closed]
        if not staying:
            attempt.failed = None if envelope.kind == "events_api" else "dispatch_failed"
            return
        self._turn += 1
        socket = staying[self._turn % len(staying)]
        wrapped: Json = {
            "envelope_id": attempt.id,
            "payload": envelope.payload,
            "type": envelope.kind,
            "accepts_response_payload": envelope.takes_answer,
        }
        if envelope.kind == "events_api":
            reason = "timeout" if attempt.number else ""
            wrapped |= {"retry_attempt": attempt.number, "retry_reason": reason}
        socket.carried.add(attempt.id)
        with suppress(ConnectionError):
            await socket.wire.send_str(json.dumps(wrapped))
            attempt.sent = True

    async def good_bye(self, reason: str) -> None:
        """Ask the app to come again over a new socket, as Slack does every few hours."""
        for socket in list(self.open):
            await self._say_good_bye(socket, reason)

    async def _say_good_bye(self, socket: Socket, reason: str) -> None:
        host = {"host": f"applink-{socket.number}"}
        socket.leaving = True
        message = {"type": "disconnect", "reason": reason, "debug_info": host}
        await socket.wire.send_str(json.dumps(message))
        self.slack.spawn(self._close_later(socket))

    async def _close_later(self, socket: Socket) -> None:
        await asyncio.sleep(LINGER)
        await socket.wire.close()

    async def close(self) -> None:
        for socket in list(self.open):
            socket.drop()
