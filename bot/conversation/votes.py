"""What can be voted on, under which letters, and who leads? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.errors import NotInVote
from bot.ports.language import _
from bot.ports.messages import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.conversation.turn import Turn
    from bot.ports.messages import Version


def list_choices(turn: Turn) -> tuple[tuple[str, Version], ...]:
    """Return the pictures of a card with the names that people say: "A", or "v8a" of two images.

    A letter belongs to a place in a gallery, so that it stays while others are still drawn, or fail.
    """
    if not turn.team.children:
        return tuple((version.number, version) for version in turn.result.versions)
    found = []
    place = 0
    for part in turn.team.children:
        found += [
            (place_letter(place + at), version) for at, version in enumerate(part.result.versions)
        ]
        place += max(part.request.output.n or 1, 1)
    return tuple(found)


def drawn_directions(turn: Turn) -> dict[int, Turn]:
    """Return what is drawn of a brainstorm, or on its way, by the number of its direction."""
    asked = ((part.request.event_id.rpartition("/")[2], part) for part in turn.team.children)
    return {int(number): part for number, part in asked if number.isdecimal()}


def undrawn_directions(turn: Turn) -> list[int]:
    """Return the numbers of the directions that are not drawn yet."""
    gone = drawn_directions(turn)
    return [one for one in range(1, len(turn.team.directions) + 1) if one not in gone]


def place_letter(place: int) -> str:
    """Name a place of a gallery: A is the first."""
    return chr(ord("A") + place) if place < 26 else f"A{place - 25}"


def part_letter(turn: Turn, part: Turn) -> str:
    """Name the place of a part, drawn or not."""
    place = 0
    for one in turn.team.children:
        if one.id == part.id:
            return place_letter(place)
        place += max(one.request.output.n or 1, 1)
    return ""


def find_version(turn: Turn, name: str) -> str | None:
    """Return the number of the picture that people call by a letter; None: there is none."""
    named = list_choices(turn)
    if not turn.team.children and len(name) == 1:
        place = ord(name.lower()) - ord("a")
        return named[place][1].number if 0 <= place < len(named) else None
    return next((version.number for one, version in named if one.lower() == name.lower()), None)


def not_in_vote(turn: Turn, name: str, among: Iterable[str] | None = None) -> NotInVote:
    """Say that a vote is not about a picture, and about which it is, or which lead: `among`."""
    numbers = [version.number for _, version in list_choices(turn)] if among is None else among
    return NotInVote(
        version=name, choices=_(" or ").join(choice_name(turn, one) for one in numbers)
    )


def choice_name(turn: Turn, number: str) -> str:
    """Name a version as its card does: "C · v3", or "v8a"."""
    for name, version in list_choices(turn):
        if version.number == number:
            return number if name == number else f"{name} · {number}"
    return number


def can_vote(turn: Turn) -> bool:
    """Is there a vote on this card: two pictures or more, all that come are there, none has won?"""
    still = any(part.state in OPEN for part in turn.team.children)
    return turn.team.winner is None and not still and len(list_choices(turn)) > 1


def find_leaders(votes: Mapping[str, int]) -> tuple[str, ...]:
    """Return the versions that share the most votes, in order; () while nobody has voted."""
    most = max(votes.values(), default=0)
    return tuple(sorted(number for number, count in votes.items() if count == most and most > 0))
