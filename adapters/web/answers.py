"""Which shapes have the answers of the page's API? They are written as JSON as they are, and described for `openapi`.

They have no slots: that makes writing a long thread four times as quick.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, WithJsonSchema

from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.messages import State

if TYPE_CHECKING:
    from enum import StrEnum


def one_of(values: type[StrEnum] | tuple[str, ...]) -> WithJsonSchema:
    """Describe a text that is one of some values."""
    return WithJsonSchema({"enum": [str(value) for value in values]})


def means(description: str, **more: Any) -> Any:  # noqa: ANN401 - as Field
    """Describe what a key holds."""
    return Field(description=description, **more)


#: a version by its number, or none
Number = Annotated[str | None, Field(examples=["v2", "v8a"])]
AnAction = Annotated[str, one_of(Action)]
Dollars = float | None


@dataclass
class VersionJson:
    """One image."""

    number: str
    parent: Number
    url: str
    width: Annotated[int, means("pixels")]
    height: Annotated[int, means("pixels")]
    alt: Annotated[str, means("what the picture shows")]
    turn: Annotated[str, means("the turn that made it")]
    type: Annotated[str, Field(examples=["image/png"])]
    size: Annotated[int, means("bytes")]
    color: Annotated[
        str | None,
        means("its mean colour, #8a7f6c, to stand there until it is loaded; null: not known"),
    ]


@dataclass
class ButtonJson:
    """A control: send it back as an action, `value` as fields {value}."""

    action: AnAction
    label: str
    version: Number
    value: str
    price: Annotated[Dollars, means("US dollars; null: nothing, or not known")]
    primary: bool
    hint: Annotated[str, means("what it is about: a direction, a prompt")]


@dataclass(kw_only=True)
class CardJson:
    """What people see of a turn."""

    title: Annotated[str, Field(examples=["v4 ← v2"])]
    text: Annotated[str, means("what is happening or happened, what to do next")]
    detail: Annotated[str, means("the small line: size, quality, price, whose points")]
    images: list[VersionJson]
    captions: Annotated[tuple[str, ...], means("of the images, as many")]
    buttons: list[ButtonJson]


@dataclass(kw_only=True)
class ProblemJson:
    """What went wrong."""

    kind: Annotated[str, one_of(Kind)]
    says: Annotated[str, means("a sentence for people")]
    billed: Annotated[bool | None, means("null: perhaps")]


@dataclass(kw_only=True)
class ErrorJson:
    """A refusal."""

    error: ProblemJson


@dataclass(kw_only=True)
class OutputJson:
    """What is drawn."""

    size: str
    quality: Annotated[str | None, means("null: the model has none")]
    n: int


@dataclass(kw_only=True)
class FileJson:
    """A picture that came with a prompt."""

    name: str
    url: str


@dataclass(kw_only=True)
class TurnJson:
    """What was asked, and what came of it."""

    id: str
    state: Annotated[str, one_of(State)]
    person: str
    text: str
    source: Annotated[Number, means("the version being edited")]
    reply: Annotated[str | None, means("the model's own words")]
    error: ProblemJson | None
    cost: Annotated[Dollars, means("US dollars; null: not known")]
    about: Annotated[bool, means("is the cost the catalogue's, not the model's?")]
    place: Annotated[int | None, means("among those who wait, 1 is next")]
    output: OutputJson
    versions: Annotated[list[str], means("the images that it made, by number")]
    files: Annotated[list[FileJson], means("pictures sent along")]
    kind: Annotated[
        str,
        one_of(("wish", "control", "talk")),
        means("controls and what is said while a thread is paused are no turns"),
    ]
    gathering: Annotated[
        str | None, means("the turn whose card shows this one's picture with others")
    ]
    hidden: Annotated[bool, means("is it shown there only?")]
    order: Annotated[int, means("of asking")]
    created: Annotated[float, means("when it was asked, Unix seconds; 0: not known")]
    revision: Annotated[int, means("of the thread, when this last changed")]
    gone: Annotated[bool, means("deleted: only events say so")]
    card: CardJson


@dataclass(kw_only=True)
class ChangeJson(TurnJson):
    """A changed turn, and what else changed with it."""

    turn: str
    thread: str
    head: Number
    mode: str
    title: str


@dataclass(kw_only=True)
class PreviewJson:
    """There is a new preview, and where."""

    turn: str
    index: int
    url: str


@dataclass(kw_only=True)
class ThreadJson:
    """A whole thread."""

    id: str
    title: str
    head: Annotated[Number, means("what a plain message edits")]
    mode: Annotated[
        str,
        one_of(("drawing", "talking")),
        means("talking: paused, so that messages are only talk until “go”"),
    ]
    revision: Annotated[int, means("to follow the thread's events after")]
    turns: list[TurnJson]
    versions: list[VersionJson]
    controls: Annotated[list[TurnJson], means("what was done and said beside drawing")]
    platform: Annotated[
        str, means("elsewhere than web, an operator looks: no buttons, no messages")
    ]
    workspace: str


@dataclass(kw_only=True)
class SummaryJson:
    """A line of the list of threads."""

    id: str
    title: str
    head: Number
    image: VersionJson | None
    turns: int
    updated: Annotated[float, means("Unix seconds")]
    order: Annotated[int, means("of beginning")]
    revision: Annotated[int, means("to follow the thread's events after")]
    people: Annotated[tuple[str, ...], means("who asked for something")]
    starred: Annotated[bool, means("has it the star of whoever looks?")]
    unread: Annotated[bool, means("did it change since they looked at it last?")]
    platform: str
    workspace: str
    channel: Annotated[str, means("the platform's id, where platforms are asked for; else “”")]


@dataclass(kw_only=True)
class ThreadsJson:
    """A page of the list of threads."""

    threads: list[SummaryJson]
    next: Annotated[str | None, means("give it as `before` for the next page")]


@dataclass(kw_only=True)
class RenamedJson:
    """A thread's name now."""

    id: str
    title: str


@dataclass(kw_only=True)
class BookmarkJson:
    """What a person keeps of a thread."""

    starred: bool
    seen: Annotated[int | None, means("up to which of its revisions they saw it; null: never")]


@dataclass(kw_only=True)
class ChoiceJson:
    """One choice of a field."""

    value: str
    label: str


@dataclass(kw_only=True)
class FormFieldJson:
    """One field of a form."""

    name: str
    label: str
    kind: Annotated[str, one_of(("text", "choice", "files"))]
    value: str
    choices: list[ChoiceJson]
    optional: bool = False


@dataclass(kw_only=True)
class FormJson:
    """What is asked before a control can be done; it comes back as `fields`."""

    action: AnAction
    title: str
    submit: str
    price: Annotated[Dollars, means("US dollars at the chosen values")]
    prices: Annotated[dict[str, float], means("US dollars an image by “size quality”")]
    turn: str | None
    version: Number
    fields: list[FormFieldJson]


@dataclass(kw_only=True)
class AskedJson:
    """A form to fill."""

    thread: str
    form: FormJson


@dataclass
class MeJson:
    """Who calls."""

    id: str
    name: str
    role: Annotated[str, one_of(("member", "operator"))]
    signed_in: Annotated[bool, means("with their company's account, which says their name")]


@dataclass(kw_only=True)
class AcceptedJson:
    """What became of a call; `says` and `url` are there only where there is something to say."""

    thread: str
    turn: Annotated[str | None, means("null for a control")]
    says: Annotated[str, means("what a control did")] = ""
    url: Annotated[str, means("where an export is to be fetched")] = ""
    code: Annotated[str, means("continues the canvas where it is said")] = ""
