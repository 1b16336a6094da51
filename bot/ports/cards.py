"""What do people see? Cards, buttons and forms, as plain values; adapters draw them and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.ports.actions import ACTIONS, Cost
from bot.ports.language import current_language
from bot.ports.money import format_money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.ports.actions import Action, Placement
    from bot.ports.errors import Kind
    from bot.ports.messages import Attachment, Output, Person, Place, State, Version
    from bot.ports.panels import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An unfinished image, only for showing."""

    #: counts up within a drawing
    index: int
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error as people see it."""

    kind: Kind
    #: the sentence: what happened, what it cost, what to do
    message: str
    #: was it billed? None: perhaps
    billed: bool | None
    #: the finer word: the error's class, "no_such_version"
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A control on a card."""

    action: Action
    label: str
    #: the version it is about; None: the card's turn as a whole
    version: str | None = None
    #: what goes back with it, for an answer the option; "" for nothing
    value: str = ""
    #: what pressing it costs, in US dollars; None: nothing, or not known
    price: float | None = None
    primary: bool = False
    #: what it is about, for a place where the button stands beside that: a direction, a prompt; "" for nothing
    hint: str = ""

    @property
    def placement(self) -> Placement:
        """Where it stands."""
        return ACTIONS[self.action].placement

    @property
    def price_text(self) -> str:
        """What pressing it costs, in words; "" for nothing, or not known."""
        return format_money(self.price)

    @property
    def is_expensive(self) -> bool:
        """Does it cost more than people may expect?"""
        return ACTIONS[self.action].cost is Cost.EXTRA


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that is handed out: an export."""

    name: str
    media_type: str
    #: where it is on disk, until it has been handed out
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What people see of one turn. Its id is the turn's; it is one message of the bot."""

    id: str
    conversation: str
    #: a prompt's card, the short word that a control was done, a word of the bot itself, or what people
    #: say to each other while a thread is paused (chat platforms show that already)
    kind: Literal["prompt", "control", "notice", "talk"]
    #: order of asking
    order: int
    state: State
    #: rises with every change anywhere in the conversation
    revision: int
    person: Person
    prompt: str
    #: "v4 ← v2", "v1", or "" while there is nothing to name
    title: str
    #: the sentence: what is happening or happened, what to do next
    text: str
    #: the small line: size, quality, price
    detail: str
    #: when it was asked, Unix seconds; 0: not known
    created: float = 0.0
    #: what asked for it, as the platform names the event; "": nothing did
    event: str = ""
    #: what others read in place of the prompt and the sentence, where those are whispered to the person;
    #: "": nothing is kept from them
    public_text: str = ""
    #: the version being edited; None: a new picture
    source: str | None = None
    reply: str | None = None
    problem: Problem | None = None
    #: US dollars; None: not known
    cost: float | None = None
    #: is `cost` the catalogue's, not the model's?
    estimated: bool = False
    #: place among those who wait, 1 is next; None: does not wait
    queue: int | None = None
    output: Output
    images: tuple[Version, ...] = ()
    #: captions of `images`, as many: "A · v4"
    captions: tuple[str, ...] = ()
    #: the card that shows this one's picture with others; None: it stands alone
    parent: str | None = None
    hidden: bool = False
    files: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    #: the head of a list of earlier versions to go back to; None: there is no such list
    history: Button | None = None
    #: does it say that people talk and nothing is drawn?
    is_paused: bool = False
    preview: Preview | None = None
    #: who is told with a mention that their picture is there, since it took long; None: nobody
    mention: Person | None = None
    gone: bool = False
    document: Document | None = None
    #: what it is written in, and what its platform adds to it
    language: str = field(default_factory=current_language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    #: "files" are pictures, only where a page asks: its choices are those that are there
    kind: Literal["text", "choice", "files"]
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal: what is asked before a control can be done. It comes back as `ActionEvent.fields`."""

    action: Action
    title: str
    submit: str
    fields: tuple[Field, ...]
    #: what submitting costs at the chosen values, in US dollars; None: not known
    price: float | None
    #: what one image costs at other values, by "size quality", or "model size quality" where models can be
    #: chosen, in US dollars
    prices: Mapping[str, float] = field(default_factory=dict)
    conversation: str
    turn: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of an `IncomingMessage` or a `ActionEvent`. Where `refusal` is None, it is on disk."""

    #: None: it was not for us
    conversation: str | None = None
    #: None: a control, a refusal, or not for us
    turn: str | None = None
    #: False: this event had been seen before
    new: bool = True
    #: to be whispered to the person; None: accepted
    refusal: Problem | None = None
    #: a word to people about what a control did; "" where there is nothing to say
    message: str = ""
    #: can the conversation's export be asked for now, with `ExportQuery`?
    download: bool = False
    #: a code that copies the canvas where it is said, and where the page does; "": none was asked for
    code: str = ""
    link: str = ""
    #: do people see on a card what it says?
    shown: bool = False
    #: the card that shows what came of it; None: nothing of its own did
    card: str | None = None
    #: what its person is shown alone, where the platform can; `message` says it in words
    panel: Panel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a card stands on its platform."""

    #: with its thread, once there is one
    place: Place
    #: the platform's ids of the messages that show the card, the first is the card itself
    messages: tuple[str, ...] = ()
