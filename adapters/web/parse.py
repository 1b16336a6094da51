"""What does a call of the page's API say? Requests become `IncomingMessage` and `ActionEvent`. Pure."""

from __future__ import annotations

import base64
import re
import secrets
from typing import TYPE_CHECKING

from bot.ports import addressing, limits
from bot.ports.actions import Action
from bot.ports.errors import BadPrompt
from bot.ports.messages import ActionEvent, Attachment, IncomingMessage, Output, Person, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: the page has one workspace: whoever may open it sees all of it
WORKSPACE = "local"
_CHANNEL = "page"
_NO_DATA_URL = "“files” is a list of data URLs, such as data:image/png;base64,…."
#: pictures of one message
TOO_MANY_FILES = f"A message takes up to {limits.MAX_ATTACHMENTS} pictures."
#: how the bot, others and all are called on a page
_EASEL = re.compile(r"(?<!\S)@easel\b[,:]?", re.IGNORECASE)
_NAME = re.compile(r"(?<!\S)@(?!here\b|channel\b|everyone\b|all\b)\w[\w.-]*", re.IGNORECASE)
_GROUP = re.compile(r"(?<!\S)@(?:here|channel|everyone|all)\b", re.IGNORECASE)
#: characters
_LONGEST_NAME = 80
_LONGEST_EVENT = 200


def place_of(thread: str) -> Place:
    """Give the place of a thread of the page."""
    return Place(platform="web", workspace=WORKSPACE, channel=_CHANNEL, thread=thread)


#: who calls: the id of a browser that gave the token, and its groups; None: whoever they say they are
Caller = tuple[str | None, tuple[str, ...]]


def ask(
    thread: str,
    body: dict[str, object],
    files: Sequence[Attachment] = (),
    *,
    starts: bool,
    caller: Caller,
) -> IncomingMessage:
    """Read the body of a message, and the files that came with it. Raises BadPrompt."""
    said = _text(body, "text") or ""
    mentioned, to_others = addressing.addressed(
        _GROUP.sub(addressing.GROUP, _NAME.sub(addressing.PERSON, _EASEL.sub(addressing.ME, said)))
    )
    return IncomingMessage(
        event_id=_event(thread, body, starts=starts),
        place=place_of(thread),
        person=person(body, caller),
        text=said if starts else _EASEL.sub("", said).strip(),
        may_start=starts,
        literal=starts,
        mentioned=mentioned or starts,
        to_others=to_others,
        direct=True,
        conversation=thread if starts else None,
        attachments=(*files, *_data_urls(body)),
        source=_text(body, "source") or None,
        output=Output(
            size=_text(body, "size") or None,
            quality=_text(body, "quality") or None,
            n=_count(body),
        ),
        model=_text(body, "model") or None,
    )


def press(thread: str, body: Mapping[str, object], caller: Caller) -> ActionEvent:
    """Read the body of an action. Raises BadPrompt."""
    name = _text(body, "action") or ""
    known = [action.value for action in Action]
    if name not in known:
        raise BadPrompt(
            problem=f"There's no action “{name[:40]}”. Choose {', '.join(known[:-1])} or {known[-1]}."
        )
    return ActionEvent(
        event_id=_event(thread, body, starts=False),
        place=place_of(thread),
        person=person(body, caller),
        action=Action(name),
        turn=_text(body, "turn") or None,
        version=_text(body, "version") or None,
        fields=_fields(body),
    )


def title(body: Mapping[str, object]) -> str:
    """Read a canvas's new name; "": that of its first prompt. Raises BadPrompt."""
    given = _text(body, "title")
    if given is None:
        raise BadPrompt(
            problem="“title” is the canvas's new name; an empty one gives its first prompt back."
        )
    return given


def _fields(body: Mapping[str, object]) -> dict[str, str] | None:
    """Read what a form holds; None: no form was filled."""
    given = body.get("fields")
    if given is None:
        return None
    if not isinstance(given, dict) or not all(
        isinstance(value, str | int) and not isinstance(value, bool) for value in given.values()
    ):
        raise BadPrompt(problem="“fields” must be an object whose values are text.")
    return {str(key): str(value) for key, value in given.items()} or None


def person(body: Mapping[str, object], caller: Caller) -> Person:
    """Read who speaks: a name, as given; who it is, is another matter where a token is asked for."""
    name = " ".join((_text(body, "person") or "").split())[:_LONGEST_NAME] or "Somebody"
    id_, groups = caller
    return Person(id=name if id_ is None else id_, name=name, groups=groups)


def _data_urls(body: dict[str, object]) -> list[Attachment]:
    """Read files that came inside JSON, as data URLs; they leave it, so that they are in memory once."""
    given = body.pop("files", None)
    if not given:
        return []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise BadPrompt(problem=_NO_DATA_URL)
    if len(given) > limits.MAX_ATTACHMENTS:
        raise BadPrompt(problem=TOO_MANY_FILES)
    found = []
    for number in range(len(given)):
        head, _, payload = given.pop(0).partition(",")
        media_type = head.removeprefix("data:").removesuffix(";base64")
        try:
            data = base64.b64decode(payload, validate=True) if media_type != head else b""
        except ValueError:
            data = b""
        if not data:
            raise BadPrompt(problem=_NO_DATA_URL)
        found.append(attachment(number, f"file {number + 1}", data, media_type))
    return found


def attachment(number: int, name: str, data: bytes, media_type: str) -> Attachment:
    """Make the value of a file that came along."""
    return Attachment(
        id=str(number), name=name[:200], media_type=media_type[:100], size=len(data), data=data
    )


def _text(body: Mapping[str, object], key: str) -> str | None:
    value = body.get(key)
    if value is None or isinstance(value, str):
        return value
    raise BadPrompt(problem=f"“{key}” must be text.")


def _count(body: Mapping[str, object]) -> int | None:
    value = body.get("n")
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadPrompt(problem="“n” is the number of images to draw. Choose 1 or 2.")
    return value


def _event(thread: str, body: Mapping[str, object], *, starts: bool) -> str:
    """Name the event: the caller's own word within its thread, else a new one."""
    given = _text(body, "event")
    if not given:
        return secrets.token_hex(12)
    if len(given) > _LONGEST_EVENT:
        raise BadPrompt(problem=f"“event” can have up to {_LONGEST_EVENT} characters.")
    return f"new/{given}" if starts else f"{thread}/{given}"
