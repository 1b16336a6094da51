"""The contract of adapters, on a strict local Discord through the real SDK."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import pytest

from bot.images.inspect import check_picture
from bot.ports.actions import Action
from bot.ports.messages import ActionEvent, Attachment, Person, Place, Version
from tests.adapters.contract import AdapterContract, Harness
from tests.adapters.discord.harness import Scene, easel, quick, scene
from tests.servers.discord import Thread
from tests.storage.canvas import ANA, Canvas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.commands.compose import Running
    from tests.adapters.discord.harness import Start
    from tests.servers.discord import Message


class DiscordHarness:
    """Easel in a channel of a guild."""

    posts = True

    def __init__(self, around: Scene, running: Running) -> None:
        self.around = around
        self.running = running
        self.adapter = running.adapters["discord"]

    def channel(self) -> Place:
        guild, channel = self.around.guild, self.around.channel
        return Place(platform="discord", workspace=str(guild.id), channel=str(channel.id))

    def gone(self) -> Place:
        return Place(platform="discord", workspace=str(self.around.guild.id), channel="1")

    async def image(self, data: bytes) -> Version:
        """Have a conversation of the guild hold the image."""
        blob = await self.running.stores.blobs.put(data)
        place = Place(
            platform="discord",
            workspace=str(self.around.guild.id),
            channel="elsewhere",
            thread=secrets.token_hex(4),
        )
        file = Attachment(id="1", name="x.png", media_type="image/png", blob=blob)
        begun = await Canvas(self.running.stores.store, place=place).begin("x", attachments=(file,))
        assert begun.turn is not None
        press = ActionEvent(event_id=blob, place=place, person=ANA, action=Action.CANCEL)
        await self.running.stores.store.cancel_turn(press, begun.turn.id, begun.turn.conversation)
        picture = check_picture(data)
        return Version(
            number="v1",
            parent=None,
            blob=blob,
            media_type=picture.media_type,
            size=len(data),
            width=picture.width,
            height=picture.height,
            alt="a picture of a field",
            turn=begun.turn.id,
        )

    def shown(self, place: Place) -> list[Message]:
        channel = self.around.channel
        first = channel.messages.get(int(place.thread or 0))
        found = [first] if first else []
        thread = self.around.server.world.channels.get(int(place.thread or 0))
        if isinstance(thread, Thread):
            found += self.around.server.messages(thread)
        bot = self.around.server.bot
        return [one for one in found if one.author is bot and not one.is_system]

    async def texts(self, place: Place) -> list[str]:
        return ["\n".join((one.plain, *one.alt_texts)) for one in self.shown(place)]

    async def said(self, place: Place, words: str) -> None:
        await self.around.server.until(lambda: any(words in one.plain for one in self.shown(place)))

    async def images(self, place: Place) -> list[bytes]:
        return [image for one in self.shown(place) for image in one.images()]

    async def documents(self, place: Place) -> list[tuple[str, bytes]]:
        attached = [file for one in self.shown(place) for file in one.attachments]
        return [
            (file.name, file.data)
            for file in attached
            if not (file.content_type or "").startswith("image/")
        ]

    def notified(self) -> list[Any]:
        channels = self.around.server.world.channels.values()
        messages = [one for channel in channels for one in channel.messages.values()]
        return [who for one in messages for who in one.notified]

    async def private(self, person: Person) -> list[str]:
        channels = self.around.server.world.channels.values()
        ephemerals = [one for channel in channels for one in channel.ephemerals]
        return [
            one.plain for one in ephemerals if str(one.only_for and one.only_for.id) == person.id
        ]


class TestDiscord(AdapterContract):
    @pytest.fixture
    async def harness(
        self,
        start: Start,
        monkeypatch: pytest.MonkeyPatch,
    ) -> AsyncIterator[Harness]:
        quick(monkeypatch)
        async with scene() as around, easel(around.server, start) as one:
            yield DiscordHarness(around, one)
