"""How is a request's body written? For a chat completion, and for the Images API. Pure.

The same arguments give the same bytes, so that every try of a request is identical.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from bot.images.inspect import EXTENSIONS
from bot.model.answers.data_urls import encode_data_url
from bot.model.answers.stored_messages import BlobType, BlobUrl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model.answers.stored_messages import Message
    from bot.model.requests.plan import Plan, Request
    from bot.model.requests.profiles import Profile


def write_body(request: Request, profile: Profile, plan: Plan) -> tuple[str, bytes, str]:
    """Write a request: the path's end, the body, its content type."""
    if request.protocol == "images":
        return write_images_body(
            model=request.model,
            prompt=get_latest_prompt(request.messages),
            extra=plan.extra,
            partials=profile.partial_images if plan.stream else None,
            images=list(request.images.values()),
            form=plan.form,
        )
    urls = {blob: orjson.dumps(url) for blob, url in request.urls.items()}
    body = write_chat_body(
        model=request.model,
        messages=plan.messages,
        stream=plan.stream,
        images={
            blob: urls.get(blob) or encode_data_url(*image)
            for blob, image in request.images.items()
        },
        extra=plan.extra,
    )
    return "chat/completions", body, "application/json"


def write_chat_body(
    *,
    model: str,
    messages: Sequence[Mapping[str, Any]],
    stream: bool,
    images: Mapping[str, bytes],
    extra: Mapping[str, Any],
) -> bytes:
    """Write a chat completion. `images`: by blob, their URL as JSON text (`encode_data_url`)."""

    def encode(value: object) -> orjson.Fragment | str:
        if isinstance(value, BlobUrl):
            return orjson.Fragment(_image_url(value, images[value.blob]))
        if isinstance(value, BlobType):
            return images[value.blob][len('"data:') :].partition(b";")[0].decode()
        raise TypeError(f"{type(value).__name__} is no JSON")

    body = {"model": model, "messages": messages, **extra, **({"stream": True} if stream else {})}
    return orjson.dumps(body, default=encode, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def _image_url(value: BlobUrl, url: bytes) -> bytes:
    """Write an image as it came: its URL, or its base64 alone, among the words around it."""
    if value.bare:
        url = b'"' + url[url.index(b",") + 1 :]
    if value.before or value.after:
        before, after = orjson.dumps(value.before), orjson.dumps(value.after)
        return b"".join((before[:-1], url[1:-1], after[1:]))
    return url


def get_latest_prompt(messages: Sequence[Message]) -> str:
    """Return the newest prompt, with the line that says that it is a variation."""
    content = messages[-1]["content"]
    if isinstance(content, str):
        return content
    texts = [block["text"] for block in content if block["type"] == "text"]
    return "\n".join(text for text in texts if text is texts[-1] or text.startswith("Variation "))


def write_images_body(
    *,
    model: str,
    prompt: str,
    extra: Mapping[str, Any],
    partials: int | None,
    images: Sequence[tuple[bytes, str]],
    form: bool = True,
) -> tuple[str, bytes, str]:
    """Write a request to the Images API: the path's end, the body, its content type.

    `partials`: previews of a stream; None: no stream. `images`: what is edited, its source first; none: a new
    image. `form`: is an edit a multipart form? Else JSON, with data URLs.
    """
    given = {name: value for name, value in extra.items() if value is not None}
    fields: dict[str, Any] = {"model": model, "prompt": prompt, **given}
    if partials is not None:
        fields |= {"stream": True, **({"partial_images": partials} if partials else {})}
    if images and form:
        return "images/edits", *_multipart(fields, images)
    if images:
        urls = [{"image_url": orjson.Fragment(encode_data_url(*one))} for one in images]
        return "images/edits", orjson.dumps({**fields, "images": urls}), "application/json"
    return "images/generations", orjson.dumps(fields), "application/json"


def _multipart(fields: Mapping[str, Any], images: Sequence[tuple[bytes, str]]) -> tuple[bytes, str]:
    parts: list[tuple[str, bytes]] = []
    for name, value in fields.items():
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        parts.append((f'form-data; name="{name}"', text.encode()))
    name = "image" if len(images) == 1 else "image[]"
    for number, (data, media_type) in enumerate(images):
        file = f"{number}.{EXTENSIONS.get(media_type, 'png')}"
        head = f'form-data; name="{name}"; filename="{file}"\r\nContent-Type: {media_type}'
        parts.append((head, data))
    boundary = b"easel-7d1f3c9a2b"  # not random, so that every try has the same bytes
    while any(boundary in data for _, data in parts):
        boundary += b"0"
    pieces: list[bytes] = []
    for head, data in parts:
        head_line = b"--%s\r\nContent-Disposition: %s\r\n\r\n" % (boundary, head.encode())
        pieces += [head_line, data, b"\r\n"]
    pieces.append(b"--%s--\r\n" % boundary)
    return b"".join(pieces), f"multipart/form-data; boundary={boundary.decode()}"
