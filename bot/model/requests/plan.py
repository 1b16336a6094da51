"""What does one request hold, once all is left out that the gateway refuses? Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.model.answers.stored_messages import blobs_in
from bot.model.requests import reshaped
from bot.model.requests.profiles import output_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model.answers.stored_messages import Message
    from bot.model.client import Request
    from bot.model.requests.profiles import Profile

#: keys of the model's messages that every gateway takes
_PLAIN = frozenset({"role", "content", "tool_calls"})


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
    #: bytes of its images, in all
    bytes: int

    @property
    def tools(self) -> bool:
        """Does it offer or speak of tools?"""
        return "tools" in self.extra or self.calls

    @property
    def calls(self) -> bool:
        """Does it hold calls that the model made?"""
        return any(message.get("tool_calls") for message in self.messages)

    @property
    def own(self) -> bool:
        """Does it hold a message of the model's?"""
        return any(message["role"] == "assistant" for message in self.messages)

    @property
    def shown(self) -> bool:
        """Does it show an image in a message of the model's?"""
        return bool(blobs_in([one for one in self.messages if one["role"] == "assistant"]))

    @property
    def most(self) -> int | None:
        """The bytes that its images may have in all; None: as they are."""
        return kilobytes(self.without)


def kilobytes(without: frozenset[str]) -> int | None:
    """Return the least bytes that images are to be made smaller to; None: they are not."""
    sizes = [int(word.removeprefix("small-")) for word in without if word.startswith("small-")]
    return min(sizes) * 1000 if sizes else None


def plan(request: Request, profile: Profile, without: frozenset[str], *, stream: bool) -> Plan:
    """Say what a request holds."""
    chat = request.protocol == "chat"
    extra = {**profile.extra_body, **output_keys(profile, request.output, request.protocol)}
    tools = chat and request.tools and profile.tools and "tools" not in without
    if tools:
        extra["tools"] = list(request.tools)
    sizes = [len(data) for data, _ in request.images.values()]
    return Plan(
        without=without,
        messages=_messages(request, profile, without) if chat else request.messages,
        extra=_left(extra, without),
        stream=stream and "stream" not in without,
        form=not chat and bool(request.images) and "multipart" not in without,
        bytes=min(sum(sizes), kilobytes(without) or sum(sizes)),
    )


def _messages(request: Request, profile: Profile, without: frozenset[str]) -> Sequence[Message]:
    messages = request.messages
    if "tools" in without or not profile.tools:
        messages = reshaped.without_calls(messages)
    if "assistant" in without or profile.history_style == "user_reattach":
        messages = reshaped.reattached(messages)
    if "own" in without:
        messages = [_plain(one) if one["role"] == "assistant" else one for one in messages]
    return messages


def _plain(message: Message) -> Message:
    """Return a message of the model's without what it put beside words, calls and image."""
    return {
        key: value
        for key, value in message.items()
        if key in _PLAIN or blobs_in([{"role": "", "content": value}])
    }


def _left(extra: Mapping[str, Any], without: frozenset[str]) -> dict[str, Any]:
    """Return fields without those that are refused."""
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
