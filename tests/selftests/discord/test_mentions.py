"""Fact 23: who is notified, on sends, edits and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from tests.selftests.discord.bots import MENTION_NOBODY, Bot, running
from tests.selftests.discord.raw import raw
from tests.servers.discord import May

if TYPE_CHECKING:
    from tests.selftests.discord.conftest import Scene


def card(words: str) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay[Any](words))
    return view


async def test_mentions_ping_unless_they_are_not_allowed_to(scene: Scene, bot: Bot) -> None:
    place, ana = bot.text_channel(scene.channel.id), scene.ana
    loud = await place.send(f"hello {ana.mention}")
    quiet = await place.send(f"hello {ana.mention}", allowed_mentions=MENTION_NOBODY)
    assert [user.id for user in loud.mentions] == [ana.id]
    assert quiet.mentions == []
    assert scene.channel.messages[loud.id].notified == {ana.id}
    assert scene.channel.messages[quiet.id].notified == set()


async def test_everyone_and_roles_ping_all_who_are_meant(scene: Scene, bot: Bot) -> None:
    server, guild, channel, ana = scene
    painters = server.role(guild, "Painters")
    painters.mentionable = True
    pia = server.person("Pia", guild, roles=(painters,))
    place = bot.text_channel(channel.id)
    everyone = await place.send("@everyone look")
    role = await place.send(f"{painters.mention} look")
    coded = await place.send(f"`@everyone` and ```{ana.mention}```")
    assert channel.messages[everyone.id].notified == {ana.id, pia.id, guild.owner.id}
    assert channel.messages[role.id].notified == {pia.id}
    assert channel.messages[coded.id].notified == set()
    guild.everyone.permissions &= ~May.MENTION_EVERYONE
    harmless = await place.send("@everyone look")
    assert channel.messages[harmless.id].notified == set()


async def test_a_reply_pings_unless_told_otherwise(scene: Scene, bot: Bot) -> None:
    asked = await scene.ana.say(scene.channel, "draw")
    await scene.server.until(lambda: bot.heard)
    loud = await bot.heard[0].reply("yes")
    quiet = await bot.heard[0].reply("yes", mention_author=False)
    assert scene.channel.messages[loud.id].notified == {scene.ana.id}
    assert scene.channel.messages[quiet.id].notified == set()
    assert asked.notified == set()


@pytest.mark.parametrize(
    "words_only",
    [pytest.param(True, id="words"), pytest.param(False, id="view")],
)
async def test_the_clients_allowed_mentions_cover_edits_of_words_but_not_of_views(
    scene: Scene,
    words_only: bool,  # noqa: FBT001 -- pytest passes it by name
) -> None:
    server, _, channel, ana = scene
    async with running(server, Bot(allowed_mentions=MENTION_NOBODY)) as bot:
        place = bot.text_channel(channel.id)
        if words_only:
            message = await place.send("card")
            await message.edit(content=f"for {ana.mention}")
        else:
            message = await place.send(view=card("card"))
            await message.edit(view=card(f"for {ana.mention}"))
            assert channel.messages[message.id].notified == {ana.id}
            other = await place.send(view=card("card"))
            await other.edit(view=card(f"for {ana.mention}"), allowed_mentions=MENTION_NOBODY)
            assert channel.messages[other.id].notified == set()
    assert (channel.messages[message.id].notified == set()) == words_only


async def test_answers_to_interactions_ping_people_but_not_everyone(scene: Scene, bot: Bot) -> None:
    @bot.tree.command(name="go", description="go")
    async def go(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.send_message(f"@everyone and {scene.guild.owner.mention}")

    await bot.tree.sync()
    asked = await scene.ana.slash("go", scene.channel)
    assert asked.original is not None
    assert asked.original.notified == {scene.guild.owner.id}


async def test_contradicting_allowed_mentions_are_refused(scene: Scene) -> None:
    body = {"content": "x", "allowed_mentions": {"parse": ["users"], "users": [str(scene.ana.id)]}}
    async with raw(scene.server) as asking:
        reply = await asking.ask("POST", f"/channels/{scene.channel.id}/messages", json=body)
    assert reply.code == 50035
