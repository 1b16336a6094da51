"""What does a call of the page's API say? Bodies become `IncomingMessage` and `ActionEvent`. Pure.

Each model reads a body, refuses it with a sentence, and describes itself for `openapi`.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.web import body_fields  # noqa: TC001 - pydantic reads it
from bot.ports import addressing, limits
from bot.ports.errors import BadPrompt
from bot.ports.language import current_language
from bot.ports.messages import ActionEvent, Attachment, IncomingMessage, Output, Person, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports.caller import Caller

#: the page has one workspace: whoever may open it sees all of it
WORKSPACE = "local"
CHANNEL = "page"
#: who asks, in queries
WHO: dict[str, Any] = {"platform": "web", "workspace": WORKSPACE}
#: how the bot, others and all are called on a page
_EASEL = re.compile(r"(?<!\S)@easel\b[,:]?", re.IGNORECASE)
_NAME = re.compile(r"(?<!\S)@(?!here\b|channel\b|everyone\b|all\b)\w[\w.-]*", re.IGNORECASE)
_GROUP = re.compile(r"(?<!\S)@(?:here|channel|everyone|all)\b", re.IGNORECASE)
#: characters
_LONGEST_NAME = 80
_LONGEST_EVENT = 200


def name_of(given: str | None) -> str:
    """Return a person's name as it is shown."""
    return " ".join((given or "").split())[:_LONGEST_NAME] or "Somebody"


def viewer(given: str | None, caller: Caller) -> str:
    """Return the id of who looks: a browser's where a token is asked for, else the name that was given."""
    return name_of(given) if caller.id is None else caller.id


def make_person(given: str | None, caller: Caller) -> Person:
    """Return who speaks: their company's name for them, else the one that was given."""
    name = caller.name or name_of(given)
    id_ = viewer(given, caller)
    return Person(id=id_, name=name, groups=caller.groups, locale=current_language())


def place_of(thread: str) -> Place:
    """Return the place of a thread of the page."""
    return Place(platform="web", workspace=WORKSPACE, channel=CHANNEL, thread=thread)


class Body(BaseModel):
    """The body of a call."""

    model_config = ConfigDict(hide_input_in_errors=True)

    @classmethod
    def read(cls, fields: dict[str, object]) -> Self:
        """Read what came. Raise BadPrompt."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
        name, limit = wrong["loc"][0], wrong.get("ctx", {}).get("max_length")
        said = wrong["msg"].removeprefix("Value error, ")
        if wrong["type"] != "value_error":
            said = (
                f"“{name}” can have up to {limit} characters."
                if limit
                else f"“{name}” must be text."
            )
        raise BadPrompt(problem=said)


class SaidBody(Body):
    """What somebody says or presses."""

    person: body_fields.Text = Field(
        None, description="who speaks; the model is told who said what"
    )
    event: body_fields.Text = Field(
        None,
        max_length=_LONGEST_EVENT,
        description="your own word: the same event gives the same turn",
    )

    def speaker(self, caller: Caller) -> Person:
        """Return who speaks."""
        return make_person(self.person, caller)

    def event_id(self, scope: str) -> str:
        """Name the event: the caller's own word within its thread, else a new one."""
        return f"{scope}/{self.event}" if self.event else secrets.token_hex(12)


class MessageBody(SaidBody):
    """A prompt, or a control in words."""

    model_config = ConfigDict(json_schema_extra={"required": ["text"]})

    text: body_fields.Text = Field(
        None, description="the prompt, or a control in words: undo, go back to v2"
    )
    source: body_fields.Text = Field(None, description="the version to edit, v2; default: the head")
    size: body_fields.Text = Field(None, examples=["1024x1024", "portrait"])
    quality: body_fields.Text = Field(None, examples=["low", "medium", "high"])
    n: body_fields.Count = None
    files: body_fields.Files = Field(
        default_factory=list,
        description="pictures: files of a multipart form, or data URLs in JSON; "
        f"up to {limits.MAX_ATTACHMENTS}",
    )
    model: body_fields.Text = Field(
        None, description="an entry of the catalogue; default: the thread's"
    )

    def message(
        self, thread: str, files: Sequence[Attachment], caller: Caller, *, starts: bool
    ) -> IncomingMessage:
        """Return the message, with the files that came beside it."""
        said = self.text or ""
        marked = _NAME.sub(addressing.PERSON, _EASEL.sub(addressing.ME, said))
        mentioned, to_others = addressing.parse_mentions(_GROUP.sub(addressing.GROUP, marked))
        return IncomingMessage(
            event_id=self.event_id("new" if starts else thread),
            place=place_of(thread),
            person=self.speaker(caller),
            text=said if starts else _EASEL.sub("", said).strip(),
            may_start=starts,
            literal=starts,
            mentioned=mentioned or starts,
            to_others=to_others,
            direct=True,
            conversation=thread if starts else None,
            attachments=(*files, *self.files),
            source=self.source or None,
            output=Output(size=self.size or None, quality=self.quality or None, n=self.n),
            model=self.model or None,
        )


class ActionBody(SaidBody):
    """A use of a control."""

    model_config = ConfigDict(json_schema_extra={"required": ["action"]}, validate_default=True)

    action: body_fields.AnAction = None  # type: ignore[assignment] # which is refused
    turn: body_fields.Text = None
    version: body_fields.Text = None
    fields: body_fields.Fields = Field(
        None,
        description="what a form holds, or a button's `value`. Without them edit, edit_prompt, "
        "settings, go and delete answer with the form, which names its fields and choices",
    )

    def action_event(self, thread: str, caller: Caller) -> ActionEvent:
        """Return the action."""
        return ActionEvent(
            event_id=self.event_id(thread),
            place=place_of(thread),
            person=self.speaker(caller),
            action=self.action,
            turn=self.turn or None,
            version=self.version or None,
            fields=self.fields,
        )


class TitleBody(Body):
    """A canvas's new name."""

    model_config = ConfigDict(json_schema_extra={"required": ["title"]})

    title: body_fields.Text = Field(None, description="“”: that of its first prompt")

    def new_title(self) -> str:
        """Return the name; "": that of the first prompt. Raise BadPrompt."""
        if self.title is None:
            raise BadPrompt(
                problem="“title” is the canvas's new name; an empty one gives its first prompt back."
            )
        return self.title


class BookmarkChangeBody(Body):
    """What a person keeps of a canvas."""

    person: body_fields.Text = Field(None, description="who, where no token is asked for")
    starred: body_fields.Flag = Field(
        None, description="does the canvas have their star? Left out: as it was"
    )
    seen: body_fields.Flag = Field(
        None, description="true: they look at it now, so that nothing in it is unread"
    )
