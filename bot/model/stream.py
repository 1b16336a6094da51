"""What has a stream said so far: previews, the final images, the words, and is it whole?

`Reader.feed` takes one event after another and gives the previews; `Reader.result` is the answer, once
the stream has ended. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from bot import errors
from bot.model import wire
from bot.model.faults import from_response

_JOINED = frozenset({"reasoning", "reasoning_content", "refusal", "thought_signature"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """An unfinished image, still encoded."""

    index: int
    url: str


class Reader:
    """Reads the events of one stream."""

    def __init__(self) -> None:
        self._choices: dict[int, dict[str, Any]] = {}
        self._finishes: dict[int, object] = {}
        self._body: dict[str, Any] = {}
        self._images: list[str] = []
        self._partials = 0
        self._done = False

    @property
    def ended(self) -> bool:
        """Has the end mark come, so that nothing more is needed?"""
        return self._done

    @property
    def complete(self) -> bool:
        """Is what came a whole answer, also if the connection ends now?"""
        return self._done or any(self._finishes.values()) or bool(self._images)

    def feed(self, data: str) -> list[Partial]:
        """Take one event's data; give the previews in it. Raises a ModelError for an error event."""
        if data.strip() == "[DONE]":
            self._done = True
            return []
        if not data.strip():
            return []
        try:
            event = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise errors.UnknownOutcome(f"broken JSON in the stream: {error}") from error
        if not isinstance(event, dict):
            return []
        self._fail_on_error(event)
        for key in ("id", "usage", "cost"):
            if event.get(key) is not None:
                self._body[key] = event[key]
        found = self._typed(event)
        for choice in wire.objects(event.get("choices")):
            found += self._choice(choice)
        return found

    def result(self) -> wire.Parsed:
        """Give the answer. Raises UnknownOutcome when it is not whole."""
        if not self.complete:
            raise errors.UnknownOutcome("the stream ended without an end mark")
        messages = [self._choices[index] for index in sorted(self._choices)]
        if self._images:
            blocks = [{"type": "image_url", "image_url": {"url": url}} for url in self._images]
            messages.append({"role": "assistant", "content": blocks})
        read = wire.assemble(messages, list(self._finishes.values()), self._body)
        if self._partials and not (read.urls or read.text or read.calls):
            raise errors.UnknownOutcome("only previews came")
        return wire.nothing_is_empty(read)

    def _fail_on_error(self, event: dict[str, Any]) -> None:
        reasons = [choice.get("finish_reason") for choice in wire.objects(event.get("choices"))]
        typed = str(event.get("type", ""))
        if not (
            event.get("error")
            or "error" in reasons
            or typed == "error"
            or typed.endswith(".failed")
        ):
            return
        error = from_response(200, event)
        if self._partials or self._has_image():
            raise errors.UnknownOutcome(f"an error after a preview: {error}")
        raise error

    def _has_image(self) -> bool:
        return bool(self._images) or any(
            any(True for _ in wire.image_urls(message)) for message in self._choices.values()
        )

    def _typed(self, event: dict[str, Any]) -> list[Partial]:
        """Read OpenAI's own events, forwarded unchanged."""
        kind = event.get("type")
        if not isinstance(kind, str):
            return []
        encoded = event.get("b64_json") or event.get("partial_image_b64") or event.get("url")
        if not isinstance(encoded, str) or not encoded:
            return []
        url = (
            encoded if encoded.startswith(("data:", "http")) else f"data:image/png;base64,{encoded}"
        )
        if kind.endswith("partial_image"):
            return [self._partial(event, url)]
        if kind.endswith("completed"):
            self._images.append(url)
        return []

    def _partial(self, holder: dict[str, Any], url: str) -> Partial:
        index = holder.get("partial_image_index")
        self._partials += 1
        return Partial(index=index if isinstance(index, int) else self._partials - 1, url=url)

    def _choice(self, choice: dict[str, Any]) -> list[Partial]:
        index = choice.get("index")
        index = index if isinstance(index, int) else 0
        if choice.get("finish_reason"):
            self._finishes[index] = choice["finish_reason"]
        delta = choice.get("delta")
        delta = delta if isinstance(delta, dict) else choice.get("message")
        if not isinstance(delta, dict):
            return []
        message = self._choices.setdefault(index, {"role": "assistant", "content": None})
        found: list[Partial] = []
        for key, value in delta.items():
            if key in {"content", "images"}:
                found += self._content(message, key, value)
            elif key == "tool_calls":
                _add_calls(message.setdefault("tool_calls", []), value)
            elif key in _JOINED and isinstance(value, str) and isinstance(message.get(key), str):
                message[key] += value
            elif isinstance(value, list) and isinstance(message.get(key), list):
                message[key] = [*message[key], *value]
            elif value is not None:
                message[key] = value
        return found

    def _content(self, message: dict[str, Any], key: str, value: object) -> list[Partial]:
        found: list[Partial] = []
        if isinstance(value, str):
            _add_text(message, value)
        for block in value if isinstance(value, list) else ():
            url = wire.url_of(block)
            if url is not None and (
                block.get("partial") or block.get("partial_image_index") is not None
            ):
                found.append(self._partial(block, url))
            elif url is None and isinstance(block, dict) and isinstance(block.get("text"), str):
                _add_text(message, block["text"])
            else:
                _add_block(message, key, block)
        return found


def _add_text(message: dict[str, Any], text: str) -> None:
    content = message["content"]
    if content is None:
        message["content"] = text
    elif isinstance(content, str):
        message["content"] = content + text
    elif content and content[-1].get("type") == "text":
        content[-1]["text"] += text
    elif text:
        content.append({"type": "text", "text": text})


def _add_block(message: dict[str, Any], key: str, block: object) -> None:
    if key == "images":
        message.setdefault("images", []).append(block)
        return
    content = message["content"]
    if not isinstance(content, list):
        content = message["content"] = [{"type": "text", "text": content}] if content else []
    content.append(block if isinstance(block, dict) else {"type": "text", "text": str(block)})


def _add_calls(calls: list[dict[str, Any]], deltas: object) -> None:
    """Put a tool call together: its arguments come in pieces, by index."""
    for delta in wire.objects(deltas):
        index = delta.get("index")
        index = index if isinstance(index, int) and 0 <= index < 16 else len(calls)
        while len(calls) <= index:
            calls.append({"id": "", "type": "function", "function": {"name": "", "arguments": ""}})
        function = delta.get("function")
        if isinstance(delta.get("id"), str):
            calls[index]["id"] = delta["id"]
        if isinstance(function, dict):
            for key in ("name", "arguments"):
                if isinstance(function.get(key), str):
                    calls[index]["function"][key] += function[key]
