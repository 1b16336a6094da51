"""May this person ask for this now? Part of the transaction that puts a prompt on disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.turn import Failure
from bot.ports.errors import Kind, NotAllowed, OverLimit, TooFast, UnknownPrice
from bot.ports.messages import State
from storage import rows
from storage.spending import find_exceeded
from storage.tables import turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.terms import Admission, Rate
    from bot.ports.errors import Refused
    from bot.ports.messages import ActionEvent, Defaults, IncomingMessage
    from storage.spending import LimitUsage


def tighten(admission: Admission, defaults: Defaults) -> Admission:
    """Return the terms with the limits that a workspace sets for itself."""
    return replace(admission, limits=admission.limits.tightened(defaults.quota))


def find_refusal(  # noqa: PLR0913, PLR0917 - what decides
    sql: sa.Connection,
    now: float,
    message: IncomingMessage | ActionEvent,
    admission: Admission,
    usage: Sequence[LimitUsage],
    price: float | None,
    count: int = 1,
) -> Failure | None:
    """Find why a prompt is refused, or `count` of them that cost `price` together; None: they are not."""
    for rate in admission.rates:
        wait = _wait(sql, now, message, rate, count)
        if wait > 0:
            detail = {"count": str(rate.count), "seconds": str(rate.seconds), "wait": f"{wait:.0f}"}
            return Failure(
                kind=Kind.NOT_ALLOWED, code="too_fast", billed=False, retry=False, detail=detail
            )
    return find_exceeded(usage, rows.nanos(price), admission.limits)


def to_error(refusal: Failure) -> Refused:
    """Make an error of a refusal, for a prompt that leaves nothing on disk."""
    classes = {one.code(): one for one in (NotAllowed, OverLimit, TooFast, UnknownPrice)}
    return classes[refusal.code](**refusal.detail)


def _wait(
    sql: sa.Connection,
    now: float,
    message: IncomingMessage | ActionEvent,
    rate: Rate,
    more: int,
) -> float:
    """Compute how long a person must wait to ask for `more`; what was refused before it was sent does not count."""
    place = message.place
    here = turns.c.event.startswith(f"{place.platform}/{place.workspace}/", autoescape=True)
    asked = (
        sa.select(turns.c.created)
        .where(
            turns.c.person == message.person.id,
            turns.c.created > now - rate.seconds,
            turns.c.action.is_(None),
            sa.or_(turns.c.state != State.REFUSED.value, turns.c.attempt > 0),
            here,
        )
        .order_by(turns.c.created.desc())
        .offset(max(rate.count - more, 0))
        .limit(1)
    )
    oldest = sql.execute(asked).scalar()
    return 0.0 if oldest is None else max(oldest + rate.seconds - now, 1.0)
