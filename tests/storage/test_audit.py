"""Does the audit log say who did what that costs, deletes or sets, once, and nothing that they wrote?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.conversation.turn import Control
from bot.ports.actions import Action
from bot.ports.audit import AuditQuery
from bot.ports.messages import Defaults, IncomingMessage, Output, Place
from tests.storage.canvas import ANA, Canvas

if TYPE_CHECKING:
    from bot.ports.audit import AuditEntry
    from storage.store import SqlStore

WORDS = "a boat that nobody may read about"


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store)


async def read(store: SqlStore, **wanted: Any) -> tuple[AuditEntry, ...]:
    return await store.list_audit(AuditQuery(platform="", workspace="", **wanted))


async def test_a_drawing_is_in_the_log_with_what_it_cost_also_when_its_canvas_is_gone(
    canvas: Canvas,
) -> None:
    turn = await canvas.ask(WORDS)
    await canvas.claim()
    [entry] = await read(canvas.store)
    assert (entry.action, entry.settled, entry.images) == ("draw", 0, 0)
    assert entry.unsettled > 0, "its request is out"
    await canvas.store.delete_conversation(turn.conversation, canvas.press(Action.DELETE))
    deleted, drawn = await read(canvas.store)
    assert (deleted.action, deleted.person, deleted.person_name) == ("delete", "U1", "Ana")
    assert deleted.detail == "the canvas"
    assert drawn.conversation == deleted.conversation == turn.conversation
    assert drawn.unsettled > 0, "it may have been billed"
    assert WORDS not in repr((deleted, drawn))


async def test_what_is_deleted_and_set_is_in_the_log_once_however_often_it_is_delivered(
    canvas: Canvas,
) -> None:
    store, turn = canvas.store, await canvas.ask(WORDS)
    await canvas.draw()
    press = canvas.press(Action.SETTINGS)
    what = Control(action=Action.SETTINGS, fields={"size": "1024x1024", "whose": "channel"})
    wanted = Defaults(output=Output(size="1024x1024"))
    said = IncomingMessage(event_id="E1", place=canvas.place, person=ANA, text="settings")
    for _ in range(2):
        id_ = secrets.token_hex(8)
        await store.set_defaults(id_, press, turn.conversation, what, wanted)
        await store.set_preferences(said, "workspace", {"size": "1024x1024"}, wanted)
    looked = canvas.press(Action.SETTINGS)
    await store.set_defaults("c2", looked, turn.conversation, what, Defaults())
    gone = canvas.press(Action.DELETE)
    for _ in range(2):
        await store.delete_turn(secrets.token_hex(8), gone, turn.conversation, turn.id)
    assert await store.resume_account() == []
    found = await read(store)
    assert [one.action for one in found] == ["resume", "delete", "settings", "settings", "draw"]
    assert [one.person for one in found] == ["", "U1", "U1", "U1", "U1"], "a command is nobody's"
    assert {one.detail for one in found[2:4]} == {
        "size 1024x1024, whose channel",
        "size 1024x1024, whose workspace",
    }
    assert found[1].detail == "v1"


async def test_the_log_is_read_by_pages_by_times_and_by_platform(store: SqlStore) -> None:
    places = [
        Place(platform=platform, workspace="W", channel="C", thread=str(number))
        for number in range(3)
        for platform in ("slack", "web")
    ]
    for place in places:
        one = Canvas(store, place=place)
        turn = await one.ask(WORDS)
        await one.claim()
        await store.delete_conversation(turn.conversation, one.press(Action.DELETE))
    everything = await read(store)
    assert len(everything) == 12
    assert sorted(everything, key=lambda one: -one.created) == list(everything)
    paged: list[AuditEntry] = []
    while page := await read(store, limit=5, before=paged[-1].cursor if paged else None):
        paged += page
    assert paged == list(everything)
    assert len(await read(store, of_platform="slack")) == 6
    middle = everything[5].created
    assert len(await read(store, since=middle)) + len(await read(store, until=middle)) == 12
    await store.delete_audit(middle)
    left = await read(store)
    assert [one for one in left if one.action == "draw"] == [
        one for one in everything if one.action == "draw"
    ], "the money stays counted"
    assert all(one.created >= middle for one in left if one.action == "delete")


async def test_entries_of_one_moment_are_each_on_one_page(store: SqlStore) -> None:
    store.clock = lambda: 1_700_000_000.0
    for number in range(4):
        one = Canvas(store, thread=f"t{number}")
        event = replace(one.press(Action.DELETE), event_id=f"{'Aa_/'[number]}x")
        turn = await one.ask(WORDS)
        await one.claim()
        await store.delete_conversation(turn.conversation, event)
    paged: list[AuditEntry] = []
    while page := await read(store, limit=3, before=paged[-1].cursor if paged else None):
        paged += page
    assert len(paged) == len({one.cursor for one in paged}) == 8
    assert tuple(paged) == await read(store)


async def test_a_canvas_whose_time_is_over_is_in_the_log_as_nobodys_deed(canvas: Canvas) -> None:
    turn = await canvas.ask(WORDS)
    await canvas.store.delete_conversation(turn.conversation)
    [entry] = await read(canvas.store)
    assert (entry.action, entry.person, entry.platform) == ("expire", "", "web")
