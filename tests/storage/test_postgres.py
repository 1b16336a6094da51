"""What only Postgres can do wrong: two processes that write at once, and a server that comes and goes."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from structlog.testing import capture_logs

from bot.conversation.records import Claim
from bot.conversation.terms import Limits
from bot.conversation.turn import Control, Failure, Turn
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import Kind, NotSaved
from bot.ports.messages import State
from storage import locks
from storage.fairness import Capacity
from storage.migrate import NewerDatabase
from storage.store import SqlStore
from storage.tables import conversations, metadata
from tests.servers.postgres import PostgresServer
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

BROKE = Failure(kind=Kind.NO_CREDIT, code="no_credit", billed=False, retry=False)


@pytest.fixture
def canvases(stores: list[SqlStore]) -> list[Canvas]:
    return [Canvas(store) for store in stores]


async def both(*work: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*work, return_exceptions=True)


async def test_the_same_event_at_both_at_once_is_one_turn_in_one_conversation(
    canvases: list[Canvas],
) -> None:
    for number in range(20):
        place = replace(canvases[0].place, thread=f"new{number}")
        one, two = await both(
            *(c.begin("a boat", event=f"e{number}", place=place) for c in canvases)
        )
        assert sorted([one.is_new, two.is_new]) == [False, True]
        assert one.turn.id == two.turn.id
        assert one.conversation == two.conversation


async def test_two_first_messages_of_one_thread_begin_one_conversation(
    canvases: list[Canvas],
) -> None:
    for number in range(20):
        place = replace(canvases[0].place, thread=f"new{number}")
        one, two = await both(*(c.begin("a boat", place=place) for c in canvases))
        assert one.is_new
        assert two.is_new
        assert one.conversation == two.conversation


async def test_a_control_sent_to_both_at_once_is_done_once(canvases: list[Canvas]) -> None:
    await canvases[0].line(4)
    press = canvases[0].press(Action.UNDO)
    await both(
        *(
            c.store.record_control(f"c{n}", press, Control(action=Action.UNDO))
            for n, c in enumerate(canvases)
        )
    )
    assert await canvases[0].head() == "v3"


async def test_a_lane_claimed_by_both_at_once_is_drawn_by_one(canvases: list[Canvas]) -> None:
    """A queue keeps this from happening; if it does, one draws and the other is told."""
    for _ in range(10):
        turn = await canvases[0].ask("a boat")
        found = await both(*(c.store.claim(turn.lane) for c in canvases))
        [claim] = [one for one in found if isinstance(one, Claim)]
        [told] = [one for one in found if isinstance(one, Turn)]
        assert told.state is State.INTERRUPTED
        assert claim.turn.attempt == 1
        with pytest.raises(errors.Superseded):
            await canvases[0].store.finish(claim.turn, canvases[0].answer())


async def test_who_was_frozen_can_write_nothing_of_a_turn_that_went_on_elsewhere(
    canvases: list[Canvas],
) -> None:
    frozen, other = canvases
    asked = await frozen.ask("a boat")
    before = await frozen.claim()
    left = await other.store.claim(asked.lane)
    assert isinstance(left, Turn)
    assert left.state is State.INTERRUPTED
    await other.store.retry_turn(other.press(Action.RETRY), asked.id, asked.conversation)
    again = await other.store.claim(asked.lane)
    assert isinstance(again, Claim)
    lost = Failure(kind=Kind.UNAVAILABLE, code="unavailable", billed=False)
    for write in (
        frozen.store.finish(before, frozen.answer()),
        frozen.store.fail(before, lost),
        frozen.store.hold_account(before, BROKE),
        frozen.store.record_retry(before, 2),
    ):
        with pytest.raises(errors.Superseded):
            await write
    await other.finish(again.turn)
    assert await frozen.head() == "v1"
    assert await frozen.store.get_held_since() is None


async def test_a_card_that_is_posted_nowhere_is_posted_by_one(canvases: list[Canvas]) -> None:
    one, other = canvases
    turn = await one.ask("a cat")
    reserved = [await each.store.reserve_card(turn.id) for each in (one, other, one)]
    assert reserved == [(None, True), (None, False), (None, True)]
    nowhere, mine, yours = (
        Posted(place=turn.place, messages=messages) for messages in ((), ("m1",), ("m2",))
    )
    await one.store.release_card(turn.id)  # it could not be posted there
    assert await other.store.reserve_card(turn.id) == (None, True)
    await other.store.mark_posted(turn, yours, nowhere)
    assert await one.store.reserve_card(turn.id) == (yours, False)
    with pytest.raises(errors.PostedElsewhere):  # who was frozen meanwhile, and posted it too
        await one.store.mark_posted(turn, mine, nowhere)
    assert await one.store.find_posted(turn.id) == yours


async def test_of_a_platform_one_workspace_alone_is_served(canvases: list[Canvas]) -> None:
    one, other = canvases
    waiting = await one.ask("a cat")
    place = replace(one.place, workspace="another")
    elsewhere = await Canvas(one.store, place=place).ask("a dog")
    lanes = {waiting.lane, elsewhere.lane}
    platform = [waiting.place.platform]
    assert set(await one.store.list_waiting_lanes(platform)) == lanes
    one.store._capacity = Capacity(drawings=1, workspace=1, platforms=tuple(platform))
    one.store.serve_workspace(waiting.place.platform, "another")
    assert list(await one.store.list_waiting_lanes(platform)) == [elsewhere.lane]
    assert await one.store.claim(waiting.lane) is None
    assert isinstance(await one.store.claim(elsewhere.lane), Claim)
    assert set(await other.store.list_waiting_lanes(platform)) == lanes


async def test_prompts_at_both_at_once_are_numbered_in_one_order(canvases: list[Canvas]) -> None:
    await canvases[0].line(1)
    asked = await both(*(canvases[n % 2].ask(f"prompt {n}") for n in range(30)))
    assert all(isinstance(one, Turn) for one in asked), asked
    conversation, turns = await canvases[0].whole()
    assert len(turns) == 31
    assert [turn.seq for turn in turns] == sorted(turn.seq for turn in turns)
    later = turns[2:]  # the first that waits is shown anew when others join it
    assert [turn.revision for turn in later] == sorted({turn.revision for turn in later})
    assert conversation.revision >= turns[-1].revision
    canvases[1]._lane = canvases[0]._lane = turns[0].lane
    drawn = [await canvases[n % 2].draw() for n in range(30)]
    assert [turn.id for turn in drawn] == [turn.id for turn in turns[1:]]


async def test_nobody_queues_a_turn_beside_a_hold_or_leaves_one_behind_at_resume(
    stores: list[SqlStore],
) -> None:
    one, two = stores
    for round_ in range(6):
        first = Canvas(one, thread=f"first{round_}")
        await first.ask("a boat")
        claim = await first.claim()
        asking = [Canvas(two, thread=f"t{round_}-{n}").ask("a cat") for n in range(6)]
        await both(one.hold_account(claim, BROKE), *asking)
        assert await _count(one, State.QUEUED) == 0
        asking = [Canvas(two, thread=f"u{round_}-{n}").ask("a cat") for n in range(6)]
        await both(one.resume_account(), *asking)
        assert await _count(one, State.HELD) == 0
        await _empty(one)


async def _count(store: SqlStore, state: State) -> int:
    statement = sa.text("SELECT count(*) FROM turns WHERE state = :state")
    return await store.database.read(
        lambda sql: int(sql.execute(statement, {"state": state.value}).scalar_one())
    )


async def _empty(store: SqlStore) -> None:
    await store.database.write(
        lambda sql: sql.exec_driver_sql("UPDATE turns SET state = 'cancelled'")
    )


async def test_two_claims_at_once_cannot_both_spend_the_last_of_the_money(
    stores: list[SqlStore],
) -> None:
    limits = Limits(month=0.05)
    lanes = [(await Canvas(stores[0], thread=f"t{n}").ask("a boat")).lane for n in range(8)]
    found = await both(*(stores[n % 2].claim(lane, limits) for n, lane in enumerate(lanes)))
    assert sum(isinstance(one, Claim) for one in found) == 1
    refused = [one for one in found if isinstance(one, Turn)]
    assert len(refused) == 7
    assert {one.result.failure.code for one in refused if one.result.failure} == {"over_limit"}


async def test_a_press_that_comes_twice_at_once_is_one_press(stores: list[SqlStore]) -> None:
    canvas = Canvas(stores[0])
    for number in range(1, 11):
        await canvas.ask("a poster", brainstorm=True)
        ideas = canvas.answer(images=0, directions=("red", "blue"))
        drawn = await canvas.store.finish(await canvas.claim(), ideas, seen=True)
        tick = canvas.press(Action.TICK)
        found = await both(*(store.tick_idea(tick, drawn.id, 2) for store in stores))
        assert sorted(one.is_new for one in found) == [False, True]
        assert (await canvas.again(drawn)).team.ticked == (2,), f"the {number}th time"


async def test_two_that_wait_for_each_other_both_get_done(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No verb does this; should one ever, the server ends one transaction and it is run again."""
    monkeypatch.setattr("storage.postgres._LIMITS", "SET deadlock_timeout = '20ms'")
    store = SqlStore(postgres_url)
    await store.open()
    ids = [(await Canvas(store, thread=f"t{n}").ask("a boat")).conversation for n in range(2)]
    meeting = threading.Barrier(2)
    runs: list[str] = []

    def crosswise(sql: sa.Connection, one: str, other: str) -> None:
        runs.append(one)
        locks.conversation(sql, one)
        if len(runs) <= 2:
            meeting.wait(5)
        locks.conversation(sql, other)

    work = store.database
    await asyncio.gather(work.write(crosswise, *ids), work.write(crosswise, *reversed(ids)))
    await store.close()
    assert len(runs) > 2, "one of them was run again"


