"""How does a person use Easel in Slack? Slack's Driver."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.adapters.slack.easel import in_slack, local_slack
from tests.journeys.driver import Seen, find_code

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from bot.commands.compose import Running
    from tests.adapters.slack.easel import Start
    from tests.servers.slack import Channel, Message, Person, SlackServer
    from tests.servers.slack.workspace import Workspace

_TITLE = re.compile(r"\*([^*]+)\*")
_PRICE = re.compile(r" · (?:\$[\d.]+|free)$")


class SlackDriver:
    """People in a channel; a thread's handle is its root's ts."""

    name = "slack"
    mention = "@Easel"

    def __init__(
        self, slack: SlackServer, easel: Running | None = None, workspace: Workspace | None = None
    ) -> None:
        self.slack = slack
        self.running = easel
        self.workspace = workspace or slack.workspace
        self.channel: Channel = self.workspace.channel("design")

    @property
    def easel(self) -> Running:
        assert self.running is not None, "it runs as a process of its own"
        return self.running

    async def start(self, text: str, *, person: str = "Ana", **output: str) -> str:
        options = "".join(f" {name}:{value}" for name, value in output.items())
        before = {one.ts for one in self.channel.roots}
        asker = self.workspace.person(person)
        outcome = await asker.command("/imagine", text + options, self.channel)
        assert outcome.ok, outcome
        roots = await self.slack.until(
            lambda: [one for one in self.channel.roots if one.ts not in before]
        )
        return roots[0].ts

    def make_admin(self, person: str) -> None:
        self.slack.person(person).admin = True

    async def newest(self, *, other_than: str) -> str:
        await self.slack.until(lambda: self.channel.roots[-1].ts != other_than)
        return self.channel.roots[-1].ts

    async def say(
        self, thread: str, text: str, *, person: str = "Ana", source: str | None = None
    ) -> None:
        said = f"{source}: {text}" if source else text
        message = await self.workspace.person(person).reply(self.root(thread), said)
        for event in message.events:
            await event.acked()

    def root(self, thread: str) -> Message:
        return self.channel.by_ts[thread]

    def prompts(self, thread: str) -> list[Message]:
        """Return the cards of a thread's prompts, in their order."""
        root = self.root(thread)
        there = [one for one in (root, *root.replies) if not one.deleted]
        return [one for one in there if _is_prompt(one, self.workspace.bot.user_id)]

    async def press(
        self,
        thread: str,
        prompt: int,
        label: str,
        *,
        person: str = "Ana",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        presser = self.workspace.person(person)
        card = self.prompts(thread)[prompt]
        for shown in (card, *self._ephemerals(card)):
            if await _pressed(presser, shown, lambda text: text == label):
                break
        else:
            raise AssertionError(f"no button {label!r} on\n{card.plain}")
        if fields is not None:
            await self._filled(presser, fields)

    async def _filled(self, presser: Person, fields: Mapping[str, str]) -> None:
        view = await self.slack.view_for(presser)
        chosen = {
            one["value"] for element in view.elements for one in element.element.get("options", ())
        }
        given = {
            name: f"={value}" if f"={value}" in chosen else value for name, value in fields.items()
        }
        outcome = await presser.submit(view, given)
        assert outcome.ok, outcome
        assert not outcome.errors, outcome.errors

    async def use(
        self,
        thread: str,
        label: str,
        *,
        person: str = "Ana",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        presser = self.workspace.person(person)

        def look() -> Message | None:
            for card in self._cards(thread):
                labels = (_PRICE.sub("", one.removeprefix("⋯ ")) for one in card.buttons)
                if any(one.startswith(label) for one in labels):
                    return card
            return None

        card = await self.slack.until(look, what=lambda: f"no button {label}")
        assert card is not None
        assert await _pressed(presser, card, lambda text: text.startswith(label))
        if fields is not None:
            await self._filled(presser, fields)

    def _cards(self, thread: str) -> list[Message]:
        """Return what the bot wrote in a thread, the newest first."""
        root = self.root(thread)
        mine = [
            one for one in (root, *root.replies) if one.author.user_id == self.workspace.bot.user_id
        ]
        return [one for one in reversed(mine) if not one.deleted]

    async def shown(self, thread: str, when: Callable[[Seen], bool]) -> Seen:
        last: list[Seen] = []

        def look() -> Seen | None:
            last[:] = [self._seen(card) for card in self._cards(thread)]
            return next((one for one in last if when(one)), None)

        found = await self.slack.until(look, what=lambda: f"it stayed {last}")
        assert found is not None
        return found

    async def seen(self, thread: str, prompt: int, when: Callable[[Seen], bool]) -> Seen:
        last: list[Seen] = []

        def look() -> Seen | None:
            cards = self.prompts(thread)
            if len(cards) <= prompt:
                return None
            last[:] = [self._seen(cards[prompt])]
            return last[0] if when(last[0]) else None

        found = await self.slack.until(look, what=lambda: f"it stayed {last}")
        assert found is not None
        return found

    def _seen(self, card: Message) -> Seen:
        detail = next((one for one in card.blocks if one.get("block_id") == "detail"), None)
        title = _TITLE.match(detail["elements"][0]["text"]) if detail else None
        private = self._ephemerals(card)
        return Seen(
            title=title[1].replace("&lt;", "<") if title else "",
            text="\n".join(one.plain for one in (card, *private)),
            images=tuple(card.image_bytes(number) for number in range(len(card.images))),
            buttons=tuple(
                _PRICE.sub("", label.removeprefix("⋯ "))
                for one in (card, *private)
                for label in one.buttons
            ),
        )

    def _ephemerals(self, card: Message) -> list[Message]:
        """Return what single people were shown of a card: its buttons carry the card's id."""
        id_ = card.metadata["event_payload"]["card"]
        return [
            one
            for one in self.channel.ephemerals
            if not one.deleted and any(id_ in str(e.element.get("value", "")) for e in one.elements)
        ]

    async def head(self, thread: str, number: str) -> None:
        root = self.root(thread)

        def look() -> bool:
            said = [
                one
                for one in root.replies
                if one.author is self.workspace.bot
                and not _is_prompt(one, self.workspace.bot.user_id)
            ]
            return bool(said) and re.search(rf"\b{number}\b", said[-1].plain) is not None

        await self.slack.until(look)

    async def exported(self, thread: str) -> bytes:
        await self.say(thread, "export")
        root = self.root(thread)
        files = await self.slack.until(
            lambda: [
                file for one in root.replies for file in one.files if file.name.endswith(".zip")
            ],
        )
        return files[0].data or b""

    async def asked(self, thread: str, words: str, *, person: str = "Ana") -> str:
        reader = self.slack.person(person)
        before = len(self.channel.ephemerals_for(reader))
        await self.say(thread, words, person=person)
        shown = await self.slack.until(lambda: self.channel.ephemerals_for(reader)[before:])
        return shown[-1].plain

    async def code(self, thread: str) -> str:
        await self.use(thread, "Open in…")
        said = await self.channel.ephemeral(self.slack.person("Ana"), "continue")
        return find_code(said.plain)

    async def private(self, person: str) -> list[str]:
        return [one.plain for one in self.channel.ephemerals_for(self.workspace.person(person))]


def _is_prompt(message: Message, bot: str) -> bool:
    if message.author.user_id != bot:
        return False
    looks: list[Any] = [message.blocks, *(one.get("blocks", ()) for one in message.earlier)]
    return any(block.get("block_id") == "prompt" for blocks in looks for block in blocks)


async def _pressed(person: Person, shown: Message, fits: Callable[[str], bool]) -> bool:
    if shown.only_for not in {None, person}:
        return False
    for element in shown.elements:
        for text in element.labels:
            if fits(_PRICE.sub("", text)):
                value = element.element["value"]
                assert (await person.press(shown, text, value=value)).ok
                return True
        for option in element.element.get("options", ()):
            text = option["text"]["text"]
            if fits(_PRICE.sub("", text)):
                menu = element.element["action_id"]
                assert (await person.choose(shown, menu, text)).ok
                return True
    return False


@asynccontextmanager
async def driving_slack(start: Start) -> AsyncIterator[SlackDriver]:
    """Run an Easel in a local Slack; nothing that it writes may notify anybody."""
    async with local_slack() as slack, in_slack(start, slack) as one:
        yield SlackDriver(slack, one)
        assert slack.notified == []
        assert slack.remarks_of("no_text") == []
        assert slack.remarks_of("unseen") == []
