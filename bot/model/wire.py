"""What does the API's wire look like: how is a request written, and what is in an answer?

One normaliser reads every shape that gateways send (the specification's blocks, `images[]`, Markdown,
Images-API bodies); unknown keys are kept and ignored. Pure: no network, no clock, no disk.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import orjson

from bot import errors
from bot.history import BlobUrl
from bot.model.faults import from_response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: finish reasons by which gateways say that safety stopped the answer
BLOCKED = frozenset(
    {"content_filter", "image_safety", "prohibited_content", "safety", "moderation"}
)
_MARKDOWN = re.compile(r"!\[[^\]]*\]\(\s*<?(?P<url>(?:https?://|data:)[^\s)>]+)>?[^)]*\)")
_NOISE = re.compile(r"^\s*>.*$|^\s*\[[^\]]*\]\(https?://[^)]*\)\s*$", re.MULTILINE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


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


def encode(
    *,
    model: str,
    messages: Sequence[Mapping[str, Any]],
    stream: bool,
    images: Mapping[str, bytes],
    extra: Mapping[str, Any],
) -> bytes:
    """Write a request's body. `images`: by blob, their URL as JSON text (`data_url`).

    The same arguments give the same bytes: every try of a request is identical.
    """

    def url(value: object) -> orjson.Fragment:
        if isinstance(value, BlobUrl):
            return orjson.Fragment(images[value.blob])
        raise TypeError(f"{type(value).__name__} is no JSON")

    body = {
        "model": model,
        "messages": messages,
        **extra,
        **({"stream": True} if stream else {}),
    }
    return orjson.dumps(body, default=url, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def data_url(data: bytes, media_type: str) -> bytes:
    """Write an image as a JSON string that holds a data URL: encoded once, copied once."""
    encoded = binascii.b2a_base64(data, newline=False)
    return b'"data:%s;base64,%s"' % (media_type.encode(), encoded)


def bytes_of(url: str) -> bytes:
    """Read a data URL, with the warts that gateways send. Raises BadImage."""
    if url.startswith("data:"):
        head, _, payload = url.partition(",")
        if "base64" not in head.lower():
            raise errors.BadImage("a data URL that is not base64")
    else:
        payload = url
    raw = payload.encode("ascii", "ignore")
    try:
        return binascii.a2b_base64(raw, strict_mode=True)
    except binascii.Error:
        raw = (
            raw.replace(b"-", b"+").replace(b"_", b"/").replace(b"%2B", b"+").replace(b"%2F", b"/")
        )
        raw = _NOT_BASE64.sub(b"", raw.replace(b"%3D", b""))
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except binascii.Error as error:
        raise errors.BadImage(f"broken base64: {error}") from error


def parse(body: object) -> Parsed:
    """Read a whole answer. Raises a ModelError where it holds none."""
    if not isinstance(body, dict):
        raise errors.UnknownOutcome("the answer is no JSON object")
    choices = body.get("choices")
    data = body.get("data")
    if isinstance(data, list) and not choices:
        return _images_api(body, data)
    if not isinstance(choices, list) or not choices:
        if body.get("error"):
            raise from_response(200, body)
        raise errors.Empty("no choices")
    read = assemble(
        objects([choice.get("message") for choice in objects(choices)]),
        [choice.get("finish_reason") for choice in objects(choices)],
        body,
    )
    if body.get("error") and not read.urls:
        raise from_response(200, body)
    return nothing_is_empty(read)


def nothing_is_empty(read: Parsed) -> Parsed:
    """Give the answer back, where there is one. Raises Empty."""
    if not (read.urls or read.text or read.calls):
        raise errors.Empty("neither words nor an image")
    return read


def assemble(
    messages: Sequence[dict[str, Any]], finishes: Sequence[object], body: Mapping[str, Any]
) -> Parsed:
    """Put the messages of an answer's choices together. Raises Blocked."""
    urls: list[str] = []
    words: list[str] = []
    calls: list[Call] = []
    for message in messages:
        urls += image_urls(message)
        words.append(text_of(message))
        calls += _calls(message)
    if not urls and any(str(finish).lower() in BLOCKED for finish in finishes):
        raise errors.Blocked(f"finish_reason {finishes}")
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Parsed(
        messages=tuple(messages),
        urls=tuple(dict.fromkeys(urls)),
        text="\n".join(word for word in dict.fromkeys(words) if word),
        calls=tuple(calls),
        cost=_cost(usage, body),
        usage=usage,
        id=body.get("id") if isinstance(body.get("id"), str) else None,
    )