async def test_the_migrations_make_the_tables_that_the_program_knows(
    stores: list[SqlStore],
) -> None:
    def differences(sql: sa.Connection) -> Sequence[object]:
        options = {"compare_type": True, "include_object": _ours}
        context = MigrationContext.configure(sql, opts=options)
        found: Sequence[object] = compare_metadata(context, metadata)
        return found

    assert await stores[0].database.write(differences) == []


def _ours(_object: object, name: str | None, *_rest: object) -> bool:
    return "procrastinate" not in (name or "") and name != "ix_turns_text"


async def test_two_that_start_at_once_on_an_empty_database_make_the_tables_once(
    postgres: PostgresServer,
) -> None:
    url = postgres.database()
    opened = [SqlStore(url) for _ in range(3)]
    assert await both(*(store.open() for store in opened)) == [None] * 3
    assert (await Canvas(opened[0]).ask("a boat")).request.text == "a boat"
    for store in opened:
        await store.close()


async def test_a_database_of_a_newer_easel_is_refused_with_a_sentence(
    postgres: PostgresServer,
) -> None:
    url = postgres.database()
    store = SqlStore(url)
    await store.open()
    await store.close()
    with psycopg.connect(url) as sql:
        sql.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase, match=r"newer Easel.*EASEL_DATABASE_URL"):
        await SqlStore(url).open()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("easel:secret", "easel:wrong"), "refuses the user easel or the password"),
        (("easel:secret", "nobody:secret"), "refuses the user nobody or the password"),
        (("/easel$", "/nowhere"), "has no database nowhere. Create it: createdb nowhere"),
        (("127.0.0.1", "127.0.0.9"), "Postgres at 127.0.0.9 cannot be reached"),
        (("$", "?colour=red"), "is no address of a database"),
    ],
)
async def test_what_is_wrong_with_the_address_is_a_sentence_without_the_password(
    postgres_url: str, change: tuple[str, str], says: str
) -> None:
    with pytest.raises(NotSaved) as caught:
        await SqlStore(re.sub(*change, postgres_url)).open()
    assert says in str(caught.value)
    assert "EASEL_DATABASE_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_user_who_may_make_no_tables_is_told_what_to_grant(
    postgres: PostgresServer,
) -> None:
    url = postgres.database()
    postgres.run("DROP ROLE IF EXISTS guest")  # a connection that broke may have made it already
    postgres.run("CREATE ROLE guest LOGIN PASSWORD 'secret'")
    with pytest.raises(NotSaved, match="GRANT CREATE ON SCHEMA public TO guest"):
        await SqlStore(url.replace("easel:secret", "guest:secret")).open()


