"""How does Slack ask before a control can be done? A Form becomes a modal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.slack import render, submission, words

if TYPE_CHECKING:
    from adapters.slack.submission import Errand
    from bot.faces import Field, Form

Json = dict[str, Any]

#: a modal's title and buttons
_MOST_TITLE = 24
#: characters that a field takes
_MOST_FIELD = 3000


def form(of: Form, errand: Errand) -> Json:
    """Show a form as a modal."""
    blocks = [_field(one) for one in of.fields]
    if not errand.place.channel:
        blocks.append(_where())
    if of.price is not None:
        blocks.append(
            render.context("price", f"About {render.money(of.price)} as it is chosen above.")
        )
    return {
        "type": "modal",
        "callback_id": submission.CALLBACK,
        "private_metadata": submission.write(errand),
        "title": render.plain(of.title, _MOST_TITLE),
        "submit": render.plain(of.submit, _MOST_TITLE),
        "close": render.plain("Cancel", _MOST_TITLE),
        "blocks": blocks,
    }


def _field(one: Field) -> Json:
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
        element |= {"initial_value": words.cut(one.value, _MOST_FIELD)} if one.value else {}
    return {
        "type": "input",
        "block_id": one.name,
        "label": render.plain(one.label, 200),
        "element": {"action_id": "value", **element},
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
            "action_id": "value",
            "default_to_current_conversation": True,
            "filter": {"include": ["public", "private", "mpim"], "exclude_bot_users": True},
        },
    }
