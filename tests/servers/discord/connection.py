"""How does one WebSocket of the gateway speak? Handshake, heartbeats, frames in and out."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.servers.discord.codes import ALL_INTENTS, PRIVILEGED, Intent, Op

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.discord.errors import Json
    from tests.servers.discord.gateway import Gateway, Session


class Closing(Exception):
    """The connection ends, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Connection:
    def __init__(self, gateway: Gateway, request: web.Request) -> None:
        self._gateway = gateway
        self._request = request
        self._socket = web.WebSocketResponse(max_msg_size=64 * 1024)
        self._outbox: asyncio.Queue[str | int] = asyncio.Queue()
        compressed = request.query.get("compress") == "zlib-stream"
        self._deflate = zlib.compressobj() if compressed else None
        self._frames: list[float] = []
        self.session: Session | None = None
        #: how often the client asked whether we are alive
        self.heartbeats = 0

    def send(self, frame: str) -> None:
        self._outbox.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close after what was sent before."""
        self._outbox.put_nowait(code)

    def drop(self) -> None:
        """Cut the line without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def run(self) -> web.WebSocketResponse:
        """Serve the client until either side ends it."""
        await self._socket.prepare(self._request)
        await self._gateway.reachable.wait()
        self.say(Op.HELLO, {"heartbeat_interval": self._gateway.heartbeat_ms})
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._write())
        try:
            await asyncio.wait([reader, writer], return_when=asyncio.FIRST_COMPLETED)
            if reader.done() and isinstance(ending := reader.exception(), Closing):
                self.close(ending.code)
                await asyncio.wait([writer], timeout=1)
        finally:
            reader.cancel()
            writer.cancel()
            ends = await asyncio.gather(writer, reader, return_exceptions=True)
            with suppress(ConnectionError):
                await self._socket.close(code=ends[0] if isinstance(ends[0], int) else 1000)
            self._gateway.left(self, self._socket.close_code)
        bugs = [end for end in ends if isinstance(end, Exception) and not isinstance(end, Closing)]
        self._gateway.broken += bugs
        return self._socket

    def _check_version(self) -> None:
        query = self._request.query
        if query.get("v") != "10" or query.get("encoding") != "json":
            raise Closing(4012)

    def say(self, op: Op, data: Any) -> None:
        self.send(json.dumps({"op": op, "d": data}))

    async def _write(self) -> int:
        """Send frames until one of them is a code to close with; give it."""
        with suppress(ConnectionError):
            while True:
                frame = await self._outbox.get()
                if isinstance(frame, int):
                    return frame
                if self._deflate is None:
                    await self._socket.send_str(frame)
                    continue
                data = self._deflate.compress(frame.encode())
                await self._socket.send_bytes(data + self._deflate.flush(zlib.Z_SYNC_FLUSH))
        return 1000

    async def _read(self) -> None:
        self._check_version()
        silence = 2 * self._gateway.heartbeat_ms / 1000
        while True:
            try:
                message = await self._socket.receive(timeout=silence)
            except TimeoutError:
                raise Closing(4009) from None
            if message.type is not WSMsgType.TEXT:
                return
            self._count()
            self._hear(_decoded(message.data))

    def _count(self) -> None:
        now = time.monotonic()
        self._frames = [*(t for t in self._frames if t > now - 60), now]
        if len(self._frames) > self._gateway.frames:
            raise Closing(4008)

    def _hear(self, frame: Json) -> None:
        data = frame.get("d")
        hearers: dict[int, Callable[[Any], None]] = {
            Op.HEARTBEAT: self._heartbeat,
            Op.IDENTIFY: self._identify,
            Op.RESUME: self._resume,
            Op.PRESENCE: lambda _: None,
            Op.VOICE_STATE: lambda _: None,
        }
        op = frame.get("op")
        if not isinstance(op, int) or op not in hearers:
            raise Closing(4001)
        if op not in (Op.HEARTBEAT, Op.IDENTIFY, Op.RESUME) and self.session is None:
            raise Closing(4003)
        hearers[op](data)

    def _heartbeat(self, _: Any) -> None:
        self.heartbeats += 1
        self.say(Op.HEARTBEAT_ACK, None)

    def _identify(self, data: Any) -> None:
        if self.session is not None:
            raise Closing(4005)
        if not isinstance(data, dict) or not isinstance(data.get("properties"), dict):
            raise Closing(4002)
        self._gateway.identifies += 1
        if data.get("token") != self._gateway.token:
            raise Closing(4004)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~ALL_INTENTS or intents < 0:
            raise Closing(4013)
        if Intent(intents) & PRIVILEGED & ~self._gateway.approved:
            raise Closing(4014)
        shard = data.get("shard", [0, 1])
        if not (isinstance(shard, list) and len(shard) == 2 and all(type(n) is int for n in shard)):
            raise Closing(4010)
        if not 0 <= shard[0] < shard[1]:
            raise Closing(4010)
        if self._gateway.too_soon(shard[0]):
            self.say(Op.INVALID_SESSION, data=False)
            return
        self._gateway.begin(self, Intent(intents), (shard[0], shard[1]))

    def _resume(self, data: Any) -> None:
        if self.session is not None:
            raise Closing(4005)
        if not isinstance(data, dict) or not isinstance(data.get("seq"), int):
            raise Closing(4002)
        if data.get("token") != self._gateway.token:
            raise Closing(4004)
        session = self._gateway.resumable(str(data.get("session_id")))
        if session is None:
            self.say(Op.INVALID_SESSION, data=False)
        elif data["seq"] > session.seq:
            self._gateway.end(session)
            raise Closing(4007)
        else:
            self._gateway.resume(self, session, data["seq"])


def _decoded(text: str) -> Json:
    if len(text) > 4096:
        raise Closing(4002)
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise Closing(4002) from None
    if not isinstance(frame, dict):
        raise Closing(4002)
    return frame
