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
from bot.model.deltas import Deltas

#: events of one stream; a real one has some thousands at most
_MOST_EVENTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """An unfinished image, still encoded."""

    index: int
    url: str


class Reader:
    """Reads the events of one stream."""

    def __init__(self) -> None:
        self._deltas: dict[int, Deltas] = {}
        self._finishes: dict[int, dict[str, Any]] = {}
        self._body: dict[str, Any] = {}
        self._completed: list[str] = []
        self._partials = 0
        self._events = 0
        self._broken = ""
        self._done = False

    @property
    def ended(self) -> bool:
        """Has the end mark come, so that nothing more is needed?"""
        return self._done

    @property
    def complete(self) -> bool:
        """Is what came a whole answer, also if the connection ends now?"""
        return self._done or bool(self._finishes) or bool(self._completed)

    def feed(self, data: str, name: str = "message") -> list[Partial]:
        """Take one event's data; give the previews in it. Raises a ModelError for an error event."""
        self._events += 1
        if self._done:
            return []
        if self._events > _MOST_EVENTS:
            raise errors.UnknownOutcome("a stream without end")
        if len(data) < 20 and (said := data.strip()) in {"", "[DONE]"}:
            self._done = bool(said)
            return []
        try:
            event = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            self._broken = f"broken JSON in the stream: {error}"
            return []
        if not isinstance(event, dict):
            return []
        self._fail_on_error(event, name)
        for key in ("id", "usage", "cost", "credits_cost"):
            if event.get(key) is not None:
                self._body[key] = event[key]
        found = self._typed(event, name)
        for choice in wire.objects(event.get("choices")):
            found += self._choice(choice, event)
        return found

    def result(self) -> wire.Parsed:
        """Give the answer. Raises UnknownOutcome when it is not whole."""
        if not self.complete:
            raise errors.UnknownOutcome(self._broken or "the stream ended without an end mark")
        messages = [self._deltas[index].whole() for index in sorted(self._deltas)]
        if self._completed:
            blocks = [{"type": "image_url", "image_url": {"url": url}} for url in self._completed]
            messages.append({"role": "assistant", "content": blocks})
        read = wire.assemble(messages, list(self._finishes.values()), self._body)
        if not read.urls and self._broken:
            raise errors.UnknownOutcome(self._broken)
        if not read.urls and not read.calls and self._partials:
            raise errors.UnknownOutcome("only previews came")
        return wire.nothing_is_empty(read)

    def _fail_on_error(self, event: dict[str, Any], name: str) -> None:
        kind = str(event.get("type") or name)
        if not (wire.error_in(event) or kind == "error" or kind.endswith(".failed")):
            return
        image = self._has_image()
        if self._completed or (self._finishes and image):
            return  # the answer is whole, whatever went wrong after it
        error = wire.fault_of(event)
        if (self._partials or image) and not isinstance(error, errors.Blocked):
            raise errors.UnknownOutcome(f"an error after a preview: {error}")
        raise error

    def _has_image(self) -> bool:
        messages = (deltas.whole() for deltas in self._deltas.values())
        return any(True for message in messages for _ in wire.image_urls(message))

    def _typed(self, event: dict[str, Any], name: str) -> list[Partial]:
        """Read OpenAI's own events, forwarded unchanged."""
        kind = str(event.get("type") or name)
        encoded = event.get("b64_json") or event.get("partial_image_b64") or event.get("url")
        if not isinstance(encoded, str) or not encoded:
            return []
        if kind.endswith("partial_image"):
            return [self._partial(wire.encoded_url(encoded), event)]
        if kind.endswith("completed"):
            self._completed.append(wire.encoded_url(encoded))
        return []

    def _partial(self, url: str, *holders: object) -> Partial:
        self._partials += 1
        for one in holders:
            index = one.get("partial_image_index") if isinstance(one, dict) else None
            if isinstance(index, int) and 0 <= index < _MOST_EVENTS:
                return Partial(index=index, url=url)
        return Partial(index=self._partials - 1, url=url)

    def _choice(self, choice: dict[str, Any], event: dict[str, Any]) -> list[Partial]:
        index = choice.get("index")
        index = index if isinstance(index, int) else 0
        if choice.get("finish_reason"):
            self._finishes[index] = choice
        delta = choice.get("delta")
        delta = delta if isinstance(delta, dict) else choice.get("message")
        if not isinstance(delta, dict):
            return []
        found: list[Partial] = []
        finished: dict[str, Any] = {}
        for key in ("content", "images"):
            if isinstance(delta.get(key), list):
                finished[key] = []
                for block in delta[key]:
                    partial = self._unfinished(block, delta, choice, event)
                    if partial is None:
                        finished[key].append(block)
                    else:
                        found.append(partial)
        self._deltas.setdefault(index, Deltas()).add({**delta, **finished})
        return found

    def _unfinished(self, block: object, *around: object) -> Partial | None:
        """Give the preview that a block is; None: it is none."""
        url = wire.url_of(block)
        if not url or not isinstance(block, dict):
            return None
        holders = (block, block.get("image_url"), *around)
        return self._partial(url, *holders) if wire.is_partial(*holders) else None
