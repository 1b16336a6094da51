"""What is a turn: what was asked, what came of it, what a team does with it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.ports.messages import Output, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.actions import Action
    from bot.ports.errors import Kind
    from bot.ports.kit import Kit
    from bot.ports.messages import Attachment, Mentions, Person, Place, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What a person does to a conversation without drawing: undo, go back to v2, choose b."""

    action: Action
    #: "v2", as named; None: the head
    version: str | None = None
    #: "a" or "b" of the newest two; None: not said
    letter: str | None = None
    #: the turn it is about; None: the person's newest that fits
    turn: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a turn ended without an image; `bot.presentation.cards` finds the words."""

    kind: Kind
    #: the error's class, one sentence each
    code: str
    #: was it billed? None: perhaps
    billed: bool | None
    retry: bool = True
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the model asks people before it draws (its tool `ask_people`)."""

    call: str
    question: str
    #: what can be pressed; people may also answer in their own words
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRequest:
    """What was asked."""

    text: str
    event_id: str = ""
    #: the platform's id of the asking message; None: there is none
    message_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    #: the version being edited; None: a new picture (or not yet claimed)
    source: str | None = None
    #: is `source` final? Before the first claim it may still be the head's
    source_is_final: bool = False
    output: Output = field(default_factory=Output)
    model: str
    #: the model that was asked for, and cannot edit; None: `model` itself was
    instead_of: str | None = None
    #: 1; 2 and more: another variation of the same prompt
    variation: int = 1
    #: the turn whose question this answers; None: none
    answers: str | None = None
    is_brainstorm: bool = False
    #: are unfinished images shown? None: as is usual at its place
    previews: bool | None = None
    #: when is its person mentioned? None: as is usual
    mentions: Mentions | None = None
    #: how often it got other words after it was asked: such a request is another
    rewordings: int = 0
    #: the brand kit that a new picture is drawn with; of an edit only whether it is switched off; None: neither
    kit: Kit | None = None
    #: where a copied canvas came from, as people may read it, "": not named; None: it is no copy
    origin: str | None = None

    @property
    def has_kit(self) -> bool:
        """Is it a new picture that is drawn with a brand kit?"""
        return self.source is None and self.kit is not None and self.kit.applies


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """What came of it."""

    failure: Failure | None = None
    reply: str | None = None
    versions: tuple[Version, ...] = ()
    #: a picture made of others (before and after); None: none
    picture: Version | None = None
    #: US dollars; None: not known
    cost: float | None = None
    #: is `cost` the catalogue's, not the model's?
    estimated: bool = False
    #: was it cancelled when it may have been billed already?
    unsettled: bool = False
    #: the limit that is nearly used, as `Failure.detail` of one that is; empty: none is
    warning: Mapping[str, str] = field(default_factory=dict)
    #: a more expensive output that the model would like; people decide; None: none
    offer: Output | None = None
    question: Question | None = None
    is_answered: bool = False
    #: an answer that was paid, and whose pictures could not be fetched yet; None: none
    unfetched: str | None = None
    #: seconds that its drawing took, while it is drawn and not posted
    seconds: float = 0.0
    #: the version that `DRIFTING_EDITS` began at, where this made the last of them
    drift_from: str | None = None
    #: how many pictures were made of the same one, with this
    branches: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One picture that a list asks for."""

    #: where it stands in the list, from 1
    line: int
    text: str
    output: Output = field(default_factory=Output)
    #: None: the one that holds where it is asked
    model: str | None = None
    #: what it is reserved at, in US dollars; None: not known
    price: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A list of pictures that is drawn once somebody says so; its rows are then the card's children."""

    state: Literal["ready", "started", "cancelled"] = "ready"
    #: what is to be drawn; () once it is
    rows: tuple[BatchRow, ...] = ()
    #: what each row is reserved at, in US dollars; None: not known
    prices: tuple[float | None, ...] = ()
    #: which of its pages the card shows, 0 is the first
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTeam:
    """What several people do with it."""

    #: the names of those whose points are in it, where they are more than the asker's
    contributors: tuple[str, ...] = ()
    #: who asked what, where several prompts were put into this one
    points: tuple[tuple[Person, str], ...] = ()
    #: ideas that people can tick, of a brainstorm; the ticked ones by number, 1 is the first
    directions: tuple[str, ...] = ()
    ticked: tuple[int, ...] = ()
    #: the turn whose card gathers this one's picture with others; None: it stands alone
    parent: str | None = None
    #: has it no card of its own beside that one?
    is_hidden: bool = False
    #: the turns that are gathered here, in the order of asking
    children: tuple[Turn, ...] = ()
    #: the list that the children are drawn from; None: it is no batch
    batch: Batch | None = None
    votes: Mapping[str, int] = field(default_factory=dict)
    #: the version that won a vote that was closed; None: still open, or never begun
    winner: str | None = None
    #: the versions that shared the lead when somebody wanted to close the vote
    tied: tuple[str, ...] = ()
    #: who gave each of its versions a star, by number
    stars: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    #: how many waiting prompts could be drawn side by side, and how many as one edit; 0: it is not the first of several
    forkable: int = 0
    mergeable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One `IncomingMessage` being answered, or one control in its place in the queue."""

    id: str
    seq: int
    conversation: str
    #: what must stay in order; a conversation's id unless it was forked
    lane: str
    place: Place
    person: Person
    #: when it was asked, Unix seconds
    created: float = 0.0
    state: State
    #: None: a prompt
    control: Control | None = None
    request: TurnRequest
    result: TurnResult = field(default_factory=TurnResult)
    team: TurnTeam = field(default_factory=TurnTeam)
    #: rises with every claim; a write that names an older one fails
    attempt: int = 0
    #: requests sent in this attempt, 2 is "trying again, 2 of 3"
    tries: int = 0
    #: place among those who wait in the lane, 1 is next; None: does not wait
    queue_position: int | None = None
    #: has its end been shown at its place, where it ended without a picture?
    notified: bool = True
    #: the conversation's revision when this last changed
    revision: int = 0
    is_deleted: bool = False
    #: the conversation's head and mode when this was read
    head: str | None = None
    mode: str = "drawing"
    #: what its spans are part of (`bot.ports.traces`); None: nobody traced when it came in
    trace: str | None = None

    @property
    def is_merged(self) -> bool:
        """Are its words part of another prompt now?"""
        return self.result.failure is not None and self.result.failure.code == "merged"

    @property
    def can_retry(self) -> bool:
        """May it be queued again as it is?"""
        ended = self.state in {State.FAILED, State.INTERRUPTED}
        return ended and (self.result.failure is None or self.result.failure.retry)
