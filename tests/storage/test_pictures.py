"""Which pictures wait for words, against the real store; and what holds in a thread, a channel, a workspace?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.conversation.records import Answer
from bot.conversation.turn import Control
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.messages import Attachment, Defaults, IncomingMessage, MessageChange, Place
from tests.storage.canvas import ANA, BEN, Canvas

if TYPE_CHECKING:
    from storage.store import SqlStore

CHANNEL = Place(platform="slack", workspace="T1", channel="C1")
THREAD = replace(CHANNEL, thread="7.0")


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store, place=THREAD)


def picture(name: str, blob: str | None = None) -> Attachment:
    return Attachment(id=name, name=f"{name}.png", media_type="image/png", blob=blob)


def lone(name: str, place: Place = THREAD, **more: Any) -> IncomingMessage:
    blob = more.pop("blob", None)
    known = {"person": ANA, "message_id": f"m-{name}", **more}
    return IncomingMessage(
        event_id=name, place=place, text="", attachments=(picture(name, blob),), **known
    )


async def names(canvas: Canvas, text: str, **more: Any) -> list[str]:
    return [one.id for one in (await canvas.ask(text, **more)).request.attachments]


async def test_pictures_wait_for_their_persons_next_prompt_there_and_are_used_once(
    canvas: Canvas,
) -> None:
    await canvas.ask("a room")
    assert await canvas.store.save_pictures(lone("a"))
    assert await canvas.store.save_pictures(lone("b"))
    assert not await canvas.store.save_pictures(lone("b")), "the same event once more"
    assert await names(canvas, "darker", person=BEN) == []
    assert await names(canvas, "again", fixed=True, again=True) == [], (
        "a variation is no new prompt"
    )
    elsewhere = replace(THREAD, thread="8.0")
    assert await names(canvas, "a hill", place=elsewhere) == []
    assert await names(canvas, "use these", attachments=(picture("c"),)) == ["a", "b", "c"]
    assert await names(canvas, "brighter") == []


async def test_what_a_prompt_that_is_refused_did_not_take_waits_on(canvas: Canvas) -> None:
    await canvas.store.save_pictures(lone("a"))
    with pytest.raises(Exception, match="v9"):
        await canvas.begin("use it", source="v9")
    assert await names(canvas, "use it") == ["a"]


async def test_outside_of_a_thread_they_wait_in_the_channel_and_below_themselves(
    canvas: Canvas,
) -> None:
    alone = replace(CHANNEL, thread="1.0")
    await canvas.store.save_pictures(lone("a", alone, message_id="1.0"))
    ask = lone("x", alone)
    assert (await canvas.store.get_thread(ask)).has_pending_pictures
    assert not (await canvas.store.get_thread(replace(ask, person=BEN))).has_pending_pictures
    assert not (
        await canvas.store.get_thread(lone("x", replace(CHANNEL, thread="2.0")))
    ).has_pending_pictures
    assert await names(canvas, "a hat", place=replace(CHANNEL, thread="3.0")) == ["a"]


async def test_they_wait_ten_minutes_and_go_with_their_message(store: SqlStore) -> None:
    now = 1000.0
    store.clock = lambda: now  # there is no other way to let ten minutes pass
    canvas = Canvas(store, place=THREAD)
    await canvas.ask("a room")
    blob = secrets.token_hex(32)
    await store.save_pictures(lone("a", blob=blob))
    assert await store.find_referenced([blob]) == {blob}, "what waits is no orphan"
    await store.delete_pictures()
    now += limits.PENDING_PICTURE + 1
    assert await names(canvas, "too late") == []
    await store.delete_pictures()
    assert await store.find_referenced([blob]) == set()
    assert [one.blob for one in (await store.list_pending_deletions(["slack"], 10)).blobs] == [blob]
    await store.save_pictures(lone("b"))
    gone = MessageChange(event_id="c", place=THREAD, message_id="m-b", what="deleted")
    await store.delete_pictures(replace(gone, place=replace(CHANNEL, channel="C2")))
    await store.delete_pictures(replace(gone, message_id="m-other"))
    await store.delete_pictures(gone)
    assert await names(canvas, "it was taken back") == []


async def settle(canvas: Canvas, **fields: str) -> None:
    conversation = await canvas.store.find_conversation_at(canvas.place) or ""
    what = Control(action=Action.SETTINGS, fields=fields)
    replies: Any = fields["replies"]
    await canvas.store.set_defaults(
        secrets.token_hex(8),
        canvas.press(Action.SETTINGS),
        conversation,
        what,
        Defaults(replies=replies),
    )


async def test_a_thread_says_before_its_channel_and_that_before_its_workspace(
    canvas: Canvas,
) -> None:
    def replies() -> Any:
        return canvas.store.get_thread(
            IncomingMessage(event_id="x", place=THREAD, person=ANA, text="x")
        )

    await canvas.ask("a room")
    assert (await replies()).replies == "every"
    await settle(canvas, whose="workspace", replies="mentioned")
    assert (await replies()).replies == "mentioned"
    await settle(canvas, whose="channel", replies="every")
    assert (await replies()).replies == "every"
    await settle(canvas, replies="mentioned")
    assert (await replies()).replies == "mentioned"
    other = Canvas(canvas.store, place=replace(CHANNEL, channel="C2", thread="1.0"))
    await other.ask("a hill")
    elsewhere = IncomingMessage(event_id="y", place=other.place, person=ANA, text="x")
    assert (await canvas.store.get_thread(elsewhere)).replies == "mentioned", "the workspace's"


async def test_a_thread_that_somebody_else_began_takes_mentions_until_it_is_told_otherwise(
    canvas: Canvas,
) -> None:
    await canvas.ask("a room", joins_thread=True)
    ask = IncomingMessage(event_id="x", place=THREAD, person=ANA, text="x")
    assert (await canvas.store.get_thread(ask)).replies == "mentioned"
    await settle(canvas, whose="channel", replies="every")
    assert (await canvas.store.get_thread(ask)).replies == "every"


async def test_a_question_is_open_until_something_else_is_asked(canvas: Canvas) -> None:
    async def asked() -> str | None:
        found = (await canvas.store.get_thread(ask)).question_turn
        return found.request.text if found else None

    ask = IncomingMessage(event_id="x", place=THREAD, person=ANA, text="x")
    await canvas.ask("a lighthouse")
    assert await asked() is None, "it is still being drawn"
    turn = await canvas.claim()
    words = Answer(reply="By day?", images=(), messages=(), cost=0.0, estimated=False)
    await canvas.store.finish(turn, words)
    assert await asked() == "a lighthouse"
    await canvas.ask("by night")
    assert await asked() is None
