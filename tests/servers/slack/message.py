"""What is a message, in the API's eyes and in a person's?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.slack.blocks.walk import Placed, elements_of, images_of
from tests.servers.slack.reading import plain_text, read_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.slack.bots import Bot, OtherBot
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.delivery import Envelope
    from tests.servers.slack.files import StoredFile
    from tests.servers.slack.person import Person
    from tests.servers.slack.values import Json


@dataclass(kw_only=True, eq=False)
class Message:
    """One message; the object stays the same while the message is edited."""

    channel: Channel
    ts: str
    author: Person | Bot | OtherBot
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    thread_ts: str | None = None
    #: file_share, bot_message, channel_join…
    subtype: str | None = None
    metadata: Json = field(default_factory=dict)
    edited: Json | None = None
    deleted: bool = False
    #: the only person who sees it; None: everybody
    only_for: Person | None = None
    #: what it has notified, as Slack writes it: "<!channel>", "<@U…>"
    notified: set[str] = field(default_factory=set)
    #: the events that told the app of it
    events: list[Envelope] = field(default_factory=list)
    #: how it looked before each edit
    earlier: list[Json] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def root(self) -> Message:
        """The message that its thread hangs from; itself, where it is no reply."""
        return self.channel.by_ts[self.thread_ts or self.ts]

    @property
    def replies(self) -> list[Message]:
        """What stands in its thread, oldest first, without itself."""
        own = self.root.ts
        found = [one for one in self.channel.messages if one.thread_ts == own and one.ts != own]
        return [one for one in found if not one.deleted]

    # what a person sees

    @property
    def plain(self) -> str:
        """What people read, block by block; without blocks, its text."""
        names = self.channel.workspace.name_of
        if not self.blocks:
            return plain_text(self.text, names)
        return "\n".join(read_blocks(self.blocks, names))

    @property
    def elements(self) -> list[Placed]:
        return elements_of(self.blocks)

    @property
    def buttons(self) -> list[str]:
        """The labels that can be pressed, and those in overflow menus behind "⋯ "."""
        found = []
        for placed in self.elements:
            found += placed.labels
            if placed.element["type"] == "overflow":
                found += [f"⋯ {one['text']['text']}" for one in placed.element["options"]]
        return found

    @property
    def images(self) -> list[StoredFile | str]:
        """Its pictures: files of this Slack; a URL where the app hot-linked one."""
        found: list[StoredFile | str] = []
        for image in images_of(self.blocks):
            file = self.channel.workspace.file_of(image.get("slack_file") or {})
            found.append(file if file is not None else image["image_url"])
        return found + [file for file in self.files if file.size is not None]

    @property
    def alt_texts(self) -> list[str]:
        return [str(image["alt_text"]) for image in images_of(self.blocks)]

    def image_bytes(self, number: int = 0) -> bytes:
        """Return the bytes people see as its n-th picture; 0 is the first."""
        image = self.images[number]
        assert not isinstance(image, str), f"a hot-linked picture: {image}"
        assert image.data is not None
        assert not image.deleted, "the picture's file is deleted"
        return image.data

    async def until(self, look: Callable[[Message], bool], seconds: float = 30.0) -> Message:
        """Wait until it looks as `look` says."""
        slack = self.channel.workspace.slack
        await slack.until(lambda: look(self), seconds=seconds, what=lambda: self.plain)
        return self

    # what the API says

    def payload(self, *, metadata: bool = False, in_event: bool = False) -> Json:
        """Write it as conversations.history does; `metadata`: with it, in full."""
        own: Json = {"type": "message", **({"subtype": self.subtype} if self.subtype else {})}
        own |= self.author.signature(self)
        own |= {"text": self.text, "ts": self.ts, "team": self.channel.workspace.id}
        if self.blocks:
            own["blocks"] = self.blocks
        if self.attachments:
            own["attachments"] = list(self.attachments)
        if self.files:
            own["files"] = [file.payload(in_event=in_event) for file in self.files]
            own |= {"upload": False, "display_as_bot": False}
        if self.edited is not None:
            own["edited"] = self.edited
        if self.thread_ts is not None:
            own["thread_ts"] = self.thread_ts
        if not self.is_reply and self.replies and not in_event:
            own |= self._thread_summary()
        elif self.is_reply:
            parent = self.channel.by_ts.get(self.thread_ts or "")
            own["parent_user_id"] = parent.author.user_id if parent else None
        if self.metadata and metadata:
            own["metadata"] = self.metadata
        return own

    def _thread_summary(self) -> Json:
        replies = self.replies
        users = list(dict.fromkeys(one.author.user_id for one in replies))
        return {
            "thread_ts": self.ts,
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
            "reply_users": users,
            "is_locked": False,
            "subscribed": True,
        }
