"""What is a message, and how much of it does an app see?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.discord.clock import born, iso
from tests.servers.discord.codes import WRITTEN, Flag, MessageType
from tests.servers.discord.components import attached, walk
from tests.servers.discord.mentions import Mentions
from tests.servers.discord.reading import Button, Select, buttons_in, plain_text, selects_in

if TYPE_CHECKING:
    from datetime import datetime

    from tests.servers.discord.attachments import Attachment, Links
    from tests.servers.discord.channels import Channel, Thread
    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import Guild, User


@dataclass(eq=False, slots=True, kw_only=True)
class Reference:
    """What a message points to."""

    channel: Channel
    #: None: a channel as a whole
    message_id: int | None
    #: None: deleted since, or never known
    message: Message | None

    def payload(self) -> Json:
        about = {"type": 0, "channel_id": str(self.channel.id)}
        if self.channel.guild is not None:
            about["guild_id"] = str(self.channel.guild.id)
        if self.message_id is not None:
            about["message_id"] = str(self.message_id)
        return about


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Message:
    id: int
    channel: Channel
    author: User
    links: Links
    kind: MessageType = MessageType.DEFAULT
    content: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: Flag = Flag.NONE
    nonce: str | int | None = None
    reference: Reference | None = None
    mentions: Mentions = field(default_factory=Mentions)
    #: ids of all who were ever notified by it, edits too
    notified: set[int] = field(default_factory=set)
    edited_at: datetime | None = None
    #: how often it was edited
    edits: int = 0
    #: emoji → ids of those who reacted with it
    reactions: dict[str, list[int]] = field(default_factory=dict)
    thread: Thread | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    #: `interaction_metadata` and what older clients read
    interaction: Json = field(default_factory=dict)
    #: who alone sees it
    only_for: User | None = None
    deleted: bool = False

    def __repr__(self) -> str:
        return f"<message {self.id} of {self.author.name}: {self.plain[:60]!r}>"

    # what people see

    @property
    def is_v2(self) -> bool:
        return Flag.COMPONENTS_V2 in self.flags

    @property
    def ephemeral(self) -> bool:
        return Flag.EPHEMERAL in self.flags

    @property
    def thinking(self) -> bool:
        return Flag.LOADING in self.flags

    @property
    def plain(self) -> str:
        """The text that people read: content, text displays."""
        return plain_text(self.content, self.components)

    @property
    def shown(self) -> list[Attachment]:
        """The files that people see: of a V2 message only those that its components show."""
        if not self.is_v2:
            return list(self.attachments)
        by_id = {a.id: a for a in self.attachments}
        return [by_id[i] for i in attached(self.components) if i in by_id]

    def images(self) -> list[bytes]:
        """The bytes of the pictures that people see, in order."""
        return [a.data for a in self.shown if (a.content_type or "").startswith("image/")]

    @property
    def alt_texts(self) -> list[str]:
        """What screen readers say of the pictures."""
        items = [item for c in walk(self.components) for item in c.get("items", [])]
        return [item["description"] or "" for item in items]

    @property
    def buttons(self) -> list[Button]:
        return buttons_in(self.components)

    @property
    def selects(self) -> list[Select]:
        return selects_in(self.components)

    # what apps see

    @property
    def guild(self) -> Guild | None:
        return self.channel.guild

    def open_to(self, bot: User) -> bool:
        """Whether an app without the message content intent reads it all the same."""
        return self.guild is None or self.author is bot or bot in self.mentions.users

    def payload(self, bot: User, *, content: bool, nested: bool = True) -> Json:
        """Show the message to an app; without `content` only what is open to it."""
        about: Json = {
            "id": str(self.id),
            "type": int(self.kind),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "timestamp": iso(born(self.id)),
            "edited_timestamp": iso(self.edited_at) if self.edited_at else None,
            "tts": False,
            "pinned": False,
            "flags": int(self.flags),
            **self.mentions.payload(self.guild),
            **self._body(content=content or self.open_to(bot)),
            **self.interaction,
        }
        if self.webhook_id is not None:
            about["webhook_id"] = str(self.webhook_id)
        if self.application_id is not None:
            about["application_id"] = str(self.application_id)
        if self.reactions:
            about["reactions"] = self._reactions(bot)
        if self.thread is not None:
            about["thread"] = self.thread.payload(bot)
        if self.reference is not None:
            about["message_reference"] = self.reference.payload()
            if nested and self.kind in (
                MessageType.REPLY,
                MessageType.THREAD_STARTER_MESSAGE,
                MessageType.CONTEXT_MENU_COMMAND,
            ):
                about["referenced_message"] = self._referenced(bot, content=content)
        return about

    def _referenced(self, bot: User, *, content: bool) -> Json | None:
        found = self.reference.message if self.reference else None
        if found is None or found.deleted:
            return None
        return found.payload(bot, content=content, nested=False)

    def _body(self, *, content: bool) -> Json:
        if not content:
            return {"content": "", "attachments": [], "embeds": [], "components": []}
        inside = set(attached(self.components))
        loose = [a for a in self.attachments if a.id not in inside]
        return {
            "content": self.content,
            "attachments": [self.links.payload(a) for a in loose],
            "embeds": [],
            "components": [self._unfurled(c) for c in self.components],
        }

    def _unfurled(self, component: Json) -> Json:
        """Put fresh links where the components show attachments."""
        by_id = {str(a.id): a for a in self.attachments}

        def fresh(value: Any) -> Any:
            if isinstance(value, list):
                return [fresh(item) for item in value]
            if not isinstance(value, dict):
                return value
            found = by_id.get(value.get("attachment_id", ""))
            if found is not None:
                return {**self.links.media(found), "loading_state": 2}
            return {key: fresh(item) for key, item in value.items()}

        shown: Json = fresh(component)
        return shown

    def _reactions(self, bot: User) -> list[Json]:
        return [
            {
                "emoji": {"id": None, "name": emoji},
                "count": len(ids),
                "count_details": {"burst": 0, "normal": len(ids)},
                "me": bot.id in ids,
                "me_burst": False,
                "burst_colors": [],
            }
            for emoji, ids in self.reactions.items()
        ]

    @property
    def is_system(self) -> bool:
        """Whether Discord wrote it, with a person as its author."""
        return self.kind not in WRITTEN

    def component(self, custom_id: str) -> Json | None:
        """Find a component by its custom id."""
        return next((c for c in walk(self.components) if c.get("custom_id") == custom_id), None)
