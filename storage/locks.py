"""Who writes now, and who waits? What SQLite's only writer gives for free, said for Postgres.

A verb that changes a conversation takes its lock before it reads anything that matters, so that what it
reads is what the one before wrote. Nobody waits in a circle: the account and the slots are taken
before the ledger, the ledger before a conversation, and one conversation only. All are given back with the
transaction.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.ports.errors import Superseded
from storage.tables import OPEN, conversations, places, turns

if TYPE_CHECKING:
    from bot.ports.messages import Place

#: the keys of advisory locks; any numbers would do
_ACCOUNT, _LEDGER, INSTALLATION, _SLOTS, _PREFERENCES = range(0xEA5E1, 0xEA5E6)

_LOCKED = sa.select(conversations.c.id).with_for_update(key_share=True)
_CONVERSATION = _LOCKED.where(conversations.c.id == sa.bindparam("of"))
_AT_PLACE = _LOCKED.where(
    conversations.c.id
    == sa.select(places.c.conversation)
    .where(places.c.place == sa.bindparam("of"))
    .scalar_subquery()
)
_OF_TURN = _LOCKED.where(
    conversations.c.id
    == sa.select(turns.c.conversation).where(turns.c.id == sa.bindparam("of")).scalar_subquery()
)
_OF_LANE = _LOCKED.where(
    conversations.c.id
    == sa.select(turns.c.conversation)
    .where(turns.c.lane == sa.bindparam("of"), sa.text(OPEN))
    .limit(1)
    .scalar_subquery()
)

_jobs = sa.table("procrastinate_jobs", sa.column("id"), sa.column("status"))
_STILL_OURS = (
    sa.select(_jobs.c.id)
    .where(_jobs.c.id == sa.bindparam("job"), sa.text("status = 'doing'"))
    .with_for_update(read=True)
    .scalar_subquery()
    .label("job")
)
_ACCOUNT_SHARED = sa.func.pg_advisory_xact_lock_shared(_ACCOUNT).label("account")
_ALONE = {key: sa.func.pg_advisory_xact_lock(key) for key in (_LEDGER, _SLOTS)}

#: the job of the shared queue for which the running task drains a lane; None: no such queue
job: ContextVar[int | None] = ContextVar("job", default=None)


def _needed(sql: sa.Connection) -> bool:
    return sql.dialect.name != "sqlite"


def conversation(sql: sa.Connection, id_: str) -> None:
    """Be the only one who writes in a conversation."""
    if _needed(sql):
        sql.execute(_CONVERSATION, {"of": id_})


def at_place(sql: sa.Connection, place: Place) -> None:
    """Be the only one who writes in the conversation that is shown at a place."""
    if _needed(sql) and place.thread is not None:
        sql.execute(_AT_PLACE, {"of": str(place)})


def of_turn(sql: sa.Connection, id_: str) -> None:
    """Be the only one who writes in a turn's conversation."""
    if _needed(sql):
        sql.execute(_OF_TURN, {"of": id_})


def to_claim(sql: sa.Connection, lane: str, job_: int | None, *, counts: bool, money: bool) -> bool:
    """Be the only one who takes what waits in a lane; False: nothing does. Raise Superseded: the job was taken away.

    `counts`: look whether one more may be drawn. `money`: look whether there is money. One statement, whose columns
    are taken in their order.
    """
    if not _needed(sql):
        return True
    slots_, ledger_ = (
        [_ALONE[key]] if wanted else [] for key, wanted in ((_SLOTS, counts), (_LEDGER, money))
    )
    is_ours = [_STILL_OURS] if job_ is not None else []
    taken = sa.select(*slots_, *is_ours, *ledger_, _OF_LANE.scalar_subquery().label("lane"))
    found = sql.execute(taken, {"of": lane, "job": job_} if is_ours else {"of": lane}).one()
    if is_ours and found.job is None:
        raise Superseded(f"job {job_}")
    return found.lane is not None


def to_record(sql: sa.Connection, place: Place) -> None:
    """Keep the model's account as it is, and be the only one who writes in the conversation at a place."""
    if _needed(sql):
        at = [_AT_PLACE.scalar_subquery().label("place")] if place.thread is not None else []
        sql.execute(sa.select(_ACCOUNT_SHARED, *at), {"of": str(place)} if at else {})


def account(sql: sa.Connection) -> None:
    """Keep the model's account as it is, on hold or not, while a turn is queued."""
    if _needed(sql):
        sql.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_ACCOUNT)))


def account_alone(sql: sa.Connection) -> None:
    """Be the only one who changes the model's account, while nobody queues a turn."""
    if _needed(sql):
        sql.execute(sa.select(sa.func.pg_advisory_xact_lock(_ACCOUNT)))


def preferences(sql: sa.Connection) -> None:
    """Be the only one who reads what is pinned somewhere and writes it changed."""
    if _needed(sql):
        sql.execute(sa.select(sa.func.pg_advisory_xact_lock(_PREFERENCES)))


def ledger(sql: sa.Connection) -> None:
    """Be the only one who looks whether there is money and reserves it."""
    if _needed(sql):
        sql.execute(sa.select(sa.func.pg_advisory_xact_lock(_LEDGER)))


def installation(sql: sa.Connection) -> None:
    """Be the only one who sets up the installation, its tables above all, however long that takes."""
    if _needed(sql):
        sql.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        sql.execute(sa.select(sa.func.pg_advisory_xact_lock(INSTALLATION)))
