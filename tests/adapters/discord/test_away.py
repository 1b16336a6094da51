"""Is everything picked up once, in order, after a restart, a reconnect, a new session, a double delivery?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.discord.harness import Scene, easel, scene
from tests.journeys.discord_driver import DiscordDriver, title
from tests.journeys.driver import drawn, says
from tests.servers.discord import Intent, May
from tests.servers.model import Gate

if TYPE_CHECKING:
    from tests.adapters.discord.harness import Start
    from tests.servers.discord import Channel
    from tests.servers.model import ModelServer


async def test_buttons_lists_and_open_forms_work_after_a_restart(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        root, second = driver.cards(thread)
        opened = await around.ana.press(root, "Edit… · $0.042")
    async with easel(around.server, start):
        sent = await around.ana.submit(opened.modal, {"text": "at night"})
        assert not sent.failed
        await driver.seen(thread, 2, drawn("v3 ← v1"))
        await around.ana.press(second, "Vary · $0.042")
        await driver.seen(thread, 3, drawn("v4 ← v1"))
        listed = second.selects[0]
        assert [one.label for one in listed.options] == ["v2", "v1"]
        chosen = await around.ana.select(second, listed.custom_id, "v2")
        assert not chosen.failed
        await driver.head(thread, "v2")
        await driver.say(thread, "larger")
        await driver.seen(thread, 4, drawn("v5 ← v2"))
    assert len(model.requests) == 5


async def test_commands_are_registered_when_they_changed_and_only_then(
    around: Scene, start: Start
) -> None:
    route = "PUT /applications/{application_id}/commands"
    asks = "GET /applications/{application_id}/commands"

    def known(runs: int) -> bool:
        return len(around.server.calls_to(asks)) == runs

    for runs in (1, 2):
        async with easel(around.server, start):
            await around.server.until(partial(known, runs))
        assert len(around.server.calls_to(route)) == 1
    ids = [one["id"] for one in around.server.commands]
    easels = around.server.world.app.commands.named("easel", 1)
    assert easels is not None
    easels["description"] = "an older one"
    async with easel(around.server, start):
        await around.server.until(lambda: len(around.server.calls_to(route)) == 2)
    assert [one["id"] for one in around.server.commands] == ids


@pytest.mark.parametrize("archived", [False, True])
async def test_what_was_written_while_it_was_away_is_drawn_once_and_in_order(
    around: Scene,
    start: Start,
    model: ModelServer,
    archived: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "with a flag")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
    for text in ("paint it red", "// nice", "at night"):
        await driver.say(thread, text)
    await around.ana.say(around.channel, "nothing for the bot")
    if archived:
        await around.ana.archive(driver.thread(thread))
    async with easel(around.server, start):
        if not archived:
            await driver.say(thread, "and fog")
        await driver.seen(thread, 3, drawn("v4 ← v3"))
    prompts = ["a boat", "with a flag", "paint it red", "at night", "and fog"]
    async with easel(around.server, start):
        if not archived:
            await driver.seen(thread, 4, drawn("v5 ← v4"))
        await driver.say(thread, "the end")
        await driver.seen(thread, 4 if archived else 5, lambda seen: "Vary" in seen.buttons)
    expected = [*(prompts[:4] if archived else prompts), "the end"]
    assert [one.prompt for one in model.requests] == expected


def pictures(around: Scene, channel: Channel) -> list[bytes]:
    """Return those of a channel's newest message."""
    return around.server.messages(channel)[-1].images()


async def test_direct_messages_written_while_it_was_away_are_taken(
    around: Scene, start: Start, model: ModelServer
) -> None:
    room = around.ana.dm()
    async with easel(around.server, start):
        await around.ana.say(room, "a boat")
        await around.server.until(lambda: pictures(around, room))
    card = around.server.messages(room)[-1]
    await around.ana.say(room, "in red", reply_to=card)
    async with easel(around.server, start):
        await around.server.until(lambda: len(model.requests) == 2)
        await around.server.until(lambda: pictures(around, room))
    assert [one.prompt for one in model.requests] == ["a boat", "in red"]


async def test_talk_that_was_missed_in_a_channel_without_threads_is_no_prompt(
    around: Scene, start: Start, model: ModelServer
) -> None:
    around.server.deny(around.channel, around.server.bot, May.CREATE_PUBLIC_THREADS)
    async with easel(around.server, start):
        await around.ana.slash("imagine", around.channel, prompt="a boat")
        await around.server.until(lambda: pictures(around, around.channel))
    card = around.server.messages(around.channel)[-1]
    await around.ana.say(around.channel, "lunch, everybody?")
    await around.ana.say(around.channel, "in red", reply_to=card)
    async with easel(around.server, start):
        await around.server.until(lambda: pictures(around, around.channel))
        await around.server.until(lambda: len(model.requests) == 2)
    assert [one.prompt for one in model.requests] == ["a boat", "in red"]
    assert model.requests[1].images, "the reply is an edit"


