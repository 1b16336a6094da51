"""Are cards light, is everything still in reach, and is whoever waited long told?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.discord.harness import Scene, easel
from tests.journeys.discord_driver import DiscordDriver, plain_label
from tests.journeys.driver import drawn, says
from tests.servers.discord.asking import Asking
from tests.servers.discord.codes import Asked
from tests.servers.model import Gate

if TYPE_CHECKING:
    from tests.adapters.discord.harness import Start
    from tests.servers.discord import Message
    from tests.servers.model import ModelServer


def rows(card: Message) -> int:
    return len([one for one in card.components if one["type"] == 1])


async def test_a_card_has_two_rows_and_the_rest_behind_more(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "in red", person="Bob")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        card = driver.cards(thread)[1]
        assert rows(card) == 2
        assert [plain_label(one.label) for one in card.buttons] == [
            "Edit…",
            "Vary",
            "Undo",
            "Finalize",
            "More…",
        ]
        more = await driver.more(card)
        assert [one.label for one in more.buttons] == [
            "Before | after",
            "Star",
            "Open in…",
            "Export",
            "Delete…",
        ]
        assert not [one for one in (*card.buttons, *more.buttons) if one.style == 4], "none is red"
        await driver.press(thread, 1, "Delete…", person="Bob", fields={})
        await driver.shown(thread, says("v2 was deleted"))


async def test_every_image_can_be_gone_back_to_and_says_what_was_asked(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = await driver.start("a boat " + "on the sea " * 20, n="2")
        await driver.seen(thread, 0, drawn("v1a, v1b"))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, drawn("v2 ← v1a"))
        card = driver.cards(thread)[1]
        options = card.selects[0].options
        assert [one.label for one in options] == ["v2", "v1b", "v1a"]
        listed = card.component(card.selects[0].custom_id)
        assert listed is not None
        told = [option["description"] for option in listed["options"]]
        assert told[0] == "in red"
        assert told[1].startswith("a boat on the sea")
        assert all(len(one) <= 100 for one in told)
        await around.ana.select(card, card.selects[0].custom_id, "v1b")
        await driver.head(thread, "v1b")


async def test_more_of_a_card_is_shown_in_its_own_canvas_only(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    lobby = around.server.text_channel(around.guild, "lobby")
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        more = next(one for one in driver.cards(thread)[1].buttons if one.label == "More…")
        data = {"custom_id": more.custom_id, "component_type": 2, "id": 1}
        tried = Asking(around.server.world, around.ana.user, lobby).start(Asked.COMPONENT, data)
        await tried.wait()
        assert tried.ephemeral
        assert tried.original is not None
        assert tried.original.buttons == []


@pytest.mark.parametrize("slow", [True, False])
async def test_who_waited_long_is_mentioned_once(
    around: Scene, start: Start, model: ModelServer, *, slow: bool
) -> None:
    driver, gate = DiscordDriver(around), Gate()
    async with easel(around.server, start, mention_after_s=0 if slow else "never"):
        thread = await driver.start("a hill")
        await driver.seen(thread, 0, drawn("v1"))
        model.answer(gate.before(model.draw))
        await driver.say(thread, "in red", person="Bob")
        await driver.seen(thread, 1, says("Drawing"))
        gate.open.set()
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        await driver.press(thread, 1, "Undo")
        await driver.shown(thread, says("Undone"))
        bob = driver.person("Bob")
        told = [one for one in driver.own(thread) if bob.id in one.notified]
        assert len(told) == (1 if slow else 0)
