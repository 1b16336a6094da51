"""What the ledger and the limits say of single cases; `test_ledger_machine` has their order shuffled."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from bot.conversation.records import Claim
from bot.conversation.terms import Limits
from bot.conversation.turn import Failure, Turn
from bot.ports.actions import Action
from bot.ports.errors import Kind, Superseded
from bot.ports.messages import Output, Place, State
from bot.ports.queries import Usage, UsageQuery
from storage.ledger import start_of_month
from tests.storage.canvas import ANA, BEN, Canvas, added_up, listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.store import SqlStore

UNKNOWN = Failure(kind=Kind.UNKNOWN_OUTCOME, code="unknown_outcome", billed=None)
BROKE = Failure(kind=Kind.NO_CREDIT, code="no_credit", billed=False, retry=False)
HIGH = Output(quality="high")  # $0.167


@pytest.fixture(autouse=True)
async def _the_sums_follow(store: SqlStore) -> AsyncIterator[None]:
    """Whatever a test does, the sums are what the ledger adds up to."""
    yield
    kept, scanned = await added_up(store)
    assert kept == scanned


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store)


async def usage(store: SqlStore, platform: str = "web", workspace: str = "local") -> Usage:
    query = UsageQuery(platform=platform, workspace=workspace)
    return await store.get_usage(query, 0.0, 1e12)


async def claimed(canvas: Canvas, limits: Limits) -> Claim | Turn | None:
    return await canvas.store.claim(canvas._lane, limits)


async def test_what_a_tool_round_cost_stays_billed_when_the_next_one_is_lost(
    canvas: Canvas,
) -> None:
    await canvas.ask("a park")
    turn = await canvas.claim()
    await canvas.store.record_cost(turn, 0.002)
    failed = await canvas.store.fail(turn, UNKNOWN)
    assert failed.result.cost == 0.002
    total = (await usage(canvas.store)).total
    assert (total.settled, total.unsettled) == (0.002, 0.042)


async def test_a_retry_under_the_same_keys_may_be_billed_once_so_the_first_time_is_only_perhaps(
    canvas: Canvas,
) -> None:
    await canvas.ask("a park")
    turn = await canvas.claim()
    await canvas.store.record_cost(turn, 0.002)
    await canvas.store.fail(turn, UNKNOWN)
    await canvas.store.retry_turn(canvas.press(Action.RETRY), turn.id, turn.conversation)
    again = await canvas.claim()
    drawn = await canvas.store.finish(again, canvas.answer(cost=0.044))
    assert drawn.result.cost == 0.044
    total = (await usage(canvas.store)).total
    assert total.settled == 0.044
    assert total.unsettled == pytest.approx(0.044)


async def test_an_answer_that_comes_after_the_cancel_is_not_shown_but_settled(
    canvas: Canvas,
) -> None:
    await canvas.ask("a park")
    turn = await canvas.claim()
    await canvas.store.cancel_turn(canvas.press(Action.CANCEL), turn.id, turn.conversation)
    assert (await canvas.again(turn)).result.unsettled
    with pytest.raises(Superseded):
        await canvas.store.finish(turn, canvas.answer())
    await canvas.store.record_late_answer(turn, canvas.answer(cost=0.05))
    again = await canvas.again(turn)
    assert (again.state, again.result.cost, again.result.versions) == (State.CANCELLED, 0.05, ())
    total = (await usage(canvas.store)).total
    assert (total.settled, total.unsettled) == (0.05, 0.0)


async def test_what_no_credit_held_was_never_billed_also_when_it_is_cancelled(
    canvas: Canvas,
) -> None:
    await canvas.ask("a park")
    turn = await canvas.claim()
    await canvas.store.hold_account(turn, BROKE)
    done = await canvas.store.cancel_turn(canvas.press(Action.CANCEL), turn.id, turn.conversation)
    assert done.turn is not None
    assert not done.turn.result.unsettled
    assert (await usage(canvas.store)).total.at_most == 0


async def states(canvas: Canvas) -> list[str]:
    return [row.state for row in await canvas.ledger()]


async def test_what_was_claimed_but_never_sent_goes_on_by_itself_and_was_not_billed(
    canvas: Canvas,
) -> None:
    turn = await canvas.ask("a park")
    first = await canvas.store.claim(turn.lane, sent=False)
    again = await canvas.store.claim(turn.lane, sent=False)  # its holder died before it asked
    assert isinstance(first, Claim)
    assert isinstance(again, Claim)
    assert (again.turn.id, again.turn.attempt) == (turn.id, 2)
    assert await states(canvas) == ["free", "reserved"]
    with pytest.raises(Superseded):  # it was frozen, not dead
        await canvas.store.mark_sent(first.turn)
    await canvas.store.mark_sent(again.turn)
    left = await canvas.store.claim(turn.lane, sent=False)
    assert isinstance(left, Turn)
    assert left.state is State.INTERRUPTED
    assert await states(canvas) == ["free", "unsettled"]


async def test_what_is_cancelled_before_it_was_sent_or_after_it_was_not_taken_is_not_billed(
    canvas: Canvas,
) -> None:
    for taken in (None, False, True):
        asked = await canvas.ask("a park")
        claim = await canvas.store.claim(asked.lane, sent=False)
        assert isinstance(claim, Claim)
        if taken is not None:
            await canvas.store.mark_sent(claim.turn)
            await canvas.store.record_retry(claim.turn, 2, sent=taken)
        press = canvas.press(Action.CANCEL)
        done = (await canvas.store.cancel_turn(press, asked.id, asked.conversation)).turn
        assert done is not None
        assert done.result.unsettled is (taken is True)
    assert await states(canvas) == ["free", "free", "unsettled"]


async def test_a_drawing_that_is_let_go_before_it_was_sent_waits_again_or_is_held(
    canvas: Canvas,
) -> None:
    other = Canvas(canvas.store, thread="t2")
    for held in (False, True):
        turn = await canvas.ask("a park")
        claim = await canvas.store.claim(turn.lane, sent=False)
        assert isinstance(claim, Claim)
        if held:
            await other.ask("a lake")
            await canvas.store.hold_account(await other.claim(), BROKE)
        left = await canvas.store.interrupt(claim.turn, UNKNOWN)
        assert left.state is (State.HELD if held else State.QUEUED)
        await canvas.store.cancel_turn(canvas.press(Action.CANCEL), turn.id, turn.conversation)


@pytest.mark.parametrize(
    ("limits", "whose"),
    [
        (Limits(person=0.2), "person"),
        (Limits(channel=0.2), "channel"),
        (Limits(workspace=0.2), "workspace"),
        (Limits(month=0.2), "month"),
    ],
)
async def test_a_limit_stops_what_would_pass_it_and_says_whose_it_is(
    canvas: Canvas, limits: Limits, whose: str
) -> None:
    await canvas.ask("a park", output=HIGH)
    claim = await claimed(canvas, limits)
    assert isinstance(claim, Claim)
    assert claim.turn.result.warning["whose"] == whose
    await canvas.finish(claim.turn, cost=0.167)
    await canvas.ask("a hill", output=Output(quality="low"))
    small = await claimed(canvas, limits)
    assert isinstance(small, Claim)
    await canvas.finish(small.turn, cost=0.011)
    await canvas.ask("a bay", output=HIGH)
    stopped = await claimed(canvas, limits)
    assert isinstance(stopped, Turn)
    assert stopped.state is State.REFUSED
    assert stopped.result.failure is not None
    assert (stopped.result.failure.kind, stopped.result.failure.code) == (
        Kind.NOT_ALLOWED,
        "over_limit",
    )
    assert stopped.result.failure.detail["whose"] == whose
    assert await claimed(canvas, limits) is None


async def test_a_retry_that_a_limit_stops_leaves_what_was_perhaps_billed(canvas: Canvas) -> None:
    await canvas.ask("a park", output=HIGH)
    lost = await canvas.store.fail(await canvas.claim(), UNKNOWN)
    await canvas.store.retry_turn(canvas.press(Action.RETRY), lost.id, lost.conversation)
    stopped = await claimed(canvas, Limits(month=0.2))
    assert isinstance(stopped, Turn)
    assert stopped.state is State.REFUSED
    assert (await usage(canvas.store)).total.unsettled == pytest.approx(0.167)


async def test_two_drawings_at_once_cannot_both_take_the_last_of_a_limit(store: SqlStore) -> None:
    canvases = [Canvas(store, f"t{number}") for number in range(6)]
    for canvas in canvases:
        await canvas.ask("a park", output=HIGH)
    found = await asyncio.gather(*(claimed(one, Limits(person=0.4)) for one in canvases))
    assert sum(isinstance(one, Claim) for one in found) == 2
    assert (await usage(store)).total.unsettled == pytest.approx(0.334)


async def test_a_limit_holds_for_its_own_people_places_and_month(store: SqlStore) -> None:
    here = Canvas(store)
    there = Canvas(store, place=Place(platform="slack", workspace="T1", channel="C1", thread="1"))
    await here.ask("a park", output=HIGH)
    assert isinstance(await claimed(here, Limits(person=0.2)), Claim)
    other = Canvas(store, "t2")
    await other.ask("a park", person=BEN, output=HIGH)
    assert isinstance(await claimed(other, Limits(person=0.2)), Claim)
    await there.ask("a park", output=HIGH)
    assert isinstance(await claimed(there, Limits(person=0.2, workspace=0.2)), Claim)
    third = Canvas(store, "t3")
    await third.ask("a park", output=HIGH)
    assert isinstance(await claimed(third, Limits(month=0.2, since=1e12)), Claim)


async def test_the_month_is_added_up_by_person_channel_and_model_for_its_workspace_only(
    store: SqlStore,
) -> None:
    here = Canvas(store)
    there = Canvas(store, place=Place(platform="slack", workspace="T1", channel="C1", thread="1"))
    await here.ask("a park")
    await here.draw(cost=0.04)
    await here.ask("a bench", person=BEN)
    await here.draw(cost=None)
    await there.ask("a hill")
    await there.draw(cost=0.5, images=2)
    found = await usage(store)
    assert (found.total.settled, found.total.images, found.total.unpriced) == (0.04, 2, 1)
    assert [(one.name, one.settled) for one in found.people] == [("Ana", 0.04), ("Ben", 0.0)]
    assert [(one.id, one.images) for one in found.channels] == [("page", 2)]
    assert [one.id for one in found.models] == ["gpt-4o-image"]
    everywhere = await usage(store, "", "")
    assert everywhere.total.settled == pytest.approx(0.54)
    assert [one.workspace for one in everywhere.workspaces] == ["T1", "local"]
    assert (everywhere.people[0].workspace, everywhere.people[0].id) == ("T1", ANA.id)


async def test_an_end_that_nobody_was_shown_is_found_until_it_is_told(canvas: Canvas) -> None:
    await canvas.ask("a park")
    turn = await canvas.claim()
    assert await canvas.store.list_unnotified(["web"]) == []
    failed = await canvas.store.fail(turn, UNKNOWN)
    assert [one.id for one in await canvas.store.list_unnotified(["web"])] == [turn.id]
    assert await canvas.store.list_unnotified(["slack"]) == []
    await canvas.store.retry_turn(canvas.press(Action.RETRY), turn.id, turn.conversation)
    await canvas.store.mark_notified(failed)  # too late: it waits again
    again = await canvas.claim()
    await canvas.store.cancel_turn(canvas.press(Action.CANCEL), turn.id, turn.conversation)
    (cancelled,) = await canvas.store.list_unnotified(["web"])
    assert (cancelled.id, cancelled.state) == (again.id, State.CANCELLED)
    await canvas.store.mark_notified(cancelled)
    assert await canvas.store.list_unnotified(["web"]) == []


async def test_nobody_looks_through_the_ledger_whatever_is_asked_limited_or_told(
    canvas: Canvas,
) -> None:
    """It has a row for each drawing ever: a prompt reads those of its own turn, and sums."""
    with listening(canvas.store) as said:
        limits = Limits(person=9, channel=9, workspace=9, month=9)
        await canvas.ask("a park")
        claim = await claimed(canvas, limits)
        assert isinstance(claim, Claim)
        await canvas.store.record_cost(claim.turn, 0.002)
        await canvas.finish(claim.turn)
        await canvas.ask("a boat")
        await canvas.store.fail(await canvas.claim(), UNKNOWN)
        await usage(canvas.store)
        await usage(canvas.store, "", "")
        await canvas.store.get_held_since()
        await canvas.store.count_open_turns()
    of_ledger = [one for one in said if re.search(r"(FROM|UPDATE) ledger", one)]
    assert of_ledger
    own = re.compile(r"ledger\.turn = ('|%|turns\.id)")
    assert [one for one in of_ledger if not own.search(one)] == []
    assert len([one for one in said if "FROM sums" in one]) == 4 + 2 * 6


async def test_the_sums_hold_where_many_draw_at_once(store: SqlStore) -> None:
    canvases = [Canvas(store, thread=f"t{number}") for number in range(12)]

    async def life(canvas: Canvas, number: int) -> None:
        person = ANA if number % 2 else BEN
        await canvas.ask("a park", person=person)
        turn = await canvas.claim()
        if number % 3:
            await canvas.finish(turn)
        else:
            await canvas.store.fail(turn, UNKNOWN)

    await asyncio.gather(*(life(canvas, number) for number, canvas in enumerate(canvases)))
    total = (await usage(store)).total
    assert (total.images, total.settled, total.unsettled) == (8, 0.32, 0.168)


async def test_a_month_begins_at_midnight_in_utc() -> None:
    for now, month in (
        ("2026-11-30T23:59:59+00:00", "2026-11-01T00:00:00+00:00"),
        ("2026-12-01T00:00:00+00:00", "2026-12-01T00:00:00+00:00"),
        ("2024-02-29T12:00:00+14:00", "2024-02-01T00:00:00+00:00"),
    ):
        seconds = dt.datetime.fromisoformat(now).timestamp()
        assert start_of_month(seconds) == dt.datetime.fromisoformat(month).timestamp()
