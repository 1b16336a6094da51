"""Which versions have a star, whose, and which of them does a channel's gallery show?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.records import Recorded
from bot.ports.panels import Starred
from storage import locks, rows
from storage.conversations import raise_revision, touch_versions
from storage.events import find_recorded, insert_handled
from storage.places import find_posted, in_channel
from storage.tables import conversations, places, stars, turns, versions
from storage.turn_loader import STARRED_BY, find_turn, read_starred_by

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.ports.messages import ActionEvent, Place, Version


def toggle_star(
    sql: sa.Connection, now: float, event: ActionEvent, conversation: str, version: Version
) -> Recorded:
    """Give a version a person's star, or take it away."""
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, event)) is not None:
        return before
    insert_handled(sql, now, event, conversation)
    of = {"conversation": conversation, "number": version.number, "person": event.person.id}
    mine = [stars.c[name] == value for name, value in of.items()]
    if not sql.execute(sa.delete(stars).where(*mine)).rowcount:
        values = {**of, "person_name": event.person.name, "created": now}
        sql.execute(sa.insert(stars).values(values))
    touch_versions(sql, conversation, raise_revision(sql, conversation), [version.number])
    turn = find_turn(sql, version.turn)
    return Recorded(conversation=conversation, turn=turn, is_new=True, is_quiet=True)


def delete_stars(
    sql: sa.Connection, conversation: str, numbers: Collection[str] | None = None
) -> None:
    """Forget the stars of versions; None: of all of a conversation."""
    gone = sa.delete(stars).where(stars.c.conversation == conversation)
    sql.execute(gone if numbers is None else gone.where(stars.c.number.in_(numbers)))


def list_starred(
    sql: sa.Connection, place: Place, *, offset: int = 0, limit: int = 10
) -> tuple[Starred, ...]:
    """List the versions with a star whose canvas is shown in a place's channel, the newest star first."""
    newest = sa.func.max(stars.c.created)
    here = sa.exists().where(places.c.conversation == conversations.c.id, in_channel(places, place))
    found = sql.execute(
        sa.select(*versions.c, turns.c.text, STARRED_BY.label("starred_by"))
        .join(stars, sa.and_(*(stars.c[at] == versions.c[at] for at in ("conversation", "number"))))
        .join(conversations, conversations.c.id == versions.c.conversation)
        .join(turns, turns.c.id == versions.c.turn)
        .where(
            conversations.c.platform == place.platform,
            conversations.c.workspace == place.workspace,
            conversations.c.deleted.is_(None),
            here,
        )
        .group_by(*versions.c, turns.c.text)
        .order_by(newest.desc(), versions.c.conversation, versions.c.number)
        .offset(offset)
        .limit(limit)
    )
    return tuple(
        Starred(
            conversation=row.conversation,
            version=rows.version(row),
            prompt=row.text,
            people=read_starred_by(row.starred_by),
            at=find_posted(sql, row.turn),
        )
        for row in found.all()
    )
