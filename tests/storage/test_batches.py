"""Is a list started once, as a whole, and is each of its rows paid once, whatever happens?"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from bot.conversation.batch_list import complete_rows
from bot.conversation.records import Claim, NewPrompt
from bot.conversation.terms import Admission, Limits, Rate
from bot.conversation.turn import BatchRow, Failure
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import Kind
from bot.ports.messages import IncomingMessage, State
from storage.fairness import Capacity
from tests.storage.canvas import BEN, Canvas
from tests.storage.test_kits import PLACE, pin
from tests.storage.test_ledger_machine import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.turn import Turn
    from bot.ports.messages import Defaults
    from storage.store import SqlStore

OPEN = Admission()
REFUSED_KEY = Failure(kind=Kind.NOT_CONFIGURED, code="key_refused", billed=False)
NO_CREDIT = Failure(kind=Kind.NO_CREDIT, code="no_credit", billed=False, retry=False)


async def put_down(canvas: Canvas, count: int) -> Turn:
    """Put a list of so many rows on disk."""
    message = IncomingMessage(
        event_id=secrets.token_hex(4), place=canvas.place, person=BEN, text="", may_start=True
    )
    prompt = NewPrompt(
        id=secrets.token_hex(8),
        conversation=secrets.token_hex(8),
        message=message,
        text=f"Batch of {count} pictures",
        source=None,
    )
    rows = [BatchRow(line=number, text=f"fox {number}") for number in range(1, count + 1)]

    def complete(_defaults: Defaults) -> Sequence[BatchRow]:
        return complete_rows(rows, canvas.catalog.resolve)

    turn = (await canvas.store.record_batch(prompt, complete)).turn
    assert turn is not None
    return turn


async def start(canvas: Canvas, turn: Turn, admission: Admission = OPEN) -> Turn:
    event = replace(canvas.press(Action.START), person=BEN)
    shown = (await canvas.store.start_batch(event, turn.id, admission)).turn
    assert shown is not None
    return shown


async def claim(store: SqlStore, lane: str) -> Turn:
    found = await store.claim(lane)
    assert isinstance(found, Claim), found
    return found.turn


def states(turn: Turn) -> list[State]:
    return [part.state for part in turn.team.children]


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store)


async def test_pressed_by_several_at_once_a_list_is_started_once(canvas: Canvas) -> None:
    turn = await put_down(canvas, 3)
    assert turn.team.batch is not None
    assert turn.team.batch.prices == (0.042,) * 3
    assert not turn.team.children
    await asyncio.gather(*(start(canvas, turn) for _ in range(4)))
    started = await canvas.again(turn)
    assert [part.request.text for part in started.team.children] == ["fox 1", "fox 2", "fox 3"]
    assert len({part.lane for part in started.team.children}) == 3
    assert started.team.batch is not None
    assert not started.team.batch.rows, "its words stand once"


async def test_the_month_must_have_room_for_the_whole_list(canvas: Canvas) -> None:
    await Canvas(canvas.store, "t2").ask("a boat", person=BEN)
    turn = await put_down(canvas, 5)
    with pytest.raises(errors.OverLimit):
        await start(canvas, turn, Admission(limits=Limits(person=0.2)))
    with pytest.raises(errors.TooFast):
        await start(canvas, turn, Admission(rates=(Rate(count=5, seconds=60),)))
    assert not (await canvas.again(turn)).team.children
    allowed = Admission(limits=Limits(person=0.21), rates=(Rate(count=6, seconds=60),))
    assert len((await start(canvas, turn, allowed)).team.children) == 5


async def test_cancelled_before_it_began_a_list_is_never_drawn(canvas: Canvas) -> None:
    turn = await put_down(canvas, 3)
    await canvas.store.cancel_batch(canvas.press(Action.CANCEL), turn.id)
    assert not (await start(canvas, turn)).team.children
    with pytest.raises(errors.NothingToCancel):
        await canvas.store.cancel_batch(canvas.press(Action.CANCEL), turn.id)


async def test_what_is_being_drawn_goes_on_when_the_rest_is_cancelled(canvas: Canvas) -> None:
    parts = (await start(canvas, turn := await put_down(canvas, 3))).team.children
    drawing = await claim(canvas.store, parts[1].lane)
    await canvas.store.cancel_batch(canvas.press(Action.CANCEL), turn.id)
    await canvas.finish(drawing)
    ended = await canvas.again(turn)
    assert states(ended) == [State.CANCELLED, State.POSTED, State.CANCELLED]
    assert [row.turn for row in await canvas.ledger()] == [drawing.id]


async def test_without_credit_the_rest_is_held_and_goes_on_later(canvas: Canvas) -> None:
    parts = (await start(canvas, turn := await put_down(canvas, 3))).team.children
    await canvas.store.hold_account(await claim(canvas.store, parts[0].lane), NO_CREDIT)
    assert states(await canvas.again(turn)) == [State.HELD] * 3
    await canvas.store.resume_account()
    for part in parts:
        await canvas.finish(await claim(canvas.store, part.lane))
    assert states(await canvas.again(turn)) == [State.POSTED] * 3


async def test_a_refused_key_ends_what_waits_and_retry_begins_it_again(canvas: Canvas) -> None:
    parts = (await start(canvas, turn := await put_down(canvas, 3))).team.children
    await canvas.store.fail(await claim(canvas.store, parts[0].lane), REFUSED_KEY)
    ended = await canvas.again(turn)
    assert states(ended) == [State.FAILED] * 3
    assert all(part.can_retry for part in ended.team.children)
    assert len(await canvas.ledger()) == 1, "the others were not asked for"
    await canvas.store.retry_turn(canvas.press(Action.RETRY), parts[2].id, turn.conversation)
    assert (await claim(canvas.store, parts[2].lane)).id == parts[2].id


async def test_whoever_asks_beside_a_list_waits_for_one_round_at_most(
    stores: list[SqlStore],
) -> None:
    """Two processes draw two pictures at once; the list is there first, and is long."""
    for store in stores:
        store._capacity = Capacity(drawings=2, workspace=2)
    batch = Canvas(stores[0])
    await start(batch, await put_down(batch, 20))
    under_way = [await claim(store, (await store.list_next_lanes())[0]) for store in stores]
    beside = Canvas(stores[1], "t2")
    asked = await beside.ask("a boat")
    assert not await stores[0].list_next_lanes()
    await batch.finish(under_way[0])
    assert await stores[1].list_next_lanes() == [asked.lane]
    await beside.finish(await claim(stores[1], asked.lane))
    assert len(await stores[0].list_next_lanes()) == 1


async def test_rows_have_the_brand_kit_and_so_has_the_canvas_of_one_of_them(
    store: SqlStore,
) -> None:
    logo = "a" * 64
    await pin(store, logo, style="flat")
    canvas = Canvas(store, place=replace(PLACE, thread="1.0"))
    turn = await put_down(canvas, 2)
    drawn = await canvas.finish(
        await claim(store, (await start(canvas, turn)).team.children[1].lane)
    )
    assert drawn.request.kit is not None
    assert [one.blob for one in drawn.request.kit.images] == [logo]

    press = canvas.press(Action.OPEN)
    message = IncomingMessage(
        event_id=press.event_id,
        place=replace(PLACE, thread="2.0"),
        person=BEN,
        text="",
        action_key="k",
    )
    prompt = NewPrompt(
        id=secrets.token_hex(8),
        conversation=secrets.token_hex(8),
        message=message,
        text="fox 2",
        source=None,
    )
    opened = await store.copy_canvas(prompt, turn.conversation, "v1")
    for event_id in (press.event_id, "pressed again"):
        again = replace(prompt, id="x", message=replace(message, event_id=event_id))
        repeated = await store.copy_canvas(again, turn.conversation, "v1")
        assert (repeated.is_new, repeated.conversation) == (False, prompt.conversation)
    copied = Canvas(store, place=message.place)
    assert await copied.head() == "v1"
    assert opened.turn is not None
    await store.mark_posted(opened.turn, Posted(place=message.place))
    edit = await copied.ask("at night")
    lineage = (await copied.claimed()).lineage
    assert (lineage.source, lineage.kit) == (opened.turn.result.versions[0], drawn.request.kit)
    assert [step.text for step in lineage.steps] == ["fox 2"]
    assert edit.request.text == "at night"
    await store.delete_conversation(turn.conversation)
    assert await store.find_referenced([logo, drawn.result.versions[0].blob]) == {
        logo,
        drawn.result.versions[0].blob,
    }
    assert [row.images for row in await canvas.ledger()] == [1, 0], "the copy cost nothing"


class BatchMoney(Money):
    """The machine of the ledger, with lists among the prompts."""

    lists: tuple[str, ...] = ()

    @rule(count=st.integers(1, 4), thread=st.integers(0, 1))
    def list_and_start(self, count: int, thread: int) -> None:
        canvas = self.threads[thread]
        turn = self.do(put_down(canvas, count))
        self.lists = (*self.lists, turn.id)
        self._press_start(turn, canvas)

    @rule(number=st.integers(0, 9))
    def press_start_again(self, number: int) -> None:
        if self.lists:
            turn = self.do(self.store.find_turn(self.lists[number % len(self.lists)]))
            assert turn is not None
            self._press_start(turn, self.threads[0])

    def _press_start(self, turn: Turn, canvas: Canvas) -> None:
        month = self.now // 1000.0 * 1000.0
        limits = Limits(person=self.limits.person, month=self.limits.month, since=month)
        try:
            self.do(start(canvas, turn, Admission(limits=limits)))
        except errors.OverLimit:
            return

    @rule(number=st.integers(0, 9))
    def cancel_list(self, number: int) -> None:
        if not self.lists:
            return
        press = self.threads[0].press(Action.CANCEL)
        try:
            self.do(self.store.cancel_batch(press, self.lists[number % len(self.lists)]))
        except errors.NothingToCancel:
            return

    @invariant()
    def a_list_costs_what_its_rows_cost(self) -> None:
        entries: dict[str, list[Any]] = {}
        for row in self._rows():
            entries.setdefault(row.turn, []).append(row)
        for id_ in self.lists:
            turn = self.do(self.store.find_turn(id_))
            assert turn is not None
            assert turn.team.batch is not None
            parts = turn.team.children
            assert len(parts) in {0, len(turn.team.batch.prices)}
            assert len({part.request.event_id for part in parts}) == len(parts)
            for part in parts:
                known = [row.cost for row in entries.get(part.id, ()) if row.cost is not None]
                assert round((part.result.cost or 0.0) * 1e9) == sum(known)


TestBatchMoney = BatchMoney.TestCase
TestBatchMoney.settings = settings(
    max_examples=6,
    stateful_step_count=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
