"""What does a call of the page's API say? Bodies become `IncomingMessage` and `ActionEvent`. Pure.

Each model reads a body, refuses it with a sentence, and describes itself for `openapi`.
"""

from __future__ import annotations

import base64
import re
import secrets
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)

from bot.ports import addressing, limits
from bot.ports.actions import Action
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
TOO_MANY_FILES = f"A message takes up to {limits.MAX_ATTACHMENTS} pictures."
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


def attachment(number: int, name: str, data: bytes, media_type: str) -> Attachment:
    """Return the value of a file that came along."""
    return Attachment(
        id=str(number), name=name[:200], media_type=media_type[:100], size=len(data), data=data
    )


def _parse_count(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("“n” is the number of images to draw. Choose 1 or 2.")  # noqa: TRY004 - pydantic's way
    return value


def _decode_files(given: object) -> list[Attachment]:
    """Read data URLs; they leave the list, so that each is in memory once."""
    if not given:
        return []
    wrong = ValueError("“files” is a list of data URLs, such as data:image/png;base64,….")
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise wrong
    if len(given) > limits.MAX_ATTACHMENTS:
        raise ValueError(TOO_MANY_FILES)
    found = []
    for number in range(len(given)):
        head, _, payload = given.pop(0).partition(",")
        media_type = head.removeprefix("data:").removesuffix(";base64")
        try:
            data = base64.b64decode(payload, validate=True) if media_type != head else b""
        except ValueError:
            data = b""
        if not data:
            raise wrong
        found.append(attachment(number, f"file {number + 1}", data, media_type))
    return found


def _parse_action(value: object) -> Action:
    known = [action.value for action in Action]
    name = value or ""
    if not isinstance(name, str):
        raise ValueError("“action” must be text.")  # noqa: TRY004 - pydantic's way to refuse
    if name not in known:
        raise ValueError(
            f"There's no action “{name[:40]}”. Choose {', '.join(known[:-1])} or {known[-1]}."
        )
    return Action(name)


def _parse_flag(value: object) -> bool | None:
    found = (
        {"": None, "true": True, "false": False}.get(value, value)
        if isinstance(value, str)
        else value
    )
    if found is not None and not isinstance(found, bool):
        raise ValueError("“starred” and “seen” are true or false.")
    return found


def _parse_fields(given: object) -> dict[str, str] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or not all(
        isinstance(value, str | int) and not isinstance(value, bool) for value in given.values()
    ):
        raise ValueError("“fields” must be an object whose values are text.")
    return {str(key): str(value) for key, value in given.items()} or None


#: text, or nothing: "" and null are as if it was left out
Text = Annotated[str | None, WithJsonSchema({"type": "string"})]
Files = Annotated[
    list[Any],  # of Attachment
    PlainValidator(_decode_files),
    WithJsonSchema({"type": "array", "items": {"type": "string", "contentMediaType": "image/*"}}),
]
Count = Annotated[
    int | None,
    BeforeValidator(_parse_count),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2}),
]
AnAction = Annotated[
    Action, PlainValidator(_parse_action), WithJsonSchema({"enum": [one.value for one in Action]})
]
Flag = Annotated[bool | None, BeforeValidator(_parse_flag), WithJsonSchema({"type": "boolean"})]
Fields = Annotated[
    dict[str, str] | None,
    BeforeValidator(_parse_fields),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": ["string", "integer"]}}),
]


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

    person: Text = Field(None, description="who speaks; the model is told who said what")
    event: Text = Field(
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

    text: Text = Field(None, description="the prompt, or a control in words: undo, go back to v2")
    source: Text = Field(None, description="the version to edit, v2; default: the head")
    size: Text = Field(None, examples=["1024x1024", "portrait"])
    quality: Text = Field(None, examples=["low", "medium", "high"])
    n: Count = None
    files: Files = Field(
        default_factory=list,
        description="pictures: files of a multipart form, or data URLs in JSON; "
        f"up to {limits.MAX_ATTACHMENTS}",
    )
    model: Text = Field(None, description="an entry of the catalogue; default: the thread's")

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

    action: AnAction = None  # type: ignore[assignment] # which is refused
    turn: Text = None
    version: Text = None
    fields: Fields = Field(
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

    title: Text = Field(None, description="“”: that of its first prompt")

    def new_title(self) -> str:
        """Return the name; "": that of the first prompt. Raise BadPrompt."""
        if self.title is None:
            raise BadPrompt(
                problem="“title” is the canvas's new name; an empty one gives its first prompt back."
            )
        return self.title


class BookmarkChangeBody(Body):
    """What a person keeps of a canvas."""

    person: Text = Field(None, description="who, where no token is asked for")
    starred: Flag = Field(None, description="does the canvas have their star? Left out: as it was")
    seen: Flag = Field(
        None, description="true: they look at it now, so that nothing in it is unread"
    )
