"""Where in an answer are its pictures, whatever shape a gateway gives them?

Looks through an answer's own fields: not through echoes of the request, thoughts, or what tools are given.
Bounded in depth and in the number of values. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.model.answers import markdown
from bot.model.answers.data_urls import BARE, tidy
from bot.model.answers.lenient_json import loads

if TYPE_CHECKING:
    from collections.abc import Iterator

#: keys that name a picture, or several
_IMAGES = frozenset(
    {"image", "images", "image_url", "image_urls", "imageurl", "output_image", "output_images"}
    | {"generated_image", "generated_images", "picture", "pictures"}
)
#: keys of what holds a picture, and is none itself
_HOLDERS = frozenset({"inline_data", "inlinedata", "predictions", "artifacts"})
#: keys of a picture's bytes, with or without the head of a data URL
_BYTES = frozenset(
    {"b64_json", "b64", "base64", "image_base64", "image_b64", "imagebase64", "bytesbase64encoded"}
    | {"data", "result", "imagebytes", "image_bytes"}
)
_ADDRESSES = frozenset({"url", "uri", "src", "fileuri", "file_uri", "signed_url"})
_TYPES = ("mime_type", "mimeType", "media_type", "mediaType", "content_type", "contentType")
_TEXTS = frozenset({"content", "text", "value", "output", "result", "markdown", "output_text"})
#: what is not the answer: the request again, what a tool is given, what is beside a picture
_NOT_OURS = frozenset(
    {
        "messages",
        "prompt",
        "request",
        "params",
        "parameters",
        "arguments",
        "function",
        "usage",
        "error",
    }
    | {
        "tools",
        "tool_calls",
        "mask",
        "init_image",
        "thumbnail",
        "thumbnails",
        "logprobs",
        "annotations",
        "citations",
    }
    | {
        "avatar",
        "icon",
        "instructions",
        "revised_prompt",
        "partial_images",
        "source_image",
        "model",
    }
)
_NOT_OURS_AT_ALL = ("input", "reference", "original", "request", "user", "source_")
_THOUGHT = ("reason", "think", "thought")
_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_DEEPEST, _MOST = 12, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of an answer."""

    #: a data URL, or its address
    url: str
    partial: bool = False
    #: which unfinished picture of a stream it is; None: it does not say
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is known of a value from what it stands in."""

    depth: int = 0
    #: does what it stands in say that it is a picture?
    image: bool = False
    partial: bool = False
    index: int | None = None


class _Finder:
    def __init__(self) -> None:
        self._left = _MOST

    def images(self, value: Any, key: str, around: _Around) -> Iterator[Image]:  # noqa: ANN401 - JSON
        """Give the pictures in a value of this name."""
        self._left -= 1
        if self._left < 0 or around.depth > _DEEPEST:
            return
        if isinstance(value, str):
            yield from self._in_text(value, key, around)
        elif isinstance(value, list):
            for one in value:
                yield from self.images(one, key, replace(around, depth=around.depth + 1))
        elif isinstance(value, dict):
            kind = str(value.get("type", "")).lower()
            if not _is_not_ours(value, kind):
                inside = _within(value, key, kind, around)
                for name, one in _ours(value):
                    yield from self.images(one, name, inside)

    def _in_text(self, text: str, key: str, around: _Around) -> Iterator[Image]:
        if (url := _picture(text, key, around)) is not None:
            yield Image(url=url, partial=around.partial, index=around.index)
        elif key in _TEXTS:
            if text.lstrip()[:1] in {"{", "["}:  # a text that is JSON itself
                try:
                    found = list(
                        self.images(loads(text), "", replace(around, depth=around.depth + 1))
                    )
                except ValueError:
                    found = []
                if found:
                    yield from found
                    return
            for url in markdown.images(text):
                yield Image(url=tidy(url), partial=around.partial, index=around.index)


def images(value: object, key: str = "", *, partial: bool = False) -> Iterator[Image]:
    """Give the pictures of an answer's message or of a part of it, in order.

    `key`: under which it stands. `partial`: are they unfinished, unless they say otherwise?
    """
    yield from _Finder().images(value, key, _Around(partial=partial))


def is_json(text: str) -> bool:
    """Tell whether a text is JSON that holds a picture, and so no words."""
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        return any(True for _ in images(loads(text)))
    except ValueError:
        return False


def partial_of(*holders: object) -> bool | None:
    """Give what the first of these says that speaks of being unfinished; None: none does."""
    for one in holders:
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("partial"), bool | int | str):
            return bool(one["partial"])
        if one.get("partial_image_index") is not None or "partial" in str(one.get("type")):
            return True
    return None


def _ours(holder: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give what an object holds of the answer itself, its content first."""
    if "content" in holder:
        yield "content", holder["content"]
    for name, value in holder.items():
        lower = name.lower()
        if lower == "content" or lower in _NOT_OURS or lower.startswith(_NOT_OURS_AT_ALL):
            continue
        if not any(word in lower for word in _THOUGHT):
            yield lower, value


def _is_not_ours(value: dict[str, Any], kind: str) -> bool:
    """Tell whether an object is a thought, or repeats what was asked."""
    asked = str(value.get("role")) in {"user", "system", "developer"} or kind.startswith("input_")
    return asked or value.get("thought") is True or any(word in kind for word in _THOUGHT)


def _within(holder: dict[str, Any], key: str, kind: str, around: _Around) -> _Around:
    mime = next((str(holder[one]) for one in _TYPES if one in holder), "").lower()
    image = around.image or key in _IMAGES or key in _HOLDERS or "image" in kind
    if mime and mime != "application/octet-stream":
        image = mime.startswith("image")
    said, index = partial_of(holder), holder.get("partial_image_index")
    return _Around(
        depth=around.depth + 1,
        image=image,
        partial=around.partial if said is None else said,
        index=index if isinstance(index, int) else around.index,
    )


def _picture(value: str, key: str, around: _Around) -> str | None:
    """Give the address of the picture that a text is; None: it is none."""
    head = value[:64].strip()
    if not head or key in _TEXTS - _BYTES:
        return None
    if head[:11].lower() == "data:image/" or (head.startswith(BARE) and len(value) > 64):
        return tidy(value)
    if key in _BYTES and around.image:
        return tidy(value) if ":" in head[:6] else f"data:;base64,{value}"
    if (key in _ADDRESSES and around.image) or key in {"image_url", "image_urls", "imageurl"}:
        return tidy(value)
    return tidy(value) if key in _IMAGES and _is_address(value) else None


def _is_address(value: str) -> bool:
    """Tell whether a text can be where a picture is, and is not a caption."""
    value = value.strip()
    if " " in value or len(value) > 8000:
        return False
    starts = ("http:", "https:", "data:", "//", "/", "./", "../")
    ends = value.partition("?")[0].lower().endswith(_ENDINGS)
    return value.startswith((*starts, *BARE)) or ends
