"""How do people fill in and submit modals?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.servers.slack import gestures
from tests.servers.slack.values import Outcome, PersonCannot, SlackError
from tests.servers.slack.views import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.slack.blocks.walk import Placed
    from tests.servers.slack.person import Person
    from tests.servers.slack.values import Json
    from tests.servers.slack.views import View

#: What Slack says above a form when the app's answer cannot be shown, or never came.
TROUBLE = "invalid_response_action"


def _field(view: View, key: str) -> Placed:
    found = [one for one in view.elements if key in _names(one)]
    if len(found) != 1:
        offered = [" or ".join(_names(one)) for one in view.elements]
        raise PersonCannot(f"{len(found)} fields of the name {key!r}; there are {offered}")
    return found[0]


def _names(placed: Placed) -> list[str]:
    block, action = placed.block["block_id"], placed.element["action_id"]
    label = placed.block.get("label", {}).get("text")
    return [action, block, *([label] if label else [])]


def _fill(view: View, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        placed = _field(view, key)
        held = key_of(placed.element)
        if held is None:
            raise PersonCannot(f"{key!r} cannot be filled in")
        block, action = placed.block["block_id"], placed.element["action_id"]
        written = _written(placed.element, held, value)
        own = view.state.setdefault(block, {})
        own[action] = {"type": placed.element["type"], held: written}


def _written(element: Json, held: str, value: Any) -> Any:
    """Return what payloads carry for a value; PersonCannot where the client would not take it."""
    if held == "selected_option":
        return gestures.option_of(element, value)
    if held == "value":
        longest, shortest = element.get("max_length", 3000), element.get("min_length", 0)
        if len(value) > longest or 0 < len(value) < shortest:
            raise PersonCannot(f"{len(value)} characters, of {shortest} to {longest}")
        return value or None
    return value


def _complete(view: View) -> None:
    for placed in view.elements:
        block = placed.block
        if block["type"] != "input" or block.get("optional"):
            continue
        own = view.state.get(block["block_id"], {}).get(placed.element["action_id"], {})
        if not own.get(key_of(placed.element) or ""):
            label = block["label"]["text"]
            raise PersonCannot(f"{label!r}: please complete this required field")


async def submit(person: Person, view: View, values: Mapping[str, Any]) -> Outcome:
    if view.closed or view.person is not person:
        raise PersonCannot(f"{person.name} does not see this view")
    if "submit" not in view.content:
        raise PersonCannot("this view has no button to submit it with")
    _fill(view, values)
    _complete(view)
    more = {
        "trigger_id": person.workspace.views.trigger(person),
        "view": view.payload(),
        "response_urls": [],
    }
    outcome = await gestures.send(person, "view_submission", more, takes_answer=True)
    if outcome.error is not None:
        return outcome
    try:
        return _follow(view, outcome)
    except SlackError as error:
        return replace(outcome, error=error.code)


def _follow(view: View, outcome: Outcome) -> Outcome:
    """Do what the app's answer says: close, show errors, show another view."""
    views = view.workspace.views
    body = outcome.body or {}
    match body.get("response_action"):
        case None:
            views.close(view)
        case "errors":
            return replace(outcome, errors=_errors(view, body.get("errors")))
        case "update":
            view.take(views.check(body.get("view")))
        case _:
            raise SlackError(TROUBLE)
    return outcome


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {one["block_id"] for one in view.content["blocks"] if one["type"] == "input"}
    known = isinstance(errors, dict) and errors and set(errors) <= inputs
    if not known or not all(isinstance(one, str) and one for one in errors.values()):
        raise SlackError(TROUBLE)
    return dict(errors)
