"""A small real bot: discord.py as it is, with everything it hears written down."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.servers.discord import Discord

#: what Easel asks for
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
#: the same without the privileged one
WITHOUT_CONTENT = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)

MENTION_NOBODY = discord.AllowedMentions.none()


class Bot(discord.Client):
    """Hears everything; does what `on_message_do` and its tree say."""

    def __init__(self, intents: discord.Intents = INTENTS, **options: Any) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.03, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        #: names of what happened, in order
        self.happened: list[str] = []
        self.interactions: list[discord.Interaction[Any]] = []
        self.on_message_do: Callable[[discord.Message], Awaitable[None]] | None = None
        self.on_interaction_do: Callable[[discord.Interaction[Any]], Awaitable[None]] | None = None
        self.errors: list[BaseException] = []

    async def setup_hook(self) -> None:
        self.happened.append("setup_hook")

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify anew at once, not after 5 s."""

    async def on_ready(self) -> None:
        self.happened.append("ready")

    async def on_resumed(self) -> None:
        self.happened.append("resumed")

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        if self.on_message_do is not None:
            await self.on_message_do(message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.interactions.append(interaction)
        if self.on_interaction_do is not None:
            await self.on_interaction_do(interaction)

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.happened.append(f"thread {thread.id}")

    async def on_socket_event_type(self, event: str) -> None:
        self.happened.append(event)

    @property
    def texts(self) -> list[str]:
        return [message.content for message in self.heard]

    def text_channel(self, channel_id: int) -> discord.TextChannel:
        channel = self.get_channel(channel_id)
        assert isinstance(channel, discord.TextChannel)
        return channel


def said(interaction: discord.Interaction[Any]) -> dict[str, Any]:
    """Give an interaction's data as it came."""
    return cast("dict[str, Any]", interaction.data)


def picture(name: str = "v1.png") -> discord.File:
    return discord.File(io.BytesIO(png()), name)


def card(text: str, *names: str) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay[Any](text))
    if names:
        items = [discord.MediaGalleryItem(f"attachment://{name}") for name in names]
        view.add_item(discord.ui.MediaGallery[Any](*items))
    return view


async def go(bot: Bot, do: Callable[[discord.Interaction[Any]], Awaitable[object]]) -> None:
    """Register the command `go`, which does one thing."""

    async def callback(interaction: discord.Interaction[Any]) -> None:
        await do(interaction)

    bot.tree.add_command(app_commands.Command(name="go", description="go", callback=callback))
    await bot.tree.sync()


@asynccontextmanager
async def running(server: Discord, bot: Bot | None = None) -> AsyncIterator[Bot]:
    """Run a bot against a server until the block ends; it is ready when the block begins."""
    bot = bot or Bot()
    task = asyncio.create_task(bot.start(server.token))
    try:
        await server.until(lambda: "ready" in bot.happened or task.done())
        if task.done():
            task.result()
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)
