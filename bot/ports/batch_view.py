"""What may be asked of a list of pictures without changing anything, and what is answered?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ports.queries import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.cards import Card, Problem
    from bot.ports.messages import Output, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRowView:
    """One row of a list."""

    #: from 1
    number: int
    #: "": its words are its author's alone
    text: str
    output: Output
    model: str
    #: ready, waiting, drawing, held, drawn, blocked, failed or cancelled
    state: str
    #: None: nothing drawn
    version: Version | None = None
    #: US dollars; None: nothing, or not known
    cost: float | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A list as it is now."""

    card: Card
    #: ready, started or cancelled
    state: str
    #: what all of it is reserved at, in US dollars; None: not known
    price: float | None
    #: how many rows are in each state
    counts: Mapping[str, int]
    rows: tuple[BatchRowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchQuery(Query["BatchView | None"]):
    """A list by the id of its card; None: there is none for those who ask."""

    turn: str
