"""What becomes of pictures once they are drawn: what is made of them, what goes, and what went?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.conversation import Control
from bot.ports.actions import Action
from storage import locks, reading, rows, sources
from storage.prompts import remember
from storage.writing import bump, control_values, inserted, seen_before

if TYPE_CHECKING:
    import sqlalchemy as sa

    from bot.conversation.conversation import Turn
    from bot.conversation.records import Recorded
    from bot.ports.messages import ActionEvent, IncomingMessage, Place, Version


def compare(  # noqa: PLR0913 - what a control is, and what it shows
    sql: sa.Connection,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    what: Control,
    picture: Version,
    *,
    now: float,
) -> Recorded:
    """Keep a picture made of others, on a card of its own."""
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, incoming)) is not None:
        return before
    revision = bump(sql, conversation)
    remember(sql, conversation, [picture.blob])
    more = rows.dump({"picture": rows.dump_picture(picture)})
    values = control_values(incoming, id_, conversation, what, revision, now)
    return inserted(sql, {**values, "more": more})


def export(
    sql: sa.Connection,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    *,
    now: float,
) -> Recorded:
    """Keep that an export was asked for, so that it is handed out once, also after a crash."""
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, incoming)) is not None:
        return before
    what = Control(action=Action.EXPORT)
    values = control_values(incoming, id_, conversation, what, bump(sql, conversation), now)
    return inserted(sql, {**values, "told": False})


def shown_as(sql: sa.Connection, place: Place, message: str) -> Turn | None:
    """Find the turn whose card this message of the bot is."""
    found = sources.card_at(sql, place, message)
    return None if found is None else reading.turn_by_id(sql, found)
