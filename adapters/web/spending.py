"""How does what was spent look as JSON? Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from adapters.web.answers import means

if TYPE_CHECKING:
    from bot.ports import queries


@dataclass(kw_only=True)
class SpentJson:
    """What was spent by somebody, in a channel, with a model, or all in all."""

    name: str
    images: int
    settled: Annotated[float, means("billed for certain")]
    perhaps: Annotated[float, means("what may have been billed beside it")]
    about: Annotated[bool, means("is some of it the catalogue's price?")]
    unpriced: Annotated[int, means("drawings whose cost nobody knows")]


@dataclass(kw_only=True)
class UsageJson:
    """What was spent in a month."""

    month: Annotated[str, Field(examples=["2026-11"])]
    total: SpentJson
    people: list[SpentJson]
    channels: list[SpentJson]
    models: list[SpentJson]
    days: Annotated[list[SpentJson], means("by the day, in UTC: 2026-11-30")]


def usage(one: queries.Usage) -> UsageJson:
    """Return what was spent as JSON."""
    return UsageJson(
        month=one.month,
        total=_spent(one.total),
        people=[_spent(row) for row in one.people],
        channels=[_spent(row) for row in one.channels],
        models=[_spent(row) for row in one.models],
        days=[_spent(row) for row in one.days],
    )


def _spent(row: queries.UsageRow) -> SpentJson:
    return SpentJson(
        name=row.name,
        images=row.images,
        settled=row.settled,
        perhaps=row.unsettled,
        about=row.estimated,
        unpriced=row.unpriced,
    )
