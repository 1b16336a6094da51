"""How is an answer stored without its images, and sent again with the one that is being edited? Pure.

A stored message holds a reference, `blob:<sha256>`, wherever an image was (`#base64` behind it: the image
was there without the head of a data URL). An image is recognized by its bytes or its address, not by the
keys around it, so that every shape goes back as it came. A message that is sent has a `BlobUrl` in place of
the reference to the image being edited, and nothing in place of the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from bot.model.answers import markdown, parser
from bot.model.answers.data_urls import BARE, normalize_url

if TYPE_CHECKING:
    from bot.ports.messages import Version

Message = dict[str, Any]

#: bytes of a message that is stored as it came, without its images
_MAX_STORED = 8_000_000
#: levels of a message in which a signature is looked for
_MAX_DEPTH = 8
#: the group is the reference itself, without what says how it was written
_REFERENCE = re.compile(r"(blob:[0-9a-f]{64})(?:#base64)?")
#: a reference with what makes an image of it among words
_IMAGE_MARKUP = re.compile(
    r"!\[[^\[\]]{0,1000}\]\(\s{0,9}<?blob:[0-9a-f]{64}[^()]{0,400}\)"
    r"|<img\b[^<>]{0,1000}blob:[0-9a-f]{64}[^<>]{0,1000}>"
)
#: a data URL among words
_DATA_URL = re.compile(r"data:image/[^\s,\"'()<>]{0,100}+,[A-Za-z0-9+/=_%-]*+")
_BASE64 = re.compile(r"[A-Za-z0-9+/=_\s-]{64,}+")
#: keys whose addresses are images
_IMAGE_KEYS = ("image_url", "images", "image", "image.url")
#: keys that give the type of an image beside its base64
_TYPE_KEYS = ("mime_type", "mimeType", "media_type")
#: an image that is left out: what holds it is left out too
_DROPPED: Any = object()


@dataclass(frozen=True, slots=True)
class BlobUrl:
    """Stands where the data URL of a stored image goes."""

    blob: str
    #: the text around it, where it is among words
    before: str = ""
    after: str = ""
    #: is its base64 written alone, without the head of a data URL?
    bare: bool = False


@dataclass(frozen=True, slots=True)
class BlobType:
    """Stands where the media type of a stored image goes."""

    blob: str


def make_image_block(blob: str) -> Message:
    """Make the block that shows the model a stored image."""
    return {"type": "image_url", "image_url": {"url": BlobUrl(blob)}}


def replace_images(message: Mapping[str, Any], blobs: Mapping[str, str]) -> Message:
    """Return a message as it is stored: each image in `blobs` as `blob:<sha256>`, all others left out.

    `blobs`: by URL, as it was read. What cannot be stored as it came (too deep, too large) is stored as its
    words and its images.
    """
    storing = _Storing(blobs)
    try:
        found = {key: _rewrite(value, key, storing) for key, value in message.items()}
        if found.get("content") is _DROPPED:
            found["content"] = None
        stored = {**_without_dropped(found), "role": "assistant"}
        if len(orjson.dumps(stored)) <= _MAX_STORED:
            return stored
    except (TypeError, RecursionError):  # nested deeper than can be written
        pass
    urls = [url for url in dict.fromkeys(parser.find_image_urls(message)) if url in blobs]
    return parser.make_image_message(
        [f"blob:{blobs[url]}" for url in urls], parser.extract_text(message)
    )


def restore_image(answers: Sequence[Mapping[str, object]], source: Version) -> Message:
    """Return the assistant's message as it came, with the image that is being edited and no other."""
    reference = f"blob:{source.blob}"
    answer = next((one for one in answers if reference in _references(one)), {})
    # calls would want their results behind them; the image must not go with them
    answer = {key: value for key, value in answer.items() if key != "tool_calls" or not value}
    restoring = _Restoring(source.blob)
    found = _without_dropped({key: _rewrite(one, key, restoring) for key, one in answer.items()})
    found = {**found, "role": "assistant", "content": found.get("content")}
    if restoring.is_done:
        return found
    content = found["content"] or []
    words = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return {**found, "content": [*words, make_image_block(source.blob)]}


