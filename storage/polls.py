"""How do people choose together: tick ideas, vote, close the vote?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import votes as rules
from bot.conversation.conversation import Control
from bot.conversation.records import Recorded
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.errors import NoSuchIdea, NoSuchTurn, NothingToChoose, NoVotes, VoteClosed
from storage import locks, reading, rows
from storage.answers import note
from storage.controls import first_time, load_for, move
from storage.tables import NUMBERED, turns, versions, votes
from storage.writing import bump, control_values, inserted, seen_before

if TYPE_CHECKING:
    from bot.conversation.conversation import Turn
    from bot.ports.messages import ActionEvent, IncomingMessage


def open_poll(
    sql: sa.Connection,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    now: float,
) -> Recorded:
    """Put the pictures that branches end in to the vote. Raises NothingToChoose."""
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, incoming)) is not None:
        return before
    made = sql.execute(
        sa.select(versions.c.number, versions.c.parent)
        .where(versions.c.conversation == conversation)
        .order_by(*NUMBERED)
    ).all()
    parents = {row.parent for row in made}
    tips = [row.number for row in made if row.number not in parents][-limits.MAX_SIDE_BY_SIDE :]
    if len(tips) < 2:
        raise NothingToChoose
    what = Control(action=Action.VOTE)
    values = control_values(incoming, id_, conversation, what, bump(sql, conversation), now)
    return inserted(sql, {**values, "text": "vote", "more": rows.dump({"choices": tips})})


def vote(sql: sa.Connection, event: ActionEvent, poll: str, version: str, now: float) -> Recorded:
    """Vote for a version of a poll; the newest vote of a person counts.

    Raises NotInVote, NothingToChoose, VoteClosed.
    """
    locks.of_turn(sql, poll)  # before it is looked whether this was seen: two may come at once
    if (before := seen_before(sql, event)) is not None:
        return before
    turn = _open_poll(sql, poll)
    if version not in {one.number for _, one in rules.list_choices(turn)}:
        raise rules.not_in_vote(turn, version)
    first_time(sql, event, turn.conversation, None, now)
    mine = (votes.c.poll == poll, votes.c.person == event.person.id)
    sql.execute(sa.delete(votes).where(*mine))
    sql.execute(sa.insert(votes).values(poll=poll, person=event.person.id, version=version))
    if turn.team.tied:
        note(sql, poll, tied=[])
    return _changed(sql, turn)


def close(
    sql: sa.Connection, event: ActionEvent, poll: str, winner: str | None, now: float
) -> Recorded:
    """End a vote: the winner is the head, the rest is kept. A tie is noted, and stays open.

    `winner`: which of a tie. Raises NoVotes, NotInVote, NothingToChoose, VoteClosed.
    """
    locks.of_turn(sql, poll)  # before it is looked whether this was seen: two may come at once
    if (before := seen_before(sql, event)) is not None:
        return before
    turn = _open_poll(sql, poll)
    most = rules.find_leaders(turn.team.votes)
    leading = [one.number for _, one in rules.list_choices(turn) if one.number in most]
    if not leading:
        raise NoVotes
    if winner is not None and winner not in leading:
        raise rules.not_in_vote(turn, winner, leading)
    first_time(sql, event, turn.conversation, None, now)
    if winner is None and len(leading) > 1:
        note(sql, poll, tied=leading)
        return _changed(sql, turn)
    number = winner or leading[0]
    note(sql, poll, won=number, tied=[])
    known = load_for(sql, turn.conversation, Control(action=Action.GOTO, version=number))
    if known is None:
        raise NoSuchTurn(turn=poll)
    begun = _changed(sql, turn)
    moved = known.move_head(Control(action=Action.GOTO, version=number))
    move(sql, known, moved, bump(sql, turn.conversation))
    return begun


def tick(sql: sa.Connection, event: ActionEvent, poll: str, number: int, now: float) -> Recorded:
    """Tick an idea, or take the tick away. Raises NoSuchIdea, VoteClosed."""
    locks.of_turn(sql, poll)  # before it is looked whether this was seen: two may come at once
    if (before := seen_before(sql, event)) is not None:
        return before
    turn = _poll(sql, poll)
    if not 1 <= number <= len(turn.team.directions):
        raise NoSuchIdea(number=str(number), count=str(len(turn.team.directions)))
    if turn.team.winner or number not in rules.undrawn_directions(turn):
        raise VoteClosed
    first_time(sql, event, turn.conversation, None, now)
    note(sql, poll, ticked=sorted(set(turn.team.ticked) ^ {number}))
    return _changed(sql, turn)


def _poll(sql: sa.Connection, id_: str) -> Turn:
    found = reading.turn_by_id(sql, id_)
    if found is None:
        raise NoSuchTurn(turn=id_)
    return found


def _open_poll(sql: sa.Connection, id_: str) -> Turn:
    turn = _poll(sql, id_)
    if turn.team.winner is not None:
        raise VoteClosed(winner=rules.choice_name(turn, turn.team.winner))
    if not rules.can_vote(turn):
        raise NothingToChoose
    return turn


def _changed(sql: sa.Connection, turn: Turn) -> Recorded:
    """Have the poll's card shown anew, also after a crash; what was pressed makes no turn of its own."""
    values = {"revision": bump(sql, turn.conversation), "told": False}
    sql.execute(sa.update(turns).where(turns.c.id == turn.id).values(values))
    shown = reading.turn_by_id(sql, turn.id)
    return Recorded(conversation=turn.conversation, turn=shown, is_new=True, is_quiet=True)
