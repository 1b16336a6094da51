"""May this person ask for this now?

Part of the transaction that puts a prompt on disk (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.conversation import Failure
from bot.ports.errors import Kind, NotAllowed, OverLimit, TooFast, UnknownPrice
from bot.ports.messages import State
from storage import rows, spending
from storage.tables import turns

if TYPE_CHECKING:
    from bot.conversation.records import Admission, Rate
    from bot.ports.errors import Refused
    from bot.ports.messages import IncomingMessage


def refusal(
    sql: sa.Connection,
    message: IncomingMessage,
    terms: Admission,
    price: float | None,
    now: float,
    *,
    free: bool,
) -> Failure | None:
    """Tell why a prompt is refused; None: it is not. `free`: it is only talk."""
    if terms.refusal is not None or free:
        return terms.refusal
    for rate in terms.rates:
        wait = _wait(sql, message, rate, now)
        if wait > 0:
            detail = {"count": str(rate.count), "seconds": str(rate.seconds), "wait": f"{wait:.0f}"}
            return Failure(
                kind=Kind.NOT_ALLOWED, code="too_fast", billed=False, retry=False, detail=detail
            )
    standing = spending.standing(sql, message.place, message.person, terms.limits)
    return spending.over(standing, rows.nano(price), terms.limits)


def error(refused: Failure) -> Refused:
    """Give a refusal as an error, for a prompt that leaves nothing on disk."""
    classes = {one.code(): one for one in (NotAllowed, OverLimit, TooFast, UnknownPrice)}
    return classes[refused.code](**refused.detail)


def _wait(sql: sa.Connection, message: IncomingMessage, rate: Rate, now: float) -> float:
    """Give how long a person must wait; what was refused before it was sent does not count."""
    place = message.place
    here = turns.c.event.startswith(f"{place.platform}/{place.workspace}/", autoescape=True)
    asked = (
        sa.select(turns.c.created)
        .where(
            turns.c.person == message.person.id,
            turns.c.created > now - rate.seconds,
            turns.c.control.is_(None),
            sa.or_(turns.c.state != State.REFUSED.value, turns.c.attempt > 0),
            here,
        )
        .order_by(turns.c.created.desc())
        .offset(rate.count - 1)
        .limit(1)
    )
    oldest = sql.execute(asked).scalar()
    return 0.0 if oldest is None else max(oldest + rate.seconds - now, 1.0)
