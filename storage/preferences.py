"""What holds when nobody says otherwise: for a person, in a channel, in a workspace?

What holds in a thread stands with its conversation. Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa

from bot.ports.messages import Defaults
from storage import rows
from storage.tables import preferences

if TYPE_CHECKING:
    from bot.ports.messages import Person, Place

_OF = {
    scope: sa.and_(preferences.c.scope == scope, preferences.c.scope_id == sa.bindparam(scope))
    for scope in ("person", "channel", "workspace")
}
_HOLDING = sa.select(preferences.c.scope, preferences.c["values"]).where(sa.or_(*_OF.values()))


def _ids(place: Place, person: Person) -> dict[str, str]:
    workspace = f"{place.platform}/{quote(place.workspace, safe=':@')}"
    return {
        "person": f"{workspace}/{quote(person.id, safe=':@')}",
        "channel": str(replace(place, thread=None)),
        "workspace": workspace,
    }


def holding(sql: sa.Connection, place: Place, person: Person) -> Defaults:
    """Tell what holds for a person in a channel, where a thread sets nothing."""
    found = {row.scope: row[1] for row in sql.execute(_HOLDING, _ids(place, person))}
    held = Defaults()
    for scope in _OF:
        held = held.over(rows.defaults(found.get(scope)))
    return held


def prefer(sql: sa.Connection, place: Place, person: Person, scope: str, wanted: Defaults) -> None:
    """Set what holds from now on for a "person", in a "channel", in a "workspace"."""
    where = (
        preferences.c.scope == scope,
        preferences.c.scope_id == (id_ := _ids(place, person)[scope]),
    )
    known = sql.execute(sa.select(preferences.c["values"]).where(*where)).scalar()
    written = rows.dump_defaults(wanted.over(rows.defaults(known)))
    sql.execute(sa.delete(preferences).where(*where))
    sql.execute(sa.insert(preferences).values({"scope": scope, "scope_id": id_, "values": written}))
