"""How does what was spent look as JSON and in a table?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from adapters.web.render import Answer

if TYPE_CHECKING:
    from bot.ports import queries


class SpentJson(Answer):
    """What was spent by somebody, in a channel, with a model, or all in all."""

    name: str
    images: int
    settled: float = Field(description="billed for certain")
    perhaps: float = Field(
        validation_alias="unsettled", description="what may have been billed beside it"
    )
    about: bool = Field(
        validation_alias="estimated", description="is some of it the catalogue's price?"
    )
    unpriced: int = Field(description="drawings whose cost nobody knows")


class UsageJson(Answer):
    """What was spent in a month."""

    month: str = Field(examples=["2026-11"])
    total: SpentJson
    people: list[SpentJson]
    channels: list[SpentJson]
    models: list[SpentJson]
    days: list[SpentJson] = Field(description="by the day, in UTC: 2026-11-30")


def dollars(amount: float) -> str:
    """Write US dollars in a table."""
    return f"${amount:.2f}" if amount >= 0.1 else f"${amount:.3f}" if amount else "–"


def billed(one: queries.UsageRow) -> str:
    """Write what was billed for certain; `about` where it is the catalogue's price."""
    return (
        f"about {dollars(one.settled)}" if one.estimated and one.settled else dollars(one.settled)
    )
