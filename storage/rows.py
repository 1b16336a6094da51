"""How does a row become a value, and back?"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import orjson

from bot.conversation.conversation import Conversation
from bot.conversation.turn import (
    Batch,
    BatchRow,
    Control,
    Failure,
    Question,
    Turn,
    TurnRequest,
    TurnResult,
    TurnTeam,
)
from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.kit import Kit, KitImage
from bot.ports.messages import Attachment, Defaults, Output, Person, Place, State, Version
from bot.ports.quota import Quota

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from _typeshed import DataclassInstance

_NANO = 1_000_000_000
_NONE: Mapping[str, Any] = {}


def nanos(amount: float | None) -> int | None:
    """Convert US dollars to whole nano-dollars."""
    return None if amount is None else round(amount * _NANO)


def dollars(amount: int | None) -> float | None:
    """Convert whole nano-dollars to US dollars."""
    return None if amount is None else amount / _NANO


def dump(value: object) -> str:
    """Write a JSON column."""
    return orjson.dumps(value).decode()


def load(text: str) -> Any:  # noqa: ANN401 - JSON is anything; the callers know their columns
    """Read a JSON column."""
    return orjson.loads(text)


def dump_optional(value: DataclassInstance | None) -> str | None:
    """Write a column that holds a failure, a control, a question or a picture; NULL: there is none."""
    return None if value is None else dump(asdict(value))


def failure(text: str | None) -> Failure | None:
    """Read the column `turns.failure`."""
    if text is None:
        return None
    row = load(text)
    return Failure(**{**row, "kind": Kind(row["kind"])})


def is_blocked(text: str | None) -> bool:
    """Was it refused for its words, which are its author's alone?"""
    known = failure(text)
    return known is not None and known.kind is Kind.BLOCKED


def _control(text: str | None) -> Control | None:
    if text is None:
        return None
    row = load(text)
    return Control(**{**row, "action": Action(row["action"])})


def _question(text: str | None) -> Question | None:
    if text is None:
        return None
    row = load(text)
    return Question(**{**row, "options": tuple(row["options"])})


def load_list(text: str) -> tuple[Any, ...]:
    """Read a JSON list, which is empty most often."""
    return tuple(load(text)) if text != "[]" else ()


def dump_attachments(attachments: Iterable[Attachment]) -> str:
    """Write the column `turns.attachments`."""
    return dump([{**asdict(one), "data": None} for one in attachments])


def attachments(text: str) -> tuple[Attachment, ...]:
    """Read them back."""
    return tuple(Attachment(**one) for one in load_list(text))


def dump_rows(rows: Iterable[BatchRow]) -> str:
    """Write the column `batches.rows`."""
    return dump([asdict(one) for one in rows])


def batch(row: Any) -> Batch:  # noqa: ANN401 - a row's columns are known at run time only
    """Read a row of `batches`."""
    listed = (BatchRow(**{**one, "output": Output(**one["output"])}) for one in load_list(row.rows))
    prices = tuple(dollars(one) for one in load_list(row.prices))
    return Batch(state=row.state, rows=tuple(listed), prices=prices, page=row.page)


def dump_output(output: Output) -> str:
    """Write the column `turns.offer`."""
    return dump({name: value for name, value in asdict(output).items() if value is not None})


def dump_defaults(defaults: Defaults) -> str:
    """Write the column `preferences.values`."""
    return dump(asdict(defaults))


def defaults(text: str | None) -> Defaults:
    """Read them back; NULL: nothing is set."""
    if not text or text == "{}":
        return Defaults()
    row = load(text)
    read = {
        "output": Output(**row["output"]),
        "kit": _kit(row["kit"]),
        "quota": Quota(**row["quota"]),
    }
    return Defaults(**{**row, **read})


def dump_kit(kit: Kit) -> str:
    """Write the column `turns.kit`."""
    return dump(asdict(kit))


