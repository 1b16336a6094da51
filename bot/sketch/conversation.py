"""What came before this wish that matters for it?"""

import re
from dataclasses import dataclass, field
from typing import Final

from bot.sketch.photo import Picture
from bot.sketch.request import ChatRequest, Message
from bot.sketch.scene import Scene

#: Said once in a conversation.
NOT_AN_AI: Final = "I'm Easel's built-in sketcher: I draw by rules, not with an AI."
_VARIATION: Final = re.compile(r"^\W*variation\s+(\d{1,3})\b", re.IGNORECASE)


@dataclass(slots=True)
class Past:
    """The conversation up to the wish, as far as it matters."""

    #: The newest scene that was passed in.
    scene: Scene | None = None
    #: Photos to draw on, the newest last.
    photos: list[Picture] = field(default_factory=list)
    #: It was not yet said what this is.
    first: bool = True
    #: Which variation of the wish this is; 0: the first.
    variation: int = 0
    #: Our own question that the wish may answer.
    question: str = ""
    #: The wish that the question was about, where no picture came of it.
    pending: str = ""
    #: Tools that were called since the wish, and their results.
    called: frozenset[str] = frozenset()
    results: dict[str, str] = field(default_factory=dict)
    #: Our offer was declined.
    declined: bool = False


def past_of(request: ChatRequest) -> Past:
    """Return what matters of a conversation."""
    messages = request.messages
    last = max(index for index, message in enumerate(messages) if message.role == "user")
    said = (
        text for message in messages[:last] if message.role == "assistant" for text in message.texts
    )
    past = Past(first=not any(NOT_AN_AI in text for text in said))
    for message in messages:
        for picture in message.pictures:
            if picture.scene is not None:
                past.scene = picture.scene
    past.photos = [picture for picture in messages[last].pictures if picture.scene is None]
    if not past.photos and past.scene is None:
        past.photos = [p for m in messages[:last] for p in m.pictures if p.scene is None][-1:]
    for text in messages[last].texts[:-1]:
        found = _VARIATION.match(text)
        if found:
            past.variation = max(0, int(found.group(1)) - 1)
    _questions(past, messages[:last])
    _tool_round(past, messages[last + 1 :])
    return past


def _questions(past: Past, before: tuple[Message, ...]) -> None:
    """Look whether the last thing that we said was a question."""
    if not before or before[-1].role != "assistant":
        return
    text = " ".join(before[-1].texts).strip()
    if not text.endswith("?"):
        return
    past.question = text
    if before[-1].pictures or re.search(r"Shall I use|Can you say it|What shall I draw\?$", text):
        return
    for message in reversed(before[:-1]):
        if message.role == "user":
            past.pending = message.texts[-1].strip() if message.texts else ""
            return


def _tool_round(past: Past, after: tuple[Message, ...]) -> None:
    called: list[str] = []
    waiting: list[str] = []
    for message in after:
        if message.role == "assistant":
            called += message.calls
            waiting = list(message.calls)
        elif message.role == "tool" and waiting:
            past.results[waiting.pop(0)] = " ".join(message.texts)
    past.called = frozenset(called)
