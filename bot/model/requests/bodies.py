"""How is a conversational model asked? The body of a chat completion.

Answers are read by `wire` and `stream`. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from bot.model.answers.stored_messages import BlobType, BlobUrl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def encode(
    *,
    model: str,
    messages: Sequence[Mapping[str, Any]],
    stream: bool,
    images: Mapping[str, bytes],
    extra: Mapping[str, Any],
) -> bytes:
    """Write a request's body. `images`: by blob, their URL as JSON text (`data_urls.encode_data_url`).

    The same arguments give the same bytes: every try of a request is identical.
    """

    def url(value: object) -> orjson.Fragment | str:
        if isinstance(value, BlobUrl):
            return orjson.Fragment(_written(value, images[value.blob]))
        if isinstance(value, BlobType):
            return images[value.blob][len('"data:') :].partition(b";")[0].decode()
        raise TypeError(f"{type(value).__name__} is no JSON")

    body = {
        "model": model,
        "messages": messages,
        **extra,
        **({"stream": True} if stream else {}),
    }
    return orjson.dumps(body, default=url, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def _written(value: BlobUrl, url: bytes) -> bytes:
    """Write an image as it stood: its URL, or its base64 alone, among the words around it."""
    if value.bare:
        url = b'"' + url[url.index(b",") + 1 :]
    if value.before or value.after:
        before, after = orjson.dumps(value.before), orjson.dumps(value.after)
        return b"".join((before[:-1], url[1:-1], after[1:]))
    return url