def kit(text: str | None) -> Kit | None:
    """Read it back; NULL: there is none."""
    return None if text is None else _kit(load(text))


def _kit(row: Mapping[str, Any]) -> Kit:
    images = tuple(KitImage(**one) for one in row["images"])
    return Kit(**{**row, "palette": tuple(row["palette"]), "images": images})


def merge_defaults(texts: Iterable[str | None]) -> Defaults:
    """Read several, the one that counts most first."""
    merged = Defaults()
    for text in texts:
        merged = merged.over(defaults(text))
    return merged


def picture(text: str | None) -> Version | None:
    """Read the column `turns.picture`."""
    return None if text is None else Version(**load(text))


def version(row: Any, prefix: str = "") -> Version:  # noqa: ANN401 - a row's columns are known at run time only
    """Read a row of `versions`, whose columns may have a prefix."""
    return Version(**{one.name: getattr(row, prefix + one.name) for one in fields(Version)})


def turn(
    row: Any,  # noqa: ANN401 - as above
    versions: Sequence[Version] = (),
    *,
    result: Mapping[str, Any] = _NONE,
    team: Mapping[str, Any] = _NONE,
) -> Turn:
    """Read a row of `turn_loader.TURN`. `result`, `team`: what other tables hold of them."""
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
        request=_request(row),
        result=_result(row, versions, result),
        team=_team(row, team),
        attempt=row.attempt,
        tries=row.tries,
        queue_position=row.queue_position,
        notified=row.notified,
        revision=row.revision,
        is_deleted=row.deleted is not None,
        head=row.head,
        mode=row.mode,
        trace=row.trace,
    )


def _request(row: Any) -> TurnRequest:  # noqa: ANN401 - as above
    return TurnRequest(
        text=row.text,
        event_id=row.event.split("/", 2)[2],
        message_id=row.message,
        attachments=attachments(row.attachments),
        source=row.source,
        source_is_final=row.source_is_final,
        output=Output(size=row.size, quality=row.quality, n=row.n),
        model=row.model,
        instead_of=row.instead_of,
        variation=row.variation,
        answers=row.answers,
        is_brainstorm=row.brainstorm,
        previews=row.previews,
        mentions=row.mentions,
        rewordings=row.rewordings,
        kit=kit(row.kit),
        origin=row.origin,
    )


def _result(row: Any, versions: Sequence[Version], known: Mapping[str, Any]) -> TurnResult:  # noqa: ANN401 - as above
    return TurnResult(
        failure=failure(row.failure),
        reply=row.reply,
        versions=tuple(versions),
        picture=picture(row.picture),
        cost=dollars(row.cost),
        estimated=row.estimated,
        unsettled=row.unsettled,
        warning=load(row.warning) if row.warning else {},
        offer=Output(**load(row.offer)) if row.offer else None,
        question=_question(row.question),
        unfetched=row.unfetched,
        seconds=row.finished - row.claimed if row.state == State.DRAWN and row.claimed else 0.0,
        **known,
    )


def _team(row: Any, known: Mapping[str, Any]) -> TurnTeam:  # noqa: ANN401 - as above
    points = ((Person(id=id_, name=name), text) for id_, name, text in load_list(row.points))
    return TurnTeam(
        contributors=load_list(row.contributors),
        points=tuple(points),
        directions=load_list(row.directions),
        parent=row.parent,
        is_hidden=row.hidden,
        **known,
    )


def conversation(row: Any, known: Iterable[Version] = ()) -> Conversation:  # noqa: ANN401 - as above
    """Read a row of `conversations.CONVERSATION`, with those of its versions that are loaded."""
    return Conversation(
        id=row.id,
        platform=row.platform,
        workspace=row.workspace,
        title=row.title,
        head=row.head,
        redo=tuple(load(row.redo)),
        count=row.count,
        mode=row.mode,
        defaults=defaults(row.thread_defaults),
        revision=row.revision,
        versions={one.number: one for one in known},
    )
