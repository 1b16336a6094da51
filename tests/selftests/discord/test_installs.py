"""Fact 17, and where commands may be used: apps that only a person has, permissions, direct messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands

from tests.selftests.discord.bots import card, go, picture
from tests.servers.discord import CannotDo
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.selftests.discord.bots import Bot
    from tests.selftests.discord.conftest import Scene


async def test_an_app_that_only_a_person_installed_answers_but_may_not_do_more(
    scene: Scene, bot: Bot
) -> None:
    server, ana = scene.server, scene.server.person("Ina")
    elsewhere = server.guild("Elsewhere", bot=False)
    room = server.text_channel(elsewhere, "lobby")
    server.admit(elsewhere, ana)
    bot.tree.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    await go(bot, lambda interaction: interaction.response.defer())
    with pytest.raises(CannotDo):
        await ana.slash("go", room)
    ana.install()
    asked = await ana.slash("go", room)
    interaction = bot.interactions[-1]
    assert asked.thinking
    assert not interaction.is_guild_integration()
    await interaction.edit_original_response(view=card("v1", "v1.png"), attachments=[picture()])
    assert asked.images() == [png()]
    channel = interaction.channel
    assert isinstance(channel, discord.TextChannel)
    with pytest.raises(discord.Forbidden) as raised:
        await channel.send("hello")
    assert raised.value.code == 50001
    with pytest.raises(discord.Forbidden) as raised:
        await channel.create_thread(name="a canvas")
    assert raised.value.code == 50001
    for _ in range(5):
        await interaction.followup.send("more")
    with pytest.raises(discord.HTTPException) as limited:
        await interaction.followup.send("too much")
    assert limited.value.code == 40094
    await ana.say(room, "nobody hears this")
    assert bot.heard == []


async def test_commands_need_the_permission_and_the_right_place(scene: Scene, bot: Bot) -> None:
    bot.tree.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=False)
    await go(bot, lambda interaction: interaction.response.send_message("ok"))
    with pytest.raises(CannotDo):
        await scene.ana.slash("go", scene.ana.dm())
    with pytest.raises(CannotDo):
        await scene.ana.slash("went", scene.channel)


async def test_in_direct_messages_commands_and_messages_work(scene: Scene, bot: Bot) -> None:
    await go(bot, lambda interaction: interaction.response.send_message("here"))
    asked = await scene.ana.slash("go", scene.ana.dm())
    assert asked.plain == "here"
    message = await scene.ana.say(scene.ana.dm(), "hello")
    await scene.server.until(lambda: message.id in [heard.id for heard in bot.heard])
    await bot.heard[-1].reply("and hello")
    assert scene.server.messages(scene.ana.dm())[-1].plain == "and hello"
