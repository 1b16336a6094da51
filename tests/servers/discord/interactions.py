"""What is an interaction, from the click to the last follow-up, as the person sees it?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from tests.servers.discord.codes import Answer, Asked, Flag
from tests.servers.discord.permissions import OF_ANSWERS, May, allowed

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import User
    from tests.servers.discord.messages import Message
    from tests.servers.discord.modals import Modal
    from tests.servers.discord.world import World


class Choice(NamedTuple):
    name: str
    value: str | int | float


class Seen(Enum):
    """What the person sees of an interaction."""

    WAITING = "nothing yet"
    THINKING = "the app is thinking"
    ANSWERED = "a message, or a changed one"
    SILENT = "nothing happened, as the app asked"
    MODAL = "a form"
    CHOICES = "choices to pick from"
    FAILED = "the app did not respond"


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Interaction:
    world: World
    id: int
    token: str
    kind: Asked
    person: User
    channel: Channel
    data: Json
    #: what was pressed, or the message that a form was opened from
    message: Message | None = None
    #: how a command's answer is filed: type of the message, what it points to
    command_name: str = ""
    target: Message | None = None
    #: real time until when the first answer counts
    due: float
    #: Discord's clock until when the token counts
    expires: float
    #: what was uploaded with it
    resolved: Json = field(default_factory=dict)
    answer: Answer | None = None
    failed: bool = False
    #: the answer; for a component that was updated, the component's message
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Modal | None = None
    choices: list[Choice] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def __repr__(self) -> str:
        return f"<{self.kind.name.lower()} of {self.person.name}: {self.seen.value}>"

    # what the person sees

    @property
    def seen(self) -> Seen:
        if self.answer is None:
            return Seen.FAILED if self.failed else Seen.WAITING
        if self.answer == Answer.DEFERRED and self.original and self.original.thinking:
            return Seen.THINKING
        return {
            Answer.MODAL: Seen.MODAL,
            Answer.CHOICES: Seen.CHOICES,
            Answer.DEFERRED_UPDATE: Seen.SILENT,
        }.get(self.answer, Seen.ANSWERED)

    @property
    def thinking(self) -> bool:
        return self.seen is Seen.THINKING

    @property
    def answered(self) -> bool:
        return self.seen is Seen.ANSWERED

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees the answer."""
        return self.original is not None and self.original.ephemeral

    @property
    def plain(self) -> str:
        """The text of the answer, "" while there is none."""
        return self.original.plain if self.original else ""

    def images(self) -> list[bytes]:
        return self.original.images() if self.original else []

    async def wait(self) -> None:
        """Wait for the first answer, or for the moment when Discord gives up."""
        loop = asyncio.get_running_loop()
        try:
            await asyncio.wait_for(self.done.wait(), max(0.0, self.due - loop.time()))
        except TimeoutError:
            self.failed = self.answer is None
            self.world.changes.tell()

    # what the app is told and may do

    @property
    def alone(self) -> bool:
        """Whether the app is only installed for the person, not in this guild."""
        return self.channel.guild is not None and self.world.bot_in(self.channel.guild) is None

    @property
    def forced_ephemeral(self) -> bool:
        """Whether the guild lets this person's own apps speak to them only."""
        guild = self.channel.guild
        member = guild.member(self.person) if guild and self.alone else None
        return member is not None and May.USE_EXTERNAL_APPS not in allowed(member, self.channel)

    @property
    def file_bytes(self) -> int:
        return self.world.file_bytes(self.channel.guild)

    @property
    def metadata(self) -> Json:
        """What an answer says about where it came from."""
        about: Json = {
            "id": str(self.id),
            "type": int(self.kind),
            "user": self.person.payload(),
            "authorizing_integration_owners": self._owners(),
        }
        if self.kind == Asked.COMPONENT and self.message is not None:
            about["interacted_message_id"] = str(self.message.id)
        if not self.command_name:
            return {"interaction_metadata": about}
        older = {
            "id": str(self.id),
            "type": int(self.kind),
            "name": self.command_name,
            "user": self.person.payload(),
        }
        return {"interaction_metadata": {**about, "name": self.command_name}, "interaction": older}

    def _owners(self) -> Json:
        owners: Json = {}
        guild = self.channel.guild
        if not self.alone:
            owners["0"] = str(guild.id) if guild else "0"
        if self.person.id in self.world.app.installed_by:
            owners["1"] = str(self.person.id)
        return owners

    def payload(self) -> Json:
        """Show the interaction to the app; messages in it are complete."""
        bot, guild = self.world.app.bot, self.channel.guild
        about: Json = {
            "id": str(self.id),
            "application_id": str(self.world.app.id),
            "type": int(self.kind),
            "token": self.token,
            "version": 1,
            "locale": "en-US",
            "channel_id": str(self.channel.id),
            "entitlements": [],
            "authorizing_integration_owners": self._owners(),
            "context": 0 if guild else 1,
            "attachment_size_limit": self.file_bytes,
            "data": {**self.data, **({"resolved": self.resolved} if self.resolved else {})},
            "app_permissions": str(int(self._app_permissions())),
        }
        channel = self.channel.payload(bot)
        if guild is None:
            about["user"] = self.person.payload()
        else:
            member = guild.members[self.person.id]
            may = str(int(allowed(member, self.channel)))
            about["member"] = {**member.payload(), "permissions": may}
            about["guild"], about["guild_id"] = guild.partial(), str(guild.id)
            about["guild_locale"] = guild.locale
            channel["permissions"] = may
        about["channel"] = channel
        if self.message is not None:
            about["message"] = self.message.payload(bot, content=True)
        return about

    def _app_permissions(self) -> May:
        member = self.world.bot_in(self.channel.guild)
        return OF_ANSWERS | (allowed(member, self.channel) if member else May.NOTHING)

    def acknowledge(self, answer: Answer, original: Message | None = None) -> None:
        """Note the first answer."""
        self.answer, self.original = answer, original
        self.done.set()
        self.world.changes.tell()

    @property
    def answer_flags(self) -> Flag:
        return Flag.EPHEMERAL if self.forced_ephemeral else Flag.NONE
