"""What can be seen: a whole conversation, what changed in it, the list, the known places?

Each function is one reading transaction (`storage.database`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.ports import limits
from bot.ports.cards import Posted
from bot.ports.messages import Place, State
from bot.ports.queries import KnownPlace, Summary
from storage import reading, rows
from storage.search import has_person, people, speaks_of
from storage.tables import NUMBERED, conversations, files, holds, places, posts, turns, versions
from storage.thumbnails import colors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Conversation, Turn
    from bot.ports.messages import Person, Version
    from bot.ports.queries import (
        ImageQuery,
        ListQuery,
        PlaceQuery,
        PlacesQuery,
        PromptsQuery,
        VersionsQuery,
    )

_ALL = reading.TURN.where(
    turns.c.conversation == sa.bindparam("conversation"),
    turns.c.revision > sa.bindparam("after"),
).order_by(turns.c.seq)
_BY_IDS = reading.TURN.where(turns.c.id.in_(sa.bindparam("ids", expanding=True)))


def changes(sql: sa.Connection, conversation: str, after: int) -> list[Turn]:
    """Give the turns that changed after a revision, in the order of the changes."""
    found = sql.execute(_ALL, {"conversation": conversation, "after": after}).all()
    gather = {row.gathering for row in found if row.gathering} - {row.id for row in found}
    if gather:  # what shows a part that changed
        found = [*found, *sql.execute(_BY_IDS, {"ids": sorted(gather)})]
    read = [reading.full_turn(sql, row) for row in found]
    return sorted(read, key=lambda turn: (turn.revision, turn.seq))


def whole(sql: sa.Connection, id_: str) -> tuple[Conversation, list[Turn]] | None:
    """Give a conversation with all its versions and turns, in the order of asking."""
    alive = (conversations.c.id == id_, conversations.c.deleted.is_(None))
    row = sql.execute(sa.select(conversations).where(*alive)).one_or_none()
    if row is None:
        return None
    by_turn: dict[str, list[Version]] = {}
    deep: dict[str, int] = {}
    known = []
    ordered = sa.select(versions).where(versions.c.conversation == id_)
    for one in sql.execute(ordered.order_by(*NUMBERED)):
        known.append(rows.version(one))
        by_turn.setdefault(one.turn, []).append(known[-1])
        deep[one.turn] = one.depth
    branches = Counter(one.parent for one in known)
    found = []
    for one in sql.execute(_ALL, {"conversation": id_, "after": -1}).all():
        if one.deleted is not None:
            continue
        more = one.question or one.images > 1 or one.state in reading.WAITING
        if more or reading.gathers(one) or (one.images and deep[one.id] > limits.DRIFTING_EDITS):
            found.append(reading.full_turn(sql, one))
        else:
            beside = branches[one.source] if one.images and one.source else 0
            found.append(rows.turn(one, by_turn.get(one.id, ()), result={"branches": beside}))
    return rows.conversation(row, known), found


def listed(sql: sa.Connection, query: ListQuery) -> tuple[Summary, ...]:
    """Give a page of a workspace's conversations, newest first."""
    wanted = (
        sa.select(conversations, versions)
        .join(
            versions,
            sa.and_(
                versions.c.conversation == conversations.c.id,
                versions.c.number == conversations.c.head,
            ),
            isouter=True,
        )
        .where(
            conversations.c.platform == query.platform,
            conversations.c.workspace == query.workspace,
            conversations.c.deleted.is_(None),
            conversations.c.turns > 0,  # else nothing was ever taken there
            *([speaks_of(sql, query.text)] if query.text else []),
            *([has_person(query.person)] if query.person else []),
            *([conversations.c.id.in_(query.ids)] if query.ids is not None else []),
        )
        .order_by(conversations.c.seq.desc())
        .limit(query.limit)
    )
    if query.before is not None:
        wanted = wanted.where(conversations.c.seq < int(query.before))
    columns = [column.name for column in conversations.columns]
    found = []
    for row in sql.execute(wanted):
        about = dict(zip(columns, row, strict=False))
        image = rows.version(row) if row.blob else None
        found.append(
            Summary(
                id=about["id"],
                title=about["title"],
                head=about["head"],
                image=image,
                turns=about["turns"],
                updated=about["updated"],
                cursor=str(about["seq"]),
                revision=about["revision"],
            )
        )
    asked = people(sql, [one.id for one in found])
    known = colors(sql, [one.image.blob for one in found if one.image])
    return tuple(
        replace(
            one,
            people=asked.get(one.id, ()),
            color=known.get(one.image.blob) if one.image else None,
        )
        for one in found
    )


