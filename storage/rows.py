"""How does a row become a value, and back?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from bot.conversation.conversation import (
    Control,
    Conversation,
    Failure,
    Question,
    Turn,
    TurnRequest,
    TurnResult,
    TurnTeam,
)
from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.messages import Attachment, Defaults, Output, Person, Place, State, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import sqlalchemy as sa

_NANO = 1_000_000_000
_NONE: Mapping[str, Any] = {}


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


def control_is(column: sa.ColumnElement[str], action: Action) -> sa.ColumnElement[bool]:
    """Make the condition that a row is this control; the action is the first key of its JSON."""
    return column.startswith(f'{{"action":"{action.value}"', autoescape=True)


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


def attachments(text: str) -> tuple[Attachment, ...]:
    """Read them back."""
    return tuple(Attachment(**one) for one in load(text)) if text != "[]" else ()


def dump_output(output: Output) -> str:
    """Write the column `turns.offer`."""
    return dump({name: value for name, value in asdict(output).items() if value is not None})


def dump_defaults(defaults: Defaults) -> str:
    """Write the columns `conversations.defaults` and `preferences.values`."""
    return dump(asdict(defaults))


def defaults(text: str | None) -> Defaults:
    """Read them back; NULL: nothing is set."""
    if not text or text == "{}":
        return Defaults()
    row = load(text)
    return Defaults(**{**row, "output": Output(**row["output"])})


def dump_picture(picture: Version) -> dict[str, object]:
    """Write a picture made of others, for the column `turns.more`."""
    return asdict(picture)


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
    versions: Sequence[Version] = (),
    *,
    result: Mapping[str, Any] = _NONE,
    team: Mapping[str, Any] = _NONE,
) -> Turn:
    """Read a row of `reading.TURN`. `result`, `team`: what other tables hold of them."""
    more = load(row.more) if row.more != "{}" else {}
    return Turn(
        id=row.id,
        seq=row.seq,
        conversation=row.conversation,
        lane=row.lane,
        place=Place.parse(row.place),
        person=Person(id=row.person, name=row.person_name),
        created=row.created,
        state=State(row.state),
        control=_control(row.control),
        request=_request(row, more),
        result=_result(row, more, versions, result),
        team=_team(row, more, team),
        attempt=row.attempt,
        tries=row.tries,
        queue_position=row.queue,
        notified=row.told,
        revision=row.revision,
        is_deleted=row.deleted is not None,
        head=row.head,
        mode=row.mode,
    )


def _request(row: Any, more: Mapping[str, Any]) -> TurnRequest:  # noqa: ANN401 - as above
    return TurnRequest(
        text=row.text,
        event_id=row.event.split("/", 2)[2],
        message_id=row.message,
        attachments=attachments(row.attachments),
        source=row.source,
        source_is_final=row.sourced,
        output=Output(size=row.size, quality=row.quality, n=row.n),
        model=row.model,
        variation=row.take,
        answers=row.answers,
        is_brainstorm=row.brainstorms,
        previews=more.get("previews"),
        rewordings=more.get("words", 0),
    )


def _result(
    row: Any,  # noqa: ANN401 - as above
    more: Mapping[str, Any],
    versions: Sequence[Version],
    known: Mapping[str, Any],
) -> TurnResult:
    picture = more.get("picture")
    return TurnResult(
        failure=_failure(row.failure),
        reply=row.reply,
        versions=tuple(versions),
        picture=Version(**picture) if picture else None,
        cost=dollars(row.cost),
        estimated=row.about,
        unsettled=more.get("perhaps", False),
        warning=more.get("warning", {}),
        offer=Output(**load(row.offer)) if row.offer else None,
        question=_question(row.question),
        unfetched=more.get("came"),
        seconds=row.finished - row.claimed if row.state == State.DRAWN and row.claimed else 0.0,
        **known,
    )


def _team(row: Any, more: Mapping[str, Any], known: Mapping[str, Any]) -> TurnTeam:  # noqa: ANN401 - as above
    points = ((Person(id=id_, name=name), text) for id_, name, text in more.get("points", ()))
    return TurnTeam(
        contributors=tuple(more.get("people", ())),
        points=tuple(points),
        directions=tuple(more.get("directions", ())),
        ticked=tuple(more.get("ticked", ())),
        parent=row.gathering,
        is_hidden=more.get("hidden", False),
        winner=more.get("won"),
        tied=tuple(more.get("tied", ())),
        **known,
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
        defaults=defaults(row.defaults),
        revision=row.revision,
        versions={one.number: one for one in known},
    )
