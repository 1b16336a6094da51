"""Who is connected to the gateway, which events do they get, and how can a test disturb them?"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.servers.discord.codes import Intent, Op
from tests.servers.discord.connection import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiohttp import web

    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import Guild
    from tests.servers.discord.world import World


class SentEvent(NamedTuple):
    seq: int
    event: str
    frame: str


class Session:
    """Counts and keeps events, so that RESUME can replay what was missed."""

    def __init__(self, session_id: str, intents: Intent, shard: tuple[int, int]) -> None:
        self.id = session_id
        self.intents = intents
        #: (number, how many)
        self.shard = shard
        self.seq = 0
        self.log: deque[SentEvent] = deque(maxlen=10_000)
        self.connection: Connection | None = None
        #: Discord's clock when the client went away
        self.left_at: float | None = None

    def serves(self, guild: Guild | None) -> bool:
        """Whether a guild's events go to this shard; direct messages go to the first."""
        number, count = self.shard
        return (guild.id >> 22 if guild else 0) % count == number

    def wants(self, needed: Intent, guild: Guild | None) -> bool:
        return needed in self.intents and self.serves(guild)

    def dispatch(self, event: str, data: Any) -> None:
        self.seq += 1
        frame = json.dumps({"op": Op.DISPATCH, "t": event, "s": self.seq, "d": data})
        self.log.append(SentEvent(self.seq, event, frame))
        if self.connection is not None:
            self.connection.send(frame)

    def missed_after(self, seq: int) -> list[SentEvent]:
        return [sent for sent in self.log if sent.seq > seq]


class Gateway:
    def __init__(self, world: World) -> None:
        self._world = world
        self.address = ""
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        #: how often a client identified, and resumed
        self.identifies = 0
        self.resumes = 0
        #: how often one identified sooner than it may
        self.too_soon_count = 0
        #: what this server itself got wrong
        self.broken: list[Exception] = []
        self.reachable = asyncio.Event()
        self.reachable.set()
        self._identified_at: dict[int, float] = {}
        self._numbers = 0

    # what a connection asks

    @property
    def token(self) -> str:
        return self._world.app.token

    @property
    def approved(self) -> Intent:
        return self._world.app.approved

    @property
    def heartbeat_ms(self) -> int:
        return self._world.limits.heartbeat_ms

    @property
    def frames(self) -> int:
        return self._world.limits.frames

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        connection = Connection(self, request)
        self.connections.append(connection)
        try:
            return await connection.run()
        finally:
            self.connections.remove(connection)

    def too_soon(self, shard: int) -> bool:
        now, gap = time.monotonic(), self._world.limits.identify_gap
        bucket = shard % self._world.limits.max_concurrency
        soon = now - self._identified_at.get(bucket, -gap) < gap
        if soon:
            self.too_soon_count += 1
        else:
            self._identified_at[bucket] = now
        return soon

    def begin(self, connection: Connection, intents: Intent, shard: tuple[int, int]) -> None:
        self._numbers += 1
        session = Session(f"session-{self._numbers}", intents, shard)
        self.sessions[session.id] = session
        session.connection, connection.session = connection, session
        guilds = [guild for guild in self._world.bot_guilds if session.serves(guild)]
        app = self._world.app
        ready = {
            "v": 10,
            "user": {**app.bot.payload(), "verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": f"{self.address}/resume",
            "shard": list(shard),
            "application": {"id": str(app.id), "flags": app.flags},
            "private_channels": [],
            "relationships": [],
        }
        session.dispatch("READY", ready)
        if Intent.GUILDS in intents:
            for guild in guilds:
                session.dispatch("GUILD_CREATE", self._world.events.guild_payload(guild))
        self._world.changes.tell()

    def resumable(self, session_id: str) -> Session | None:
        session = self.sessions.get(session_id)
        if session is None:
            return None
        left, now = session.left_at, self._world.clock.seconds()
        if left is not None and now - left > self._world.limits.session_life:
            self.end(session)
            return None
        return session

    def resume(self, connection: Connection, session: Session, seq: int) -> None:
        self.resumes += 1
        if session.connection is not None:
            session.connection.session = None
        session.connection, connection.session, session.left_at = connection, session, None
        for sent in session.missed_after(seq):
            connection.send(sent.frame)
        session.dispatch("RESUMED", {"_trace": []})
        self._world.changes.tell()

    def end(self, session: Session) -> None:
        self.sessions.pop(session.id, None)

    def left(self, connection: Connection, code: int | None) -> None:
        """Note that a client went; 1000 and 1001 end its session, all else leaves it to resume."""
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.left_at = self._world.clock.seconds()
            if code in (1000, 1001):
                self.end(session)
        self._world.changes.tell()

    # what happens on Discord

    def tell(
        self,
        event: str,
        seen_by: Callable[[Session], Json],
        needed: Intent,
        guild: Guild | None,
    ) -> None:
        """Tell every session that wants it, also those that may be resumed."""
        outside = guild is not None and self._world.bot_in(guild) is None
        if outside and event != "INTERACTION_CREATE":
            return
        for session in list(self.sessions.values()):
            if session.wants(needed, guild):
                session.dispatch(event, seen_by(session))
        self._world.changes.tell()

    # what a test may do

    @property
    def ready(self) -> bool:
        """Whether a client is connected, with a session."""
        return bool(self.connected_shards)

    @property
    def connected_shards(self) -> list[int]:
        """The numbers of the shards that clients are connected with, one twice where two are."""
        connected = [one for one in self.sessions.values() if one.connection is not None]
        return sorted(session.shard[0] for session in connected)

    def drop(self) -> None:
        """Cut every connection without a word; sessions may be resumed."""
        for connection in list(self.connections):
            connection.drop()

    def close(self, code: int) -> None:
        """Close every connection with a code."""
        for connection in list(self.connections):
            connection.close(code)

    def reconnect(self) -> None:
        """Ask every client to connect anew and resume."""
        for connection in list(self.connections):
            connection.say(Op.RECONNECT, None)

    def invalidate(self, *, resumable: bool) -> None:
        """Call every session invalid; one that is not resumable is gone."""
        for connection in list(self.connections):
            if connection.session is not None and not resumable:
                self.end(connection.session)
                connection.session = None
            connection.say(Op.INVALID_SESSION, resumable)

    def send(self, event: str, data: Any) -> None:
        """Tell every session anything at all, malformed if you like."""
        for session in list(self.sessions.values()):
            session.dispatch(event, data)

    def repeat(self, event: str) -> None:
        """Deliver the last event of that name once more, as a new one."""
        for session in list(self.sessions.values()):
            sent = next(sent for sent in reversed(session.log) if sent.event == event)
            session.seq += 1
            again = sent.frame.replace(f'"s": {sent.seq},', f'"s": {session.seq},', 1)
            session.log.append(sent._replace(seq=session.seq, frame=again))
            if session.connection is not None:
                session.connection.send(again)

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Be unreachable for a while: connections are cut, new ones wait for their HELLO."""
        self.reachable.clear()
        self.drop()
        try:
            yield
        finally:
            self.reachable.set()