def every(sql: sa.Connection) -> list[str]:
    """Give the ids of all conversations, the oldest first."""
    alive = sa.select(conversations.c.id).where(conversations.c.deleted.is_(None))
    return list(sql.execute(alive.order_by(conversations.c.seq)).scalars())


def known_places(sql: sa.Connection, query: PlacesQuery) -> tuple[KnownPlace, ...]:
    """Give the places of a platform, the most recently used first."""
    found = sql.execute(
        sa.select(places)
        .where(places.c.platform == query.platform)
        .order_by(places.c.updated.desc())
        .limit(query.limit)
    )
    return tuple(
        KnownPlace(place=Place.parse(row.place), conversation=row.conversation, seen=row.seen)
        for row in found
    )


def known(sql: sa.Connection, query: PlaceQuery) -> KnownPlace | None:
    """Find the conversation at a place, or the one that a message of its channel belongs to."""
    wanted = places.c.place == str(query.place)
    if query.turn is not None:
        of = sa.select(turns.c.conversation).where(turns.c.id == query.turn)
        wanted = sa.and_(places.c.conversation.in_(of), _in_channel(places, query.place))
    elif query.message is not None:
        card = sa.select(posts.c.card).where(*_is(posts, query)).scalar_subquery()
        own = sa.and_(*_is(turns, query))
        of = sa.select(turns.c.conversation).where(sa.or_(turns.c.id.in_(card), own))
        wanted = sa.and_(places.c.conversation.in_(of), _in_channel(places, query.place))
    row = sql.execute(sa.select(places).where(wanted).limit(1)).one_or_none()
    if row is None:
        return None
    return KnownPlace(place=Place.parse(row.place), conversation=row.conversation, seen=row.seen)


def _is(table: sa.Table, query: PlaceQuery) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.message == query.message, _in_channel(table, query.place)


def _in_channel(table: sa.Table, place: Place) -> sa.ColumnElement[bool]:
    channel = str(replace(place, thread=None))
    threads = table.c.place.startswith(f"{channel}/", autoescape=True)
    return sa.or_(table.c.place == channel, threads)


def made(sql: sa.Connection, query: VersionsQuery) -> tuple[tuple[str, str], ...]:
    """Give the numbers of a conversation's images with what was asked for each, the newest first."""
    found = sql.execute(
        sa.select(versions.c.number, turns.c.text)
        .join(turns, turns.c.id == versions.c.turn)
        .join(conversations, conversations.c.id == versions.c.conversation)
        .where(
            versions.c.conversation == query.conversation,
            versions.c.created <= query.until,
            conversations.c.platform == query.platform,
            conversations.c.workspace == query.workspace,
        )
        .order_by(*(one.desc() for one in NUMBERED))
        .limit(query.limit)
    )
    return tuple((row.number, row.text) for row in found)


#: newest prompts of a person that are looked through
_PROMPTS_LOOKED_AT = 400


def prompts(sql: sa.Connection, query: PromptsQuery) -> tuple[str, ...]:
    """Give a person's newest prompts, each wording once."""
    newest = (
        sa.select(turns.c.text)
        .where(
            turns.c.person == query.person,
            turns.c.control.is_(None),
            turns.c.deleted.is_(None),
            turns.c.event.startswith(f"{query.platform}/{query.workspace}/", autoescape=True),
        )
        .order_by(turns.c.created.desc(), turns.c.seq.desc())
        .limit(_PROMPTS_LOOKED_AT)
    )
    holds_ = query.holds.casefold()
    found = (text for (text,) in sql.execute(newest) if holds_ in text.casefold())
    return tuple(dict.fromkeys(found))[: query.limit]


def holds_image(sql: sa.Connection, query: ImageQuery) -> bool:
    """Tell whether one of the workspace's conversations holds the image, drawn or sent."""
    for table in (versions, files):
        found = sql.execute(
            sa.select(table.c.blob)
            .join(conversations, conversations.c.id == table.c.conversation)
            .where(
                table.c.blob == query.blob,
                conversations.c.platform == query.platform,
                conversations.c.workspace == query.workspace,
            )
            .limit(1)
        )
        if found.first() is not None:
            return True
    return False


