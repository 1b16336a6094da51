"""How does a person use Easel on Discord? Discord's Driver, on the strict local server."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.discord.harness import easel, quick, scene
from tests.journeys.driver import Seen, find_code
from tests.servers.discord import Thread
from tests.servers.discord.permissions import May

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from tests.adapters.discord.harness import Scene, Start
    from tests.journeys.driver import Driver
    from tests.servers.discord import Message, Person
    from tests.servers.discord.modals import Modal

#: what is behind "More…" where a card has no room
RARE = ("Before | after", "Star", "Open in…", "Export", "Delete…")
_TITLE = re.compile(r"^\*\*(v\d.*|← v\d.*|editing v\d.*)\*\*$", re.MULTILINE)
_PRICE = re.compile(r" · (\$[\d.]+|free)$")


@asynccontextmanager
async def driving_discord(start: Start) -> AsyncIterator[Driver]:
    with pytest.MonkeyPatch.context() as patch:
        quick(patch)
        async with scene() as around, easel(around.server, start):
            yield DiscordDriver(around)


class DiscordDriver:
    """Speaks as people in a channel and its threads; sees what they see."""

    name = "discord"

    def __init__(self, around: Scene) -> None:
        self.around = around
        self.server = around.server
        self.mention = around.server.bot.mention
        self._people: dict[str, Person] = {"Ana": around.ana}

    def person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = self.server.person(name, self.around.guild)
        return self._people[name]

    def make_admin(self, person: str) -> None:
        admins = self.server.role(self.around.guild, "admins", May.MANAGE_GUILD)
        self._people[person] = self.server.person(person, self.around.guild, roles=(admins,))

    async def start(self, text: str, *, person: str = "Ana", **output: str) -> str:
        given: dict[str, Any] = dict(output)
        if "n" in given:
            given["n"] = int(given["n"])
        asked = await self.person(person).slash(
            "imagine", self.around.channel, prompt=text, **given
        )
        await self.server.until(lambda: asked.original and asked.original.thread)
        assert asked.original is not None
        return str(asked.original.id)

    async def newest(self, *, other_than: str) -> str:
        def begun() -> list[Message]:
            found = self.around.channel.messages.values()
            return [one for one in found if one.thread and one.id > int(other_than)]

        await self.server.until(begun)
        return str(begun()[-1].id)

    def thread(self, id_: str) -> Thread:
        found = self.server.world.channels[int(id_)]
        assert isinstance(found, Thread)
        return found

    def own(self, thread: str) -> list[Message]:
        """Return the bot's messages of a canvas, oldest first."""
        found = [self.around.channel.messages[int(thread)]] if self._rooted(thread) else []
        found += self.server.messages(self.thread(thread))
        return [one for one in found if one.author is self.server.bot and not one.is_system]

    def _rooted(self, thread: str) -> bool:
        return int(thread) in self.around.channel.messages

    def cards(self, thread: str) -> list[Message]:
        """Return the cards of prompts, in the order of asking."""
        return [one for one in self.own(thread) if one.plain.startswith("**")]

    async def say(
        self, thread: str, text: str, *, person: str = "Ana", source: str | None = None
    ) -> None:
        answered = None
        if source is not None:
            answered = next(c for c in self.cards(thread) if title(c).split(" ")[0] == source)
        await self.person(person).say(self.thread(thread), text, reply_to=answered)

    async def press(
        self,
        thread: str,
        prompt: int,
        label: str,
        *,
        person: str = "Ana",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        card = self.cards(thread)[prompt]
        found = next((one for one in card.buttons if plain_label(one.label) == label), None)
        if found is None:  # it is a rare one
            card = await self.more(card, person)
            found = next(one for one in card.buttons if plain_label(one.label) == label)
        assert found.custom_id is not None
        await self._press(card, found.custom_id, person, fields)

    async def more(self, card: Message, person: str = "Ana") -> Message:
        """Have somebody see a card's further controls."""
        pressed = await self.person(person).press(card, "More…")
        assert pressed.ephemeral
        assert pressed.original is not None
        return pressed.original

    async def _press(
        self, card: Message, button: str, person: str, fields: Mapping[str, str] | None
    ) -> None:
        who = self.person(person)
        pressed = await who.press(card, button)
        assert not pressed.failed
        if fields is not None:
            assert pressed.modal is not None
            sent = await who.submit(pressed.modal, _fitting(pressed.modal, fields))
            assert not sent.failed

    async def use(
        self,
        thread: str,
        label: str,
        *,
        person: str = "Ana",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        def has(card: Message) -> str | None:
            labelled = (one for one in card.buttons if plain_label(one.label).startswith(label))
            return next((one.custom_id for one in labelled), None)

        def look() -> tuple[Message, str] | None:
            known = ((card, has(card)) for card in reversed(self.own(thread)))
            return next(((card, id_) for card, id_ in known if id_), None)

        found = look()
        with_more = [c for c in self.own(thread) if any(b.label == "More…" for b in c.buttons)]
        if found is None and with_more and label in RARE:
            card = await self.more(with_more[-1], person)
            found = (card, has(card) or "")
        found = found or await self.server.until(look)
        assert found is not None
        await self._press(*found, person, fields)

    async def shown(self, thread: str, when: Callable[[Seen], bool]) -> Seen:
        last: list[Seen] = []

        def now() -> Seen | None:
            last[:] = [seen(one) for one in reversed(self.own(thread))]
            return next((one for one in last if when(one)), None)

        try:
            found = await self.server.until(now)
        except AssertionError as error:
            raise AssertionError(f"the cards stayed {last}\n{error}") from None
        assert found is not None
        return found

    async def seen(self, thread: str, prompt: int, when: Callable[[Seen], bool]) -> Seen:
        last: list[Seen | None] = [None]

        def now() -> Seen | None:
            cards = self.cards(thread)
            last[0] = seen(cards[prompt]) if len(cards) > prompt else None
            return last[0] if last[0] is not None and when(last[0]) else None

        try:
            found = await self.server.until(now)
        except AssertionError as error:
            raise AssertionError(f"the card of prompt {prompt} stayed {last[0]}\n{error}") from None
        assert found is not None
        return found

    async def head(self, thread: str, number: str) -> None:
        def told() -> bool:
            lines = [one.plain for one in self.own(thread) if not one.plain.startswith("**")]
            return any(re.search(rf"\b{number}\b", line) for line in lines)

        await self.server.until(told)

    async def exported(self, thread: str) -> bytes:
        await self.say(thread, "export")

        def look() -> list[bytes]:
            attached = [file for one in self.own(thread) for file in one.attachments]
            return [file.data for file in attached if file.name.endswith(".zip")]

        return (await self.server.until(look))[0]

    async def asked(self, thread: str, words: str, *, person: str = "Ana") -> str:
        before = len(self.own(thread))
        await self.say(thread, words, person=person)
        said = await self.server.until(lambda: self.own(thread)[before:])
        pressed = await self.person(person).press(said[-1], "Show it to me")
        assert pressed.ephemeral
        assert pressed.original is not None
        return readable(pressed.original)

    async def code(self, thread: str) -> str:
        await self.use(thread, "Open in…")
        said = await self.private("Ana")
        return find_code(said[-1])

    async def private(self, person: str) -> list[str]:
        id_ = self.person(person).id
        ephemerals = [w for c in self.server.world.channels.values() for w in c.ephemerals]
        return [readable(one) for one in ephemerals if one.only_for and one.only_for.id == id_]


def _fitting(modal: Modal, fields: Mapping[str, str]) -> dict[str, str]:
    """Fill in a form; two lists that had to be one are chosen from together."""
    found = {name: value for name, value in fields.items() if name in modal.fields}
    for name, value in fields.items() - found.items():
        for field, about in modal.fields.items():
            both = f"{found.get(field) or '-'}|{name}={value}"
            if both in [one["value"] for one in about.get("options", ())]:
                found[field] = both
    return found


def readable(message: Message) -> str:
    """Return a message's text as people read it: without the escapes."""
    return re.sub(r"\\([^\w\s])", r"\1", message.plain).replace("\u200b", "")


def title(message: Message) -> str:
    found = _TITLE.search(readable(message))
    return found[1] if found else ""


def plain_label(label: str) -> str:
    """Return a button's label without its price."""
    return _PRICE.sub("", label)


def seen(message: Message) -> Seen:
    """Return a card as people see it."""
    return Seen(
        title=title(message),
        text=readable(message),
        images=tuple(message.images()),
        buttons=tuple(plain_label(one.label) for one in message.buttons),
    )
