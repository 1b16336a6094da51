"""Can what a client sends, its custom ids above all, reach into another guild, channel or canvas?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.discord.custom_ids import ControlId, ImageId
from bot.ports.actions import Action
from tests.adapters.discord.harness import Scene, easel
from tests.journeys.discord_driver import DiscordDriver
from tests.journeys.driver import drawn
from tests.servers.discord.asking import Asking
from tests.servers.discord.codes import Asked
from tests.servers.discord.interactions import Seen
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.adapters.discord.harness import Start
    from tests.servers.discord import Channel, Interaction, Person
    from tests.servers.model import ModelServer

READ = "GET /channels/{channel_id}/messages/{message_id}"


async def sends(
    around: Scene, who: Person, where: Channel, kind: Asked, **data: Any
) -> Interaction:
    """Send what a client can send that was tampered with: any custom id, value and field."""
    interaction = Asking(around.server.world, who.user, where).start(kind, data)
    await interaction.wait()
    return interaction


async def fills_in(
    around: Scene, who: Person, where: Channel, custom: str, **fields: str
) -> Interaction:
    rows = [
        {"type": 18, "id": at, "component": {"type": 4, "id": at + 50, "custom_id": k, "value": v}}
        for at, (k, v) in enumerate(fields.items(), 1)
    ]
    return await sends(around, who, where, Asked.MODAL, custom_id=custom, components=rows)


async def clicks(around: Scene, who: Person, where: Channel, custom: str) -> Interaction:
    return await sends(
        around, who, where, Asked.COMPONENT, custom_id=custom, component_type=2, id=3
    )


@pytest.mark.parametrize("opened", [False, True])
async def test_a_form_that_names_a_message_of_another_channel_gets_no_picture(
    around: Scene, start: Start, model: ModelServer, *, opened: bool
) -> None:
    secret = await around.ana.say(around.channel, "// ours", files=[("plan.png", png(7))])
    elsewhere = around.server.text_channel(around.server.guild("Others"))
    beside = around.server.text_channel(around.guild, "lobby")
    mallory = around.server.person("Mallory", *around.server.world.guilds.values())
    custom = str(ImageId(channel=around.channel.id, message=secret.id, is_edit=True))
    async with easel(around.server, start):
        if opened:  # somebody who may has the very form open: its pictures are remembered
            await around.ana.context_menu("Edit this image", secret)
        for where in (elsewhere, beside):
            sent = await fills_in(around, mallory, where, custom, text="in red")
            assert sent.ephemeral
            assert "can't open that picture" in sent.plain
        assert not around.server.calls_to(READ)
        assert not around.server.messages(elsewhere)
        sent = await fills_in(around, around.ana, around.channel, custom, text="in red")
        await around.server.until(sent.images)
    assert [one.images for one in model.requests] == [[png(7)]]


@pytest.mark.parametrize("elsewhere", ["another guild", "another channel", "another canvas"])
async def test_no_control_reaches_into_another_canvas(
    around: Scene, start: Start, model: ModelServer, elsewhere: str
) -> None:
    driver = DiscordDriver(around)
    guild = around.guild if elsewhere != "another guild" else around.server.guild("Others")
    lobby = around.server.text_channel(guild, "lobby")
    mallory = around.server.person("Mallory", around.guild, guild)
    async with easel(around.server, start):
        thread = await driver.start("a secret boat")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        turn = ControlId.parse(driver.cards(thread)[1].buttons[0].custom_id or "")
        assert turn is not None
        where: Channel = lobby
        if elsewhere == "another canvas":
            asked = await mallory.slash("imagine", lobby, prompt="a hill")
            await around.server.until(lambda: asked.original and asked.original.thread)
            await around.server.until(asked.images)
            assert asked.original is not None
            assert asked.original.thread is not None
            where = asked.original.thread
        asked_so_far = len(model.requests)
        before = around.server.transcript(around.channel)
        for action in Action:
            if action in {Action.NEW, Action.HELP, Action.USAGE, Action.RESUME}:
                continue  # of no turn
            for version in ("", "v1", "v2"):
                custom = f"easel:{action.value}:{turn.turn}:{version}:1"
                tried = await clicks(around, mallory, where, custom)
                assert not (tried.modal and "boat" in str(tried.modal.components)), custom
                assert "secret" not in tried.plain, custom
                form = custom.replace("easel:", "easel-form:")
                sent = await fills_in(
                    around, mallory, where, form, text="x", what="turn", value="draw"
                )
                assert sent.seen is not Seen.WAITING
                assert "secret" not in sent.plain, custom
        assert around.server.transcript(around.channel) == before
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        mine = [one for one in model.requests[asked_so_far:] if png(2) in one.images]
        assert not [one for one in mine if "secret" in str(one.body)]