_POSTED_AT = sa.select(posts).where(posts.c.card == sa.bindparam("of")).order_by(posts.c.ordinal)


def posted_at(sql: sa.Connection, card: str) -> Posted | None:
    """Tell where a card stands."""
    found = sql.execute(_POSTED_AT, {"of": card}).all()
    if not found:
        return None
    return Posted(place=Place.parse(found[0].place), messages=tuple(row.message for row in found))


def standing(sql: sa.Connection, id_: str) -> tuple[Turn | None, Posted | None]:
    """Read one turn, and where its card stands."""
    return reading.turn_by_id(sql, id_), posted_at(sql, id_)


def beginner(sql: sa.Connection, conversation: str) -> str | None:
    """Tell who began a conversation, by id; also where that first prompt was deleted."""
    first = (
        sa.select(turns.c.person)
        .where(turns.c.conversation == conversation)
        .order_by(turns.c.seq)
        .limit(1)
    )
    found: str | None = sql.execute(first).scalar()
    return found


def newest(sql: sa.Connection, conversation: str, person: Person | None, which: str) -> Turn | None:
    """Give the newest prompt: any ("any"), one that is open ("open"), or one that failed ("failed")."""
    wanted = reading.TURN.where(
        turns.c.conversation == conversation,
        turns.c.control.is_(None),
        turns.c.deleted.is_(None),
    )
    if which == "open":
        wanted = wanted.where(turns.c.state.in_(["queued", "held", "drawing"]))
    elif which == "failed":
        wanted = wanted.where(turns.c.state.in_(["failed", "interrupted"]))
    if person is not None:
        wanted = wanted.where(turns.c.person == person.id)
    row = sql.execute(wanted.order_by(turns.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else reading.full_turn(sql, row)


_QUEUED = (
    reading.TURN.where(
        turns.c.lane == sa.bindparam("lane"), turns.c.state.in_(reading.WAITING), reading.OPEN
    )
    .order_by(turns.c.seq)
    .limit(sa.bindparam("most"))
)


def queued(sql: sa.Connection, conversation: str, limit: int) -> list[Turn]:
    """Give the first of those who wait in a conversation."""
    found = sql.execute(_QUEUED, {"lane": conversation, "most": limit})
    return [reading.full_turn(sql, row) for row in found.all()]


def revisions(sql: sa.Connection, ids: Sequence[str]) -> dict[str, int]:
    """Give the revisions of conversations."""
    columns = (conversations.c.id, conversations.c.revision)
    found = sql.execute(sa.select(*columns).where(conversations.c.id.in_(ids)))
    return {row.id: row.revision for row in found}


def untold(sql: sa.Connection, platforms: Sequence[str], limit: int) -> list[Turn]:
    """Give the turns whose end, or newest vote, nobody has been shown, the oldest first."""
    ended = (
        State.POSTED,
        State.HELD,
        State.REFUSED,
        State.INTERRUPTED,
        State.FAILED,
        State.CANCELLED,
    )
    found = sql.execute(
        reading.TURN.where(
            sa.text("NOT told"),
            turns.c.state.in_([state.value for state in ended]),
            turns.c.deleted.is_(None),
            turns.c.conversation.in_(
                sa.select(conversations.c.id).where(conversations.c.platform.in_(platforms))
            ),
        )
        .order_by(turns.c.seq)
        .limit(limit)
    )
    return [reading.full_turn(sql, row) for row in found.all()]


def open_turns(sql: sa.Connection) -> dict[str, int]:
    """Count the turns that are not over, by state."""
    counted = sa.select(turns.c.state, sa.func.count()).where(reading.OPEN).group_by(turns.c.state)
    return {state: count for state, count in sql.execute(counted)}  # noqa: C416 - rows are no pairs to mypy


def held_since(sql: sa.Connection) -> float | None:
    """Tell since when the model's account is on hold."""
    return sql.execute(sa.select(holds.c.since)).scalar()


def by_message(sql: sa.Connection, place: Place, message: str) -> Turn | None:
    """Find the turn whose asking message this is."""
    row = sql.execute(
        reading.TURN.where(
            turns.c.place == str(place), turns.c.message == message, turns.c.deleted.is_(None)
        )
    ).first()
    return None if row is None else reading.full_turn(sql, row)
