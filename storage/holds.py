"""What happens when the model's account is empty, and when it is filled again?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.ports.messages import State
from storage import locks, reading
from storage.answers import fail
from storage.tables import conversations, holds, turns

if TYPE_CHECKING:
    from bot.conversation.conversation import Failure, Turn

_ACCOUNT = "model"


def hold(sql: sa.Connection, turn: Turn, failure: Failure, now: float) -> list[str]:
    """Put the model's account on hold, with all that waits; give the lanes that changed."""
    locks.account_alone(sql)
    changed = _shifted(sql, State.QUEUED, State.HELD)  # before the sums, for which others wait
    held = fail(sql, turn, failure, now)
    if sql.execute(sa.select(holds.c.account)).first() is None:
        sql.execute(sa.insert(holds).values(account=_ACCOUNT, since=now, turn=held.id))
    return [turn.lane, *(one for one in changed if one != turn.lane)]


def resume(sql: sa.Connection) -> list[str]:
    """Take the account off hold; give the lanes whose turns are queued again."""
    locks.account_alone(sql)
    sql.execute(sa.delete(holds))
    return _shifted(sql, State.HELD, State.QUEUED)


def _shifted(sql: sa.Connection, old: State, new: State) -> list[str]:
    which = (turns.c.state == old.value, turns.c.control.is_(None), reading.OPEN)
    changed = list(sql.execute(sa.select(turns.c.lane).where(*which).distinct()).scalars())
    if changed:
        sql.execute(
            sa.update(conversations)
            .where(conversations.c.id.in_(sa.select(turns.c.conversation).where(*which)))
            .values(revision=conversations.c.revision + 1)
        )
        newest = (
            sa.select(conversations.c.revision)
            .where(conversations.c.id == turns.c.conversation)
            .scalar_subquery()
        )
        sql.execute(
            sa.update(turns).where(*which).values(state=new.value, failure=None, revision=newest)
        )
    return changed
