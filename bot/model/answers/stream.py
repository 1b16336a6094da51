"""What has a stream said so far: previews, the final images, the words, and is it whole?

`Reader.feed` takes one event after another and gives the previews; `Reader.result` is the answer, once
the stream has ended. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.model.answers import find_images, parser
from bot.model.answers.deltas import Deltas
from bot.model.answers.lenient_json import loads
from bot.ports import errors

#: events of one stream; a real one has some thousands at most
_MOST_EVENTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """An unfinished image, still encoded."""

    index: int
    url: str


class Reader:
    """Reads the events of one stream."""

    def __init__(self, prompt: str = "", *, tools: bool = True) -> None:
        #: the newest words of the request, which mean nothing where an error repeats them
        self._prompt = prompt
        #: might calls have followed what it said?
        self._tools = tools
        self._deltas: dict[int, Deltas] = {}
        self._finishes: dict[int, dict[str, Any]] = {}
        self._body: dict[str, Any] = {}
        self._completed: list[str] = []
        self._partials = 0
        self._events = 0
        self._broken = ""
        self._done = False
        self._failed = False

    @property
    def ended(self) -> bool:
        """Has the end mark come, so that nothing more is needed?"""
        return self._done

    @property
    def complete(self) -> bool:
        """Is what came a whole answer, also if the connection ends now?"""
        return self._done or bool(self._finishes) or bool(self._completed)

    @property
    def shown(self) -> bool:
        """Is there something to show, also if the connection broke: a whole answer, or a picture?"""
        return self.complete or self._has_image()

    def feed(self, data: str, name: str = "message") -> list[Partial]:
        """Take one event's data; give the previews in it. Raise a ModelError for an error event."""
        self._events += 1
        if self._done:
            return []
        if self._events > _MOST_EVENTS:
            raise errors.UnknownOutcome("a stream without end")
        if len(data) < 20 and (said := data.strip()) in {"", "[DONE]"}:
            self._done = bool(said)
            return []
        try:
            event = loads(data)
        except ValueError as error:
            self._broken = f"broken JSON in the stream: {error}"
            return []
        if not isinstance(event, dict):
            return []
        self._note(event)
        if self._is_over(event, name):
            return []
        found = self._typed(event, name)
        for choice in parser.objects(event.get("choices")):
            found += self._choice(choice, event)
        return found

    def _note(self, event: dict[str, Any]) -> None:
        """Note what an event says of the answer as a whole."""
        inner = event.get("response")  # as the Responses API sends its own
        for holder in (inner if isinstance(inner, dict) else {}, event):
            for key in ("id", "usage", "usageMetadata", "cost", "credits_cost", "tool_usage"):
                if holder.get(key) is not None:
                    self._body[key] = holder[key]

    def result(self) -> parser.Parsed:
        """Return the answer. Raise UnknownOutcome when it is not whole."""
        messages = [self._deltas[index].to_dict() for index in sorted(self._deltas)]
        if self._completed:
            blocks = [{"type": "image_url", "image_url": {"url": url}} for url in self._completed]
            messages.append({"role": "assistant", "content": blocks})
        read = parser.assemble(messages, list(self._finishes.values()), self._body)
        whole = self.complete and not self._failed
        words = read.text and not self._tools and not self._partials
        if not read.urls and (self._broken or not (whole or words)):
            raise errors.UnknownOutcome(self._broken or "the stream ended without an end mark")
        if not read.urls and not read.calls and self._partials:
            raise errors.UnknownOutcome("only previews came")
        read = replace(read, whole=whole)
        return parser.require_content(read, list(self._finishes.values()))

    def _is_over(self, event: dict[str, Any], name: str) -> bool:
        """Return whether an event is an error behind a picture. Raise what any other error means."""
        kind = str(event.get("type") or name)
        if not (parser.error_in(event) or kind == "error" or kind.endswith(".failed")):
            return False
        error = parser.fault_of({**self._body, **event}, self._prompt)
        if self._completed or self._has_image():
            if not isinstance(error, errors.Blocked) or self._completed or self._finishes:
                # a picture that came is kept, if it is whole, whatever went wrong after it
                self._done, self._failed = True, not (self._completed or self._finishes)
                return True
            error.costs(None, tokens=True)
        if self._partials and not isinstance(error, errors.Blocked):
            raise errors.UnknownOutcome(f"an error after a preview: {error}")
        raise error

    def _has_image(self) -> bool:
        messages = (deltas.to_dict() for deltas in self._deltas.values())
        return bool(self._completed) or any(
            True for message in messages for _ in parser.image_urls(message)
        )

    def _typed(self, event: dict[str, Any], name: str) -> list[Partial]:
        """Read OpenAI's own events, forwarded unchanged."""
        kind = str(event.get("type") or name)
        encoded = event.get("b64_json") or event.get("partial_image_b64") or event.get("url")
        if isinstance(encoded, str) and encoded:
            if kind.endswith("partial_image"):
                return [self._partial(parser.encoded_url(encoded), event)]
            if kind.endswith("completed"):
                self._completed.append(parser.encoded_url(encoded))
        elif "choices" not in event and (
            kind.endswith((".done", "completed")) or "candidates" in event
        ):
            self._other(event)
        return []

    def _other(self, event: dict[str, Any]) -> None:
        """Read an event of another API, passed on as it is: Responses, Gemini."""
        held = event.get("item") or event.get("response") or event
        if (message := parser.beside((), held)) is not None:
            self._completed += [
                url for url in parser.image_urls(message) if url not in self._completed
            ]
        for one in parser.objects(event.get("candidates")):
            if one.get("finishReason"):
                self._finishes[0] = one
            if text := parser.text_of(message or {}):
                self._deltas.setdefault(0, Deltas()).add({"content": text})

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
        around = bool(find_images.is_partial(delta, choice, event))
        finished: dict[str, Any] = {}
        for key, value in delta.items():
            if key in {"partial", "partial_image_index"}:
                continue  # said of this piece, not of the message
            blocks = value if isinstance(value, list) else [value]
            if isinstance(value, str):
                finished[key] = value
                continue
            left = []
            for block in blocks:
                images = list(find_images.images(block, key.lower(), partial=around))
                if images and all(one.partial for one in images):
                    holders = (
                        {"partial_image_index": images[0].index},
                        block,
                        delta,
                        choice,
                        event,
                    )
                    found.append(self._partial(images[0].url, *holders))
                else:
                    left.append(block)
            if left or not blocks:
                finished[key] = left if isinstance(value, list) else value
        self._deltas.setdefault(index, Deltas()).add(finished)
        return found
