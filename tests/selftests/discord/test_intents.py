"""Fact 12: what an app reads without the message content intent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from tests.selftests.discord.bots import WITHOUT_CONTENT, Bot, running
from tests.servers.discord import Discord, Intent, pointed_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers.discord import Channel, Person

FILE = ("cat.png", b"not really a picture")


@pytest.fixture
async def poor() -> AsyncIterator[tuple[Discord, Channel, Person, Bot]]:
    """A Discord that did not approve the intent, and a bot that does without."""
    async with Discord(pace=0.01, approved=Intent(0)) as server:
        guild = server.guild()
        channel = server.text_channel(guild)
        with pointed_at(server):
            async with running(server, Bot(WITHOUT_CONTENT)) as bot:
                yield server, channel, server.person("Ana", guild), bot


Poor = tuple[Discord, "Channel", "Person", Bot]


async def test_words_and_files_of_others_are_empty(poor: Poor) -> None:
    server, channel, ana, bot = poor
    await ana.say(channel, "a secret", files=[FILE])
    await server.until(lambda: bot.heard)
    assert (bot.heard[0].content, bot.heard[0].attachments) == ("", [])


async def test_a_mention_of_the_bot_is_read(poor: Poor) -> None:
    server, channel, ana, bot = poor
    await ana.say(channel, f"{server.bot.mention} draw a cat", files=[FILE])
    await server.until(lambda: bot.heard)
    assert bot.heard[0].content == f"{server.bot.mention} draw a cat"
    assert [file.filename for file in bot.heard[0].attachments] == ["cat.png"]


@pytest.mark.parametrize("ping", [True, False])
async def test_a_reply_is_read_when_it_pings_the_bot(poor: Poor, ping: bool) -> None:  # noqa: FBT001 -- pytest passes it by name
    server, channel, ana, bot = poor
    card = await bot.text_channel(channel.id).send("card")
    await ana.say(channel, "at night", reply_to=channel.messages[card.id], ping=ping)
    await server.until(lambda: len(bot.heard) == 2)
    heard = bot.heard[1]
    assert heard.content == ("at night" if ping else "")
    assert heard.reference is not None
    assert heard.reference.message_id == card.id


async def test_direct_messages_and_own_messages_are_read(poor: Poor) -> None:
    server, channel, ana, bot = poor
    await bot.text_channel(channel.id).send("my own")
    await ana.say(ana.dm(), "privately")
    await server.until(lambda: bot.texts == ["my own", "privately"])


async def test_the_history_is_as_empty_as_the_events(poor: Poor) -> None:
    _, channel, ana, bot = poor
    await ana.say(channel, "a secret")
    found = [m.content async for m in bot.text_channel(channel.id).history()]
    assert found == [""]


async def test_the_target_of_a_context_menu_is_complete(poor: Poor) -> None:
    server, channel, ana, bot = poor
    seen: list[discord.Message] = []

    async def look(interaction: discord.Interaction[Bot], message: discord.Message) -> None:
        seen.append(message)
        await interaction.response.send_message("ok", ephemeral=True)

    bot.tree.add_command(discord.app_commands.ContextMenu(name="Edit this image", callback=look))
    await bot.tree.sync()
    target = await ana.say(channel, "a picture", files=[FILE])
    asked = await ana.context_menu("Edit this image", target)
    assert asked.answered
    assert asked.ephemeral
    assert seen[0].content == "a picture"
    assert await seen[0].attachments[0].read() == FILE[1]
    assert server.messages(channel) == [target]
