"""How does Slack ask before a control can be done? A Form becomes a modal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.shared.text import truncate
from adapters.slack import render, submission
from bot.ports.money import format_money

if TYPE_CHECKING:
    from adapters.slack.submission import Errand
    from bot.ports.cards import Field, Form

Json = dict[str, Any]

#: a modal's title and buttons
_MOST_TITLE = 24
#: characters that a field takes
_MOST_FIELD = 3000
#: the block that says what it costs, and the fields that it depends on
_PRICE = "price"
_PRICED = frozenset({"model", "size", "quality", "n"})


def form(of: Form, errand: Errand) -> Json:
    """Show a form as a modal."""
    blocks = [_field(one, priced=bool(of.prices)) for one in of.fields]
    if not errand.place.channel:
        blocks.append(_where())
    if of.price is not None:
        blocks.append(_price(of.price))
    return {
        "type": "modal",
        "callback_id": submission.CALLBACK,
        "private_metadata": submission.write(errand),
        "title": render.plain(of.title, _MOST_TITLE),
        "submit": render.plain(of.submit, _MOST_TITLE),
        "close": render.plain("Cancel", _MOST_TITLE),
        "blocks": blocks,
    }


def repriced(view: Json) -> Json | None:
    """Give an open modal with its price as it is filled in now; None: it has none."""
    if not any(block["block_id"] == _PRICE for block in view["blocks"]):
        return None
    price = submission.price_of(view)
    kept = ("type", "callback_id", "private_metadata", "title", "submit", "close")
    blocks = [_price(price) if block["block_id"] == _PRICE else block for block in view["blocks"]]
    return {**{name: view[name] for name in kept}, "blocks": blocks}


def _price(dollars: float | None) -> Json:
    if dollars is None:
        return render.context(_PRICE, "What this costs as it is chosen above is not known.")
    return render.context(_PRICE, f"About {format_money(dollars)} as it is chosen above.")


def _field(one: Field, *, priced: bool) -> Json:
    element: Json
    if one.kind == "choice":
        options = [
            {
                "text": render.plain(label, render.MOST_LABEL),
                "value": submission.option_value(value),
            }
            for value, label in one.choices[:100]
        ]
        chosen = [
            option
            for option, (value, _) in zip(options, one.choices, strict=False)
            if value == one.value
        ]
        element = {"type": "static_select", "options": options}
        element |= {"initial_option": chosen[0]} if chosen else {}
    else:
        element = {"type": "plain_text_input", "multiline": True, "max_length": _MOST_FIELD}
        element |= {"initial_value": truncate(one.value, _MOST_FIELD)} if one.value else {}
    return {
        "type": "input",
        "block_id": one.name,
        "label": render.plain(one.label, 200),
        "element": {"action_id": one.name, **element},
        **({"dispatch_action": True} if priced and one.name in _PRICED else {}),
    }


def _where() -> Json:
    """Ask in which conversation a picture should appear, for a shortcut that has none."""
    return {
        "type": "input",
        "block_id": submission.WHERE,
        "optional": True,
        "label": render.plain("Where (empty: only for you, in your messages with Easel)", 200),
        "element": {
            "type": "conversations_select",
            "action_id": submission.WHERE,
            "default_to_current_conversation": True,
            "filter": {"include": ["public", "private", "mpim"], "exclude_bot_users": True},
        },
    }
