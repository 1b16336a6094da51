"""How is a model asked that has no conversation? The Images API: generations, and edits of a source.

Answers are read by `wire` and `stream`, as all others. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from bot.model.answers.data_urls import encode_data_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model.answers.stored_messages import Message

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


def prompt_of(messages: Sequence[Message]) -> str:
    """Return the newest prompt, with what says that it is a variation."""
    content = messages[-1]["content"]
    if isinstance(content, str):
        return content
    texts = [block["text"] for block in content if block["type"] == "text"]
    return "\n".join(text for text in texts if text is texts[-1] or text.startswith("Variation "))


def body(
    *,
    model: str,
    prompt: str,
    extra: Mapping[str, Any],
    partials: int | None,
    images: Sequence[tuple[bytes, str]],
    form: bool = True,
) -> tuple[str, bytes, str]:
    """Write a request: the path's end, the body, its content type.

    `partials`: unfinished pictures of a stream; None: no stream. `images`: what is edited, its source first; none: a new picture. `form`: is an edit a multipart
    form? Else JSON, with data URLs. The same arguments give the same bytes.
    """
    given = {name: value for name, value in extra.items() if value is not None}
    fields: dict[str, Any] = {"model": model, "prompt": prompt, **given}
    if partials is not None:
        fields |= {"stream": True, **({"partial_images": partials} if partials else {})}
    if not images:
        return "images/generations", orjson.dumps(fields), "application/json"
    if form:
        return "images/edits", *_form(fields, images)
    urls = [{"image_url": orjson.Fragment(encode_data_url(*one))} for one in images]
    return "images/edits", orjson.dumps({**fields, "images": urls}), "application/json"


def _form(fields: Mapping[str, Any], images: Sequence[tuple[bytes, str]]) -> tuple[bytes, str]:
    parts: list[tuple[str, bytes]] = []
    for name, value in fields.items():
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        parts.append((f'form-data; name="{name}"', text.encode()))
    name = "image" if len(images) == 1 else "image[]"
    for number, (data, media_type) in enumerate(images):
        file = f"{number}.{_ENDINGS.get(media_type, 'png')}"
        head = f'form-data; name="{name}"; filename="{file}"\r\nContent-Type: {media_type}'
        parts.append((head, data))
    boundary = _boundary([data for _, data in parts])
    pieces: list[bytes] = []
    for head, data in parts:
        pieces += [
            b"--%s\r\nContent-Disposition: %s\r\n\r\n" % (boundary, head.encode()),
            data,
            b"\r\n",
        ]
    pieces.append(b"--%s--\r\n" % boundary)
    return b"".join(pieces), f"multipart/form-data; boundary={boundary.decode()}"


def _boundary(parts: Sequence[bytes]) -> bytes:
    """Find a line that is in none of the parts; the same for the same parts."""
    boundary = b"easel-7d1f3c9a2b"
    while any(boundary in part for part in parts):
        boundary += b"0"
    return boundary
