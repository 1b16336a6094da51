"""What does a gateway session remember, also while its client is away?"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.servers.discord.codes import Intent, Op

if TYPE_CHECKING:
    from tests.servers.discord.connection import Connection
    from tests.servers.discord.guilds import Guild


class Told(NamedTuple):
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
        self.log: deque[Told] = deque(maxlen=10_000)
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
        self.log.append(Told(self.seq, event, frame))
        if self.connection is not None:
            self.connection.send(frame)

    def missed_after(self, seq: int) -> list[Told]:
        return [told for told in self.log if told.seq > seq]
