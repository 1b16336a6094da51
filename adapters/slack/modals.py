"""How does Slack ask before a control can be done? A Form becomes a modal, and what was filled in an event. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from adapters.shared.text import truncate, utf16_length
from adapters.slack import render
from adapters.slack.parse import user_of
from adapters.slack.text import clean
from bot.ports.actions import Action
from bot.ports.language import _
from bot.ports.messages import ActionEvent, Attachment, IncomingMessage, Output
from bot.ports.money import format_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.slack.context import BotContext
    from bot.ports.cards import Field, Form
    from bot.ports.messages import Json, Place

_CALLBACK = "easel.form"
#: characters of a modal's title and buttons, of a field, and of what the modal carries
_MAX_TITLE, _MAX_FIELD, _MAX_METADATA = 24, 3000, 3000
#: the field that a form without a channel asks with
_WHERE = "where"
#: the block that says what it costs, and the fields that it depends on
_PRICE = "price"
_PRICED = frozenset({"model", "size", "quality", "n"})
#: what choices begin with, since an option's value must not be empty
_CHOICE = "="


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalContext:
    """What a modal is about; it carries it along."""

    place: Place
    action: Action
    turn: str | None = None
    version: str | None = None
    #: the pictures of the message that it was opened on
    files: tuple[Attachment, ...] = ()
    #: what one image costs, as in the form, in US dollars
    prices: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Form, place: Place, files: Iterable[Attachment]) -> ModalContext:
        """Return what a form's modal carries. `files`: the pictures of the message it was opened on."""
        return cls(
            place=place,
            action=form.action,
            turn=form.turn,
            version=form.version,
            files=tuple(files),
            prices=form.prices,
        )

    def write(self) -> str:
        """Write it as a modal's private metadata, without the prices where they do not fit."""
        data = {
            "channel": self.place.channel,
            "thread": self.place.thread,
            "action": self.action.value,
            "turn": self.turn,
            "version": self.version,
            "files": [{"id": one.id, "name": clean(one.name, 60)} for one in self.files],
            "prices": dict(self.prices),
        }
        written = json.dumps(data, ensure_ascii=False)
        if utf16_length(written) > _MAX_METADATA:
            written = json.dumps({**data, "prices": {}}, ensure_ascii=False)
        return written


def modal(form: Form, context: ModalContext) -> Json:
    """Return a form as a modal."""
    blocks = [_field(one, priced=bool(form.prices)) for one in form.fields]
    if not context.place.channel:
        blocks.append(_where())
    if form.price is not None:
        blocks.append(_price(form.price))
    return {
        "type": "modal",
        "callback_id": _CALLBACK,
        "private_metadata": context.write(),
        "title": render.plain(form.title, _MAX_TITLE),
        "submit": render.plain(form.submit, _MAX_TITLE),
        "close": render.plain(_("Cancel"), _MAX_TITLE),
        "blocks": blocks,
    }


def with_new_price(view: Json) -> Json | None:
    """Return an open modal with its price as it is filled in now; None: it has none."""
    if not any(block["block_id"] == _PRICE for block in view["blocks"]):
        return None
    prices = json.loads(view.get("private_metadata") or "{}").get("prices") or {}
    fields = _read_fields(view)
    chosen = (fields.get(name, "") for name in ("model", "size", "quality"))
    each, count = prices.get(" ".join(filter(None, chosen))), fields.get("n", "1")
    price = _price(each * int(count) if each is not None and count.isdecimal() else None)
    blocks = [price if block["block_id"] == _PRICE else block for block in view["blocks"]]
    keys = ("type", "callback_id", "private_metadata", "title", "submit", "close")
    return {**{key: view[key] for key in keys}, "blocks": blocks}


def _price(dollars: float | None) -> Json:
    if dollars is None:
        return render.context(_PRICE, _("What this costs isn't known."))
    return render.context(
        _PRICE, _("About {price} with these choices.").format(price=format_money(dollars))
    )


def _field(one: Field, *, priced: bool) -> Json:
    element: Json
    if one.kind == "choice":
        options = {
            value: {
                "text": render.plain(label, render.MAX_LABEL),
                "value": f"{_CHOICE}{value}"[:150],
            }
            for value, label in one.choices[:100]
        }
        element = {"type": "static_select", "options": list(options.values())}
        element |= {"initial_option": options[one.value]} if one.value in options else {}
    else:
        element = {"type": "plain_text_input", "multiline": True, "max_length": _MAX_FIELD}
        element |= {"initial_value": truncate(one.value, _MAX_FIELD)} if one.value else {}
    return {
        "type": "input",
        "block_id": one.name,
        "label": render.plain(one.label, 200),
        **({"optional": True} if one.is_optional else {}),
        "element": {"action_id": one.name, **element},
        **({"dispatch_action": True} if priced and one.name in _PRICED else {}),
    }


def _where() -> Json:
    """Ask in which conversation a picture should appear, for a shortcut that has none."""
    return {
        "type": "input",
        "block_id": _WHERE,
        "optional": True,
        "label": render.plain(_("Where (empty: only for you, in your messages with Easel)"), 200),
        "element": {
            "type": "conversations_select",
            "action_id": _WHERE,
            "default_to_current_conversation": True,
            "filter": {"include": ["public", "private", "mpim"], "exclude_bot_users": True},
        },
    }


def parse_submission(body: Json, context: BotContext) -> IncomingMessage | ActionEvent:
    """Read a modal that somebody submitted. Raise ValueError, KeyError or TypeError for what is none of ours."""
    view = body["view"]
    data = json.loads(view.get("private_metadata") or "{}")
    fields = _read_fields(view)
    place = context.place(data["channel"] or fields.get(_WHERE) or "", data["thread"])
    if not data["channel"]:
        # without a choice: the person's own messages with the app
        place = replace(place, channel=fields.pop(_WHERE, "") or f"@{body['user']['id']}")
    person = user_of(body, context)
    event_id = f"view/{view['id']}"  # sent again after a refusal, it is the same prompt
    if not data["files"]:
        return ActionEvent(
            event_id=event_id,
            place=place,
            person=person,
            action=Action(data["action"]),
            turn=data["turn"],
            version=data["version"],
            fields=fields,
        )
    n = fields.get("n", "")
    return IncomingMessage(
        event_id=event_id,
        place=place,
        person=person,
        text=fields.get("text", ""),
        may_start=True,
        literal=True,
        mentioned=True,
        ignores_head=True,
        attachments=tuple(Attachment(media_type="", **one) for one in data["files"]),
        output=Output(
            size=fields.get("size") or None,
            quality=fields.get("quality") or None,
            n=int(n) if n.isdecimal() and len(n) < 4 else None,
        ),
        model=fields.get("model") or None,
    )


def _read_fields(view: Json) -> dict[str, str]:
    """Return what each field holds, by its name."""
    fields = {}
    for name, held in view["state"]["values"].items():
        for one in held.values():
            option = one.get("selected_option")
            value = option["value"].removeprefix(_CHOICE) if option else one.get("value")
            fields[name] = value or one.get("selected_conversation") or ""
    return fields
