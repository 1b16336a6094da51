"""What do the bot and the store hand each other: prompts in, claims out, answers back?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.conversation.terms import Admission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.turn import Question, Turn
    from bot.ports.cards import Posted
    from bot.ports.kit import Kit
    from bot.ports.messages import (
        Defaults,
        IncomingMessage,
        Output,
        Person,
        Place,
        Replies,
        Version,
    )


#: for whom a setting holds, as people say it, and the scope it is kept for
SCOPES = {"thread": "thread", "mine": "person", "channel": "channel", "workspace": "workspace"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a message or an action in the store."""

    #: None: the place is no canvas and the ask may not start one
    conversation: str | None
    #: None: as above
    turn: Turn | None
    #: False: the event had been seen before
    is_new: bool
    #: the turn to draw now, where it was claimed with its write
    claim: Claim | None = None
    #: further turns that changed with it
    also_changed: tuple[Turn, ...] = ()
    #: the ids of turns that are deleted now
    deleted: tuple[str, ...] = ()
    #: where a conversation is shown whose name was made of deleted words, and its new name
    renamed: tuple[Place, ...] = ()
    title: str = ""
    #: what there is to say, where there is no turn to show
    message: str = ""
    #: can the conversation's export be asked for now?
    can_download: bool = False
    #: did it only change what a card shows, so that no turn was asked for?
    is_quiet: bool = False
    #: turns whose cards are to be shown again, since what they offer changed
    republish: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What is known of the place of a message."""

    #: None: it is no canvas
    conversation: str | None = None
    #: which of its replies are prompts
    replies: Replies = "every"
    #: its newest prompt, where the model answered that with words or a question; None: it did not
    question_turn: Turn | None = None
    #: did this person send a picture here a moment ago, to be told what becomes of it?
    has_pending_pictures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One earlier turn on the path that a drawing continues."""

    person: Person
    text: str
    reply: str | None
    version: str | None
    #: did the model sign its answer, so that it may not be told in other words?
    is_signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What a drawing continues: from the root to its source."""

    #: oldest first; may begin after `omitted` steps
    steps: tuple[Step, ...] = ()
    #: turns between the root and the first of the steps that are not loaded
    omitted: int = 0
    #: the root's prompt, where it is left out
    root_prompt: str | None = None
    #: the brand kit that the root was drawn with; None: none
    kit: Kit | None = None
    #: the source's assistant messages, as they came, images as `blob:<sha256>`; two choices are two
    messages: tuple[Mapping[str, object], ...] = ()
    #: the version being edited
    source: Version | None = None
    #: the turn whose question this drawing answers, and the model's message that asked
    question_turn: Turn | None = None
    question_messages: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A turn to draw now, and what it continues. Its money is reserved."""

    turn: Turn
    lineage: Lineage
    #: does anybody wait behind it in its lane?
    has_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImage:
    """An image of an answer, in the blob store already."""

    blob: str
    media_type: str
    size: int
    width: int
    height: int
    alt: str
    #: where it was fetched from; None: it came with the answer
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the model gave, as it is kept."""

    reply: str | None
    images: tuple[StoredImage, ...]
    #: the assistant message of each choice as it came, image payloads replaced by `blob:<sha256>`
    messages: tuple[Mapping[str, object], ...]
    #: US dollars; None: not known
    cost: float | None
    estimated: bool
    #: did the model sign parts of its messages?
    is_signed: bool = False
    #: the output it was drawn with, where the model changed it
    output: Output | None = None
    offer: Output | None = None
    question: Question | None = None
    #: the ideas of a brainstorm
    directions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrompt:
    """A new turn, as the store takes it."""

    id: str
    conversation: str
    message: IncomingMessage
    text: str
    #: the version named or pressed; None: by reply_to, else the head when it is claimed
    source: str | None
    #: must `source` be taken as it is, also None (another variation of a first picture)?
    source_is_final: bool = False
    #: is it another variation of the same words on the same source?
    is_variation: bool = False
    #: "b": the second of the two it would edit
    letter: str | None = None
    #: the turn whose question it answers
    answers: str | None = None
    #: is it said in passing, so that it is only talk while the thread is paused?
    is_casual: bool = False
    #: the names of those whose points are in it
    contributors: tuple[str, ...] = ()
    #: the turn whose card gathers it; it is then drawn in a lane of its own
    parent: str | None = None
    #: does it ask for ideas, not for a picture?
    is_brainstorm: bool = False
    #: does it end the pause in which people talked?
    ends_pause: bool = False
    #: on what terms it is asked
    admission: Admission = field(default_factory=Admission)
    #: what its spans are part of; None: nobody traces
    trace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDeletion:
    """An image that no conversation names any more, to be removed from the blob store."""

    blob: str
    #: Unix time of its last put that is known of; one put later is about to be named again
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose the images in a store are."""

    #: what tells an installation from every other, a copy of its database included
    name: str
    #: how often it has looked; its database counts along
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCard:
    """The card of a deleted turn, to be taken away from its platform."""

    turn: str
    at: Posted
    #: Unix time of the deletion
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDeletions:
    """What is left outside the store of turns that were deleted."""

    cards: tuple[PendingCard, ...] = ()
    blobs: tuple[PendingDeletion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the talk of a paused thread comes to, before it is drawn."""

    text: str
    #: the names of those whose points are in it
    contributors: tuple[str, ...]
    model: str
    output: Output


class ChooseOutput(Protocol):
    """Decides what a prompt becomes, by what holds in its thread and for its person."""

    def __call__(self, defaults: Defaults, size: str | None, /) -> tuple[str, Output, float | None]:
        """Give model, full output and price in US dollars. Raises BadPrompt.

        `size`: in which the version to edit was drawn; None: there is none.
        """
        ...
