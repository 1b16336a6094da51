"""Who did what that costs money, deletes or changes settings?

What deletes or sets writes a row here, in its own transaction. What a drawing costs is written in the ledger anyway, with
who asked, so that a turn writes nothing more; the log is both, by time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports.audit import AuditEntry
from storage import rows
from storage.events import event_key
from storage.statement import Statement
from storage.tables import audit, ledger, turns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.audit import AuditQuery
    from bot.ports.messages import ActionEvent, IncomingMessage

#: characters of a detail
_LONGEST = 200
_COLUMNS = [column.name for column in audit.c]
_RECORD = Statement(
    sa.text(
        f"INSERT INTO audit ({', '.join(_COLUMNS)}) VALUES (:{', :'.join(_COLUMNS)}) "  # noqa: S608 - our own names
        "ON CONFLICT (event) DO NOTHING"
    )
)


def record(
    sql: sa.Connection,
    now: float,
    incoming: ActionEvent | IncomingMessage,
    action: str,
    conversation: str = "",
    detail: Mapping[str, str] | str = "",
) -> None:
    """Note what somebody does. A second delivery of its event notes nothing."""
    if not isinstance(detail, str):
        detail = ", ".join(f"{name} {value}" for name, value in detail.items() if value)
    _RECORD.run(
        sql,
        event=event_key(incoming),
        platform=incoming.place.platform,
        workspace=incoming.place.workspace,
        channel=incoming.place.channel,
        person=incoming.person.id,
        person_name=incoming.person.name,
        action=action,
        conversation=conversation,
        detail=" ".join(detail.split())[:_LONGEST],
        created=now,
    )


def record_own(sql: sa.Connection, now: float, event: str, action: str, **known: str) -> None:
    """Note what no message or press asks for: Easel's own, a command, a sign-in; `known`: columns of the row."""
    empty = dict.fromkeys(_COLUMNS, "")
    _RECORD.run(sql, **{**empty, **known, "event": event, "action": action, "created": now})


def list_audit(sql: sa.Connection, query: AuditQuery) -> tuple[AuditEntry, ...]:
    """List a page of the log, the newest first."""
    done = sa.select(audit, audit.c.event.label("key"), *_NOTHING_DRAWN)
    drawn = sa.select(*_DRAWN).join(turns, turns.c.id == ledger.c.turn, isouter=True)
    found = [
        _entry(row)
        for wanted, table, key in ((done, audit, audit.c.event), (drawn, ledger, _LEDGER_KEY))
        for row in sql.execute(_page(sql, wanted, table, key, query))
    ]
    found.sort(key=lambda one: (one.created, one.cursor), reverse=True)
    return tuple(found[: query.limit])


def delete_audit(sql: sa.Connection, until: float) -> None:
    """Remove what was noted before a time; the ledger's money stays counted."""
    sql.execute(sa.delete(audit).where(audit.c.created < until))


#: no event's key begins so, and the order of the bytes is the same in Python and in both databases
_LEDGER_KEY = sa.literal("turn/") + ledger.c.turn + "/" + sa.cast(ledger.c.attempt, sa.Text)
_NOTHING_DRAWN = [sa.literal(0).label(name) for name in ("images", "settled", "unsettled")]
_DRAWN = [
    *(ledger.c[name] for name in ("created", "platform", "workspace", "channel", "person")),
    ledger.c.person_name,
    sa.literal("draw").label("action"),
    sa.func.coalesce(turns.c.conversation, "").label("conversation"),
    ledger.c.model.label("detail"),
    _LEDGER_KEY.label("key"),
    ledger.c.images,
    sa.func.coalesce(ledger.c.cost, 0).label("settled"),
    sa.case(
        (
            ledger.c.state.in_(["reserved", "unsettled"]),
            sa.func.coalesce(ledger.c.reserved, 0),
        ),
        else_=0,
    ).label("unsettled"),
]


def _page(
    sql: sa.Connection,
    wanted: sa.Select[Any],
    table: sa.Table,
    key: sa.ColumnElement[str],
    query: AuditQuery,
) -> sa.Select[Any]:
    """Ask for one of the two's rows that can be on a page."""
    by_bytes = sa.collate(key, "C" if sql.dialect.name == "postgresql" else "BINARY")
    if query.since is not None:
        wanted = wanted.where(table.c.created >= query.since)
    if query.until is not None:
        wanted = wanted.where(table.c.created < query.until)
    if query.of_platform:
        wanted = wanted.where(table.c.platform == query.of_platform)
    if query.before is not None:
        time, _, after = query.before.partition(" ")
        created = float(time)
        earlier = sa.and_(table.c.created == created, by_bytes < after)
        wanted = wanted.where(sa.or_(table.c.created < created, earlier))
    return wanted.order_by(table.c.created.desc(), by_bytes.desc()).limit(query.limit)


def _entry(row: Any) -> AuditEntry:  # noqa: ANN401 - a row's columns are known at run time only
    return AuditEntry(
        created=row.created,
        platform=row.platform,
        workspace=row.workspace,
        channel=row.channel,
        person=row.person,
        person_name=row.person_name,
        action=row.action,
        conversation=row.conversation,
        detail=row.detail,
        images=row.images,
        settled=rows.dollars(row.settled) or 0.0,
        unsettled=rows.dollars(row.unsettled) or 0.0,
        cursor=f"{row.created!r} {row.key}",
    )
