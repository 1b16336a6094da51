"""What is in an answer of the API: which images, which words, which calls, at what cost?

One normaliser reads every shape that gateways send (the specification's blocks, `images[]`, Markdown,
Images-API bodies); unknown keys are kept and ignored. Pure: no network, no clock, no disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from bot.model.answers import find_images, markdown, usage_cost
from bot.model.answers.data_urls import tidy
from bot.model.error_mapping import codes
from bot.model.error_mapping.classify import from_response
from bot.ports import errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: blocks with a text that is not said to people
_THOUGHT = ("reason", "think", "thought")
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
    #: did it come to its end? Else only a valid picture makes it an answer
    whole: bool = True


def parse(body: object, prompt: str = "") -> Parsed:
    """Read a whole answer. Raises a ModelError where it holds none.

    `prompt`: the newest words of the request, which mean nothing where an error repeats them.
    """
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    if not isinstance(body, dict):
        raise errors.UnknownOutcome("the answer is no JSON object")
    choices = objects(body.get("choices"))
    messages = objects([choice.get("message") for choice in choices])
    rest = {key: value for key, value in body.items() if key not in _READ_ALREADY}
    read = assemble(messages, choices, body)
    if not read.urls and (others := beside(choices, rest)):
        read = assemble([*messages, others], choices, body)
    if not read.urls:
        if error_in({"error": body.get("error"), "choices": choices}):
            raise fault_of(body, prompt)
        if (not choices and _is_moderated(body)) or _is_blocked(body):
            raise usage_cost.billed(errors.Blocked("the answer says so"), body)
    if not (choices or read.urls or read.text or _SHAPES & body.keys()):
        raise errors.UnknownOutcome("an answer without choices")
    if not read.urls and not read.calls and any(map(_is_unfinished, messages)):
        raise errors.UnknownOutcome("only previews came")
    return nothing_is_empty(read, [*choices, *objects(body.get("candidates"))])


#: a body with one of these is an answer, also when there is nothing in it
_SHAPES = frozenset({"choices", "data", "candidates", "predictions"})
_READ_ALREADY = frozenset({"choices", "usage", "error", "id", "model", "object", "created"})


def beside(choices: Sequence[Mapping[str, Any]], body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Make an assistant's message of what stands outside of one: the Images API, Responses, Gemini.

    None: nothing does.
    """
    outside = [{key: one[key] for key in one if key != "message"} for one in choices]
    found = list(find_images.images([*outside, dict(body)]))
    urls = dict.fromkeys(one.url for one in found if not one.partial)
    urls |= {url: None for one in objects(body.get("data")) if (url := _held(one))}
    blocks: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": url}} for url in urls
    ]
    said = "" if choices else "\n".join(_texts_of({"content": _parts(body)})).strip()
    words = [{"type": "text", "text": said}] if said else []
    return {"role": "assistant", "content": [*words, *blocks]} if words or blocks else None


def _parts(body: Mapping[str, Any]) -> list[Any]:
    """Give the blocks of an answer as Responses, Gemini and Anthropic write it."""
    held = [body, *objects(body.get("output"))]
    for one in objects(body.get("candidates")):
        content = one.get("content")
        held += [{"content": content.get("parts")}] if isinstance(content, dict) else []
    return [block for one in held for block in objects(one.get("content"))]


def _is_moderated(body: Mapping[str, Any]) -> bool:
    """Tell whether a body without an answer says that safety stopped it: Gemini, Imagen, xAI."""
    feedback = body.get("promptFeedback") or body.get("prompt_feedback")
    reason = (
        feedback.get("blockReason") or feedback.get("block_reason")
        if isinstance(feedback, dict)
        else None
    )
    items = [*objects(body.get("data")), *objects(body.get("predictions"))]
    return bool(reason) or any(
        one.get("respect_moderation") is False or one.get("raiFilteredReason") for one in items
    )


