"""What does an answer of the API hold: which images, which words, which tool calls, at what cost?

One parser for every shape that gateways send (the specification's blocks, `images[]`, Markdown, bodies of
the Images API, Responses and Gemini). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from bot.model.answers import find_images, markdown, usage_cost
from bot.model.answers.data_urls import normalize_url
from bot.model.error_mapping import codes
from bot.model.error_mapping.classify import classify
from bot.ports import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: tool calls of one answer that are read
_MAX_CALLS = 16
#: characters of an answer's words that are stored beside the message itself
_MAX_TEXT = 8000
#: a body with one of these is an answer, also when there is nothing in it
_SHAPES = frozenset({"choices", "data", "candidates", "predictions"})
_READ_ALREADY = frozenset({"choices", "usage", "error", "id", "model", "object", "created"})
_FINISH_REASONS = ("finish_reason", "native_finish_reason", "finishReason", "stop_reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call of a tool by the model."""

    id: str
    name: str
    #: JSON as the model wrote it
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """An answer whose images are still URLs."""

    #: the assistant message of each choice, as it came
    messages: tuple[dict[str, Any], ...]
    #: image URLs in order, data: or https:
    urls: tuple[str, ...]
    #: the words, without image Markdown and progress lines
    text: str
    calls: tuple[ToolCall, ...] = ()
    #: US dollars; None: the answer does not say
    cost: float | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    #: did it arrive to its end? Else only a valid image makes it an answer
    whole: bool = True


def parse(body: object, prompt: str = "") -> Parsed:
    """Parse a complete answer; `prompt` is what an error may repeat. Raise a ModelError where it holds none."""
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    if not isinstance(body, dict):
        raise errors.UnknownOutcome("the answer is no JSON object")
    choices = dicts_in(body.get("choices"))
    messages = dicts_in([choice.get("message") for choice in choices])
    rest = {key: value for key, value in body.items() if key not in _READ_ALREADY}
    read = assemble(messages, choices, body)
    if not read.urls and (others := collect_outside_choices(choices, rest)):
        read = assemble([*messages, others], choices, body)
    if not read.urls:
        if has_error({"error": body.get("error"), "choices": choices}):
            raise parse_error(body, prompt)
        if (not choices and _is_moderated(body)) or _is_blocked(body):
            raise usage_cost.add_cost(errors.Blocked("the answer says so"), body)
    if not (choices or read.urls or read.text or _SHAPES & body.keys()):
        raise errors.UnknownOutcome("an answer without choices")
    if not read.urls and not read.calls and any(map(_has_preview, messages)):
        raise errors.UnknownOutcome("only previews came")
    return require_content(read, [*choices, *dicts_in(body.get("candidates"))])


