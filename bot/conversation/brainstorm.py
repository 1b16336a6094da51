"""How does a topic become ideas that people can tick? Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.ports import limits

if TYPE_CHECKING:
    from bot.conversation.turn import Turn

#: characters of one idea
_LONGEST = 300
_TOPIC = re.compile(r"\s*brainstorm\b\s*[:,–-]?\s*(?P<topic>\S.*)", re.IGNORECASE | re.DOTALL)
_LINE = re.compile(
    r"^\s*(?:\*\*)?(?:\(?[1-9a-d][.):]|[-•*])(?:\*\*)?\s+(?P<idea>\S.*)$", re.IGNORECASE
)


def find_topic(text: str) -> str | None:
    """Return what to brainstorm about; None: the words are no such prompt."""
    match = _TOPIC.fullmatch(text)
    return match["topic"].strip() if match else None


def find_direction(turn: Turn, part: str) -> str:
    """Return the direction that a part of a gallery draws, or its words; "" for no part of it."""
    about = f"{find_topic(turn.request.text) or turn.request.text}: "
    return next(
        (one.request.text.removeprefix(about) for one in turn.team.children if one.id == part), ""
    )


def ask_ideas(text: str) -> str:
    """Ask the model for ideas, as text."""
    about = find_topic(text) or text
    return (
        f"Propose {limits.MAX_IDEAS} clearly different directions for: {about}. "
        "Answer with a numbered list, one line each, no image."
    )


def parse_ideas(reply: str) -> tuple[str, ...]:
    """Read the ideas of an answer: its numbered or bulleted lines; else its lines."""
    lines = [line for line in reply.splitlines() if line.strip()]
    listed = [match["idea"] for line in lines if (match := _LINE.match(line))]
    found = listed or (lines if len(lines) > 1 else [])
    clean = (" ".join(one.replace("**", "").split())[:_LONGEST] for one in found)
    return tuple(dict.fromkeys(one for one in clean if one))[: limits.MAX_IDEAS]
