"""What do the answers of the page's API hold?

Each model is drawn from a value of the bot's (`model_validate`), and describes itself for `openapi`. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.messages import State

if TYPE_CHECKING:
    from enum import StrEnum

    from bot.ports import cards, queries

#: the name of a thread whose every prompt was deleted
UNTITLED = "An empty canvas"


def one_of(values: type[StrEnum] | tuple[str, ...]) -> WithJsonSchema:
    """Describe a text that is one of some values."""
    return WithJsonSchema({"enum": [str(value) for value in values]})


def version_numbers(**more: Any) -> Any:  # noqa: ANN401 - as Field
    """Describe version numbers by example."""
    return Field(examples=["v2", "v8a"], **more)


ImageUrl = Annotated[str, BeforeValidator("/images/{}".format)]
Title = Annotated[str, BeforeValidator(lambda title: title or UNTITLED)]
AnAction = Annotated[str, one_of(Action)]
Dollars = float | None


class Answer(BaseModel):
    """A part of an answer; every key is always there."""

    model_config = ConfigDict(
        from_attributes=True, frozen=True, json_schema_serialization_defaults_required=True
    )


class VersionJson(Answer):
    """One image."""

    number: str
    parent: str | None = version_numbers()
    url: ImageUrl = Field(validation_alias="blob")
    width: int = Field(description="pixels")
    height: int = Field(description="pixels")
    alt: str = Field(description="what the picture shows")
    turn: str = Field(description="the turn that made it")
    type: str = Field(validation_alias="media_type", examples=["image/png"])
    size: int = Field(description="bytes")
    color: str | None = Field(
        None,
        description="its mean colour, #8a7f6c, to stand there until it is loaded; null: not known",
    )

    def colored(self, color: str | None) -> Self:
        """Return it with its mean colour."""
        return self.model_copy(update={"color": color})


class ButtonJson(Answer):
    """A control: send it back as an action, `value` as fields {value}."""

    action: AnAction
    label: str
    version: str | None = version_numbers()
    value: str
    price: Dollars = Field(description="US dollars; null: nothing, or not known")
    primary: bool
    hint: str = Field(description="what it is about: a direction, a prompt")


class CardJson(Answer):
    """What people see of a turn."""

    title: str = Field(examples=["v4 ← v2"])
    text: str = Field(description="what is happening or happened, what to do next")
    detail: str = Field(description="the small line: size, quality, price, whose points")
    images: list[VersionJson]
    captions: list[str] = Field(description="of the images, as many")
    buttons: list[ButtonJson]


class ProblemJson(Answer):
    """What went wrong."""

    kind: Annotated[str, one_of(Kind)]
    says: str = Field(validation_alias="message", description="a sentence for people")
    billed: bool | None = Field(description="null: perhaps")


class ErrorJson(Answer):
    """A refusal."""

    error: ProblemJson


class OutputJson(Answer):
    """What is drawn."""

    size: str
    quality: str | None = Field(description="null: the model has none")
    n: int


class FileJson(Answer):
    """A picture that came with a prompt."""

    name: str
    url: ImageUrl = Field(validation_alias="blob")


class TurnJson(Answer):
    """What was asked, and what came of it."""

    id: str
    state: Annotated[str, one_of(State)]
    person: str
    text: str
    source: str | None = version_numbers(description="the version being edited")
    reply: str | None = Field(description="the model's own words")
    error: ProblemJson | None
    cost: Dollars = Field(description="US dollars; null: not known")
    about: bool = Field(description="is the cost the catalogue's, not the model's?")
    place: int | None = Field(description="among those who wait, 1 is next")
    output: OutputJson
    versions: list[str] = Field(description="the images that it made, by number")
    files: list[FileJson] = Field(description="pictures sent along")
    kind: Annotated[str, one_of(("wish", "control", "talk"))] = Field(
        description="controls and what is said while a thread is paused are no turns"
    )
    gathering: str | None = Field(
        description="the turn whose card shows this one's picture with others"
    )
    hidden: bool = Field(description="is it shown there only?")
    order: int = Field(description="of asking")
    created: float = Field(description="when it was asked, Unix seconds; 0: not known")
    revision: int = Field(description="of the thread, when this last changed")
    gone: bool = Field(description="deleted: only events say so")
    card: CardJson

    @classmethod
    def of(cls, card: cards.Card, **more: object) -> Self:
        """Draw a card: what the API promises, then what the page draws."""
        is_prompt = card.kind == "prompt"
        made = [one.number for one in card.images if is_prompt and one.turn == card.id]
        return cls.model_validate(
            {
                "id": card.id,
                "state": card.state,
                "person": card.person.name,
                "text": card.prompt,
                "source": card.source,
                "reply": card.reply,
                "error": card.problem,
                "cost": card.cost,
                "about": card.estimated,
                "place": card.queue,
                "output": card.output,
                "versions": made,
                "files": [one for one in card.files if one.blob],
                "kind": "wish" if is_prompt else card.kind,
                "gathering": card.parent,
                "hidden": card.hidden,
                "order": card.order,
                "created": card.created,
                "revision": card.revision,
                "gone": card.gone,
                "card": card,
                **more,
            }
        )


class ChangeJson(TurnJson):
    """A changed turn, and what else changed with it."""

    turn: str
    thread: str
    head: str | None
    mode: str

    @classmethod
    def of_change(cls, one: queries.CardChange) -> Self:
        """Draw a changed card."""
        card = one.card
        return cls.of(card, turn=card.id, thread=card.conversation, head=one.head, mode=one.mode)


class PreviewJson(Answer):
    """There is a new preview, and where."""

    turn: str
    index: int
    url: str

    @classmethod
    def of_change(cls, one: queries.CardChange) -> Self:
        """Draw a change of a preview alone."""
        card = one.card
        index = card.preview.index if card.preview else 0
        url = f"/api/threads/{card.conversation}/turns/{card.id}/preview?index={index}"
        return cls(turn=card.id, index=index, url=url)


class ThreadJson(Answer):
    """A whole thread."""

    id: str
    title: Title
    head: str | None = version_numbers(description="what a plain message edits")
    mode: Annotated[str, one_of(("drawing", "talking"))] = Field(
        description="talking: paused, so that messages are only talk until “go”"
    )
    revision: int = Field(description="to follow the thread's events after")
    turns: list[TurnJson]
    versions: list[VersionJson]
    controls: list[TurnJson] = Field(description="what was done and said beside drawing")

    @classmethod
    def of(cls, view: queries.View) -> Self:
        """Draw a whole thread; a control's card is no turn."""
        return cls(
            id=view.id,
            title=view.title,
            head=view.head,
            mode=view.mode,
            revision=view.revision,
            turns=[TurnJson.of(card) for card in view.cards if card.kind == "prompt"],
            versions=[
                VersionJson.model_validate(one).colored(view.colors.get(one.blob))
                for one in view.versions
            ],
            controls=[TurnJson.of(card) for card in view.cards if card.kind != "prompt"],
        )


class SummaryJson(Answer):
    """A line of the list of threads."""

    id: str
    title: Title
    head: str | None = version_numbers()
    image: VersionJson | None
    turns: int
    updated: float = Field(description="Unix seconds")
    revision: int = Field(description="to follow the thread's events after")
    people: list[str] = Field(description="who asked for something")

    @classmethod
    def of(cls, one: queries.Summary) -> Self:
        """Draw a line of the list of threads."""
        found = cls.model_validate(one)
        image = found.image.colored(one.color) if found.image else None
        return found.model_copy(update={"image": image})


class ThreadsJson(Answer):
    """A page of the list of threads."""

    threads: list[SummaryJson]
    next: str | None = Field(description="give it as `before` for the next page")


class RenamedJson(Answer):
    """A thread's name now."""

    id: str
    title: str


class AcceptedJson(BaseModel):
    """What became of a call; `says` and `url` are there only where there is something to say."""

    thread: str
    turn: str | None = Field(description="null for a control")
    says: str = Field("", description="what a control did")
    url: str = Field("", description="where an export is to be fetched")
