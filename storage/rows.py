"""How does a row become a value, and back?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from bot.conversation import Control, Conversation, Failure, Question, Turn
from bot.values import Action, Attachment, Kind, Output, Person, Place, State, Version
from storage import tables
from storage.tables import conversations, turns, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NANO = 1_000_000_000

#: the states that wait in a lane
WAITING = (State.QUEUED.value, State.HELD.value)
#: a term that lets a query use the small index of open turns
OPEN = sa.text(tables.OPEN)


def nano(dollars: float | None) -> int | None:
    """Give US dollars as whole nano-dollars."""
    return None if dollars is None else round(dollars * _NANO)


def dollars(nanos: int | None) -> float | None:
    """Give whole nano-dollars as US dollars."""
    return None if nanos is None else nanos / _NANO


def dump(value: object) -> str:
    """Write a JSON column."""
    return orjson.dumps(value).decode()


def load(text: str) -> Any:  # noqa: ANN401 - JSON is anything; the callers know their columns
    """Read a JSON column."""
    return orjson.loads(text)


def dump_failure(failure: Failure | None) -> str | None:
    """Write the column `turns.failure`."""
    return None if failure is None else dump(asdict(failure))


def _failure(text: str | None) -> Failure | None:
    if text is None:
        return None
    row = load(text)
    return Failure(**{**row, "kind": Kind(row["kind"])})


def dump_control(control: Control) -> str:
    """Write the column `turns.control`."""
    return dump(asdict(control))


def _control(text: str | None) -> Control | None:
    if text is None:
        return None
    row = load(text)
    return Control(**{**row, "action": Action(row["action"])})


def dump_question(question: Question | None) -> str | None:
    """Write the column `turns.question`."""
    return None if question is None else dump(asdict(question))


def _question(text: str | None) -> Question | None:
    if text is None:
        return None
    row = load(text)
    return Question(**{**row, "options": tuple(row["options"])})


def dump_attachments(attachments: Iterable[Attachment]) -> str:
    """Write the column `turns.attachments`."""
    return dump([{**asdict(one), "data": None} for one in attachments])


def dump_output(output: Output) -> str:
    """Write the column `conversations.settings`."""
    return dump({name: value for name, value in asdict(output).items() if value is not None})


def version(row: Any) -> Version:  # noqa: ANN401 - a row's columns are known at run time only
    """Read a row of `versions`."""
    return Version(
        number=row.number,
        parent=row.parent,
        blob=row.blob,
        media_type=row.media_type,
        size=row.size,
        width=row.width,
        height=row.height,
        alt=row.alt,
        turn=row.turn,
        url=row.url,
        created=row.created,
    )


def turn(
    row: Any,  # noqa: ANN401 - as above
    made: Sequence[Version] = (),
    queue: int | None = None,
    *,
    answered: bool = False,
) -> Turn:
    """Read a row of `turns`, with its versions and its place in the queue."""
    return Turn(
        id=row.id,
        seq=row.seq,
        conversation=row.conversation,
        lane=row.lane,
        place=Place.parse(row.place),
        person=Person(id=row.person, name=row.person_name),
        text=row.text,
        state=State(row.state),
        event=row.event.split("/", 2)[2],
        control=_control(row.control),
        message=row.message,
        attachments=tuple(Attachment(**one) for one in load(row.attachments))
        if row.attachments != "[]"
        else (),
        source=row.source,
        sourced=row.sourced,
        output=Output(size=row.size, quality=row.quality, n=row.n),
        model=row.model,
        take=row.take,
        attempt=row.attempt,
        tries=row.tries,
        failure=_failure(row.failure),
        reply=row.reply,
        cost=dollars(row.cost),
        about=row.about,
        offer=Output(**load(row.offer)) if row.offer else None,
        question=_question(row.question),
        answered=answered,
        answers=row.answers,
        queue=queue,
        versions=tuple(made),
        revision=row.revision,
        head=row.head,
        mode=row.mode,
    )


def conversation(row: Any, known: Iterable[Version] = ()) -> Conversation:  # noqa: ANN401 - as above
    """Read a row of `conversations`, with those of its versions that are loaded."""
    return Conversation(
        id=row.id,
        platform=row.platform,
        workspace=row.workspace,
        title=row.title,
        head=row.head,
        redo=tuple(load(row.redo)),
        count=row.count,
        mode=row.mode,
        settings=Output(**load(row.settings)),
        model=row.model,
        revision=row.revision,
        versions={one.number: one for one in known},
    )


_OF_TURN = conversations.c.id == turns.c.conversation
TURN = sa.select(
    turns,
    sa.select(conversations.c.head).where(_OF_TURN).scalar_subquery().label("head"),
    sa.select(conversations.c.mode).where(_OF_TURN).scalar_subquery().label("mode"),
)
_TURN_BY_ID = TURN.where(turns.c.id == sa.bindparam("id"))
_MADE = (
    sa.select(versions).where(versions.c.turn == sa.bindparam("turn")).order_by(versions.c.number)
)
_AHEAD = (
    sa.select(sa.func.count())
    .select_from(turns)
    .where(
        turns.c.lane == sa.bindparam("lane"),
        turns.c.seq <= sa.bindparam("seq"),
        turns.c.state.in_(WAITING),
        OPEN,
    )
)
_ANSWERED = sa.select(turns.c.id).where(turns.c.answers == sa.bindparam("of")).limit(1)
_CONVERSATION = sa.select(conversations).where(conversations.c.id == sa.bindparam("id"))
_VERSIONS = sa.select(versions).where(
    versions.c.conversation == sa.bindparam("conversation"),
    versions.c.number.in_(sa.bindparam("numbers", expanding=True)),
)


def full_turn(sql: sa.Connection, row: Any) -> Turn:  # noqa: ANN401 - as above
    """Read a row of `turns` and what belongs to it from other tables."""
    made = [version(one) for one in sql.execute(_MADE, {"turn": row.id})] if row.images else []
    queue = None
    if row.state in WAITING:
        queue = sql.execute(_AHEAD, {"lane": row.lane, "seq": row.seq}).scalar_one()
    answered = bool(row.question) and sql.execute(_ANSWERED, {"of": row.id}).first() is not None
    return turn(row, made, queue, answered=answered)


def turn_by_id(sql: sa.Connection, id_: str) -> Turn | None:
    """Read one turn; None: there is none."""
    row = sql.execute(_TURN_BY_ID, {"id": id_}).one_or_none()
    return None if row is None else full_turn(sql, row)


def conversation_by_id(
    sql: sa.Connection, id_: str, names: Sequence[str] = ()
) -> Conversation | None:
    """Read a conversation, with its head, what redo leads to, and the versions in `names`."""
    row = sql.execute(_CONVERSATION, {"id": id_}).one_or_none()
    if row is None:
        return None
    wanted = {*names, *([row.head] if row.head else [])}
    known = named_versions(sql, id_, sorted(wanted)) if wanted else []
    return conversation(row, known)


def named_versions(sql: sa.Connection, id_: str, numbers: Sequence[str]) -> list[Version]:
    """Read the versions of these numbers, as far as there are any."""
    rows = sql.execute(_VERSIONS, {"conversation": id_, "numbers": list(numbers)})
    return [version(row) for row in rows]
