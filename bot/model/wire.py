"""What is in an answer of the API: which images, which words, which calls, at what cost?

One normaliser reads every shape that gateways send (the specification's blocks, `images[]`, Markdown,
Images-API bodies); unknown keys are kept and ignored. Pure: no network, no clock, no disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from bot import errors
from bot.model import markdown
from bot.model.data_urls import tidy
from bot.model.faults import from_response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: what the finish reasons of an answer that safety stopped have in them
_BLOCKED = ("content_filter", "safety", "prohibited", "moderation", "content_policy", "blocklist")
#: blocks with a text that is not said to people
_THOUGHT = ("reason", "think", "thought")
#: blocks that hold an image as the Images API writes it
_PICTURES = ("image", "output_image", "image_url")
#: calls of one answer that are looked at
_MOST_CALLS = 16
#: characters of an answer's words that are kept beside the message itself
_MOST_WORDS = 8000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A tool that the model calls."""

    id: str
    name: str
    #: JSON as the model wrote it
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """An answer, read: its images are still URLs."""

    #: the assistant message of each choice, as it came
    messages: tuple[dict[str, Any], ...]
    #: image URLs in order, data: or https:
    urls: tuple[str, ...]
    #: the words, without image Markdown and progress lines
    text: str
    calls: tuple[Call, ...] = ()
    #: US dollars, as the answer says; None: it does not
    cost: float | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None


def parse(body: object) -> Parsed:
    """Read a whole answer. Raises a ModelError where it holds none."""
    if not isinstance(body, dict):
        raise errors.UnknownOutcome("the answer is no JSON object")
    choices = objects(body.get("choices"))
    if choices:
        messages = objects([choice.get("message") for choice in choices])
    else:
        messages = _of_images_api(body.get("data"))
    read = assemble(messages, choices, body)
    if not read.urls:
        _fail_on_error(body, choices)
    if not choices and not messages and {"choices", "data"}.isdisjoint(body):
        raise errors.UnknownOutcome("an answer without choices")
    if not read.urls and not read.calls and any(map(_is_unfinished, messages)):
        raise errors.UnknownOutcome("only previews came")
    return nothing_is_empty(read)


def _is_unfinished(message: Mapping[str, Any]) -> bool:
    """Tell whether a message holds an image that is none yet."""
    blocks = [*objects(message.get("content")), *objects(message.get("images"))]
    return any(url_of(block) and is_partial(block, block.get("image_url")) for block in blocks)


def nothing_is_empty(read: Parsed) -> Parsed:
    """Give the answer back, where there is one. Raises Empty."""
    if not (read.urls or read.text or read.calls):
        raise errors.Empty("neither words nor an image")
    return read


def assemble(
    messages: Sequence[dict[str, Any]],
    choices: Sequence[Mapping[str, Any]],
    body: Mapping[str, Any],
) -> Parsed:
    """Put the messages of an answer's choices together. Raises Blocked."""
    urls: dict[str, None] = {}
    words: dict[str, None] = {}
    calls: list[Call] = []
    for message in messages:
        urls |= dict.fromkeys(image_urls(message))
        words[text_of(message)] = None
        calls += _calls(message)
    if not urls and any(_is_blocked(choice) for choice in choices):
        raise errors.Blocked("the finish reason says so")
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Parsed(
        messages=tuple(messages),
        urls=tuple(urls),
        text="\n".join(word for word in words if word)[:_MOST_WORDS],
        calls=tuple(calls[:_MOST_CALLS]),
        cost=_cost(usage, body),
        usage=usage,
        id=body["id"][:200] if isinstance(body.get("id"), str) else None,
    )


def error_in(event: Mapping[str, Any]) -> bool:
    """Tell whether a body or an event says that something went wrong, at its top or in a choice."""
    choices = objects(event.get("choices"))
    return _said(event) or any(
        _said(choice) or choice.get("finish_reason") == "error" for choice in choices
    )


def _said(holder: Mapping[str, Any]) -> bool:
    """Tell whether an error is said; some gateways send one with nothing in it."""
    error = holder.get("error")
    return any(error.values()) if isinstance(error, dict) else bool(error)


