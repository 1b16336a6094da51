"""Is the model's account out of credit, or set up wrongly, and who is notified?

While the account is on hold nothing is sent: what waits is held on disk, each thread is told once, and the
operator gets a notice with a Resume button.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import structlog

from bot.ports.errors import Kind
from bot.ports.language import speak
from bot.ports.lru import LRU
from bot.ports.messages import Place
from bot.presentation import notice_cards

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bot.conversation.delivery_store import AccountStore
    from bot.conversation.queue import TurnQueue
    from bot.conversation.turn import Failure, Turn
    from bot.delivery.ephemerals import Ephemerals
    from bot.delivery.publisher import CardPublisher
    from bot.ports.messages import ActionEvent

_log = structlog.stdlib.get_logger("easel.account")

#: notices of limits that are remembered as sent
_REMEMBERED = 256


class AccountHold:
    """The model's account."""

    def __init__(
        self,
        store: AccountStore,
        queue: TurnQueue,
        publisher: CardPublisher,
        ephemerals: Ephemerals,
        operator: Place | None,
    ) -> None:
        self._store = store
        self._queue = queue
        self._publisher = publisher
        self._ephemerals = ephemerals
        self._operator = operator
        #: the hold that the operator was notified of, by its beginning; None: none yet
        self._notified: float | None = None
        self._notifying = asyncio.Lock()
        self._limits: LRU[str, None] = LRU(_REMEMBERED)  # notices of limits that were sent

    async def hold(self, turn: Turn, failure: Failure) -> Turn:
        """Hold a turn, the account and all that waits; return the turn as it is then."""
        changed = await self._store.hold_account(turn, failure)
        for conversation in changed:
            await self._publisher.refresh(conversation)
        self._ephemerals.run_in_background(self.notify_operator())
        return await self._store.find_turn(turn.id) or turn

    async def resume(self, event: ActionEvent | None = None) -> bool:
        """Take the account off hold; False: it was not on hold. `event`: who wants it; None: a command."""
        since = await self._store.get_held_since()
        if since is None:
            return False
        lanes = await self._store.resume_account(event)
        _log.info("resumed", lanes=len(lanes))
        self._ephemerals.run_in_background(self._notify_resumed(since))
        for lane in lanes:
            await self._publisher.refresh(lane)
            await self._queue.wake(lane)
        return True

    async def notify_operator(self) -> None:
        """Notify the operator of a hold that this process did not: an earlier one may have died."""
        async with self._notifying:
            since = await self._store.get_held_since()
            if (
                since is not None
                and since != self._notified
                and await self._notify(since, over=False)
            ):
                self._notified = since

    async def _notify_resumed(self, since: float) -> None:
        async with self._notifying:  # never before the notice of the hold itself
            await self._notify(since, over=True)

    def report(self, turn: Turn) -> None:
        """Notify the operator of what only they can fix, where a turn met it."""
        self._ephemerals.run_in_background(self._report_fault(turn.result.failure))
        self._ephemerals.run_in_background(self._report_limit(turn))

    async def _report_fault(self, failure: Failure | None) -> None:
        """Notify of a mistake in how Easel is set up."""
        if (
            failure is not None
            and failure.kind is Kind.NOT_CONFIGURED
            and self._operator is not None
        ):
            day = dt.datetime.now(dt.UTC).strftime("%Y%m%d")
            with await self._speak_to(self._operator):
                await self._ephemerals.notify(self._operator, notice_cards.fault(failure, day))

    async def _report_limit(self, turn: Turn) -> None:
        """Notify of a shared limit that a turn nearly reached, or could not be drawn for."""
        over = turn.result.failure is not None and turn.result.failure.code == "over_limit"
        about = (
            turn.result.failure.detail
            if turn.result.failure is not None and over
            else turn.result.warning
        )
        if self._operator is None or about.get("whose") not in {"workspace", "month"}:
            return
        where = f"{turn.place.platform}/{turn.place.workspace}"
        where = where if about["whose"] == "workspace" else "all of Easel"
        month = dt.datetime.now(dt.UTC).strftime("%Y-%m")
        with await self._speak_to(self._operator):
            notice = notice_cards.limit(about, where, month, over=over)
        if notice.id in self._limits:
            return
        self._limits[notice.id] = None  # at once: several turns may be refused together
        if not await self._ephemerals.notify(self._operator, notice):
            self._limits.pop(notice.id, None)

    async def _notify(self, since: float, *, over: bool) -> bool:
        if self._operator is None:
            return True
        with await self._speak_to(self._operator):
            return await self._ephemerals.notify(
                self._operator, notice_cards.on_hold(since, over=over)
            )

    async def _speak_to(self, operator: Place) -> AbstractContextManager[None]:
        return speak(await self._ephemerals.languages.find_for_place(operator))


def parse_operator(operator: str | None) -> Place | None:
    """Read `EASEL_OPERATOR`: slack:T…:U… or discord:…, somebody's direct messages."""
    if operator is None:
        return None
    platform, *rest = operator.split(":")
    workspace = rest[0] if len(rest) > 1 else "@me"
    return Place(platform=platform, workspace=workspace, channel=f"@{rest[-1]}")
