"""Fact 16: registering commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from tests.selftests.discord.raw import raw

if TYPE_CHECKING:
    from tests.selftests.discord.bots import Bot
    from tests.selftests.discord.conftest import Scene

Asked = discord.Interaction[Any]


async def ok(interaction: Asked) -> None:
    await interaction.response.send_message("ok")


def command(name: str) -> app_commands.Command[Any, ..., Any]:
    return app_commands.Command(name=name, description="does it", callback=ok)


async def test_ids_are_kept_while_names_stay(scene: Scene, bot: Bot) -> None:
    bot.tree.add_command(command("imagine"))
    bot.tree.add_command(command("easel"))
    first = {one.name: one.id for one in await bot.tree.sync()}
    versions = {one["name"]: one["version"] for one in scene.server.commands}
    bot.tree.remove_command("easel")
    changed = command("easel")
    changed.description = "does something else"
    bot.tree.add_command(changed)
    second = {one.name: one.id for one in await bot.tree.sync()}
    assert first == second
    after = {one["name"]: one["version"] for one in scene.server.commands}
    assert after["imagine"] == versions["imagine"]
    assert after["easel"] != versions["easel"]
    assert scene.server.world.app.commands.syncs == 2


async def test_what_is_registered_is_what_discord_py_reads_back(scene: Scene, bot: Bot) -> None:
    group = app_commands.Group(name="easel", description="Easel")

    @group.command(name="usage", description="what it cost")
    async def usage(interaction: Asked, month: int = 0) -> None:
        await interaction.response.send_message(f"month {month}")

    bot.tree.add_command(group)
    await bot.tree.sync()
    fetched = await bot.tree.fetch_commands()
    assert [one.name for one in fetched] == ["easel"]
    assert [option.name for option in fetched[0].options] == ["usage"]
    asked = await scene.ana.slash("easel usage", scene.channel, month=3)
    assert asked.plain == "month 3"


async def test_a_guilds_own_command_goes_before_the_global_one(scene: Scene, bot: Bot) -> None:
    bot.tree.add_command(command("imagine"))
    await bot.tree.sync()
    there = command("imagine")
    bot.tree.add_command(there, guild=discord.Object(scene.guild.id))
    await bot.tree.sync(guild=discord.Object(scene.guild.id))
    asked = await scene.ana.slash("imagine", scene.channel)
    assert asked.data["guild_id"] == str(scene.guild.id)


async def test_fifteen_context_menus_are_the_most(scene: Scene) -> None:
    path = f"/applications/{scene.server.world.app.id}/commands"
    menus = [{"type": 3, "name": f"Menu {n}"} for n in range(16)]
    async with raw(scene.server) as asking:
        assert (await asking.ask("PUT", path, json=menus[:15])).status == 200
        assert (await asking.ask("PUT", path, json=menus)).code == 30032


GOOD = {"name": "imagine", "description": "draw"}


def option(**more: Any) -> dict[str, Any]:
    return {"type": 3, "name": "prompt", "description": "what to draw", **more}


@pytest.mark.parametrize(
    "body",
    [
        [{"name": "Imagine", "description": "draw"}],
        [{"name": "two words", "description": "draw"}],
        [{"name": "imagine"}],
        [{"name": "imagine", "description": "x" * 101}],
        [GOOD, GOOD],
        [{**GOOD, "options": [option() for _ in range(2)]}],
        [{**GOOD, "options": [option(name="a"), option(name="b", required=True)]}],
        [{**GOOD, "options": [option(name=f"o{n}") for n in range(26)]}],
        [{**GOOD, "options": [option(choices=[{"name": "x", "value": "y"}] * 26)]}],
        [{**GOOD, "options": [option(choices=[{"name": "x", "value": "y"}], autocomplete=True)]}],
        [{**GOOD, "options": [option(), {"type": 1, "name": "sub", "description": "sub"}]}],
        [{**GOOD, "contexts": [7]}],
        [{"type": 3, "name": "Menu", "description": "menus have none"}],
        {"name": "not a list"},
        "nonsense",
    ],
)
async def test_commands_that_discord_does_not_take(scene: Scene, body: Any) -> None:
    path = f"/applications/{scene.server.world.app.id}/commands"
    async with raw(scene.server) as asking:
        reply = await asking.ask("PUT", path, json=body)
    assert (reply.status, reply.code) == (400, 50035)
    assert reply.body["errors"]
    assert scene.server.commands == []


async def test_a_failed_sync_says_which_command(scene: Scene, bot: Bot) -> None:
    bad = command("imagine")
    bad.description = "x" * 101
    bot.tree.add_command(bad)
    with pytest.raises(app_commands.CommandSyncFailure, match="imagine"):
        await bot.tree.sync()
