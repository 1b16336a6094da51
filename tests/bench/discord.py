"""How soon does Discord hear from Easel, beside a bare bot of the same SDK?

Both run as processes of their own against the same local Discord, one person at a time: what is measured is
the bot and the loopback, not the real Discord.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.bench.process import easel, model
from tests.bench.turns import _spread
from tests.servers.discord import Discord, Thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers.discord import Channel, Interaction, Person

#: commands, and replies, that are timed
_TIMES = 60
#: seconds for one of them
_PATIENCE = 30.0


async def main() -> None:
    """Print a table: rows are Easel and the bare bot."""
    async with Discord(rates=False) as server:
        guild = server.guild()
        ana = server.person("Ana", guild)
        async with _bare(server):
            await _timed("bare discord.py", server, ana, server.text_channel(guild, "bare"))
        async with model(0.0, 100_000) as url, _easel(server, url):
            await _timed("Easel", server, ana, server.text_channel(guild, "easel"))


async def _timed(title: str, server: Discord, ana: Person, channel: Channel) -> None:
    thread = await _thread(server, ana, channel)
    await _reply(server, ana, thread)
    commands = [await _command(server, ana, channel) for _ in range(_TIMES)]
    replies = [await _reply(server, ana, thread) for _ in range(_TIMES)]
    print(
        f"{title:16} command → answered {_spread([1000 * first for first, _ in commands])}"
        f"  → seen {_spread([1000 * seen for _, seen in commands])}"
        f"  reply → seen {_spread([1000 * one for one in replies])}"
    )


async def _thread(server: Discord, ana: Person, channel: Channel) -> Thread:
    """Begin a canvas, or for the bare bot any thread."""
    asked = await ana.slash("imagine", channel, prompt="a red boat")
    await server.until(lambda: _settled(asked), _PATIENCE)
    return channel.threads[0] if channel.threads else await ana.start_thread(channel, "a boat")


async def _command(server: Discord, ana: Person, channel: Channel) -> tuple[float, float]:
    """Give the seconds until a command is answered, and until there is something to see."""
    begun = time.perf_counter()
    asked = await ana.slash("imagine", channel, prompt="a red boat")
    answered = time.perf_counter() - begun
    await server.until(lambda: asked.answered, _PATIENCE)
    seen = time.perf_counter() - begun
    await server.until(lambda: _settled(asked), _PATIENCE)
    return answered, seen


def _settled(asked: Interaction) -> bool:
    """Tell whether nothing more comes: the bare bot's answer, or Easel's picture and thread."""
    message = asked.original
    return asked.answered and (asked.plain == "here" or bool(message and message.images()))


async def _reply(server: Discord, ana: Person, thread: Thread) -> float:
    """Give the seconds until a reply has the bot's first message."""
    before = len(thread.messages)
    begun = time.perf_counter()
    await ana.say(thread, "make it blue")
    await server.until(lambda: len(thread.messages) > before + 1, _PATIENCE)
    seen = time.perf_counter() - begun
    newest = thread.messages[max(thread.messages)]
    await server.until(lambda: newest.plain == "heard" or newest.images(), _PATIENCE)
    return seen


@asynccontextmanager
async def _easel(server: Discord, url: str) -> AsyncIterator[None]:
    sessions = server.gateway.identifies
    async with easel(url, discord_token=server.token, discord_api_url=server.url):
        await server.until(lambda: server.gateway.identifies > sessions, _PATIENCE)
        await server.until(lambda: len(server.commands) > 1, _PATIENCE)
        yield


@asynccontextmanager
async def _bare(server: Discord) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.discord", server.url, server.token
    )
    try:
        await server.until(lambda: server.commands and server.gateway.ready, _PATIENCE)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _run_bare(url: str, token: str) -> None:
    """Be the bare bot: defer and edit a command, answer a message of a thread."""
    import discord  # noqa: PLC0415 - the other process does not need it

    from adapters.discord.client import set_api_url  # noqa: PLC0415 - as above

    set_api_url(url)
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
    client = discord.AutoShardedClient(intents=intents)
    tree = discord.app_commands.CommandTree(client)

    @tree.command(name="imagine", description="draw")
    async def imagine(
        interaction: discord.Interaction[discord.AutoShardedClient], prompt: str
    ) -> None:
        del prompt
        await interaction.response.defer()
        await interaction.edit_original_response(content="here")

    @client.event
    async def on_message(message: discord.Message) -> None:
        if not message.author.bot and isinstance(message.channel, discord.Thread):
            await message.channel.send("heard")

    @client.event
    async def setup_hook() -> None:
        await tree.sync()

    await client.start(token)


if __name__ == "__main__":
    asyncio.run(_run_bare(*sys.argv[1:]))
