"""What does a form carry with it, and what was filled in? A modal's private metadata and values. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from adapters.shared.text import utf16_length
from adapters.slack import parse
from adapters.slack.text import clean
from bot.ports.actions import Action
from bot.ports.messages import ActionEvent, Attachment, IncomingMessage, Output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.cards import Form
    from bot.ports.messages import Place

Json = dict[str, Any]

CALLBACK = "easel.form"
#: the field that a form without a channel asks with
WHERE = "where"
#: characters of a modal's private metadata
_MOST_METADATA = 3000
#: what choices begin with, since an option's value must not be empty
_CHOICE = "="


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a form is about."""

    place: Place
    action: Action
    turn: str | None = None
    version: str | None = None
    #: the pictures of the message that it was opened on
    files: tuple[Attachment, ...] = ()
    #: what one image costs, as in the form, in US dollars
    prices: Mapping[str, float] = field(default_factory=dict)


def write(errand: Errand) -> str:
    """Write what a form carries; up to 3,000 characters."""
    about = {
        "channel": errand.place.channel,
        "thread": errand.place.thread,
        "action": errand.action.value,
        "turn": errand.turn,
        "version": errand.version,
        "files": [{"id": one.id, "name": clean(one.name, 60)} for one in errand.files],
    }
    priced = json.dumps({**about, "prices": dict(errand.prices)}, ensure_ascii=False)
    if utf16_length(priced) <= _MOST_METADATA:
        return priced
    return json.dumps({**about, "prices": {}}, ensure_ascii=False)


def errand_of(form: Form, place: Place, files: tuple[Attachment, ...] = ()) -> Errand:
    """Say what a form that is about to be opened is about."""
    return Errand(
        place=place,
        action=form.action,
        turn=form.turn,
        version=form.version,
        files=files,
        prices=form.prices,
    )


def price_of(view: Json) -> float | None:
    """Give what a form costs as it is filled in now, in US dollars; None: not known."""
    prices = json.loads(view.get("private_metadata") or "{}").get("prices") or {}
    fields = _values(view["state"]["values"])
    named = (fields.get(name, "") for name in ("model", "size", "quality"))
    each, count = prices.get(" ".join(filter(None, named))), fields.get("n", "1")
    return each * int(count) if each is not None and count.isdecimal() else None


def read(body: Json, here: parse.Here) -> IncomingMessage | ActionEvent:
    """Read a form that somebody sent. Raises ValueError for what is none of ours."""
    view = body["view"]
    about = json.loads(view.get("private_metadata") or "{}")
    fields = _values(view["state"]["values"])
    place = here.place(about["channel"] or fields.get(WHERE) or "", about["thread"])
    if not about["channel"]:
        # without a choice: the person's own messages with the app
        place = replace(place, channel=fields.pop(WHERE, "") or f"@{body['user']['id']}")
    person = parse.who(body, here)
    event = f"view/{view['id']}"  # sent again after a refusal, it is the same prompt
    if about["files"]:
        return IncomingMessage(
            event_id=event,
            place=place,
            person=person,
            text=fields.get("text", ""),
            may_start=True,
            literal=True,
            mentioned=True,
            ignores_head=True,
            attachments=tuple(Attachment(media_type="", **one) for one in about["files"]),
            output=_output(fields),
            model=fields.get("model") or None,
        )
    return ActionEvent(
        event_id=event,
        place=place,
        person=person,
        action=Action(about["action"]),
        turn=about["turn"],
        version=about["version"],
        fields=fields,
    )


def _output(fields: Mapping[str, str]) -> Output:
    n = fields.get("n", "")
    return Output(
        size=fields.get("size") or None,
        quality=fields.get("quality") or None,
        n=int(n) if n.isdecimal() and len(n) < 4 else None,
    )


def option_value(choice: str) -> str:
    """Write a choice's value."""
    return f"{_CHOICE}{choice}"[:150]


def _values(state: Json) -> dict[str, str]:
    """Give what each field holds, by its name."""
    found = {}
    for name, held in state.items():
        for one in held.values():
            chosen = one.get("selected_option")
            value = chosen["value"].removeprefix(_CHOICE) if chosen else one.get("value")
            found[name] = value or one.get("selected_conversation") or ""
    return found