async def test_a_database_without_unicode_is_refused(postgres: PostgresServer) -> None:
    postgres.run("CREATE DATABASE plain ENCODING 'SQL_ASCII' TEMPLATE template0")
    with pytest.raises(NotSaved, match="does not hold Unicode"):
        await SqlStore(postgres.url("plain")).open()


async def test_text_that_postgres_cannot_hold_is_kept_without_it(canvases: list[Canvas]) -> None:
    turn = await canvases[0].ask("a \0boat", message_id="m\0")
    assert turn.request.text == "a boat"
    assert await canvases[0].store.find_by_message(canvases[0].place, "m\0") == turn


async def test_a_server_that_restarts_is_found_again_and_nothing_is_lost(
    canvases: list[Canvas], postgres: PostgresServer
) -> None:
    canvas = canvases[0]
    await canvas.line(2)
    postgres.stop()
    asking = asyncio.create_task(canvas.ask("add a dog"))
    await asyncio.sleep(0.1)  # it meets nobody, more than once
    assert not asking.done()
    postgres.start()
    assert (await asking).request.text == "add a dog"
    assert (await canvas.draw()).result.versions[0].number == "v3"


async def test_a_server_that_stays_away_is_told_and_used_again_when_it_is_back(
    canvases: list[Canvas], postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgres._TIMEOUT", 0.2)
    postgres.stop()
    try:
        with pytest.raises(NotSaved, match="cannot be reached"):
            await canvases[0].ask("a boat")
        with pytest.raises(NotSaved, match="cannot be reached"):
            await canvases[0].store.get_held_since()
    finally:
        postgres.start()
    assert (await canvases[0].ask("a boat")).request.text == "a boat"


async def test_who_freezes_in_a_transaction_does_not_hold_up_the_others_for_ever(
    canvases: list[Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = "SET idle_in_transaction_session_timeout = '200ms'"
    monkeypatch.setattr("storage.postgres._LIMITS", limits)
    await canvases[1].line(1)
    of = (await canvases[1].whole())[0].id
    frozen, thaw = threading.Event(), threading.Event()
    runs: list[int] = []

    def freeze(sql: sa.Connection) -> None:
        """Begin, freeze, and go on when the server has given up on this connection."""
        runs.append(len(runs))
        sql.execute(sa.update(conversations).where(conversations.c.id == of).values(title="mine"))
        frozen.set()
        thaw.wait(10)
        sql.execute(sa.update(conversations).where(conversations.c.id == of).values(title="mine"))

    slow = SqlStore(canvases[0].store.database.url)  # type: ignore[union-attr] # these stores are on Postgres
    await slow.open()
    writing = asyncio.create_task(slow.database.write(freeze))
    await asyncio.to_thread(frozen.wait, 10)
    begun = time.monotonic()
    assert (await canvases[1].ask("add a dog")).request.text == "add a dog"
    assert time.monotonic() - begun < 8
    assert (await canvases[1].whole())[0].title == "prompt 1"
    thaw.set()
    await writing
    await slow.close()
    assert len(runs) == 2, "what it had done was undone, so it is done again from the start"


async def test_a_server_that_is_not_up_yet_is_waited_for() -> None:
    server = PostgresServer()
    store = SqlStore(server.url())
    try:
        with capture_logs() as said:
            opening = asyncio.create_task(store.open(60))
            while not said:  # noqa: ASYNC110 - a line of the log sets no event
                await asyncio.sleep(0.05)
            await asyncio.to_thread(server.start)
            await opening
        assert "waiting for the database" in {line["event"] for line in said}
        assert "cannot be reached" in said[0]["why"]
        assert "secret" not in str(said)
        assert await store.get_held_since() is None
        await store.close()
    finally:
        await asyncio.to_thread(server.close)
