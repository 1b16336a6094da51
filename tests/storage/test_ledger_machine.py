"""Money under any order of asking, drawing, failing, cancelling, crashing, retrying and resuming.

A stateful machine drives the real store as the bot does, beside a gateway that keeps its own bill. What the
ledger says must enclose that bill at every moment, for everybody, and no limit may be passed.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.conversation.records import Claim
from bot.conversation.terms import Limits
from bot.conversation.turn import Failure, Turn
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import Kind
from bot.ports.messages import Defaults, Output, State
from bot.ports.queries import UsageQuery, UsageRow
from bot.ports.quota import Quota
from storage.store import SqlStore
from storage.tables import turns
from tests.storage.canvas import ANA, BEN, Canvas, added_up, empty_database

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

FREE = Failure(kind=Kind.UNAVAILABLE, code="unavailable", billed=False)
BROKE = Failure(kind=Kind.NO_CREDIT, code="no_credit", billed=False, retry=False)
UNKNOWN = Failure(kind=Kind.UNKNOWN_OUTCOME, code="unknown_outcome", billed=None)
MONTH = 1000.0


@dataclass
class Request:
    """A drawing under way: its newest request is out, and may have been billed already."""

    turn: Turn
    round: int = 1
    #: what the answers said so far
    said: float = 0.0
    #: what the one that is out will say
    out: float = 0.0


class Gateway:
    """Bills each request; one that knows Idempotency-Key bills a key once."""

    def __init__(self, *, knows_keys: bool) -> None:
        self.knows_keys = knows_keys
        #: nano-dollars by person
        self.bill: Counter[str] = Counter()
        self._answers: dict[str, float] = {}

    def send(self, turn: Turn, number: int, cost: float) -> float:
        """Take a request; give what its answer will say that it cost."""
        key = f"{turn.id}-{number}"
        if self.knows_keys and key in self._answers:
            return self._answers[key]
        if cost:
            self._answers[key] = cost
        self.bill[turn.person.id] += round(cost * 1e9)
        return cost


class Money(RuleBasedStateMachine):
    """Two people in two threads, some lanes forked; crashes forget what is in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 10.0
        self.under_way: list[Request] = []
        self.gateway = Gateway(knows_keys=False)
        self.limits = Limits()
        self.quota = Quota()
        self._open()

    @initialize(
        knows_keys=st.booleans(),
        person=st.sampled_from([None, 0.2, 0.5]),
        month=st.sampled_from([None, None, 0.0, 0.3]),
    )
    def begin(self, *, knows_keys: bool, person: float | None, month: float | None) -> None:
        self.gateway = Gateway(knows_keys=knows_keys)
        self.limits = Limits(person=person, month=month, resets="1 December")

    def _open(self) -> None:
        path = Path(self.folder.name) / "easel.db"
        if not path.exists():
            shutil.copy(empty_database(), path)
        self.store = SqlStore(path, clock=lambda: self.now, month=lambda now: now // MONTH * MONTH)
        self.do(self.store.open())
        self.threads = [Canvas(self.store, thread) for thread in ("t1", "t2")]

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.do(self.store.close())
        self.loop.close()
        self.folder.cleanup()

    @rule(
        day=st.sampled_from([None, 0.1, 0.3]),
        person=st.sampled_from([None, 0.1, 0.4]),
        workspace=st.sampled_from([None, 0.0, 0.3]),
    )
    def a_manager_sets_limits(
        self, day: float | None, person: float | None, workspace: float | None
    ) -> None:
        """They hold at once where they are lower than those of whoever runs Easel."""
        self.quota = Quota(person_day=day, person=person, workspace=workspace)
        press = self.threads[0].press(Action.LIMITS)
        names = ("person_day", "person", "workspace")
        wanted = Defaults(quota=self.quota)
        self.do(self.store.set_preferences(press, "workspace", {}, wanted, names))

    @rule(
        thread=st.integers(0, 1),
        person=st.sampled_from([ANA, BEN]),
        quality=st.sampled_from(["low", "medium", "high"]),
        n=st.integers(1, 2),
    )
    def ask(self, thread: int, person: Any, quality: str, n: int) -> None:
        output = Output(quality=quality, n=n)
        self.do(self.threads[thread].begin("prompt", person=person, output=output))

    @precondition(lambda self: self._waits())
    @rule(lane=st.integers(0, 5), billed=st.booleans())
    def claim(self, lane: int, billed: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        """Take what is next, also in a lane whose holder is frozen, not dead."""
        lanes = self.do(self.store.list_waiting_lanes(["web"]))
        month = self.now // MONTH
        limits = Limits(
            person=self.limits.person,
            month=self.limits.month,
            since=month * MONTH,
            day=month * MONTH,
            resets=self.limits.resets,
        )
        found = self.do(self.store.claim(lanes[lane % len(lanes)], limits))
        if isinstance(found, Claim):
            self._room_for(found.turn)
            price = self._price(found.turn)
            out = self.gateway.send(found.turn, 1, price if billed else 0.0)
            self.under_way.append(Request(turn=found.turn, out=out))
        elif found is not None and found.state is State.DRAWN:
            self.do(self.store.mark_posted(found, Posted(place=found.place)))
        elif found is not None and found.state is State.REFUSED:
            self._no_room_for(found)

    def _waits(self) -> bool:
        """Is there anything to claim beside what is under way?"""
        under_way = {one.turn.id for one in self.under_way}
        return bool(set(self._in(State.QUEUED, State.DRAWN, State.DRAWING)) - under_way)

    def _in(self, *states: State) -> list[str]:
        """Give the turns in one of these states."""
        which = sa.select(turns.c.id).where(turns.c.state.in_(states), turns.c.control.is_(None))
        found: list[str] = self.do(
            self.store.database.read(lambda sql: list(sql.execute(which).scalars()))
        )
        return found

    def _price(self, turn: Turn) -> float:
        return self.threads[0].catalog.entry(turn.request.model).price(turn.request.output) or 0.0

    def _used(self, person: str | None) -> float:
        month = self.now // MONTH
        return self._spent(month * MONTH, (month + 1) * MONTH)[person].at_most

    def _spent(self, since: float, until: float) -> dict[str | None, UsageRow]:
        """Tell what each person spent; None: all of them."""
        query = UsageQuery(platform="web", workspace="local")
        found = self.do(self.store.get_usage(query, since, until))
        nothing: dict[str | None, UsageRow] = {ANA.id: UsageRow(), BEN.id: UsageRow()}
        return {None: found.total, **nothing, **{one.id: one for one in found.people}}

    def _room_for(self, turn: Turn) -> None:
        """What was claimed fits, with all that is out or unknown counted."""
        for limit, person in self._limits_of(turn):
            if limit is not None:
                assert self._used(person) <= limit + 1e-9

    def _limits_of(self, turn: Turn) -> list[tuple[float | None, str | None]]:
        """List what holds for a turn, and for whom; None: for all. A day is as long as a month here."""
        held = self.limits.tightened(self.quota)
        of_person = (held.person, held.person_day)
        return [
            *((limit, turn.person.id) for limit in of_person),
            (held.workspace, None),
            (held.month, None),
        ]

    def _no_room_for(self, turn: Turn) -> None:
        assert turn.result.failure is not None
        assert turn.result.failure.code == "over_limit"
        price = self._price(turn)
        assert any(
            limit is not None and (self._used(who) + price > limit or self._used(who) >= limit)
            for limit, who in self._limits_of(turn)
        )

    @precondition(lambda self: bool(self.under_way))
    @rule(number=st.integers(0, 5), billed=st.booleans())
    def a_tool_round(self, number: int, billed: bool) -> None:  # noqa: FBT001 - as above
        """The answer called a tool and told its small cost; the next request goes out."""
        one = self.under_way[number % len(self.under_way)]
        one.said += one.out
        one.out = 0.0
        try:
            self.do(self.store.record_cost(one.turn, one.said))
        except errors.Superseded:
            self.under_way.remove(one)
            return
        one.round += 1
        price = self._price(one.turn) if billed else 0.0
        one.out = self.gateway.send(one.turn, one.round, price)

    @precondition(lambda self: bool(self.under_way))
    @rule(number=st.integers(0, 5), images=st.integers(0, 2), posts=st.booleans())
    def answer(self, number: int, images: int, posts: bool) -> None:  # noqa: FBT001 - as above
        one = self._taken(number)
        said = self.threads[0].answer(images=images, cost=one.said + one.out)
        try:
            drawn = self.do(self.store.finish(one.turn, said))
        except errors.Superseded:
            self.do(self.store.record_late_answer(one.turn, said))
            return
        assert drawn.result.cost is not None
        if posts:
            self.do(self.store.mark_posted(drawn, Posted(place=drawn.place)))

    @precondition(lambda self: bool(self.under_way))
    @rule(number=st.integers(0, 5))
    def lose_the_answer(self, number: int) -> None:
        self._end(self._taken(number), lambda turn: self.store.fail(turn, UNKNOWN))

    @precondition(lambda self: bool(self.under_way))
    @rule(number=st.integers(0, 5), broke=st.booleans())
    def be_refused(self, number: int, broke: bool) -> None:  # noqa: FBT001 - as above
        """The model says that it did not draw, so what is out is not billed."""
        one = next((one for one in self._from(number) if not one.out), None)
        if one is None:
            return
        self.under_way.remove(one)
        verb = self.store.hold_account if broke else self.store.fail
        failure = BROKE if broke else FREE
        self._end(one, lambda turn: verb(turn, failure))

    def _from(self, number: int) -> list[Request]:
        at = number % len(self.under_way)
        return self.under_way[at:] + self.under_way[:at]

    def _taken(self, number: int) -> Request:
        return self.under_way.pop(number % len(self.under_way))

    def _end(self, one: Request, verb: Any) -> None:
        try:
            self.do(verb(one.turn))
        except errors.Superseded:
            return

    def _some(self, number: int, *states: State) -> Turn | None:
        fit = self._in(*states)
        return self.do(self.store.find_turn(fit[number % len(fit)])) if fit else None

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        """The drawing goes on in vain, until its answer comes too late."""
        turn = self._some(number, State.QUEUED, State.HELD, State.DRAWING)
        if turn is None:
            return
        press = self.threads[0].press(Action.CANCEL)
        done = self.do(self.store.cancel_turn(press, turn.id, turn.conversation)).turn
        assert done is not None
        if not done.result.unsettled:
            rows = [row for row in self._rows() if row.turn == turn.id]
            assert all(row.state == "free" and not row.cost for row in rows), "said: not billed"

    @precondition(lambda self: self._in(State.FAILED, State.INTERRUPTED))
    @rule(number=st.integers(0, 9))
    def retry(self, number: int) -> None:
        turn = self._some(number, State.FAILED, State.INTERRUPTED)
        assert turn is not None
        press = self.threads[0].press(Action.RETRY)
        self.do(self.store.retry_turn(press, turn.id, turn.conversation))

    @precondition(lambda self: self._in(State.DRAWING))
    @rule(lane=st.integers(0, 5))
    def take_over_what_another_holds(self, lane: int) -> None:
        """Its holder is frozen, not dead, and does not know."""
        self.claim(lane=lane, billed=True)

    @rule(thread=st.integers(0, 1), forks=st.booleans())
    def merge_or_fork(self, thread: int, forks: bool) -> None:  # noqa: FBT001 - as above
        canvas = self.threads[thread]
        id_ = self.do(self.store.find_conversation_at(canvas.place))
        if id_ is None:
            return
        press = canvas.press(Action.FORK if forks else Action.MERGE)
        try:
            if forks:
                self.do(self.store.fork_prompts(f"fork-{press.event_id}", press, id_))
            else:
                self.do(self.store.merge_prompts(press, id_))
        except errors.NothingToMerge:
            return

    @rule()
    def resume(self) -> None:
        self.do(self.store.resume_account())

    @rule()
    def crash(self) -> None:
        self.do(self.store.close())
        self.under_way.clear()
        self._open()

    @rule()
    def a_month_passes(self) -> None:
        """What is under way is still billed to the month in which it was claimed."""
        if not self.under_way:
            self.now += MONTH

    def _rows(self) -> list[Any]:
        return list(self.do(self.threads[0].ledger()))

    @invariant()
    def the_ledger_encloses_the_bill(self) -> None:
        bill = self.gateway.bill
        for person, spent in self._spent(0.0, 1e12).items():
            billed = bill.total() if person is None else bill[person]
            assert round(spent.settled * 1e9) <= billed
            assert billed <= round(spent.at_most * 1e9)

    @invariant()
    def the_sums_are_what_the_ledger_adds_up_to(self) -> None:
        kept, scanned = self.do(added_up(self.store, lambda now: now // MONTH * MONTH))
        assert kept == scanned


TestMoney = Money.TestCase
TestMoney.settings = settings(
    max_examples=10,
    stateful_step_count=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a life takes minutes
)
