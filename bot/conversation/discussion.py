"""What does the talk of a paused thread, or of several waiting prompts, come to as one prompt? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports.messages import Person


def join_points(said: Sequence[tuple[Person, str]]) -> str:
    """Put what people said together, in order: who asked what, where they are several."""
    lines = [(person, " ".join(text.split())) for person, text in said if text.strip()]
    several = len({person.id for person, _ in lines}) > 1
    if len(lines) == 1:
        return lines[0][1]
    return "\n".join(f"{person.name}: {text}" if several else f"- {text}" for person, text in lines)


def list_people(said: Sequence[tuple[Person, str]]) -> tuple[str, ...]:
    """Name those whose points are in it, each once, in the order of speaking."""
    found = {person.id: person.name for person, text in said if text.strip()}
    return tuple(found.values())


def number_points(said: Sequence[tuple[Person, str]]) -> str:
    """Put a row of edits together as a numbered list, to be done in one go."""
    several = len({person.id for person, _ in said}) > 1
    return "\n".join(
        f"{number}. {f'{person.name}: ' if several else ''}{' '.join(text.split())}"
        for number, (person, text) in enumerate(said, start=1)
    )
