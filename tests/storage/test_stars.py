"""Is a star its person's, in the gallery of its channel alone, and gone with its picture?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from bot.ports.actions import Action
from bot.ports.messages import ActionEvent, Person, Place
from storage.tables import stars
from tests.storage.canvas import ANA, BEN, Canvas

if TYPE_CHECKING:
    from bot.conversation.records import Recorded
    from storage.store import SqlStore

HERE = Place(platform="slack", workspace="T1", channel="C1", thread="1.1")


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store, place=HERE)


async def star(canvas: Canvas, number: str, person: Person = ANA, event: str = "") -> Recorded:
    conversation, _ = await canvas.whole()
    pressed = ActionEvent(
        event_id=event or secrets.token_hex(4), place=HERE, person=person, action=Action.STAR
    )
    version = conversation.versions[number]
    return await canvas.store.toggle_star(pressed, conversation.id, version)


async def gallery(store: SqlStore, place: Place = HERE, **page: int) -> list[str]:
    return [one.version.number for one in await store.list_starred(place, **page)]


async def test_each_person_has_a_star_and_a_second_press_takes_it_away(canvas: Canvas) -> None:
    await canvas.line(2)
    starred = await star(canvas, "v1")
    assert starred.turn is not None
    assert starred.turn.team.stars == {"v1": (ANA,)}
    await star(canvas, "v1", BEN)
    [one] = await canvas.store.list_starred(HERE)
    assert (one.version.number, one.prompt, one.people) == ("v1", "prompt 1", (ANA, BEN))
    _, turns = await canvas.whole()
    assert [turn.team.stars for turn in turns] == [{"v1": (ANA, BEN)}, {}]
    await star(canvas, "v1")
    await star(canvas, "v1", BEN)
    assert await gallery(canvas.store) == []


async def test_a_press_that_comes_twice_counts_once(canvas: Canvas) -> None:
    await canvas.line(1)
    assert (await star(canvas, "v1", event="e1")).is_new
    assert not (await star(canvas, "v1", event="e1")).is_new
    assert await gallery(canvas.store) == ["v1"]


async def test_a_star_is_a_change_of_its_card(canvas: Canvas) -> None:
    await canvas.line(2)
    before, turns = await canvas.whole()
    await star(canvas, "v1")
    changed = await canvas.store.list_changes(before.id, before.revision)
    assert [turn.id for turn in changed] == [turns[0].id]


async def test_a_gallery_is_its_channels_and_comes_in_pages(canvas: Canvas) -> None:
    await canvas.line(3)
    for number in ("v1", "v2", "v3"):
        await star(canvas, number)
    store = canvas.store
    assert await gallery(store) == ["v3", "v2", "v1"]
    assert await gallery(store, limit=2) == ["v3", "v2"]
    assert await gallery(store, offset=2, limit=2) == ["v1"]
    other_channel = Place(platform="slack", workspace="T1", channel="C2")
    other_workspace = Place(platform="slack", workspace="T2", channel="C1")
    assert await gallery(store, other_channel) == await gallery(store, other_workspace) == []


async def test_a_deleted_picture_has_no_star(canvas: Canvas) -> None:
    first, *_ = await canvas.line(2)
    await star(canvas, "v1")
    await star(canvas, "v2")
    store = canvas.store
    await store.delete_turn("d1", canvas.press(Action.DELETE), first.conversation, first.id)
    assert await gallery(store) == ["v2"]
    await store.delete_conversation(first.conversation)
    assert await gallery(store) == []
    assert await store.database.read(lambda sql: sql.execute(sa.select(stars)).all()) == []
