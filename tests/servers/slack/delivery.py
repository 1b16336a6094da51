"""How do events and interactions reach the app, and what if it does not answer?

Events come again until they are acknowledged: at once, after a minute, after five more. Commands and
interactions come once; the person is told when nobody answers.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from tests.servers.slack import events
from tests.servers.slack.clock import first
from tests.servers.slack.scopes import EVENT_SCOPES
from tests.servers.slack.values import Json, Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from tests.servers.slack.server import SlackServer
    from tests.servers.slack.workspace import Workspace

EnvelopeKind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(kw_only=True, eq=False)
class Attempt:
    """One try at delivering an envelope."""

    #: 0 is the first
    number: int
    #: Slack gives each try an envelope id of its own; the event's id stays
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    #: the server's clock
    time: float
    #: did it get onto a connection? Slack waits for the answer all the same
    sent: bool = False
    #: why it counts as failed without waiting: dispatch_failed, http_client_error…
    failed: str | None = None


@dataclass(kw_only=True, eq=False)
class Envelope:
    """One event, command or interaction on its way to the app."""

    kind: EnvelopeKind
    workspace: Workspace
    payload: Json
    #: may the acknowledgement carry something?
    takes_answer: bool = False
    attempts: list[Attempt] = field(default_factory=list)
    acknowledged: bool = False
    #: what the acknowledgement carried
    body: Json | None = None
    #: seconds from the first try to the acknowledgement
    seconds: float = 0.0
    #: no more tries
    given_up: bool = False
    _started: float = field(default_factory=time.monotonic)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def event(self) -> Json:
        """The event inside, of an Events API envelope."""
        event: Json = self.payload["event"]
        return event

    @property
    def over(self) -> bool:
        return self.acknowledged or self.given_up

    def acknowledge(self, body: Json | None) -> None:
        """Take the app's answer, once; for what a person did, only in time."""
        late = self.given_up and self.kind != "events_api"
        if self.acknowledged or late:
            return
        self.acknowledged = True
        self.seconds = time.monotonic() - self._started
        self.body = body if self.takes_answer else None
        self._news.set()
        self.workspace.slack.changes.tell()

    async def acked(self, seconds: float = 30.0) -> Envelope:
        """Wait until the app has acknowledged it."""
        slack = self.workspace.slack
        await slack.until(lambda: self.acknowledged, seconds=seconds, what=self.describe)
        return self

    async def pause(self, moment: float) -> None:
        """Wait for an acknowledgement, or for this moment of the server's clock."""
        clock = self.workspace.slack.clock
        if not self.acknowledged:
            await first(
                asyncio.ensure_future(_forget(self._news.wait())),
                asyncio.ensure_future(clock.sleep_until(moment)),
            )

    def describe(self) -> str:
        kind = self.payload.get("event", self.payload)
        name = kind.get("type") or kind.get("command")
        more = kind.get("subtype") or kind.get("callback_id") or ""
        return f"{self.kind} {name} {more} after {len(self.attempts)} tries".replace("  ", " ")


async def _forget(wait: Awaitable[object]) -> None:
    await wait


class Carrier(Protocol):
    """A way to the app: its sockets, or its request URL."""

    async def carry(self, envelope: Envelope, attempt: Attempt) -> None:
        """Send it; note in the attempt whether that worked. An answer goes to the envelope."""
        ...


class Delivery:
    """Everything that is, or was, on its way to the app."""

    def __init__(self, slack: SlackServer, sockets: Carrier, http: Carrier) -> None:
        self.slack = slack
        self._sockets = sockets
        self._http = http
        self.envelopes: list[Envelope] = []
        #: envelope id of a try → what it carried
        self.by_attempt: dict[str, Envelope] = {}
        #: seconds that the app has for an acknowledgement
        self.ack_timeout = 3.0
        #: seconds from a failed try of an event to the next
        self.retry_delays: Sequence[float] = (0.0, 60.0, 300.0)

    @property
    def carrier(self) -> Carrier:
        return self._sockets if self.slack.request_url is None else self._http

    # events

    async def event(self, workspace: Workspace, subscription: str, event: Json) -> Envelope | None:
        """Send an event, if the app subscribed to it and has the scope it needs."""
        needed = EVENT_SCOPES[subscription]
        if subscription not in self.slack.manifest.events:
            return None
        if needed and not workspace.scopes.intersection(needed):
            return None
        return await self.send_event(workspace, events.callback(workspace, event))

    async def send_event(self, workspace: Workspace, payload: Json) -> Envelope:
        """Send an event_callback as it is, subscribed or not; it comes again until acknowledged."""
        envelope = Envelope(kind="events_api", workspace=workspace, payload=payload)
        self.envelopes.append(envelope)
        now = self._new_attempt(envelope)
        if self.slack.request_url is None:
            await self.carrier.carry(envelope, now)
            self.slack.spawn(self._until_acknowledged(envelope, now))
        else:
            self.slack.spawn(self._first_by_http(envelope, now))
        return envelope

    async def _first_by_http(self, envelope: Envelope, now: Attempt) -> None:
        await self.carrier.carry(envelope, now)
        await self._until_acknowledged(envelope, now)

    async def _until_acknowledged(self, envelope: Envelope, now: Attempt) -> None:
        for delay in self.retry_delays:
            failed = self.slack.clock.now()
            if now.failed is None:
                failed = now.time + self.ack_timeout
            await envelope.pause(failed + delay)
            if envelope.acknowledged:
                return
            now = self._new_attempt(envelope)
            await self.carrier.carry(envelope, now)
            self.slack.changes.tell()
        await envelope.pause(now.time + self.ack_timeout)
        envelope.given_up = not envelope.acknowledged
        self.slack.changes.tell()

    def _new_attempt(self, envelope: Envelope) -> Attempt:
        attempt = Attempt(number=len(envelope.attempts), time=self.slack.clock.now())
        envelope.attempts.append(attempt)
        self.by_attempt[attempt.id] = envelope
        return attempt

    @property
    def pending(self) -> list[Envelope]:
        """Events that are neither acknowledged nor given up."""
        return [one for one in self.envelopes if one.kind == "events_api" and not one.over]

    # commands and interactions

    async def ask(
        self, workspace: Workspace, kind: EnvelopeKind, payload: Json, *, takes_answer: bool
    ) -> Outcome:
        """Send something a person did; wait for the acknowledgement as long as Slack waits."""
        envelope = Envelope(
            kind=kind, workspace=workspace, payload=payload, takes_answer=takes_answer
        )
        self.envelopes.append(envelope)
        attempt = self._new_attempt(envelope)
        await self.carrier.carry(envelope, attempt)
        if attempt.failed is None and not envelope.acknowledged:
            wait = asyncio.ensure_future(_forget(envelope._news.wait()))
            await first(wait, asyncio.ensure_future(_forget(asyncio.sleep(self.ack_timeout))))
        envelope.given_up = not envelope.acknowledged
        error = None if envelope.acknowledged else attempt.failed or "operation_timeout"
        return Outcome(sent=payload, body=envelope.body, error=error, seconds=envelope.seconds)