def _is_unfinished(message: Mapping[str, Any]) -> bool:
    """Tell whether a message holds an image that is none yet."""
    return any(image.partial for image in find_images.images(dict(message)))


def nothing_is_empty(read: Parsed, choices: Sequence[Mapping[str, Any]] = ()) -> Parsed:
    """Give the answer back, where there is one. Raises Empty, or NoImage where it may have been billed."""
    if read.urls or read.text or read.calls:
        return read
    reasons = [reason for one in choices for reason in _reasons(one)]
    other = [reason for reason in reasons if reason.lower() not in codes.ENDED]
    said = any(any(_texts_of(message)) for message in read.messages)
    empty = errors.Empty("neither words nor an image")
    error = (
        errors.NoImage(f"no image: {', '.join(other) or 'only progress'}")
        if other or said
        else empty
    )
    if error is empty and (read.cost or usage_cost.has_tokens(read.usage)):
        error = errors.NoImage("neither words nor an image, and not free")
    raise error.costs(read.cost, tokens=usage_cost.has_tokens(read.usage))


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
        raise usage_cost.billed(errors.Blocked("the finish reason says so"), body)
    usage = usage_cost.usage_of(body)
    return Parsed(
        messages=tuple(messages),
        urls=tuple(urls),
        text="\n".join(word for word in words if word)[:_MOST_WORDS],
        calls=tuple(calls[:_MOST_CALLS]),
        cost=usage_cost.cost_of(usage, body),
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


def fault_of(event: Mapping[str, Any], prompt: str = "") -> errors.ModelError:
    """Give what a body or an event of a 200 says went wrong, and what it says of money."""
    held = [event, *objects(event.get("choices"))]
    error = next((one["error"] for one in held if _said(one)), None)
    body = {"error": error} if error is not None else dict(event)
    return usage_cost.billed(from_response(200, body, prompt=prompt), event)


def _reasons(holder: Mapping[str, Any]) -> list[str]:
    """Give why a choice ended, as gateways and the models behind them say."""
    names = ("finish_reason", "native_finish_reason", "finishReason", "stop_reason")
    return [str(holder[name])[:100] for name in names if holder.get(name) is not None]


def _is_blocked(choice: Mapping[str, Any]) -> bool:
    found = [choice, *objects(choice.get("candidates"))]
    said = " ".join(reason for one in found for reason in _reasons(one))[:300].lower()
    return any(word in said.replace("-", "_") for word in codes.STOPPED)


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


def image_urls(message: Mapping[str, Any]) -> Iterator[str]:
    """Give the URLs of an assistant's finished images, from its own fields only."""
    yield from (image.url for image in find_images.images(dict(message)) if not image.partial)


def text_of(message: Mapping[str, Any]) -> str:
    """Give the words of an assistant's message, without image Markdown, progress and mirrors."""
    text = markdown.words("\n".join(_texts_of(message)))
    refusal = message.get("refusal")
    if not text and isinstance(refusal, str):
        text = refusal.strip()
    return text[:_MOST_WORDS].replace("\0", "")


def _texts_of(message: Mapping[str, Any]) -> Iterator[str]:
    """Give the texts of a message as they came, thoughts left out."""
    for key in ("content", "multi_mod_content", "parts"):
        content = message.get(key)
        found = [content] if isinstance(content, str) else []
        for block in objects([content] if isinstance(content, dict) else content):
            said = block.get("text", block.get("refusal"))
            said = said.get("value") if isinstance(said, dict) else said
            thought = block.get("thought") is True
            if isinstance(said, str) and not thought and not _is_thought(block):
                found.append(said)
        found = [one for one in found if not find_images.is_json(one)]
        if any(one.strip() for one in found):
            yield from found
            return


def _is_thought(block: Mapping[str, Any]) -> bool:
    kind = str(block.get("type"))
    return any(word in kind for word in _THOUGHT)


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
