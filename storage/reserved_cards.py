"""Which of several processes posts a card that stands nowhere yet? Whoever reserves it first.

A reservation is a lease for some seconds: what a process reserved that died or froze is another's after them, which
then looks for the card at its place before it posts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.places import find_posted
from storage.statement import Statement

if TYPE_CHECKING:
    from bot.ports.cards import Posted

#: seconds: longer than adapters take a card for one that nobody else can have posted
_SECONDS = 6.0
#: the server's clock is everybody's
_NOW = "extract(epoch FROM clock_timestamp())"
#: leases that are over go along, a few at a time
_RESERVE = Statement(
    sa.text(
        "WITH over AS (DELETE FROM leases WHERE ctid IN (SELECT ctid FROM leases WHERE name LIKE 'card %' "  # noqa: S608 - nothing in it is from outside
        f"AND name <> :name AND until <= {_NOW} LIMIT 10 FOR UPDATE SKIP LOCKED)) "
        f"INSERT INTO leases (name, number, holder, until) VALUES (:name, 1, :holder, {_NOW} + {_SECONDS}) "
        "ON CONFLICT (name, number) DO UPDATE SET holder = excluded.holder, until = excluded.until "
        f"WHERE leases.until <= {_NOW} OR leases.holder = excluded.holder"
    )
)

_RELEASE = Statement(sa.text("DELETE FROM leases WHERE name = :name AND holder = :holder"))


def reserve_card(sql: sa.Connection, card: str, holder: str) -> tuple[Posted | None, bool]:
    """Return where a card stands; if nowhere, whether `holder` may post it. On Postgres only."""
    at = find_posted(sql, card)
    if at is not None:
        return at, False
    if not _RESERVE.run(sql, name=f"card {card}", holder=holder):
        return None, False
    at = find_posted(sql, card)  # it may have been posted since
    return at, at is None


def release_card(sql: sa.Connection, card: str, holder: str) -> None:
    """Let another process post a card that `holder` reserved."""
    _RELEASE.run(sql, name=f"card {card}", holder=holder)
