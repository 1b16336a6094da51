"""What may be asked of the bot without changing anything, and what does it answer?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.cards import Card, Document, Form, Preview  # noqa: F401 - three are named in strings only
    from bot.ports.messages import Place, Version

V = TypeVar("V", covariant=True)  # noqa: PLC0105 - one letter, as everywhere

#: Rises with every change in a conversation, so that a page can go on where it stopped.
Revision = int


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Generic[V]):
    """A question to the bot, answered by a V. `platform` and `workspace` are who asks.

    An operator who asks on a page is answered for all workspaces; others are not, and where they ask for others'
    on purpose, it raises NotAllowed.
    """

    platform: str
    workspace: str
    #: the groups that who asks is in, where the platform tells them
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A whole conversation, as people see it."""

    id: str
    title: str
    head: str | None
    mode: str
    revision: Revision
    cards: tuple[Card, ...]
    versions: tuple[Version, ...]
    #: the mean colours of images by their blob, as far as they are known
    colors: Mapping[str, str] = field(default_factory=dict)
    #: where it is; elsewhere than who asks, its cards have no buttons
    platform: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvasQuery(Query["View | None"]):
    """One conversation; None: there is none for those who ask."""

    conversation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A line of the list of conversations."""

    id: str
    title: str
    head: str | None
    #: the head's image; None: nothing drawn yet
    image: Version | None
    turns: int
    #: Unix time, seconds
    updated: float
    #: a word for `ListQuery.before` to go on after this one
    cursor: str
    revision: Revision = 0
    #: the names of those who asked for something, in the order of their first prompts
    people: tuple[str, ...] = ()
    #: the mean colour of its image, "#8a7f6c"; None: not known yet
    color: str | None = None
    #: where it is
    platform: str = ""
    workspace: str = ""
    #: the platform's id; "": only asked for where canvases of several workspaces are listed
    channel: str = ""
    #: of whoever looks: has it their star; did it change since they looked at it last?
    starred: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery(Query["tuple[Summary, ...]"]):
    """The conversations, newest first."""

    #: a `Summary.cursor`; None: from the newest
    before: str | None = None
    limit: int = 50
    #: words that its title or prompts hold, or begin with; "": any
    text: str = ""
    person: str = ""
    #: those only in which somebody of this id asked for something; "": any
    asker: str = ""
    ids: tuple[str, ...] | None = None
    #: who looks, by the platform's id: whose stars and unread marks are given; "": nobody's
    viewer: str = ""
    #: those only that have the viewer's star
    starred: bool = False
    #: those of another platform, "*": of all; "": of who asks. `of_workspace` "": of all there
    of_platform: str = ""
    of_workspace: str = ""
    #: those of one channel, by the platform's id; "": any
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryChange:
    """A line of the list of conversations as it is now; `summary` None: the conversation is deleted."""

    conversation: str
    summary: Summary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """What a person keeps of a conversation."""

    starred: bool
    #: up to which revision they saw it; None: never
    seen: Revision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The bytes of an image, and what they are."""

    data: bytes
    media_type: str
    #: how it differs from the original, for people; "": it is the original
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageQuery(Query["Image | None"]):
    """An image that one of the workspace's conversations holds; None: there is none."""

    blob: str
    #: bytes that the platform takes; a larger one is given as WebP, then smaller; None: any
    most: int | None = None
    #: written as this type, a JPEG smaller too; None: as it is
    as_type: Literal["image/png", "image/jpeg"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailQuery(Query["Image | None"]):
    """A small WebP copy of an image that one of the workspace's conversations holds; None: there is none."""

    blob: str
    #: pixels of its longer side: 160 or 640
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewQuery(Query["Preview | None"]):
    """The newest preview of a turn that is being drawn."""

    conversation: str
    turn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportQuery(Query["Document | None"]):
    """Everything of a conversation, as a ZIP file; who asks removes it. None: there is none."""

    conversation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """What was spent by somebody, in a channel, with a model, or all in all."""

    #: where; "" where it is of several workspaces
    platform: str = ""
    workspace: str = ""
    #: the platform's id of the person or channel, a model's name; "" for a total
    id: str = ""
    name: str = ""
    images: int = 0
    #: US dollars that were billed for certain
    settled: float = 0.0
    #: US dollars that may have been billed beside them: what is being drawn, and what nobody knows
    unsettled: float = 0.0
    #: is some of `settled` the catalogue's price, not the model's?
    estimated: bool = False
    #: drawings whose cost nobody knows; they are not in the sums
    unpriced: int = 0

    @property
    def at_most(self) -> float:
        """What counts against a limit, US dollars."""
        return self.settled + self.unsettled


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was spent in a month, added up; the dearest first."""

    #: "2026-11", and in words
    month: str = ""
    name: str = ""
    total: UsageRow
    workspaces: tuple[UsageRow, ...] = ()
    people: tuple[UsageRow, ...] = ()
    channels: tuple[UsageRow, ...] = ()
    models: tuple[UsageRow, ...] = ()
    #: in order; the id of each is its date, in UTC
    days: tuple[UsageRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageQuery(Query["Usage | None"]):
    """What a workspace spent in a month ("" for its names: all there are); None: that is no month."""

    #: "2026-11", in UTC; None: this one
    month: str | None = None
    #: all workspaces, for an operator
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """A place that a conversation is shown at."""

    place: Place
    conversation: str
    #: the platform's id of the last message seen there; None: none yet
    seen: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceQuery(Query["KnownPlace | None"]):
    """The conversation shown at a place; None: there is none."""

    place: Place
    #: the id of a message in the place's channel: the conversation whose card or prompt it is
    message: str | None = None
    #: a turn in the place's channel: its conversation
    turn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardQuery(Query["Card | None"]):
    """The card of a turn of the conversation at a place; None: it has no such turn."""

    place: Place
    turn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsQuery(Query["tuple[tuple[str, str], ...]"]):
    """The numbers of a conversation's images, each with what was asked for it, the newest first."""

    conversation: str
    #: Unix seconds: those that were there then
    until: float
    limit: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsQuery(Query["tuple[str, ...]"]):
    """What a person asked for lately in a workspace, each wording once, the newest first."""

    person: str
    holds: str = ""
    limit: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class FormQuery(Query["Form"]):
    """What is asked for a prompt, whoever may send one."""

    #: with what holds in this conversation; None: for a first prompt
    conversation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesQuery(Query["tuple[KnownPlace, ...]"]):
    """The places a restarted adapter looks through for what it missed, the most recent first."""

    limit: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChange:
    """One card as it is now."""

    #: going on after this one misses nothing
    revision: Revision
    card: Card
    only_preview: bool = False
    head: str | None
    mode: str
    #: of the conversation
    title: str = ""
