"""How do people choose together: tick ideas, vote, close the vote?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import votes as rules
from bot.conversation.records import Recorded
from bot.conversation.turn import Control
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.errors import NoSuchIdea, NoSuchTurn, NothingToChoose, NoVotes, VoteClosed
from storage import locks, rows
from storage.conversations import lock_for, raise_revision, write_head
from storage.events import find_recorded, insert_control, insert_handled
from storage.tables import polls, turns, versions, votes
from storage.turn_loader import find_turn
from storage.versions import NUMBERED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.conversation.turn import Turn
    from bot.ports.messages import ActionEvent, IncomingMessage


def open_poll(
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
) -> Recorded:
    """Put the pictures that branches end in to the vote. Raise NothingToChoose."""
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, incoming)) is not None:
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
    values = {"turn": id_, "conversation": conversation, "choices": rows.dump(tips)}
    sql.execute(sa.insert(polls).values(values))
    what = Control(action=Action.VOTE)
    return insert_control(sql, now, id_, incoming, conversation, what, text="vote")


def record_vote(
    sql: sa.Connection, now: float, event: ActionEvent, poll: str, version: str
) -> Recorded:
    """Vote for a version of a poll; the newest vote of a person counts.

    Raise NotInVote, NothingToChoose, VoteClosed.
    """
    locks.of_turn(sql, poll)  # before it is looked whether this was seen: two may come at once
    if (before := find_recorded(sql, event)) is not None:
        return before
    turn = _get_open(sql, poll)
    if version not in {one.number for _, one in rules.list_choices(turn)}:
        raise rules.not_in_vote(turn, version)
    insert_handled(sql, now, event, turn.conversation)
    mine = (votes.c.poll == poll, votes.c.person == event.person.id)
    sql.execute(sa.delete(votes).where(*mine))
    sql.execute(sa.insert(votes).values(poll=poll, person=event.person.id, version=version))
    if turn.team.tied:
        _write(sql, turn, tied=[])
    return _changed(sql, turn)


def close_poll(
    sql: sa.Connection, now: float, event: ActionEvent, poll: str, winner: str | None
) -> Recorded:
    """End a vote: the winner is the head, the rest is kept. A tie is noted, and stays open.

    `winner`: which of a tie. Raise NoVotes, NotInVote, NothingToChoose, VoteClosed.
    """
    locks.of_turn(sql, poll)  # before it is looked whether this was seen: two may come at once
    if (before := find_recorded(sql, event)) is not None:
        return before
    turn = _get_open(sql, poll)
    most = rules.find_leaders(turn.team.votes)
    leading = [one.number for _, one in rules.list_choices(turn) if one.number in most]
    if not leading:
        raise NoVotes
    if winner is not None and winner not in leading:
        raise rules.not_in_vote(turn, winner, leading)
    insert_handled(sql, now, event, turn.conversation)
    if winner is None and len(leading) > 1:
        _write(sql, turn, tied=leading)
        return _changed(sql, turn)
    number = winner or leading[0]
    _write(sql, turn, winner=number, tied=[])
    choose = Control(action=Action.GOTO, version=number)
    known = lock_for(sql, turn.conversation, choose)
    if known is None:
        raise NoSuchTurn(turn=poll)
    recorded = _changed(sql, turn)
    moved = known.move_head(choose)
    write_head(sql, known, moved, raise_revision(sql, turn.conversation))
    return recorded


def tick_idea(
    sql: sa.Connection, now: float, event: ActionEvent, poll: str, number: int
) -> Recorded:
    """Tick an idea, or take the tick away. Raise NoSuchIdea, VoteClosed."""
    locks.of_turn(sql, poll)  # before it is looked whether this was seen: two may come at once
    if (before := find_recorded(sql, event)) is not None:
        return before
    turn = _get(sql, poll)
    if not 1 <= number <= len(turn.team.directions):
        raise NoSuchIdea(number=str(number), count=str(len(turn.team.directions)))
    if turn.team.winner or number not in rules.undrawn_directions(turn):
        raise VoteClosed
    insert_handled(sql, now, event, turn.conversation)
    _write(sql, turn, ticked=sorted(set(turn.team.ticked) ^ {number}))
    return _changed(sql, turn)


def _get(sql: sa.Connection, id_: str) -> Turn:
    found = find_turn(sql, id_)
    if found is None:
        raise NoSuchTurn(turn=id_)
    return found


def _get_open(sql: sa.Connection, id_: str) -> Turn:
    turn = _get(sql, id_)
    if turn.team.winner is not None:
        raise VoteClosed(winner=rules.choice_name(turn, turn.team.winner))
    if not rules.can_vote(turn):
        raise NothingToChoose
    return turn


def _write(
    sql: sa.Connection, turn: Turn, winner: str | None = None, **lists: Iterable[object]
) -> None:
    """Write what became of a poll; its first time for a card that was not opened as one."""
    values: dict[str, object] = {name: rows.dump(list(one)) for name, one in lists.items()}
    if winner is not None:
        values["winner"] = winner
    at = polls.c.turn == turn.id
    if sql.execute(sa.update(polls).where(at).values(values)).rowcount == 0:
        of = {"turn": turn.id, "conversation": turn.conversation}
        sql.execute(sa.insert(polls).values({**of, **values}))


def _changed(sql: sa.Connection, turn: Turn) -> Recorded:
    """Have the poll's card shown anew, also after a crash; what was pressed makes no turn of its own."""
    values = {"revision": raise_revision(sql, turn.conversation), "notified": False}
    sql.execute(sa.update(turns).where(turns.c.id == turn.id).values(values))
    shown = find_turn(sql, turn.id)
    return Recorded(conversation=turn.conversation, turn=shown, is_new=True, is_quiet=True)


def drop_choices(
    sql: sa.Connection, conversation: str, numbers: set[str], revision: int
) -> list[str]:
    """Take versions out of what was put to the vote, with their votes; return the ids of those cards."""
    of = sa.select(turns.c.id).where(turns.c.conversation == conversation)
    sql.execute(sa.delete(votes).where(votes.c.poll.in_(of), votes.c.version.in_(numbers)))
    changed = []
    for row in sql.execute(sa.select(polls).where(polls.c.conversation == conversation)).all():
        values: dict[str, object] = {}
        for name in ("choices", "tied"):
            before = rows.load_list(getattr(row, name))
            values[name] = rows.dump([one for one in before if one not in numbers])
        values["winner"] = None if row.winner in numbers else row.winner
        if values != {"choices": row.choices, "tied": row.tied, "winner": row.winner}:
            sql.execute(sa.update(polls).where(polls.c.turn == row.turn).values(values))
            sql.execute(sa.update(turns).where(turns.c.id == row.turn).values(revision=revision))
            changed.append(row.turn)
    return changed
