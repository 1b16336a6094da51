"""How is a request put to a gateway that refused it as it was? Its messages in another shape. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from bot.model.answers.stored_messages import BlobUrl, blobs_in, image_block, is_signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model.answers.stored_messages import Message

#: an image among words, whose address is taken out
_EMPTY_IMAGE = re.compile(r"!\[[^\[\]]*\]\(\s*<?>?[^()]*\)|<img\b[^<>]*>")


def reattached(messages: Sequence[Message]) -> list[Message]:
    """Return messages whose images are all people's: the source's goes into the newest of theirs.

    What the model said about it stays as words, unless it was signed.
    """
    found: list[Message] = []
    blobs: list[str] = []
    for message in messages:
        if message["role"] == "assistant" and (own := blobs_in([message])):
            blobs += own
            if not is_signed(message):
                found.append({"role": "assistant", "content": words_of(message) or "(image)"})
        else:
            found.append(message)
    at = max(number for number, one in enumerate(found) if one["role"] == "user")
    content = found[at]["content"]
    rest = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if blobs:
        found[at] = {**found[at], "content": [*map(image_block, blobs), *rest]}
    return found


def words_of(message: Message) -> str:
    """Return the words of an assistant's message that is being sent."""
    content = message.get("content")
    blocks = content if isinstance(content, list) else [{"text": content}]
    texts = [one.get("text") for one in blocks if isinstance(one, dict)]
    texts = [f"{t.before}{t.after}" if isinstance(t, BlobUrl) else t for t in texts]
    said = "\n".join(text for text in texts if isinstance(text, str))
    return _EMPTY_IMAGE.sub("", said).strip()


def without_calls(messages: Sequence[Message]) -> list[Message]:
    """Return messages as if there were no tools: a question and its answer in words, no other calls."""
    found: list[Message] = []
    for message in messages:
        if message["role"] == "tool":
            said = orjson.loads(message["content"])
            if isinstance(said, dict) and "answer" in said:
                words = f"{said.get('person')}: {said['answer']}"
                found.append({"role": "user", "content": words})
        elif calls := message.get("tool_calls"):
            asked = [_question(one) for one in calls]
            found += [{"role": "assistant", "content": one} for one in asked if one]
        else:
            found.append(message)
    return found


def _question(call: Mapping[str, Any]) -> str:
    """Return the question that a call asks people; "": it is another call."""
    try:
        given = orjson.loads(call["function"]["arguments"])
        return str(given["question"])
    except (KeyError, TypeError, orjson.JSONDecodeError):
        return ""
