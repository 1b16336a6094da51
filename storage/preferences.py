"""What holds when nobody says otherwise: in a workspace, in a channel, for a person, in a thread?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa

from bot.conversation.kit_rules import summarize_kit
from bot.conversation.records import SCOPES, Recorded
from bot.conversation.turn import Control
from bot.ports.actions import Action
from bot.ports.kit import Kit
from bot.ports.messages import Defaults, Person
from storage import audit, locks, rows
from storage.events import find_recorded, insert_control, insert_handled
from storage.images import discard
from storage.places import find_conversation_at
from storage.tables import conversations, preferences, turns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from bot.ports.messages import ActionEvent, Copies, IncomingMessage, Place

#: the one that counts most first
SCOPES_IN_ORDER = ("thread", "person", "channel", "workspace")


#: what is set in the workspace of a turn
SET_THERE = (
    sa.select(preferences.c["values"])
    .join(
        conversations,
        preferences.c.scope_id == conversations.c.platform + "/" + conversations.c.workspace,
    )
    .where(preferences.c.scope == "workspace", conversations.c.id == turns.c.conversation)
    .scalar_subquery()
    .label("set_there")
)


def scope_ids(place: Place, person: Person) -> dict[str, str]:
    """Return by scope what the settings of a person, a channel and a workspace are kept under."""
    workspace = f"{place.platform}/{quote(place.workspace, safe=':@')}"
    return {
        "person": f"{workspace}/{quote(person.id, safe=':@')}",
        "channel": str(replace(place, thread=None)),
        "workspace": workspace,
    }


def find_preferences(sql: sa.Connection, place: Place, person: Person) -> dict[str, Defaults]:
    """Return what is set in a workspace, in a channel and for a person, by scope."""
    ids = scope_ids(place, person)
    is_set = ((preferences.c.scope == one) & (preferences.c.scope_id == ids[one]) for one in ids)
    found = sql.execute(
        sa.select(preferences.c.scope, preferences.c["values"]).where(sa.or_(*is_set))
    )
    known = {row.scope: rows.defaults(row[1]) for row in found}
    return {scope: known.get(scope, Defaults()) for scope in ids}


def merge_preferences(sql: sa.Connection, place: Place, person: Person) -> Defaults:
    """Return what holds for somebody in a channel."""
    found = find_preferences(sql, place, person)
    return found["person"].over(found["channel"]).over(found["workspace"])


def find_language(sql: sa.Connection, place: Place) -> str | None:
    """Return the language that is set for a channel, else for its workspace; None: none is."""
    ids = scope_ids(place, Person(id="", name=""))
    is_set = (
        (preferences.c.scope == one) & (preferences.c.scope_id == ids[one])
        for one in ("channel", "workspace")
    )
    found = sql.execute(
        sa.select(preferences.c.scope, preferences.c["values"]).where(sa.or_(*is_set))
    )
    texts = {row.scope: row[1] for row in found}
    return rows.merge_defaults(map(texts.get, ("channel", "workspace"))).language


def find_copies(sql: sa.Connection, platform: str, workspace: str) -> Copies | None:
    """Find what a workspace allows of copies of its canvases; None: nothing is set."""
    held = _read(sql, "workspace", f"{platform}/{quote(workspace, safe=':@')}")
    return rows.defaults(held).copies


def set_preferences(  # noqa: PLR0913, PLR0917 - what is set, by whom, as what
    sql: sa.Connection,
    now: float,
    incoming: IncomingMessage | ActionEvent,
    scope: str,
    fields: Mapping[str, str],
    wanted: Defaults,
    cleared: Collection[str] = (),
) -> None:
    """Set what holds from now on for a "person", in a "channel", in a "workspace".

    `fields`: as it was said; `cleared`: the names of what is set no more.
    """
    scope_id = scope_ids(incoming.place, incoming.person)[scope]
    write_preferences(sql, scope, scope_id, wanted, cleared)
    detail = {**{name: value or "unset" for name, value in fields.items()}, "whose": scope}
    audit.record(sql, now, incoming, Action.SETTINGS.value, "", detail)


def write_preferences(
    sql: sa.Connection,
    scope: str,
    scope_id: str,
    wanted: Defaults,
    cleared: Collection[str] = (),
) -> None:
    """Write what is set in a scope over what was, without what is `cleared`."""
    where = (preferences.c.scope == scope, preferences.c.scope_id == scope_id)
    known = sql.execute(sa.select(preferences.c["values"]).where(*where)).scalar()
    _replace(sql, scope, scope_id, wanted.over(rows.defaults(known).without(cleared)))


def _replace(sql: sa.Connection, scope: str, scope_id: str, holds: Defaults) -> None:
    delete_preferences(sql, scope, scope_id)
    values: dict[str, object] = {"scope": scope, "scope_id": scope_id}
    values |= {"values": rows.dump_defaults(holds), "drawings": holds.quota.drawings}
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
    if wanted != Defaults():  # else they only looked
        audit.record(sql, now, incoming, what.action.value, conversation, what.fields)
    return insert_control(sql, now, id_, incoming, conversation, what)


def list_kits(sql: sa.Connection, place: Place) -> dict[str, Kit]:
    """Read by scope what is pinned in a thread, its channel and its workspace."""
    found = {}
    for scope, scope_id in _kit_scopes(sql, place).items():
        found[scope] = rows.defaults(_read(sql, scope, scope_id)).kit
    return found


def _kit_scopes(sql: sa.Connection, place: Place) -> dict[str, str]:
    ids = scope_ids(place, Person(id="", name=""))
    thread = find_conversation_at(sql, place) or ""
    return {"thread": thread, "channel": ids["channel"], "workspace": ids["workspace"]}


def _read(sql: sa.Connection, scope: str, scope_id: str) -> str | None:
    where = (preferences.c.scope == scope, preferences.c.scope_id == scope_id)
    found: str | None = sql.execute(sa.select(preferences.c["values"]).where(*where)).scalar()
    return found


def forget_kits(sql: sa.Connection, now: float, platform: str, workspace: str) -> None:
    """Empty the brand kits of a workspace and its channels; their pictures are to be removed."""
    locks.preferences(sql)
    id_ = f"{platform}/{quote(workspace, safe=':@')}"
    here = sa.or_(
        preferences.c.scope_id == id_,
        preferences.c.scope_id.startswith(f"{id_}/", autoescape=True),
    )
    of = preferences.c.scope.in_(("workspace", "channel"))
    for row in sql.execute(sa.select(preferences).where(here, of)).all():
        holds = rows.defaults(row[2])
        if holds.kit.has_content:
            _replace(sql, row.scope, row.scope_id, replace(holds, kit=Kit()))
            discard(sql, {one.blob: now for one in holds.kit.images})


def update_kit(  # noqa: PLR0913, PLR0917 - what a control is, and what it changes
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str | None,
    scope: str,
    change: Callable[[Kit], Kit],
) -> Recorded:
    """Change what is pinned in a channel or a workspace; the control says it in a conversation, if there is one.

    Raise what `change` raises.
    """
    if conversation is not None:
        locks.conversation(sql, conversation)
    locks.preferences(sql)
    if (before := find_recorded(sql, incoming)) is not None:
        return before
    scope_id = _kit_scopes(sql, incoming.place)[scope]
    holds = rows.defaults(_read(sql, scope, scope_id))
    changed = change(holds.kit)
    _replace(sql, scope, scope_id, replace(holds, kit=changed))
    kept = {one.blob for one in changed.images}
    discard(sql, {one.blob: now for one in holds.kit.images if one.blob not in kept})
    fields = {"whose": scope, **summarize_kit(changed)}
    what = Control(action=Action.KIT, fields=fields)
    audit.record(sql, now, incoming, what.action.value, conversation or "", fields)
    if conversation is not None:
        return insert_control(sql, now, id_, incoming, conversation, what)
    insert_handled(sql, now, incoming, "")
    return Recorded(conversation=None, turn=None, is_new=True)