def fault_of(event: Mapping[str, Any]) -> errors.ModelError:
    """Give what a body or an event of a 200 says went wrong."""
    held = [event, *objects(event.get("choices"))]
    error = next((one["error"] for one in held if _said(one)), None)
    return from_response(200, {"error": error} if error is not None else dict(event))


def _fail_on_error(body: Mapping[str, Any], choices: Sequence[Mapping[str, Any]]) -> None:
    if error_in({"error": body.get("error"), "choices": choices}):
        raise fault_of(body)


def _is_blocked(choice: Mapping[str, Any]) -> bool:
    said = f"{choice.get('finish_reason')} {choice.get('native_finish_reason')}"[:200].lower()
    return any(word in said.replace("-", "_") for word in _BLOCKED)


def _of_images_api(data: object) -> list[dict[str, Any]]:
    """Make an assistant's message of an Images API's answer."""
    urls = [url for one in objects(data) if (url := _held(one))]
    blocks = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return [{"role": "assistant", "content": blocks}] if blocks else []


def _held(one: Mapping[str, Any]) -> str | None:
    """Give the image of an object as the Images API writes it: its bytes, else its address."""
    encoded, url = one.get("b64_json"), one.get("url")
    if isinstance(encoded, str) and encoded:
        return encoded_url(encoded)
    return tidy(url) or None if isinstance(url, str) else None


def encoded_url(encoded: str) -> str:
    """Give a payload as a data URL; some gateways have made it one, or an address, already."""
    url = tidy(encoded)
    return url if url.startswith(("data:", "https:", "http:")) else f"data:;base64,{url}"


def objects(value: object) -> list[dict[str, Any]]:
    """Give the objects of a JSON list, whatever else it holds, and whatever the value is."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def is_partial(*holders: object) -> bool:
    """Tell whether the first of these that speaks of it says that its image is unfinished."""
    for one in holders:
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("partial"), bool | int | str):
            return bool(one["partial"])
        if one.get("partial_image_index") is not None or "partial" in str(one.get("type")):
            return True
    return False


def url_of(block: object) -> str | None:
    """Give the URL of an image block; None: it is none."""
    if not isinstance(block, dict):
        return None
    image = block.get("image_url")
    url = image.get("url") if isinstance(image, dict) else image
    if isinstance(url, str):
        return tidy(url)
    return _held(block) if str(block.get("type")) in _PICTURES else None


def image_urls(message: Mapping[str, Any]) -> Iterator[str]:
    """Give the URLs of an assistant's finished images, from its own fields only."""
    content = message.get("content")
    if isinstance(content, str):
        yield from map(tidy, markdown.images(content))
    for blocks in (content, message.get("images")):
        for block in blocks if isinstance(blocks, list) else ():
            url = url_of(block)
            if url and not is_partial(block, block.get("image_url")):
                yield url
            elif isinstance(block, dict) and isinstance(block.get("text"), str):
                yield from map(tidy, markdown.images(block["text"]))


def text_of(message: Mapping[str, Any]) -> str:
    """Give the words of an assistant's message, without image Markdown, progress and mirrors."""
    content = message.get("content")
    parts = [content] if isinstance(content, str) else []
    for block in objects(content):
        kind = str(block.get("type"))
        said = block.get("text", block.get("refusal"))
        if isinstance(said, str) and not any(word in kind for word in _THOUGHT):
            parts.append(said)
    text = markdown.words("\n".join(parts))
    refusal = message.get("refusal")
    if not text and isinstance(refusal, str):
        text = refusal.strip()
    return text[:_MOST_WORDS].replace("\0", "")


def _calls(message: Mapping[str, Any]) -> list[Call]:
    found = []
    for call in objects(message.get("tool_calls")):
        function = call.get("function")
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            given = function.get("arguments") or "{}"
            arguments = given if isinstance(given, str) else orjson.dumps(given).decode()
            name = function["name"]
            found.append(Call(id=str(call.get("id") or ""), name=name, arguments=arguments))
    return found


def _cost(usage: Mapping[str, Any], body: Mapping[str, Any]) -> float | None:
    for holder in (usage, body):
        for key in ("cost", "credits_cost", "total_cost"):
            value = holder.get(key)
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                continue
            try:
                cost = float(value)
            except ValueError:
                continue
            if 0 <= cost < 1e6:
                return cost
    return None
