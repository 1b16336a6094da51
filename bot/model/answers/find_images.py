"""Where in an answer are its images, whatever shape a gateway gives them?

Looks through an answer's own fields: not through echoes of the request, thoughts, or what tools are given.
Bounded in depth and in the number of values. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.model.answers import markdown
from bot.model.answers.data_urls import BARE, normalize_url
from bot.model.answers.lenient_json import loads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: keys that name an image, or several
_IMAGES = frozenset(
    {"image", "images", "image_url", "image_urls", "imageurl", "output_image", "output_images"}
    | {"generated_image", "generated_images", "picture", "pictures"}
)
#: keys of what holds an image, and is none itself
_HOLDERS = frozenset({"inline_data", "inlinedata", "predictions", "artifacts"})
#: keys of an image's bytes, with or without the head of a data URL
_BYTES = frozenset(
    {"b64_json", "b64", "base64", "image_base64", "image_b64", "imagebase64", "bytesbase64encoded"}
    | {"data", "result", "imagebytes", "image_bytes"}
)
_ADDRESSES = frozenset({"url", "uri", "src", "fileuri", "file_uri", "signed_url"})
_TYPES = ("mime_type", "mimeType", "media_type", "mediaType", "content_type", "contentType")
_TEXTS = frozenset({"content", "text", "value", "output", "result", "markdown", "output_text"})
#: what is not the answer: the request again, what a tool is given, what is beside an image
_NOT_ANSWER = frozenset(
    {"messages", "prompt", "request", "params", "parameters", "arguments", "function", "usage"}
    | {"error", "tools", "tool_calls", "mask", "init_image", "thumbnail", "thumbnails", "logprobs"}
    | {"annotations", "citations", "avatar", "icon", "instructions", "revised_prompt"}
    | {"partial_images", "source_image", "model"}
)
_NOT_ANSWER_PREFIXES = ("input", "reference", "original", "request", "user", "source_")
_THOUGHT = ("reason", "think", "thought")
_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_MAX_DEPTH, _MAX_VALUES = 12, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of an answer."""

    #: a data URL, or its address
    url: str
    partial: bool = False
    #: which unfinished image of a stream it is; None: it does not say
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What is known of a value from what holds it."""

    depth: int = 0
    #: does what holds it say that it is an image?
    image: bool = False
    partial: bool = False
    index: int | None = None


class _Finder:
    def __init__(self) -> None:
        self._left = _MAX_VALUES

    def images(self, value: Any, key: str, around: _Context) -> Iterator[Image]:  # noqa: ANN401 - JSON
        """Yield the images in a value of this name."""
        self._left -= 1
        if self._left < 0 or around.depth > _MAX_DEPTH:
            return
        if isinstance(value, str):
            yield from self._in_text(value, key, around)
        elif isinstance(value, list):
            for one in value:
                yield from self.images(one, key, replace(around, depth=around.depth + 1))
        elif isinstance(value, dict):
            kind = str(value.get("type", "")).lower()
            if not _is_not_answer(value, kind):
                inside = _inner_context(value, key, kind, around)
                for name, one in _answer_fields(value):
                    yield from self.images(one, name, inside)

    def _in_text(self, text: str, key: str, around: _Context) -> Iterator[Image]:
        if (url := _url_in(text, key, around)) is not None:
            yield Image(url=url, partial=around.partial, index=around.index)
        elif key in _TEXTS:
            inner = replace(around, depth=around.depth + 1)
            found = [] if (value := _json_in(text)) is None else list(self.images(value, "", inner))
            yield from found
            for url in () if found else markdown.find_image_urls(text):
                yield Image(url=normalize_url(url), partial=around.partial, index=around.index)


def find_images(value: object, key: str = "", *, partial: bool = False) -> Iterator[Image]:
    """Yield the images of an answer's message, or of the part of it under `key`, in order.

    `partial`: are they unfinished, unless they say otherwise?
    """
    yield from _Finder().images(value, key, _Context(partial=partial))


def is_image_json(text: str) -> bool:
    """Return whether a text is JSON that holds an image, and so no words."""
    return any(True for _ in find_images(_json_in(text)))


def _json_in(text: str) -> object:
    """Parse a text that is JSON itself; None: it is not."""
    try:
        return loads(text) if text.lstrip()[:1] in {"{", "["} else None
    except ValueError:
        return None


def is_thought(value: Mapping[str, Any]) -> bool:
    """Return whether an object is a thought of the model, which people are not told."""
    kind = str(value.get("type", "")).lower()
    return value.get("thought") is True or any(word in kind for word in _THOUGHT)


def is_partial(*holders: object) -> bool | None:
    """Return what the first of these says about being unfinished; None: none says anything."""
    for one in holders:
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("partial"), bool | int | str):
            return bool(one["partial"])
        if one.get("partial_image_index") is not None or "partial" in str(one.get("type")):
            return True
    return None


def _answer_fields(holder: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of an object that are the answer itself, its content first."""
    if "content" in holder:
        yield "content", holder["content"]
    for name, value in holder.items():
        lower = name.lower()
        if lower == "content" or lower in _NOT_ANSWER or lower.startswith(_NOT_ANSWER_PREFIXES):
            continue
        if not any(word in lower for word in _THOUGHT):
            yield lower, value


def _is_not_answer(value: dict[str, Any], kind: str) -> bool:
    """Return whether an object is a thought, or repeats the request."""
    request = str(value.get("role")) in {"user", "system", "developer"}
    return request or kind.startswith("input_") or is_thought(value)


def _inner_context(holder: dict[str, Any], key: str, kind: str, around: _Context) -> _Context:
    mime = next((str(holder[one]) for one in _TYPES if one in holder), "").lower()
    image = around.image or key in _IMAGES or key in _HOLDERS or "image" in kind
    if mime and mime != "application/octet-stream":
        image = mime.startswith("image")
    partial, index = is_partial(holder), holder.get("partial_image_index")
    return _Context(
        depth=around.depth + 1,
        image=image,
        partial=around.partial if partial is None else partial,
        index=index if isinstance(index, int) else around.index,
    )


def _url_in(value: str, key: str, around: _Context) -> str | None:
    """Return the URL of the image that a text is; None: it is none."""
    head = value[:64].strip()
    if not head or key in _TEXTS - _BYTES:
        return None
    if head[:11].lower() == "data:image/" or (head.startswith(BARE) and len(value) > 64):
        return normalize_url(value)
    if key in _BYTES and around.image:
        return normalize_url(value) if ":" in head[:6] else f"data:;base64,{value}"
    if (key in _ADDRESSES and around.image) or key in {"image_url", "image_urls", "imageurl"}:
        return normalize_url(value)
    return normalize_url(value) if key in _IMAGES and _is_address(value) else None


def _is_address(value: str) -> bool:
    """Return whether a text can be the address of an image, and is not a caption."""
    value = value.strip()
    if " " in value or len(value) > 8000:
        return False
    starts = ("http:", "https:", "data:", "//", "/", "./", "../")
    ends = value.partition("?")[0].lower().endswith(_ENDINGS)
    return value.startswith((*starts, *BARE)) or ends