async def test_a_role_counts_also_for_what_was_missed(
    around: Scene, start: Start, model: ModelServer
) -> None:
    role = around.server.role(around.guild, "designers")
    ina = around.server.person("Ina", around.guild, roles=(role,))
    allow = f"discord:{around.guild.id}:{role.id}=designers"
    async with easel(around.server, start, allow=allow):  # the commands are there all the same
        asked = await ina.slash("imagine", around.channel, prompt="a boat")
        await around.server.until(lambda: asked.original and asked.original.thread)
        refused = await around.ana.slash("imagine", around.channel, prompt="a hill")
        assert "Only designers can use Easel here" in refused.plain
    assert asked.original is not None
    assert asked.original.thread is not None
    await ina.say(asked.original.thread, "in red")
    async with easel(around.server, start, allow=allow):
        await around.server.until(lambda: len(model.requests) == 2)
    assert [one.prompt for one in model.requests] == ["a boat", "in red"]


@pytest.mark.parametrize("trouble", ["drop", "reconnect", "invalid", "poison", "close"])
async def test_a_lost_connection_heals_and_loses_nothing(
    around: Scene, start: Start, model: ModelServer, trouble: str
) -> None:
    driver, gateway = DiscordDriver(around), around.server.gateway
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        before = gateway.identifies
        match trouble:
            case "drop":
                async with gateway.away():
                    await driver.say(thread, "paint it red")
            case "reconnect":
                gateway.reconnect()
            case "invalid":
                gateway.invalidate(resumable=False)
            case "poison":
                gateway.send("MESSAGE_CREATE", {"id": "not a number"})
            case "close":
                gateway.close(4000)
        if trouble != "drop":
            await driver.say(thread, "paint it red")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        await driver.say(thread, "at night")
        await driver.seen(thread, 2, drawn("v3 ← v2"))
        assert gateway.identifies - before == (trouble == "invalid")
    assert [one.prompt for one in model.requests] == ["a boat", "paint it red", "at night"]


async def test_a_second_delivery_makes_no_second_turn(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver, gateway = DiscordDriver(around), around.server.gateway
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        gateway.repeat("INTERACTION_CREATE")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "paint it red")
        gateway.repeat("MESSAGE_CREATE")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        await driver.say(thread, "v99: at night")
        gateway.repeat("MESSAGE_CREATE")
        await around.server.until(lambda: "There's no v99" in driver.own(thread)[-1].plain)
        await driver.say(thread, "at night")
        await driver.seen(thread, 2, drawn("v3 ← v2"))
        refusals = [one for one in driver.own(thread) if "There's no v99" in one.plain]
    assert [one.prompt for one in model.requests] == ["a boat", "paint it red", "at night"]
    assert len(refusals) == 1
    async with easel(around.server, start):
        await driver.say(thread, "the end")
        await driver.seen(thread, 3, drawn("v4 ← v3"))
        assert [one for one in driver.own(thread) if "There's no v99" in one.plain] == refusals


async def test_messages_of_a_thread_are_taken_in_order(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = await driver.start("a park")
        await driver.seen(thread, 0, drawn("v1"))
        for number in range(6):
            await driver.say(thread, f"step {number}")
        await driver.seen(thread, 6, drawn("v7 ← v6"))
        stand = [title(one).partition(" ")[0] for one in driver.cards(thread)]
        assert stand == [f"v{number}" for number in range(1, 8)], "the cards too"
    assert [one.prompt for one in model.requests[1:]] == [f"step {number}" for number in range(6)]


async def test_an_edit_of_a_waiting_prompt_counts_and_a_deletion_cancels_it(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver, gate = DiscordDriver(around), Gate()
    async with easel(around.server, start):
        thread = await driver.start("a park")
        await driver.seen(thread, 0, drawn("v1"))
        model.answer(gate.before(model.draw))
        await driver.say(thread, "add a bench")
        await gate.entered.wait()
        room = driver.thread(thread)
        first = await around.ana.say(room, "add a dgo")
        second = await around.ana.say(room, "add a cat")
        await driver.seen(thread, 3, says("1 before"))
        await around.ana.edit(first, "add a dog")
        await around.ana.delete(second)
        await driver.seen(thread, 2, lambda seen: "add a dog" in seen.text)
        await driver.seen(thread, 3, says("Not billed"))
        gate.open.set()
        await driver.seen(thread, 2, drawn("v3 ← v2"))
    assert [one.prompt for one in model.requests] == ["a park", "add a bench", "add a dog"]


async def test_without_the_message_content_intent_a_button_stands_in(
    start: Start, model: ModelServer
) -> None:
    given: dict[str, Any] = {"approved": Intent(0)}
    async with scene(**given) as around, easel(around.server, start):
        driver = DiscordDriver(around)
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        for _ in range(2):
            await driver.say(thread, "paint it red")
        await around.server.until(
            lambda: "can't read plain replies" in driver.own(thread)[-1].plain
        )
        line = driver.own(thread)[-1]
        opened = await around.ana.press(line, "Edit…")
        await around.ana.submit(opened.modal, {"text": "paint it red"})
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        await driver.say(thread, f"{around.server.bot.mention} at night")
        await driver.seen(thread, 2, drawn("v3 ← v2"))
        await driver.say(thread, "larger", source="v2")
        await driver.seen(thread, 3, drawn("v4 ← v2"))
        lines = [one for one in driver.own(thread) if "can't read" in one.plain]
        assert lines == [line]
    assert [one.prompt for one in model.requests] == [
        "a boat",
        "paint it red",
        "at night",
        "larger",
    ]
