"""What can a person do on Discord?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.discord.asking import Asking
from tests.servers.discord.channels import Channel, Thread
from tests.servers.discord.codes import Asked, ChannelType, Kind, MessageType
from tests.servers.discord.components import walk
from tests.servers.discord.drafts import Draft
from tests.servers.discord.filling import CannotDo, chosen_from, fill
from tests.servers.discord.interactions import Interaction, Seen
from tests.servers.discord.mentions import OF_MESSAGES
from tests.servers.discord.messages import Message, Reference
from tests.servers.discord.options import uploaded
from tests.servers.discord.permissions import May, allowed
from tests.servers.discord.posting import Stamp, delete, edit, introduce, post, rename
from tests.servers.discord.rest.channels import direct
from tests.servers.discord.threads import Plan, archive, start_thread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import Guild, User
    from tests.servers.discord.interactions import Choice
    from tests.servers.discord.modals import Modal
    from tests.servers.discord.world import World


class Person:
    """Somebody with Discord open, or another bot; what they can't do raises `CannotDo`."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        return self.user.mention

    # speaking

    async def say(
        self,
        place: Channel,
        text: str = "",
        *,
        files: Sequence[Any] = (),
        reply_to: Message | None = None,
        ping: bool = True,
    ) -> Message:
        """Write a message, in a thread, a channel or direct messages."""
        sending = May.SEND_MESSAGES_IN_THREADS if isinstance(place, Thread) else May.SEND_MESSAGES
        self._check(place, sending, text, files)
        kind, reference = MessageType.DEFAULT, None
        if reply_to is not None:
            kind = MessageType.REPLY
            reference = Reference(channel=place, message_id=reply_to.id, message=reply_to)
        stamp = Stamp(kind=kind, reference=reference, pings=ping)
        return post(self._world, place, self.user, self._draft(place, text, files), stamp)

    async def post_in_forum(
        self, forum: Channel, title: str, text: str, *, files: Sequence[Any] = ()
    ) -> Thread:
        """Start a post; its first message has the post's id."""
        if forum.kind != ChannelType.FORUM:
            raise CannotDo(f"#{forum.name} is not a forum")
        self._check(forum, May.SEND_MESSAGES, text, files)
        thread = start_thread(self._world, forum, self.user, Plan(name=title))
        draft = self._draft(thread, text, files)
        post(self._world, thread, self.user, draft, Stamp(message_id=thread.id))
        return thread

    async def start_thread(
        self, start: Message | Channel, name: str, *, private: bool = False
    ) -> Thread:
        """Start a thread from a message, or in a channel."""
        message = start if isinstance(start, Message) else None
        channel = start.channel if isinstance(start, Message) else start
        kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
        plan = Plan(name=name, kind=kind, message=message)
        thread = start_thread(self._world, channel, self.user, plan)
        introduce(self._world, thread, plan)
        return thread

    async def edit(self, message: Message, text: str) -> None:
        if message.author is not self.user:
            raise CannotDo("people edit their own messages")
        edit(self._world, message, Draft(content=text, allowed=OF_MESSAGES))

    async def delete(self, message: Message) -> None:
        if message.author is not self.user:
            raise CannotDo("people delete their own messages")
        delete(self._world, message)

    async def rename(self, thread: Thread, name: str) -> None:
        rename(self._world, thread, self.user, name)

    async def archive(self, thread: Thread) -> None:
        archive(self._world, thread)

    def dm(self) -> Channel:
        """Return the direct messages with the bot."""
        return direct(self._world, self.user)

    def install(self) -> None:
        """Install the app for oneself, to use it anywhere."""
        self._world.app.installed_by.add(self.id)

    # interacting

    async def slash(self, name: str, place: Channel, /, **options: Any) -> Interaction:
        """Use a command; returns when the app answered or Discord gave up."""
        return await self._answered(self._asking(place).command(name, options))

    async def autocomplete(
        self, name: str, option: str, typed: str, place: Channel | None = None, /, **others: Any
    ) -> list[Choice]:
        """Type into an option and read what is offered; place: anywhere, unless it matters."""
        asking = self._asking(place or self._anywhere())
        interaction = await self._answered(asking.autocomplete(name, option, typed, others))
        if interaction.seen is Seen.FAILED:
            raise CannotDo("loading options failed")
        return interaction.choices

    async def context_menu(self, name: str, target: Message) -> Interaction:
        """Use a command of the context menu on a message."""
        return await self._answered(self._asking(target.channel).menu(name, target))

    async def press(self, message: Message, which: str) -> Interaction:
        """Press a button, by its label or its custom id."""
        found = [
            c
            for c in walk(message.components)
            if c["type"] == Kind.BUTTON and which in (c["custom_id"], c["label"])
        ]
        if not found or found[0]["disabled"]:
            shown = [(button.label, button.disabled) for button in message.buttons]
            raise CannotDo(f"there is no button {which!r} to press, only {shown}")
        return await self._used(message, found[0], {})

    async def select(
        self, message: Message, custom_id: str, values: str | Sequence[str]
    ) -> Interaction:
        """Choose from a list, by values or labels."""
        found = message.component(custom_id)
        if found is None or found["type"] != Kind.STRING_SELECT or found["disabled"]:
            raise CannotDo(f"there is no list {custom_id!r} to choose from")
        return await self._used(message, found, {"values": chosen_from(found, values)})

    async def submit(self, modal: Modal | None, values: Mapping[str, Any]) -> Interaction:
        """Fill in an open form and send it."""
        opened_by = modal.opened_by if modal else None
        if modal is None or opened_by is None:
            raise CannotDo("there is no form")
        channel = opened_by.channel
        data = {"custom_id": modal.custom_id, "components": fill(modal, values)}
        interaction = self._asking(channel).start(
            Asked.MODAL,
            data,
            message=opened_by.message,
            command_name=opened_by.command_name,
        )
        return await self._answered(interaction)

    async def _used(self, message: Message, component: Json, more: Json) -> Interaction:
        if message.only_for not in (None, self.user) or message.deleted:
            raise CannotDo(f"{self.name} does not see this message")
        data = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
            **more,
        }
        asking = self._asking(message.channel)
        return await self._answered(asking.start(Asked.COMPONENT, data, message=message))

    @staticmethod
    async def _answered(interaction: Interaction) -> Interaction:
        await interaction.wait()
        return interaction

    def _asking(self, place: Channel) -> Asking:
        return Asking(self._world, self.user, place)

    def _anywhere(self) -> Channel:
        return next(c for g in self._guilds() for c in g.channels.values() if c.parent is None)

    def _guilds(self) -> list[Guild]:
        return [guild for guild in self._world.guilds.values() if self.id in guild.members]

    def _check(self, place: Channel, needed: May, text: str, files: Sequence[Any]) -> None:
        self._asking(place)
        if len(text) > self._world.limits.content or len(files) > self._world.limits.files:
            raise CannotDo("this is too much for one message")
        if not text and not files:
            raise CannotDo("there is nothing to send")
        if place.guild is not None and needed not in allowed(place.guild.members[self.id], place):
            raise CannotDo(f"{self.name} may not write in #{place.name}")

    def _draft(self, place: Channel, text: str, files: Sequence[Any]) -> Draft:
        attached = [uploaded(self._world, place, file, ephemeral=False) for file in files]
        return Draft(content=text, attachments=attached, allowed=OF_MESSAGES)
