"""A small real bot: discord.py as it is, which records all it hears; and requests that discord.py would never send."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import discord
from discord import app_commands

from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.servers.discord import Discord

#: what Easel asks for
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)


class Bot(discord.Client):
    """Records messages and events; answers interactions with `on_interaction_do`."""

    def __init__(self, intents: discord.Intents = INTENTS, **options: Any) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.03, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        #: names of events, in order
        self.events: list[str] = []
        self.interactions: list[discord.Interaction[Any]] = []
        self.on_interaction_do: Callable[[discord.Interaction[Any]], Awaitable[object]] | None
        self.on_interaction_do = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once, not after 5 s."""

    async def on_ready(self) -> None:
        self.events.append("ready")

    async def on_resumed(self) -> None:
        self.events.append("resumed")

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.interactions.append(interaction)
        if self.on_interaction_do is not None:
            await self.on_interaction_do(interaction)

    @property
    def texts(self) -> list[str]:
        return [message.content for message in self.heard]

    def text_channel(self, channel_id: int) -> discord.TextChannel:
        channel = self.get_channel(channel_id)
        assert isinstance(channel, discord.TextChannel)
        return channel


async def register(bot: Bot, do: Callable[[discord.Interaction[Any]], Awaitable[object]]) -> None:
    """Register the command `go`, which does one thing."""

    async def callback(interaction: discord.Interaction[Any]) -> None:
        await do(interaction)

    command: Any = app_commands.Command(name="go", description="go", callback=callback)
    bot.tree.add_command(command)
    await bot.tree.sync()


def picture(name: str = "v1.png", number: int = 0) -> discord.File:
    return discord.File(io.BytesIO(png(number)), name)


def layout(text: str, *names: str) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay[Any](text))
    if names:
        items = [discord.MediaGalleryItem(f"attachment://{name}") for name in names]
        view.add_item(discord.ui.MediaGallery[Any](*items))
    return view


@asynccontextmanager
async def running(server: Discord, bot: Bot | None = None) -> AsyncIterator[Bot]:
    """Run a bot that is ready when the block begins."""
    bot = bot or Bot()
    task = asyncio.create_task(bot.start(server.token))
    try:
        await server.until(lambda: "ready" in bot.events or task.done())
        if task.done():
            task.result()
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)


class Reply(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]


async def request(server: Discord, method: str, path: str, **more: Any) -> Reply:
    """Send one request as the bot, without discord.py."""
    headers = {"Authorization": f"Bot {server.token}"}
    url = path if "://" in path else server.api_url + path
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, headers=headers, **more) as answer,
    ):
        is_json = answer.headers.get("Content-Type") == "application/json"
        body = await answer.json() if is_json else await answer.read()
        return Reply(answer.status, body, dict(answer.headers))