def _rewrite(value: Any, key: str, rewrite_text: Callable[[str, str], Any]) -> Any:  # noqa: ANN401 - JSON is anything
    """Rewrite the texts in a value. An object that lost an image and holds no other is dropped."""
    if isinstance(value, str):
        return rewrite_text(value, key)
    if isinstance(value, list):
        items = [_rewrite(one, key, rewrite_text) for one in value]
        kept = [one for one in items if one is not _DROPPED]
        return kept if kept or not value else _DROPPED
    if not isinstance(value, dict):
        return value
    found = {
        name: _rewrite(
            one, "image.url" if key in _IMAGE_KEYS and name == "url" else name, rewrite_text
        )
        for name, one in value.items()
    }
    left = _without_dropped(found)
    if len(left) < len(found) and not _has_image(left):
        return _DROPPED
    bare = next((one for one in left.values() if isinstance(one, BlobUrl) and one.bare), None)
    types = {key: BlobType(bare.blob) for key in _TYPE_KEYS if key in left} if bare else {}
    return {**left, **types}


def _without_dropped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not _DROPPED}


class _Storing:
    """Writes references in place of images. `blobs`: by URL, as it was read."""

    def __init__(self, blobs: Mapping[str, str]) -> None:
        self._blobs = blobs

    @cached_property
    def _known(self) -> dict[str, str]:
        """Blobs by what their images are recognized by, however their URLs are written."""
        return {_payload(url): blob for url, blob in self._blobs.items()}

    def _find(self, url: str) -> str | None:
        # mostly it's the very URL that was read, whose megabytes need not be copied
        return self._blobs.get(url) or (self._known.get(_payload(url)) if self._blobs else None)

    def __call__(self, text: str, key: str) -> Any:  # noqa: ANN401 - a text, or _DROPPED
        if blob := self._find(text):
            is_url = text.lstrip()[:5].lower() in {"data:", "http:", "https"}
            return f"blob:{blob}{'' if is_url or key.endswith('url') else '#base64'}"
        if key == "b64_json" or (text.startswith(BARE) and _BASE64.fullmatch(text)):
            return _DROPPED
        if key in _IMAGE_KEYS and text.startswith(("http:", "https:")) and " " not in text:
            return _DROPPED
        if "data:image/" not in text and "http" not in text:
            return text
        found = markdown.replace_images(text, self._reference)
        found = _DATA_URL.sub(lambda match: self._reference(match[0]), found)
        for url, blob in self._known.items():
            if url.startswith("http"):
                found = found.replace(url, f"blob:{blob}")
        return found if found.strip() else _DROPPED

    def _reference(self, url: str) -> str:
        blob = self._find(url)
        return f"blob:{blob}" if blob else ""


class _Restoring:
    """Puts one stored image back where its reference is, once, and takes out all others."""

    def __init__(self, blob: str) -> None:
        self._blob = blob
        self.is_done = False

    def __call__(self, text: str, _key: str) -> Any:  # noqa: ANN401 - a text, a BlobUrl, or _DROPPED
        if not _REFERENCE.search(text):
            return text
        before, found, after = text.partition(f"blob:{self._blob}")
        if self.is_done or not found:
            return _remove_references(text).strip() or _DROPPED
        self.is_done = True
        bare = after.startswith("#base64")
        after = _remove_references(after.removeprefix("#base64"))
        return BlobUrl(self._blob, _remove_references(before), after, bare)


def _payload(url: str) -> str:
    """Return what an image is recognized by: its base64 without any head, or its address."""
    url = normalize_url(url)
    return url[url.rfind(",", 0, 200) + 1 :] if url.startswith("data:") else url


def _remove_references(text: str) -> str:
    return _REFERENCE.sub("", _IMAGE_MARKUP.sub("", text))


def _leaves(value: object) -> Iterator[object]:
    """Yield all values of a message that hold no others."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        yield value
        return
    for one in value:
        yield from _leaves(one)


def _has_image(value: object) -> bool:
    return any(
        isinstance(one, BlobUrl) or (isinstance(one, str) and one.startswith("blob:"))
        for one in _leaves(value)
    )


def _references(value: object) -> set[str]:
    texts = (one for one in _leaves(value) if isinstance(one, str))
    return {found for text in texts for found in _REFERENCE.findall(text)}


def find_blobs(messages: Sequence[Message]) -> list[str]:
    """Return the stored images that messages speak of, each once."""
    found = (one.blob for one in _leaves(list(messages)) if isinstance(one, BlobUrl))
    return list(dict.fromkeys(found))


def is_signed(value: object, depth: int = 0) -> bool:
    """Return whether a message, or a part of it, carries a signature of the model."""
    if depth > _MAX_DEPTH:
        return False
    if isinstance(value, dict):
        return any(
            bool(one)
            if "signature" in str(key) or key == "reasoning_details"
            else is_signed(one, depth + 1)
            for key, one in value.items()
        )
    return isinstance(value, list) and any(is_signed(one, depth + 1) for one in value)
