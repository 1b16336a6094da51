"""How does a stored image stand in a message: kept as it came (`bot.model.answers.kept`), and sent again? Pure.

A kept message has a mark, `blob:<sha256>`, where each image stood. One that is sent has a `BlobUrl` there,
for the one image that is being edited, and nothing in place of the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, ValuesView
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports.messages import Version

Message = dict[str, Any]

#: the group is the mark itself, without what says how it stood there
_MARK = re.compile(r"(blob:[0-9a-f]{64})(?:#base64)?")
#: a mark with what makes an image of it, where it stands among words
_MARKED = re.compile(
    r"!\[[^\[\]]{0,1000}\]\(\s{0,9}<?blob:[0-9a-f]{64}[^()]{0,400}\)"
    r"|<img\b[^<>]{0,1000}blob:[0-9a-f]{64}[^<>]{0,1000}>"
)
#: keys that tell the type of an image beside its base64
_TYPES = ("mime_type", "mimeType", "media_type")
#: levels of a message in which a signature is looked for
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class BlobUrl:
    """Stands where the data URL of a stored image goes."""

    blob: str
    #: the text around it, where it stood among words
    before: str = ""
    after: str = ""
    #: does its base64 stand there alone, without the head of a data URL?
    bare: bool = False


@dataclass(frozen=True, slots=True)
class BlobType:
    """Stands where the media type of a stored image goes."""

    blob: str


def image_block(blob: str) -> Message:
    """Make the block that shows the model a stored image."""
    return {"type": "image_url", "image_url": {"url": BlobUrl(blob)}}


def restored(answers: Sequence[Mapping[str, object]], source: Version) -> Message:
    """Give the assistant's message as it came, with the image that is being edited and no other."""
    mark = f"blob:{source.blob}"
    came = next((one for one in answers if mark in _marks(one)), {})
    # calls would want their results behind them; the image must not go with them
    message = {key: value for key, value in came.items() if key != "tool_calls" or not value}
    restoring = _Restoring(source.blob)
    found = {key: restoring.value(value) for key, value in message.items()}
    found = {key: new for key, new in found.items() if new is not None or message[key] is None}
    found = {**found, "role": "assistant", "content": found.get("content")}
    if restoring.done:
        return found
    said = found["content"] or []
    words = [{"type": "text", "text": said}] if isinstance(said, str) else said
    return {**found, "content": [*words, image_block(source.blob)]}


class _Restoring:
    """Puts one stored image back where it stood; None stands for what held another."""

    def __init__(self, blob: str) -> None:
        self._blob = blob
        #: is it back?
        self.done = False

    def value(self, value: Any) -> Any:  # noqa: ANN401 - JSON is anything
        """Give a value of the message with its images as they are sent."""
        if isinstance(value, str):
            return self._text(value) if _MARK.search(value) else value
        if isinstance(value, list):
            pairs = [(one, self.value(one)) for one in value]
            held = [new for one, new in pairs if new is not None or one is None]
            return held if held or not value else None
        if not isinstance(value, dict):
            return value
        before = self.done
        found = {key: self.value(one) for key, one in value.items()}
        if any(new is None and value[key] is not None for key, new in found.items()):
            if self.done is before:
                return None
            found = {
                key: new for key, new in found.items() if new is not None or value[key] is None
            }
        if any(isinstance(one, BlobUrl) and one.bare for one in found.values()):
            found |= {key: BlobType(self._blob) for key in _TYPES if key in found}
        return found

    def _text(self, text: str) -> BlobUrl | str | None:
        """Give a text with the image where its mark is, and without all others."""
        if not self.done and (at := text.find(f"blob:{self._blob}")) >= 0:
            self.done = True
            before, after = text[:at], text[at + len("blob:") + len(self._blob) :]
            bare = after.startswith("#base64")
            after = _without_images(after.removeprefix("#base64"))
            return BlobUrl(self._blob, _without_images(before), after, bare)
        return _without_images(text).strip() or None


def _without_images(text: str) -> str:
    return _MARK.sub("", _MARKED.sub("", text))


def blobs_in(messages: Sequence[Message]) -> list[str]:
    """Give the stored images that messages speak of, each once."""
    found: dict[str, None] = {}

    def look(value: object) -> None:
        if isinstance(value, BlobUrl):
            found[value.blob] = None
        for one in value.values() if isinstance(value, dict) else ():
            look(one)
        for one in value if isinstance(value, list) else ():
            look(one)

    look(list(messages))
    return list(found)


def _marks(value: object) -> set[str]:
    """Give the marks of stored images in a message."""
    if isinstance(value, str):
        return set(_MARK.findall(value))
    held = value.values() if isinstance(value, Mapping) else value
    return set().union(*map(_marks, held)) if isinstance(held, list | ValuesView) else set()


def is_signed(value: object, depth: int = 0) -> bool:
    """Tell whether a message, or a part of it, carries a signature of the model."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        return any(
            bool(one)
            if "signature" in str(key) or key == "reasoning_details"
            else is_signed(one, depth + 1)
            for key, one in value.items()
        )
    return isinstance(value, list) and any(is_signed(one, depth + 1) for one in value)