def _images_api(body: Mapping[str, Any], data: Sequence[object]) -> Parsed:
    blocks = []
    for one in data:
        url = _image_of(one)
        if url is not None:
            blocks.append({"type": "image_url", "image_url": {"url": url}})
    message = {"role": "assistant", "content": blocks}
    if not blocks:
        if body.get("error"):
            raise from_response(200, body)
        raise errors.Empty("no data")
    return assemble([message], [], body)


def _image_of(one: object) -> str | None:
    if not isinstance(one, dict):
        return None
    encoded, url = one.get("b64_json"), one.get("url")
    if isinstance(encoded, str) and encoded:
        return encoded if encoded.startswith("data:") else f"data:image/png;base64,{encoded}"
    return url if isinstance(url, str) and url else None


def objects(value: object) -> list[dict[str, Any]]:
    """Give the objects of a JSON list, whatever else it holds, and whatever the value is."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def url_of(block: object) -> str | None:
    """Give the URL of an image block; None: it is none."""
    if not isinstance(block, dict):
        return None
    image = block.get("image_url")
    if isinstance(image, str):
        return image
    if isinstance(image, dict) and isinstance(image.get("url"), str):
        return cast("str", image["url"])
    return _image_of(block) if block.get("type") in {"image", "output_image", "image_url"} else None


def image_urls(message: Mapping[str, Any]) -> Iterator[str]:
    """Give the image URLs of an assistant's message, from its own fields only."""
    content = message.get("content")
    if isinstance(content, str):
        for match in _MARKDOWN.finditer(content):
            yield match["url"]
    for blocks in (content, message.get("images")):
        for block in blocks if isinstance(blocks, list) else ():
            url = url_of(block)
            if url:
                yield url


def text_of(message: Mapping[str, Any]) -> str:
    """Give the words of an assistant's message, without image Markdown, progress and mirrors."""
    content = message.get("content")
    if isinstance(content, str):
        text = content
        if _MARKDOWN.search(content):
            text = _NOISE.sub("", _MARKDOWN.sub("", content))
    else:
        parts = [block.get("text") for block in objects(content)]
        text = "\n".join(part for part in parts if isinstance(part, str))
    refusal = message.get("refusal")
    if not text.strip() and isinstance(refusal, str):
        text = refusal
    return text.strip()


def _calls(message: Mapping[str, Any]) -> list[Call]:
    found = []
    for call in objects(message.get("tool_calls")):
        function = call.get("function")
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            found.append(
                Call(
                    id=str(call.get("id") or ""),
                    name=function["name"],
                    arguments=str(function.get("arguments") or "{}"),
                )
            )
    return found


def _cost(usage: Mapping[str, Any], body: Mapping[str, Any]) -> float | None:
    for holder, key in (
        (usage, "cost"),
        (usage, "credits_cost"),
        (usage, "total_cost"),
        (body, "cost"),
    ):
        value = holder.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6:
            return float(value)
    return None


def kept(message: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give a message as it is stored: each image URL in `names` replaced by `blob:<name>`."""

    def block(one: object) -> object:
        url = url_of(one)
        if url is None or url not in names or not isinstance(one, dict):
            return one
        rest = {
            key: value for key, value in one.items() if key not in {"b64_json", "url", "image_url"}
        }
        image = one.get("image_url")
        detail = (
            {key: value for key, value in image.items() if key != "url"}
            if isinstance(image, dict)
            else {}
        )
        return {**rest, "type": "image_url", "image_url": {**detail, "url": f"blob:{names[url]}"}}

    found = dict(message)
    content = found.get("content")
    if isinstance(content, str):
        found["content"] = _MARKDOWN.sub(
            lambda match: f"![image](blob:{names[match['url']]})" if match["url"] in names else "",
            content,
        )
    elif isinstance(content, list):
        found["content"] = [block(one) for one in content]
    if isinstance(found.get("images"), list):
        found["images"] = [block(one) for one in found["images"]]
    return found