def collect_outside_choices(
    choices: Sequence[Mapping[str, Any]], body: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Make an assistant's message of what is outside of one (Images API, Responses, Gemini); None: nothing is."""
    outside = [{key: one[key] for key in one if key != "message"} for one in choices]
    found = list(find_images.find_images([*outside, dict(body)]))
    urls = dict.fromkeys(one.url for one in found if not one.partial)
    urls |= {url: None for one in dicts_in(body.get("data")) if (url := _images_api_url(one))}
    text = "" if choices else "\n".join(_texts_of({"content": _content_blocks(body)})).strip()
    return make_image_message(urls, text) if urls or text else None


def make_image_message(urls: Iterable[str], text: str = "") -> dict[str, Any]:
    """Make an assistant's message of words and images."""
    words = [{"type": "text", "text": text}] if text else []
    images = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return {"role": "assistant", "content": [*words, *images]}


def _content_blocks(body: Mapping[str, Any]) -> list[Any]:
    """Return the blocks of an answer as Responses, Gemini and Anthropic write it."""
    holders = [body, *dicts_in(body.get("output"))]
    for one in dicts_in(body.get("candidates")):
        content = one.get("content")
        holders += [{"content": content.get("parts")}] if isinstance(content, dict) else []
    return [block for one in holders for block in dicts_in(one.get("content"))]


def _is_moderated(body: Mapping[str, Any]) -> bool:
    """Return whether a body without an answer says that safety stopped it: Gemini, Imagen, xAI."""
    feedback = body.get("promptFeedback") or body.get("prompt_feedback")
    if isinstance(feedback, dict) and (feedback.get("blockReason") or feedback.get("block_reason")):
        return True
    items = [*dicts_in(body.get("data")), *dicts_in(body.get("predictions"))]
    return any(
        one.get("respect_moderation") is False or one.get("raiFilteredReason") for one in items
    )


def _has_preview(message: Mapping[str, Any]) -> bool:
    return any(image.partial for image in find_images.find_images(dict(message)))


def require_content(read: Parsed, choices: Sequence[Mapping[str, Any]] = ()) -> Parsed:
    """Return the answer. Raise Empty where it holds nothing, or NoImage where it may have been billed."""
    if read.urls or read.text or read.calls:
        return read
    reasons = [reason for one in choices for reason in _finish_reasons(one)]
    other = [reason for reason in reasons if reason.lower() not in codes.ENDED]
    billed = usage_cost.has_output_tokens(read.usage)
    error: errors.ModelError
    if other or any(any(_texts_of(message)) for message in read.messages):
        error = errors.NoImage(f"no image: {', '.join(other) or 'only progress'}")
    elif read.cost or billed:
        error = errors.NoImage("neither words nor an image, and not free")
    else:
        error = errors.Empty("neither words nor an image")
    raise error.costs(read.cost, tokens=billed)


def assemble(
    messages: Sequence[dict[str, Any]],
    choices: Sequence[Mapping[str, Any]],
    body: Mapping[str, Any],
) -> Parsed:
    """Put the messages of an answer's choices together. Raise Blocked."""
    urls: dict[str, None] = {}
    words: dict[str, None] = {}
    calls: list[ToolCall] = []
    for message in messages:
        urls |= dict.fromkeys(find_image_urls(message))
        words[extract_text(message)] = None
        calls += _calls(message)
    if not urls and any(_is_blocked(choice) for choice in choices):
        raise usage_cost.add_cost(errors.Blocked("the finish reason says so"), body)
    usage = usage_cost.find_usage(body)
    return Parsed(
        messages=tuple(messages),
        urls=tuple(urls),
        text="\n".join(word for word in words if word)[:_MAX_TEXT],
        calls=tuple(calls[:_MAX_CALLS]),
        cost=usage_cost.find_cost(usage, body),
        usage=usage,
        id=body["id"][:200] if isinstance(body.get("id"), str) else None,
    )


def has_error(event: Mapping[str, Any]) -> bool:
    """Return whether a body or an event holds an error, at its top or in a choice."""
    choices = dicts_in(event.get("choices"))
    return _is_error(event) or any(
        _is_error(choice) or choice.get("finish_reason") == "error" for choice in choices
    )


def _is_error(holder: Mapping[str, Any]) -> bool:
    """Return whether there is an error; some gateways send one with nothing in it."""
    error = holder.get("error")
    return any(error.values()) if isinstance(error, dict) else bool(error)


def parse_error(event: Mapping[str, Any], prompt: str = "") -> errors.ModelError:
    """Return the error in a body or an event of a 200, with what it cost."""
    holders = [event, *dicts_in(event.get("choices"))]
    error = next((one["error"] for one in holders if _is_error(one)), None)
    body = {"error": error} if error is not None else dict(event)
    return usage_cost.add_cost(classify(200, body, prompt=prompt), event)


def _finish_reasons(holder: Mapping[str, Any]) -> list[str]:
    """Return why a choice ended, as gateways and the models behind them write it."""
    return [str(holder[name])[:100] for name in _FINISH_REASONS if holder.get(name) is not None]


def _is_blocked(choice: Mapping[str, Any]) -> bool:
    found = [choice, *dicts_in(choice.get("candidates"))]
    reasons = " ".join(reason for one in found for reason in _finish_reasons(one))[:300].lower()
    return any(word in reasons.replace("-", "_") for word in codes.STOPPED)


def _images_api_url(one: Mapping[str, Any]) -> str | None:
    """Return the image of an object of the Images API: its bytes, else its address."""
    encoded, url = one.get("b64_json"), one.get("url")
    if isinstance(encoded, str) and encoded:
        return to_data_url(encoded)
    return normalize_url(url) or None if isinstance(url, str) else None


def to_data_url(encoded: str) -> str:
    """Return a payload as a data URL; some gateways have made it one, or an address, already."""
    url = normalize_url(encoded)
    return url if url.startswith(("data:", "https:", "http:")) else f"data:;base64,{url}"


def dicts_in(value: object) -> list[dict[str, Any]]:
    """Return the objects of a JSON list, whatever else it holds, and whatever the value is."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def find_image_urls(message: Mapping[str, Any]) -> Iterator[str]:
    """Yield the URLs of an assistant's finished images, from its own fields only."""
    yield from (image.url for image in find_images.find_images(dict(message)) if not image.partial)


def extract_text(message: Mapping[str, Any]) -> str:
    """Return the words of an assistant's message, without image Markdown, progress and mirrors."""
    text = markdown.extract_words("\n".join(_texts_of(message)))
    refusal = message.get("refusal")
    if not text and isinstance(refusal, str):
        text = refusal.strip()
    return text[:_MAX_TEXT].replace("\0", "")


def _texts_of(message: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a message as they came, thoughts left out."""
    for key in ("content", "multi_mod_content", "parts"):
        content = message.get(key)
        found = [content] if isinstance(content, str) else []
        for block in dicts_in([content] if isinstance(content, dict) else content):
            text = block.get("text", block.get("refusal"))
            text = text.get("value") if isinstance(text, dict) else text
            if isinstance(text, str) and not find_images.is_thought(block):
                found.append(text)
        found = [one for one in found if not find_images.is_image_json(one)]
        if any(one.strip() for one in found):
            yield from found
            return


def _calls(message: Mapping[str, Any]) -> list[ToolCall]:
    found = []
    for call in dicts_in(message.get("tool_calls")):
        function = call.get("function")
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            given = function.get("arguments") or "{}"
            arguments = given if isinstance(given, str) else orjson.dumps(given).decode()
            id_ = str(call.get("id") or "")
            found.append(ToolCall(id=id_, name=function["name"], arguments=arguments))
    return found
