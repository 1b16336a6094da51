"""What is known of where something is said, and of whom, in one query?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports import limits
from bot.ports.messages import State
from storage import fairness, rows
from storage.events import event_key
from storage.fairness import UNLIMITED
from storage.preferences import SCOPES_IN_ORDER, scope_ids
from storage.statement import Statement
from storage.tables import (
    conversations,
    handled_events,
    holds,
    places,
    preferences,
    turns,
    versions,
    waiting_pictures,
)
from storage.turn_loader import OPEN, in_state

if TYPE_CHECKING:
    from bot.conversation.conversation import Conversation
    from bot.ports.messages import ActionEvent, Defaults, IncomingMessage
    from storage.fairness import Capacity

_ONE = sa.select(sa.literal_column("1").label("one")).subquery("one")
_head = versions.alias("head_version")
_made = turns.alias("made")
_open = turns.alias("open_turn")
_HERE = sa.and_(conversations.c.id == places.c.conversation, conversations.c.deleted.is_(None))
_HEAD = sa.and_(_head.c.conversation == conversations.c.id, _head.c.number == conversations.c.head)
_PICTURES = sa.exists().where(
    waiting_pictures.c.person == sa.bindparam("person_id"),
    sa.or_(
        waiting_pictures.c.place == sa.bindparam("at"),
        sa.and_(waiting_pictures.c.place == sa.bindparam("around"), conversations.c.id.is_(None)),
    ),
    waiting_pictures.c.created > sa.bindparam("since"),
)
_IS_QUESTION = sa.and_(
    in_state([State.DRAWN.value, State.POSTED.value]),
    turns.c.images == 0,
    sa.or_(turns.c.reply.is_not(None), turns.c.question.is_not(None)),
)
#: the newest prompt, where the model answered it with words alone
_QUESTION = (
    sa.select(sa.case((_IS_QUESTION, turns.c.id)))
    .where(
        turns.c.conversation == conversations.c.id,
        turns.c.action.is_(None),
        turns.c.deleted.is_(None),
    )
    .order_by(turns.c.seq.desc())
    .limit(1)
)


def _values(scope: str) -> sa.Label[Any]:
    """Read what is set in a scope."""
    id_ = conversations.c.id if scope == "thread" else sa.bindparam(scope)
    of = (preferences.c.scope == scope, preferences.c.scope_id == id_)
    found = sa.select(preferences.c["values"]).where(*of).correlate(conversations)
    return found.scalar_subquery().label(f"{scope}_defaults")


_CONTEXT = Statement(
    sa.select(
        sa.or_(
            sa.exists().where(turns.c.event == sa.bindparam("event")),
            sa.exists().where(handled_events.c.event == sa.bindparam("event")),
        ).label("is_recorded"),
        sa.exists(sa.select(holds.c.account)).label("is_on_hold"),
        _PICTURES.correlate(conversations).label("has_pictures"),
        sa.exists()
        .where(_open.c.lane == conversations.c.id, sa.text(f"open_turn.{OPEN}"))
        .correlate(conversations)
        .label("is_busy"),
        fairness.HAS_ROOM.label("has_room"),
        _QUESTION.correlate(conversations).scalar_subquery().label("question"),
        *(_values(scope) for scope in SCOPES_IN_ORDER),
        _made.c.size.label("head_size"),
        *conversations.c,
        *(column.label(f"image_{column.name}") for column in _head.c),
    ).select_from(
        _ONE.outerjoin(places, places.c.place == sa.bindparam("place"))
        .outerjoin(conversations, _HERE)
        .outerjoin(_head, _HEAD)
        .outerjoin(_made, _made.c.id == _head.c.turn)
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of where something is said."""

    #: is_recorded, is_on_hold, has_pictures, is_busy, has_room, question, head_size, and the conversation's columns
    row: Any
    #: with the version of its head; None: the place is no canvas
    conversation: Conversation | None
    #: what holds there for whoever says it
    defaults: Defaults


def read_context(
    sql: sa.Connection,
    now: float,
    message: IncomingMessage | ActionEvent,
    capacity: Capacity = UNLIMITED,
) -> Context:
    """Read what is known of where something is said."""
    place = message.place
    row = _CONTEXT.first(
        sql,
        event=event_key(message),
        person_id=message.person.id,
        at=str(place),
        around=str(replace(place, thread=None)),
        since=now - limits.PENDING_PICTURE,
        place=str(place) if place.thread is not None else "",
        **scope_ids(place, message.person),
        **fairness.room_terms(now, capacity, place),
    )
    head = [rows.version(row, "image_")] if row.image_number else []
    return Context(
        row=row,
        conversation=rows.conversation(row, head) if row.id is not None else None,
        defaults=rows.merge_defaults(
            getattr(row, f"{scope}_defaults") for scope in SCOPES_IN_ORDER
        ),
    )
