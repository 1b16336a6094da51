"""How do pages that are open in one process learn what happens in another? Through Postgres' LISTEN and NOTIFY.

A trigger of the first migration says which conversation changed, in the transaction that changes it, so that none is
missed, whoever wrote it. Unfinished images are rows for a while, and only where another process shows them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from bot.ports.cards import Preview
from bot.ports.messages import State
from storage.tables import previews, turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

_log = structlog.stdlib.get_logger("easel")

#: the channel of messages: `changed ID`, `watched ID PROCESS`, `preview ID`, each of a conversation
CHANNEL = "easel"
#: seconds before a lost connection is opened again
_PAUSE = 1.0
#: seconds after which a preview is of a process that ended before its drawing did
_OLD = 3600.0


def announce(sql: sa.Connection, messages: Sequence[str]) -> None:
    """Send messages to all processes."""
    for message in messages:
        sql.execute(sa.select(sa.func.pg_notify(CHANNEL, message)))


def save_preview(
    sql: sa.Connection, now: float, conversation: str, turn: str, preview: Preview | None
) -> None:
    """Keep a drawing's newest preview, and say so; None removes it."""
    stale = sa.or_(previews.c.turn == turn, previews.c.created < now - _OLD)
    sql.execute(sa.delete(previews).where(stale))
    if preview is not None:
        row = {"number": preview.index, "media_type": preview.media_type, "data": preview.data}
        sql.execute(
            sa.insert(previews).values(turn=turn, conversation=conversation, created=now, **row)
        )
    announce(sql, [f"preview {conversation}"])


def list_previews(sql: sa.Connection, conversation: str) -> dict[str, Preview]:
    """List the previews of a conversation, by the turns that are being drawn."""
    found = sql.execute(
        sa.select(previews)
        .join(turns, turns.c.id == previews.c.turn)
        .where(previews.c.conversation == conversation, turns.c.state == State.DRAWING.value)
    )
    return {
        row.turn: Preview(index=row.number, data=row.data, media_type=row.media_type)
        for row in found
    }


async def listen(
    url: str, handle: Callable[[str], Awaitable[None]], begin: Callable[[], Awaitable[None]]
) -> None:
    """Hand on the messages of all processes, for ever; `begin` first, and after what may have been missed."""
    import psycopg  # noqa: PLC0415 - 0.1 s that SQLite does not pay

    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                url,
                autocommit=True,
                application_name="easel pages",
                connect_timeout=5,
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=2,
            ) as sql:
                await sql.execute(f"LISTEN {CHANNEL}")
                await begin()
                async for one in sql.notifies():
                    await handle(one.payload)
        except psycopg.Error as error:
            _log.warning("open pages are not live", error=str(error).strip())
        await asyncio.sleep(_PAUSE)
