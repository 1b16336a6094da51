"""How is a conversational model asked? The body of a chat completion.

Answers are read by `wire` and `stream`. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from bot.history import BlobUrl

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
    """Write a request's body. `images`: by blob, their URL as JSON text (`data_urls.data_url`).

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
