"""What holds when nobody says otherwise: in a workspace, in a channel, for a person, in a thread?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa

from bot.conversation.records import SCOPES
from storage import locks, rows
from storage.events import find_recorded, insert_control
from storage.tables import preferences

if TYPE_CHECKING:
    from bot.conversation.records import Recorded
    from bot.conversation.turn import Control
    from bot.ports.messages import ActionEvent, Defaults, IncomingMessage, Person, Place

#: the one that counts most first
SCOPES_IN_ORDER = ("thread", "person", "channel", "workspace")


def scope_ids(place: Place, person: Person) -> dict[str, str]:
    """Return by scope what the settings of a person, a channel and a workspace are kept under."""
    workspace = f"{place.platform}/{quote(place.workspace, safe=':@')}"
    return {
        "person": f"{workspace}/{quote(person.id, safe=':@')}",
        "channel": str(replace(place, thread=None)),
        "workspace": workspace,
    }


def are_guests_allowed(sql: sa.Connection, place: Place, person: Person) -> bool:
    """Return whether guests may ask for pictures at a place."""
    ids = scope_ids(place, person)
    is_set = ((preferences.c.scope == one) & (preferences.c.scope_id == ids[one]) for one in ids)
    found = sql.execute(
        sa.select(preferences.c.scope, preferences.c["values"]).where(sa.or_(*is_set))
    )
    texts = {row.scope: row[1] for row in found}
    return bool(rows.merge_defaults(texts.get(scope) for scope in SCOPES_IN_ORDER).guests)


def set_preferences(
    sql: sa.Connection, incoming: IncomingMessage, scope: str, wanted: Defaults
) -> None:
    """Set what holds from now on for a "person", in a "channel", in a "workspace"."""
    scope_id = scope_ids(incoming.place, incoming.person)[scope]
    write_preferences(sql, scope, scope_id, wanted)


def write_preferences(sql: sa.Connection, scope: str, scope_id: str, wanted: Defaults) -> None:
    """Write what is set in a scope over what was."""
    where = (preferences.c.scope == scope, preferences.c.scope_id == scope_id)
    known = sql.execute(sa.select(preferences.c["values"]).where(*where)).scalar()
    written = rows.dump_defaults(wanted.over(rows.defaults(known)))
    delete_preferences(sql, scope, scope_id)
    values = {"scope": scope, "scope_id": scope_id, "values": written}
    sql.execute(sa.insert(preferences).values(values))


def delete_preferences(sql: sa.Connection, scope: str, scope_id: str) -> None:
    """Forget what is set in a scope."""
    where = (preferences.c.scope == scope, preferences.c.scope_id == scope_id)
    sql.execute(sa.delete(preferences).where(*where))


def set_defaults(  # noqa: PLR0913, PLR0917 - what a control is, and what it sets
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    what: Control,
    wanted: Defaults,
) -> Recorded:
    """Set what holds from now on: in the thread, for the person, in a channel or workspace."""
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, incoming)) is not None:
        return before
    scope = SCOPES.get(what.fields.get("whose", "thread"), "thread")
    ids = {"thread": conversation, **scope_ids(incoming.place, incoming.person)}
    write_preferences(sql, scope, ids[scope], wanted)
    return insert_control(sql, now, id_, incoming, conversation, what)
