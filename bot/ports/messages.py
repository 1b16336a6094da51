"""Which plain values pass between adapters, the bot and the store?

All are frozen, keyword-only and know no platform. An adapter makes `IncomingMessage`, `ActionEvent` and `MessageChange` from
what its platform sends, and draws `Card` and `Form`; it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, unquote

from bot.ports.kit import Kit
from bot.ports.quota import Quota

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.ports.actions import Action


Replies = Literal["every", "mentioned"]
Mentions = Literal["never", "slow", "always"]
#: where copies of a workspace's canvases may go on: also in other workspaces, or only in its own and on the page
Copies = Literal["anywhere", "here"]
#: an object of JSON that nobody has looked into yet
Json = dict[str, Any]


class State(StrEnum):
    """Where a turn is in its life."""

    QUEUED = "queued"
    HELD = "held"
    DRAWING = "drawing"
    DRAWN = "drawn"
    POSTED = "posted"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: A turn in one of these still moves by itself, or waits.
OPEN = frozenset({State.QUEUED, State.HELD, State.DRAWING, State.DRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a conversation is shown. `str()` is `slack/T1/C1/171…`; `parse` reads it back."""

    platform: str
    #: a Slack workspace, a Discord guild (or "@" and a person's id, in direct messages), "local" for the page
    workspace: str
    channel: str
    #: the thread's id on the platform; None: not made yet
    thread: str | None = None

    def __str__(self) -> str:
        parts = [self.platform, self.workspace, self.channel]
        if self.thread is not None:
            parts.append(self.thread)
        return "/".join(quote(part, safe=":@") for part in parts)

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read what `str()` wrote; ValueError when it did not."""
        platform, workspace, channel, *rest = (unquote(part) for part in text.split("/"))
        if len(rest) > 1:
            raise ValueError(f"not a place: {text!r}")
        return cls(
            platform=platform,
            workspace=workspace,
            channel=channel,
            thread=rest[0] if rest else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a thread; several people share one."""

    #: the platform's id; on the page that of a browser, or where no token is asked for the name itself
    id: str
    name: str
    #: ids of the roles or user groups they are in, as far as the platform says
    groups: tuple[str, ...] = ()
    #: may they manage this workspace, as far as the platform says? Never stored: each event says it anew
    manages: bool = False
    #: are they a guest of the workspace, or of another company?
    is_guest: bool = False
    #: the language that they set on the platform, such as "de-DE"; "": not said. Never stored, as `manages`
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file somebody sent with a message; read lazily through `Adapter.read`."""

    #: the platform's id of the file, unique within its message
    id: str
    name: str
    #: the type as claimed, "image/png"; the bytes decide
    media_type: str
    #: bytes, as claimed; None: not said
    size: int | None = None
    #: where the adapter finds it again; None where the bytes came along
    url: str | None = None
    #: the SHA-256 of the stored blob; None: not stored yet
    blob: str | None = None
    #: the bytes, where they came along with the message; None: `Adapter.read` gives them
    data: bytes | None = None
    #: is it left out where it cannot be had?
    optional: bool = False
    #: is it one too many, so that it was left out? Its name is kept, to say so
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The API's `image_output`. In an `IncomingMessage`, None: not said, so the thread's setting holds."""

    #: width × height in pixels, "1024x1024"
    size: str | None = None
    quality: str | None = None
    #: images of this turn, 1 or 2
    n: int | None = None

    def over(self, other: Output) -> Output:
        """Return what is said here, and where nothing is said, what `other` says."""
        return Output(
            size=self.size if self.size is not None else other.size,
            quality=self.quality if self.quality is not None else other.quality,
            n=self.n if self.n is not None else other.n,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds in a thread, or for a person, when nobody says otherwise. None: not set."""

    output: Output = field(default_factory=Output)
    model: str | None = None
    previews: bool | None = None
    #: which replies of a canvas's thread are prompts: "every", or those where Easel is "mentioned"
    replies: Replies | None = None
    #: may guests ask for pictures? In a channel or workspace only
    guests: bool | None = None
    kit: Kit = field(default_factory=Kit)
    #: in which language are cards written? In a channel or workspace only
    language: str | None = None
    #: where copies of canvases may go on; in a workspace only
    copies: Copies | None = None
    #: when is whoever asked mentioned with their picture: never, where it took long, always?
    mentions: Mentions | None = None
    #: what managers limit; in a workspace only
    quota: Quota = field(default_factory=Quota)

    def over(self, other: Defaults) -> Defaults:
        """Return what is set here, and where nothing is set, what `other` sets."""
        return Defaults(
            output=self.output.over(other.output),
            model=self.model or other.model,
            previews=self.previews if self.previews is not None else other.previews,
            replies=self.replies or other.replies,
            guests=self.guests if self.guests is not None else other.guests,
            kit=self.kit.over(other.kit),
            language=self.language or other.language,
            copies=self.copies or other.copies,
            mentions=self.mentions or other.mentions,
            quota=self.quota.over(other.quota),
        )

    def without(self, names: Collection[str]) -> Defaults:
        """Return what is set here, but for some of it by name: "size", "model"."""
        if not names:
            return self
        output = {name: None for name in ("size", "quality", "n") if name in names}
        own: dict[str, Any] = {one.name: None for one in fields(self) if one.name in names}
        quota: dict[str, Any] = {one.name: None for one in fields(Quota) if one.name in names}
        own["quota"] = replace(self.quota, **quota)
        return replace(self, output=replace(self.output, **output), **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """One prompt, or a spoken control, in somebody's words."""

    #: unique within the platform; a second delivery carries the same
    event_id: str
    place: Place
    person: Person
    text: str
    #: may it start a conversation where there is none (a command, a mention, a new thread)?
    may_start: bool = False
    #: is Easel itself spoken to (a mention, a command, a form, a direct message, a reply to its card)?
    mentioned: bool = False
    #: is it said to somebody else, or to a group?
    to_others: bool = False
    answers_person: bool = False
    #: does nobody but Easel read what is said here (direct messages, a page), so that all is answered?
    direct: bool = False
    joins_thread: bool = False
    #: the platform's id of the asking message; None: a command or a form has none
    message_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    #: pictures that a new canvas begins with where none came along; a known canvas has its own
    opening_attachments: tuple[Attachment, ...] = ()
    #: is it about the pictures that came along alone, not about the head?
    ignores_head: bool = False
    #: names the press that asks for it, which draws once however often it comes; None: it was said
    action_key: str | None = None
    #: the platform's id of the message it answers; None: nothing special
    reply_to: str | None = None
    #: the version to edit, "v2"; None: the head
    source: str | None = None
    output: Output = field(default_factory=Output)
    #: an entry of the catalogue; None: the thread's
    model: str | None = None
    #: may the brand kit go along? None: as is set there
    kit: bool | None = None
    #: do the words stand for themselves, so that "undo" is a prompt (a form's field)?
    literal: bool = False
    #: the id that a new conversation takes; None: the bot makes one
    conversation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEvent:
    """One use of an action, pressed or said."""

    event_id: str
    place: Place
    person: Person
    action: Action
    #: the turn whose card holds the button; None: the conversation's newest
    turn: str | None = None
    #: the version it is about, "v2"; None: the head
    version: str | None = None
    #: "b", where words name one of several by its letter; None: they do not
    letter: str | None = None
    #: what a form holds, or was said; None: nothing yet
    fields: Mapping[str, str] | None = None
    #: the message that says it; None: it was pressed
    message: IncomingMessage | None = None

    @property
    def value(self) -> str:
        """What its button sends back; "" for nothing."""
        return (self.fields or {}).get("value", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChange:
    """Something earlier was edited or deleted."""

    event_id: str
    place: Place
    #: the platform's id of the changed message
    message_id: str
    what: Literal["edited", "deleted"]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One image, with a number that people can say."""

    #: "v4"; two images of one turn are "v8a" and "v8b"
    number: str
    #: the version it was made from; None: from nothing
    parent: str | None
    #: SHA-256 of the bytes, as they came from the model
    blob: str
    media_type: str
    #: bytes
    size: int
    width: int
    height: int
    #: what the picture shows, in words, for those who cannot see it
    alt: str
    turn: str
    #: where it was fetched from; None: it came with the answer
    url: str | None = None
    #: Unix time, seconds
    created: float = 0.0
