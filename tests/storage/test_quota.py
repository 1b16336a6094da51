"""Does what a workspace limits for itself hold there at once, and nowhere else?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from bot.conversation.records import Claim
from bot.conversation.terms import Admission, Limits
from bot.conversation.turn import Failure
from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.messages import Defaults, Output, Place, State
from bot.ports.quota import Quota
from storage.fairness import Capacity
from storage.store import SqlStore
from tests.storage.canvas import ANA, BEN, Canvas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

QUOTA = ("person_day", "person", "workspace", "drawings", "drawers")
NOT_YOURS = Failure(kind=Kind.NOT_ALLOWED, code="not_allowed", billed=False, retry=False)


def canvas(store: SqlStore, thread: str = "t1", workspace: str = "T1") -> Canvas:
    place = Place(
        platform="chat", workspace=workspace, channel="C1", thread=f"{workspace}-{thread}"
    )
    return Canvas(store, place=place)


async def limit(of: Canvas, quota: Quota) -> None:
    press = of.press(Action.LIMITS)
    await of.store.set_preferences(press, "workspace", {}, Defaults(quota=quota), QUOTA)


@pytest.fixture(params=["sqlite", "postgres"])
async def four_at_once(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    capacity = Capacity(drawings=4, workspace=4, platforms=("chat",))
    where = tmp_path / "easel.db"
    if request.param == "postgres":
        where = request.getfixturevalue("postgres_url")
    store = SqlStore(where, capacity=capacity)
    await store.open()
    yield store
    await store.close()


async def test_a_workspace_draws_as_many_at_once_as_it_set(four_at_once: SqlStore) -> None:
    store = four_at_once
    here = [canvas(store, name) for name in "abc"]
    elsewhere = canvas(store, workspace="T2")
    await limit(here[0], Quota(drawings=1))
    for one in (*here, elsewhere):
        await one.ask("a boat")
    claimed = []
    while lanes := await store.list_next_lanes():
        claim = await store.claim(lanes[0])
        assert isinstance(claim, Claim)
        claimed.append(claim.turn.place.workspace)
    assert sorted(claimed) == ["T1", "T2"]
    await limit(here[0], Quota())
    assert len(await store.list_next_lanes()) == 2, "as many as whoever runs Easel allows"


async def test_a_daily_limit_counts_what_somebody_spent_since_midnight(store: SqlStore) -> None:
    one = canvas(store)
    now = time.time()
    await limit(one, Quota(person_day=0.05))
    day = Limits(day=now - 60)
    for number, (person, state) in enumerate(
        [(ANA, State.DRAWING), (ANA, State.REFUSED), (BEN, State.DRAWING)]
    ):
        of = canvas(store, f"{number}")
        asked = await of.ask("a boat", person=person, output=Output(quality="medium"))
        claim = await store.claim(asked.lane, day)
        turn = claim.turn if isinstance(claim, Claim) else asked
        assert turn.state is state
        if turn.result.failure:
            assert turn.result.failure.detail["whose"] == "person_day"
            assert turn.result.failure.detail["resets"] == "midnight (UTC)"
    tomorrow = Admission(limits=Limits(day=now + 60))
    again = await canvas(store, "tomorrow").ask("a boat", admission=tomorrow)
    assert isinstance(await store.claim(again.lane, tomorrow.limits), Claim)
    beside = await canvas(store, workspace="T2").ask("a boat", output=Output(quality="medium"))
    assert isinstance(await store.claim(beside.lane, day), Claim)


async def test_only_managers_draw_where_they_set_that(store: SqlStore) -> None:
    one = canvas(store)
    held = Defaults(quota=Quota(drawers="managers"))
    assert Admission(manager_refusal=NOT_YOURS).refusal_at(held) is NOT_YOURS
    assert Admission().refusal_at(held) is None
    await limit(one, Quota(drawers="managers"))
    known = await store.find_preferences(one.place, ANA)
    assert known["workspace"].quota.drawers == "managers"
    other = await store.find_preferences(canvas(store, workspace="T2").place, ANA)
    assert other["workspace"].quota == Quota()


def test_no_workspace_gets_more_than_whoever_runs_easel_allows() -> None:
    allowed = Limits(person=1.0, workspace=10.0, month=100.0)
    held = allowed.tightened(Quota(person=2.0, workspace=5.0, person_day=0.5))
    assert (held.person, held.workspace, held.month, held.person_day) == (1.0, 5.0, 100.0, 0.5)
