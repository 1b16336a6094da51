"""What does one request hold, once all is left out that its gateway refuses? Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import orjson

from bot.model.answers.stored_messages import BlobUrl, find_blobs, is_signed, make_image_block
from bot.model.requests.profiles import write_output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model.answers.stored_messages import Message
    from bot.model.requests.profiles import Profile
    from bot.ports.messages import Output

#: keys of the model's messages that every gateway takes
_STANDARD_KEYS = frozenset({"role", "content", "tool_calls"})
#: an image among words, whose address is taken out
_EMPTY_IMAGE = re.compile(r"!\[[^\[\]]*\]\(\s*<?>?[^()]*\)|<img\b[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be drawn."""

    #: as the gateway calls it
    model: str
    messages: Sequence[Message]
    output: Output
    #: by blob: the stored images in the messages, and their types
    images: Mapping[str, tuple[bytes, str]]
    #: by blob: an address that the gateway takes in place of the bytes
    urls: Mapping[str, str] = field(default_factory=dict)
    #: the Idempotency-Key: the same for every try, and for Retry
    key: str
    #: a conversation, or the Images API
    protocol: Literal["chat", "images"] = "chat"
    tools: Sequence[Mapping[str, Any]] = ()
    #: in which dialect; None: the installation's
    profile: Profile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a request holds."""

    #: what is left out of it (`bot.model.requests.fallbacks`)
    without: frozenset[str]
    messages: Sequence[Message]
    #: the fields beside model, messages, prompt and stream
    extra: Mapping[str, Any]
    stream: bool
    #: is an edit of the Images API a form?
    form: bool
    #: of all its images
    image_bytes: int

    @property
    def has_tools(self) -> bool:
        """Does it offer or mention tools?"""
        return "tools" in self.extra or self.has_calls

    @property
    def has_calls(self) -> bool:
        """Does it hold tool calls of the model?"""
        return any(message.get("tool_calls") for message in self.messages)

    @property
    def assistant_messages(self) -> list[Message]:
        """Return the messages of the model."""
        return [one for one in self.messages if one["role"] == "assistant"]

    @property
    def max_image_bytes(self) -> int | None:
        """The bytes that its images may have in all; None: as they are."""
        return _max_image_bytes(self.without)


def _max_image_bytes(without: frozenset[str]) -> int | None:
    sizes = [int(word.removeprefix("small-")) for word in without if word.startswith("small-")]
    return min(sizes) * 1000 if sizes else None


def make_plan(request: Request, profile: Profile, without: frozenset[str], *, stream: bool) -> Plan:
    """Decide what a request holds."""
    chat = request.protocol == "chat"
    extra = {**profile.extra_body, **write_output(profile, request.output, request.protocol)}
    if chat and request.tools and profile.tools and "tools" not in without:
        extra["tools"] = list(request.tools)
    size = sum(len(data) for data, _ in request.images.values())
    return Plan(
        without=without,
        messages=_messages(request, profile, without) if chat else request.messages,
        extra=_allowed_fields(extra, without),
        stream=stream and "stream" not in without,
        form=not chat and bool(request.images) and "multipart" not in without,
        image_bytes=min(size, _max_image_bytes(without) or size),
    )


def _messages(request: Request, profile: Profile, without: frozenset[str]) -> Sequence[Message]:
    messages = request.messages
    if "tools" in without or not profile.tools:
        messages = _without_calls(messages)
    if "assistant" in without or profile.history_style == "user_reattach":
        messages = reattach_images(messages)
    if "own" in without:
        messages = [_standard_keys(one) if one["role"] == "assistant" else one for one in messages]
    return messages


def _standard_keys(message: Message) -> Message:
    """Return a message of the model without what it added to words, calls and image."""
    return {
        key: value
        for key, value in message.items()
        if key in _STANDARD_KEYS or find_blobs([{"role": "", "content": value}])
    }


def _allowed_fields(extra: Mapping[str, Any], without: frozenset[str]) -> dict[str, Any]:
    found = dict(extra)
    for word in sorted(without):
        name, _, value = word.partition("=")
        if name == "modalities":
            found[name] = value.split(",")
        if word.startswith("-"):
            holder, _, inner = word[1:].partition(".")
            if inner and isinstance(found.get(holder), dict):
                found[holder] = {k: one for k, one in found[holder].items() if k != inner}
            else:
                found.pop(holder, None)
    return found


def reattach_images(messages: Sequence[Message]) -> list[Message]:
    """Move the model's images into the newest message of people; its words stay, unless they are signed."""
    found: list[Message] = []
    blobs: list[str] = []
    for message in messages:
        if message["role"] == "assistant" and (own := find_blobs([message])):
            blobs += own
            if not is_signed(message):
                found.append({"role": "assistant", "content": _text_of(message) or "(image)"})
        else:
            found.append(message)
    at = max(number for number, one in enumerate(found) if one["role"] == "user")
    content = found[at]["content"]
    rest = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if blobs:
        found[at] = {**found[at], "content": [*map(make_image_block, blobs), *rest]}
    return found


def _text_of(message: Message) -> str:
    """Return the words of an assistant's message that is being sent."""
    content = message.get("content")
    blocks = content if isinstance(content, list) else [{"text": content}]
    texts = [one.get("text") for one in blocks if isinstance(one, dict)]
    texts = [f"{t.before}{t.after}" if isinstance(t, BlobUrl) else t for t in texts]
    return _EMPTY_IMAGE.sub("", "\n".join(t for t in texts if isinstance(t, str))).strip()


def _without_calls(messages: Sequence[Message]) -> list[Message]:
    """Return messages as if there were no tools: a question and its answer in words, no other calls."""
    found: list[Message] = []
    for message in messages:
        if message["role"] == "tool":
            result = orjson.loads(message["content"])
            if isinstance(result, dict) and "answer" in result:
                words = f"{result.get('person')}: {result['answer']}"
                found.append({"role": "user", "content": words})
        elif calls := message.get("tool_calls"):
            questions = [question for one in calls if (question := _question_in(one))]
            found += [{"role": "assistant", "content": one} for one in questions]
        else:
            found.append(message)
    return found


def _question_in(call: Mapping[str, Any]) -> str:
    """Return the question that a call asks people; "": it is another call."""
    try:
        return str(orjson.loads(call["function"]["arguments"])["question"])
    except (KeyError, TypeError, orjson.JSONDecodeError):
        return ""
