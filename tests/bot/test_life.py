"""The life of turns under any order of asking, drawing, failing, cancelling, crashing and resuming.

A stateful machine drives the real store as the bot does, beside a plain model of what must hold.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.conversation.records import Claim
from bot.conversation.turn import Failure, Turn
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import Kind
from bot.ports.messages import State
from storage.store import SqlStore
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tests.servers.postgres import PostgresServer

T = TypeVar("T")

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

FINAL = {State.POSTED, State.REFUSED, State.CANCELLED}
LOST = Failure(kind=Kind.UNAVAILABLE, code="unavailable", billed=False)
BLOCKED = Failure(kind=Kind.BLOCKED, code="blocked", billed=False, retry=False)
BROKE = Failure(kind=Kind.NO_CREDIT, code="no_credit", billed=False, retry=False)
UNKNOWN = Failure(kind=Kind.UNKNOWN_OUTCOME, code="unknown_outcome", billed=None)


class Life(RuleBasedStateMachine):
    """One thread, one lane, at most one drawing at a time; crashes forget what is in memory."""

    drawings = Bundle("drawings")

    def __init__(self, database: str | None = None) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.where = database or Path(self.folder.name) / "easel.db"
        self.store = SqlStore(self.where)
        self.do(self.store.open())
        self.canvas = Canvas(self.store)
        self.asked: list[str] = []
        self.requests: dict[str, int] = {}
        self.retried: dict[str, int] = {}
        self.finals: dict[str, State] = {}
        self.drawing: Turn | None = None
        self.held = False

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def find(self, id_: str) -> Turn:
        turn = self.do(self.store.find_turn(id_))
        assert turn is not None
        return turn

    def teardown(self) -> None:
        self.do(self.store.close())
        self.loop.close()
        self.folder.cleanup()

    @rule()
    def ask(self) -> None:
        turn = self.do(self.canvas.ask(f"prompt {len(self.asked)}"))
        self.asked.append(turn.id)
        assert turn.state is (State.HELD if self.held else State.QUEUED)

    @rule()
    def ask_again_with_the_same_event(self) -> None:
        before = len(self.asked)
        one = self.do(self.canvas.begin("same", event="same"))
        if one.is_new:
            assert one.turn is not None
            self.asked.append(one.turn.id)
        assert len(self.asked) - before == int(one.is_new)

    @rule(target=drawings)
    def claim(self) -> Turn | None:
        if not self.asked or self.drawing is not None:
            return None
        lane = self.find(self.asked[0]).lane
        found = self.do(self.store.claim(lane))
        if isinstance(found, Claim):
            self.requests[found.turn.id] = self.requests.get(found.turn.id, 0) + 1
            self.drawing = found.turn
            earlier = self.asked[: self.asked.index(found.turn.id)]
            waiting = [i for i in earlier if self.find(i).state is State.QUEUED]
            assert not waiting, "first come, first served"
            return found.turn
        if isinstance(found, Turn):
            assert found.state in {State.DRAWN, State.INTERRUPTED}
            if found.state is State.DRAWN:
                self.do(self.store.mark_posted(found, Posted(place=found.place)))
        return None

    @rule(turn=consumes(drawings), images=st.integers(0, 2), posts=st.booleans())
    def finish(self, turn: Turn | None, images: int, posts: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        if turn is None:
            return
        try:
            drawn = self.do(self.store.finish(turn, self.canvas.answer(images=images)))
        except errors.Superseded:
            assert not self._is_current(turn)
            return
        assert self._is_current(turn)
        self.drawing = None
        assert len(drawn.result.versions) == images
        if posts:
            self.do(self.store.mark_posted(drawn, Posted(place=drawn.place)))

    @rule(turn=consumes(drawings), failure=st.sampled_from([LOST, BLOCKED, UNKNOWN]))
    def fail(self, turn: Turn | None, failure: Failure) -> None:
        self._end(turn, lambda one: self.store.fail(one, failure))

    @rule(turn=consumes(drawings))
    def run_out_of_money(self, turn: Turn | None) -> None:
        if self._end(turn, lambda one: self.store.hold_account(one, BROKE)):
            self.held = True

    def _end(self, turn: Turn | None, verb: Any) -> bool:
        if turn is None:
            return False
        try:
            self.do(verb(turn))
        except errors.Superseded:
            assert not self._is_current(turn)
            return False
        assert self._is_current(turn)
        self.drawing = None
        return True

    def _is_current(self, turn: Turn) -> bool:
        return (
            self.drawing is not None
            and self.drawing.id == turn.id
            and self.drawing.attempt == turn.attempt
        )

    @rule()
    def resume(self) -> None:
        if self.held:
            self.do(self.store.resume_account())
            self.held = False

    @rule(number=st.integers(0, 30))
    def cancel(self, number: int) -> None:
        if not self.asked:
            return
        id_ = self.asked[number % len(self.asked)]
        before = self.find(id_)
        try:
            press = self.canvas.press(Action.CANCEL)
            self.do(self.store.cancel_turn(press, id_, before.conversation))
        except errors.NothingToCancel:
            assert before.state not in {State.QUEUED, State.HELD, State.DRAWING}
        else:
            if self.drawing is not None and self.drawing.id == id_:
                self.drawing = None

    @rule(number=st.integers(0, 30))
    def retry(self, number: int) -> None:
        if not self.asked:
            return
        id_ = self.asked[number % len(self.asked)]
        before = self.find(id_)
        try:
            press = self.canvas.press(Action.RETRY)
            self.do(self.store.retry_turn(press, id_, before.conversation))
        except errors.NothingToRetry:
            assert not before.can_retry
        else:
            self.retried[id_] = self.retried.get(id_, 0) + 1

    @rule()
    def crash(self) -> None:
        """All that is in memory is gone; whoever comes next takes the lane over."""
        self.do(self.store.close())
        self.store = SqlStore(self.where)
        self.do(self.store.open())
        self.canvas.store = self.store
        self.drawing = None
        if self.asked:
            lane = self.find(self.asked[0]).lane
            for turn in self._turns():
                if turn.state is State.DRAWING:
                    left = self.do(self.store.claim(lane))
                    assert isinstance(left, Turn)
                    assert (left.id, left.state) == (turn.id, State.INTERRUPTED)

    def _turns(self) -> list[Turn]:
        return [self.find(id_) for id_ in self.asked]

    @invariant()
    def nothing_is_lost_and_nothing_final_moves(self) -> None:
        turns = self._turns()
        assert all(turn is not None for turn in turns)
        for turn in turns:
            known = self.finals.get(turn.id)
            assert known is None or turn.state is known
            if turn.state in FINAL:
                self.finals[turn.id] = turn.state

    @invariant()
    def nothing_is_asked_of_the_model_again_unless_it_was_free_or_somebody_said_so(self) -> None:
        for row in self.do(self.canvas.ledger()):
            assert row.attempt <= self.requests.get(row.turn, 0)
        by_turn: dict[str, list[Any]] = {}
        for row in self.do(self.canvas.ledger()):
            by_turn.setdefault(row.turn, []).append(row)
        for id_, rows in by_turn.items():
            unpaid = sum(row.state == "free" for row in rows)
            assert len(rows) <= 1 + self.retried.get(id_, 0) + unpaid

    @invariant()
    def the_tree_is_numbered_without_gaps(self) -> None:
        if not self.asked:
            return
        conversation, turns = self.do(self.canvas.whole())
        numbers = {int(number.strip("vab")) for number in conversation.versions}
        assert numbers == set(range(1, conversation.count + 1))
        assert conversation.head is None or conversation.head in conversation.versions
        assert sum(turn.state is State.DRAWING for turn in turns) == int(self.drawing is not None)

    @invariant()
    def an_account_on_hold_draws_nothing(self) -> None:
        if self.held and self.asked:
            assert not [turn for turn in self._turns() if turn.state is State.QUEUED]


def test_the_life_of_turns_is_the_same_on_postgres(postgres: PostgresServer) -> None:
    run_state_machine_as_test(
        lambda: Life(postgres.emptied("easel")),  # type: ignore[arg-type] # a factory does too
        settings=settings(max_examples=6, stateful_step_count=25),
    )


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=settings().max_examples // 5, stateful_step_count=25)
