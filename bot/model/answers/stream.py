"""What does a stream hold so far: previews, final images, words, and is it complete?

`StreamReader.feed` takes one event after another and returns its previews; `StreamReader.answer` is the answer,
once the stream has ended. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.model.answers import find_images, parser
from bot.model.answers.deltas import Deltas
from bot.model.answers.lenient_json import loads
from bot.ports import errors

#: events of one stream; a real one has some thousands at most
_MAX_EVENTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """An unfinished image, still encoded."""

    index: int
    url: str


class StreamReader:
    """Reads the events of one stream."""

    def __init__(self, prompt: str = "", *, tools: bool = True) -> None:
        self._prompt = prompt  # the newest words of the request, which an error may repeat
        self._tools = tools  # might tool calls have followed the words?
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
    def is_done(self) -> bool:
        """Has the end mark come, so that nothing more is needed?"""
        return self._done

    @property
    def is_complete(self) -> bool:
        """Is this a whole answer, also if the connection ends now?"""
        return self._done or bool(self._finishes) or bool(self._completed)

    @property
    def is_usable(self) -> bool:
        """Is there a whole answer or an image, also if the connection broke?"""
        return self.is_complete or self._has_image()

    def feed(self, data: bytes | str, name: str = "message") -> list[Partial]:
        """Take one event's data; return the previews in it. Raise a ModelError for an error event."""
        self._events += 1
        if self._done:
            return []
        if self._events > _MAX_EVENTS:
            raise errors.UnknownOutcome("a stream without end")
        if len(data) < 20 and (mark := data.strip()) in {"", b"", "[DONE]", b"[DONE]"}:
            self._done = bool(mark)
            return []
        try:
            event = loads(data)
        except ValueError as error:
            self._broken = f"broken JSON in the stream: {error}"
            return []
        if not isinstance(event, dict):
            return []
        self._read_totals(event)
        if self._ends_with_error(event, name):
            return []
        found = self._typed_event(event, name)
        for choice in parser.dicts_in(event.get("choices")):
            found += self._choice(choice, event)
        return found

    def _read_totals(self, event: dict[str, Any]) -> None:
        """Keep what an event says about the whole answer."""
        inner = event.get("response")  # as the Responses API sends its own
        for holder in (inner if isinstance(inner, dict) else {}, event):
            for key in ("id", "usage", "usageMetadata", "cost", "credits_cost", "tool_usage"):
                if holder.get(key) is not None:
                    self._body[key] = holder[key]

    def answer(self) -> parser.Parsed:
        """Return the answer. Raise UnknownOutcome when it is not complete."""
        messages = [self._deltas[index].to_dict() for index in sorted(self._deltas)]
        if self._completed:
            messages.append(parser.make_image_message(self._completed))
        read = parser.assemble(messages, list(self._finishes.values()), self._body)
        whole = self.is_complete and not self._failed
        words = read.text and not self._tools and not self._partials
        if not read.urls and (self._broken or not (whole or words)):
            raise errors.UnknownOutcome(self._broken or "the stream ended without an end mark")
        if not read.urls and not read.calls and self._partials:
            raise errors.UnknownOutcome("only previews came")
        read = replace(read, whole=whole)
        return parser.require_content(read, list(self._finishes.values()))

    def _ends_with_error(self, event: dict[str, Any], name: str) -> bool:
        """Return whether an event is an error behind an image. Raise any other error."""
        kind = str(event.get("type") or name)
        if not (parser.has_error(event) or kind == "error" or kind.endswith(".failed")):
            return False
        error = parser.parse_error({**self._body, **event}, self._prompt)
        if self._completed or self._has_image():
            if not isinstance(error, errors.Blocked) or self._completed or self._finishes:
                # an image that came is kept, if it is whole, whatever went wrong after it
                self._done, self._failed = True, not (self._completed or self._finishes)
                return True
            error.costs(None, tokens=True)
        if self._partials and not isinstance(error, errors.Blocked):
            raise errors.UnknownOutcome(f"an error after a preview: {error}")
        raise error

    def _has_image(self) -> bool:
        messages = (deltas.to_dict() for deltas in self._deltas.values())
        return bool(self._completed) or any(
            True for message in messages for _ in parser.find_image_urls(message)
        )

    def _typed_event(self, event: dict[str, Any], name: str) -> list[Partial]:
        """Read an event of OpenAI's own, forwarded unchanged."""
        kind = str(event.get("type") or name)
        encoded = event.get("b64_json") or event.get("partial_image_b64") or event.get("url")
        if isinstance(encoded, str) and encoded:
            if kind.endswith("partial_image"):
                return [self._partial(parser.to_data_url(encoded), event)]
            if kind.endswith("completed"):
                self._completed.append(parser.to_data_url(encoded))
        elif "choices" not in event and (
            kind.endswith((".done", "completed")) or "candidates" in event
        ):
            self._other_api_event(event)
        return []

    def _other_api_event(self, event: dict[str, Any]) -> None:
        """Read an event of another API, forwarded unchanged: Responses, Gemini."""
        held = event.get("item") or event.get("response") or event
        if (message := parser.collect_outside_choices((), held)) is not None:
            self._completed += [
                url for url in parser.find_image_urls(message) if url not in self._completed
            ]
        for one in parser.dicts_in(event.get("candidates")):
            if one.get("finishReason"):
                self._finishes[0] = one
            if text := parser.extract_text(message or {}):
                self._deltas.setdefault(0, Deltas()).add({"content": text})

    def _partial(self, url: str, *holders: object) -> Partial:
        self._partials += 1
        for one in holders:
            index = one.get("partial_image_index") if isinstance(one, dict) else None
            if isinstance(index, int) and 0 <= index < _MAX_EVENTS:
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
                continue  # about this piece, not about the message
            if isinstance(value, str):
                finished[key] = value
                continue
            blocks = value if isinstance(value, list) else [value]
            left = []
            for block in blocks:
                images = list(find_images.find_images(block, key.lower(), partial=around))
                if images and all(one.partial for one in images):
                    own = {"partial_image_index": images[0].index}
                    found.append(self._partial(images[0].url, own, block, delta, choice, event))
                else:
                    left.append(block)
            if left or not blocks:
                finished[key] = left if isinstance(value, list) else value
        self._deltas.setdefault(index, Deltas()).add(finished)
        return found
