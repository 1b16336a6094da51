"""What does not get to people does not keep a lane from going on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from adapters.web.adapter import WebAdapter
from bot.conversation.turn import Failure
from bot.delivery.ephemerals import Ephemerals
from bot.delivery.live import Viewers
from bot.delivery.publisher import CardPublisher
from bot.model.catalog.catalog import Catalog
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import Kind, NotPosted, NotReached, NotSaved
from bot.ports.messages import Person, Place, State
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from bot.ports.cards import Card
    from storage.store import SqlStore

UNKNOWN = Failure(kind=Kind.UNKNOWN_OUTCOME, code="unknown_outcome", billed=None)
CHAT = Place(platform="chat", workspace="T1", channel="C1", thread="1.0")


class Chat(WebAdapter):
    """A platform whose cards fail as told, one after another."""

    live = False
    name = "chat"

    def __init__(self, *faults: Exception) -> None:
        super().__init__()
        self.faults = list(faults)
        self.shown: list[Card] = []
        self.stood: list[Posted | None] = []

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        if self.faults:
            raise self.faults.pop(0)
        self.shown.append(card)
        self.stood.append(at)
        return at or Posted(place=place, messages=("1.1",))


class Blind(Chat):
    """A platform that cannot tell whether a picture can be posted."""

    async def check_place(self, place: Place, event: str) -> None:
        del place, event
        if self.faults:
            raise self.faults.pop(0)
        await asyncio.Event().wait()


class Broken(Chat):
    """A platform on which nothing can be said to one person alone."""

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:
        del place, person, card, event
        if self.faults:
            raise self.faults.pop(0)
        return await asyncio.Event().wait()


def publisher(store: SqlStore, chat: Chat) -> CardPublisher:
    return CardPublisher(store, {"chat": chat}, Catalog("gpt-4o-image"), Viewers())


def ephemerals(store: SqlStore, chat: Chat) -> Ephemerals:
    return Ephemerals(store, {"chat": chat}, Catalog("gpt-4o-image"))


@pytest.mark.parametrize("faults", [(), (RuntimeError("a bug"),), (NotReached("an outage"),)])
async def test_a_platform_that_cannot_tell_whether_it_takes_a_picture_does_not_hold_it_up(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, faults: tuple[Exception, ...]
) -> None:
    monkeypatch.setattr("bot.delivery.ephemerals._CHECK_TIMEOUT", 0.1)
    canvas = Canvas(store, place=CHAT)
    await ephemerals(store, Blind(*faults)).check_place(await canvas.ask("a park"))


@pytest.mark.parametrize("faults", [(), (RuntimeError("a bug"),), (NotReached("an outage"),)])
async def test_what_cannot_be_whispered_holds_up_and_ends_nothing(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, faults: tuple[Exception, ...]
) -> None:
    monkeypatch.setattr("bot.delivery.ephemerals.TIMEOUT", 0.1)
    canvas = Canvas(store, place=CHAT)
    await canvas.ask("a park")
    blocked = Failure(kind=Kind.BLOCKED, code="blocked", billed=False, retry=False)
    broken = Broken(*faults)
    await ephemerals(store, broken).post_ephemeral(await store.fail(await canvas.claim(), blocked))
    assert not broken.faults


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        (NotPosted("archived"), False),
        (NotReached("an outage"), True),
        (RuntimeError("a bug"), True),
    ],
)
async def test_only_a_place_that_refuses_for_good_does_not_take_a_card(
    store: SqlStore, fault: Exception, *, taken: bool
) -> None:
    canvas = Canvas(store, place=CHAT)
    await canvas.ask("a park")
    assert await publisher(store, Chat(fault)).schedule(await canvas.claim()) is taken


async def test_a_fault_of_an_adapter_leaves_the_picture_kept_and_the_lane_free(
    store: SqlStore,
) -> None:
    canvas = Canvas(store, place=CHAT)
    await canvas.ask("a park")
    turn = await store.finish(await canvas.claim(), canvas.answer())
    chat = Chat(RuntimeError("a bug"))
    await publisher(store, chat).publish(turn)
    kept = await canvas.again(turn)
    assert kept.result.failure is not None
    assert (kept.state, kept.result.failure.kind, len(kept.result.versions)) == (
        State.FAILED,
        Kind.NOT_POSTED,
        1,
    )
    assert kept.notified
    assert "drawn and saved" in chat.shown[-1].text
    assert await store.claim(turn.lane) is None


@pytest.mark.parametrize("error", [NotSaved("locked"), NotReached("an outage")])
async def test_how_a_prompt_ended_is_shown_until_it_was(store: SqlStore, error: Exception) -> None:
    canvas = Canvas(store, place=CHAT)
    await canvas.ask("a park")
    turn = await canvas.claim()
    ended = await store.fail(turn, UNKNOWN)
    chat = Chat(error)
    shows = publisher(store, chat)
    await shows.publish(ended)
    (untold,) = await store.list_unnotified(["chat"])
    await shows.publish(untold)
    assert await store.list_unnotified(["chat"]) == []
    assert len(chat.shown) == 1


async def test_a_card_is_shown_as_it_is_on_disk_and_where_another_process_posted_it(
    store: SqlStore,
) -> None:
    """This one was frozen while it drew; another one said so, and then somebody pressed Retry."""
    canvas = Canvas(store, place=CHAT)
    asked = await canvas.ask("a park")
    chat, elsewhere = Chat(), Chat()
    frozen = publisher(store, chat)
    stale = await canvas.claim()
    await publisher(store, elsewhere).publish(await store.fail(stale, UNKNOWN))
    await frozen.publish(stale)
    assert chat.shown == elsewhere.shown[-1:]
    assert chat.stood == [Posted(place=CHAT, messages=("1.1",))]
    await store.delete_turn("d1", canvas.press(Action.DELETE), asked.conversation, asked.id)
    await frozen.publish(stale)
    assert len(chat.shown) == 1, "what was deleted elsewhere does not come back"
