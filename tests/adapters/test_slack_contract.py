"""The Slack adapter keeps the contract, in a strict local Slack."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.ports.actions import Action
from bot.ports.messages import Attachment, Person, Place, Version
from tests.adapters.contract import ANA, AdapterContract, Harness
from tests.adapters.slack.easel import adapter_of, in_slack, local_slack
from tests.servers.slack import Person as Ana
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.compose import Running
    from bot.ports.adapter import Adapter
    from tests.servers.slack import Channel, SlackServer


class SlackHarness:
    """A channel, and an Easel that is in it."""

    posts = True

    def __init__(self, slack: SlackServer, easel: Running) -> None:
        self.slack = slack
        self.easel = easel
        self.adapter: Adapter = adapter_of(easel)
        ana = Ana(workspace=slack.workspace, id=ANA.id, name=ANA.name)
        slack.workspace.people[ana.id] = ana
        slack.channel("design").members.add(ana.id)

    def _place(self, channel: Channel) -> Place:
        return Place(platform="slack", workspace=self.slack.workspace.id, channel=channel.id)

    def channel(self) -> Place:
        return self._place(self.slack.channel("design"))

    def gone(self) -> Place:
        return self._place(self.slack.channel("secret", kind="private", bot=False))

    async def image(self, data: bytes) -> Version:
        blob = await self.easel.stores.blobs.put(data)
        sent = Attachment(id="1", name="x.png", media_type="image/png", blob=blob)
        canvas = Canvas(
            self.easel.stores.store, place=replace(self.channel(), thread=f"1.{len(data)}")
        )
        turn = await canvas.ask("a boat", attachments=(sent,))
        await self.easel.stores.store.cancel_turn(
            canvas.press(Action.CANCEL), turn.id, turn.conversation
        )
        return Version(
            number="v1",
            parent=None,
            blob=hashlib.sha256(data).hexdigest(),
            media_type="image/png",
            size=len(data),
            width=64,
            height=64,
            alt="a picture of a boat",
            turn="t",
        )

    async def texts(self, place: Place) -> list[str]:
        return [one.plain for one in self._messages(place)]

    async def said(self, place: Place, words: str) -> None:
        await self.slack.until(lambda: any(words in one.plain for one in self._messages(place)))

    async def images(self, place: Place) -> list[bytes]:
        return [
            one.image_bytes(number)
            for one in self._messages(place)
            for number in range(len(one.images))
        ]

    async def documents(self, place: Place) -> list[tuple[str, bytes]]:
        def look() -> list[tuple[str, bytes]]:
            return [
                (file.name, file.data or b"")
                for one in self._messages(place)
                for file in one.files
                if file.size is None
            ]

        return await self.slack.until(look)

    def _messages(self, place: Place) -> list[Any]:
        channel = self.slack.workspace.channels[place.channel]
        assert place.thread is not None
        return [
            one
            for one in channel.messages
            if place.thread in {one.ts, one.thread_ts}
            and one.author is self.slack.bot
            and not one.deleted
        ]

    def notified(self) -> list[Any]:
        return self.slack.notified

    async def private(self, person: Person) -> list[str]:
        channel = self.slack.channel("design")
        return [
            one.plain for one in channel.ephemerals if one.only_for and one.only_for.id == person.id
        ]


class TestSlack(AdapterContract):
    @pytest.fixture
    async def harness(
        self, start: Callable[..., AbstractAsyncContextManager[Running]]
    ) -> AsyncIterator[Harness]:
        async with local_slack() as slack, in_slack(start, slack) as one:
            yield SlackHarness(slack, one)
            assert slack.remarks_of("no_text") == []
