"""Who won a vote? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import NoVotes, Tie

if TYPE_CHECKING:
    from collections.abc import Mapping


def winner(votes: Mapping[str, int]) -> str:
    """Give the version with the most votes. Raises NoVotes, or Tie with those that share the lead."""
    most = max(votes.values(), default=0)
    if most == 0:
        raise NoVotes
    leading = sorted(number for number, count in votes.items() if count == most)
    if len(leading) > 1:
        raise Tie(leading=" and ".join(leading), votes=str(most))
    return leading[0]
